from __future__ import annotations

import pytest

from kb.search.spelling import LEAST_LETTERS, MOST_CORRECTIONS, corrections, one_error

COUNTS = {"samarbeid": 9, "samarbeidet": 4, "skole": 5, "skolen": 2, "ledelse": 3, "åpenhet": 1}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("samarbied", "samarbeid"),  # exchanged
        ("samarbid", "samarbeid"),  # left out
        ("samarrbeid", "samarbeid"),  # twice
        ("samarbeie", "samarbeid"),  # another
        ("ledelsa", "ledelse"),
        ("openhet", "åpenhet"),
    ],
)
def test_one_error_is_forgiven(typed: str, meant: str) -> None:
    assert corrections(typed, "no", lambda word: COUNTS.get(word, 0)) == (meant,)


@pytest.mark.parametrize("typed", ["samrbied", "skle", "0-24", "2o17x", "yhteistyö"])
def test_two_errors_short_words_and_figures_are_not(typed: str) -> None:
    assert corrections(typed, "no", lambda word: COUNTS.get(word, 0)) == ()


def test_the_most_frequent_come_first_and_are_few() -> None:
    counts = {f"barne{letter}": number for number, letter in enumerate("abcdefg", start=1)}
    found = corrections("barnex", "no", lambda word: counts.get(word, 0))
    assert found == ("barneg", "barnef", "barnee")
    assert len(found) == MOST_CORRECTIONS


def test_every_error_is_tried_and_the_word_itself_is_not() -> None:
    found = one_error("plikt", "no")
    assert {"likt", "pilkt", "plækt", "pliktt", "pliktø"} <= found
    assert "plikt" not in found
    assert all(abs(len(word) - LEAST_LETTERS) <= 1 for word in found)
    assert "pliktþ" in one_error("plikt", "is") - one_error("plikt", "no")
