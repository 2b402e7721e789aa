"""Saved searches in the record: kept with name and filters, renamed, changed, removed with undo.

Owns the saved_search table. What a saved search finds, and what of it is new, is
`kb.saved_search_hits`'; asking is `kb.knowledge_base`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.control_characters import without_controls
from kb.errors import NotFoundError, SavedSearchError
from kb.gathering_tables import SavedSearch
from kb.search.query import one_line
from kb.search.rows import Filters
from kb.store import Store
from kb.tables import now
from kb.vector_runtime import clean

LONGEST_NAME = 120  # characters: what fits a list
# What a filter is called in the address of the search page, by its name among `Filters`.
PARAMETERS: Mapping[str, str] = {
    "factors": "factor",
    "directions": "direction",
    "countries": "country",
    "languages": "language",
    "year_from": "year_from",
    "year_to": "year_to",
    "evidence_types": "evidence_type",
    "sectors": "sector",
    "target_groups": "target_group",
    "publishers": "publisher",
    "publications": "publication",
    "verified": "verified",
}


@dataclass(frozen=True)
class SavedView:
    """A saved search as kept; `baseline_at` is None until it has been asked in this form."""

    id: int
    name: str
    query: str
    filters: Filters
    owner: str | None
    created_at: datetime
    baseline_at: datetime | None
    seen_at: datetime | None
    deleted_at: datetime | None = None

    def parameters(self) -> dict[str, str | list[str]]:
        """The parameters by which the search page asks it."""
        found: dict[str, str | list[str]] = {"q": self.query} if self.query else {}
        for name, value in write_filters(self.filters).items():
            shown = [str(one) for one in value] if isinstance(value, list) else str(value)
            found[PARAMETERS[name]] = "1" if value is True else shown
        return found

    def address(self, base_url: str) -> str:
        """The address at which the app asks it."""
        return f"{base_url.rstrip('/')}/?{urlencode(self.parameters(), doseq=True)}"


def write_filters(filters: Filters) -> dict[str, Any]:
    """Return filters as plain JSON, those that are not set left out."""
    found: dict[str, Any] = {}
    for name in PARAMETERS:
        value = getattr(filters, name)
        if value not in ((), None, False):
            found[name] = list(value) if isinstance(value, tuple) else value
    return found


def read_filters(kept: Mapping[str, Any]) -> Filters:
    """Return filters from their JSON; what another version kept and this one lacks is left out."""
    values: dict[str, Any] = {}
    for field in fields(Filters):
        if field.name in PARAMETERS and field.name in kept:
            value = kept[field.name]
            values[field.name] = tuple(map(str, value)) if isinstance(value, list) else value
    return Filters(**values)


def save_search(
    store: Store, name: str, query: str, filters: Filters, *, owner: str | None = None
) -> int:
    """Keep a search under a name and return its number.

    Raises SavedSearchError where the name is empty, too long or taken, or nothing is asked.
    """
    row = SavedSearch(owner=owner, **_content(query, filters))
    with store.write() as session:
        row.name = _free_name(session, name, None)
        session.add(row)
        session.flush()
        return row.id


def change_search(store: Store, search_id: int, query: str, filters: Filters) -> SavedView:
    """Give a saved search other words or filters; return what it was.

    What it finds next is a new baseline, unless nothing was changed. Raises SavedSearchError where
    nothing is asked, NotFoundError for an unknown number.
    """
    content = _content(query, filters)
    with store.write() as session:
        row = _row(session, search_id)
        before = _view(row)
        if (row.query, row.filters) != (content["query"], content["filters"]):
            row.query, row.filters, row.baseline_at = content["query"], content["filters"], None
        return before


def rename_search(store: Store, search_id: int, name: str) -> None:
    """Give a saved search another name.

    Raises SavedSearchError where it is empty, too long or taken, NotFoundError for an unknown
    number.
    """
    with store.write() as session:
        row = _row(session, search_id)
        row.name = _free_name(session, name, search_id)


def remove_search(store: Store, search_id: int, *, restore: bool = False) -> None:
    """Mark a saved search as removed, or put it back with all it has found.

    Raises SavedSearchError where its name has been given to another one meanwhile, NotFoundError
    for an unknown number.
    """
    with store.write() as session:
        row = _row(session, search_id)
        if restore:
            _free_name(session, row.name, search_id)
        row.deleted_at = None if restore else row.deleted_at or now()


def mark_seen(store: Store, search_id: int, moment: datetime | None = None) -> datetime | None:
    """Say that what is new up to a moment (now unless given) has been seen; return what was said.

    Raises NotFoundError for an unknown number.
    """
    with store.write() as session:
        row = _row(session, search_id)
        before, row.seen_at = row.seen_at, moment or now()
        return before


def unmark_seen(store: Store, search_id: int, before: datetime | None) -> None:
    """Put back what `mark_seen` returned."""
    with store.write() as session:
        _row(session, search_id).seen_at = before


def list_searches(store: Store, *, removed: bool = False) -> list[SavedView]:
    """Saved searches by name; with `removed` those that were removed, the last removed first."""
    with store.read() as session:
        if removed:
            query = select(SavedSearch).where(SavedSearch.deleted_at.is_not(None))
            query = query.order_by(SavedSearch.deleted_at.desc())
        else:
            query = select(SavedSearch).where(SavedSearch.deleted_at.is_(None))
            query = query.order_by(SavedSearch.name, SavedSearch.id)
        return [_view(row) for row in session.scalars(query)]


def find_search(store: Store, name: str, *, removed: bool = False) -> SavedView:
    """The saved search with this name (of removed ones the last removed).

    Raises NotFoundError, naming those there are.
    """
    views = list_searches(store, removed=removed)
    for view in views:
        if _one_line(view.name) == _one_line(name):
            return view
    kind = "removed saved search" if removed else "saved search"
    names = ", ".join(repr(view.name) for view in views) or "none"
    raise NotFoundError(f"There is no {kind} {name!r}; those there are: {names}.")


def get_search(store: Store, search_id: int) -> SavedView:
    """One saved search, removed ones too. Raises NotFoundError for an unknown number."""
    with store.read() as session:
        return _view(_row(session, search_id))


def _content(query: str, filters: Filters) -> dict[str, Any]:
    text, kept = one_line(query), write_filters(filters)
    first, last = filters.year_from, filters.year_to
    if first is not None and last is not None and first > last:
        raise SavedSearchError(
            f"Expected years that are not turned round, found from {first} to {last}, which no "
            "publication fits; change one of them."
        )
    if not text and not kept:
        raise SavedSearchError(
            "Expected a question or a filter to keep, found neither; ask something first."
        )
    return {"query": text, "filters": kept}


def _free_name(session: Session, name: str, search_id: int | None) -> str:
    wanted = _one_line(name)
    if not wanted:
        raise SavedSearchError("A saved search needs a name; the one given is empty.")
    if len(wanted) > LONGEST_NAME:
        raise SavedSearchError(
            f"A saved search's name has at most {LONGEST_NAME} characters, the one given has "
            f"{len(wanted)}; choose a shorter one."
        )
    taken = session.scalars(
        select(SavedSearch.id).where(SavedSearch.name == wanted, SavedSearch.deleted_at.is_(None))
    )
    if any(number != search_id for number in taken):
        raise SavedSearchError(
            f"There is a saved search named {wanted!r} already; choose another name."
        )
    return wanted


def _one_line(name: str) -> str:
    """A name without characters that control a terminal or cannot be written, letters composed."""
    return " ".join(without_controls(clean(name), " ").split())


def _row(session: Session, search_id: int) -> SavedSearch:
    row = session.get(SavedSearch, search_id)
    if row is None:
        raise NotFoundError(f"There is no saved search number {search_id} in the record.")
    return row


def _view(row: SavedSearch) -> SavedView:
    return SavedView(
        row.id,
        row.name,
        row.query,
        read_filters(row.filters),
        row.owner,
        row.created_at,
        row.baseline_at,
        row.seen_at,
        row.deleted_at,
    )
