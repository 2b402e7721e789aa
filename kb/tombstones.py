"""What removed publications were known by, so that nothing of them is fetched or kept again.

Owns reading the tombstone table; `kb.removal` writes it. The crawl's memory, uploads and
identification ask here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kb.frontier_shapes import Settled, Sighting, Wanted
from kb.gathering_tables import Tombstone

Scheme = Literal["url", "item", "file", "doi"]

_BOUND_VALUES = 500  # values in one query


@dataclass(frozen=True)
class Stone:
    """Which publication was removed, why, by whom and when."""

    publication_id: str
    reason: str
    by: str
    at: datetime

    def sentence(self, what: str) -> str:
        """Say of something that it belongs to a removed publication."""
        return (
            f"{what} belongs to the publication {self.publication_id}, which {self.by} removed on "
            f"{self.at:%Y-%m-%d} ({self.reason.rstrip('.')}); it is not taken in again."
        )


def find_stones(
    asked: Session | Connection, scheme: Scheme, values: Collection[str]
) -> dict[str, Stone]:
    """Return the tombstones of these values, by value; empty where nothing was removed."""
    found: dict[str, Stone] = {}
    ordered = sorted(values)
    for start in range(0, len(ordered), _BOUND_VALUES):
        part = ordered[start : start + _BOUND_VALUES]
        query = select(
            Tombstone.value, Tombstone.publication_id, Tombstone.reason, Tombstone.by, Tombstone.at
        ).where(Tombstone.scheme == scheme, Tombstone.value.in_(part))
        for value, publication_id, reason, by, at in asked.execute(query):
            found[value] = Stone(publication_id, reason, by, at)
    return found


def leave_out_removed(connection: Connection, entries: Sequence[Wanted]) -> list[Wanted]:
    """Addresses that may be fetched: none of a removed publication's."""
    if not _has_stones(connection):
        return list(entries)
    stones = find_stones(connection, "url", {entry.url for entry in entries})
    items = {str(entry.context["item"]) for entry in entries if entry.context.get("item")}
    stones |= find_stones(connection, "item", items)
    return [
        entry
        for entry in entries
        if entry.url not in stones and entry.context.get("item") not in stones
    ]


def keep_out_removed(connection: Connection, batch: Sequence[Settled]) -> Sequence[Settled]:
    """What came of some addresses without the files of removed publications."""
    if not _has_stones(connection):
        return batch
    return [
        replace(settled, files=tuple(f for f in settled.files if not _is_removed(connection, *f)))
        for settled in batch
    ]


def _is_removed(connection: Connection, data: bytes, seen: Sighting) -> bool:
    return bool(
        find_stones(connection, "file", [hashlib.sha256(data).hexdigest()])
        or find_stones(connection, "url", [seen.url])
        or find_stones(connection, "item", [seen.item])
    )


def _has_stones(connection: Connection) -> bool:
    return connection.execute(select(Tombstone.value).limit(1)).first() is not None
