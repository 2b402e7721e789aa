from __future__ import annotations

import pytest

from pipeline.extract.pdf_labels import printed_labels, roman_value
from pipeline.extract.pdf_regions import Segment
from pipeline.extract.pdf_running import drop_running
from pipeline.extract.pdf_words import Word

HEIGHT = 842.0


def _segment(text: str, y: float, x: float = 72.0) -> Segment:
    word = Word(text, x, y, x + 6 * len(text), y + 10, 10)
    return Segment([word], word.x0, word.top, word.x1, word.bottom, 10)


def _pages(*pages: list[Segment]) -> list[tuple[list[Segment], float]]:
    return [(page, HEIGHT) for page in pages]


def test_headers_that_change_with_the_chapter_are_found_by_their_height() -> None:
    pages = _pages(
        *(
            [
                _segment(f"Kapittel {1 + n // 3}", 36),
                _segment(f"{1 + n // 3}.{n} Tema", 36, 400),
                _segment(f"Tekst som bare handler om {chr(97 + n) * 4}", 80),
                _segment(f"Mer tekst nummer {n} her", 300),
            ]
            for n in range(8)
        )
    )
    remaining, dropped = drop_running(pages)
    assert all(next(s.text for s in page).startswith("Tekst som bare") for page in remaining)
    assert all(len(page) == 2 for page in remaining)
    assert all("Kapittel" in texts[0] for texts in dropped)


def test_body_lines_at_one_height_stay() -> None:
    pages = _pages(
        *(
            [_segment(f"Ulik tekst {chr(97 + n) * 5}", 60), _segment("Midt på", 400)]
            for n in range(9)
        )
    )
    remaining, dropped = drop_running(pages)
    assert all(len(page) == 2 for page in remaining)
    assert not any(dropped)


def test_several_lines_above_one_another() -> None:
    pages = _pages(
        *(
            [
                _segment("Rapport 4", 30),
                _segment("Et navn", 44),
                _segment(f"Unik {chr(97 + n) * 6}", 90),
                _segment(str(n + 3), 810, 290),
            ]
            for n in range(6)
        )
    )
    remaining, dropped = drop_running(pages)
    assert all(len(page) == 1 for page in remaining)
    assert printed_labels(dropped, [""] * 6) == ["3", "4", "5", "6", "7", "8"]


@pytest.mark.parametrize(
    ("texts", "label"),
    [("- 12 -", "12"), ("Side 3 av 9", "3"), ("xiv", "xiv"), ("| 7", "7"), ("s. 4", "4")],
)
def test_a_lone_number_is_a_page_number(texts: str, label: str) -> None:
    remaining, dropped = drop_running(_pages([_segment("Tekst", 300), _segment(texts, 815)]))
    assert [s.text for s in remaining[0]] == ["Tekst"]
    assert printed_labels(dropped, [""]) == [label]


def test_numbers_out_of_step_do_not_count() -> None:
    dropped = [["Rapport 2019  1"], ["Rapport 2019  2"], ["Rapport 2019"], ["Rapport 2019  4"]]
    assert printed_labels(dropped, [""] * 4) == ["1", "2", "3", "4"]


def test_roman_front_matter_then_arabic() -> None:
    dropped = [[], ["ii"], ["iii"], ["iv"], ["1"], [], ["3"]]
    assert printed_labels(dropped, [""] * 7) == ["i", "ii", "iii", "iv", "1", "2", "3"]


def test_the_files_own_labels_fill_what_is_not_printed() -> None:
    assert printed_labels([[], [], []], ["A-1", "A-2", ""]) == ["A-1", "A-2", None]
    assert printed_labels([["5"], ["6"], ["7"]], ["1", "2", "3"]) == ["5", "6", "7"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("i", 1),
        ("iv", 4),
        ("ix", 9),
        ("xii", 12),
        ("xl", 40),
        ("XC", None),
        ("iiii", None),
        ("", None),
        ("mix", None),
    ],
)
def test_roman_numerals(text: str, value: int | None) -> None:
    assert roman_value(text) == value
