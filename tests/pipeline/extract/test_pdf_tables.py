from __future__ import annotations

from itertools import pairwise

import pytest

from pipeline.extract.job import Job
from pipeline.extract.pdf_rules import Edge, Rules
from pipeline.extract.pdf_tables import PageTable, is_figure, ruled_tables
from pipeline.extract.pdf_words import Word
from tests.pipeline.extract.papers import LAW, LEFT, MEETING, TRUST, Paper, columns, read_here
from tests.pipeline.extract.sheets import cell, row, rule, texts_of

GROUPED = (72.0, 172.0, 272.0, 372.0, 500.0)
PLACES = (72.0, 220.0, 320.0, 420.0)
SHARES = (("Skole", "45", "51", "6"), ("Barnevern", "38", "41", "3"), ("Alle", "35", "41", "6"))
ROWS = [
    "Tjeneste: Skole; 2019: 45; 2020: 51; Endring: 6",
    "Tjeneste: Barnevern; 2019: 38; 2020: 41; Endring: 3",
    "Tjeneste: Alle; 2019: 35; 2020: 41; Endring: 6",
]


def _begun(caption: str = "Tabell 1. Andel som oppgir god kontakt, prosent") -> Paper:
    paper = Paper()
    paper.heading("1 Funn")
    paper.paragraph(MEETING)
    if caption:
        paper.line(caption, size=9)
    return paper


def _ended(paper: Paper) -> bytes:
    paper.y -= 14
    paper.paragraph(TRUST)
    paper.page()
    return paper.bytes()


def test_merged_header_cells_name_every_column_under_them() -> None:
    paper = _begun("Tabell 1. Møter etter kommune og år")
    y = paper.y
    cell(paper, (72, y, 172, y - 40), "Kommune")
    cell(paper, (172, y, 372, y - 20), "Møter")
    cell(paper, (172, y - 20, 272, y - 40), "2019")
    cell(paper, (272, y - 20, 372, y - 40), "2020")
    cell(paper, (372, y, 500, y - 40), "Hvem som leder\nmøtene")
    y -= 40
    for values in (("Fjelldal", "12", "14", "Rektor ved\nsko-"), ("Vågen", "4", "6", "Lege")):
        for at, text in enumerate(values):
            cell(paper, (GROUPED[at], y, GROUPED[at + 1], y - 30), text)
        y -= 30
    cell(paper, (72, y, 500, y - 20), "Nord-Norge")
    y -= 20
    for at, text in enumerate(("Tromsdal", "1", "2", "Prest")):
        cell(paper, (GROUPED[at], y, GROUPED[at + 1], y - 30), text)
    paper.y = y - 50
    assert texts_of(read_here(Job(_ended(paper))), "table_row") == [
        "Kommune: Fjelldal; Møter 2019: 12; Møter 2020: 14; Hvem som leder møtene: Rektor ved sko-",
        "Kommune: Vågen; Møter 2019: 4; Møter 2020: 6; Hvem som leder møtene: Lege",
        "Nord-Norge; Kommune: Tromsdal; Møter 2019: 1; Møter 2020: 2; Hvem som leder møtene: Prest",
    ]


@pytest.mark.parametrize("repeated", [True, False])
def test_a_table_that_goes_on_over_the_page_keeps_its_header(repeated: bool) -> None:
    head = ["Kommune", "Svarte alltid", "Svarte aldri"]
    paper = _begun("")
    paper.grid([head, ["Fjelldal", "mange", "få"], ["Vågen", "noen", "flere"]], LEFT, 120, 400)
    paper.page()
    rest = [["Myra", "ingen", "alle"], ["Åsen", "en", "to"]]
    paper.grid([head, *rest] if repeated else rest, LEFT + 20, 790, 400)
    rows = texts_of(read_here(Job(_ended(paper))), "table_row")
    assert rows[-2:] == [
        "Kommune: Myra; Svarte alltid: ingen; Svarte aldri: alle",
        "Kommune: Åsen; Svarte alltid: en; Svarte aldri: to",
    ]
    assert len(rows) == 4


def test_another_table_on_the_next_page_has_its_own_header() -> None:
    paper = _begun("")
    paper.grid([["Kommune", "Møter"], ["Fjelldal", "mange"]], LEFT, 120, 400)
    paper.page()
    paper.grid([["Leder", "Sted", "Tid"], ["Rektor", "Skolen", "Morgen"]], LEFT, 790, 400)
    rows = texts_of(read_here(Job(_ended(paper))), "table_row")
    assert rows[-1] == "Leder: Rektor; Sted: Skolen; Tid: Morgen"


