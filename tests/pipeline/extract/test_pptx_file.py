from __future__ import annotations

import io
from typing import Any

import pptx
import pytest
from pptx.util import Inches

from pipeline.extract.job import Job
from pipeline.passages import make_passages
from pipeline.records import Extracted
from tests.pipeline.extract.papers import LAW, MEETING, TRUST, read_here


def _slide(deck: Any, title: str, body: str, notes: str = "") -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = title
    slide.placeholders[1].text = body
    if notes:
        slide.notes_slide.notes_text_frame.text = notes
    box = slide.shapes.add_textbox(Inches(0.2), Inches(7), Inches(3), Inches(0.3))
    box.text_frame.text = "Nordmark kommune"
    return slide


def _deck() -> bytes:
    deck = pptx.Presentation()
    deck.core_properties.author = "Anne Berg"
    cover = deck.slides.add_slide(deck.slide_layouts[0])
    cover.shapes.title.text = "Møter som virker"
    cover.placeholders[1].text = "Anne Berg\nUtgiver: Nordmarkforskning\n2021"
    _slide(deck, "Ledelse", MEETING)
    _slide(deck, "Tillit", "Teksten står i notatene.", TRUST)
    _slide(deck, "Tiltak", "Fast leder\nReferat samme dag", "Husk å nevne loven.")
    table_slide = deck.slides.add_slide(deck.slide_layouts[5])
    table_slide.shapes.title.text = "Tall"
    table = table_slide.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(5), Inches(1)).table
    for cell, text in zip(table.iter_cells(), ["Sted", "Møter", "Vågen", "4"], strict=True):
        cell.text = text
    _slide(deck, "Referanser", "Dahl, P. (2009). En håndbok.")
    _slide(deck, "Takk", "Ring 55 55 55 55")
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def read() -> Extracted:
    return read_here(Job(_deck()))


def test_cover_gives_the_metadata(read: Extracted) -> None:
    assert {key: field.value for key, field in read.metadata.items()} == {
        "title": "Møter som virker",
        "authors": [{"family": "Berg", "given": "Anne"}],
        "publisher": "Nordmarkforskning",
        "year": 2021,
        "language": "nb",
    }


def test_a_slide_is_a_page_with_its_number(read: Extracted) -> None:
    assert [(p.index, p.label) for p in read.pages] == [(n, str(n + 1)) for n in range(7)]
    assert read.pages[1].text == f"Ledelse\n\n{MEETING}"


def test_titles_are_sections_and_notes_are_notes(read: Extracted) -> None:
    passages = [(p.page, p.kind, p.section, p.text) for p in make_passages(read)]
    assert passages == [
        (1, "body", "Ledelse", MEETING),
        (2, "notes", "Tillit", TRUST),
        (3, "body", "Tiltak", "Fast leder\nReferat samme dag"),
        (3, "notes", "Tiltak", "Husk å nevne loven."),
        (4, "table", "Tall", "Sted: Vågen; Møter: 4"),
    ]


def test_passages_carry_labels_and_boxes(read: Extracted) -> None:
    first = make_passages(read)[0]
    assert (first.page_label, first.page_label_end) == ("2", "2")
    ((page, box),) = first.boxes
    assert page == 1 and 0 <= box[0] < box[2] <= 1 and 0 <= box[1] < box[3] <= 1


def test_repeated_lines_and_pointers_are_furniture(read: Extracted) -> None:
    chrome = {b.text for b in read.blocks if b.kind == "chrome"}
    assert chrome == {"Nordmark kommune", "Teksten står i notatene."}
    assert all("Nordmark kommune" not in page.text for page in read.pages)


def test_grouped_shapes_are_read() -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Gruppe"
    group = slide.shapes.add_group_shape()
    for number, text in enumerate((LAW, MEETING)):
        box = group.shapes.add_textbox(Inches(1), Inches(2 + 2 * number), Inches(6), Inches(1))
        box.text_frame.text = text
    buffer = io.BytesIO()
    deck.save(buffer)
    read = read_here(Job(buffer.getvalue()))
    assert [b.text for b in read.blocks if b.kind == "paragraph"] == [LAW, MEETING]


def test_an_empty_deck_is_said() -> None:
    buffer = io.BytesIO()
    pptx.Presentation().save(buffer)
    read = read_here(Job(buffer.getvalue()))
    assert read.status == "quarantined"
    assert read.reason == "The slides hold no text that could be read."
