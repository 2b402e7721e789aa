from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.search.grouping import SAME_TEXT, likeness, word_pairs
from kb.search.stemming import words
from kb.search.twins import BANDS, fingerprint, fingerprints

TEXT = " ".join(f"ord{n}" for n in range(100))


def share(one: str, other: str) -> int:
    return len(set(fingerprint("nb", one)) & set(fingerprint("nb", other)))


def test_the_same_words_have_the_same_fingerprint() -> None:
    assert fingerprint("nb", TEXT) == fingerprint("nb", TEXT.upper().replace(" ", ",\n"))
    assert len(fingerprint("nb", TEXT)) == BANDS


def test_a_fingerprint_does_not_change_from_build_to_build() -> None:
    """It lies in the index: another one would lose the twins that are there."""
    assert fingerprint("nb", "Samarbeid krever tid.")[0] == "nb0-0de995d1fc38"


def test_near_identical_texts_share_a_band() -> None:
    for changed in range(5, 95, 5):
        found = TEXT.split()
        found[changed] = "annet"
        found[(changed + 40) % 100] = "noe"
        other = " ".join(found)
        assert likeness(word_pairs(TEXT), word_pairs(other)) >= SAME_TEXT
        assert share(TEXT, other) > 0


def test_other_texts_and_other_languages_share_none() -> None:
    assert share(TEXT, " ".join(f"word{n}" for n in range(100))) == 0
    assert not set(fingerprint("nb", TEXT)) & set(fingerprint("sv", TEXT))


def test_texts_without_words_have_none_and_single_words_do() -> None:
    assert fingerprint("nb", "?! 🙂") == ()
    assert share("Hei", "hei!") == BANDS


@given(st.text(max_size=200))
def test_a_fingerprint_is_words_for_the_index(text: str) -> None:
    for band in fingerprint("nb", text):
        assert band.isascii()
        assert " " not in band


@given(st.lists(st.tuples(st.sampled_from(["nb", "sv", "fi"]), st.text(max_size=60)), max_size=8))
def test_many_at_once_have_the_fingerprints_of_each(texts: list[tuple[str, str]]) -> None:
    found = fingerprints([(language, words(text)) for language, text in texts])
    assert found == [fingerprint(language, text) for language, text in texts]
