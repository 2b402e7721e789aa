"""The record's tables (SQLAlchemy 2). Owns their shape; migrations make, `kb.store` opens them.

Times are UTC. JSON columns hold plain JSON. Rows about people's work are never updated or deleted
by a refresh; what changes is appended.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no time zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored moment with its time zone."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """The record's metadata."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        dict[str, Any]: JSON,
        list[Any]: JSON,
        datetime: UtcDateTime,
        str: Text,
    }


class Publication(Base):
    """One report, article, page or deck; `csl` is its bibliographic record."""

    __tablename__ = "publication"
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    csl: Mapped[dict[str, Any]]
    origins: Mapped[dict[str, Any]]  # CSL field -> {"origin", "confidence"}
    given: Mapped[dict[str, Any]] = mapped_column(default=dict)  # a person's corrections, outrank
    source_id: Mapped[str | None]
    source_country: Mapped[str | None]
    url: Mapped[str | None]
    language: Mapped[str | None]
    removed_reason: Mapped[str | None]
    passages_key: Mapped[str | None] = mapped_column(String(64))  # what its passages were made of
    screening_key: Mapped[str | None] = mapped_column(String(64))  # what was screened
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Identifier(Base):
    """A value by which a publication is recognised at another address.

    Schemes: doi, isbn, file (SHA-256 of a document), title (normalised).
    """

    __tablename__ = "identifier"
    scheme: Mapped[str] = mapped_column(String(12), primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    publication_id: Mapped[str] = mapped_column(ForeignKey("publication.id"), primary_key=True)


class Redirect(Base):
    """A publication id that was joined into another one."""

    __tablename__ = "redirect"
    old_id: Mapped[str] = mapped_column(String(24), primary_key=True)
    new_id: Mapped[str] = mapped_column(ForeignKey("publication.id"))
    reason: Mapped[str]
    moved: Mapped[dict[str, Any] | None]  # people's work on it as a whole: table -> row numbers
    at: Mapped[datetime] = mapped_column(default=now)


class File(Base):
    """Bytes as fetched, by SHA-256."""

    __tablename__ = "file"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]  # bytes
    media_type: Mapped[str | None]
    first_seen: Mapped[datetime] = mapped_column(default=now)


class Address(Base):
    """Where a file was seen: an address of the web, or `upload:<sha256>` for a given file.

    `item` is the key of the thing it belongs to: its landing page, OAI identifier, or itself.
    """

    __tablename__ = "address"
    url: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str | None]
    item: Mapped[str]
    role: Mapped[str] = mapped_column(String(16))  # landing, document, chapter, record
    position: Mapped[int] = mapped_column(Integer, default=0)
    sha256: Mapped[str] = mapped_column(ForeignKey("file.sha256"))
    filename: Mapped[str | None]  # as it was called, for showing only
    language: Mapped[str | None]
    version_of: Mapped[str | None]  # the item this is a language version or edition of
    first_seen: Mapped[datetime] = mapped_column(default=now)
    last_seen: Mapped[datetime] = mapped_column(default=now)
    gone_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "item"), Index(None, "sha256"))


class Item(Base):
    """Which publication the files of one item were taken to belong to, and why."""

    __tablename__ = "item"
    key: Mapped[str] = mapped_column(primary_key=True)
    publication_id: Mapped[str] = mapped_column(ForeignKey("publication.id"))
    content_hash: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str]
    given: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what a person said at `add`
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "publication_id"),)


