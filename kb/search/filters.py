"""Which rows a search may give, as a mask over the whole index.

Owns the meaning of `Filters`. People's codings are read at query time, so a check counts at once.
"""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np

from kb.search.coding_overlay import confirmed_pairs, counting_pairs
from kb.search.columns import Columns, Mask
from kb.search.rows import CodingOverlay, Filters
from kb.search.table import PassageTable

MASKS = 8  # kept of the latest filters: people search again and again with the same


class RowFilter:
    """The filterable columns of a table, kept as arrays."""

    def __init__(self, table: PassageTable) -> None:
        self.columns = Columns(table)
        self._kept = functools.lru_cache(maxsize=MASKS)(self._uncoded)

    def allowed(self, filters: Filters, overlay: CodingOverlay) -> Mask | None:
        """Return the allowed rows, (n,) bool and not to be written to; None where every row is."""
        if filters.is_empty():
            return None
        coded = bool(filters.factors or filters.directions or filters.verified)
        mask = self._kept(replace(filters, factors=(), directions=(), verified=False))
        return mask & self.coded(filters, overlay) if coded else mask

    def _uncoded(self, filters: Filters) -> Mask:
        """The rows that columns without codings allow; not to be written to."""
        mask = np.ones(self.columns.size, dtype=bool)
        for name, column in self.columns.texts.items():
            if wanted := getattr(filters, name):
                mask &= column.among(wanted)
        for name, (owners, entries) in self.columns.lists.items():
            if wanted := getattr(filters, name):
                mask &= self.columns.mask(owners[entries.among(wanted)])
        if filters.without:
            mask &= ~self.columns.texts["publications"].among(filters.without)
        if filters.year_from is not None:
            mask &= self.columns.years >= filters.year_from
        if filters.year_to is not None:
            mask &= (self.columns.years <= filters.year_to) & (self.columns.years >= 0)
        mask.flags.writeable = False
        return mask

    def coded(self, filters: Filters, overlay: CodingOverlay) -> Mask:
        """The rows with a coding that fits: the machine's, but people's word where there is one."""
        fits = np.ones(len(self.columns.owners), dtype=bool)
        if filters.factors:
            fits &= self.columns.factors.among(filters.factors)
        if filters.directions:
            fits &= self.columns.directions.among(filters.directions)
        mask = self.columns.mask(self.columns.owners[fits & (not filters.verified)])
        for name, codings in overlay.coded().items():
            row = self.columns.numbers.get(name)
            if row is None:
                continue
            if filters.verified:
                pairs = confirmed_pairs(codings)
            else:
                pairs = counting_pairs(self.columns.machine_pairs(row), codings)
            mask[row] = any(_fits(pair, filters) for pair in pairs)
        return mask


def _fits(pair: tuple[str, str], filters: Filters) -> bool:
    factor, direction = pair
    return (not filters.factors or factor in filters.factors) and (
        not filters.directions or direction in filters.directions
    )
