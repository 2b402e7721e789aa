from __future__ import annotations

from pathlib import Path

import pytest

from kb.search.coding_overlay import NoCodings
from kb.search.conditions import Conditions
from kb.search.filters import RowFilter
from kb.search.lexical import LexicalIndex, write_fulltext
from kb.search.query import read_query
from kb.search.rows import MachineCoding
from kb.search.table import PassageTable, write_table
from tests.kb.search.sample_rows import make_row

CODED = (MachineCoding("leadership", "barrier", 0.9),)
ROWS = [
    make_row("a", "Individuell plan for barnet.", year=2015, authors=("Kari Østby",)),
    make_row("b", "Planen var individuell.", year=2016, countries=("NO",), codings=CODED),
    make_row("c", "Skolens taushetsplikt.", year=2017, countries=("SE",), publisher="Bufdir"),
    make_row("d", "Skolan samverkar.", language="sv", countries=("SE",), authors=("Åsa Berg",)),
    make_row("e", "Koulun suunnitelma.", language="fi", year=2020, title="Yhteinen vastuu"),
    make_row("f", "The school's individual plans.", language="en", title="God start for barn"),
    make_row("g", "Aapenhet og tillit.", year=None, authors=("Berg Hansen",), section="Skole"),
    make_row("h", "Råd om rom.", title="Rådgivning"),
]
NAMES = "abcdefgh"
KNOWN = {"country": {"no": "NO", "se": "SE"}, "factor": {"leadership": "leadership"}}


@pytest.fixture(scope="module")
def conditions(tmp_path_factory: pytest.TempPathFactory) -> Conditions:
    folder: Path = tmp_path_factory.mktemp("generation")
    write_fulltext(folder, ROWS)
    write_table(folder / "passages.arrow", ROWS)
    rows = RowFilter(PassageTable(folder / "passages.arrow"))
    return Conditions(LexicalIndex(folder), rows, NoCodings(), KNOWN)


def left(conditions: Conditions, typed: str) -> str:
    query = read_query(typed, "nb", KNOWN)
    assert query.notices == ()
    if query.clauses is None:
        return NAMES
    mask = conditions.allowed(query.clauses)
    return "".join(name for name, allowed in zip(NAMES, mask.tolist(), strict=True) if allowed)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("plan skole", NAMES),  # plain words only wish
        ('"individuell plan"', "a"),
        ('"individuelle planer"', "a"),  # inflected
        ('"individual plan"', "f"),
        ('"skole"', "cg"),  # a section counts too
        ('skole "åpenhet og tillit"', "g"),  # folded
        ("plan AND individuell", "ab"),
        ("plan AND NOT barnet", "bf"),  # plan is an English word too
        ("taushetsplikt OR koulu", "ce"),
        ("plikt AND skole", "c"),  # in a compound
        ("-plikt", NAMES),  # which is not excluded by its parts
        ("-skole", "abdefgh"),  # by the text only, not the section
        ("-(plan skole)", "degh"),
        ('-"individuell plan"', "bcdefgh"),
        ("(plan OR skole) AND NOT (barnet OR samverkar)", "bcfg"),
        ("(individuell plan) AND barnet", "a"),
        ("NOT NOT plan", NAMES),
        ("samverk*", "d"),
        ("-skol*", "abefgh"),
        ("åpenh*", "g"),  # beginnings too are met without their Nordic letters, and with them
        ("raa*", "h"),
        ("raad AND ra*", "h"),
        ("individu* AND plan*", "abf"),
        ("school's AND plan", "f"),  # a word of two is a phrase
        ("? AND plan", "abf"),
        ("skole NOT –", NAMES),  # which is no word to leave out
        ("plan AND NOT (– !)", "abf"),
        ("tillit OR ! OR author:🙂", "g"),
        ("NOT author:🙂 skole", NAMES),
        ("school-individ*", "f"),  # a beginning, with the words before it
        ("school-individ* OR individuell-pl*", "abf"),
        ("-individuell-pl*", "cdefgh"),
    ],
)
def test_words_and_operators(conditions: Conditions, typed: str, wanted: str) -> None:
    assert left(conditions, typed) == wanted


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("year:2015..2016", "ab"),
        ("year:2016..", "bce"),
        ("-year:2015..2020", "dfgh"),
        ("country:SE", "cd"),
        ("country:NO country:SE", "bcd"),  # side by side: either
        ("country:NO,SE language:sv", "d"),
        ("plan AND (country:NO country:SE)", "b"),  # in brackets too
        ("tillit OR (country:NO country:SE)", "bcdg"),
        ("-(country:NO country:SE)", "aefgh"),
        ("country:NO AND country:SE", ""),
        ("country:NO OR language:fi", "be"),
        ("language:no", "abcgh"),
        ("factor:leadership direction:barrier", "b"),
        ("direction:facilitator", ""),
        ("author:østby", "a"),
        ("author:ostby", "a"),
        ('author:"Åsa Berg"', "d"),
        ("author:berg", "dg"),
        ("author:han*", "g"),
        ("author:berg -author:hansen", "d"),
        ("publisher:bufdir", "c"),
        ('title:"god start"', "f"),
        ("title:starten", "f"),
        ("title:vastuun", "e"),
        ("title:raadgivning", "h"),
        ("author:🙂", NAMES),
        ("year:2015 skole plan", "a"),
        ("(year:2015 plan)", "a"),
    ],
)
def test_fields(conditions: Conditions, typed: str, wanted: str) -> None:
    assert left(conditions, typed + (" " if ":" in typed else "")) == wanted


def test_what_a_pattern_means_elsewhere_is_a_character_here(conditions: Conditions) -> None:
    for typed, count in (("author:.*", 8), ("author:h.*", 1), ("title:[a-z]*", 0), ("a.*", 1)):
        query = read_query(typed, "nb", KNOWN)
        assert query.clauses is not None
        assert conditions.allowed(query.clauses).sum() == count
