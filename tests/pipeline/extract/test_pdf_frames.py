from __future__ import annotations

from itertools import pairwise

import pytest
from reportlab.lib.utils import simpleSplit

from pipeline.extract.job import Job
from pipeline.extract.pdf_frames import text_frames
from pipeline.extract.pdf_regions import Segment
from pipeline.extract.pdf_rules import Edge, Rules
from pipeline.extract.pdf_words import Word
from pipeline.passages import make_passages
from tests.pipeline.extract.papers import LAW, MEETING, TRUST, Paper, read_here
from tests.pipeline.extract.sheets import texts_of

DUTY = LAW.replace("Taushetsplikten", "Meldeplikten")
ASIDE = (
    "Vi snakket med førti ansatte i fire kommuner og leste alle planene de hadde skrevet om"
    " samarbeid de siste fem årene."
)


def _tint(paper: Paper, box: tuple[float, float, float, float], *, round_by: float = 0) -> None:
    """Tint x, y, width, height, with round corners where wanted."""
    paper.canvas.setFillGray(0.9)
    if round_by:
        paper.canvas.roundRect(*box, round_by, fill=1, stroke=0)
    else:
        paper.canvas.rect(*box, fill=1, stroke=0)
    paper.canvas.setFillGray(0)


def _boxed(
    *, heading: str = "Faktaboks: taushetsplikt", split: int = 1, round_by: float = 0
) -> bytes:
    paper = Paper()
    paper.heading("1 Funn")
    paper.paragraph(MEETING)
    lines = simpleSplit(TRUST, "Helvetica", 10, 451)
    for line in lines[:split]:
        paper.line(line)
    paper.y -= 14
    y = paper.y
    _tint(paper, (66, y - 110, 463, 118), round_by=round_by)
    paper.line(heading, size=12, bold=True)
    paper.paragraph(LAW)
    paper.y = y - 130
    for line in lines[split:]:
        paper.line(line)
    paper.heading("2 Tillit")
    paper.paragraph(DUTY)
    paper.page()
    return paper.bytes()


def test_a_fact_box_does_not_break_the_paragraph_around_it() -> None:
    read = read_here(Job(_boxed()))
    assert texts_of(read) == [MEETING, TRUST, LAW, DUTY]


@pytest.mark.parametrize("round_by", [0, 8])
def test_its_heading_ends_with_it(round_by: float) -> None:
    read = read_here(Job(_boxed(split=0, round_by=round_by)))
    sections = {passage.text: passage.section for passage in make_passages(read)}
    assert sections[LAW] == "1 Funn › Faktaboks: taushetsplikt"
    assert sections[DUTY] == "2 Tillit"
    assert next(section for text, section in sections.items() if TRUST in text) == "1 Funn"


def test_a_chapters_own_heading_on_a_tint_is_the_chapters() -> None:
    sections = {b.text: b.section for b in read_here(Job(_boxed(heading="3 Lov"))).blocks}
    assert sections[TRUST] == ("1 Funn",)
    assert sections[LAW] == ("3 Lov",)


def test_a_sidebar_is_read_after_the_text_beside_it() -> None:
    for tinted in (True, False):
        paper = Paper()
        paper.heading("1 Funn")
        top = paper.y
        for text in (MEETING, TRUST, LAW):
            paper.paragraph(text, width=300)
        below = paper.y
        if tinted:
            _tint(paper, (390, top - 190, 135, 200))
        paper.y = top - 4
        paper.line("Slik gjorde vi det", x=396, size=11, bold=True)
        paper.paragraph(ASIDE, x=396, width=122, size=9)
        paper.y = below
        paper.page()
        assert texts_of(read_here(Job(paper.bytes()))) == [MEETING, TRUST, LAW, ASIDE], tinted


def _segments(count: int, x: float = 100, y: float = 100) -> list[Segment]:
    words = [Word("ord", x + 20 * n, y, x + 20 * n + 15, y + 10, 10) for n in range(count)]
    return [Segment([word], word.x0, word.top, word.x1, word.bottom, 10) for word in words]


def test_what_frames_no_text_of_its_own_is_no_frame() -> None:
    size = (595.0, 842.0)
    inside, outside = _segments(14, 100, 100), _segments(14, 100, 500)
    box = (90.0, 90.0, 400.0, 130.0)
    assert text_frames(Rules(frames=[box]), inside + outside, [], size) == [box]
    assert text_frames(Rules(frames=[box]), inside, [], size) == []
    assert text_frames(Rules(frames=[box]), _segments(5) + outside, [], size) == []
    assert text_frames(Rules(frames=[(0, 0, 590, 800)]), inside + outside, [], size) == []
    nested = Rules(frames=[box, (95.0, 95.0, 390.0, 125.0), box])
    assert text_frames(nested, inside + outside, [], size) == [box]
    assert text_frames(Rules(), inside, [], size) == []


def _ruled(paper: Paper, box: tuple[float, float, float, float], *, sides: int = 4) -> None:
    """Draw x, y, width, height as rules of their own, as typesetters of books do."""
    x, y, width, height = box
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
    for begin, end in list(pairwise(corners))[:sides]:
        paper.canvas.line(*begin, *end)


@pytest.mark.parametrize("sides", [4, 3])
def test_four_rules_around_text_are_a_frame_and_three_are_not(sides: int) -> None:
    paper = Paper()
    paper.heading("1 Funn", size=16)
    paper.paragraph(MEETING)
    paper.heading("1.1 Møter", size=13)
    paper.y -= 14
    y = paper.y
    _ruled(paper, (66, y - 60, 463, 78), sides=sides)
    paper.line("MERK", size=12)
    paper.paragraph(LAW)
    paper.y = y - 80
    paper.paragraph(TRUST)
    paper.heading("1.2 Loven", size=13)
    paper.paragraph(DUTY)
    paper.page()
    sections = {block.text: block.section for block in read_here(Job(paper.bytes())).blocks}
    assert sections[DUTY] == ("1 Funn", "1.2 Loven")
    assert sections[LAW] == ("1 Funn", "1.1 Møter", "MERK")
    framed = sides == 4
    assert (sections[TRUST] == ("1 Funn", "1.1 Møter")) is framed


def test_rules_that_do_not_meet_frame_nothing() -> None:
    text = Segment([Word("ord", 20, 20, 60, 30, 10)] * 9, 20, 20, 60, 30, 10)
    beside = Segment([Word("ord", 20, 300, 60, 310, 10)] * 9, 20, 300, 60, 310, 10)
    left, right = Edge(10, 10, 10, 90), Edge(210, 10, 210, 90)
    above, below = Edge(10, 10, 210, 10), Edge(10, 90, 210, 90)
    short = Edge(60, 90, 210, 90)

    def frames(*edges: Edge) -> int:
        return len(text_frames(Rules(list(edges)), [text, beside], [], (600, 800)))

    assert frames(left, right, above, below) == 1
    assert frames(left, right, above, short) == frames(left, right, above) == 0
    assert frames(left, Edge(210, 10, 210, 60), above, below) == 0
