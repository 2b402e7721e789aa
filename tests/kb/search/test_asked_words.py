from __future__ import annotations

import pytest

from kb.search import asked_words as asked_words_module
from kb.search.asked_words import (
    MOST_LONGER,
    PARAGRAPH_WORDS,
    AskedWord,
    Meeting,
    asked_word,
    asked_words,
)
from kb.search.languages import MOST_QUERY_WORDS
from kb.search.lexicon import WordFacts
from kb.search.stemming import stem_word


class Words:
    """A vocabulary of Norwegian words with their numbers of passages."""

    def __init__(self, **counts: int) -> None:
        self._forms = counts
        self._stems = {stem_word(word, "no"): count for word, count in counts.items()}

    def frequency(self, part: str, field: str, word: str) -> int:
        if field != "no" or part == "part":
            return 0
        return (self._forms if part == "form" else self._stems).get(word, 0)

    def occurs(self, word: str) -> bool:
        return word in self._forms or word == "ledning"  # which a Swedish passage has

    def beginning_with(self, word: str, field: str, limit: int) -> list[str]:
        found = [other for other in self._forms if other.startswith(word)]
        return sorted(found, key=lambda other: -self._forms[other])[:limit]


WORDS = Words(samarbeid=9, samarbeidet=5, skole=7, plikt=3, ledelse=4, lokalt=1, lokaler=2)


def asked(text: str, **more: object) -> tuple[AskedWord, ...]:
    return asked_words(text, "no", WORDS, **more)  # type: ignore[arg-type]


def test_a_known_word_is_asked_for_as_it_is() -> None:
    (word,) = asked("SAMARBEIDETS")
    assert word == AskedWord("samarbeidets", "samarbeid", "samarbeid")


def test_words_of_one_stem_are_asked_for_once() -> None:
    assert [word.word for word in asked("samarbeid samarbeidet skole samarbeid")] == [
        "samarbeid",
        "skole",
    ]


def test_an_unknown_word_is_a_compound_before_it_is_a_slip() -> None:
    (word,) = asked("skoleplikt")
    assert word.pieces == ("skol", "plikt")
    assert word.corrected == word.others == ()


def test_an_unknown_word_begins_longer_ones_before_it_is_a_slip() -> None:
    (word,) = asked("lokal")
    assert word.corrected == ()
    (begun,) = asked("samar")
    assert begun.others == ("samarbeid",)
    assert len(begun.others) <= MOST_LONGER


@pytest.mark.parametrize(("typed", "meant"), [("ledlse", "ledelse"), ("samarbied", "samarbeid")])
def test_a_slip_is_searched_as_what_was_meant(typed: str, meant: str) -> None:
    (word,) = asked(typed)
    assert word.corrected == (meant,)
    assert word.others == (stem_word(meant, "no"),)


def test_quotes_stars_and_other_languages_keep_a_word_from_being_a_slip() -> None:
    assert asked("ledlse", exact={"ledlse"})[0].corrected == ()
    assert asked("ledlse", prefixes={"ledlse"})[0].corrected == ()
    assert asked("ledning")[0].corrected == ()
    assert asked_word("ledlse", "no").corrected == ()


def test_a_star_is_kept_beside_the_word_without_it() -> None:
    found = asked("skole skolen", prefixes={"skolen"})
    assert [(word.word, word.prefix) for word in found] == [("skole", False), ("skolen", True)]


def test_a_starred_stop_word_is_a_word() -> None:
    assert [word.word for word in asked("og samarbeid", prefixes={"og"})] == ["og", "samarbeid"]


def test_a_long_list_is_cut() -> None:
    text = " ".join(f"ukjent{number}" for number in range(200))
    assert len(asked(text)) == MOST_QUERY_WORDS


def test_a_paragraph_is_its_rarest_words() -> None:
    words = Words(vanlig=50, **{f"ord{letter}": 1 for letter in "abcdfghijklmnopqrtuv"})
    text = "vanlig ukjentord " + " ".join(f"ord{letter}" for letter in "abcdfghijklmnopqrtuv")
    found = [word.word for word in asked_words(text, "no", words, paragraph=True)]
    assert len(found) == PARAGRAPH_WORDS
    assert not {"vanlig", "ukjentord"} & set(found)


def test_a_word_is_met_by_its_stem_its_compounds_its_spelling_and_its_beginning() -> None:
    meeting = Meeting(
        [
            AskedWord("plikt", "plikt", "plikt", others=("annen",), pieces=("skol",)),
            AskedWord("åpen", "åpen", "apen"),
            AskedWord("barne", "barn", "barn", prefix=True),
            AskedWord("sporsmal", "sporsmal", "sporsmal", prefix=True),
        ],
        "no",
    )
    for word, facts, met in (
        ("plikten", WordFacts("plikt"), True),
        ("taushetsplikt", WordFacts("taushetsplikt", ("taush", "plikt")), True),
        ("andre", WordFacts("annen"), True),
        ("skolen", WordFacts("skol"), True),
        ("aapne", WordFacts("aapen"), True),
        ("barnevernet", WordFacts("barnevern"), True),
        ("spørsmålene", WordFacts("spørsmål"), True),
        ("spor", WordFacts("spor"), False),
        ("skoleannen", WordFacts("skoleannen", ("skol", "annen")), False),  # by its own only
        ("tiltak", WordFacts("tiltak"), False),
    ):
        assert meeting.meets(word, facts) is met


@pytest.mark.parametrize("most", [1, 2, 1_000])
def test_slips_are_the_same_whether_or_not_a_beginning_is_read_at_once(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked_words_module, "MOST_BEGINNING", most)
    for typed, meant in (("ledlse", "ledelse"), ("eldelse", "ledelse"), ("samarbidet", None)):
        assert asked_word(typed, "no", WORDS).corrected == (meant or "samarbeidet",)
    assert asked_word("sluttrapport", "no", WORDS).corrected == ()