class Extraction(Base):
    """How reading a file went, by the reader's version; the text itself is derived."""

    __tablename__ = "extraction"
    sha256: Mapped[str] = mapped_column(ForeignKey("file.sha256"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(16))  # read, partial, quarantined
    reason: Mapped[str | None]
    extractor: Mapped[str]
    pages: Mapped[int] = mapped_column(Integer, default=0)
    retry: Mapped[bool] = mapped_column(default=False)  # the surroundings failed, not the file
    at: Mapped[datetime] = mapped_column(default=now)


class Passage(Base):
    """A citable passage. Retired ones stay, so that work on them can be shown."""

    __tablename__ = "passage"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    publication_id: Mapped[str] = mapped_column(ForeignKey("publication.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    text_hash: Mapped[str] = mapped_column(String(64))
    ordinal: Mapped[int] = mapped_column(Integer, default=0)  # of equal texts in a publication
    position: Mapped[int]
    section: Mapped[str]
    text: Mapped[str]
    language: Mapped[str] = mapped_column(String(8))
    page: Mapped[int]
    page_end: Mapped[int]
    page_label: Mapped[str | None]
    page_label_end: Mapped[str | None]
    kind: Mapped[str] = mapped_column(String(12))
    ocr: Mapped[bool] = mapped_column(default=False)
    ocr_confidence: Mapped[float | None]  # mean of its words' pages, 0 to 1
    boxes: Mapped[list[Any]]
    sentences: Mapped[list[Any]]
    retired_at: Mapped[datetime | None]
    __table_args__ = (
        Index(None, "publication_id", "retired_at"),
        UniqueConstraint("publication_id", "text_hash", "ordinal"),
    )


class Screening(Base):
    """A verdict on a publication, by the machine or a person; the newest person's one counts."""

    __tablename__ = "screening"
    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[str] = mapped_column(ForeignKey("publication.id"))
    verdict: Mapped[str] = mapped_column(String(12))  # include, exclude, undecided
    reason: Mapped[str | None]
    score: Mapped[float | None] = mapped_column(Float)
    reasons: Mapped[list[Any]]
    by: Mapped[str]  # a person's name, or "machine"
    version: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "publication_id"),)


class Coding(Base):
    """A person's act on a passage's factor; append-only.

    The acts on one coding share its first act's number as `root`; `before` is the one that came
    before, of a withdrawal the one that it takes back. `span` is what was marked in the passage.
    """

    __tablename__ = "coding"
    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[str] = mapped_column(ForeignKey("publication.id"))
    passage_id: Mapped[str | None] = mapped_column(ForeignKey("passage.id"))
    anchor: Mapped[dict[str, Any]]
    factor: Mapped[str] = mapped_column(String(32))
    direction: Mapped[str] = mapped_column(String(16))
    act: Mapped[str] = mapped_column(String(12))  # accept, reject, add, change, ...
    coder: Mapped[str]
    comment: Mapped[str | None]
    machine: Mapped[dict[str, Any] | None]  # the suggestion acted on, with its model's version
    before: Mapped[int | None] = mapped_column(ForeignKey("coding.id"))
    needs_look: Mapped[bool] = mapped_column(default=False)
    root: Mapped[int | None]  # its first act; none in rows of the first schema
    span: Mapped[dict[str, Any] | None]  # {"exact", "prefix", "suffix"}; none: the whole passage
    round_id: Mapped[int | None] = mapped_column(Integer, index=True)  # the blind round it is of
    taken: Mapped[int | None]  # of an adjudication: the coding that was taken
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "passage_id"), Index(None, "publication_id"))


class CitationSet(Base):
    """A person's ordered list of passages and publications."""

    __tablename__ = "citation_set"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    owner: Mapped[str | None]
    note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None]


class CitationItem(Base):
    """One passage or publication in a citation set."""

    __tablename__ = "citation_item"
    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("citation_set.id"))
    position: Mapped[int]
    publication_id: Mapped[str] = mapped_column(ForeignKey("publication.id"))
    passage_id: Mapped[str | None] = mapped_column(ForeignKey("passage.id"))
    anchor: Mapped[dict[str, Any] | None]
    note: Mapped[str | None]
    needs_look: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[datetime] = mapped_column(default=now)
    removed_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "set_id", "position"),)


class Run(Base):
    """One refresh, or one `add`."""

    __tablename__ = "run"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))  # running, done, failed, interrupted
    started_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Problem(Base):
    """Something that went wrong in a run, as data."""

    __tablename__ = "problem"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    stage: Mapped[str] = mapped_column(String(24))
    source_id: Mapped[str | None]
    subject: Mapped[str]  # an address, file or publication
    kind: Mapped[str | None] = mapped_column(String(24))  # refused, challenge, too few, ...
    message: Mapped[str]
    advice: Mapped[str | None]  # what to do, where the message does not say it
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "run_id"),)


class FrontierEntry(Base):
    """What the crawler knows of one address: what to do, and what came of it."""

    __tablename__ = "frontier"
    url: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))  # listing, sitemap, landing, chapter, ...
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)  # item, position, language, ...
    state: Mapped[str] = mapped_column(String(12))  # waiting, done, failed, gone, forbidden
    run_id: Mapped[int]  # the run that last asked for it, or finished it
    status: Mapped[int | None]  # HTTP status of the last answer
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    links: Mapped[list[Any]] = mapped_column(default=list)  # [{url, kind, context}] it led to
    message: Mapped[str | None]
    fetched_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "source_id", "state", "run_id", "fetched_at"),)
