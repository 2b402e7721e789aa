"""What a REFI-QDA project holds of ours: publications with their passages, people, codings.

Owns gathering it from the record in one look, as frozen records. How it is written is
`refi_project`'s.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.active_codebook import ActiveCodebook
from kb.codebook_changes import current_codes
from kb.codebook_tables import ImportedCoding
from kb.coding.acts import undone_rows
from kb.coding.chains import STATUS, chains
from kb.coding.round_entries import visible
from kb.coding.spans import place_span
from kb.exchange_ids import guid
from kb.publications import effective_csl, require_present
from kb.store import Store
from kb.tables import CitationItem, CitationSet, Coding, File, Passage, Publication

PDF = "application/pdf"


@dataclass(frozen=True)
class ProjectCoding:
    """One standing coding: the characters `start:end` of its passage, of all of it where whole."""

    guid: str
    passage: Passage
    start: int
    end: int
    factor: str
    direction: str
    rejected: bool
    coder: str
    comment: str | None
    at: datetime


@dataclass
class ProjectSource:
    """One publication: its present passages in order, the PDF they were read from if any."""

    publication_id: str
    title: str
    description: str
    passages: list[Passage]
    pdf: str | None = None  # SHA-256
    codings: list[ProjectCoding] = field(default_factory=list)

    @property
    def guid(self) -> str:
        """The source's GUID, the same in every export."""
        return source_guid(self.publication_id)


@dataclass(frozen=True)
class ProjectSet:
    """A citation set and the publications in it."""

    guid: str
    name: str
    note: str | None
    publication_ids: tuple[str, ...]


@dataclass(frozen=True)
class ProjectContent:
    """All that is exported; `left` counts codings that stand on no present passage."""

    sources: tuple[ProjectSource, ...]
    sets: tuple[ProjectSet, ...]
    left: int

    @property
    def coders(self) -> list[str]:
        """Names of the people who coded, each once, in alphabetical order."""
        return sorted({coding.coder for one in self.sources for coding in one.codings})


def source_guid(publication_id: str) -> str:
    """The GUID of a publication as a source."""
    return guid("source", publication_id)


def user_guid(name: str) -> str:
    """The GUID of a coder."""
    return guid("user", name)


def coding_guid(first: Coding) -> str:
    """The GUID of a coding made here, by what never changes about its first act.

    The moment tells codings of two copies of a record apart, which number them alike.
    """
    return guid("coding", first.id, first.coder, first.at.astimezone(UTC).isoformat())


def imported_guids(session: Session) -> dict[int, str]:
    """For codings that came from another program's file the GUID they had there.

    Of one that was marked over several passages only the first coding has it: a GUID in a file is
    of one thing, and who reads it would leave the others out.
    """
    found: dict[str, int] = {}
    for row in session.scalars(select(ImportedCoding).order_by(ImportedCoding.coding_id)):
        found.setdefault(row.guid, row.coding_id)
    return {coding_id: own for own, coding_id in found.items()}


def gather_project(
    store: Store, book: ActiveCodebook, publication_ids: Collection[str] = ()
) -> ProjectContent:
    """Read what a project holds: publications that a person has coded, or those asked for.

    Raises NotFoundError for an unknown publication, RemovedError for one that was removed.
    """
    with store.read() as session:
        rows = _standing(session)
        wanted = {require_present(session, one).id for one in publication_ids}
        wanted = wanted or {row.publication_id for _, row in rows}
        sources = {one.publication_id: one for one in _sources(session, store, wanted)}
        left = _place(session, book, rows, sources)
        sets = tuple(_sets(session, sources))
    ordered = sorted(sources.values(), key=lambda one: (one.title, one.publication_id))
    return ProjectContent(tuple(ordered), sets, left)


def _standing(session: Session) -> list[tuple[Coding, Coding]]:
    """The codings that stand, oldest first: each one's first act, and the one that counts."""
    found = chains(
        session.scalars(select(Coding).where(visible(Coding))), undone_rows(session, "coding")
    )
    standing = [(one.acts[0], one.standing) for one in found if one.standing is not None]
    return sorted(standing, key=lambda pair: pair[1].id)


def _sources(session: Session, store: Store, wanted: Collection[str]) -> list[ProjectSource]:
    found = []
    for publication_id in sorted(wanted):
        row = session.get(Publication, publication_id)
        if row is None or row.removed_reason:
            continue
        passages = session.scalars(
            select(Passage)
            .where(Passage.publication_id == row.id, Passage.retired_at.is_(None))
            .order_by(Passage.position)
        ).all()
        csl = effective_csl(row)
        source = ProjectSource(
            row.id, str(csl.get("title") or row.id), _described(csl, row.url), list(passages)
        )
        source.pdf = _pdf_of(session, store, passages)
        found.append(source)
    return found


def _described(csl: dict[str, Any], url: str | None) -> str:
    """What leads back to the publication: its DOI and address."""
    doi = f"https://doi.org/{csl['DOI']}" if csl.get("DOI") else None
    return "\n".join(part for part in dict.fromkeys((doi, url)) if part)


def _pdf_of(session: Session, store: Store, passages: Collection[Passage]) -> str | None:
    """The one PDF that all passages were read from, where its file is at hand."""
    hashes = {passage.sha256 for passage in passages}
    if len(hashes) != 1:
        return None
    file = session.get(File, next(iter(hashes)))
    if file is None or file.media_type != PDF or not store.blobs.path(file.sha256).is_file():
        return None
    return str(file.sha256)


def _place(
    session: Session,
    book: ActiveCodebook,
    rows: Collection[tuple[Coding, Coding]],
    sources: dict[str, ProjectSource],
) -> int:
    """Put codings at their sources; return how many of them stand on no present passage."""
    codes, imported, left = current_codes(session), imported_guids(session), 0
    passages = {one.id: one for source in sources.values() for one in source.passages}
    for first, row in rows:
        source = sources.get(row.publication_id)
        if source is None:
            continue
        passage = passages.get(row.passage_id or "")
        if passage is not None and passage.publication_id != row.publication_id:
            passage = None
        place = (0, len(passage.text)) if passage is not None else None
        if passage is not None and row.span is not None:
            place = place_span(passage.text, row.span)
        if passage is None or place is None:
            left += 1
            continue
        source.codings.append(
            ProjectCoding(
                guid=imported.get(first.id) or coding_guid(first),
                passage=passage,
                start=place[0],
                end=place[1],
                factor=codes.of_coding(row.id, row.factor),
                direction=row.direction,
                rejected=STATUS[row.act] == "rejected",
                coder=row.coder,
                comment=row.comment,
                at=row.at,
            )
        )
    return left


def _sets(session: Session, sources: Collection[str]) -> list[ProjectSet]:
    found = []
    for row in session.scalars(select(CitationSet).where(CitationSet.deleted_at.is_(None))):
        items = session.scalars(
            select(CitationItem.publication_id)
            .where(CitationItem.set_id == row.id, CitationItem.removed_at.is_(None))
            .order_by(CitationItem.position)
        )
        members = tuple(one for one in dict.fromkeys(items) if one in sources)
        if members:
            own = guid("set", row.name, row.created_at.isoformat())
            found.append(ProjectSet(own, row.name, row.note, members))
    return found
