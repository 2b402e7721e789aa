"""Counting a whole index by its columns gives what counting its passages one by one gives."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from kb.errors import QueryError
from kb.evidence_map import DIMENSIONS, DIRECTIONS, build_map
from kb.map_columns import MapColumns, map_columns
from kb.map_counting import count_map
from kb.map_rows import map_rows
from kb.search.filters import RowFilter
from kb.search.rows import Filters, IndexRow, MachineCoding, PersonCoding
from kb.search.table import PassageTable, write_table
from tests.kb.search.sample_rows import FixedOverlay, make_row

FACTORS = ("leadership", "resources", "culture")
COUNTRIES, SECTORS = ("NO", "SE", "FI"), ("school", "health", "police")
FILTERS = (
    Filters(),
    Filters(countries=("NO", "FI"), year_from=2016),
    Filters(factors=("leadership",), directions=("barrier", "mixed")),
    Filters(sectors=("health",), verified=True),
    Filters(directions=("neutral",), without=("p-1", "p-2")),
    Filters(countries=("AX",)),
)


def some(dice: np.random.Generator, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value for value in values if dice.random() < 0.4)


def make_rows(dice: np.random.Generator, count: int) -> list[IndexRow]:
    """Rows with and without each value, some with two codings of one factor."""
    return [
        make_row(
            f"a{number}",
            publication_id=f"p-{number // 3}",
            language=str(dice.choice(["nb", "sv", "fi"])),
            year=int(dice.integers(2014, 2019)) if dice.random() < 0.8 else None,
            publisher=str(dice.choice(["Barneombudet", "Åbo", ""])) or None,
            evidence_type="review" if dice.random() < 0.5 else None,
            countries=some(dice, COUNTRIES),
            sectors=some(dice, SECTORS),
            target_groups=some(dice, ("children", "families")),
            codings=tuple(
                MachineCoding(str(dice.choice(FACTORS)), str(dice.choice(DIRECTIONS)), 0.5)
                for _ in range(int(dice.integers(0, 4)))
            ),
        )
        for number in range(count)
    ]


def make_people(dice: np.random.Generator, rows: list[IndexRow]) -> FixedOverlay:
    """People's word on a third of the rows, and on a passage that the index lacks."""
    coded = {
        row.passage_id: tuple(
            PersonCoding(
                str(dice.choice((*FACTORS, "regulation"))),
                str(dice.choice(DIRECTIONS)),
                dice.choice(["accepted", "rejected", "added"]),
                "Kari",
            )
            for _ in range(int(dice.integers(1, 4)))
        )
        for row in rows
        if dice.random() < 0.35
    }
    gone = (PersonCoding("leadership", "barrier", "added", "Åse"),)
    return FixedOverlay({**coded, "gone": gone})


class Base:
    """Rows, people's codings, and the columns they are counted by."""

    def __init__(self, folder: Path, rows: list[IndexRow], people: FixedOverlay) -> None:
        write_table(folder / "rows.arrow", rows)
        self.rows, self.people = rows, people
        self._filter = RowFilter(PassageTable(folder / "rows.arrow"))

    def columns(self, filters: Filters) -> MapColumns:
        allowed = self._filter.allowed(filters, self.people)
        return map_columns(self._filter.columns, allowed, self.people.coded(), filters)

    def allowed(self, filters: Filters) -> list[IndexRow]:
        mask = self._filter.allowed(filters, self.people)
        return [row for at, row in enumerate(self.rows) if mask is None or mask[at]]


@pytest.fixture(params=range(4))
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Base:
    dice = np.random.default_rng(request.param)
    rows = make_rows(dice, 50)
    return Base(tmp_path, rows, make_people(dice, rows))


@pytest.mark.parametrize("filters", FILTERS)
def test_every_map_is_that_of_the_passages_one_by_one(base: Base, filters: Filters) -> None:
    columns = base.columns(filters)
    counted = list(map_rows(base.allowed(filters), base.people.coded(), filters))
    for rows_dim, cols_dim in itertools.permutations(DIMENSIONS, 2):
        orders = (FACTORS if rows_dim == "factor" else None, ("NO",) * (cols_dim == "country"))
        right = build_map(counted, rows_dim, cols_dim, *orders)
        assert count_map(columns, rows_dim, cols_dim, *orders) == right, (rows_dim, cols_dim)


def test_facets_count_passages_and_not_codings(base: Base) -> None:
    facets = base.columns(Filters()).facets()
    right: dict[str, Counter[str]] = {}
    for row in map_rows(base.rows, base.people.coded(), Filters()):
        ways = {way for found in row.directions.values() for way in found}
        for name, values in {**row.values, "factor": row.directions, "direction": ways}.items():
            right.setdefault(name, Counter()).update(str(value) for value in values)
    assert facets == right
    for counts in facets.values():
        order = [(-count, name) for name, count in counts.items()]
        assert order == sorted(order)


def test_a_rejection_of_all_there_is_leaves_a_passage_without_a_factor(tmp_path: Path) -> None:
    row = make_row("a", countries=("NO",), codings=(MachineCoding("culture", "mixed", 0.9),))
    people = FixedOverlay({"a": (PersonCoding("culture", "mixed", "rejected", "Kari"),)})
    columns = Base(tmp_path, [row], people).columns(Filters())
    evidence = count_map(columns, "factor", "country")
    assert (evidence.total.passages, evidence.uncounted) == (0, 1)
    assert columns.facets()["factor"] == {}
    assert count_map(columns, "language", "country").cell("nb", "NO").mixed == 0


def test_an_empty_index_has_an_empty_map(tmp_path: Path) -> None:
    columns = Base(tmp_path, [], FixedOverlay({})).columns(Filters())
    evidence = count_map(columns, "factor", "country", ["leadership"], ["NO"])
    assert (evidence.rows, evidence.cols) == (("leadership",), ("NO",))
    assert evidence.cell("leadership", "NO").gap is False
    assert not any(columns.facets().values())


@pytest.mark.parametrize("dimensions", [("factor", "factor"), ("factor", "planet")])
def test_dimensions_that_there_are_not_are_refused(
    tmp_path: Path, dimensions: tuple[str, str]
) -> None:
    columns = Base(tmp_path, [], FixedOverlay({})).columns(Filters())
    with pytest.raises(QueryError, match="Expected"):
        count_map(columns, *dimensions)
