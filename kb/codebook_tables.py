"""The record's tables about the codebook: what people changed in it, and which codings they moved.

Owns their shape, beside `kb.tables`. Rows are appended only; an undo is a further row. Times are
UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kb.tables import Base, now


class CodebookChange(Base):
    """One act on the codebook: rename, define, merge, split, retire, add, load or undo.

    `kb.codebook_state` says what `value` holds for each act; `undoes` is the change taken back.
    """

    __tablename__ = "codebook_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(24))  # factors, sectors, ...; empty for a whole one
    code: Mapped[str] = mapped_column(String(64))  # the code acted on; empty for a whole one
    value: Mapped[dict[str, Any]]
    before: Mapped[dict[str, Any]]  # the code as it stood, to be shown; empty for a new one
    undoes: Mapped[int | None] = mapped_column(ForeignKey("codebook_change.id"))
    by: Mapped[str]
    comment: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(default=now)


class CodingMove(Base):
    """A person's word on which part of a split code a coding belongs to; the newest row counts."""

    __tablename__ = "coding_move"
    id: Mapped[int] = mapped_column(primary_key=True)
    coding_id: Mapped[int] = mapped_column(ForeignKey("coding.id"))
    code: Mapped[str | None] = mapped_column(String(64))  # none: taken back, to be decided again
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "coding_id"),)


class ImportedCoding(Base):
    """The GUID of a coding in the project file it came from: importing that again adds nothing."""

    __tablename__ = "imported_coding"
    guid: Mapped[str] = mapped_column(String(64), primary_key=True)
    coding_id: Mapped[int] = mapped_column(ForeignKey("coding.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "coding_id"),)
