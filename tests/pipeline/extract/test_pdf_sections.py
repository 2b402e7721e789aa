"""Heading levels and the place of tables: what decides under which section a passage stands."""

from __future__ import annotations

from typing import Any

import pytest
from reportlab.lib import colors
from reportlab.platypus import Table

from pipeline.extract.job import Job
from pipeline.extract.pdf_blocks import Draft
from pipeline.extract.pdf_sections import heading_levels
from pipeline.passages import make_passages
from tests.pipeline.extract.papers import LEFT, MEETING, TRUST, Paper, read_here

Look = tuple[float, bool, bool]
CHAPTER, SECTION, POINT, NOTE = (
    (20.0, True, False),
    (14.0, True, False),
    (12.0, True, False),
    (
        12.0,
        False,
        False,
    ),
)


def _levels(*headings: tuple[str, Look], **outline: int) -> list[int | None]:
    drafts = [Draft("heading", style=look, text=text) for text, look in headings]
    heading_levels(drafts, outline)
    return [draft.level for draft in drafts]


@pytest.mark.parametrize("dated", ["9. juli 2023", "12. mars 2020"])
def test_a_date_set_large_is_no_numbered_chapter(dated: str) -> None:
    levels = _levels(
        (dated, NOTE),
        ("1 Funn", CHAPTER),
        ("1.1 Møter", SECTION),
        ("MERK", NOTE),
        ("2 Lov", CHAPTER),
    )
    assert levels[1:] == [1, 2, 3, 1]


def test_a_heading_without_number_never_ends_one_that_stands_out_more() -> None:
    levels = _levels(
        ("1 Funn", CHAPTER), ("1.1 Møter", SECTION), ("1.1.1 Tid", POINT), ("Merk", NOTE),
        ("3 steg", NOTE), ("Bilag", CHAPTER), ("Vedlegg A", SECTION), ("Tid", POINT),
    )  # fmt: skip
    assert levels == [1, 2, 3, 3, 1, 1, 2, 3]


def test_without_numbers_size_and_weight_decide() -> None:
    assert _levels(("Funn", CHAPTER), ("Møter", SECTION), ("Merk", NOTE)) == [1, 2, 3]


def test_bookmarks_decide_but_where_they_contradict_each_other() -> None:
    headings = (("Funn", CHAPTER), ("Oppsummering", SECTION), ("1 Lov", CHAPTER))
    assert _levels(*headings, oppsummering=3) == [1, 3, 1]
    assert _levels(*headings, oppsummering=0) == [1, 2, 1]


def _bookmarked() -> bytes:
    paper = Paper()
    canvas: Any = paper.canvas
    for chapter in ("1 Funn", "2 Lov"):
        canvas.bookmarkPage(chapter)
        canvas.addOutlineEntry(chapter, chapter, 0)
        paper.heading(chapter, size=18)
        paper.paragraph(MEETING)
        key = f"Kort om {chapter[2:]}"
        canvas.addOutlineEntry("Oppsummert", chapter, 1)
        paper.heading("Oppsummert", size=13)
        paper.paragraph(TRUST)
        assert key
    canvas.addOutlineEntry("Oppsummert", "2 Lov", 0)
    paper.heading("Oppsummert", size=18)
    paper.paragraph(MEETING)
    paper.page()
    return paper.bytes()


def test_a_title_bookmarked_at_two_levels_goes_by_its_look() -> None:
    sections = [p.section for p in make_passages(read_here(Job(_bookmarked())))]
    assert sections == [
        "1 Funn", "1 Funn › Oppsummert", "2 Lov", "2 Lov › Oppsummert", "Oppsummert",
    ]  # fmt: skip


def test_a_narrow_table_in_the_middle_stands_under_the_heading_above_it() -> None:
    paper = Paper()
    paper.heading("1 Funn", size=18)
    paper.paragraph(MEETING)
    paper.heading("1.1 Sted", size=13)
    paper.line("Tabell 1 Steder", LEFT, 8)
    table = Table([["Tjeneste", "Hemmer"], ["Skole", "Tid"], ["Vern", "Lov"]])
    table.setStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
    table.wrapOn(paper.canvas, 200, 200)
    table.drawOn(paper.canvas, 260, paper.y - 60)
    paper.y -= 80
    paper.paragraph(TRUST)
    paper.page()
    found = {p.kind: p.section for p in make_passages(read_here(Job(paper.bytes())))}
    assert found["table"] == "1 Funn › 1.1 Sted"