def test_a_table_with_level_rules_alone() -> None:
    paper = _begun()
    rule(paper, 8)
    row(paper, ("", "2019", "2020", "Endring"), PLACES)
    rule(paper)
    for values in SHARES[:2]:
        row(paper, values, PLACES)
    row(paper, ("Psykisk helsevern for", "", "", ""), PLACES)
    row(paper, ("barn og unge", "22", "30", "8"), PLACES)
    rule(paper)
    paper.line("Kilde: Egen undersøkelse", size=8)
    read = read_here(Job(_ended(paper)))
    assert texts_of(read, "table_row") == [
        "Skole; 2019: 45; 2020: 51; Endring: 6",
        "Barnevern; 2019: 38; 2020: 41; Endring: 3",
        "Psykisk helsevern for barn og unge; 2019: 22; 2020: 30; Endring: 8",
    ]
    assert texts_of(read)[-1] == TRUST and texts_of(read)[0] == MEETING


def test_a_table_without_any_rule_under_its_caption() -> None:
    paper = _begun()
    row(paper, ("Tjeneste", "2019", "2020", "Endring"), PLACES)
    for values in SHARES:
        row(paper, values, PLACES)
    read = read_here(Job(_ended(paper)))
    assert texts_of(read, "table_row") == ROWS
    assert texts_of(read, "caption") == ["Tabell 1. Andel som oppgir god kontakt, prosent"]
    assert texts_of(read) == [MEETING, TRUST]
    boxes = [b.lines[0].box for b in read.blocks if b.kind == "table_row"]
    assert all(a and b and a[3] <= b[1] + 0.001 for a, b in pairwise(boxes))


def test_a_line_over_a_group_of_rows_names_each_of_them() -> None:
    paper = _begun()
    row(paper, ("Tjeneste", "2019", "2020", "Endring"), PLACES)
    paper.at("Nord", 72, paper.y - 4, 9)
    paper.y -= 13
    for values in SHARES[:2]:
        row(paper, values, PLACES)
    paper.at("Sør", 72, paper.y - 4, 9)
    paper.y -= 13
    row(paper, SHARES[2], PLACES)
    rows = texts_of(read_here(Job(_ended(paper))), "table_row")
    assert [text.split(";")[0] for text in rows] == [
        "Tjeneste: Nord, Skole",
        "Tjeneste: Nord, Barnevern",
        "Tjeneste: Sør, Alle",
    ]


def test_prose_in_columns_lists_of_tables_and_frames_are_no_tables() -> None:
    data, order = columns(2)
    assert texts_of(read_here(Job(data)), "table_row") == []
    paper = _begun("Tabeller")
    for number in range(5):
        row(paper, (f"Tabell {number + 1} Møter etter kommune og år", str(4 + number)), (72, 480))
    assert texts_of(read_here(Job(_ended(paper))), "table_row") == []
    framed = _begun("")
    framed.canvas.rect(LEFT, framed.y - 60, 440, 64)
    framed.paragraph(LAW, LEFT + 6, 420)
    assert texts_of(read_here(Job(_ended(framed))), "table_row") == []
    assert len(order) == 6


def _grid(xs: tuple[float, ...], ys: tuple[float, ...]) -> Rules:
    level = [Edge(xs[0], y, xs[-1], y) for y in ys]
    return Rules([*level, *(Edge(x, ys[0], x, ys[-1]) for x in xs)])


def test_rules_make_cells() -> None:
    (table,) = ruled_tables(_grid((10, 60, 110), (10, 30, 50)))
    assert [len(row) for row in table.cells] == [2, 2]
    assert not _grid((10, 11, 110), (10, 30, 50)).look_ruled()
    assert _grid((10, 60, 110), (10, 30, 50)).look_ruled()


def test_an_empty_grid_and_a_form_are_no_tables() -> None:
    (table,) = ruled_tables(_grid((10, 60, 110, 160), (10, 30, 50, 70)))
    assert not table.fill([])
    assert not table.fill([Word("Navn:", 12, 12, 40, 22, 10), Word("Dato:", 12, 32, 40, 42, 10)])


def test_columns_of_left_and_right_pages_are_the_same() -> None:
    def table(moved: float) -> PageTable:
        cells = [
            [(10 + moved, y, 60 + moved, y + 20), (60 + moved, y, 200 + moved, y + 20)]
            for y in (0, 20)
        ]
        return PageTable(10 + moved, 0, 200 + moved, 40, [list(line) for line in cells])

    assert table(30).goes_on_from(table(0))
    narrow = PageTable(0, 0, 90, 40, [[(0, 0, 30, 20), (30, 0, 90, 20)]])
    assert not narrow.goes_on_from(table(0))


@pytest.mark.parametrize(
    ("text", "figure"),
    [("12", True), ("45,6 %", True), ("kl. 9", True), ("uke 12 og 13", False), ("", False)],
)
def test_figures(text: str, figure: bool) -> None:
    assert is_figure(text) == figure
