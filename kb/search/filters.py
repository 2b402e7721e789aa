"""Which rows a search may give, as a mask over the whole index.

Owns the meaning of `Filters`. People's codings are read at query time, so a check counts at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kb.search.coding_overlay import confirmed_pairs, counting_pairs
from kb.search.rows import CodingOverlay, Filters
from kb.search.table import PassageTable

Mask = np.ndarray[Any, np.dtype[np.bool_]]

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
        self._texts = {name: table.strings(column) for name, column in _TEXTS.items()}
        self._lists = {name: table.lists(column) for name, column in _LISTS.items()}
        owners, codings = table.lists("codings")
        self._owners = owners
        self._pairs = [(coding["factor"], coding["direction"]) for coding in codings]

    def allowed(self, filters: Filters, overlay: CodingOverlay) -> Mask | None:
        """Return the allowed rows, (n,) bool, or None where every row is."""
        if filters.is_empty():
            return None
        mask = np.ones(self._size, dtype=bool)
        for name, column in self._texts.items():
            if wanted := getattr(filters, name):
                mask &= np.isin(column, list(wanted))
        for name, (owners, values) in self._lists.items():
            if wanted := getattr(filters, name):
                mask &= self._rows(owners[np.isin(values, list(wanted))])
        if filters.without:
            mask &= ~np.isin(self._texts["publications"], list(filters.without))
        if filters.year_from is not None:
            mask &= self._years >= filters.year_from
        if filters.year_to is not None:
            mask &= (self._years <= filters.year_to) & (self._years >= 0)
        if filters.factors or filters.directions or filters.verified:
            mask &= self._coded(filters, overlay)
        return mask

    def _coded(self, filters: Filters, overlay: CodingOverlay) -> Mask:
        people = overlay.coded()
        mask = np.zeros(self._size, dtype=bool)
        machine: dict[int, set[tuple[str, str]]] = {}
        touched = {self._numbers[name] for name in people if name in self._numbers}
        for owner, pair in zip(self._owners.tolist(), self._pairs, strict=True):
            if owner in touched:
                machine.setdefault(owner, set()).add(pair)
            elif not filters.verified and _fits(pair, filters):
                mask[owner] = True
        for name, codings in people.items():
            if name not in self._numbers:
                continue
            row = self._numbers[name]
            confirmed = confirmed_pairs(codings)
            pairs = confirmed if filters.verified else counting_pairs(machine.get(row, ()), codings)
            mask[row] = any(_fits(pair, filters) for pair in pairs)
        return mask

    def _rows(self, numbers: np.ndarray[Any, Any]) -> Mask:
        mask = np.zeros(self._size, dtype=bool)
        mask[numbers] = True
        return mask


def _fits(pair: tuple[str, str], filters: Filters) -> bool:
    factor, direction = pair
    return (not filters.factors or factor in filters.factors) and (
        not filters.directions or direction in filters.directions
    )
