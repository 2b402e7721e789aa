from __future__ import annotations

import pytest

from kb.search.compounds import MOST_LETTERS, split_compound

WORDS = {
    "no": "taushet plikt barn vern barnevern tjeneste arbeid skole skap felles over sikt helse",
    "da": "tavshed pligt børn børne familie center underretning",
    "sv": "samverkan avtal skola plikt hälsa vård barn grupp arbete social tjänst över syn",
    "fi": "yhteistyö verkosto lasten suojelu työ tekijä päivä hoito maan",
    "is": "þagnar skylda barnavernd lög skóla þjónusta stjórn enda",
    "en": "child care",
}


def parts(word: str, field: str) -> tuple[str, ...]:
    known = set(WORDS[field].split())
    return split_compound(word, field, known.__contains__)


@pytest.mark.parametrize(
    ("field", "word", "wanted"),
    [
        ("no", "taushetsplikt", ("taushet", "plikt")),
        ("no", "barnevernstjeneste", ("barn", "barnevern", "vern", "tjeneste")),
        ("no", "skolehelsetjeneste", ("skole", "helse", "tjeneste")),
        ("da", "familiecenter", ("familie", "center")),
        ("sv", "samverkansavtal", ("samverkan", "avtal")),
        ("sv", "skolplikt", ("skol", "plikt")),
        ("sv", "hälsovård", ("häls", "vård")),
        ("sv", "socialtjänst", ("social", "tjänst")),
        ("fi", "yhteistyöverkosto", ("yhteistyö", "verkosto")),
        ("fi", "lastensuojelu", ("lasten", "suojelu")),
        ("is", "þagnarskylda", ("þagnar", "skylda")),
        ("is", "barnaverndarlög", ()),  # lög has three letters
        ("is", "skólaþjónusta", ("skóla", "þjónusta")),
    ],
)
def test_compounds_are_met_from_their_parts(field: str, word: str, wanted: tuple[str, ...]) -> None:
    found = parts(word, field)
    assert set(wanted) <= set(found) if wanted else found == ()


@pytest.mark.parametrize(
    ("field", "word"),
    [
        ("no", "samarbeid"),  # sam has three letters
        ("no", "fellesskap"),  # -skap is an ending
        ("no", "oversikt"),  # over- makes another word of what follows
        ("no", "taushetspliktxyz"),
        ("no", "plikt"),
        ("no", "barnevern2030"),
        ("sv", "översynen"),
        ("en", "childcare"),
        ("xx", "taushetsplikt"),
        ("is", "stjórnenda"),
    ],
)
def test_other_words_are_left_whole(field: str, word: str) -> None:
    known = set(WORDS.get(field, WORDS["no"]).split())
    assert split_compound(word, field, known.__contains__) == ()


def test_every_letter_is_covered() -> None:
    assert parts("barnevernvern", "no")
    assert parts("barnevernqvern", "no") == ()


def test_a_very_long_word_costs_nothing() -> None:
    assert parts("vern" * (MOST_LETTERS // 4 + 1), "no") == ()
