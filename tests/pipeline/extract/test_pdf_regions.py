from __future__ import annotations

import pytest

from pipeline.extract.job import Job
from pipeline.extract.pdf_regions import (
    Segment,
    keeps_to,
    page_gutters,
    reading_regions,
    usual_gutters,
)
from pipeline.extract.pdf_words import Word
from tests.gates.sequences import aligned_share
from tests.pipeline.extract.papers import LAW, LEFT, MEETING, TRUST, Paper, read_here
from tests.pipeline.extract.sheets import texts_of

EDGES = (72.0, 232.0, 392.0)


def _line(x: float, y: float, words: int = 6, size: float = 10.0, *, bold: bool = False) -> Segment:
    own = [Word("ord", x + 24 * n, y, x + 24 * n + 20, y + size, size) for n in range(words)]
    return Segment(own, x, y, own[-1].x1, y + size, size, bold)


def _columns(edges: tuple[float, ...], lines: int, top: float = 100.0) -> list[Segment]:
    return [_line(x, top + 12 * n) for x in edges for n in range(lines)]


def _shape(regions: list[list[Segment]]) -> list[tuple[float, int]]:
    return [(min(s.x0 for s in region), len(region)) for region in regions]


@pytest.mark.parametrize("count", [2, 3])
def test_gutters_are_where_columns_begin(count: int) -> None:
    found = page_gutters(_columns(EDGES[:count], 12))
    assert [round(gutter + 2) for gutter in found] == [round(x) for x in EDGES[1:count]]


def test_one_column_has_none() -> None:
    assert page_gutters([_line(72, 100 + 12 * n, 18) for n in range(30)]) == ()
    assert page_gutters(_columns(EDGES, 2)) == ()
    cells = [_line(x, 100 + 12 * n, 1) for x in EDGES for n in range(30)]
    assert page_gutters(cells) == ()


def test_columns_of_few_lines_under_headings_are_columns_by_the_whole_page() -> None:
    page: list[Segment] = []
    for band in range(6):
        page.append(_line(72, 80 + 90 * band, 4, 14, bold=True))
        page += _columns(EDGES, 3, 110 + 90 * band)
    assert _shape(reading_regions(page, 595)) == [
        part for _ in range(6) for part in ((72.0, 1), (72.0, 3), (232.0, 3), (392.0, 3))
    ]


def test_a_page_of_few_lines_has_the_columns_of_the_others() -> None:
    full, last = _columns(EDGES, 20), _columns(EDGES, 2)
    usual = usual_gutters([full, full, full, last])
    assert [round(gutter) for gutter in usual] == [230, 390]
    assert keeps_to(last, usual)
    assert _shape(reading_regions(last, 595, usual)) == [(72.0, 2), (232.0, 2), (392.0, 2)]
    assert _shape(reading_regions(last, 595)) == [(72.0, 6)]


def test_a_page_over_the_full_width_keeps_to_no_columns() -> None:
    assert not keeps_to([_line(72, 100 + 12 * n, 18) for n in range(6)], (230.0,))
    assert not keeps_to(_columns(EDGES, 3), ())
    assert usual_gutters([_columns(EDGES, 20), *[_columns((72.0,), 20)] * 6]) == ()
    assert usual_gutters([]) == ()


def test_a_full_width_heading_stands_between_columns() -> None:
    paper = Paper()
    paper.heading("Tittel over alt", 18)
    rest = (LAW.replace("Taushet", "Avtale"), TRUST.replace("Tillit", "Ro"))
    for heading, texts in (("", (MEETING, TRUST, LAW, MEETING[::1])), ("2 Over begge", rest)):
        if heading:
            paper.heading(heading, 14)
        top = low = paper.y
        half = len(texts) // 2
        for column in (0, 1):
            paper.y = top
            for text in texts[column * half : (column + 1) * half]:
                paper.paragraph(text, LEFT + 235 * column, 216, 9)
            low = min(low, paper.y)
        paper.y = low
    paper.page()
    read = read_here(Job(paper.bytes()))
    assert texts_of(read, "paragraph", "heading") == [
        "Tittel over alt",
        *(MEETING, TRUST, LAW, MEETING),
        "2 Over begge",
        *rest,
    ]


@pytest.mark.parametrize(
    ("found", "wanted", "share"),
    [
        ("a b c d", "a b c d", 1.0),
        ("a b x c d", "a b c d", 1 - 1 / 9),
        ("", "", 1.0),
        ("x y z", "a b c", 0.0),
    ],
)
def test_the_measure_of_order(found: str, wanted: str, share: float) -> None:
    assert aligned_share(found.split(), wanted.split(), 0.5) == pytest.approx(share)
