"""Taking a publication and its bytes out for good, and keeping them out.

Owns removal and the tombstone table. What people did with the publication stays in the record and
is shown as belonging to one that was removed; its texts, files and pictures do not. Backups made
before still hold it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, delete, exists, select, update
from sqlalchemy.orm import Session

from kb.errors import GroupingError
from kb.gathering_tables import SavedSearchHit, SharedAddress, Tombstone
from kb.publications import effective_csl, require_present, resolve_id
from kb.settings import Settings
from kb.shared_addresses import files_of_others, item_files
from kb.store import Store
from kb.tables import (
    Address,
    Base,
    Extraction,
    File,
    FrontierEntry,
    Identifier,
    Item,
    Passage,
    Publication,
    Redirect,
    now,
)
from kb.tombstones import Stone

_CONTENT = ("abstract",)  # of a bibliographic record: words of the publication, not about it
_BOUND_VALUES = 500  # values in one query


@dataclass(frozen=True)
class Removal:
    """What a removal took out; `kept_work` counts the passages kept empty for work on them."""

    publication_id: str
    title: str
    reason: str
    files: int
    addresses: int
    passages: int
    kept_work: int


@dataclass(frozen=True)
class RemovedView:
    """A removed publication as listed."""

    id: str
    title: str
    reason: str
    by: str | None
    at: datetime | None


def remove(
    settings: Settings, store: Store, publication_id: str, *, reason: str, by: str
) -> Removal:
    """Take a publication out: its files, texts and addresses; leave what keeps it out.

    A file that another publication has too stays there. Search hides it from this moment; the
    index's own files hold its text until the next one is built. Raises GroupingError without a
    reason or a name or where it was removed already, NotFoundError for an unknown id.
    """
    if not reason.strip() or not by.strip():
        raise GroupingError(
            "A removal needs a reason and the name of who does it, found one of them empty; "
            "give --reason, and set SAMVIRKE_USER or choose a name."
        )
    sweep_removed(settings, store)  # what a removal that was killed left here
    with store.write() as session:
        row = session.get_one(Publication, resolve_id(session, publication_id))
        if row.removed_reason is not None:
            raise GroupingError(f"{row.id} was removed already ({row.removed_reason}).")
        title = str(effective_csl(row).get("title") or row.id)
        keys = session.scalars(select(Item.key).where(Item.publication_id == row.id)).all()
        files = _own_files(session, row.id, keys)
        urls = session.scalars(select(Address.url).where(Address.item.in_(keys))).all()
        known = {"url": urls, "item": keys, "file": files, "doi": _dois(session, row)}
        stone = Stone(row.id, reason.strip(), by.strip(), now())
        for scheme, values in known.items():
            _bury(session, scheme, values, stone)
        _forget_addresses(session, keys, urls)
        _forget_files(session, files)
        total, kept = _empty_passages(session, row.id)
        session.execute(delete(Identifier).where(Identifier.publication_id == row.id))
        row.removed_reason = reason.strip()
        row.csl = {name: value for name, value in row.csl.items() if name not in _CONTENT}
        row.given = {name: value for name, value in row.given.items() if name not in _CONTENT}
        _forget_brought(session, row.id)
        _touch(row)
        done = Removal(row.id, title, reason.strip(), len(files), len(urls), total, kept)
    sweep_removed(settings, store)
    return done


def refuse_removed(store: Store, publication_ids: Iterable[str]) -> None:
    """Raise RemovedError for the first of these that was removed, NotFoundError for an unknown id.

    For what is about to be done with publications that a person names.
    """
    with store.read() as session:
        for publication_id in publication_ids:
            require_present(session, publication_id)


def turn_away(settings: Settings, store: Store, item: str, stone: Stone) -> None:
    """Take out an item that turned out to be of a removed publication, at another address.

    Its addresses join those that are not fetched again.
    """
    with store.write() as session:
        urls = session.scalars(select(Address.url).where(Address.item == item)).all()
        files = item_files(session, [item])
        files -= files_of_others(session, files, [item])
        row = session.get(Item, item)
        publication_id = row.publication_id if row is not None else None
        for scheme, values in (("url", urls), ("item", [item]), ("file", files)):
            _bury(session, scheme, values, stone)
        _forget_addresses(session, [item], urls)
        _forget_files(session, files)
        if publication_id is not None:
            _touch(session.get_one(Publication, publication_id))
    sweep_removed(settings, store)


def sweep_removed(settings: Settings, store: Store) -> int:
    """Delete the bytes of removed publications and what was made of them; return how many files.

    A removal that was killed half-way is ended so: the record says first what is to go.
    """
    with store.read() as session:
        gone = session.scalars(
            select(Tombstone.value).where(
                Tombstone.scheme == "file", ~exists().where(File.sha256 == Tombstone.value)
            )
        ).all()
    count = 0
    for sha256 in gone:
        count += store.blobs.delete(sha256)
        for folder in (settings.extracted_folder, settings.pages_folder):
            for path in (folder / sha256[:2]).glob(f"{sha256}-*"):
                path.unlink(missing_ok=True)
    return count


def leftovers(store: Store) -> list[str]:
    """Files of removed publications whose bytes are still here, by SHA-256."""
    with store.read() as session:
        gone = session.scalars(
            select(Tombstone.value).where(
                Tombstone.scheme == "file", ~exists().where(File.sha256 == Tombstone.value)
            )
        ).all()
    return [sha256 for sha256 in gone if store.blobs.path(sha256).exists()]


def removed_publications(store: Store) -> tuple[str, ...]:
    """All ids of publications that were removed, earlier ones too: search leaves them out."""
    removed = select(Publication.id).where(Publication.removed_reason.is_not(None))
    with store.read() as session:
        found = set(session.scalars(removed))
        if found:
            found |= set(session.scalars(select(Redirect.old_id).where(Redirect.new_id.in_(found))))
    return tuple(sorted(found))


def list_removed(store: Store) -> list[RemovedView]:
    """Removed publications, the newest removal first."""
    with store.read() as session:
        rows = session.scalars(
            select(Publication)
            .where(Publication.removed_reason.is_not(None))
            .order_by(Publication.updated_at.desc(), Publication.id)
        ).all()
        stones = {
            stone.publication_id: stone
            for stone in session.scalars(select(Tombstone).order_by(Tombstone.at))
        }
        return [
            RemovedView(
                row.id,
                str(effective_csl(row).get("title") or row.id),
                row.removed_reason or "",
                stones[row.id].by if row.id in stones else None,
                stones[row.id].at if row.id in stones else None,
            )
            for row in rows
        ]


def _bury(session: Session, scheme: str, values: Iterable[str], stone: Stone) -> None:
    for value in values:
        session.merge(Tombstone(scheme=scheme, value=value, **vars(stone)))


def _touch(row: Publication) -> None:
    row.passages_key = row.screening_key = None
    row.updated_at = now()


def _own_files(session: Session, publication_id: str, keys: Collection[str]) -> list[str]:
    """The publication's files, older ones too, but for those that another one has."""
    mine = item_files(session, keys)
    mine |= set(
        session.scalars(
            select(Identifier.value).where(
                Identifier.publication_id == publication_id, Identifier.scheme == "file"
            )
        )
    )
    mine |= set(
        session.scalars(select(Passage.sha256).where(Passage.publication_id == publication_id))
    )
    theirs = files_of_others(session, mine, keys)
    for part in _parts(mine):
        theirs |= set(
            session.scalars(
                select(Passage.sha256).where(
                    Passage.sha256.in_(part), Passage.publication_id != publication_id
                )
            )
        )
    return sorted(mine - theirs)


