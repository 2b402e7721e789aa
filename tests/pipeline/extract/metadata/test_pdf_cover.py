"""Covers: large text that is no title, what under one is no subtitle, and lines of authors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from pipeline.extract.metadata.pdf_cover import (
    is_body_line,
    read_cover_authors,
    read_cover_title,
    titled_person,
)

TITLE = "Møter som virker"


@dataclass
class Word:
    """A word as OCR gives it."""

    confidence: float = 1.0


@dataclass
class Row:
    """A printed line with its words."""

    words: list[Word]


@dataclass
class Draft:
    """A line of a cover with its size in points; a body line has 10."""

    text: str
    size: float = 10.0
    page: int = 0
    sure: float = 1.0
    kind: str = "paragraph"
    style: tuple[float, bool, bool] = field(init=False)
    lines: list[Row] = field(init=False)

    def __post_init__(self) -> None:
        self.style = (self.size, False, False)
        self.lines = [Row([Word(self.sure)])]


def _read(*drafts: Draft) -> dict[str, Any]:
    return {key: found.value for key, found in read_cover_title(drafts, 10.0).items()}


@pytest.mark.parametrize(
    "larger",
    ["NOU", "RAPPORT", "SOU 2021:11", "Rapport 3/2017", "2019", "Sammendrag", "Työpaperi 12/2020"],
)
def test_larger_text_that_is_no_title(larger: str) -> None:
    assert _read(Draft(larger, 34), Draft(TITLE, 26))["title"] == TITLE


def test_a_title_that_goes_on_in_lower_case_is_one() -> None:
    values = _read(Draft("Møter som virker", 26), Draft("for barn og unge", 26), Draft("x y", 14))
    assert values["title"] == "Møter som virker for barn og unge"
    apart = _read(Draft("Møter som virker", 26), Draft("Annen store linje", 26))
    assert apart["title"] == "Møter som virker"


def test_a_scanned_titles_lines_differ_a_little_in_size() -> None:
    drafts = [
        Draft("Anne Berg", 12, sure=0.9),
        Draft("Evaluering av", 21, sure=0.9),
        Draft("Samordning av Lokale", 22.5, sure=0.9),
        Draft("Tiltak (SLT)", 19.5, sure=0.9),
        Draft("En studie av tre byer", 14, sure=0.9),
    ]
    values = _read(*drafts)
    assert values["title"] == "Evaluering av Samordning av Lokale Tiltak (SLT)"
    assert values["subtitle"] == "En studie av tre byer"


@pytest.mark.parametrize(
    "under",
    [
        "Betänkande av Utredningen om barn",
        "Utredning fra et utvalg oppnevnt i 2018",
        "Björklunda kommun",
        "Utgiver: Nordmarkforskning",
        "Rapport 3/2017",
        "Evalueringsrapport",
        "Redigert av Anne Berg",
        "Mai 2019",
    ],
)
def test_what_stands_under_a_title_and_is_no_subtitle(under: str) -> None:
    assert "subtitle" not in _read(Draft(TITLE, 26), Draft(under, 14))


def test_only_the_first_page_with_text_counts() -> None:
    assert _read(Draft("tekst", 10), Draft("Større på side to", 40, page=1)) == {}


@pytest.mark.parametrize(
    ("line", "family"),
    [
        ("Lena Sandström, certifierad kommunal revisor", "Sandström"),
        ("Helena Lundqvist, fil. dr, Göteborgs universitet", "Lundqvist"),
        ("Kari Bakken, forsker ved Nordlandsforskning", "Bakken"),
        ("Aino Korhonen, erikoistutkija", "Korhonen"),
        ("Maria Andersson, PhD", "Andersson"),
    ],
)
def test_an_author_with_degree_and_employer(line: str, family: str) -> None:
    assert [name["family"] for name in titled_person(line)] == [family]


@pytest.mark.parametrize(
    "line",
    [
        "Oslo, mai 2019",
        "Anne Berg sier, at lederne bør møtes",
        "Møtene, som ledes av forskere, holdes ukentlig",
        "Bergen kommune, revisjonen",
        "Anne Berg",
    ],
)
def test_other_lines_with_a_comma(line: str) -> None:
    assert titled_person(line) == []


def test_authors_on_lines_that_follow_each_other() -> None:
    lines = [
        TITLE,
        "Sara Lindholm¹, Erik Dahlberg²",
        "Kaisa Niemi, lektor",
        "¹ Institutt for samfunn",
        "Ola Lie",
    ]
    fields = read_cover_authors(lines)
    names = [name["family"] for name in fields["authors"].value]
    assert names == ["Lindholm", "Dahlberg", "Niemi"]
    assert read_cover_authors(["Jorunn Eide (red.)", "Oslo 2019"]) == {}


def test_lines_that_only_name_a_body() -> None:
    assert is_body_line("Björklunda kommun") and is_body_line("Statens helsetilsyn")
    assert not is_body_line("Samarbeid mellom skole og kommune i fem byer")
    assert not is_body_line("Møter som virker")
