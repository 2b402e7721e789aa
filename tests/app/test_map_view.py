"""The evidence map page: dimensions, cells and their passages, the table, the files."""

from __future__ import annotations

import pytest

from app.query import Query
from app.widgets.map_view import clicked_cell, table
from kb.evidence_map import MapRow, build_map
from kb.exports.map_labels import MapLabels
from tests.app.conftest import Opener, html_of, keys_of


def test_it_opens_as_factor_by_country_with_chart_table_and_files(open_view: Opener) -> None:
    test = open_view("evidence_map")
    assert not test.exception
    charts = test.get("vega_lite_chart") or test.get("arrow_vega_lite_chart")
    assert len(charts) == 1
    html = html_of(test)
    assert '<th scope="row">Leadership</th>' in html
    assert '<th scope="col">Norway</th>' in html
    assert len(keys_of(test.download_button, "map-")) == 4
    assert "Click a cell of the map" in html


def test_a_cell_of_the_address_lists_its_passages(open_view: Opener) -> None:
    test = open_view("evidence_map", row="leadership", col="SE")
    assert not test.exception
    html = html_of(test)
    assert "1 passage<" in html
    assert "När chefen" in html
    assert "Når lederne" not in html
    link = next(p for p in test.get("page_link") if p.proto.label == "Search in this cell")
    assert "factor=leadership" in link.proto.query_string
    assert "country=SE" in link.proto.query_string


def test_a_cell_can_be_chosen_without_the_mouse(open_view: Opener) -> None:
    test = open_view("evidence_map")
    test.selectbox(key="cell-row").set_value("information_sharing").run()
    assert test.query_params["row"] in ("information_sharing", ["information_sharing"])
    assert "2 passages" in html_of(test)
    test.selectbox(key="cell-col").set_value("DK").run()
    assert "1 passage<" in html_of(test)


def test_filters_apply_to_the_map_and_to_its_cells(open_view: Opener) -> None:
    test = open_view("evidence_map", language=["nb"], row="leadership")
    html = html_of(test)
    assert "Når lederne" in html
    assert "När chefen" not in html
    empty = open_view("evidence_map", verified="1")
    assert "There is nothing to count" in html_of(empty)
    assert not empty.exception


@pytest.mark.parametrize(
    ("rows", "cols"),
    [
        ("direction", "year"),
        ("sector", "target_group"),
        ("evidence_type", "language"),
        ("country", "country"),
        ("password", "x"),
    ],
)
def test_any_two_dimensions_can_be_crossed(open_view: Opener, rows: str, cols: str) -> None:
    test = open_view("evidence_map", rows=rows, cols=cols)
    assert not test.exception
    assert "sv-problem" not in html_of(test)
    assert "sv-table" in html_of(test)


def test_swapping_turns_the_map(open_view: Opener) -> None:
    test = open_view("evidence_map", rows="country", cols="factor")
    test.button(key="map-swap").click().run()
    assert test.query_params["rows"] in ("factor", ["factor"])
    assert test.query_params["cols"] in ("country", ["country"])
    assert test.selectbox(key="map-rows").value == "factor"


def test_an_unknown_cell_is_no_cell(open_view: Opener) -> None:
    test = open_view("evidence_map", row="luck", col="XX")
    assert not test.exception
    assert test.selectbox(key="cell-row").value is None


@pytest.mark.parametrize(
    ("event", "cell"),
    [
        ({"selection": {"cell": [{"row": "leadership", "col": "NO"}]}}, ("leadership", "NO")),
        ({"selection": {"cell": [{"row": "leadership", "col": None}]}}, ("leadership", None)),
        ({"selection": {"cell": [{"row": "2019", "col": 7}]}}, ("2019", "7")),
        ({"selection": {"cell": []}}, (None, None)),
        ({"selection": {"cell": {}}}, (None, None)),
        ({"selection": {}}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_a_click_says_which_cell(
    event: dict[str, object], cell: tuple[str | None, str | None]
) -> None:
    assert clicked_cell(event) == cell


def test_the_table_shows_counts_totals_and_gaps_as_text() -> None:
    rows = [
        MapRow("1", "a", {"country": ["NO"]}, {"leadership": ["barrier"]}),
        MapRow("2", "a", {"country": ["NO"]}, {"leadership": ["facilitator"]}),
        MapRow("3", "b", {"country": ["SE"]}, {"culture": ["mixed"]}),
    ]
    evidence = build_map(rows)
    html = table(evidence, MapLabels(rows={"leadership": "<b>Leadership</b>"}))
    assert "&lt;b&gt;Leadership&lt;/b&gt;" in html
    assert "<td>1 <small>(2)</small></td>" in html
    assert '<td class="sv-gap">gap</td>' in html
    assert html.count("<tr") == 1 + len(evidence.rows) + 1
    assert Query().filter_count == 0
