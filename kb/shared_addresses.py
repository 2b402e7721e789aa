"""Documents that several items link: whose they are, and which belong to nobody.

Owns the shared_address table. A document linked from many landing pages of a site (its yearly
report in the menu) says nothing about any of them and becomes an item of its own, and so does one
that a person took out of its item.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import Session

from kb.frontier_shapes import Wanted
from kb.gathering_tables import GroupingDecision, SharedAddress
from kb.tables import Address, Item

SHARED_BY_MOST = 3
"""Items of one site that may share a document: a report's page in two languages and a project's
page do; what more of them link stands in the site's frame."""

_BOUND_VALUES = 500  # values in one query


@dataclass(frozen=True)
class Sharing:
    """`further` are the items that an address belongs to besides its first, with its place there;
    `alone` the addresses that are items of their own.
    """

    further: dict[str, tuple[tuple[str, str, int], ...]]
    alone: frozenset[str]


def note_shared(
    connection: Connection, entries: Iterable[Wanted], first: dict[str, str], at: datetime
) -> None:
    """Remember that documents are linked by further items than the ones in `first` (url: item)."""
    wanted = {
        (entry.url, str(entry.context["item"])): entry
        for entry in entries
        if entry.kind == "document"
        if entry.context.get("item") and entry.url in first
        if first[entry.url] != entry.context["item"]
    }
    for (url, item), entry in wanted.items():
        place = (SharedAddress.url == url) & (SharedAddress.item == item)
        if connection.execute(select(SharedAddress.url).where(place)).first() is not None:
            connection.execute(update(SharedAddress).where(place).values(last_seen=at))
            continue
        row = {
            "url": url,
            "item": item,
            "source_id": entry.source_id,
            "role": "document",
            "position": int(entry.context.get("position", 0)),
            "last_seen": at,
        }
        connection.execute(insert(SharedAddress), row)


def read_sharing(session: Session) -> Sharing:
    """Which addresses several items share, and which are items of their own."""
    further: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    rows = session.execute(
        select(SharedAddress, Address.item)
        .join(Address, Address.url == SharedAddress.url)
        .order_by(SharedAddress.url, SharedAddress.item)
    ).all()
    counts = Counter(row.url for row, _ in rows)
    alone = {url for url, count in counts.items() if count >= SHARED_BY_MOST} | _taken_out(session)
    for row, item in rows:
        if row.url not in alone and row.item != item:
            further[row.url].append((row.item, row.role, row.position))
    return Sharing({url: tuple(items) for url, items in further.items()}, frozenset(alone))


def item_files(session: Session, keys: Collection[str]) -> set[str]:
    """The files of these items at present, by SHA-256: at their addresses, shared and own ones."""
    sharing = read_sharing(session)
    wanted = set(keys)
    found: set[str] = set()
    for part in _parts(wanted):
        rows = session.execute(select(Address.url, Address.sha256).where(Address.item.in_(part)))
        found |= {sha256 for url, sha256 in rows if url not in sharing.alone}
    shared = {
        url for url, items in sharing.further.items() if any(item in wanted for item, _, _ in items)
    }
    for part in _parts(shared | (wanted & sharing.alone)):
        found |= set(session.scalars(select(Address.sha256).where(Address.url.in_(part))))
    return found


def files_of_others(session: Session, files: Collection[str], keys: Collection[str]) -> set[str]:
    """Those of some files (by SHA-256) that further items than these have, of any publication."""
    sharing = read_sharing(session)
    holders: dict[str, set[str]] = defaultdict(set)
    for part in _parts(files):
        query = select(Address.url, Address.item, Address.sha256).where(Address.sha256.in_(part))
        for url, item, sha256 in session.execute(query):
            further = [one for one, _, _ in sharing.further.get(url, ())]
            for holder in [url] if url in sharing.alone else [item, *further]:
                holders[holder].add(sha256)
    found: set[str] = set()
    for part in _parts(holders.keys() - set(keys)):
        for key in session.scalars(select(Item.key).where(Item.key.in_(part))):
            found |= holders[key]
    return found


def _parts(values: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(values)
    return (ordered[at : at + _BOUND_VALUES] for at in range(0, len(ordered), _BOUND_VALUES))


def _taken_out(session: Session) -> set[str]:
    """Documents that a person made items of their own: addresses of others named in decisions."""
    standing: dict[str, list[str]] = defaultdict(list)
    rows = session.execute(
        select(GroupingDecision.item, GroupingDecision.act)
        .join(Address, Address.url == GroupingDecision.item)
        .where(Address.item != GroupingDecision.item)
        .order_by(GroupingDecision.id)
    )
    for item, act in rows:
        if act == "undo":
            standing[item] = standing[item][:-1]
        else:
            standing[item].append(act)
    return {item for item, acts in standing.items() if acts}
