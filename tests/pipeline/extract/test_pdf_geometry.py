from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.job import Job
from pipeline.extract.pdf_turn import Placement, nearest_quarter, page_box, turned_back
from pipeline.records import Box
from tests.pipeline.extract.papers import HEIGHT, LAW, LEFT, WIDTH, read_here
from tests.pipeline.extract.sheets import (
    TEXTS,
    block_of,
    changed,
    fill,
    numbered_pages,
    scattered,
    texts_of,
    three_paragraphs,
    wide_paper,
)

Corner = tuple[float, float]


@pytest.mark.parametrize(
    ("turn", "corner"), [(0, (0, 0)), (90, (1, 0)), (180, (1, 1)), (270, (0, 1))]
)
def test_turned_pages_are_read_and_their_boxes_are_those_shown(turn: int, corner: Corner) -> None:
    paper = three_paragraphs()
    paper.page()
    read = read_here(Job(changed(paper.bytes(), lambda page: page.set_rotation(turn))))
    assert texts_of(read) == list(TEXTS)
    box = block_of(read, "1 Funn").lines[0].box
    assert box is not None
    nearest = (round((box[0] + box[2]) / 2), round((box[1] + box[3]) / 2))
    assert nearest == corner, "the heading stands in the page's upper left corner, turned with it"


@pytest.mark.parametrize("shown_upright", [True, False])
def test_a_table_page_set_sideways_is_read_with_its_upright_neighbours(shown_upright: bool) -> None:
    paper = three_paragraphs()
    paper.page()
    paper.canvas.translate(WIDTH, 0)
    paper.canvas.rotate(90)
    paper.y = 550
    paper.heading("2 Liggende")
    paper.paragraph(LAW)
    paper.page()
    data = paper.bytes()
    if shown_upright:
        data = changed(data, lambda page: page.set_rotation(90), page=1)
    read = read_here(Job(data))
    assert texts_of(read)[-1] == LAW
    box = block_of(read, "Taushetsplikten oppfattes").lines[-1].box
    heading = block_of(read, "2 Liggende").lines[0].box
    assert box is not None and heading is not None
    wide = heading[2] - heading[0] > heading[3] - heading[1]
    assert wide == shown_upright


def test_the_number_beside_a_page_set_sideways_is_its_label() -> None:
    paper = numbered_pages(0)
    for number in range(4):
        if number == 2:
            paper.at(str(number + 8), 290, 30)
            paper.canvas.translate(WIDTH, 0)
            paper.canvas.rotate(90)
            paper.y = 550
        fill(paper, number)
        if number != 2:
            paper.at(str(number + 8), 290, 30)
        paper.page()
    read = read_here(Job(paper.bytes()))
    assert [page.label for page in read.pages] == ["8", "9", "10", "11"]
    assert not any(page.text.rstrip().endswith(page.label or "?") for page in read.pages)


def test_a_crop_box_with_a_negative_origin_moves_the_boxes() -> None:
    paper = three_paragraphs()
    paper.page()

    def crop(page: Any) -> None:
        page.set_mediabox(-100, -50, 700, 900)
        page.set_cropbox(-20, -30, 600, 850)

    data = paper.bytes()
    plain, cropped = read_here(Job(data)), read_here(Job(changed(data, crop)))
    assert texts_of(cropped) == list(TEXTS)
    before, after = (block_of(read, "1 Funn").lines[0].box for read in (plain, cropped))
    assert before is not None and after is not None
    assert after[0] == pytest.approx((before[0] * WIDTH + 20) / 620, abs=0.001)
    assert after[3] == pytest.approx((before[3] * HEIGHT + 850 - HEIGHT) / 880, abs=0.001)


def test_what_is_cropped_away_is_not_read() -> None:
    paper = three_paragraphs()
    paper.at("Skjæremerke som ingen ser", LEFT, 5)
    paper.page()
    data = changed(paper.bytes(), lambda page: page.set_cropbox(0, 20, WIDTH, HEIGHT))
    assert "Skjæremerke" not in read_here(Job(data)).pages[0].text


def test_letters_drawn_in_no_order_are_read_by_their_places() -> None:
    assert texts_of(read_here(Job(scattered(TEXTS, random.Random(3))))) == list(TEXTS)


def test_two_pages_on_a_sheet_are_read_left_then_right_and_bear_both_numbers() -> None:
    paper = wide_paper(2 * WIDTH, HEIGHT)
    for sheet in range(3):
        for side in (0, 1):
            paper.y = 760
            fill(paper, 2 * sheet + side, LEFT + side * WIDTH)
            paper.at(str(4 + 2 * sheet + side), 40 + side * (2 * WIDTH - 90), 30)
        paper.page()
    read = read_here(Job(paper.bytes()))
    assert [page.label for page in read.pages] == ["4–5", "6–7", "8–9"]
    starts = [text[:3] for text in texts_of(read)]
    assert starts == [letter * 3 for letter in "abcdef" for _ in (0, 1)]


@pytest.mark.parametrize(
    ("degrees", "quarter"), [(0, 0), (358, 0), (91.5, 90), (180, 180), (262, 270), (45, None)]
)
def test_text_aslant_is_no_quarter_turn(degrees: float, quarter: int | None) -> None:
    assert nearest_quarter(degrees) == quarter


def test_places_of_turned_pages() -> None:
    sheet = Placement(-10, -20, 190, 80)
    assert sheet.size == pytest.approx((200, 100))
    assert sheet.place(-10, 60, 0, 80) == pytest.approx((0, 0, 10, 20))
    turned = Placement(-10, -20, 190, 80, 90)
    assert turned.size == pytest.approx((100, 200))
    assert turned.place(-10, 60, 0, 80) == pytest.approx((80, 0, 100, 10))


@given(
    st.tuples(*[st.floats(0, 0.5)] * 2),
    st.tuples(*[st.floats(0.01, 0.5)] * 2),
    st.sampled_from([0, 90, 180, 270]),
)
def test_turning_back_undoes_turning(corner: Corner, size: Corner, turn: int) -> None:
    box: Box = (corner[0], corner[1], corner[0] + size[0], corner[1] + size[1])
    there = turned_back(box, turn)
    again = turned_back(there, -turn % 360)
    assert again == pytest.approx(box)
    assert there[0] < there[2] and there[1] < there[3]


def test_boxes_stay_on_the_page() -> None:
    assert page_box((-5, 10, 700, 20), 595, 842) == (0.0, 0.0119, 1.0, 0.0238)
    assert page_box((0, 0, 1, 1), 0, 0) == (0.0, 0.0, 0.0, 0.0)
