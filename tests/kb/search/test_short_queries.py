from __future__ import annotations

from pathlib import Path

import pytest

from kb.search.lexical import LexicalIndex, write_fulltext
from kb.search.short_queries import likelier_language
from tests.kb.search.sample_rows import make_row

ROWS = [
    make_row("a", "Skatt og arbeid i kommunen.", language="nb"),
    make_row("b", "Skatt på kommunalt arbete.", language="sv"),
    make_row("c", "Skatt på arbete.", language="sv"),
    make_row("d", "Verkosto toimii.", language="fi"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    folder: Path = tmp_path_factory.mktemp("generation")
    write_fulltext(folder, ROWS)
    return LexicalIndex(folder)


@pytest.mark.parametrize(
    ("typed", "detected", "wanted"),
    [
        ("skatt", "fo", "sv"),  # most passages there
        ("skatt", "nb", "nb"),  # the detected language has it
        ("verkosto", "et", "fi"),
        ("skatt kommunen", "fo", "nb"),  # only there both
        ("verkosto skatt", "da", "da"),  # nowhere both
        ("ukjent", "da", "da"),
        ("skatt på arbete", "fo", "fo"),  # three words tell their language
        ("", "da", "da"),
    ],
)
def test_the_index_tells_what_one_or_two_words_are(
    index: LexicalIndex, typed: str, detected: str, wanted: str
) -> None:
    assert likelier_language(typed, detected, index) == wanted
