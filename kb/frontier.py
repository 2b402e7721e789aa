"""The crawl's memory in the record: what to fetch, what came of it, where each file was seen.

Owns the frontier and address tables. A crawl killed at any moment goes on from here: entries that
this run has finished are not fetched again, entries left waiting are. How to fetch is
`pipeline.crawl`'s business.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from sqlalchemy import distinct, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kb.store import Store
from kb.tables import Address, File, FrontierEntry, now

_Row = TypeVar("_Row", File, FrontierEntry, Address)

QUERY_SIZE = 500  # addresses in one query; a sitemap has up to 50,000


@dataclass(frozen=True)
class Wanted:
    """An address to fetch for a source; `context` travels with it (item, position, language...)."""

    url: str
    source_id: str
    kind: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What the record knows of an address before it is asked again."""

    wanted: Wanted
    state: str
    run_id: int
    etag: str | None
    last_modified: str | None
    sha256: str | None
    links: tuple[Wanted, ...]


@dataclass(frozen=True)
class Outcome:
    """What came of fetching: `state` is done, unchanged, failed, gone or forbidden."""

    state: str
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    links: tuple[Wanted, ...] = ()
    message: str | None = None


@dataclass(frozen=True)
class Sighting:
    """A file seen at an address, and the item (landing page, OAI record) it belongs to there."""

    url: str
    source_id: str | None
    item: str
    role: str
    media_type: str | None = None
    position: int = 0
    filename: str | None = None
    language: str | None = None
    version_of: str | None = None


