from __future__ import annotations

import pypdfium2
import pytest

from pipeline.extract.job import Job
from pipeline.extract.pdf_plumbed import are_fragments, read_plumbed
from pipeline.extract.pdf_rules import Edge, Rules, read_rules
from pipeline.extract.pdf_turn import Placement
from pipeline.extract.pdf_words import PageWords, Word
from tests.pipeline.extract.papers import HEIGHT, LAW, WIDTH, Paper, read_here
from tests.pipeline.extract.sheets import changed, texts_of

SHEET = Placement(0, 0, WIDTH, HEIGHT)


def _rules(paper: Paper, placement: Placement = SHEET) -> Rules:
    paper.page()
    return read_rules(pypdfium2.PdfDocument(paper.bytes())[0], placement)


def _places(edges: list[Edge]) -> list[tuple[int, int, int, int]]:
    return [(round(e.x0), round(e.top), round(e.x1), round(e.bottom)) for e in edges]


def test_strokes_and_thin_bars_are_edges() -> None:
    paper = Paper()
    paper.canvas.line(100, HEIGHT - 50, 300, HEIGHT - 50)
    paper.canvas.rect(100, HEIGHT - 101, 200, 1, stroke=0, fill=1)
    paper.canvas.line(400, HEIGHT - 50, 400, HEIGHT - 150)
    found = _rules(paper)
    assert _places(found.edges) == [(100, 50, 300, 50), (100, 100, 300, 100), (400, 50, 400, 150)]
    assert [edge.level for edge in found.edges] == [True, True, False]
    assert found.frames == []


def test_a_rectangle_is_four_edges_and_may_be_a_frame() -> None:
    paper = Paper()
    paper.canvas.rect(100, HEIGHT - 200, 200, 100)
    paper.canvas.rect(400, HEIGHT - 120, 10, 10)
    found = _rules(paper)
    assert len([edge for edge in found.edges if edge.x1 < 350]) == 4
    assert [tuple(map(round, frame)) for frame in found.frames] == [(100, 100, 300, 200)]


def test_slanting_strokes_signs_and_clip_paths_are_nothing() -> None:
    paper = Paper()
    paper.canvas.line(100, 100, 300, 400)
    paper.canvas.line(100, 100, 103, 100)
    paper.canvas.circle(300, 300, 40)
    clip = paper.canvas.beginPath()
    clip.rect(50, 50, 400, 400)
    paper.canvas.clipPath(clip, stroke=0, fill=0)
    paper.line("Tekst")
    found = _rules(paper)
    assert found.edges == [] and not found.look_ruled()


def test_a_drawing_of_many_strokes_is_no_table() -> None:
    paper = Paper()
    for number in range(1300):
        paper.canvas.line(100, 100 + number / 3, 300, 100 + number / 3)
    assert _rules(paper) == Rules()


def test_rules_inside_a_form_stand_where_it_is_placed() -> None:
    paper = Paper()
    paper.canvas.beginForm("rute")
    paper.canvas.line(0, 0, 100, 0)
    paper.canvas.endForm()
    paper.canvas.translate(200, HEIGHT - 300)
    paper.canvas.scale(2, 2)
    paper.canvas.doForm("rute")
    assert _places(_rules(paper).edges) == [(200, 300, 400, 300)]


def test_rules_of_a_turned_page_are_where_its_text_is() -> None:
    paper = Paper()
    paper.canvas.line(100, 200, 100, 400)
    (edge,) = _rules(paper, Placement(0, 0, WIDTH, HEIGHT, 90)).edges
    assert edge.level and _places([edge]) == [(200, 100, 400, 100)]


@pytest.mark.parametrize("turn", [90, 270])
def test_a_ruled_table_on_a_turned_page(turn: int) -> None:
    paper = Paper()
    paper.paragraph(LAW)
    paper.grid([["Kommune", "Leder"], ["Fjelldal", "Rektor"], ["Vågen", "Lege"]], 72, 600, 300)
    paper.page()
    read = read_here(Job(changed(paper.bytes(), lambda page: page.set_rotation(turn))))
    assert texts_of(read, "table_row") == [
        "Kommune: Fjelldal; Leder: Rektor",
        "Kommune: Vågen; Leder: Lege",
    ]
    boxes = [b.lines[0].box for b in read.blocks if b.kind == "table_row"]
    assert all(box and box[3] - box[1] > box[2] - box[0] for box in boxes), "shown sideways"


def _letters(text: str, step: float) -> PageWords:
    words = [Word(c, 72 + step * n, 100, 78 + step * n, 110, 10) for n, c in enumerate(text)]
    return PageWords(0, WIDTH, HEIGHT, words)


def test_fragments_are_letters_side_by_side() -> None:
    assert are_fragments(_letters("samarbeid" * 6, 6))
    assert not are_fragments(_letters("samarbeid" * 6, 30)), "cells of one letter"
    assert not are_fragments(_letters("123456789" * 6, 6))
    assert not are_fragments(_letters("samarbeid", 6))


def test_where_pdfplumber_cannot_read_the_fragments_stay() -> None:
    page = _letters("samarbeid" * 6, 6)
    assert read_plumbed(b"no file", 0, page) is page
    empty = Paper()
    empty.page()
    assert read_plumbed(empty.bytes(), 0, page).words[0].text == "s"
