"""How records are named: authors, pages, files."""

from __future__ import annotations

from typing import Any

import pytest

from app.labels import authors_label, countries_label, file_name, pages_label, year_of


@pytest.mark.parametrize(
    ("authors", "shown"),
    [
        ([], None),
        (None, None),
        ([{"family": "Berg", "given": "Ida"}], "Berg"),
        ([{"family": "Berg"}, {"literal": "Fafo"}], "Berg & Fafo"),
        ([{"family": "A"}, {"family": "B"}, {"family": "C"}], "A, B & C"),
        ([{"family": "A"}, {"family": "B"}, {"family": "C"}, {"family": "D"}], "A and others"),
        ([{"given": "Cher"}, {"family": "  "}, "broken", None], "Cher"),
    ],
)
def test_authors_in_short(authors: Any, shown: str | None) -> None:
    assert authors_label({"author": authors}) == shown


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("12", "12", "p. 12"),
        ("xii", None, "p. xii"),
        ("12", "13", "pp. 12–13"),
        (None, "13", None),
        ("", "", None),
    ],
)
def test_pages(first: str | None, last: str | None, shown: str | None) -> None:
    assert pages_label(first, last) == shown


@pytest.mark.parametrize(
    ("issued", "year"),
    [
        ({"date-parts": [[2019, 5]]}, "2019"),
        ({"date-parts": [[]]}, None),
        ({"date-parts": []}, None),
        ({}, None),
        (None, None),
    ],
)
def test_years(issued: Any, year: str | None) -> None:
    assert year_of({"issued": issued}) == year


def test_countries() -> None:
    assert countries_label(["NO", "SE"]) == "Norway, Sweden"
    assert countries_label([]) is None


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Kapittel 3: Ledelse og mål", "kapittel-3-ledelse-og-mal"),
        ("Ærøskøbing", "aeroskobing"),
        ("../../etc/passwd", "etc-passwd"),
        ("日本", "citations"),
        ("a\r\nb", "a-b"),
        ("x" * 200, "x" * 60),
    ],
)
def test_a_set_gets_a_harmless_file_name(name: str, file: str) -> None:
    assert file_name(name) == file