@dataclass(frozen=True)
class Settled:
    """All that came of one address at once: its outcome, the files it gave, where it led to.

    `gone` names other addresses that it said are gone (deleted records of a repository).
    """

    url: str
    outcome: Outcome
    files: tuple[tuple[bytes, Sighting], ...] = ()
    wanted: tuple[Wanted, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """What settling changed: addresses that are new to this run, addresses with new bytes."""

    new: tuple[Wanted, ...]
    changed: tuple[str, ...]


class Frontier:
    """The frontier of one run; every call is one short transaction."""

    def __init__(self, store: Store, run_id: int) -> None:
        self.store = store
        self.run_id = run_id

    def known(self, url: str) -> Known | None:
        """What is known of an address, or None where it was never wanted."""
        with self.store.read() as session:
            entry = session.get(FrontierEntry, url)
            return _known(entry) if entry else None

    def want(self, entries: Sequence[Wanted]) -> list[Wanted]:
        """Remember addresses to fetch; return those this run has still to ask for.

        An address that this run has already finished, or is already waiting for, is left out.
        """
        with self.store.write() as session:
            urls = {entry.url for entry in entries}
            present = _load(session, FrontierEntry, FrontierEntry.url, urls)
            return _want(session, present, entries, self.run_id)

    def take(self, source_id: str, limit: int, besides: Collection[str] = ()) -> list[Known]:
        """Up to `limit` addresses of a source that wait in this run, but for those `besides`."""
        with self.store.read() as session:
            rows = session.scalars(
                select(FrontierEntry)
                .where(
                    FrontierEntry.source_id == source_id,
                    FrontierEntry.state == "waiting",
                    FrontierEntry.run_id == self.run_id,
                )
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
        kept = [
            [(self.store.blobs.put(data), len(data), seen) for data, seen in settled.files]
            for settled in batch
        ]
        with self.store.write() as session:
            rows = _Rows(session, batch, {sha256 for files in kept for sha256, _, _ in files})
            for files in kept:
                for sha256, size, seen in files:
                    rows.add_file(sha256, size, seen.media_type)
            session.flush()  # an address refers to its file
            return [
                rows.settle(settled, files, self.run_id)
                for settled, files in zip(batch, kept, strict=True)
            ]

    def store_file(self, data: bytes, sighting: Sighting) -> str:
        """Keep bytes and where they were seen; return their SHA-256."""
        sha256 = self.store.blobs.put(data)
        with self.store.write() as session:
            record_sighting(session, sha256, len(data), sighting)
        return sha256

    def remember(self, wanted: Wanted, outcome: Outcome) -> None:
        """Keep what is known of something that is not fetched itself (how far a harvest came)."""
        with self.store.write() as session:
            entry = session.get(FrontierEntry, wanted.url)
            if entry is None:
                entry = FrontierEntry(url=wanted.url, links=[])
                session.add(entry)
            entry.source_id, entry.kind = wanted.source_id, wanted.kind
            entry.context = dict(wanted.context)
            _finish(entry, outcome, self.run_id)

    def item_at(self, url: str) -> str | None:
        """The item that the file at an address belongs to, or None where none was seen there."""
        with self.store.read() as session:
            return session.scalar(select(Address.item).where(Address.url == url))

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

    def count_wanted(self, source_id: str) -> int:
        """How many addresses of a source this run has wanted so far, finished or not."""
        with self.store.read() as session:
            count = session.scalar(
                select(func.count()).where(
                    FrontierEntry.source_id == source_id, FrontierEntry.run_id == self.run_id
                )
            )
            return count or 0


class _Rows:
    """The rows that a batch touches, read with few queries and written together."""

    def __init__(self, session: Session, batch: Sequence[Settled], files: set[str]) -> None:
        self.session = session
        asked = {settled.url for settled in batch}
        led_to = {wanted.url for settled in batch for wanted in settled.wanted}
        seen = {sighting.url for settled in batch for _, sighting in settled.files}
        gone = {url for settled in batch for url in settled.gone}
        self.files = _load(session, File, File.sha256, files)
        self.entries = _load(session, FrontierEntry, FrontierEntry.url, asked | led_to)
        self.addresses = _load(session, Address, Address.url, asked | seen | gone)

    def add_file(self, sha256: str, size: int, media_type: str | None) -> None:
        if sha256 not in self.files:
            self.files[sha256] = File(sha256=sha256, size=size, media_type=media_type)
            self.session.add(self.files[sha256])

    def settle(
        self, settled: Settled, files: Sequence[tuple[str, int, Sighting]], run_id: int
    ) -> Receipt:
        new = _want(self.session, self.entries, settled.wanted, run_id)
        changed = [seen.url for sha256, _, seen in files if self._see(sha256, seen)]
        state = settled.outcome.state
        for url in (*settled.gone, *([settled.url] if state == "gone" else ())):
            address = self.addresses.get(url)
            if address is not None and address.gone_at is None:
                address.gone_at = now()
        entry = self.entries.get(settled.url)
        if entry is not None:
            _finish(entry, settled.outcome, run_id)
        address = self.addresses.get(settled.url)
        if address is not None and state == "unchanged":
            address.last_seen, address.gone_at = now(), None
        return Receipt(tuple(new), tuple(changed))

    def _see(self, sha256: str, sighting: Sighting) -> bool:
        address = self.addresses.get(sighting.url)
        if address is None:
            address = self.addresses[sighting.url] = Address(url=sighting.url, first_seen=now())
            self.session.add(address)
        return _sight(address, sha256, sighting)


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
    return _sight(address, sha256, sighting)


def _sight(address: Address, sha256: str, sighting: Sighting) -> bool:
    values = asdict(sighting)
    del values["media_type"]
    for name, value in values.items():
        setattr(address, name, value)
    changed = address.sha256 != sha256
    address.sha256, address.last_seen, address.gone_at = sha256, now(), None
    return changed


def _load(
    session: Session, table: type[_Row], key: InstrumentedAttribute[str], values: Collection[str]
) -> dict[str, _Row]:
    found: dict[str, _Row] = {}
    ordered = sorted(values)
    for start in range(0, len(ordered), QUERY_SIZE):
        chunk = ordered[start : start + QUERY_SIZE]
        for row in session.scalars(select(table).where(key.in_(chunk))):
            found[getattr(row, key.key)] = row
    return found


def _want(
    session: Session,
    present: dict[str, FrontierEntry],
    entries: Sequence[Wanted],
    run_id: int,
) -> list[Wanted]:
    new: list[Wanted] = []
    for wanted in {entry.url: entry for entry in entries}.values():
        entry = present.get(wanted.url)
        if entry is None:
            entry = present[wanted.url] = FrontierEntry(url=wanted.url, links=[])
            session.add(entry)
        elif entry.run_id == run_id:
            continue
        entry.source_id, entry.kind = wanted.source_id, wanted.kind
        entry.context, entry.run_id = dict(wanted.context), run_id
        entry.state = "waiting"
        new.append(wanted)
    return new


def _finish(entry: FrontierEntry, outcome: Outcome, run_id: int) -> None:
    entry.run_id, entry.fetched_at = run_id, now()
    entry.status, entry.message = outcome.status, outcome.message
    entry.state = "done" if outcome.state == "unchanged" else outcome.state
    if outcome.state == "done":
        entry.etag, entry.last_modified = outcome.etag, outcome.last_modified
        entry.sha256 = outcome.sha256
        entry.links = [asdict(link) for link in outcome.links]


def _wanted(entry: FrontierEntry) -> Wanted:
    return Wanted(entry.url, entry.source_id, entry.kind, dict(entry.context))


def _known(entry: FrontierEntry) -> Known:
    return Known(
        wanted=_wanted(entry),
        state=entry.state,
        run_id=entry.run_id,
        etag=entry.etag,
        last_modified=entry.last_modified,
        sha256=entry.sha256,
        links=tuple(Wanted(**link) for link in entry.links),
    )
