from __future__ import annotations

import pytest
from lxml import html

from pipeline.extract.html_table import is_data_table, read_table, rows_as_text


@pytest.mark.parametrize(
    ("rows", "heads", "texts"),
    [
        ([["A", "B"], ["1", "2"]], 1, ["A: 1; B: 2"]),
        ([["", "2019", "2020"], ["Møter", "4", "7"]], 1, ["Møter; 2019: 4; 2020: 7"]),
        ([["År", "År"], ["2019", "2020"], ["4", ""]], 2, ["År 2019: 4"]),
        ([["a", "b"], ["c", "d"]], 0, ["a; b", "c; d"]),
        ([["A", "B"], ["", ""]], 1, []),
        ([["A:", "B"], ["1", "2", "løs"]], 1, ["A: 1; B: 2; løs"]),
        ([["Likt", "B"], ["Likt", "2"]], 1, ["Likt; B: 2"]),
        ([], 0, []),
    ],
)
def test_rows_make_sense_alone(rows: list[list[str]], heads: int, texts: list[str]) -> None:
    assert rows_as_text(rows, heads) == texts


@pytest.mark.parametrize(
    ("markup", "data"),
    [
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", True),
        (
            "<table><tr><td><h2>Tittel</h2></td><td>x</td></tr><tr><td>a</td><td>b</td></tr></table>",
            False,
        ),
        ("<table><tr><td>bare</td></tr><tr><td>én kolonne</td></tr></table>", False),
        (
            "<table role='presentation'><tr><td>a</td><td>b</td></tr><tr><td>a</td><td>b</td></tr>"
            "</table>",
            False,
        ),
        ("<table><tr><td>én</td><td>rad</td></tr></table>", False),
    ],
)
def test_layout_tables_are_no_data(markup: str, data: bool) -> None:
    assert is_data_table(html.fromstring(markup)) is data


def test_spans_repeat_their_cell() -> None:
    table = html.fromstring(
        "<table><tr><th></th><th colspan='2'>Møter</th></tr><tr><th>By</th><th>2019</th>"
        "<th>2020</th></tr><tr><td>Vågen</td><td>4</td><td>5</td></tr></table>"
    )
    assert list(read_table(table)) == [("table_row", "By: Vågen; Møter 2019: 4; Møter 2020: 5")]


def test_a_table_of_labels_is_colophon() -> None:
    table = html.fromstring(
        "<table><tr><td>Utgiver</td><td>Nordmark</td></tr><tr><td>År</td><td>2020</td></tr></table>"
    )
    assert [kind for kind, _ in read_table(table)] == ["colophon", "colophon"]


@pytest.mark.parametrize(
    ("first", "rest", "text"),
    [
        (("<b>Hinder</b>", "<strong>Sted</strong>"), ("Tid", "Vågen"), "Hinder: Tid; Sted: Vågen"),
        (("Hinder", "Antall"), ("Tid", "12"), "Hinder: Tid; Antall: 12"),
        (("Hinder", "Sted"), ("Tid", "Vågen"), "Tid; Vågen"),
        (("2019", "2020"), ("1", "2"), "1; 2"),
        (("<b>Hinder</b> som", "Sted"), ("Tid", "Vågen"), "Tid; Vågen"),
    ],
)
def test_a_first_row_that_is_not_marked_up_as_header(
    first: tuple[str, str], rest: tuple[str, str], text: str
) -> None:
    rows = "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in (first, rest, rest))
    found = list(read_table(html.fromstring(f"<table>{rows}</table>")))
    assert found[-1] == ("table_row", text)
