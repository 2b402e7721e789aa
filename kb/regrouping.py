"""Writing which publication each item belongs to, as the rules of recognition found it.

Owns which id a group of items has: a person's decision first, else the oldest publication among
those its items were of. What moves along is `kb.moving`'s; how groups are found is the pipeline's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.corrections import settle_given
from kb.grouping import UNREAD, decided_items
from kb.grouping_reasons import reason
from kb.moving import absorb_publication, move_items
from kb.publications import (
    NewPublication,
    assign_item,
    drop_identifiers,
    new_publication_id,
    save_publication,
)
from kb.store import Store
from kb.tables import Item, Publication


@dataclass(frozen=True)
class Placed:
    """Where an item is now, what its publication was written from, and why it is there.

    `decided` is the publication that a person has put it to.
    """

    publication_id: str
    content_hash: str
    reason: str
    decided: str | None


@dataclass(frozen=True)
class Goal:
    """Items that are one publication, the one that began it first; `why` for each of the others."""

    items: tuple[str, ...]
    why: Mapping[str, str | None]


def placed_items(store: Store) -> dict[str, Placed]:
    """Every item of the record that has a publication, by key."""
    with store.read() as session:
        decided = decided_items(session)
        rows = session.execute(
            select(Item.key, Item.publication_id, Item.content_hash, Item.reason)
        )
        return {row.key: Placed(*row[1:], decided.get(row.key)) for row in rows}


def place_items(
    store: Store,
    goals: Sequence[Goal],
    records: Mapping[str, NewPublication],
    said: Mapping[str, Mapping[str, Any]],
) -> set[str]:
    """Make the record's publications what the goals say, in one transaction; return those changed.

    `records` are what is known of new or changed items, `said` what people said when they added
    them. These stay to be settled (`settle_items`), so that a run that was killed does them again.
    """
    with store.write() as session:
        keys = [key for goal in goals for key in goal.items]
        places = _places(session, keys)
        decided = decided_items(session, set(keys))
        ids = _choose_ids(session, goals, places, decided)
        touched = {ids[at] for at, goal in enumerate(goals) if records.keys() & set(goal.items)}
        for at, goal in enumerate(goals):
            if session.get(Publication, ids[at]) is None:
                save_publication(session, ids[at], _first_record(session, goal, records, places))
        touched |= _move(session, goals, ids, places)
        for at, goal in enumerate(goals):
            for key in goal.items:
                _assign(session, key, ids[at], goal, key in decided, key in records, said)
        return touched


def write_publications(store: Store, records: Mapping[str, NewPublication]) -> None:
    """Write what all items of some publications say of them; what people say lies over that."""
    with store.write() as session:
        for publication_id, new in records.items():
            save_publication(session, publication_id, new)
            drop_identifiers(session, publication_id, new.identifiers)
            settle_given(session, publication_id)


def settle_items(store: Store, digests: Mapping[str, str]) -> None:
    """Say that items and their publications are written: last, once everything else is."""
    with store.write() as session:
        for key, digest in digests.items():
            row = session.get(Item, key)
            if row is not None:
                row.content_hash = digest


def _places(session: Session, keys: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(keys), 500):  # below SQLite's limit on bound values
        part = keys[start : start + 500]
        query = select(Item.key, Item.publication_id).where(Item.key.in_(part))
        found |= {row.key: row.publication_id for row in session.execute(query)}
    return found


def _choose_ids(
    session: Session,
    goals: Sequence[Goal],
    places: Mapping[str, str],
    decided: Mapping[str, str],
) -> list[str]:
    """The id of each goal: where a person put it, else the oldest id not taken by a better one."""
    ids: list[str | None] = [None] * len(goals)
    shares: dict[str, Counter[int]] = defaultdict(Counter)
    for at, goal in enumerate(goals):
        for key in goal.items:
            if key in places:
                shares[places[key]][at] += 1
            wanted = decided.get(key)
            if wanted is not None and session.get(Publication, wanted) is not None:
                ids[at] = wanted
    for publication_id in _by_age(session, set(shares)):
        if publication_id in ids:
            continue
        open_goals = [at for at in shares[publication_id] if ids[at] is None]
        if open_goals:
            best = min(open_goals, key=lambda at: (-shares[publication_id][at], goals[at].items[0]))
            ids[best] = publication_id
    return [publication_id or new_publication_id() for publication_id in ids]


def _by_age(session: Session, publication_ids: set[str]) -> list[str]:
    rows = [session.get_one(Publication, publication_id) for publication_id in publication_ids]
    return [row.id for row in sorted(rows, key=lambda row: (row.created_at, row.id))]


def _first_record(
    session: Session,
    goal: Goal,
    records: Mapping[str, NewPublication],
    places: Mapping[str, str],
) -> NewPublication:
    """What is written of a new publication at first: of one split off, what the old one says."""
    for key in goal.items:
        if key in records:
            return records[key]
    old = session.get_one(Publication, places[goal.items[0]])
    return NewPublication(
        dict(old.csl), dict(old.origins), old.source_id, old.source_country, None, old.language
    )


def _move(
    session: Session, goals: Sequence[Goal], ids: Sequence[str], places: Mapping[str, str]
) -> set[str]:
    """Move items to where they belong; a publication that keeps none of its items is joined."""
    routes: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for at, goal in enumerate(goals):
        for key in goal.items:
            if key in places and places[key] != ids[at]:
                routes[places[key]][at].add(key)
    touched: set[str] = set()
    for old_id in sorted(routes):
        ways = sorted(routes[old_id].items(), key=lambda way: (len(way[1]), ids[way[0]]))
        leaving = {key for _, keys in ways for key in keys}
        all_leave = _items_of(session, old_id) <= leaving and old_id not in ids
        for number, (at, keys) in enumerate(ways):
            touched |= {ids[at]}
            if all_leave and number == len(ways) - 1:
                why = next((goals[at].why[key] for key in sorted(keys) if goals[at].why[key]), None)
                absorb_publication(session, old_id, ids[at], why or reason("title"))
            else:
                move_items(session, keys, old_id, ids[at])
        touched |= set() if all_leave else {old_id}
    return touched


def _items_of(session: Session, publication_id: str) -> set[str]:
    return set(session.scalars(select(Item.key).where(Item.publication_id == publication_id)))


def _assign(
    session: Session,
    key: str,
    publication_id: str,
    goal: Goal,
    decided: bool,
    changed: bool,
    said: Mapping[str, Mapping[str, Any]],
) -> None:
    """Write where an item is and why; a changed one is unfinished until it is settled."""
    row = session.get(Item, key)
    why = (None if key == goal.items[0] else goal.why[key]) or reason("new")
    if row is not None and decided:
        why = row.reason
    if row is None or changed:
        assign_item(session, key, publication_id, UNREAD, why, said.get(key))
    elif row.reason != why:
        row.reason = why
