"""The crawl's memory in the record: what to fetch, what came of it, where each file was seen.

Owns the frontier and address tables. A crawl killed at any moment goes on from here: entries that
this run has finished are not fetched again, entries left waiting are. How to fetch is
`pipeline.crawl`'s business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, distinct, exists, func, select, update
from sqlalchemy.orm import Session

from kb.frontier_batch import QUERY_SIZE, Batch
from kb.frontier_shapes import Begun, Known, Outcome, Receipt, Settled, Sighting, Wanted
from kb.store import Store
from kb.tables import Address, File, FrontierEntry, now
from kb.tombstones import keep_out_removed

__all__ = [
    "QUERY_SIZE",
    "Begun",
    "Frontier",
    "Known",
    "Outcome",
    "Receipt",
    "Settled",
    "Sighting",
    "Wanted",
    "record_sighting",
]


class Frontier:
    """The frontier of one run; every call is one short transaction."""

    def __init__(self, store: Store, run_id: int) -> None:
        self.store = store
        self.run_id = run_id

    def known(self, url: str) -> Known | None:
        """What is known of an address, or None where it was never wanted."""
        with self.store.read() as session:
            row = session.execute(select(*_KNOWN).where(FrontierEntry.url == url)).first()
            return _known(row) if row else None

    def want(self, entries: Iterable[Wanted]) -> list[Wanted]:
        """Remember addresses to fetch; return those this run has still to ask for.

        An address that this run has already finished, or is already waiting for, is left out.
        """
        with self.store.write() as session:
            batch = Batch(session.connection(), self.run_id)
            waiting, _ = batch.want(entries)
            batch.write()
            return waiting

    def begin(
        self, starts: Mapping[str, Iterable[Wanted]], rules: Mapping[str, str]
    ) -> dict[str, Begun]:
        """Begin the run for some sources, with their first addresses and a hash of their rules.

        What an earlier run left waiting under the same rules is asked in this one. What pages led
        to under other rules must be read out of them again (`Begun.read_since`).
        """
        keys = {f"source:{source_id}": source_id for source_id in starts}
        with self.store.write() as session:
            batch = Batch(session.connection(), self.run_id)
            batch.want(entry for entries in starts.values() for entry in entries)
            rows = session.execute(select(*_KNOWN).where(FrontierEntry.url.in_(keys)))
            known = {keys[row.url]: row for row in rows}
            since: dict[str, datetime] = {}
            for key, source_id in keys.items():
                row = known.get(source_id)
                if row is not None and row.etag == rules[source_id]:
                    since[source_id] = row.fetched_at
                else:
                    since[source_id] = batch.at
                    wanted = Wanted(key, source_id, "rules")
                    batch.remember(wanted, Outcome("done", etag=rules[source_id]))
            batch.write()
            same = [source_id for source_id in starts if since[source_id] != batch.at]
            _adopt(session, same, self.run_id)
            return {
                source_id: Begun(since[source_id], wanted, waiting)
                for source_id, (wanted, waiting) in _count(session, starts, self.run_id).items()
            }

    def take(
        self,
        source_id: str,
        limit: int,
        besides: Collection[str] = (),
        first: Collection[str] = (),
    ) -> list[Known]:
        """Up to `limit` addresses of a source that wait in this run, but for those `besides`.

        Those of the kinds `first` come before all others. Then those that were never fetched come,
        then those fetched longest ago, so that a source that is never done in one night is gone
        through all the same.
        """
        order = FrontierEntry.fetched_at.asc().nulls_first()
        soon = (case((FrontierEntry.kind.in_(first), 0), else_=1),) if first else ()
        with self.store.read() as session:
            rows = session.execute(
                select(*_KNOWN)
                .where(
                    FrontierEntry.source_id == source_id,
                    FrontierEntry.state == "waiting",
                    FrontierEntry.run_id == self.run_id,
                )
                .order_by(*soon, order)
                .limit(limit + len(besides))
            )
            return [_known(row) for row in rows if row.url not in besides][:limit]

    def settle(self, settled: Settled) -> Receipt:
        """Record all that came of one address; see `settle_all`."""
        return self.settle_all([settled])[0]

    def settle_all(self, batch: Sequence[Settled]) -> list[Receipt]:
        """Record all that came of some addresses in one transaction; the files' bytes come first.

        Killed before it returns, the addresses still wait; after it, nothing of them is asked
        again in this run.
        """
        if not batch:
            return []
        with self.store.read() as session:
            batch = keep_out_removed(session.connection(), batch)
        hashes = iter(
            self.store.blobs.put_all([data for settled in batch for data, _ in settled.files])
        )
        kept = [
            [(next(hashes), len(data), seen) for data, seen in settled.files] for settled in batch
        ]
        with self.store.write() as session:
            return Batch(session.connection(), self.run_id).settle(batch, kept)

    def remember(self, wanted: Wanted, outcome: Outcome) -> None:
        """Keep what is known of something that is not fetched itself (how far a harvest came)."""
        with self.store.write() as session:
            batch = Batch(session.connection(), self.run_id)
            batch.remember(wanted, outcome)
            batch.write()

    def item_at(self, url: str) -> str | None:
        """The item that the file at an address belongs to, or None where none was seen there."""
        with self.store.read() as session:
            return session.scalar(select(Address.item).where(Address.url == url))

    def without_file(self, source_id: str, kind: str) -> list[Wanted]:
        """The addresses of a kind that were asked, but gave no file that was kept since.

        For addresses that lead to a file which is then kept as theirs.
        """
        kept = exists().where(
            Address.url == FrontierEntry.url, Address.last_seen >= FrontierEntry.fetched_at
        )
        with self.store.read() as session:
            rows = session.execute(
                select(*_KNOWN).where(
                    FrontierEntry.source_id == source_id,
                    FrontierEntry.state.in_(("done", "failed")),
                    FrontierEntry.kind == kind,
                    ~kept,
                )
            )
            return [_known(row).wanted for row in rows]

    def count_items(self, source_id: str) -> int:
        """How many items of a source this run met, and how many of its records still stand.

        Language versions count once. Records count from earlier runs too, since a harvest asks
        for newer ones only.
        """
        met = exists().where(
            FrontierEntry.url == Address.url,
            FrontierEntry.run_id == self.run_id,
            FrontierEntry.state == "done",
        )
        standing = (Address.role == "record") & Address.gone_at.is_(None)
        publication = func.coalesce(Address.version_of, Address.item)
        with self.store.read() as session:
            count = session.scalar(
                select(func.count(distinct(publication))).where(
                    Address.source_id == source_id, met | standing
                )
            )
            return count or 0

    def count_waiting(self, source_id: str) -> int:
        """How many addresses of a source this run has still to ask for."""
        with self.store.read() as session:
            count = session.scalar(
                select(func.count()).where(
                    FrontierEntry.source_id == source_id,
                    FrontierEntry.run_id == self.run_id,
                    FrontierEntry.state == "waiting",
                )
            )
            return count or 0


def _adopt(session: Session, source_ids: Collection[str], run_id: int) -> None:
    """Take over what earlier runs of some sources left waiting."""
    left = (
        update(FrontierEntry)
        .where(
            FrontierEntry.source_id.in_(source_ids),
            FrontierEntry.state == "waiting",
            FrontierEntry.run_id != run_id,
        )
        .values(run_id=run_id)
    )
    session.connection().execute(left)


def _count(
    session: Session, source_ids: Collection[str], run_id: int
) -> dict[str, tuple[int, int]]:
    """How many addresses of each source this run has wanted so far, and how many still wait."""
    waiting = func.sum(case((FrontierEntry.state == "waiting", 1), else_=0))
    rows = session.execute(
        select(FrontierEntry.source_id, func.count(), waiting)
        .where(FrontierEntry.source_id.in_(source_ids), FrontierEntry.run_id == run_id)
        .group_by(FrontierEntry.source_id)
    )
    found = {source_id: (int(all_of_it), int(left)) for source_id, all_of_it, left in rows}
    return {source_id: found.get(source_id, (0, 0)) for source_id in source_ids}


def record_sighting(session: Session, sha256: str, size: int, sighting: Sighting) -> bool:
    """Write a file (once) and the address it was seen at (newest bytes win, dates kept).

    Returns whether the address had other bytes, or none, before.
    """
    if session.get(File, sha256) is None:
        session.add(File(sha256=sha256, size=size, media_type=sighting.media_type))
        session.flush()
    address = session.get(Address, sighting.url)
    if address is None:
        address = Address(url=sighting.url, first_seen=now())
        session.add(address)
    elif sighting.url.startswith("upload:"):  # a file stays counted under the way it first came
        sighting = replace(sighting, source_id=address.source_id)
    return _sight(address, sha256, sighting)


def _sight(address: Address, sha256: str, sighting: Sighting) -> bool:
    values = {**vars(sighting)}
    del values["media_type"]
    for name, value in values.items():
        setattr(address, name, value)
    changed = address.sha256 != sha256
    address.sha256, address.last_seen, address.gone_at = sha256, now(), None
    return changed


_KNOWN = (
    FrontierEntry.url,
    FrontierEntry.source_id,
    FrontierEntry.kind,
    FrontierEntry.context,
    FrontierEntry.state,
    FrontierEntry.run_id,
    FrontierEntry.etag,
    FrontierEntry.last_modified,
    FrontierEntry.sha256,
    FrontierEntry.links,
    FrontierEntry.fetched_at,
)


def _known(row: Row[Any]) -> Known:
    return Known(
        wanted=Wanted(row.url, row.source_id, row.kind, dict(row.context)),
        state=row.state,
        run_id=row.run_id,
        etag=row.etag,
        last_modified=row.last_modified,
        sha256=row.sha256,
        links=tuple(Wanted(**link) for link in row.links),
        fetched_at=row.fetched_at,
    )