def _dois(session: Session, row: Publication) -> list[str]:
    found = set(
        session.scalars(
            select(Identifier.value).where(
                Identifier.publication_id == row.id, Identifier.scheme == "doi"
            )
        )
    )
    said = effective_csl(row).get("DOI")
    return sorted(found | ({str(said).lower()} if said else set()))


def _forget_addresses(session: Session, keys: Collection[str], urls: Collection[str]) -> None:
    """Take away addresses; one that another item shares is that item's from now on."""
    session.execute(delete(SharedAddress).where(SharedAddress.item.in_(keys)))
    for part in _parts(urls):
        shared = session.scalars(
            select(SharedAddress)
            .where(SharedAddress.url.in_(part))
            .order_by(SharedAddress.url, SharedAddress.item.desc())
        ).all()
        heirs = {row.url: row for row in shared}
        for url, heir in heirs.items():
            session.execute(update(Address).where(Address.url == url).values(item=heir.item))
            entry = session.get(FrontierEntry, url)
            if entry is not None:  # its next version is fetched for the heir
                entry.context = {**entry.context, "item": heir.item}
            session.execute(delete(Tombstone).where(Tombstone.value == url))
            session.delete(heir)
        gone = [url for url in part if url not in heirs]
        session.execute(delete(Address).where(Address.url.in_(gone)))
        session.execute(delete(FrontierEntry).where(FrontierEntry.url.in_(gone)))
    session.execute(delete(Item).where(Item.key.in_(keys)))
    session.flush()


def _forget_brought(session: Session, publication_id: str) -> None:
    """Take away what publications that were joined into it said; they do not come back."""
    for redirect in session.scalars(select(Redirect).where(Redirect.new_id == publication_id)):
        brought = redirect.moved or {}
        redirect.moved = {name: value for name, value in brought.items() if name != "given"}


def _forget_files(session: Session, files: Collection[str]) -> None:
    for part in _parts(files):
        session.execute(delete(Extraction).where(Extraction.sha256.in_(part)))
        session.execute(delete(Address).where(Address.sha256.in_(part)))
        session.execute(delete(File).where(File.sha256.in_(part)))


def _empty_passages(session: Session, publication_id: str) -> tuple[int, int]:
    """Delete a publication's passages; those that work stands on stay without their text."""
    own = select(Passage.id).where(Passage.publication_id == publication_id)
    total = len(session.scalars(own).all())
    session.execute(delete(SavedSearchHit).where(SavedSearchHit.passage_id.in_(own)))
    worked_on: set[str] = set()
    for table in _naming_passages():
        column = table.c.passage_id
        worked_on |= set(session.scalars(select(column).where(column.in_(own)).distinct()))
    mine = Passage.publication_id == publication_id
    session.execute(delete(Passage).where(mine, Passage.id.not_in(worked_on)))
    empty = {"text": "", "section": "", "boxes": [], "sentences": [], "retired_at": now()}
    session.execute(update(Passage).where(mine).values(**empty))
    return total, len(worked_on)


def _naming_passages() -> Iterable[Table]:
    return (
        table
        for table in Base.metadata.sorted_tables
        if "passage_id" in table.c
        and any(key.column.table.name == "passage" for key in table.c.passage_id.foreign_keys)
    )


def _parts(values: Collection[str]) -> Iterable[list[str]]:
    ordered = sorted(values)
    return (ordered[at : at + _BOUND_VALUES] for at in range(0, len(ordered), _BOUND_VALUES))
