"""What the evidence map and the facets count of a whole index, as arrays of codes.

Owns the same narrowing as `kb.map_rows`, for all rows of an index at once: of an allowed passage
only what was asked for counts, so that a cell says what its click finds. Counting crossings is
`kb.map_counting`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kb.search.coding_overlay import confirmed_pairs, counting_pairs
from kb.search.columns import Columns, Mask
from kb.search.rows import Filters, PersonCoding
from kb.search.table import Coded

Numbers = np.ndarray[Any, np.dtype[np.int64]]
_LISTS = {"country": "countries", "sector": "sectors", "target_group": "target_groups"}
_TEXTS = {"evidence_type": "evidence_types", "language": "languages", "publisher": "publishers"}


@dataclass(frozen=True)
class Entries:
    """Values of passages, each once a passage: the row numbers, ascending, and which of `names`."""

    owners: Numbers
    codes: Numbers
    names: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """Return the passages of each value there is, the most frequent first."""
        found = np.bincount(self.codes, minlength=len(self.names)).tolist()
        named = [(name, count) for name, count in zip(self.names, found, strict=True) if count]
        return dict(sorted(named, key=lambda entry: (-entry[1], entry[0])))


@dataclass(frozen=True)
class MapColumns:
    """An index's passages as they are counted.

    `publications` (n,) are codes; `values` are those of all dimensions but factor and direction;
    `factors` and `directions` belong together, an entry a coding, whose pair a person `confirmed`
    or not.
    """

    counted: Mask
    publications: Numbers
    values: Mapping[str, Entries]
    factors: Entries
    directions: Entries
    confirmed: Mask

    def facets(self) -> dict[str, dict[str, int]]:
        """Return for each dimension its values and the passages of each."""
        counts = {name: entries.counts() for name, entries in self.values.items()}
        for name, entries in (("factor", self.factors), ("direction", self.directions)):
            counts[name] = distinct(entries.owners, entries.codes, entries.names).counts()
        return counts


def map_columns(
    columns: Columns,
    allowed: Mask | None,
    people: Mapping[str, tuple[PersonCoding, ...]],
    filters: Filters,
) -> MapColumns:
    """Return the `allowed` rows as they count under the filters; `people` are their codings."""
    counted = np.ones(columns.size, dtype=bool) if allowed is None else allowed
    every = np.arange(columns.size)
    values = {}
    for name, asked in _LISTS.items():
        owners, coded = columns.lists[asked]
        values[name] = _entries(owners, coded, counted, getattr(filters, asked))
    for name, column in _TEXTS.items():
        values[name] = _entries(every, columns.texts[column], counted)
    years, codes = np.unique(columns.years, return_inverse=True)
    named = Coded(tuple(str(year) if year >= 0 else None for year in years), codes)
    values["year"] = _entries(every, named, counted)
    publications = columns.texts["publications"].codes.astype(np.int64)
    return MapColumns(counted, publications, values, *_codings(columns, counted, people, filters))


def distinct(owners: Numbers, codes: np.ndarray[Any, Any], names: tuple[str, ...]) -> Entries:
    """Return entries in ascending order, each once."""
    width = max(1, len(names))
    keys = ascending(owners.astype(np.int64) * width + codes)
    return Entries(keys // width, keys % width, names)


def ascending(keys: Numbers) -> Numbers:
    """Return the distinct keys in order; `np.unique` takes ten times as long for so many."""
    ordered = np.sort(keys, kind="stable")
    return ordered[np.r_[True, ordered[1:] != ordered[:-1]]] if len(ordered) else ordered


def _entries(owners: Numbers, coded: Coded, counted: Mask, wanted: Sequence[str] = ()) -> Entries:
    """Return the entries of counted rows that have a value, and one that is wanted if any is."""
    names = tuple(value or "" for value in coded.values)
    right = np.array([bool(name) and (not wanted or name in wanted) for name in names], dtype=bool)
    kept = counted[owners]
    if len(names):
        kept = kept & (coded.codes >= 0) & right[coded.codes]
    return distinct(owners[kept], coded.codes[kept], names)


def _codings(
    columns: Columns,
    counted: Mask,
    people: Mapping[str, tuple[PersonCoding, ...]],
    filters: Filters,
) -> tuple[Entries, Entries, Mask]:
    """Return the factors, the directions and which a person confirmed, an entry a coding."""
    by_people = list(_people(columns, counted, people, filters))
    decided = columns.mask(np.array([row for row, _, _, _ in by_people], dtype=np.int64))
    machine = counted[columns.owners] & ~decided[columns.owners] & (not filters.verified)
    pairs = [entry for entry in by_people if entry[1]]
    factors, factor_codes = _together(columns.factors, machine, [pair[1] for pair in pairs])
    directions, ways = _together(columns.directions, machine, [pair[2] for pair in pairs])
    owners = np.concatenate([columns.owners[machine], [row for row, *_ in pairs]]).astype(np.int64)
    confirmed = np.zeros(len(owners), dtype=bool)
    confirmed[len(owners) - len(pairs) :] = [sure for *_, sure in pairs]
    kept = _asked(factors, filters.factors)[factor_codes]
    kept &= _asked(directions, filters.directions)[ways]
    order = np.flatnonzero(kept)
    order = order[np.lexsort((ways[order], factor_codes[order], owners[order]))]
    return (
        Entries(owners[order], factor_codes[order], factors),
        Entries(owners[order], ways[order], directions),
        confirmed[order],
    )


def _people(
    columns: Columns,
    counted: Mask,
    people: Mapping[str, tuple[PersonCoding, ...]],
    filters: Filters,
) -> Iterator[tuple[int, str, str, bool]]:
    """Yield what counts of passages that people coded: row, factor, direction, confirmed.

    A row of which nothing counts is told with an empty factor.
    """
    for name, codings in people.items():
        row = columns.numbers.get(name)
        if row is None or not counted[row]:
            continue
        confirmed = confirmed_pairs(codings)
        pairs = confirmed
        if not filters.verified:
            pairs = counting_pairs(columns.machine_pairs(row), codings)
        for factor, direction in sorted(pairs) or [("", "")]:
            yield row, factor, direction, (factor, direction) in confirmed


def _together(coded: Coded, kept: Mask, more: Sequence[str]) -> tuple[tuple[str, ...], Numbers]:
    """Return the names, and the codes of the entries kept and those of `more`."""
    places = {str(value): place for place, value in enumerate(coded.values)}
    added = [places.setdefault(name, len(places)) for name in more]
    return tuple(places), np.concatenate([coded.codes[kept], added]).astype(np.int64)


def _asked(names: Sequence[str], wanted: Sequence[str]) -> Mask:
    return np.array([not wanted or name in wanted for name in names], dtype=bool)
