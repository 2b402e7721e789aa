"""What a REFI-QDA project holds of ours: publications with passages, people, codings, remarks.

Owns gathering it from the record in one look, as frozen records, narrowed to what was asked for.
How it is written is `refi_project`'s.
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
from kb.coding.comments import live_comments
from kb.coding.round_entries import visible
from kb.coding.spans import place_span
from kb.coding_tables import CodingComment
from kb.exchange_ids import guid
from kb.publications import effective_csl, require_present
from kb.store import Store
from kb.tables import CitationItem, CitationSet, Coding, File, Passage, Publication

PDF = "application/pdf"


@dataclass(frozen=True)
class Wanted:
    """What to export; by default everything that people coded or said something of.

    `publication_ids` go along whether coded or not, and nothing else does; of `factors`, only
    codings of these; `passages` (ids, None for all) only what stands on these.
    """

    publication_ids: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()
    passages: frozenset[str] | None = None

    def fits(self, passage_id: str, factor: str) -> bool:
        """Whether a coding of a factor on a passage is wanted."""
        return (not self.factors or factor in self.factors) and self.holds(passage_id)

    def holds(self, passage_id: str) -> bool:
        """Whether what stands on a passage is wanted."""
        return self.passages is None or passage_id in self.passages


@dataclass(frozen=True)
class ProjectRemark:
    """What a person said of a passage, of a coding (its GUID), or in answer to another remark."""

    guid: str
    passage: Passage
    coding: str | None
    answers: str | None
    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class ProjectCoding:
    """One standing coding: the characters `start:end` of its passage, of all of it where whole."""

    guid: str
    root: int
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
    remarks: list[ProjectRemark] = field(default_factory=list)

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
    """All that is exported; `left` counts codings and remarks that stand on no present passage."""

    sources: tuple[ProjectSource, ...]
    sets: tuple[ProjectSet, ...]
    left: int

    @property
    def coders(self) -> list[str]:
        """Names of the people who coded or remarked, each once, in alphabetical order."""
        said = {coding.coder for one in self.sources for coding in one.codings}
        return sorted(said.union(one.by for source in self.sources for one in source.remarks))


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


def remark_guid(first: CodingComment) -> str:
    """The GUID of a remark made here, by what never changes about its first version."""
    return guid("remark", first.id, first.by, first.at.astimezone(UTC).isoformat())


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
    store: Store, book: ActiveCodebook, wanted: Wanted | None = None
) -> ProjectContent:
    """Read what a project holds; nothing made in an open round is.

    Raises NotFoundError for an unknown publication, RemovedError for one that was removed,
    CodebookError for an unknown factor.
    """
    wanted = wanted or Wanted()
    for factor in wanted.factors:
        book.require("factors", factor)
    with store.read() as session:
        rows, remarks = _standing(session), live_comments(session)
        asked = {require_present(session, one).id for one in wanted.publication_ids}
        owners = {row.publication_id for _, row in rows}
        owners |= {first.publication_id for first, _ in remarks}
        sources = {one.publication_id: one for one in _sources(session, store, asked or owners)}
        left = _place(session, rows, sources, wanted)
        left += _place_remarks(remarks, sources, wanted)
        for one in [one for one in sources.values() if not (one.codings or one.remarks)]:
            if one.publication_id not in asked:
                del sources[one.publication_id]
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
    rows: Collection[tuple[Coding, Coding]],
    sources: dict[str, ProjectSource],
    wanted: Wanted,
) -> int:
    """Put codings at their sources; return how many of them stand on no present passage."""
    codes, imported, left = current_codes(session), imported_guids(session), 0
    passages = {one.id: one for source in sources.values() for one in source.passages}
    for first, row in rows:
        source = sources.get(row.publication_id)
        factor = codes.of_coding(row.id, row.factor)
        if source is None or not wanted.fits(row.passage_id or "", factor):
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
                root=first.id,
                passage=passage,
                start=place[0],
                end=place[1],
                factor=factor,
                direction=row.direction,
                rejected=STATUS[row.act] == "rejected",
                coder=row.coder,
                comment=row.comment,
                at=row.at,
            )
        )
    return left


def _place_remarks(
    remarks: Collection[tuple[CodingComment, CodingComment]],
    sources: dict[str, ProjectSource],
    wanted: Wanted,
) -> int:
    """Put remarks at their sources; return how many of them stand on no present passage.

    Where factors were asked for, those on their codings, or on passages coded with them.
    """
    passages = {one.id: one for source in sources.values() for one in source.passages}
    codings = {one.root: one.guid for source in sources.values() for one in source.codings}
    coded = {one.passage.id for source in sources.values() for one in source.codings}
    known: dict[int, str] = {}
    left = 0
    for first, newest in remarks:
        source, passage = sources.get(first.publication_id), passages.get(first.passage_id or "")
        if source is None or not wanted.holds(first.passage_id or ""):
            continue
        if passage is None:
            left += 1
            continue
        on = codings.get(first.coding_id or 0)
        if wanted.factors and (passage.id not in coded or (first.coding_id and on is None)):
            continue
        above = known.get(first.reply_to or 0)
        known[first.id] = own = remark_guid(first)
        source.remarks.append(
            ProjectRemark(own, passage, on, above, newest.text, first.by, first.at)
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
