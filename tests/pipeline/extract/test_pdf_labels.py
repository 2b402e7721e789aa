from __future__ import annotations

import pytest

from pipeline.extract.job import Job
from pipeline.extract.pdf_labels import in_step, printed_labels
from tests.pipeline.extract.papers import LEFT, Paper, read_here
from tests.pipeline.extract.sheets import fill, texts_of


def _labels(
    numbers: list[str | None], *, x: float | None = None, y: float = 30
) -> list[str | None]:
    paper = Paper()
    for at, number in enumerate(numbers):
        fill(paper, at)
        if number:
            outer = 545 if at % 2 else 30
            paper.at(number, outer if x is None else x, y)
        paper.page()
    return [page.label for page in read_here(Job(paper.bytes())).pages]


def test_numbers_in_the_outer_margin_are_labels_and_no_text() -> None:
    assert _labels(["7", "8", "9", "10", "11"], y=420) == ["7", "8", "9", "10", "11"]


def test_pages_without_a_number_between_two_in_step_get_theirs() -> None:
    assert _labels([None, "4", "5", None, "7", "8", None], x=290) == [
        *("3", "4", "5", "6", "7", "8"),
        None,
    ]


def test_the_files_own_labels_serve_where_nothing_is_printed() -> None:
    paper = Paper()
    paper.canvas.addPageLabel(0, style="ROMAN_LOWER", start=1)
    paper.canvas.addPageLabel(2, style="ARABIC", start=1)
    for number in range(5):
        fill(paper, number)
        paper.page()
    assert [page.label for page in read_here(Job(paper.bytes())).pages] == [
        "i",
        "ii",
        "1",
        "2",
        "3",
    ]


def test_headers_that_alternate_and_follow_the_chapter_go() -> None:
    heads = ["Møter"] * 3 + ["Tillit og tid"] * 3 + ["Lov"] * 2
    paper = Paper()
    for number, head in enumerate(heads):
        left = number % 2 == 0
        paper.at(
            f"Kapittel {number // 3 + 1} {head}" if left else "Rapport 7/2021",
            400 if left else LEFT,
            805,
        )
        paper.at(str(number + 11), 500 if left else LEFT, 30)
        fill(paper, number)
        paper.page()
    read = read_here(Job(paper.bytes()))
    assert [page.label for page in read.pages] == [str(number + 11) for number in range(8)]
    text = " ".join(page.text for page in read.pages)
    assert "Rapport" not in text and "Kapittel" not in text and "Tillit og tid" not in text
    assert len(texts_of(read)) == 16


def test_chapter_headings_at_one_height_are_no_running_headers() -> None:
    paper = Paper()
    for number in range(5):
        paper.heading(f"{number + 1} Funn", 16)
        fill(paper, number)
        paper.page()
    assert texts_of(read_here(Job(paper.bytes())), "heading") == [f"{n + 1} Funn" for n in range(5)]


def test_the_first_lines_of_pages_that_begin_alike_stay() -> None:
    paper = Paper()
    for number in range(4):
        paper.paragraph(
            f"Kommune {number} svarte på alle spørsmålene i skjemaet, og møtene der varer sjelden"
            " mer enn en time. Referatet sendes ut samme dag til alle som var med på møtet."
        )
        fill(paper, number)
        paper.page()
    assert sum(text.startswith("Kommune ") for text in texts_of(read_here(Job(paper.bytes())))) == 4


@pytest.mark.parametrize(
    ("printed", "own", "labels"),
    [
        ([["5"], ["6"], [], ["8"]], ["1", "2", "3", "4"], ["5", "6", "7", "8"]),  # never set
        ([[], ["ii"], ["iii"], ["1"]], ["i", "ii", "iii", "1"], ["i", "ii", "iii", "1"]),
        ([[], [], ["2"], ["3"], ["4"]], ["", "1", "2", "3", "4"], [None, "1", "2", "3", "4"]),
        ([["2", "3"], ["4", "5"], ["6", "7"]], ["", "", ""], ["2–3", "4–5", "6–7"]),
        ([["2019"], ["2019"], ["2019"]], ["", "", ""], [None, None, None]),
    ],
)
def test_print_and_the_files_labels(
    printed: list[list[str]], own: list[str], labels: list[str | None]
) -> None:
    assert printed_labels(printed, own) == labels


def test_only_numbers_in_step_are_believed() -> None:
    assert in_step([["3", "19"], ["4"], ["5", "2"], []], least=3) == [{"3"}, {"4"}, {"5"}, set()]
    assert in_step([["3"], ["9"], ["1"]]) == [set(), set(), set()]
