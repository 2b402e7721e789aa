"""The record's tables about learning queues: what was to be looked at in which order, and why.

Owns their shape, beside `kb.tables`. Rows are appended and never changed, so that the order people
saw can be told for ever. `subject` is a passage's id, or a publication's in a screening queue; it
is no foreign key, since an order stays true after its passage has gone. Times are UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.tables import Base, now


class LearningQueue(Base):
    """A queue for one factor, for all (`factor` is empty), or for screening publications."""

    __tablename__ = "learning_queue"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))  # coding, screening
    factor: Mapped[str] = mapped_column(String(32))
    seed: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("kind", "factor", "seed"),)


class QueueBatch(Base):
    """One batch of a queue, with what was known when it was drawn."""

    __tablename__ = "queue_batch"
    id: Mapped[int] = mapped_column(primary_key=True)
    queue_id: Mapped[int] = mapped_column(ForeignKey("learning_queue.id"))
    number: Mapped[int]  # from 0
    generation: Mapped[int]
    population: Mapped[str] = mapped_column(String(64))  # hash of the ids there were
    unseen: Mapped[int]  # that nobody had answered and no draw had taken
    found: Mapped[int]  # relevant ones known
    waiting: Mapped[list[Any]]  # subjects drawn at random before and not answered yet
    made_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("queue_id", "number"),)


class QueuePlace(Base):
    """One place of a batch; `why` is random, likely, rare or uncertain."""

    __tablename__ = "queue_place"
    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("queue_batch.id"))
    position: Mapped[int]  # as shown, from 0
    subject: Mapped[str] = mapped_column(String(32))
    why: Mapped[str] = mapped_column(String(12))
    factor: Mapped[str] = mapped_column(String(32))  # what it may be about; empty for random ones
    drawn: Mapped[int | None]  # the order in which random ones were drawn, from 0
    __table_args__ = (UniqueConstraint("batch_id", "position"), Index(None, "subject"))


class QueueAct(Base):
    """A person passed over a subject, or answered it: looked at it and coded what there was."""

    __tablename__ = "queue_act"
    id: Mapped[int] = mapped_column(primary_key=True)
    queue_id: Mapped[int] = mapped_column(ForeignKey("learning_queue.id"))
    subject: Mapped[str] = mapped_column(String(32))
    act: Mapped[str] = mapped_column(String(8))  # pass, answer
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "queue_id", "subject"),)
