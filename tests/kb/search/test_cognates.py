"""Words that look alike across languages meet; passages of every language are looked up."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import GenerationError
from kb.search.cognates import (
    COGNATES_FOLDER,
    STEM_LETTERS,
    CognateIndex,
    common_spelling,
    query_cognates,
    write_cognates,
)
from tests.kb.search.sample_rows import make_row

ROWS = [
    make_row("a", "Samverkan mellan skola och socialtjänst i Göteborg.", language="sv"),
    make_row("b", "Samarbejde mellem skole og socialforvaltning.", language="da"),
    make_row("c", "Koulun ja lastensuojelun yhteistyö Turussa.", language="fi"),
    make_row("d", "Barnavernd og skóli vinna saman í Reykjavík.", language="is"),
    make_row("e", "Fafo surveyed 71 municipalities.", language="en"),
]


@pytest.fixture
def index(tmp_path: Path) -> CognateIndex:
    write_cognates(tmp_path, ROWS)
    return CognateIndex(tmp_path)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("samarbeid", "samarbejd"),
        ("samarbeid", "samarbet"),
        ("kjærlighet", "kjerlighet"),
        ("døv", "döv"),
        ("språk", "sprak"),
        ("psykologisk", "psychologist"),
        ("hvad", "vad"),
        ("barnavernd", "barnavern"),
        ("opplæring", "oplæring"),
    ],
)
def test_words_of_two_languages_are_spelt_alike(one: str, other: str) -> None:
    assert common_spelling(one) == common_spelling(other)


@pytest.mark.parametrize(("one", "other"), [("skole", "leder"), ("barn", "born"), ("nav", "nora")])
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert common_spelling(one) != common_spelling(other)


def test_a_spelling_is_short_and_plain() -> None:
    found = common_spelling("Þjónustuáætlun")
    assert len(found) == STEM_LETTERS
    assert found.isascii()
    assert found.islower()


def test_stop_words_of_the_querys_language_do_not_count() -> None:
    assert query_cognates("hva er samarbeid mellom skole og hjem", "nb") == (
        "samarb",
        "skol",
        "hjem",
    )


def test_a_query_meets_passages_of_other_languages(index: CognateIndex) -> None:
    rows, scores = index.search("samarbeid mellom skole og sosialtjeneste", "nb", 10)
    assert {0, 1} <= set(rows.tolist())
    assert scores.tolist() == sorted(scores.tolist(), reverse=True)
    assert scores.min() > 0


def test_names_and_numbers_are_the_same_in_every_language(index: CognateIndex) -> None:
    assert index.search("Fafo 71 kommuner", "nb", 1)[0].tolist() == [4]
    assert index.search("palvelut Göteborgissa", "fi", 1)[0].tolist() == [0]
    assert index.search("Reykjavik", "en", 1)[0].tolist() == [3]


def test_what_is_not_there_finds_nothing(index: CognateIndex) -> None:
    rows, scores = index.search("xylofon", "nb", 10)
    assert (len(rows), len(scores)) == (0, 0)
    assert len(index.search("samarbeid", "nb", 1)[0]) == 1


@pytest.mark.parametrize("typed", ["AND OR NOT", 'stems:"*"', "(((", "a" * 5000, "😀 skole"])
def test_no_syntax_can_fail_or_reach_tantivy(index: CognateIndex, typed: str) -> None:
    rows, scores = index.search(typed, "en", 10)
    assert len(rows) == len(scores)


def test_an_empty_index_answers(tmp_path: Path) -> None:
    write_cognates(tmp_path, [])
    empty = CognateIndex(tmp_path)
    assert len(empty) == 0
    assert len(empty.search("skole", "nb", 5)[0]) == 0


def test_an_index_that_is_missing_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match=r"common spellings .* run `samvirke index`"):
        CognateIndex(tmp_path)
    (tmp_path / COGNATES_FOLDER).mkdir()
    (tmp_path / COGNATES_FOLDER / "meta.json").write_text("no index")
    with pytest.raises(GenerationError, match="common spellings"):
        CognateIndex(tmp_path)
