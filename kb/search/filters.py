"""Which rows a search may give, as a mask over the whole index.

Owns the meaning of `Filters`. People's codings are read at query time, so a check counts at once.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import numpy as np

from kb.search.coding_overlay import confirmed_pairs, counting_pairs
from kb.search.rows import CodingOverlay, Filters
from kb.search.table import PassageTable

Mask = np.ndarray[Any, np.dtype[np.bool_]]

MASKS = 8  # kept of the latest filters: people search again and again with the same
_LISTS = {"countries": "countries", "sectors": "sectors", "target_groups": "target_groups"}
_TEXTS = {
    "languages": "language",
    "evidence_types": "evidence_type",
    "publishers": "publisher",
    "publications": "publication_id",
}


class RowFilter:
    """The filterable columns of a table, kept as arrays."""

    def __init__(self, table: PassageTable) -> None:
        self._numbers = table.numbers
        self._size = len(table)
        self._years = table.years()
        self._texts = {name: table.column(column) for name, column in _TEXTS.items()}
        self._lists = {name: table.lists(column) for name, column in _LISTS.items()}
        self._owners, (self._factors, self._directions) = table.lists(
            "codings", "factor", "direction"
        )
        self._kept = functools.lru_cache(maxsize=MASKS)(self._uncoded)

    def allowed(self, filters: Filters, overlay: CodingOverlay) -> Mask | None:
        """Return the allowed rows, (n,) bool and not to be written to; None where every row is."""
        if filters.is_empty():
            return None
        coded = bool(filters.factors or filters.directions or filters.verified)
        mask = self._kept(replace(filters, factors=(), directions=(), verified=False))
        return mask & self._coded(filters, overlay) if coded else mask

    def _uncoded(self, filters: Filters) -> Mask:
        """The rows that columns without codings allow; not to be written to."""
        mask = np.ones(self._size, dtype=bool)
        for name, column in self._texts.items():
            if wanted := getattr(filters, name):
                mask &= column.among(wanted)
        for name, (owners, (entries,)) in self._lists.items():
            if wanted := getattr(filters, name):
                mask &= self._rows(owners[entries.among(wanted)])
        if filters.without:
            mask &= ~self._texts["publications"].among(filters.without)
        if filters.year_from is not None:
            mask &= self._years >= filters.year_from
        if filters.year_to is not None:
            mask &= (self._years <= filters.year_to) & (self._years >= 0)
        mask.flags.writeable = False
        return mask

    def _coded(self, filters: Filters, overlay: CodingOverlay) -> Mask:
        """The rows with a coding that fits: the machine's, but people's word where there is one."""
        fits = np.ones(len(self._owners), dtype=bool)
        if filters.factors:
            fits &= self._factors.among(filters.factors)
        if filters.directions:
            fits &= self._directions.among(filters.directions)
        mask = self._rows(self._owners[fits & (not filters.verified)])
        for name, codings in overlay.coded().items():
            row = self._numbers.get(name)
            if row is None:
                continue
            if filters.verified:
                pairs = confirmed_pairs(codings)
            else:
                pairs = counting_pairs(self._machine(row), codings)
            mask[row] = any(_fits(pair, filters) for pair in pairs)
        return mask

    def _machine(self, row: int) -> set[tuple[str, str]]:
        """The machine's (factor, direction) pairs of a row; owners are in ascending order."""
        first, last = np.searchsorted(self._owners, [row, row + 1])
        return {
            (
                str(self._factors.values[self._factors.codes[place]]),
                str(self._directions.values[self._directions.codes[place]]),
            )
            for place in range(first, last)
        }

    def _rows(self, numbers: np.ndarray[Any, Any]) -> Mask:
        mask = np.zeros(self._size, dtype=bool)
        mask[numbers] = True
        return mask


def _fits(pair: tuple[str, str], filters: Filters) -> bool:
    factor, direction = pair
    return (not filters.factors or factor in filters.factors) and (
        not filters.directions or direction in filters.directions
    )
