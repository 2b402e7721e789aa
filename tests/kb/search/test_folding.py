from __future__ import annotations

import re

import pytest

from kb.search.folding import fold_word, folded_stem, prefix_pattern


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


@pytest.mark.parametrize(
    ("field", "typed", "met", "not_met"),
    [
        ("no", "sporsmal", ("spørsmål", "sporsmålene", "spoersmaal"), ("sporsmil", "ørsmål")),
        ("no", "spørsmål", ("sporsmal", "spörsmål"), ("spirsmål",)),
        ("is", "thagn", ("þagnarskylda", "thagnar"), ("tagn",)),
        ("is", "þagn", ("þagnarskylda", "thagnar"), ("tagn",)),
        ("da", "ide", ("idé", "ideer"), ("ida",)),
        ("fi", "yhteistyo", ("yhteistyön",), ("yhteistyøn",)),
        ("fi", "ma", ("mä",), ("mo",)),
        ("fi", "maa", ("määrä", "maan"), ("man",)),
        ("no", "å", ("år",), ("ar",)),
        ("xx", "суд", ("судья",), ("сад",)),
    ],
)
def test_a_beginning_is_met_by_what_folds_alike(
    field: str, typed: str, met: tuple[str, ...], not_met: tuple[str, ...]
) -> None:
    pattern = re.compile(prefix_pattern(typed, field))
    assert [word for word in met if not pattern.fullmatch(word)] == []
    assert [word for word in not_met if pattern.fullmatch(word)] == []
