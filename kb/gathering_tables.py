"""The record's tables about gathering and deciding: checks, yields, searches, grouping, removal.

Owns their shape, beside `kb.tables`. Rows about what a person decided are never updated or deleted;
what changes is appended. Times are UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kb.tables import Base, now


class SourceCheck(Base):
    """What `samvirke sources check --write` found at a source; the newest row counts."""

    __tablename__ = "source_check"
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[str]
    fits: Mapped[bool]  # reachable, allowed, and every pattern still matches
    result: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "source_id"),)


class SourceYield(Base):
    """How many publications a live run found at a source, and what later runs must reach."""

    __tablename__ = "source_yield"
    source_id: Mapped[str] = mapped_column(primary_key=True)
    items: Mapped[int]  # at the run that recorded it
    minimum: Mapped[int]
    maximum: Mapped[int]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    at: Mapped[datetime] = mapped_column(default=now)


class SearchMade(Base):
    """One search of one source in one run, as PRISMA-S asks: what was asked, when, how many hits.

    `rule` is the query or the patterns in words; `kind` is site, sitemap, oai-pmh, api or import.
    """

    __tablename__ = "search_made"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    source_id: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    address: Mapped[str]
    rule: Mapped[str]
    hits: Mapped[int]  # items identified
    new: Mapped[int]  # of them not known before
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "run_id"),)


class Correction(Base):
    """A person's word about one field of a publication; null takes an earlier word back."""

    __tablename__ = "correction"
    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[str] = mapped_column(ForeignKey("publication.id"))
    field: Mapped[str] = mapped_column(String(40))
    value: Mapped[dict[str, Any]]  # {"value": ...}
    before: Mapped[dict[str, Any]]  # {"value": ...}, what stood there
    by: Mapped[str]
    comment: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "publication_id"),)


class GroupingDecision(Base):
    """A person's join or split: this item belongs, or does not belong, to this publication.

    The newest row for an item counts, and outranks every rule of recognition; an undo takes the
    row before it back.
    """

    __tablename__ = "grouping_decision"
    id: Mapped[int] = mapped_column(primary_key=True)
    decision: Mapped[int]  # the rows of one act share a number
    act: Mapped[str] = mapped_column(String(8))  # join, split, undo
    item: Mapped[str]  # `kb.tables.Item.key`, or a document's address that was taken out of one
    publication_id: Mapped[str]  # where it belongs from now on
    came_from: Mapped[str | None]  # where it stood before
    by: Mapped[str]
    comment: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "item"), Index(None, "publication_id"))


class SharedAddress(Base):
    """A further item that an address belongs to: one PDF linked from two landing pages."""

    __tablename__ = "shared_address"
    url: Mapped[str] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str | None]
    role: Mapped[str] = mapped_column(String(16))
    position: Mapped[int] = mapped_column(Integer, default=0)
    last_seen: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "item"),)


class Tombstone(Base):
    """What a removed publication was known by: it is not fetched, stored or recognised again.

    Schemes: url, item, file (SHA-256), doi.
    """

    __tablename__ = "tombstone"
    scheme: Mapped[str] = mapped_column(String(12), primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    publication_id: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)


class SavedSearch(Base):
    """A search that a person keeps: its words and filters, asked again after each refresh.

    What it finds first is its baseline: known, and never called new.
    """

    __tablename__ = "saved_search"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    query: Mapped[str]  # empty where it is filters only
    filters: Mapped[dict[str, Any]]  # field of `kb.search.rows.Filters` -> value, where one is set
    owner: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    baseline_at: Mapped[datetime | None]  # null until it has been asked in its present form
    seen_at: Mapped[datetime | None]  # what is new up to here, somebody has marked as seen
    deleted_at: Mapped[datetime | None]


class SavedSearchHit(Base):
    """A passage that a saved search found, and the run that found it first.

    `known_as` is the passage that its text was first found in: the same one unless the text has
    changed since. `new` says that it was not there before and fitted when it was found.
    """

    __tablename__ = "saved_search_hit"
    search_id: Mapped[int] = mapped_column(ForeignKey("saved_search.id"), primary_key=True)
    passage_id: Mapped[str] = mapped_column(ForeignKey("passage.id"), primary_key=True)
    known_as: Mapped[str] = mapped_column(String(32))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    rank: Mapped[int]
    new: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "run_id"), Index(None, "passage_id"))
