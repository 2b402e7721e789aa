"""The columns of a generation's rows that filters, facets and the evidence map read, as arrays.

Owns reading them once. What a filter means is `kb.search.filters`', what a map counts
`kb.map_columns`'.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kb.search.coding_overlay import Pair
from kb.search.table import PassageTable

_LISTS = {"countries": "countries", "sectors": "sectors", "target_groups": "target_groups"}
_TEXTS = {
    "languages": "language",
    "evidence_types": "evidence_type",
    "publishers": "publisher",
    "publications": "publication_id",
}

Mask = np.ndarray[Any, np.dtype[np.bool_]]


class Columns:
    """Named as in `Filters`: `texts` hold a value a row, `lists` (row number, value) entries.

    `owners` are the row numbers of the machine's codings, ascending, with `factors` and
    `directions`; `years` (n,) are -1 where not known; `numbers` gives a passage's row.
    """

    def __init__(self, table: PassageTable) -> None:
        self.numbers = table.numbers
        self.size = len(table)
        self.years = table.years()
        self.texts = {name: table.column(column) for name, column in _TEXTS.items()}
        self.lists = {
            name: (owners, entries)
            for name, column in _LISTS.items()
            for owners, (entries,) in (table.lists(column),)
        }
        self.owners, (self.factors, self.directions) = table.lists("codings", "factor", "direction")

    def mask(self, rows: np.ndarray[Any, Any]) -> Mask:
        """Return which rows are among these numbers, (n,)."""
        mask = np.zeros(self.size, dtype=bool)
        mask[rows] = True
        return mask

    def machine_pairs(self, row: int) -> set[Pair]:
        """Return the machine's (factor, direction) pairs of a row."""
        first, last = np.searchsorted(self.owners, [row, row + 1])
        return {
            (
                str(self.factors.values[self.factors.codes[place]]),
                str(self.directions.values[self.directions.codes[place]]),
            )
            for place in range(first, last)
        }
