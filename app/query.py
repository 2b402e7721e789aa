"""What a page is asked to show, as the address bar says it: a search, a map, or a cell of it.

Owns the names of the URL parameters. The address is the only home of a page's question, so that
every search and every map cell can be shared as a link; Streamlit's session keeps none of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

LISTS = (
    "factor",
    "direction",
    "country",
    "language",
    "evidence_type",
    "sector",
    "target_group",
)
"""Filters that take several values, in the order they are shown."""

SIZES = (10, 20, 50)
DIMENSIONS = (*LISTS, "year")
"""What a map can be made of; each is also a filter, so that a cell can be searched."""

LONGEST = 2000  # characters of a question or a pasted paragraph; the embedding model reads as many
_LONGEST_ID = 100


@dataclass(frozen=True)
class Query:
    """A question with its filters; empty means not asked for.

    `like` is a passage's id: what means the same as it is asked for instead of an answer to `q`.
    """

    q: str = ""
    like: str = ""
    factor: tuple[str, ...] = ()
    direction: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    evidence_type: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()
    target_group: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    verified: bool = False
    group: str = "passage"
    size: int = SIZES[0]
    page: int = 1

    @property
    def filter_count(self) -> int:
        """How many filters are set."""
        lists = sum(len(getattr(self, name)) for name in LISTS)
        years = (self.year_from is not None) + (self.year_to is not None)
        return lists + years + self.verified

    def without_filters(self) -> Query:
        """The same question with no filter set, from its first page."""
        return Query(q=self.q, like=self.like, group=self.group, size=self.size)

    def changed(self, **values: Any) -> Query:
        """The question with some values changed, from its first page unless `page` is given."""
        return replace(self, **{"page": 1, **values})

    def params(self) -> dict[str, str | list[str]]:
        """URL parameters that say this question; what is at its default is left out."""
        found: dict[str, str | list[str]] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value == field.default:
                continue
            if isinstance(value, tuple):
                found[field.name] = list(value)
            else:
                found[field.name] = "1" if value is True else str(value)
        return found


def read_query(params: Mapping[str, Sequence[str]]) -> Query:
    """The question that URL parameters say; whatever cannot be understood counts as not asked."""

    def first(name: str) -> str:
        return next(iter(params.get(name, ())), "")

    size, page = _whole(first("size")), _whole(first("page"))
    lists = {name: tuple(dict.fromkeys(filter(None, params.get(name, ())))) for name in LISTS}
    return Query(
        q=" ".join(first("q").split())[:LONGEST],
        like=first("like")[:_LONGEST_ID],
        **lists,
        year_from=_whole(first("year_from")),
        year_to=_whole(first("year_to")),
        verified=first("verified").lower() in ("1", "true", "yes"),
        group="publication" if first("group") == "publication" else "passage",
        size=size if size in SIZES else SIZES[0],
        page=page if page and page > 0 else 1,
    )


def read_dimension(value: str | None, default: str) -> str:
    """A map's dimension from the address, or the default."""
    return value if value is not None and value in DIMENSIONS else default


def at_cell(query: Query, places: Mapping[str, str | None]) -> Query | None:
    """The question narrowed to a map's cell: by dimension its row and column, None for a whole one.

    None where the question's own filters leave nothing there.
    """
    found = query
    for dimension, value in places.items():
        if value is None:
            continue
        if dimension == "year":
            year = _whole(value)
            if year is None or not (query.year_from or 0) <= year <= (query.year_to or year):
                return None
            found = replace(found, year_from=year, year_to=year)
        elif value in (getattr(query, dimension) or (value,)):
            narrowed: dict[str, Any] = {dimension: (value,)}
            found = replace(found, **narrowed)
        else:
            return None
    return found


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
