"""Files and the addresses they were seen at, as the stages and the Library read them.

Owns the extraction table and the reading side of the address table (its writing side is
`kb.frontier`); which addresses several items share is `kb.shared_addresses`' business.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from kb.frontier import Sighting, record_sighting
from kb.shared_addresses import Sharing, read_sharing
from kb.store import Store
from kb.tables import Address, Extraction, File, Item

BOUND_VALUES = 500  # values in one query: below SQLite's and PostgreSQL's limits


@dataclass(frozen=True)
class AddressView:
    """One address of a file; `filename` is for showing only, never for opening."""

    url: str
    item: str
    role: str
    position: int
    sha256: str
    media_type: str | None
    filename: str | None
    language: str | None
    version_of: str | None
    source_id: str | None
    first_seen: datetime
    last_seen: datetime
    gone_at: datetime | None


@dataclass(frozen=True)
class ItemFiles:
    """The addresses of one item, in order, and what the record took it for before."""

    key: str
    addresses: tuple[AddressView, ...]
    publication_id: str | None
    content_hash: str | None
    given: dict[str, object]
    reason: str | None = None


@dataclass(frozen=True)
class Quarantined:
    """A file that could not be read, or only in part, and the reason."""

    sha256: str
    status: str
    reason: str
    address: str
    filename: str | None
    source_id: str | None


def is_upload(url: str) -> bool:
    """Whether an address stands for a file that a person handed in."""
    return url.startswith("upload:")


def store_upload(store: Store, data: bytes, *, filename: str, media_type: str | None) -> Sighting:
    """Keep a file that a person gave; its item is `upload:<sha256>`."""
    sha256 = store.blobs.put(data)
    key = f"upload:{sha256}"
    sighting = Sighting(
        url=key, source_id=None, item=key, role="document", media_type=media_type, filename=filename
    )
    with store.write() as session:
        record_sighting(session, sha256, len(data), sighting)
    return sighting


def find_sighting(store: Store, url: str) -> Sighting | None:
    """What an address was seen as before: its source, item and role; None where it is new."""
    with store.read() as session:
        row = session.get(Address, url)
        if row is None:
            return None
        names = [field.name for field in fields(Sighting) if field.name != "media_type"]
        return Sighting(**{name: getattr(row, name) for name in names})


def files_to_read(
    store: Store, version: int, sha256s: Collection[str] | None = None
) -> list[AddressView]:
    """One address of each file that readers of this version have not read, by hash.

    A file whose reading failed for a reason outside it (`retry`) is given again.
    """
    done = exists().where(
        Extraction.sha256 == Address.sha256,
        Extraction.version == version,
        Extraction.retry.is_(False),
    )
    found: dict[str, AddressView] = {}
    with store.read() as session:
        for part in _parts(sha256s):
            wanted = [~done] if part is None else [~done, Address.sha256.in_(part)]
            for view in _addresses(session, *wanted):
                found.setdefault(view.sha256, view)
    return [found[sha256] for sha256 in sorted(found)]


def waiting_for(store: Store, version: int, words: str) -> set[str]:
    """The files to be tried again whose reason holds these words."""
    query = select(Extraction.sha256).where(
        Extraction.version == version, Extraction.retry.is_(True), Extraction.reason.contains(words)
    )
    with store.read() as session:
        return set(session.scalars(query))


def count_files(store: Store) -> int:
    """How many files the record holds."""
    with store.read() as session:
        return len(session.scalars(select(File.sha256)).all())


def record_extraction(
    store: Store,
    sha256: str,
    version: int,
    *,
    status: str,
    reason: str | None,
    extractor: str,
    pages: int,
    retry: bool = False,
) -> None:
    """Say how reading a file went with this version of the readers.

    `retry` where what failed was not the file itself (bytes missing here, a time-out, a program
    that is not installed): the next run is given it again. A file that was read needs none.
    """
    with store.write() as session:
        session.merge(
            Extraction(
                sha256=sha256,
                version=version,
                status=status,
                reason=reason,
                extractor=extractor,
                pages=pages,
                retry=retry and status != "read",
            )
        )


def list_quarantined(store: Store) -> list[Quarantined]:
    """Files that could not be read whole by the newest readers that tried, newest first."""
    with store.read() as session:
        rows = session.scalars(
            select(Extraction).order_by(Extraction.at.desc(), Extraction.version.desc())
        ).all()
        addresses = {view.sha256: view for view in _addresses(session)}
    newest: dict[str, Extraction] = {}
    for row in sorted(rows, key=lambda row: row.version):
        newest[row.sha256] = row
    return [
        Quarantined(
            row.sha256,
            row.status,
            row.reason or "",
            addresses[row.sha256].url,
            addresses[row.sha256].filename,
            addresses[row.sha256].source_id,
        )
        for row in rows
        if newest[row.sha256] is row and row.status != "read" and row.sha256 in addresses
    ]


def list_items(store: Store, keys: Collection[str] | None = None) -> list[ItemFiles]:
    """Every item with its addresses: main versions before the versions of them, then by key.

    A document that several items share stands under each of them; one that belongs to none is an
    item of its own, under its address.
    """
    grouped: dict[str, list[AddressView]] = defaultdict(list)
    rows: dict[str, Item] = {}
    with store.read() as session:
        sharing = read_sharing(session)
        for part in _parts(keys):
            for view in _addresses(session, *_within(part, sharing)):
                for placed in _places(view, sharing):
                    if part is None or placed.item in part:
                        grouped[placed.item].append(placed)
            wanted = select(Item) if part is None else select(Item).where(Item.key.in_(part))
            rows |= {row.key: row for row in session.scalars(wanted)}
    found = []
    for key, addresses in grouped.items():
        row = rows.get(key)
        found.append(
            ItemFiles(
                key=key,
                addresses=tuple(sorted(addresses, key=lambda a: (a.role, a.position, a.url))),
                publication_id=row.publication_id if row else None,
                content_hash=row.content_hash if row else None,
                given=dict(row.given) if row else {},
                reason=row.reason if row else None,
            )
        )
    return sorted(found, key=lambda item: (_is_version(item), item.key))


def _within(part: list[str] | None, sharing: Sharing) -> list[ColumnElement[bool]]:
    """The addresses that items of these keys may have: their own and those they share."""
    if part is None:
        return []
    wanted = set(part)
    shared = {url for url, items in sharing.further.items() if {i for i, _, _ in items} & wanted}
    urls = sorted(shared | (wanted & sharing.alone))
    return [Address.item.in_(part) | Address.url.in_(urls)]


def _places(view: AddressView, sharing: Sharing) -> Iterator[AddressView]:
    """An address under each item it belongs to."""
    if view.url in sharing.alone:
        yield replace(view, item=view.url, position=0, version_of=None)
        return
    yield view
    for item, role, position in sharing.further.get(view.url, ()):
        yield replace(view, item=item, role=role, position=position)


def items_of(store: Store, publication_id: str) -> list[ItemFiles]:
    """The items of one publication, main versions first."""
    with store.read() as session:
        keys = set(session.scalars(select(Item.key).where(Item.publication_id == publication_id)))
    return list_items(store, keys) if keys else []


def _parts(keys: Collection[str] | None) -> Iterator[list[str] | None]:
    """The keys in parts that a database takes as bound values; None asks for everything."""
    if keys is None:
        yield None
        return
    ordered = sorted(keys)
    for start in range(0, len(ordered), BOUND_VALUES):
        yield ordered[start : start + BOUND_VALUES]


def _is_version(item: ItemFiles) -> bool:
    return any(address.version_of for address in item.addresses)


def _addresses(session: Session, *within: ColumnElement[bool]) -> list[AddressView]:
    rows = session.execute(
        select(Address, File.media_type)
        .join(File, File.sha256 == Address.sha256)
        .where(*within)
        .order_by(Address.item, Address.role, Address.position, Address.url)
    )
    return [
        AddressView(
            row.url,
            row.item,
            row.role,
            row.position,
            row.sha256,
            media_type,
            row.filename,
            row.language,
            row.version_of,
            row.source_id,
            row.first_seen,
            row.last_seen,
            row.gone_at,
        )
        for row, media_type in rows
    ]
