"""Words found by their beginnings: inflection and compounds count, other words do not."""

from __future__ import annotations

import pytest

from pipeline import cue_words
from pipeline.cue_words import COMPOUND_LENGTH, CueList, CueMatch, normalise, shorten_word


def find(cues: dict[str, list[str]], text: str, trim: int = 0) -> list[tuple[str, str]]:
    words = normalise(text).split()
    return [
        (match.category, " ".join(words[match.start : match.end]))
        for match in CueList(cues, trim).find(words)
    ]


def test_normalise_leaves_letters_and_digits() -> None:
    assert normalise("  Barne-\nvernet’s 0–24, ÆØÅ!  ") == "barne vernet s 0 24 æøå"


def test_normalise_composes_letters() -> None:
    assert normalise("fora\u0308ldrar") == "for\u00e4ldrar"


def test_normalise_keeps_letters_of_every_nordic_alphabet() -> None:
    assert normalise("Þjónusta ÐA mánáid čálus") == "þjónusta ða mánáid čálus"


def test_a_text_without_letters_is_empty() -> None:
    assert normalise("… — !?") == ""


def test_a_word_is_found_in_its_inflected_forms() -> None:
    text = "Lederne, lederen og ledere"
    assert [found for _, found in find({"x": ["leder"]}, text)] == ["lederne", "lederen", "ledere"]


def test_a_long_word_may_lose_its_ending() -> None:
    assert find({"x": ["johtaminen"]}, "johtamisen", trim=3) == [("x", "johtamisen")]
    assert find({"x": ["johtaminen"]}, "johtamisen") == []


@pytest.mark.parametrize(
    ("word", "trim", "shortened"),
    [
        ("johtaminen", 3, "johtami"),
        ("ledelse", 1, "ledels"),
        ("mål", 2, "mål"),
        ("tillit", 3, "tilli"),
    ],
)
def test_shortening_never_goes_below_five_letters(word: str, trim: int, shortened: str) -> None:
    assert shorten_word(word, trim) == shortened


def test_a_phrase_is_found_when_each_word_begins_so() -> None:
    cues = {"x": ["felles mål"]}
    assert find(cues, "De hadde felles målsetting.") == [("x", "felles målsetting")]
    assert find(cues, "De hadde felles klare mål.") == []


def test_a_phrase_that_the_text_breaks_off_is_not_found() -> None:
    assert find({"x": ["felles mål"]}, "De hadde felles") == []


def test_a_long_beginning_is_found_inside_a_compound() -> None:
    assert len("ledelse") >= COMPOUND_LENGTH
    assert find({"x": ["ledelse"]}, "kommuneledelsen") == [("x", "kommuneledelsen")]


def test_a_short_beginning_is_not_looked_for_inside_words() -> None:
    assert find({"x": ["nav"]}, "kunnavet") == []
    assert find({"x": ["nav"]}, "Nav-kontoret") == [("x", "nav")]


def test_a_word_counts_for_each_of_its_categories_once() -> None:
    cues = {"a": ["koordinator", "koordin"], "b": ["koordinator"]}
    assert sorted(find(cues, "koordinatoren")) == [("a", "koordinatoren"), ("b", "koordinatoren")]


def test_matches_carry_their_place_in_order() -> None:
    words = normalise("tillit og felles mål").split()
    assert CueList({"g": ["felles mål"], "c": ["tillit"]}).find(words) == [
        CueMatch("c", 0, 1),
        CueMatch("g", 2, 4),
    ]


def test_no_cues_and_no_words_find_nothing() -> None:
    assert CueList({}).find(["barn"]) == []
    assert CueList({"x": ["barn"]}).find([]) == []
    assert CueList({"x": ["…"]}).find(["barn"]) == []


def test_words_met_before_are_found_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cue_words, "MOST_WORDS_KEPT", 3)
    cues = CueList({"x": ["leder", "felles mål"], "y": ["ledermøte", "felles"]})
    words = normalise("Felles mål i ledermøtet for felles leder og alle andre ord").split()
    first = cues.find(words)
    assert [(match.category, match.start, match.end) for match in first] == [
        ("y", 0, 1), ("x", 0, 2), ("x", 3, 4), ("y", 3, 4), ("y", 5, 6), ("x", 6, 7),
    ]  # fmt: skip
    assert cues.find(words) == first
    assert len(cues._known) <= 3
