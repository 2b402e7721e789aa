"""The evidence map: how many publications and passages stand at each crossing of two dimensions.

Owns the counting and the gap rule. Which passages are counted is decided by the caller (the search
filters); pictures and pages of a map are `kb.exports`'.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from kb.errors import QueryError
from kb.exports.cells import safe_row

DIMENSIONS: Final = (
    "factor",
    "direction",
    "country",
    "sector",
    "target_group",
    "evidence_type",
    "year",
    "language",
    "publisher",
)
DIRECTIONS: Final = ("facilitator", "barrier", "mixed", "neutral")
_CODED: Final = frozenset({"factor", "direction"})
Place = tuple[str | None, str | None]  # row and column id; None is a whole row, column or map
_COUNTS: Final = ("publications", "passages", *DIRECTIONS, "verified")


@dataclass(frozen=True)
class MapRow:
    """One passage as it is counted.

    `values` maps dimensions (all but factor and direction) to the passage's values; `directions`
    maps each factor the passage is coded with to its directions. `verified` says that a person
    has checked it; `verified_factors`, where given, says for which factors.
    """

    passage_id: str
    publication_id: str
    values: Mapping[str, Collection[str | int]] = field(default_factory=dict)
    directions: Mapping[str, Collection[str]] = field(default_factory=dict)
    verified: bool = False
    verified_factors: Collection[str] | None = None


@dataclass(frozen=True)
class Counts:
    """Distinct publications and passages; passages by direction; passages a person checked.

    A passage whose codings go both ways counts under each direction, so the four need not add up
    to `passages`.
    """

    publications: int = 0
    passages: int = 0
    facilitator: int = 0
    barrier: int = 0
    mixed: int = 0
    neutral: int = 0
    verified: int = 0


@dataclass(frozen=True)
class Cell(Counts):
    """A crossing of row and column; `gap` as said at `build_map`."""

    row: str = ""
    col: str = ""
    gap: bool = False


@dataclass(frozen=True)
class EvidenceMap:
    """A cross-tabulation: a cell for every row and column, row by row.

    Totals are distinct counts, never sums of cells: a passage or publication that stands in
    several cells counts once. `uncounted` are passages without a value in one of the dimensions.
    """

    rows_dim: str
    cols_dim: str
    rows: tuple[str, ...]
    cols: tuple[str, ...]
    cells: tuple[Cell, ...]
    total: Counts
    row_totals: Mapping[str, Counts]
    col_totals: Mapping[str, Counts]
    uncounted: int = 0

    def cell(self, row: str, col: str) -> Cell:
        """Return the cell at a row and column id; raises QueryError where there is none."""
        try:
            return self.cells[self.rows.index(row) * len(self.cols) + self.cols.index(col)]
        except ValueError:
            raise QueryError(
                f"Expected a cell of the {self.rows_dim} by {self.cols_dim} map, found "
                f"{row!r} by {col!r}; choose a row and a column that the map has."
            ) from None

    def to_json(self) -> dict[str, Any]:
        """Return the map as `samvirke map` prints it."""
        keys = ("row", "col", *_COUNTS, "gap")
        return {
            "rows_dim": self.rows_dim,
            "cols_dim": self.cols_dim,
            "rows": list(self.rows),
            "cols": list(self.cols),
            "cells": [{key: getattr(cell, key) for key in keys} for cell in self.cells],
            "totals": {
                **asdict(self.total),
                "rows": {row: asdict(counts) for row, counts in self.row_totals.items()},
                "cols": {col: asdict(counts) for col, counts in self.col_totals.items()},
                "uncounted": self.uncounted,
            },
        }

    def to_csv(
        self,
        row_labels: Mapping[str, str] | None = None,
        col_labels: Mapping[str, str] | None = None,
    ) -> str:
        """Return one line a cell, with ids and labels, every cell safe (`safe_cell`'s rule)."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\r\n")
        head = (self.rows_dim, f"{self.rows_dim}_label", self.cols_dim, f"{self.cols_dim}_label")
        writer.writerow([*head, *_COUNTS, "gap"])
        for cell in self.cells:
            names = (
                cell.row,
                (row_labels or {}).get(cell.row, cell.row),
                cell.col,
                (col_labels or {}).get(cell.col, cell.col),
            )
            numbers = [getattr(cell, key) for key in _COUNTS]
            writer.writerow(safe_row([*names, *numbers, "yes" if cell.gap else "no"]))
        return out.getvalue()


class _Tally:
    """Passages gathered at one place of the map."""

    def __init__(self) -> None:
        self.publications: set[str] = set()
        self.passages: set[str] = set()
        self.verified: set[str] = set()
        self.directions: dict[str, set[str]] = defaultdict(set)

    def add(self, row: MapRow, directions: Iterable[str], verified: bool) -> None:
        self.publications.add(row.publication_id)
        self.passages.add(row.passage_id)
        if verified:
            self.verified.add(row.passage_id)
        for direction in directions:
            self.directions[direction].add(row.passage_id)

    def numbers(self) -> dict[str, int]:
        return {
            "publications": len(self.publications),
            "passages": len(self.passages),
            "verified": len(self.verified),
            **{direction: len(self.directions[direction]) for direction in DIRECTIONS},
        }


def build_map(
    rows: Iterable[MapRow],
    rows_dim: str = "factor",
    cols_dim: str = "country",
    rows_order: Sequence[str] | None = None,
    cols_order: Sequence[str] | None = None,
) -> EvidenceMap:
    """Return the map of two different dimensions out of `DIMENSIONS`.

    A passage with several values counts in each of their cells. In a factor's row only the
    directions of that factor's coding count, and factor by direction joins each factor with its
    own directions. Ids in `rows_order` and `cols_order` stand first, in that order, also where
    nothing is found for them; others follow sorted.

    The gap rule: a cell is a gap where it has no passage although its row has some elsewhere and
    its column has some elsewhere. A row or column that is empty throughout has no gaps: nothing
    was looked at there.

    Raises QueryError where a dimension is unknown or both are the same.
    """
    check_dimensions(rows_dim, cols_dim)
    tallies: dict[Place, _Tally] = defaultdict(_Tally)
    uncounted = 0
    for row in rows:
        places = list(_places(row, rows_dim, cols_dim))
        uncounted += not places
        for row_value, col_value, directions, verified in places:
            for place in (
                (row_value, col_value),
                (row_value, None),
                (None, col_value),
                (None, None),
            ):
                tallies[place].add(row, directions, verified)
    counts = {place: Counts(**tally.numbers()) for place, tally in tallies.items()}
    return map_of_counts(rows_dim, cols_dim, counts, uncounted, rows_order, cols_order)


def map_of_counts(
    rows_dim: str,
    cols_dim: str,
    counts: Mapping[Place, Counts],
    uncounted: int,
    rows_order: Sequence[str] | None = None,
    cols_order: Sequence[str] | None = None,
) -> EvidenceMap:
    """Return the map of what was counted at each place with a passage, as `build_map` says."""
    row_ids = _ordered({r for r, _ in counts if r is not None}, rows_order)
    col_ids = _ordered({c for _, c in counts if c is not None}, cols_order)
    nothing = Counts()
    return EvidenceMap(
        rows_dim,
        cols_dim,
        row_ids,
        col_ids,
        tuple(_cell(counts, row_id, col_id) for row_id in row_ids for col_id in col_ids),
        counts.get((None, None), nothing),
        {row_id: counts.get((row_id, None), nothing) for row_id in row_ids},
        {col_id: counts.get((None, col_id), nothing) for col_id in col_ids},
        uncounted,
    )


def check_dimensions(rows_dim: str, cols_dim: str) -> None:
    """Refuse an unknown dimension, and one twice, with a QueryError."""
    for name in (rows_dim, cols_dim):
        if name not in DIMENSIONS:
            raise QueryError(
                f"Expected a dimension of the evidence map, found {name!r}; "
                f"choose out of {', '.join(DIMENSIONS)}."
            )
    if rows_dim == cols_dim:
        raise QueryError(
            f"Expected two different dimensions, found {rows_dim} for rows and columns; "
            "choose another one for one of them."
        )


def _places(
    row: MapRow, rows_dim: str, cols_dim: str
) -> Iterator[tuple[str, str, tuple[str, ...], bool]]:
    """Yield (row value, column value, directions that count there, checked by a person)."""
    if "factor" in (rows_dim, cols_dim):
        for factor, given in row.directions.items():
            checked = row.verified_factors
            verified = row.verified if checked is None else factor in checked
            coded = {"factor": (factor,), "direction": tuple(given)}
            yield from _cross(row, rows_dim, cols_dim, coded, verified)
    else:
        given = {direction for several in row.directions.values() for direction in several}
        verified = row.verified or bool(row.verified_factors)
        coded = {"direction": tuple(d for d in DIRECTIONS if d in given)}
        yield from _cross(row, rows_dim, cols_dim, coded, verified)


def _cross(
    row: MapRow,
    rows_dim: str,
    cols_dim: str,
    coded: Mapping[str, tuple[str, ...]],
    verified: bool,
) -> Iterator[tuple[str, str, tuple[str, ...], bool]]:
    """Yield every crossing of a passage's values; a direction's own cell has that one only."""

    def values(dimension: str) -> list[str]:
        given = coded[dimension] if dimension in _CODED else row.values.get(dimension) or ()
        return list(dict.fromkeys(str(value) for value in given if value not in (None, "")))

    for row_value in values(rows_dim):
        for col_value in values(cols_dim):
            directions = coded["direction"]
            if rows_dim == "direction":
                directions = (row_value,)
            elif cols_dim == "direction":
                directions = (col_value,)
            yield row_value, col_value, directions, verified


def _cell(counts: Mapping[Place, Counts], row_id: str, col_id: str) -> Cell:
    """Return a cell; gap as said at `build_map`."""
    if (row_id, col_id) in counts:
        return Cell(row=row_id, col=col_id, **asdict(counts[row_id, col_id]))
    gap = (row_id, None) in counts and (None, col_id) in counts
    return Cell(row=row_id, col=col_id, gap=gap)


def _ordered(found: set[str], order: Sequence[str] | None) -> tuple[str, ...]:
    """Return the given order first, then what else was found, sorted."""
    first = tuple(dict.fromkeys(str(value) for value in order or ()))
    return first + tuple(sorted(found - set(first)))
