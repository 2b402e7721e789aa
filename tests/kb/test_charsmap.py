"""The compiled character map does, inside `tokenizers`, what the map says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import normalizers

from kb.charsmap import compile_charsmap

# Letters that stand alone: combining marks would be judged together with their base.
LETTERS = "abcdefghijklmnopqrstuvwxyzæøåäöðþÆØÅ½ﬁ①Ⅳ漢字ㄱ𝐀🙂"


def apply(replacements: dict[str, str], text: str) -> str:
    return str(normalizers.Precompiled(compile_charsmap(replacements)).normalize_str(text))


def test_characters_are_replaced_removed_and_left_alone() -> None:
    found = apply({"½": "1⁄2", "ﬁ": "fi", "\x07": "", "\t": " "}, "½\tﬁnne \x07b½")
    assert found == "1⁄2 finne b1⁄2"


def test_characters_sharing_first_bytes_are_told_apart() -> None:
    assert apply({"①": "1", "②": "2", "③": "3"}, "③①④②") == "31④2"


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(LETTERS), st.text("xyz ", max_size=3), min_size=1),
    st.text(LETTERS, max_size=20),
)
def test_any_map_acts_as_str_translate(replacements: dict[str, str], text: str) -> None:
    assert apply(replacements, text) == text.translate(
        str.maketrans(dict[str, str | int | None](replacements))
    )


@pytest.mark.parametrize("replacements", [{"": "a"}, {"\0": "a"}, {"a": "\0"}])
def test_what_the_layout_cannot_hold_is_refused(replacements: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="a character map cannot hold"):
        compile_charsmap(replacements)
