"""What the Library shows: publications, their files and addresses, and their passages.

Owns read-only views over the record. Search and its records are `kb.knowledge_base`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.bibliography import label
from kb.errors import NotFoundError
from kb.files import BOUND_VALUES, AddressView, ItemFiles, items_of
from kb.publications import MACHINE, effective_csl, resolve_id
from kb.screening import verdicts
from kb.store import Store
from kb.tables import Passage, Publication, Screening

REPLICA_SOURCE = "replica-"  # the ids of the replica's sources begin so


@dataclass(frozen=True)
class PublicationView:
    """A publication as listed: `verdict` is the screening that counts, `passages` how many."""

    id: str
    csl: dict[str, Any]
    label: str
    url: str | None
    language: str | None
    source_id: str | None
    source_country: str | None
    passages: int
    given_countries: tuple[str, ...]
    verdict: str | None
    verdict_reason: str | None
    verdict_by: str | None
    updated_at: datetime
    removed_reason: str | None = None

    @property
    def is_replica(self) -> bool:
        """Whether it was read from a replica site: its text is ours, not the publication's."""
        return (self.source_id or "").startswith(REPLICA_SOURCE)


@dataclass(frozen=True)
class PassageView:
    """A passage as it stands in the record; boxes are [page, [x0, y0, x1, y1]] in fractions."""

    id: str
    publication_id: str
    text: str
    section: str
    page: int
    page_end: int
    page_label: str | None
    page_label_end: str | None
    language: str
    kind: str
    ocr: bool
    sha256: str
    boxes: list[Any]
    sentences: list[Any]
    retired: bool
    ocr_confidence: float | None = None


@dataclass(frozen=True)
class PublicationDetail:
    """One publication whole; `origins` says where each bibliographic field was read.

    `items` are its files by where they were found, each with the reason it is here.
    """

    view: PublicationView
    origins: dict[str, Any]
    given: dict[str, Any]
    addresses: tuple[AddressView, ...]
    passages: tuple[PassageView, ...]
    items: tuple[ItemFiles, ...] = ()


def list_publications(store: Store, text: str | None = None) -> list[PublicationView]:
    """Publications that have not been taken out, by title; `text` narrows by title or author."""
    with store.read() as session:
        counts = _passage_counts(session)
        counting = verdicts(session)
        rows = session.scalars(select(Publication).where(Publication.removed_reason.is_(None)))
        views = [_view(row, counts.get(row.id, 0), counting.get(row.id)) for row in rows]
    if text:
        wanted = text.casefold()
        views = [
            view
            for view in views
            if wanted in f"{view.csl.get('title') or ''} {view.label}".casefold()
        ]
    return sorted(views, key=lambda view: (str(view.csl.get("title") or "~").casefold(), view.id))


def publication_detail(store: Store, publication_id: str) -> PublicationDetail:
    """One publication with its addresses and all its passages, present ones first.

    Raises NotFoundError where the record never had it.
    """
    with store.read() as session:
        publication_id = resolve_id(session, publication_id)
        row = session.get_one(Publication, publication_id)
        passages = session.scalars(
            select(Passage)
            .where(Passage.publication_id == publication_id)
            .order_by(Passage.retired_at.is_not(None), Passage.position)
        ).all()
        present = sum(passage.retired_at is None for passage in passages)
        view = _view(row, present, verdicts(session, [publication_id]).get(publication_id))
    items = tuple(items_of(store, publication_id))
    seen = {address.url: address for item in items for address in item.addresses}
    addresses = tuple(seen.values())
    return PublicationDetail(
        view, row.origins, row.given, addresses, tuple(passage_view(p) for p in passages), items
    )


def passage_view(row: Passage) -> PassageView:
    """A passage row as a view."""
    return PassageView(
        id=row.id,
        publication_id=row.publication_id,
        text=row.text,
        section=row.section,
        page=row.page,
        page_end=row.page_end,
        page_label=row.page_label,
        page_label_end=row.page_label_end,
        language=row.language,
        kind=row.kind,
        ocr=row.ocr,
        sha256=row.sha256,
        boxes=row.boxes,
        sentences=row.sentences,
        retired=row.retired_at is not None,
        ocr_confidence=row.ocr_confidence,
    )


