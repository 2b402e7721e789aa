"""Many files at once: stored, and seen at their addresses, in one transaction.

Owns that for imports, where a transaction for each file would be most of the time. Single uploads
are `kb.files`' business, what the crawler finds `kb.frontier`'s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.frontier import Sighting, record_sighting
from kb.store import Store
from kb.tables import Address, Item, now
from kb.tombstones import find_stones

BOUND_VALUES = 500  # values in one query: below SQLite's and PostgreSQL's limits


@dataclass(frozen=True)
class Stored:
    """What storing a batch changed: addresses with new bytes, and why some were not taken."""

    changed: frozenset[str]
    refused: dict[str, str]  # address -> sentence


def store_files(store: Store, batch: Sequence[tuple[bytes, Sighting]]) -> Stored:
    """Keep files and where they were seen; what belongs to a removed publication is refused."""
    hashed = [(hashlib.sha256(data).hexdigest(), data, sighting) for data, sighting in batch]
    with store.read() as session:
        refused = _refused(session, [(sha256, sighting) for sha256, _, sighting in hashed])
    kept = [entry for entry in hashed if entry[2].url not in refused]
    store.blobs.put_all([data for _, data, _ in kept])
    with store.write() as session:
        changed = frozenset(
            sighting.url
            for sha256, data, sighting in kept
            if record_sighting(session, sha256, len(data), sighting)
        )
    return Stored(changed, refused)


def _refused(session: Session, batch: Sequence[tuple[str, Sighting]]) -> dict[str, str]:
    files = find_stones(session, "file", {sha256 for sha256, _ in batch})
    items = find_stones(session, "item", {sighting.item for _, sighting in batch})
    urls = find_stones(session, "url", {sighting.url for _, sighting in batch})
    found: dict[str, str] = {}
    for sha256, sighting in batch:
        stone = urls.get(sighting.url) or items.get(sighting.item) or files.get(sha256)
        if stone is not None:
            found[sighting.url] = stone.sentence(sighting.filename or sighting.url)
    return found


def hashes_at(store: Store, urls: Collection[str]) -> dict[str, str]:
    """Return the SHA-256 of the file that was last seen at each address, where one was."""
    found: dict[str, str] = {}
    ordered = sorted(urls)
    with store.read() as session:
        for start in range(0, len(ordered), BOUND_VALUES):
            part = ordered[start : start + BOUND_VALUES]
            rows = session.execute(select(Address.url, Address.sha256).where(Address.url.in_(part)))
            found.update({row.url: row.sha256 for row in rows})
    return found


def known_items(store: Store, keys: Collection[str]) -> set[str]:
    """Return those items that are assigned to a publication already."""
    found: set[str] = set()
    ordered = sorted(keys)
    with store.read() as session:
        for start in range(0, len(ordered), BOUND_VALUES):
            part = ordered[start : start + BOUND_VALUES]
            found.update(session.scalars(select(Item.key).where(Item.key.in_(part))))
    return found


def mark_gone(store: Store, urls: Collection[str]) -> int:
    """Say that addresses are gone; what was seen there is kept. Returns how many were known."""
    with store.write() as session:
        rows = [row for url in sorted(urls) if (row := session.get(Address, url)) is not None]
        for row in rows:
            row.gone_at = row.gone_at or now()
    return len(rows)
