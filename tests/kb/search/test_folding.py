from __future__ import annotations

import pytest

from kb.search.folding import fold_word, folded_stem


@pytest.mark.parametrize(
    ("field", "forms"),
    [
        ("no", ("åpenhet", "aapenhet", "apenhet")),
        ("sv", ("vård", "vaard", "vard")),
        ("da", ("børn", "boern", "born")),
        ("no", ("lærer", "laerer", "larer")),
        ("sv", ("stöd", "stød", "stoed")),
        ("is", ("barnaverndarlög", "barnaverndarlog")),
        ("is", ("ráð", "rad")),
        ("is", ("þjónusta", "thjonusta")),
        ("fi", ("yhteistyö", "yhteistyo")),
    ],
)
def test_words_typed_without_their_letters_fold_alike(field: str, forms: tuple[str, ...]) -> None:
    assert len({fold_word(form, field) for form in forms}) == 1


def test_finnish_keeps_its_long_vowels_apart() -> None:
    assert fold_word("maan", "fi") != fold_word("man", "fi")
    assert fold_word("maan", "no") == fold_word("man", "no")


def test_what_folding_would_empty_is_left() -> None:
    assert fold_word("å", "no") == "å"
    assert fold_word("协作", "xx") == "协作"


def test_a_folded_stem_is_the_stem_without_letters() -> None:
    assert folded_stem("tjenestene", "no") == folded_stem("tjeneste", "no")
    assert folded_stem("åpenheten", "no") == folded_stem("aapenhet", "no")
