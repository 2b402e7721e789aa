"""The record's tables about coding together: the log of acts, rounds, comments, appraisals.

Owns their shape, beside `kb.tables.Coding`. Nothing in them is overwritten: an act is taken back
by a row of the log, and a round alone is closed, once. Times are UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kb.tables import Base, CitationItem, Coding, now


class Act(Base):
    """One act of a person, in the order of the whole project: done, undone or redone.

    `what` is coding, comment, mark, appraisal or queue, `rows` the numbers of the rows that the act
    wrote there; an undo or redo says in `of` which act it is about.
    """

    __tablename__ = "act"
    id: Mapped[int] = mapped_column(primary_key=True)
    by: Mapped[str]
    kind: Mapped[str] = mapped_column(String(8))  # do, undo, redo
    what: Mapped[str] = mapped_column(String(12))
    rows: Mapped[list[Any]] = mapped_column(default=list)
    of: Mapped[int | None] = mapped_column(ForeignKey("act.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "by"), Index(None, "kind"))


class CodingRound(Base):
    """Several people coding a list of passages blind; open until it is closed."""

    __tablename__ = "coding_round"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    coders: Mapped[list[Any]]  # names, at least two
    shows_machine: Mapped[bool] = mapped_column(default=False)  # coders see suggestions
    chosen: Mapped[dict[str, Any]]  # how its passages were chosen: {"by", "seed", "query", ...}
    note: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    closed_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]


class RoundPassage(Base):
    """One passage of a round, at its place in the order of coding."""

    __tablename__ = "round_passage"
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("coding_round.id"))
    position: Mapped[int]
    publication_id: Mapped[str] = mapped_column(ForeignKey("publication.id"))
    passage_id: Mapped[str | None] = mapped_column(ForeignKey("passage.id"))
    anchor: Mapped[dict[str, Any]]
    needs_look: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (Index(None, "round_id", "position"), Index(None, "passage_id"))


class RoundMark(Base):
    """A coder's word that they are done with a passage of a round, also where nothing is here."""

    __tablename__ = "round_mark"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("round_passage.id"))
    coder: Mapped[str]
    done: Mapped[bool]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "entry_id"),)


class CodingComment(Base):
    """A remark on a passage, or on a coding of it; the newest row of a remark counts."""

    __tablename__ = "coding_comment"
    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[str] = mapped_column(ForeignKey("publication.id"))
    passage_id: Mapped[str | None] = mapped_column(ForeignKey("passage.id"))
    anchor: Mapped[dict[str, Any]]
    needs_look: Mapped[bool] = mapped_column(default=False)
    coding_id: Mapped[int | None] = mapped_column(ForeignKey("coding.id"))  # a coding's first act
    round_id: Mapped[int | None] = mapped_column(ForeignKey("coding_round.id"))
    reply_to: Mapped[int | None] = mapped_column(ForeignKey("coding_comment.id"))
    of: Mapped[int | None] = mapped_column(ForeignKey("coding_comment.id"))  # the remark's first
    before: Mapped[int | None] = mapped_column(ForeignKey("coding_comment.id"))
    act: Mapped[str] = mapped_column(String(8))  # write, edit, delete
    text: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "passage_id"), Index(None, "publication_id"))


class Appraisal(Base):
    """A person's answers to one appraisal form about a publication; their newest row counts."""

    __tablename__ = "appraisal"
    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[str] = mapped_column(ForeignKey("publication.id"))
    form: Mapped[str] = mapped_column(String(40))  # of the codebook: study_quality, ...
    answers: Mapped[dict[str, Any]]  # question -> answer
    overall: Mapped[str] = mapped_column(String(12))  # low, moderate, high, unclear
    comment: Mapped[str | None]
    before: Mapped[int | None] = mapped_column(ForeignKey("appraisal.id"))
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "publication_id"),)


AnchoredWork = Coding | CitationItem | CodingComment | RoundPassage
ANCHORED: tuple[type[AnchoredWork], ...] = (Coding, CitationItem, CodingComment, RoundPassage)
"""What stands on a passage by a text-quote anchor, and is moved when its text has moved."""
