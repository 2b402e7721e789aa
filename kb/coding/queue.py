"""A queue that learns: what to look at next, kept in the record batch by batch.

Owns opening a queue, drawing its batches, passing over and answering. What is chosen is
`kb.coding.queue_order`'s, what can be concluded `kb.coding.queue_reading`'s. A batch is drawn once
and shown in its order to everybody; passing over, or answering in another order, changes nothing of
it. The next batch follows from seed, number and what people had said when it was drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from corpora.codebook import Codebook
from kb.coding.acts import lock_acts
from kb.coding.names import clean_name
from kb.coding.queue_acts import append_queue_act, standing_subjects
from kb.coding.queue_labels import (
    CODING,
    KINDS,
    answered_rows,
    overall,
    passage_labels,
    publication_labels,
)
from kb.coding.queue_learner import Judged
from kb.coding.queue_order import BATCH, SHARE, Pick, Pool, draw_batch
from kb.coding.queue_pool import coding_pool, screening_pool
from kb.coding.round_entries import blind_seats, refuse_outside
from kb.errors import CodingError, NotFoundError
from kb.queue_tables import LearningQueue, QueueAct, QueueBatch, QueuePlace
from kb.settings import Settings
from kb.store import Store

LEAST_SHARE = 0.0  # of random places; without any, nothing can be estimated
FIRST_SEED = 1


@dataclass(frozen=True)
class Queue:
    """A queue: `kind` is coding (passages) or screening, `factor` None asks for all."""

    id: int
    kind: str
    factor: str | None
    seed: int


@dataclass(frozen=True)
class Place:
    """One place of a queue. `why` is random, likely, rare or uncertain; `factor` what it is for."""

    subject: str
    batch: int
    position: int
    why: str
    factor: str | None


@dataclass(frozen=True)
class QueueState:
    """What a queue chooses from now, and what was said of it: of each factor, and of its question.

    `asked` is the queue's own question: its factor, any factor, or inclusion.
    """

    pool: Pool
    generation: int
    judged: tuple[Judged, ...]
    asked: Judged


def open_queue(
    store: Store,
    codebook: Codebook,
    kind: str = CODING,
    factor: str | None = None,
    seed: int | None = None,
) -> Queue:
    """The queue of that kind, factor and seed; without a seed the newest one, made if need be.

    Raises CodingError for an unknown kind, CodebookError for an unknown factor.
    """
    if kind not in KINDS:
        raise CodingError(f"Expected a queue of {' or '.join(KINDS)}, found {kind!r}.")
    if factor and kind != CODING:
        raise CodingError(f"Expected no factor for a queue of {kind}, found {factor!r}; leave it.")
    if factor:
        codebook.require("factors", factor)
    with store.write() as session:
        lock_acts(session)
        query = select(LearningQueue).where(
            LearningQueue.kind == kind, LearningQueue.factor == (factor or "")
        )
        if seed is not None:
            query = query.where(LearningQueue.seed == seed)
        row = session.scalars(query.order_by(LearningQueue.id.desc()).limit(1)).first()
        if row is None:
            row = LearningQueue(
                kind=kind, factor=factor or "", seed=FIRST_SEED if seed is None else seed
            )
            session.add(row)
            session.flush()
        return Queue(row.id, row.kind, row.factor or None, row.seed)


def queue_state(settings: Settings, store: Store, codebook: Codebook, queue: Queue) -> QueueState:
    """What there is to choose from and what was said of it, read now.

    Raises GenerationError where nothing is indexed yet.
    """
    if queue.kind == CODING:
        factors = (queue.factor,) if queue.factor else codebook.ids("factors")
        pool, generation = coding_pool(settings, store, factors)
        judged = passage_labels(store, pool, queue.factor or "")
        asked = overall(judged, answered_rows(store, pool, queue.factor or ""))
    else:
        pool, generation = screening_pool(settings, store)
        judged = publication_labels(store, pool)
        asked = judged[0]
    return QueueState(pool, generation, tuple(judged), asked)


def next_places(
    settings: Settings,
    store: Store,
    codebook: Codebook,
    queue: Queue,
    coder: str,
    count: int = 1,
    *,
    share: float = SHARE,
    size: int = BATCH,
) -> list[Place]:
    """The next places that nobody has answered and this person has not passed over.

    Nor what this person codes blind in an open round, until that is closed.
    Draws a new batch where the ones there are hold none; `share` and `size` are that batch's. Empty
    where all is answered or passed over. Raises CodingError for a share or size out of bounds.
    """
    name = clean_name(coder)
    if not LEAST_SHARE <= share <= 1 or size < 1:
        raise CodingError(
            "Expected a random share of 0 to 1 and a batch of at least 1, "
            f"found {share} and {size}."
        )
    state = queue_state(settings, store, codebook, queue)
    with store.write() as session:
        lock_acts(session)  # two people asking at once must not draw the same batch twice
        places = _open_places(session, queue, state, name)
        if not places:
            _draw(session, queue, state, share, size)
            places = _open_places(session, queue, state, name)
    return places[:count]


def pass_over(store: Store, queue: Queue, subject: str, coder: str) -> None:
    """Pass a place over: this person is not shown it again, others are.

    Raises NotFoundError where the queue never held it.
    """
    _act(store, queue, subject, coder, "pass")


def answer(store: Store, queue: Queue, subject: str, coder: str) -> None:
    """Say that a place was looked at and all there was to code in it is coded, if only nothing.

    Raises NotFoundError where the queue never held it, CodingError where this person codes it
    blind in an open round.
    """
    _act(store, queue, subject, coder, "answer")


def _act(store: Store, queue: Queue, subject: str, coder: str, act: str) -> None:
    name = clean_name(coder)
    with store.write() as session:
        known = session.scalars(
            select(QueuePlace.id)
            .join(QueueBatch, QueueBatch.id == QueuePlace.batch_id)
            .where(QueueBatch.queue_id == queue.id, QueuePlace.subject == subject)
            .limit(1)
        ).first()
        if known is None:
            raise NotFoundError(
                f"Queue {queue.id} never held {subject!r}; `samvirke queue next` shows what it has."
            )
        if act == "answer":
            refuse_outside(session, name, subject)
        append_queue_act(session, queue.id, subject, act, name)


def _open_places(session: Session, queue: Queue, state: QueueState, name: str) -> list[Place]:
    """Places of all batches, in order, that are still to be looked at by this person."""
    done = answered_subjects(session, queue, state)
    passed = standing_subjects(
        session, QueueAct.queue_id == queue.id, QueueAct.act == "pass", QueueAct.by == name
    )
    blind = {subject for coder, subject in blind_seats(session) if coder == name}
    skipped = done.union(passed, blind)
    present = set(state.pool.ids)
    rows = session.execute(
        select(QueuePlace, QueueBatch.number)
        .join(QueueBatch, QueueBatch.id == QueuePlace.batch_id)
        .where(QueueBatch.queue_id == queue.id)
        .order_by(QueueBatch.number, QueuePlace.position)
    )
    found: dict[str, Place] = {}
    for row, number in rows:
        if row.subject in present and row.subject not in skipped:
            place = Place(row.subject, number, row.position, row.why, row.factor or None)
            found.setdefault(row.subject, place)
    return list(found.values())


def answered_subjects(session: Session, queue: Queue, state: QueueState) -> set[str]:
    """What needs no look in this queue any more: answered in it, or said elsewhere."""
    own = standing_subjects(session, QueueAct.queue_id == queue.id, QueueAct.act == "answer")
    seen = state.asked.seen
    return {state.pool.ids[row] for row in np.flatnonzero(seen).tolist()}.union(own)


def _draw(session: Session, queue: Queue, state: QueueState, share: float, size: int) -> None:
    pool = state.pool
    batches = session.scalars(
        select(QueueBatch).where(QueueBatch.queue_id == queue.id).order_by(QueueBatch.number)
    ).all()
    number = batches[-1].number + 1 if batches else 0
    done = answered_subjects(session, queue, state)
    waiting = [name for name in drawn_before(session, queue) if name not in done]
    passed = standing_subjects(session, QueueAct.queue_id == queue.id)
    passed |= {subject for _, subject in blind_seats(session)}  # its coders would be shown nothing
    taken = done.union(waiting)
    unseen = np.array([name not in taken for name in pool.ids], dtype=bool)
    if not unseen.any():
        return
    shown = unseen & np.array([name not in passed for name in pool.ids], dtype=bool)
    picks = draw_batch(
        pool,
        state.judged,
        unseen,
        seed=queue.seed,
        number=number,
        share=share,
        size=size,
        likely_rows=shown,
    )
    batch = QueueBatch(
        queue_id=queue.id,
        number=number,
        generation=state.generation,
        population=pool.digest(),
        unseen=int(unseen.sum()),
        found=int((state.asked.relevant & state.asked.seen).sum()),
        waiting=waiting,
    )
    session.add(batch)
    session.flush()
    session.add_all(_places(batch.id, pool, picks))
    session.flush()


def _places(batch_id: int, pool: Pool, picks: Sequence[Pick]) -> list[QueuePlace]:
    return [
        QueuePlace(
            batch_id=batch_id,
            position=position,
            subject=pool.ids[pick.row],
            why=pick.why,
            factor=pick.factor,
            drawn=pick.drawn,
        )
        for position, pick in enumerate(picks)
    ]


def drawn_before(session: Session, queue: Queue) -> list[str]:
    """Every subject that a batch of the queue drew at random, in the order of drawing."""
    return list(
        session.scalars(
            select(QueuePlace.subject)
            .join(QueueBatch, QueueBatch.id == QueuePlace.batch_id)
            .where(QueueBatch.queue_id == queue.id, QueuePlace.drawn.is_not(None))
            .order_by(QueueBatch.number, QueuePlace.drawn)
        )
    )
