"""Citation sets: a person's ordered lists of passages and publications, with notes.

Owns the citation_set and citation_item tables. Nothing is deleted: a removed item or set is marked
so and can be put back. How a set is written out is `kb.citations.formats`' business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.anchors import make_anchor
from kb.errors import CitationError, NotFoundError
from kb.publications import resolve_id
from kb.reanchoring import place_work
from kb.store import Store
from kb.tables import CitationItem, CitationSet, Passage, now


@dataclass(frozen=True)
class SetView:
    """A citation set as listed."""

    id: int
    name: str
    owner: str | None
    note: str | None
    items: int
    created_at: datetime


@dataclass(frozen=True)
class ItemView:
    """An item of a set; `quote` is the anchored text, also where its passage is gone."""

    id: int
    position: int
    publication_id: str
    passage_id: str | None
    quote: str | None
    note: str | None
    needs_look: bool


def list_sets(store: Store) -> list[SetView]:
    """Every set that has not been removed, by name."""
    with store.read() as session:
        sizes = session.execute(
            select(CitationItem.set_id, func.count())
            .where(CitationItem.removed_at.is_(None))
            .group_by(CitationItem.set_id)
        )
        counts = {row[0]: row[1] for row in sizes}
        rows = session.scalars(
            select(CitationSet).where(CitationSet.deleted_at.is_(None)).order_by(CitationSet.name)
        )
        return [
            SetView(r.id, r.name, r.owner, r.note, counts.get(r.id, 0), r.created_at) for r in rows
        ]


def create_set(store: Store, name: str, *, owner: str | None = None) -> int:
    """Make a set (or bring back a removed one of that name) and return its id.

    Raises CitationError where the name is empty or taken.
    """
    wanted = " ".join(name.split())
    if not wanted:
        raise CitationError("A citation set needs a name; the one given is empty.")
    with store.write() as session:
        row = session.scalars(select(CitationSet).where(CitationSet.name == wanted)).first()
        if row is not None and row.deleted_at is None:
            raise CitationError(
                f"There is a citation set named {wanted!r} already; choose another name."
            )
        if row is None:
            row = CitationSet(name=wanted, owner=owner)
            session.add(row)
        row.deleted_at = None
        session.flush()
        return row.id


def remove_set(store: Store, set_id: int, *, restore: bool = False) -> None:
    """Mark a set as removed, or put it back."""
    with store.write() as session:
        _set(session, set_id).deleted_at = None if restore else now()


def find_set(store: Store, name: str) -> int:
    """The id of the set with this name.

    Raises NotFoundError, naming the sets there are.
    """
    sets = list_sets(store)
    for view in sets:
        if view.name == name:
            return view.id
    names = ", ".join(repr(view.name) for view in sets) or "none yet"
    raise NotFoundError(f"There is no citation set {name!r}; the sets there are: {names}.")


def add_item(
    store: Store,
    set_id: int,
    publication_id: str,
    passage_id: str | None = None,
    *,
    note: str | None = None,
) -> int:
    """Put a passage (or a whole publication) at the end of a set; return the item's id.

    Where a refresh has retired the passage since it was shown, the passage its text is in now is
    put there. What stands in the set already is not added twice: its item's id is returned. Raises
    NotFoundError for a set, publication or passage that the record lacks.
    """
    with store.write() as session:
        _set(session, set_id)
        publication_id = resolve_id(session, publication_id)
        anchor: dict[str, Any] | None = None
        needs_look = False
        if passage_id is not None:
            # Locked, so that no refresh on PostgreSQL retires it before the item is written.
            passage = session.get(Passage, passage_id, with_for_update=True)
            if passage is None or passage.publication_id != publication_id:
                raise NotFoundError(
                    f"There is no passage {passage_id!r} in publication {publication_id}."
                )
            anchor = make_anchor(passage.text, passage.page)
            passage_id, needs_look = place_work(session, passage, anchor)
        rows = session.scalars(select(CitationItem).where(CitationItem.set_id == set_id)).all()
        same = [r for r in rows if (r.publication_id, r.passage_id) == (publication_id, passage_id)]
        if same:
            same[0].removed_at = None
            return same[0].id
        item = CitationItem(
            set_id=set_id,
            position=max((row.position for row in rows), default=0) + 1,
            publication_id=publication_id,
            passage_id=passage_id,
            anchor=anchor,
            note=note,
            needs_look=needs_look,
        )
        session.add(item)
        session.flush()
        return item.id


def list_items(store: Store, set_id: int) -> list[ItemView]:
    """The set's items in order, removed ones left out."""
    with store.read() as session:
        _set(session, set_id)
        rows = session.scalars(
            select(CitationItem)
            .where(CitationItem.set_id == set_id, CitationItem.removed_at.is_(None))
            .order_by(CitationItem.position, CitationItem.id)
        )
        return [
            ItemView(
                row.id,
                row.position,
                row.publication_id,
                row.passage_id,
                str(row.anchor["exact"]) if row.anchor else None,
                row.note,
                row.needs_look,
            )
            for row in rows
        ]


def remove_item(store: Store, item_id: int, *, restore: bool = False) -> None:
    """Take an item out of its set, or put it back where it stood."""
    with store.write() as session:
        _item(session, item_id).removed_at = None if restore else now()


def set_note(store: Store, item_id: int, note: str) -> None:
    """Change an item's note; an empty one removes it."""
    with store.write() as session:
        _item(session, item_id).note = note.strip() or None


def move_item(store: Store, item_id: int, steps: int) -> None:
    """Move an item `steps` places down (negative: up) among the items shown."""
    with store.write() as session:
        item = _item(session, item_id)
        rows = list(
            session.scalars(
                select(CitationItem)
                .where(CitationItem.set_id == item.set_id, CitationItem.removed_at.is_(None))
                .order_by(CitationItem.position, CitationItem.id)
            )
        )
        at = rows.index(item)
        rows.insert(min(max(at + steps, 0), len(rows) - 1), rows.pop(at))
        for position, row in enumerate(rows, start=1):
            row.position = position


def _set(session: Session, set_id: int) -> CitationSet:
    row = session.get(CitationSet, set_id)
    if row is None:
        raise NotFoundError(f"There is no citation set number {set_id} in the record.")
    return row


def _item(session: Session, item_id: int) -> CitationItem:
    row = session.get(CitationItem, item_id)
    if row is None:
        raise NotFoundError(f"There is no item number {item_id} in any citation set.")
    return row
