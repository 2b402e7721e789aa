"""What a cell of the map says is what its click finds, whatever the filters and codings."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from app.query import DIMENSIONS, LISTS, Query, at_cell
from app.state import filters
from kb.evidence_map import build_map
from kb.map_rows import map_rows
from kb.search.filters import RowFilter
from kb.search.rows import IndexRow, MachineCoding, PersonCoding
from kb.search.table import PassageTable, write_table
from tests.app.conftest import Opener, html_of
from tests.kb.search.sample_rows import FixedOverlay, make_row

VALUES: dict[str, tuple[str, ...]] = {
    "factor": ("leadership", "resources", "culture"),
    "direction": ("facilitator", "barrier", "mixed", "neutral"),
    "country": ("NO", "SE", "DK"),
    "language": ("nb", "sv"),
    "evidence_type": ("evaluation", "research_report"),
    "sector": ("school", "child_welfare"),
    "target_group": ("children", "parents_families"),
}


def make_rows(draw: np.random.Generator, count: int) -> list[IndexRow]:
    """Passages with any number of codings, countries, sectors and target groups."""

    def some(name: str) -> tuple[str, ...]:
        return tuple(value for value in VALUES[name] if draw.random() < 0.5)

    def one(name: str) -> str:
        return str(draw.choice(VALUES[name]))

    return [
        make_row(
            f"{number % 7}-{number}",
            codings=tuple(
                MachineCoding(factor, one("direction"), 0.9)
                for factor in some("factor") + some("factor")
            ),
            countries=some("country"),
            sectors=some("sector"),
            target_groups=some("target_group"),
            language=one("language"),
            evidence_type=one("evidence_type"),
            year=int(draw.integers(2015, 2019)) if draw.random() < 0.8 else None,
        )
        for number in range(count)
    ]


def make_people(draw: np.random.Generator, rows: list[IndexRow]) -> FixedOverlay:
    """People's word on a third of the passages; two people may differ."""
    return FixedOverlay(
        {
            row.passage_id: tuple(
                PersonCoding(
                    str(draw.choice(VALUES["factor"])),
                    str(draw.choice(VALUES["direction"])),
                    ("accepted", "rejected", "added")[int(draw.integers(3))],
                    name,
                )
                for name in ("Kari", "Ola")
            )
            for row in rows
            if draw.random() < 0.35
        }
    )


def make_query(draw: np.random.Generator) -> Query:
    """A question with about two filters set."""
    lists = {
        name: tuple(value for value in VALUES[name] if draw.random() < 0.5)
        for name in LISTS
        if draw.random() < 0.3
    }
    return Query(
        **lists,  # type: ignore[arg-type]
        year_from=2016 if draw.random() < 0.3 else None,
        year_to=2017 if draw.random() < 0.3 else None,
        verified=bool(draw.random() < 0.3),
    )


@pytest.mark.parametrize("seed", range(12))
def test_every_cell_says_what_its_click_finds(tmp_path: Path, seed: int) -> None:
    draw = np.random.default_rng(seed)
    rows = make_rows(draw, 60)
    people = make_people(draw, rows)
    write_table(tmp_path / "rows.arrow", rows)
    row_filter = RowFilter(PassageTable(tmp_path / "rows.arrow"))

    def found(query: Query | None) -> int:
        if query is None:
            return 0
        allowed = row_filter.allowed(filters(query), people)
        return len(rows) if allowed is None else int(allowed.sum())

    for rows_dim, cols_dim in itertools.permutations(DIMENSIONS, 2):
        query = make_query(draw)
        mask = row_filter.allowed(filters(query), people)
        kept = [row for place, row in enumerate(rows) if mask is None or mask[place]]
        evidence = build_map(
            map_rows(kept, people.coded(), filters(query)),
            rows_dim,
            cols_dim,
            VALUES.get(rows_dim),
            VALUES.get(cols_dim),
        )
        for cell in evidence.cells:
            clicked = at_cell(query, {rows_dim: cell.row, cols_dim: cell.col})
            assert found(clicked) == cell.passages, (query, rows_dim, cols_dim, cell)
            if clicked is not None and query.verified:
                assert cell.verified == cell.passages


def test_a_direction_filter_narrows_the_cell_and_what_its_click_lists(open_view: Opener) -> None:
    html = html_of(open_view("evidence_map", direction=["barrier"], row="leadership"))
    assert "1 passage<" in html
    assert "När chefen" in html
    assert "Når lederne" not in html  # leadership too, but as what helps


def test_a_cell_outside_the_filters_says_so_instead_of_leaving_them(open_view: Opener) -> None:
    test = open_view("evidence_map", factor=["information_sharing"], row="leadership")
    assert not test.exception
    html = html_of(test)
    assert "leave nothing in this cell" in html
    assert "Når lederne" not in html
