"""Folding: spellings that mean the same compare equal, letters that tell words apart stay."""

from __future__ import annotations

import pytest

from corpora.folding import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ærøskøbing, Åse", "AEROESKOEBING AASE"),
        ("børn og unge", "börn og unge"),
        ("Samhandling på Ål", "samhandling paa Aal"),
        ("Þjónusta við börn", "THJONUSTA VID BORN"),
        ("Sámi mánáid dorvvolašvuohta", "Sami manaid dorvvolasvuohta"),
        ("kommu\u00adnens  «plan»", "kommunens plan"),
        ("Øst", "O\u0338st"),
        ("Väestöliitto", "Va\u0308esto\u0308liitto"),
        ("ﬁnne", "finne"),
    ],
)
def test_spellings_of_one_word_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("lege", "lage"), ("del 1", "del 2"), ("må", "mø")])
def test_other_words_stay_others(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_nothing_is_left_of_signs() -> None:
    assert fold(" – … «» _ ") == ""
    assert fold("Rapport 2020:02") == "rapport 2020 02"
