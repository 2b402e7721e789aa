"""People's work on a publication that lost its passage, with what it was said of.

Owns reading it. Moving work to the passage its text is in now is `kb.publications`'; what is left
here is what no present passage was close enough to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kb.store import Store
from kb.tables import CitationItem, CitationSet, Coding, Passage


@dataclass(frozen=True)
class LostCoding:
    """A person's standing act on a passage that is no more; `act` is accept, reject or add."""

    quote: str
    factor: str
    direction: str
    act: str
    coder: str
    at: datetime


@dataclass(frozen=True)
class LostCitation:
    """An item of a citation set whose passage is no more."""

    quote: str
    set_id: int
    set_name: str
    owner: str | None
    at: datetime


@dataclass(frozen=True)
class LostWork:
    """What needs a look in one publication, oldest first."""

    codings: tuple[LostCoding, ...]
    citations: tuple[LostCitation, ...]

    def __len__(self) -> int:
        return len(self.codings) + len(self.citations)


def lost_work(store: Store, publication_id: str) -> LostWork:
    """Return codings and citations whose passage is retired, or that are marked as lost."""
    with store.read() as session:
        return LostWork(
            tuple(_codings(session, publication_id)), tuple(_citations(session, publication_id))
        )


def _codings(session: Session, publication_id: str) -> Sequence[LostCoding]:
    rows = session.scalars(
        select(Coding)
        .outerjoin(Passage, Passage.id == Coding.passage_id)
        .where(
            Coding.publication_id == publication_id,
            or_(Coding.needs_look.is_(True), Passage.retired_at.is_not(None)),
        )
        .order_by(Coding.id)
    ).all()
    undone = {row.before for row in rows if row.act == "withdraw"}
    standing = [row for row in rows if row.act != "withdraw" and row.id not in undone]
    newest = {(row.passage_id, row.factor, row.coder): row for row in standing}
    return [
        LostCoding(str(row.anchor["exact"]), row.factor, row.direction, row.act, row.coder, row.at)
        for row in newest.values()
    ]


def _citations(session: Session, publication_id: str) -> Sequence[LostCitation]:
    rows = session.execute(
        select(CitationItem, CitationSet)
        .join(CitationSet, CitationSet.id == CitationItem.set_id)
        .join(Passage, Passage.id == CitationItem.passage_id)
        .where(
            CitationItem.publication_id == publication_id,
            CitationItem.removed_at.is_(None),
            CitationSet.deleted_at.is_(None),
            or_(CitationItem.needs_look.is_(True), Passage.retired_at.is_not(None)),
        )
        .order_by(CitationItem.id)
    )
    return [
        LostCitation(
            str((item.anchor or {}).get("exact", "")), set_.id, set_.name, set_.owner, item.added_at
        )
        for item, set_ in rows
    ]
