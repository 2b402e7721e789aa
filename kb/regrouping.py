"""Writing which publication each item belongs to, as the rules of recognition found it.

Owns which id a group of items has: a person's decision first, else the oldest publication among
those its items were of. Groups are found while people work on: what they decided or removed since
then holds. What moves along is `kb.moving`'s; how groups are found is the pipeline's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.corrections import settle_given
from kb.gathering_tables import SharedAddress
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
from kb.shared_addresses import read_sharing
from kb.store import Store
from kb.tables import Address, Item, Publication
from kb.tombstones import find_stones

PLACED_TOGETHER = 50  # goals in one transaction: a person's write waits for it
_BOUND_VALUES = 500  # values in one query


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


@dataclass
class Placing:
    """What placing did: the publications it changed, and for each item the decision it followed.

    Items that a person dealt with meanwhile are not in `followed`: they are to be looked at again.
    """

    touched: set[str] = field(default_factory=set)
    followed: dict[str, str | None] = field(default_factory=dict)


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
    known: Mapping[str, str],
) -> Placing:
    """Make the record's publications what the goals say, some goals at a time.

    `records` are what is known of new or changed items, `said` what people said when they added
    them. These stay to be settled (`settle_items`), so that a run that was killed does them again.
    `known` are the decisions by which the goals were found: one made or taken back since then, and
    a removal, hold against them.
    """
    placing = Placing()
    with store.read() as session:
        places = _places(session, [key for goal in goals for key in goal.items])
    for part in _batches(goals, places, known):
        with store.write() as session:
            _place(session, part, records, said, known, placing)
    return placing


def _place(
    session: Session,
    foreseen: Sequence[Goal],
    records: Mapping[str, NewPublication],
    said: Mapping[str, Mapping[str, Any]],
    known: Mapping[str, str],
    placing: Placing,
) -> None:
    keys = [key for goal in foreseen for key in goal.items]
    places = _places(session, keys)
    decided = _decided(session, keys, places, known)
    present = _present(session, keys, places, records)
    goals = [part for goal in foreseen for part in _parted(goal, present, places, decided)]
    ids = _choose_ids(session, goals, places, decided)
    touched = {ids[at] for at, goal in enumerate(goals) if records.keys() & set(goal.items)}
    for at, goal in enumerate(goals):
        if session.get(Publication, ids[at]) is None:
            save_publication(session, ids[at], _first_record(session, goal, records, places))
    touched |= _move(session, goals, ids, places)
    for at, goal in enumerate(goals):
        for key in goal.items:
            _assign(session, key, ids[at], goal, key in decided, key in records, said)
    placing.touched |= touched
    whole = {goal.items for goal in foreseen}
    for goal in goals:
        if goal.items in whole and all(decided.get(key) == known.get(key) for key in goal.items):
            placing.followed |= {key: decided.get(key) for key in goal.items}


def write_publications(store: Store, records: Mapping[str, NewPublication]) -> None:
    """Write what all items of some publications say of them; what people say lies over that.

    One that a person joined into another or removed meanwhile is left as it is.
    """
    with store.write() as session:
        for publication_id, new in records.items():
            row = session.get(Publication, publication_id)
            if row is None or row.removed_reason is not None:
                continue
            save_publication(session, publication_id, new)
            drop_identifiers(session, publication_id, new.identifiers)
            settle_given(session, publication_id)


def settle_items(
    store: Store, digests: Mapping[str, str], followed: Mapping[str, str | None]
) -> None:
    """Say that items and their publications are written: last, once everything else is.

    Those that a person dealt with since they were placed (`Placing.followed`) stay unsettled.
    """
    with store.write() as session:
        decided = decided_items(session, digests.keys())
        for key, digest in digests.items():
            row = session.get(Item, key)
            if row is not None and key in followed and decided.get(key) == followed[key]:
                row.content_hash = digest


def _batches(
    goals: Sequence[Goal], places: Mapping[str, str], known: Mapping[str, str]
) -> Iterator[list[Goal]]:
    """Goals in parts; those that a publication's items are in are in one part."""
    ties = [
        {where[key] for key in goal.items for where in (places, known) if key in where}
        for goal in goals
    ]
    tied: dict[str, list[int]] = defaultdict(list)
    for at, names in enumerate(ties):
        for name in names:
            tied[name].append(at)
    part: list[int] = []
    met: set[int] = set()
    for first in range(len(goals)):
        waiting = [first] if first not in met else []
        while waiting:
            at = waiting.pop()
            if at not in met:
                met.add(at)
                part.append(at)
                waiting += [other for name in ties[at] for other in tied.pop(name, ())]
        if len(part) >= PLACED_TOGETHER:
            yield [goals[at] for at in sorted(part)]
            part = []
    if part:
        yield [goals[at] for at in sorted(part)]


def _places(session: Session, keys: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in _parts(keys):
        query = select(Item.key, Item.publication_id).where(Item.key.in_(part))
        found |= {row.key: row.publication_id for row in session.execute(query)}
    return found


def _decided(
    session: Session, keys: Sequence[str], places: Mapping[str, str], known: Mapping[str, str]
) -> dict[str, str]:
    """Where people put items; one whose decision was taken back since then stays where it is."""
    decided = {
        key: publication_id
        for key, publication_id in decided_items(session, set(keys)).items()
        if session.get(Publication, publication_id) is not None
    }
    back = {key: places[key] for key in keys if key in known and key in places}
    return back | decided


def _present(
    session: Session,
    keys: Sequence[str],
    places: Mapping[str, str],
    records: Mapping[str, NewPublication],
) -> set[str]:
    """The items that are there still: of no removed publication, and with an address."""
    new = {key for key in keys if key in records and key not in places}
    found: set[str] = set()
    for part in _parts(new):
        for column in (Address.item, SharedAddress.item):
            found |= set(session.scalars(select(column).where(column.in_(part))))
    if new - found:
        found |= new & read_sharing(session).alone
    return (places.keys() | found) - find_stones(session, "item", set(keys)).keys()


def _parted(
    goal: Goal, present: Collection[str], places: Mapping[str, str], decided: Mapping[str, str]
) -> list[Goal]:
    """What is left of a goal: those that people put to different publications are not one.

    Items that nobody decided on stay with the most of the others, or with the first of them. New
    ones that were to join what was removed wait for the next run: they may be of it.
    """
    items = tuple(key for key in goal.items if key in present)
    if len(items) < len(goal.items):
        items = tuple(key for key in items if key in places)
    sides = Counter(decided[key] for key in items if key in decided)
    if len(sides) < 2:
        return [Goal(items, goal.why)] if items else []
    most = sides.most_common(1)[0][0]
    return [
        Goal(tuple(key for key in items if decided.get(key, most) == side), goal.why)
        for side in sides
    ]


def _parts(keys: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(keys)
    return (ordered[at : at + _BOUND_VALUES] for at in range(0, len(ordered), _BOUND_VALUES))


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
            ids[at] = decided.get(key, ids[at])
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
