"""Which publication each item is, and what is known of it: the stage over the record.

Owns when an item is looked at again, which id a group of items has, and that what was one or two
before is moved as the groups are now. How items are recognised is `pipeline.clusters`' business,
how fields are merged `pipeline.merging`'s, which files become passages `pipeline.bodies`'.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from kb.bibliography import to_csl
from kb.files import AddressView, ItemFiles, items_of, list_items
from kb.grouping import decided_items, joined_items
from kb.grouping_reasons import reason
from kb.publications import NewPublication, title_key
from kb.regrouping import (
    Goal,
    Placed,
    place_items,
    placed_items,
    settle_items,
    write_publications,
)
from kb.removal import turn_away
from kb.store import Store
from kb.tombstones import Stone, find_stones
from pipeline.clusters import find_bound, group_items
from pipeline.grouping_book import GroupingBook, open_book
from pipeline.item_facts import ItemFacts, body_addresses, item_facts
from pipeline.merging import ROLE_ORDER, Described, merge_fields, merge_items, order_items
from pipeline.near_duplicates import Sketch, sketch_read
from pipeline.records import Field, Load

__all__ = ["IDENTIFY_VERSION", "Identified", "identify_items", "merge_fields"]

IDENTIFY_VERSION = 5  # raised when the rules here change what comes out
WRITTEN_TOGETHER = 50  # publications in one transaction: a person's write waits for it


@dataclass(frozen=True)
class Identified:
    """What came of one item; `status` is added, updated, unchanged, quarantined or removed."""

    key: str
    status: str
    publication_id: str | None
    reason: str | None = None


@dataclass(frozen=True)
class _Described:
    """An item that is new or changed: its fields, and the digest of what they were read from."""

    item: ItemFiles
    fields: dict[str, Field]
    digest: str
    said: dict[str, Any]


def identify_items(
    store: Store,
    load: Load,
    source_countries: Callable[[], Mapping[str, str]],
    *,
    read_version: int,
    keys: Sequence[str] | None = None,
    given: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Identified]:
    """Say for every item (or those named) which publication it is, and write what is known of it.

    `load` hands out what was read from a file by readers of version `read_version`;
    `source_countries` is asked for each source's country where something changed; `given` is what
    a person said of an item. Items whose publication changed by that are in the answer too.
    """
    found: list[Identified] = []
    described: dict[str, _Described] = {}
    for item in list_items(store, set(keys) if keys is not None else None):
        said = {**item.given, **(given or {}).get(item.key, {})}
        outcome = _look_at(store, load, item, said, read_version)
        if isinstance(outcome, Identified):
            found.append(outcome)
        else:
            described[item.key] = outcome
    if not described:
        return found
    found += _group(store, load, source_countries, described, read_version)
    present = placed_items(store)
    return [
        Identified(one.key, one.status, present[one.key].publication_id, one.reason)
        if one.publication_id and one.key in present
        else one
        for one in sorted(found, key=lambda one: one.key)
    ]


def _look_at(
    store: Store, load: Load, item: ItemFiles, said: dict[str, Any], read_version: int
) -> Identified | _Described:
    """What is known of an item without comparing it, or its fields where they may be new."""
    digest = _content_hash(item, said, read_version)
    unchanged = Identified(item.key, "unchanged", item.publication_id)
    if item.content_hash == digest and item.publication_id:
        return unchanged
    read = {address.sha256: load(address.sha256) for address in item.addresses}
    if any(extracted.retry for extracted in read.values()):
        digest = hashlib.sha256(f"{digest} read again".encode()).hexdigest()
        if item.content_hash == digest and item.publication_id:
            return unchanged
    if all(extracted.status == "quarantined" for extracted in read.values()):
        reason = next(iter(read.values())).reason
        return Identified(item.key, "quarantined", None, reason)
    fields = merge_fields(item, read)
    stone = _stone(store, item, fields)
    if stone is not None:
        turn_away(store.settings, store, item.key, stone)
        return Identified(item.key, "removed", None, stone.sentence(item.key))
    return _Described(item, fields, digest, said)


def _stone(store: Store, item: ItemFiles, fields: Mapping[str, Field]) -> Stone | None:
    """The removed publication that an item is of, known by its documents or its DOI.

    Two publications may have one DOI: it tells nothing of an item that is another one's already,
    or that a person has put somewhere.
    """
    files = {address.sha256 for address in item.addresses if address.role == "document"}
    with store.read() as session:
        stones = find_stones(session, "file", files)
        stones |= find_stones(session, "item", [item.key])
        by_doi = find_stones(session, "doi", _values(fields, "doi"))
        if by_doi and not item.publication_id and not decided_items(session, [item.key]):
            stones |= by_doi
    return next(iter(stones.values()), None)


def _group(
    store: Store,
    load: Load,
    source_countries: Callable[[], Mapping[str, str]],
    described: dict[str, _Described],
    read_version: int,
) -> list[Identified]:
    """Find the groups that these items belong to now, move what is elsewhere, write the records."""
    before = placed_items(store)
    with open_book(store.settings.home / "grouping" / "items.sqlite") as book:
        new = _remember(store, load, book, described, before, read_version)
        mates = _mates(before)
        bound = find_bound(book, new | book.crowded_out(new), mates)
        decided = {key: row.decided for key, row in before.items() if row.decided}
        groups = group_items(bound, decided)
    goals = [Goal(group.items, group.why) for group in groups]
    records = {key: _first_record(one) for key, one in described.items()}
    said = {key: one.said for key, one in described.items()}
    placing = place_items(store, goals, records, said, decided)
    countries = source_countries()
    for part in batched(sorted(placing.touched), WRITTEN_TOGETHER):
        rebuild_publications(store, load, part, countries)
    digests = {key: one.digest for key, one in described.items()}
    settle_items(store, digests, placing.followed)
    return _outcomes(placed_items(store), before, described, placing.touched)


def _remember(
    store: Store,
    load: Load,
    book: GroupingBook,
    described: Mapping[str, _Described],
    before: Mapping[str, Placed],
    read_version: int,
) -> set[str]:
    """Put the facts of new items into the book, and of those it lacks; return all these keys."""
    known = book.digests()
    book.drop(known.keys() - before.keys() - described.keys())
    for one in described.values():
        book.put(_facts(book, load, one.item, one.fields), one.digest)
    lacking = {
        key
        for key, row in before.items()
        if key not in described and known.get(key) != row.content_hash
    }
    for item in list_items(store, lacking) if lacking else ():
        read = {address.sha256: load(address.sha256) for address in item.addresses}
        if any(extracted.status != "quarantined" for extracted in read.values()):
            facts = _facts(book, load, item, merge_fields(item, read))
            book.put(facts, before[item.key].content_hash)
    return described.keys() | lacking


def _facts(
    book: GroupingBook, load: Load, item: ItemFiles, fields: Mapping[str, Field]
) -> ItemFacts:
    addresses = [a for a in body_addresses(item) if load(a.sha256).status != "quarantined"]
    documents = [a.sha256 for a in item.addresses if a.role == "document"]
    sketches: list[Sketch] = []
    if addresses and addresses[0].role == "document":
        for sha256 in dict.fromkeys(address.sha256 for address in addresses):
            sketch = book.sketch(sha256)
            if sketch is None:
                sketch = sketch_read([load(sha256)])
                book.put_sketch(sha256, sketch)
            sketches.append(sketch)
    elif addresses:
        sketches.append(sketch_read([load(address.sha256) for address in addresses]))
    sketches.sort(key=lambda sketch: -sketch.words)
    return item_facts(item, fields, documents, sketches)


def _mates(before: Mapping[str, Placed]) -> Callable[[str], Sequence[str]]:
    """For an item those of its publication, and those a person has put to the same one."""
    by_place: dict[str, list[str]] = {}
    for key, row in before.items():
        for place in {row.publication_id, row.decided} - {None}:
            by_place.setdefault(str(place), []).append(key)

    def mates(key: str) -> Sequence[str]:
        row = before.get(key)
        places = {row.publication_id, row.decided} - {None} if row else set()
        return [mate for place in places for mate in by_place[str(place)]]

    return mates


def _outcomes(
    after: Mapping[str, Placed],
    before: Mapping[str, Placed],
    described: Mapping[str, _Described],
    touched: set[str],
) -> list[Identified]:
    """What came of the items described, and of all others whose publication changed by it."""
    known = {row.publication_id for row in before.values()}
    found = []
    for key, row in after.items():
        if key in described or row.publication_id in touched:
            new = row.publication_id not in known and row.reason == reason("new")
            status = "added" if new else "updated"
            found.append(Identified(key, status, row.publication_id, row.reason))
    return found


def rebuild_publications(
    store: Store,
    load: Load,
    publication_ids: Collection[str],
    source_countries: Mapping[str, str],
) -> None:
    """Write the bibliographic records of publications anew from all their items.

    The first item (a main version before its translations) and its copies at other addresses
    speak together, the surest value before the others; what a person joined fills the gaps. What
    people say of it lies over that.
    """
    records = {}
    with store.read() as session:
        joined = joined_items(session)
    for publication_id in publication_ids:
        described = [
            (item, merge_fields(item, {a.sha256: load(a.sha256) for a in item.addresses}))
            for item in items_of(store, publication_id)
        ]
        if described:
            records[publication_id] = _record(publication_id, described, source_countries, joined)
    write_publications(store, records)


def _record(
    publication_id: str,
    described: Sequence[Described],
    source_countries: Mapping[str, str],
    joined: Mapping[str, int],
) -> NewPublication:
    mine = {item.key for item, _ in described}
    after = 1 if mine & joined.keys() else 0  # what no join touched comes after what stayed
    came_in = {key: joined.get(key, after) for key in mine}
    ordered = order_items(described, came_in)
    items = [item for item, _ in ordered]
    merged = merge_items(ordered, came_in)
    source_id = next((a.source_id for i in items for a in i.addresses if a.source_id), None)
    return NewPublication(
        csl=to_csl(publication_id, {name: field.value for name, field in merged.items()}),
        origins={
            name: {"origin": field.origin, "confidence": field.confidence}
            for name, field in merged.items()
        },
        source_id=source_id,
        source_country=source_countries.get(source_id or ""),
        url=_url(merged, items[0]),
        language=str(merged["language"].value) if "language" in merged else None,
        identifiers=_identifiers(items, merged),
        given={key: value for item in reversed(items) for key, value in item.given.items()},
    )


def batched(keys: Sequence[str], size: int) -> Iterator[list[str]]:
    """Keys in parts of a size."""
    left = iter(keys)
    while part := list(islice(left, size)):
        yield part


def _identifiers(
    items: Sequence[ItemFiles], fields: Mapping[str, Field]
) -> tuple[tuple[str, str], ...]:
    found = [("item", item.key) for item in items]
    found += [
        ("file", address.sha256)
        for item in items
        for address in item.addresses
        if address.role == "document"
    ]
    for scheme in ("doi", "isbn"):
        found += [(scheme, value) for value in _values(fields, scheme)]
    if "title" in fields:
        found.append(("title", title_key(str(fields["title"].value))))
    return tuple(dict.fromkeys(found))


def _values(fields: Mapping[str, Field], name: str) -> list[str]:
    value = fields[name].value if name in fields else None
    values = value if isinstance(value, list) else [value] if value else []
    drop = str.maketrans("", "", "- " if name == "isbn" else "")
    return [str(entry).lower().translate(drop) for entry in values]


def _url(fields: Mapping[str, Field], item: ItemFiles) -> str | None:
    if "url" in fields:
        return str(fields["url"].value)
    order = sorted(item.addresses, key=lambda a: ROLE_ORDER.get(a.role, 9))
    web = [a.url for a in order if a.url.startswith(("http://", "https://"))]
    return next((url for url in [*web] if "verb=GetRecord" not in url), web[0] if web else None)


def _first_record(described: _Described) -> NewPublication:
    """What is known of an item alone, until its publication is written from all its items."""
    item, fields = described.item, described.fields
    csl = to_csl("", {name: field.value for name, field in fields.items()})
    source_id = next((a.source_id for a in item.addresses if a.source_id), None)
    url = _url(fields, item)
    return NewPublication(csl, {}, source_id, None, url, None, (), dict(described.said))


def _content_hash(item: ItemFiles, said: Mapping[str, Any], read_version: int) -> str:
    def fact(address: AddressView) -> list[Any]:
        return [address.role, address.position, address.sha256, address.version_of]

    facts = [IDENTIFY_VERSION, read_version, [fact(address) for address in item.addresses], said]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
