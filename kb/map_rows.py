"""Which codings and values of a passage the evidence map counts under a filter.

Owns the narrowing: a passage that a filter allows may hold more than was asked for, and only what
was asked for counts, so that a cell says what its click finds. Which passages are allowed at all is
`kb.search.filters`', the counting `kb.evidence_map`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeVar

from kb.evidence_map import MapRow
from kb.search.coding_overlay import confirmed_pairs, counting_pairs
from kb.search.rows import Filters, IndexRow, PersonCoding

_T = TypeVar("_T")


def map_rows(
    rows: Iterable[IndexRow], people: Mapping[str, tuple[PersonCoding, ...]], filters: Filters
) -> Iterator[MapRow]:
    """Yield the rows as the map counts them; `people` are the passages' codings by people.

    Of a passage's codings those count that fit the factors and directions asked for, and with
    `verified` only those that a person confirmed. Of several countries, sectors or target groups
    those count that were asked for, all of them where none was.
    """
    for row in rows:
        coded = people.get(row.passage_id, ())
        confirmed = confirmed_pairs(coded)
        machine = [(coding.factor, coding.direction) for coding in row.codings]
        directions: dict[str, set[str]] = {}
        for factor, direction in confirmed if filters.verified else counting_pairs(machine, coded):
            if _asked((factor,), filters.factors) and _asked((direction,), filters.directions):
                directions.setdefault(factor, set()).add(direction)
        yield MapRow(
            passage_id=row.passage_id,
            publication_id=row.publication_id,
            values={
                "country": _asked(row.countries, filters.countries),
                "sector": _asked(row.sectors, filters.sectors),
                "target_group": _asked(row.target_groups, filters.target_groups),
                "evidence_type": (row.evidence_type,) if row.evidence_type else (),
                "year": (row.year,) if row.year is not None else (),
                "language": (row.language,),
                "publisher": (row.publisher,) if row.publisher else (),
            },
            directions=directions,
            verified_factors={
                factor for factor, way in confirmed if way in directions.get(factor, ())
            },
        )


def _asked(values: Collection[_T], wanted: Collection[_T]) -> tuple[_T, ...]:
    return tuple(value for value in values if not wanted or value in wanted)
