"""People's work on a publication that lost its passage, with what it was said of.

Owns reading it. Moving work to the passage its text is in now is `kb.reanchoring`'s; what is left
here is what no present passage was close enough to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kb.coding.acts import undone_rows
from kb.coding.chains import chains
from kb.coding.round_entries import visible
from kb.coding_tables import CodingComment
from kb.store import Store
from kb.tables import CitationItem, CitationSet, Coding, Passage


@dataclass(frozen=True)
class LostCoding:
    """A person's standing act on a passage that is no more; `act` is accept, reject, add, ..."""

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
class LostComment:
    """A person's remark on a passage that is no more."""

    quote: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class LostWork:
    """What needs a look in one publication, oldest first."""

    codings: tuple[LostCoding, ...]
    citations: tuple[LostCitation, ...]
    comments: tuple[LostComment, ...] = ()

    def __len__(self) -> int:
        return len(self.codings) + len(self.citations) + len(self.comments)


def lost_work(store: Store, publication_id: str) -> LostWork:
    """Return codings, citations and comments whose passage is retired, or that are marked lost."""
    with store.read() as session:
        return LostWork(
            tuple(_codings(session, publication_id)),
            tuple(_citations(session, publication_id)),
            tuple(_comments(session, publication_id)),
        )


def _codings(session: Session, publication_id: str) -> Sequence[LostCoding]:
    rows = session.scalars(
        select(Coding)
        .outerjoin(Passage, Passage.id == Coding.passage_id)
        .where(
            Coding.publication_id == publication_id,
            or_(Coding.needs_look.is_(True), Passage.retired_at.is_not(None)),
            visible(Coding),
        )
        .order_by(Coding.id)
    ).all()
    found = chains(rows, undone_rows(session, "coding"))
    standing = [chain.standing for chain in found if chain.standing is not None]
    return [
        LostCoding(_quote(row), row.factor, row.direction, row.act, row.coder, row.at)
        for row in standing
    ]


def _quote(row: Coding) -> str:
    """What was marked, or the whole passage."""
    return str((row.span or row.anchor)["exact"])


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


def _comments(session: Session, publication_id: str) -> Sequence[LostComment]:
    rows = session.scalars(
        select(CodingComment)
        .join(Passage, Passage.id == CodingComment.passage_id)
        .where(
            CodingComment.publication_id == publication_id,
            or_(CodingComment.needs_look.is_(True), Passage.retired_at.is_not(None)),
            visible(CodingComment),
        )
        .order_by(CodingComment.id)
    ).all()
    undone = undone_rows(session, "comment")
    newest = {row.of or row.id: row for row in rows if row.id not in undone}
    return [
        LostComment(str(row.anchor["exact"]), row.text, row.by, row.at)
        for row in newest.values()
        if row.act != "delete"
    ]
