"""Names of coders: kept in one spelling, or refused in a sentence."""

from __future__ import annotations

import pytest

from kb.coding.names import LONGEST_NAME, LONGEST_TEXT, clean_name, clean_text
from kb.errors import CodingError


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Åsa  Berg ", "Åsa Berg"),
        ("A\u030asa", "Åsa"),  # a ring of its own becomes the letter
        ('Ola "O\'Hara" Nordmann', 'Ola "O\'Hara" Nordmann'),
        ("Þórður Ægir Öxndal", "Þórður Ægir Öxndal"),
        ("Áillohaš Ŋuorri", "Áillohaš Ŋuorri"),
        ("Kari 👩\u200d🔬", "Kari 👩\u200d🔬"),
        ("Robert'); DROP TABLE coding;--", "Robert'); DROP TABLE coding;--"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("å" * LONGEST_NAME, "å" * LONGEST_NAME),
    ],
)
def test_a_name_is_kept_in_one_spelling(given: str, kept: str) -> None:
    assert clean_name(given) == kept
    assert clean_name(clean_name(given)) == kept


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "needs the coder's name"),
        (" \u00a0 ", "needs the coder's name"),
        ("å" * (LONGEST_NAME + 1), "at most 200 characters, found 201"),
        ("Ola\x00Nordmann", r"invisible character U\+0000"),
        ("Ola\nNordmann", r"U\+000A"),
        ("Ola\u202eNordmann", r"U\+202E"),
        ("Ola\ud800", r"U\+D800"),
    ],
)
def test_what_is_no_name_is_refused(given: str, said: str) -> None:
    with pytest.raises(CodingError, match=said):
        clean_name(given)


def test_text_keeps_its_lines_and_loses_what_cannot_be_seen() -> None:
    assert clean_text(" Sjå \r\nlinje\ttwo\x07\x00 ") == "Sjå \nlinje\ttwo"
    assert clean_text(None) is None
    assert clean_text(" \n ") is None


def test_text_that_is_too_long_is_refused() -> None:
    assert clean_text("ø" * LONGEST_TEXT)
    with pytest.raises(CodingError, match="Expected a remark of at most 20000"):
        clean_text("ø" * (LONGEST_TEXT + 1), "a remark")