def present_passages(store: Store, publication_id: str) -> list[PassageView]:
    """A publication's present passages, in order."""
    with store.read() as session:
        rows = session.scalars(
            select(Passage)
            .where(Passage.publication_id == publication_id, Passage.retired_at.is_(None))
            .order_by(Passage.position)
        )
        return [passage_view(row) for row in rows]


def passages_by_publication(store: Store) -> dict[str, list[PassageView]]:
    """Every publication's present passages by its id, each in order."""
    found: dict[str, list[PassageView]] = {}
    columns = [
        getattr(Passage, field.name) for field in fields(PassageView) if field.name != "retired"
    ]
    with store.read() as session:
        rows = session.execute(
            select(*columns)
            .where(Passage.retired_at.is_(None))
            .order_by(Passage.publication_id, Passage.position)
        )
        for row in rows:
            found.setdefault(row.publication_id, []).append(
                PassageView(**row._mapping, retired=False)
            )
    return found


def find_publications(store: Store, publication_ids: Sequence[str]) -> dict[str, PublicationView]:
    """Publications by the ids asked for (redirects followed).

    Raises NotFoundError for an id that the record never had.
    """
    found: dict[str, PublicationView] = {}
    with store.read() as session:
        for publication_id in dict.fromkeys(publication_ids):
            row = session.get_one(Publication, resolve_id(session, publication_id))
            found[publication_id] = _view(row, 0, None)
    return found


def passage_owners(store: Store, passage_ids: Sequence[str]) -> dict[str, str]:
    """The publication that each passage is of now; those that the record lacks are left out."""
    found: dict[str, str] = {}
    with store.read() as session:
        for start in range(0, len(passage_ids), BOUND_VALUES):
            part = passage_ids[start : start + BOUND_VALUES]
            query = select(Passage.id, Passage.publication_id).where(Passage.id.in_(part))
            found |= {row.id: row.publication_id for row in session.execute(query)}
    return found


def find_passages(store: Store, passage_ids: Sequence[str]) -> dict[str, PassageView]:
    """Passages by id, retired ones included.

    Raises NotFoundError for an id that the record never had.
    """
    found: dict[str, PassageView] = {}
    with store.read() as session:
        for passage_id in dict.fromkeys(passage_ids):
            row = session.get(Passage, passage_id)
            if row is None:
                raise NotFoundError(
                    f"There is no passage {passage_id!r} in the record; search again."
                )
            found[passage_id] = passage_view(row)
    return found


def machine_screening(store: Store, publication_id: str) -> dict[str, Any] | None:
    """The machine's newest verdict on a publication: score, verdict and reasons."""
    with store.read() as session:
        row = session.scalars(
            select(Screening)
            .where(Screening.publication_id == publication_id, Screening.by == MACHINE)
            .order_by(Screening.id.desc())
            .limit(1)
        ).first()
        if row is None:
            return None
        return {"score": row.score, "verdict": row.verdict, "reasons": row.reasons}


def _passage_counts(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(Passage.publication_id, func.count())
        .where(Passage.retired_at.is_(None))
        .group_by(Passage.publication_id)
    )
    return {row[0]: row[1] for row in rows}


def _view(row: Publication, passages: int, verdict: Screening | None) -> PublicationView:
    csl = effective_csl(row)
    return PublicationView(
        id=row.id,
        csl=csl,
        label=label(csl),
        url=row.url,
        language=row.language,
        source_id=row.source_id,
        source_country=row.source_country,
        passages=passages,
        given_countries=tuple(row.given.get("countries") or ()),
        verdict=verdict.verdict if verdict else None,
        verdict_reason=verdict.reason if verdict else None,
        verdict_by=verdict.by if verdict else None,
        updated_at=row.updated_at,
        removed_reason=row.removed_reason,
    )
