"""The parts that words and cognates have in a score: read for as many rows as they matter for.

Owns which of them are read. A word of everyday language is met by half of a big index, and
reading all of those hits takes longer than all the rest of a search. So the best are read, which
bounds what any other row can have, and the others' are looked up only where that bound would
bring them among the best: what is left out cannot change a result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from kb.search.dense import SCAN_ROWS, Mask, Numbers
from kb.search.fusion import BASELINE_ROWS, Scores

# Hits read at first: 0.5 ms (3,000: 1.5; 30,000: 3 to 8). To look a thousand rows up by their
# numbers takes 3.
FIRST_READ = 1_000
MOST_LOOKED_UP = 3_000
FEW_ROWS = 1_000  # a filter that leaves so few has their hits looked up at once
MOST_READ = 20_000  # hits read to find enough that a filter allows
MARGIN = 1.3  # hits read beyond what a filter would leave enough of, if words knew nothing of it
OUT, LEAST = np.float32(-np.inf), -10.0  # of a row that does not count; below any that does
SAMPLED = 16  # one of so many values is looked at to leave most of them out
ROUNDING = 1e-5  # by which two ways of adding up the same parts may differ


class PartSearch(Protocol):
    """Finds the rows with a part of the score (0..1), best first; `among` narrows them."""

    def __call__(self, limit: int, among: Numbers | None = None) -> tuple[Numbers, Scores]:
        """Return at most `limit` rows and their parts."""
        ...


class Bonus:
    """One bonus over all rows: its `parts` (n,), right for every row that `best` has named."""

    def __init__(self, weight: float, closeness: Scores, side: Mask, search: PartSearch) -> None:
        self._weight, self._search = weight, search
        self._closeness = np.where(side, closeness, OUT)
        self._baseline = _rows_above(self._closeness, BASELINE_ROWS)
        size = len(closeness)
        found, parts = search(max(1, min(FIRST_READ, size)))
        self.parts = spread(size, found, parts)
        cut = len(found) >= FIRST_READ
        self._most = float(parts.min()) if cut else 0.0  # of a row that was not read
        self._open = np.full(size, cut)
        self._open[found] = False

    def best(self, pool: int, allowed: Mask | None) -> Numbers:
        """Return a superset of this side's `pool` best allowed rows, ascending.

        With those, allowed or not, that the bonus is relative to.
        """
        closeness = self._closeness
        if allowed is not None:
            closeness = np.where(allowed, closeness, OUT)
        # No bonus lifts a row further than the largest part: most rows are left out by that alone.
        rows = _rows_above(closeness, pool, self._weight * float(self.parts.max(initial=0)))
        if self._most:
            least = largest(self._sum(rows), pool) if len(rows) > pool else OUT
            reach = self._closeness[rows] + self._weight * self._most >= least - ROUNDING
            self._settle(np.union1d(self._baseline, rows[reach]))
        raw = self._sum(rows)
        chosen = rows[_rows_above(raw, pool)] if len(rows) > pool else rows
        return np.union1d(self._baseline, chosen)

    def _sum(self, rows: Numbers) -> Scores:
        return np.asarray(self._closeness[rows] + self._weight * self.parts[rows])

    def _settle(self, rows: Numbers) -> None:
        """Read the parts of those rows that are not known yet."""
        unknown = rows[self._open[rows]]
        if not len(unknown):
            return
        if len(unknown) > MOST_LOOKED_UP:
            found, parts = self._search(len(self.parts))
            self._open[:], self._most = False, 0.0
        else:
            found, parts = self._search(len(unknown), unknown)
            self._open[unknown] = False
        self.parts[found] = parts


def _rows_above(values: Scores, count: int, below: float = 0.0) -> Numbers:
    """Return the `count` rows of the largest values, and those that are at most `below` them."""
    if len(values) > count:
        least = largest(values, count) - below - ROUNDING
        return np.flatnonzero(values >= max(least, LEAST))
    return np.flatnonzero(values >= LEAST)


def largest(values: Scores, place: int) -> float:
    """Return the value at a place (from 1) in descending order; there must be so many.

    What is below the same place of a sample cannot stand there among all, so only the rest is
    partitioned: a tenth of the time that 100,000 values take otherwise.
    """
    sample = values[::SAMPLED]
    if len(sample) >= place:
        values = values[values >= np.partition(sample, -place)[-place]]
    return float(np.partition(values, -place)[-place])


@dataclass(frozen=True)
class Read:
    """What was read of a search: rows and their parts, and whether no other row has any."""

    rows: Numbers
    parts: Scores
    complete: bool = False


def parts_of(search: PartSearch, rows: Numbers, side: Mask, read: Read) -> Scores:
    """Return the parts of rows (ascending): those of one side, the others' are 0.

    Parts that were `read` already are taken from there; the rest is looked up.
    """
    parts = np.zeros(len(rows), dtype=np.float32)
    unread = np.setdiff1d(rows[side], read.rows)
    found, scores = read.rows, read.parts
    if len(unread) and not read.complete:
        more, looked_up = search(len(unread), unread)
        found, scores = np.concatenate([found, more]), np.concatenate([scores, looked_up])
    wanted = np.isin(found, rows[side])
    parts[np.searchsorted(rows, found[wanted])] = scores[wanted]
    return parts


def allowed_hits(search: PartSearch, allowed: Mask | None, count: int) -> tuple[Numbers, Read]:
    """Return the best allowed hits, about `count`, and what was read to find them.

    So many are read at once as should do, and more until enough are allowed.
    """
    if allowed is None:
        found, parts = search(count)
        return found, Read(found, parts, len(found) < count)
    size = int(allowed.sum())
    if size <= FEW_ROWS:
        return _among(search, allowed, count)
    limit = min(MOST_READ, int(MARGIN * count * len(allowed) / size))
    while True:
        found, parts = search(limit)
        read = Read(found, parts, len(found) < limit)
        kept = found[allowed[found]]
        if len(kept) >= count or read.complete:
            return kept[:count], read
        if limit >= MOST_READ:
            return _among(search, allowed, count) if size <= SCAN_ROWS else (kept, read)
        needed = int(MARGIN * limit * count / max(len(kept), 1))  # if they go on as they began
        limit = min(MOST_READ, max(4 * limit, needed))


def _among(search: PartSearch, allowed: Mask, count: int) -> tuple[Numbers, Read]:
    found, parts = search(count, np.flatnonzero(allowed))
    return found, Read(found, parts)


def spread(size: int, rows: Numbers, parts: Scores) -> Scores:
    """Return parts of the score as (size,), 0 where a row has none."""
    every = np.zeros(size, dtype=np.float32)
    every[rows] = parts
    return every
