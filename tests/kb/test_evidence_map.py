"""The evidence map: distinct counts, factor joined with its own directions, gaps, totals."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import QueryError
from kb.evidence_map import DIMENSIONS, DIRECTIONS, Counts, EvidenceMap, MapRow, build_map


def row(
    passage: str,
    publication: str,
    directions: Mapping[str, Collection[str]] | None = None,
    *,
    verified: bool = False,
    verified_factors: Collection[str] | None = None,
    **values: Collection[str | int],
) -> MapRow:
    """Return a passage with values by dimension."""
    return MapRow(passage, publication, values, directions or {}, verified, verified_factors)


ROWS = [
    row("a1", "A", {"leadership": ["facilitator"], "resources": ["barrier"]}, country=["NO"]),
    row("a2", "A", {"leadership": ["barrier"]}, country=["NO", "SE"], verified=True),
    row("b1", "B", {"leadership": ["facilitator", "mixed"]}, country=["NO"]),
    row("c1", "C", {"culture": ["neutral"]}, country=["DK"]),
    row("c2", "C", {}, country=["DK"]),  # background: no factor
    row("d1", "D", {"culture": ["barrier"]}),  # no country
]


def counts(evidence: EvidenceMap, row_id: str, col_id: str) -> tuple[int, ...]:
    """Return publications, passages, the four directions and verified of a cell."""
    cell = evidence.cell(row_id, col_id)
    directions = tuple(getattr(cell, name) for name in DIRECTIONS)
    return (cell.publications, cell.passages, *directions, cell.verified)


def test_cells_count_distinct_publications_and_their_passages() -> None:
    evidence = build_map(ROWS)
    assert counts(evidence, "leadership", "NO") == (2, 3, 2, 1, 1, 0, 1)
    assert counts(evidence, "leadership", "SE") == (1, 1, 0, 1, 0, 0, 1)
    assert counts(evidence, "resources", "NO") == (1, 1, 0, 1, 0, 0, 0)
    assert counts(evidence, "culture", "DK") == (1, 1, 0, 0, 0, 1, 0)
    assert counts(evidence, "culture", "NO") == (0, 0, 0, 0, 0, 0, 0)


def test_a_factors_row_has_only_that_factors_directions() -> None:
    evidence = build_map(ROWS)
    assert evidence.cell("resources", "NO").facilitator == 0  # leadership's, in the same passage
    assert evidence.cell("resources", "NO").barrier == 1


def test_totals_are_distinct_and_not_sums_of_cells() -> None:
    evidence = build_map(ROWS)
    assert evidence.row_totals["leadership"] == Counts(2, 3, 2, 1, 1, 0, 1)
    assert evidence.col_totals["NO"].passages == 3  # a1 stands in two rows and counts once
    assert evidence.col_totals["NO"].publications == 2
    assert evidence.total == Counts(3, 4, 2, 2, 1, 1, 1)
    assert sum(cell.passages for cell in evidence.cells) == 6
    assert evidence.uncounted == 2  # c2 has no factor, d1 no country


def test_factor_by_direction_joins_each_factor_with_its_own() -> None:
    evidence = build_map(ROWS, "factor", "direction", cols_order=DIRECTIONS)
    assert evidence.cols == DIRECTIONS
    assert counts(evidence, "leadership", "facilitator") == (2, 2, 2, 0, 0, 0, 0)
    assert counts(evidence, "leadership", "mixed") == (1, 1, 0, 0, 1, 0, 0)
    assert counts(evidence, "resources", "facilitator")[:2] == (0, 0)
    assert counts(evidence, "resources", "barrier") == (1, 1, 0, 1, 0, 0, 0)
    assert evidence.total.passages == 5  # d1 counts: no country is asked for


def test_direction_by_country_counts_a_passage_in_each_of_its_directions() -> None:
    evidence = build_map(ROWS, "direction", "country")
    assert counts(evidence, "facilitator", "NO") == (2, 2, 2, 0, 0, 0, 0)
    assert counts(evidence, "barrier", "NO") == (1, 2, 0, 2, 0, 0, 1)
    assert counts(evidence, "barrier", "SE") == (1, 1, 0, 1, 0, 0, 1)


def test_other_dimensions_count_passages_without_factor_too() -> None:
    rows = [
        row("a", "A", {"culture": ["barrier"]}, country=["NO"], year=[2019], language=["nb"]),
        row("b", "A", {}, country=["NO"], year=[2019], language=["nb"]),
        row("c", "B", {}, country=["FI"], year=[2001], language=["fi"]),
    ]
    evidence = build_map(rows, "year", "country")
    assert evidence.rows == ("2001", "2019")
    assert counts(evidence, "2019", "NO") == (1, 2, 0, 1, 0, 0, 0)
    assert counts(evidence, "2001", "FI") == (1, 1, 0, 0, 0, 0, 0)
    assert evidence.uncounted == 0


def test_a_gap_has_evidence_in_its_row_and_its_column_but_none_itself() -> None:
    evidence = build_map(
        ROWS, rows_order=["leadership", "culture", "regulation"], cols_order=["NO", "IS", "DK"]
    )
    assert evidence.cell("culture", "NO").gap
    assert evidence.cell("leadership", "DK").gap
    assert not evidence.cell("leadership", "NO").gap  # has evidence
    assert not evidence.cell("regulation", "NO").gap  # nothing on regulation anywhere
    assert not evidence.cell("leadership", "IS").gap  # nothing from Iceland anywhere
    assert not evidence.cell("regulation", "IS").gap


def test_given_order_comes_first_and_the_rest_follows_sorted() -> None:
    evidence = build_map(ROWS, rows_order=["regulation", "resources"], cols_order=["SE", "SE"])
    assert evidence.rows == ("regulation", "resources", "culture", "leadership")
    assert evidence.cols == ("SE", "DK", "NO")
    assert len(evidence.cells) == 12
    assert [cell.row for cell in evidence.cells[:3]] == ["regulation"] * 3


def test_a_check_counts_for_the_factors_it_was_made_for() -> None:
    coded = {"leadership": ["barrier"], "culture": ["barrier"]}
    rows = [
        row("a", "A", coded, verified=True, country=["NO"]),
        row("b", "B", coded, verified=True, verified_factors={"culture"}, country=["NO"]),
    ]
    evidence = build_map(rows)
    assert evidence.cell("leadership", "NO").verified == 1
    assert evidence.cell("culture", "NO").verified == 2
    assert evidence.total.verified == 2
    assert build_map(rows, "direction", "country").total.verified == 2


def test_repeated_and_empty_values_count_once_or_not() -> None:
    rows = [row("a", "A", {"culture": ["barrier", "barrier"]}, country=["NO", "NO", "", None])]  # type: ignore[list-item]
    evidence = build_map(rows)
    assert evidence.cols == ("NO",)
    assert counts(evidence, "culture", "NO") == (1, 1, 0, 1, 0, 0, 0)


def test_no_rows_make_an_empty_map() -> None:
    evidence = build_map([], rows_order=["leadership"], cols_order=["NO"])
    assert counts(evidence, "leadership", "NO") == (0,) * 7
    assert not evidence.cell("leadership", "NO").gap
    assert evidence.total == Counts()
    assert build_map([]).cells == ()


@pytest.mark.parametrize("name", ["", "Factor", "author"])
def test_an_unknown_dimension_is_refused_with_the_options(name: str) -> None:
    with pytest.raises(QueryError, match="choose out of factor, direction, country, sector"):
        build_map(ROWS, name, "country")
    with pytest.raises(QueryError, match=f"found {name!r}"):
        build_map(ROWS, "factor", name)


def test_the_same_dimension_twice_is_refused() -> None:
    with pytest.raises(QueryError, match=r"^Expected two different dimensions, found year .*\.$"):
        build_map(ROWS, "year", "year")


def test_a_cell_that_is_not_there_is_refused() -> None:
    with pytest.raises(QueryError, match="found 'leadership' by 'XX'"):
        build_map(ROWS).cell("leadership", "XX")


@pytest.mark.parametrize("rows_dim", DIMENSIONS)
@pytest.mark.parametrize("cols_dim", DIMENSIONS)
def test_any_two_dimensions_make_a_map(rows_dim: str, cols_dim: str) -> None:
    if rows_dim == cols_dim:
        return
    values = {name: ["x"] for name in DIMENSIONS if name not in ("factor", "direction")}
    one = MapRow("a", "A", values, {"culture": ["mixed"]})
    evidence = build_map([one], rows_dim, cols_dim)
    (cell,) = evidence.cells
    assert (cell.publications, cell.passages, cell.mixed, cell.gap) == (1, 1, 1, False)


def test_json_is_as_the_contract_says() -> None:
    data = json.loads(json.dumps(build_map(ROWS).to_json()))
    assert {"rows", "cols", "cells", "totals"} <= set(data)
    assert (data["rows_dim"], data["cols_dim"]) == ("factor", "country")
    assert data["rows"] == ["culture", "leadership", "resources"]
    assert data["cells"][0] == {
        "row": "culture",
        "col": "DK",
        "publications": 1,
        "passages": 1,
        "facilitator": 0,
        "barrier": 0,
        "mixed": 0,
        "neutral": 1,
        "verified": 0,
        "gap": False,
    }
    assert len(data["cells"]) == len(data["rows"]) * len(data["cols"])
    assert data["totals"]["publications"] == 3
    assert data["totals"]["rows"]["leadership"]["passages"] == 3
    assert data["totals"]["cols"]["SE"]["verified"] == 1
    assert data["totals"]["uncounted"] == 2


def test_csv_has_a_line_a_cell_with_labels() -> None:
    text = build_map(ROWS).to_csv({"culture": "Kultur"}, {"DK": "Danmark"})
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(lines) == 9
    first = lines[0]
    assert (first["factor"], first["factor_label"]) == ("culture", "Kultur")
    assert (first["country"], first["country_label"]) == ("DK", "Danmark")
    assert (first["passages"], first["neutral"], first["gap"]) == ("1", "1", "no")
    assert lines[1]["gap"] == "yes"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_cells_are_never_formulas(start: str) -> None:
    name = f'{start}HYPERLINK("http://x.test")'
    rows = [row("a", "A", {"culture": ["barrier"]}, publisher=[name])]
    text = build_map(rows, "publisher", "factor").to_csv({name: name})
    _, line = csv.reader(io.StringIO(text, newline=""))
    assert line[0] == f"'{name}"
    assert line[1] == f"'{name}"
    assert line[4] == "1"


PASSAGES = st.lists(
    st.builds(
        lambda passage, publication, *rest: MapRow(publication + passage, publication, *rest),
        st.sampled_from("abcdef"),
        st.sampled_from("ABC"),
        st.fixed_dictionaries({"country": st.lists(st.sampled_from(["NO", "SE", "FI"]))}),
        st.dictionaries(
            st.sampled_from(["leadership", "culture"]), st.lists(st.sampled_from(DIRECTIONS))
        ),
        st.booleans(),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(PASSAGES)
def test_totals_never_exceed_sums_and_never_fall_below_a_cell(rows: list[MapRow]) -> None:
    evidence = build_map(rows)
    cells = evidence.cells
    for name in ("publications", "passages", "verified", *DIRECTIONS):
        total = getattr(evidence.total, name)
        assert total <= sum(getattr(cell, name) for cell in cells)
        assert all(getattr(cell, name) <= total for cell in cells)
        for row_id, row_total in evidence.row_totals.items():
            in_row = [getattr(cell, name) for cell in cells if cell.row == row_id]
            assert max(in_row, default=0) <= getattr(row_total, name) <= sum(in_row)
    assert all(cell.publications <= cell.passages for cell in cells)
    assert all(not (cell.gap and cell.passages) for cell in cells)
