"""What the encoder is given: the innermost heading without its number, then the text."""

from __future__ import annotations

import pytest

from pipeline.machine_coding.adaptation import make_lessons
from pipeline.machine_coding.pieces import cut_pieces
from pipeline.machine_coding.reading import LONGEST_HEADING, PATH_MARK, own_heading, reading_text
from pipeline.machine_coding.training_data import REPORTED
from pipeline.passages import SECTION_SEPARATOR
from pipeline.records import CodingInput
from tests.gates.coding_figures import training_data


@pytest.mark.parametrize(
    ("section", "heading"),
    [
        ("Funn", "Funn"),
        ("", ""),
        ("Kapittel 3 › 3.2 Ledelse", "Ledelse"),
        ("1. Mål", "Mål"),
        ("Kap. 12 Þagnarskylda", "Þagnarskylda"),
        ("2017", "2017"),
        ("4", "4"),
        ("  Saman   katon alla ", "Saman katon alla"),
    ],
)
def test_the_innermost_heading_without_its_number(section: str, heading: str) -> None:
    assert own_heading(section) == heading


def test_a_long_heading_is_cut() -> None:
    words = [f"ord{number}" for number in range(40)]
    assert own_heading(" ".join(words)).split() == words[:LONGEST_HEADING]


def test_headings_are_parted_where_passages_join_them() -> None:
    assert SECTION_SEPARATOR.strip() == PATH_MARK
    assert own_heading(SECTION_SEPARATOR.join(["Del I", "Rutiner"])) == "Rutiner"


def test_the_heading_stands_before_the_text() -> None:
    assert reading_text(CodingInput("Møter holdes.", "nb", "Tittel", "Funn:")) == (
        "Funn. Møter holdes."
    )
    assert reading_text(CodingInput("Møter holdes.", "nb", "Tittel")) == "Møter holdes."


def test_every_window_of_a_long_text_has_the_heading() -> None:
    text = "Kommunene har avtaler, men de brukes lite av de ansatte i tjenestene. " * 12
    pieces = cut_pieces([CodingInput(text, "nb", "", "Rutiner"), CodingInput("Kort.", "nb")])
    assert len(pieces.embedded) > 2
    assert all(one.startswith("Rutiner. ") for one in pieces.embedded[:-1])
    assert pieces.embedded[-1] == "Kort."


def test_learning_reads_as_coding_does() -> None:
    data = training_data()
    lessons = make_lessons(data, "passage: ")
    own = [one.input for one in data.texts if not one.publication]
    assert lessons.texts == tuple("passage: " + reading_text(one) for one in own)
    reported = [one.input for one in data.texts if one.kind == REPORTED]
    assert all(reading_text(one) != one.text for one in reported)
