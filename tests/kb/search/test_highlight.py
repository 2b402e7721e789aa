from __future__ import annotations

from pathlib import Path

import pytest

from kb.search.highlight import MOST_WORDS, Marker, Marks
from kb.search.lexical import LexicalIndex, write_fulltext
from kb.search.query import read_query
from tests.kb.search.sample_rows import make_row

ROWS = [
    make_row("a", "Plikten og en plikt til åpenhet. Taushetsplikten."),
    make_row("b", "Samarbeid. En plikt."),
    make_row("c", "Verkosto ja yhteistyöverkosto. Verkosto.", language="fi"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    folder: Path = tmp_path_factory.mktemp("generation")
    write_fulltext(folder, ROWS)
    return LexicalIndex(folder)


def marks(index: LexicalIndex, text: str, language: str, typed: str, spoken: str) -> Marks:
    query = read_query(typed, spoken)
    asked = index.asked(query.text, spoken, query.prefixes, query.exact, query.paragraph)
    return Marker(index, query, asked).marks(text, language)


def met(index: LexicalIndex, text: str, language: str, typed: str, spoken: str) -> list[str]:
    return [text[a:b] for a, b in marks(index, text, language, typed, spoken).ranges]


def test_inflected_words_are_met(index: LexicalIndex) -> None:
    text = "Ledelsen i kommunene støtter samarbeidet; ledelse er viktig."
    found = met(index, text, "nb", "ledelsens samarbeid", "nb")
    assert found == ["Ledelsen", "samarbeidet", "ledelse"]
    assert met(index, "Kommunerne samarbejder", "da", "kommune", "da") == ["Kommunerne"]


def test_the_whole_compound_is_marked(index: LexicalIndex) -> None:
    assert met(index, ROWS[0].text, "nb", "plikt", "nb") == ["Plikten", "plikt", "Taushetsplikten"]
    found = met(index, ROWS[2].text, "fi", "verkosto", "fi")
    assert found == ["Verkosto", "yhteistyöverkosto", "Verkosto"]


def test_folded_misspelt_and_begun_words_are_met(index: LexicalIndex) -> None:
    assert met(index, ROWS[0].text, "nb", "aapenhet", "nb") == ["åpenhet"]
    assert met(index, ROWS[1].text, "nb", "samarbied", "nb") == ["Samarbeid"]
    assert met(index, ROWS[0].text, "nb", "taush*", "nb") == ["Taushetsplikten"]


def test_a_phrase_is_marked_as_one_and_only_where_it_stands(index: LexicalIndex) -> None:
    text = "En individuell plan er en plan. Individuelle planer."
    found = marks(index, text, "nb", '"individuell plan"', "nb")
    assert [text[a:b] for a, b in found.ranges] == ["individuell plan", "Individuelle planer"]
    assert found.phrase
    assert found.words == ("individuell plan", "individuelle planer")
    assert not marks(index, "En plan.", "nb", '"individuell plan"', "nb").phrase


def test_excluded_words_are_not_marked(index: LexicalIndex) -> None:
    assert met(index, "Skole og plan.", "nb", "plan -skole", "nb") == ["plan"]


def test_stop_words_are_not(index: LexicalIndex) -> None:
    assert met(index, "Skolen og heimen i lag", "nn", "og i skole", "nn") == ["Skolen"]


def test_ranges_count_characters_not_bytes(index: LexicalIndex) -> None:
    text = "🙂 «Þagnarskylda» á Íslandi"
    assert marks(index, text, "is", "þagnarskylda", "is").ranges == ((3, 15),)


def test_names_are_met_across_languages_and_short_likenesses_are_not(index: LexicalIndex) -> None:
    found = met(index, "Barnahus-modellen i Island", "da", "barnahus for barn", "nb")
    assert found == ["Barnahus"]
    assert met(index, "he is for it", "en", "for is", "nb") == []


def test_nothing_met_is_nothing(index: LexicalIndex) -> None:
    assert marks(index, "Tekst.", "nb", "yhteistyö", "fi") == Marks((), (), False)
    assert marks(index, "", "nb", "samarbeid", "nb").ranges == ()


def test_words_are_named_once_each_and_those_of_the_heading_last(index: LexicalIndex) -> None:
    query = read_query("plikt samarbeid", "nb")
    marker = Marker(index, query, index.asked(query.text, "nb"))
    found = marker.marks("Plikten, plikten.", "nb", "Samarbeid om plikten")
    assert found.words == ("plikten", "samarbeid")
    assert len(found.ranges) == 2
    many = " ".join(f"plikt{letter}" for letter in "abcdefghijkl")
    longer = Marker(index, query, index.asked("plikt*", "nb", prefixes={"plikt"}))
    assert len(longer.marks(many, "nb").words) == MOST_WORDS
