"""What a queue's answers say: how much there is, how good the machine is, whether to stop.

Owns reading batches into the numbers of `kb.coding.stopping`, and estimates from the random order.
The first texts of that order, as far as all of them are answered and up to the last one that was
drawn, are a random sample of all there is, whoever answered them.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sqlalchemy import select

from corpora.codebook import Codebook
from kb.coding.queue import Queue, QueueState, answered_subjects, queue_state
from kb.coding.queue_acts import standing_subjects
from kb.coding.queue_labels import CODING
from kb.coding.queue_order import shuffle_key
from kb.coding.stopping import (
    CONFIDENCE,
    TARGET,
    DrawnBatch,
    StoppingPoint,
    StoppingVerdict,
    judge,
    series,
)
from kb.queue_tables import QueueAct, QueueBatch, QueuePlace
from kb.settings import Settings
from kb.store import Store

NORMAL_95 = 1.959964  # the normal distribution's quantile for an interval of 95 %


class Share(NamedTuple):
    """`hits` of `of`, with Wilson's interval at 95 % (Wilson 1927, doi 10.2307/2276774)."""

    hits: int
    of: int
    low: float
    high: float


@dataclass(frozen=True)
class QueueStatus:
    """How far a queue is: numbers of texts in all, answered, relevant, passed over by somebody."""

    population: int
    answered: int
    found: int
    passed: int
    batches: int
    random_answered: int


@dataclass(frozen=True)
class Estimate:
    """What the random share says of everything there is.

    `machine_right` is how many of the machine's suggestions are (precision), `machine_finds` how
    many of what is relevant it suggests (recall); None in a queue for screening or for all factors.
    """

    prevalence: Share
    machine_right: Share | None
    machine_finds: Share | None
    verdict: StoppingVerdict
    sentence: str
    chart: list[StoppingPoint]


def queue_status(settings: Settings, store: Store, codebook: Codebook, queue: Queue) -> QueueStatus:
    """How far a queue is. Raises GenerationError where nothing is indexed yet."""
    state = queue_state(settings, store, codebook, queue)
    with store.read() as session:
        done = answered_subjects(session, queue, state).intersection(state.pool.ids)
        passed = standing_subjects(session, QueueAct.queue_id == queue.id, QueueAct.act == "pass")
        rows = session.execute(
            select(QueuePlace.subject, QueuePlace.drawn, QueueBatch.number)
            .join(QueueBatch, QueueBatch.id == QueuePlace.batch_id)
            .where(QueueBatch.queue_id == queue.id)
        ).all()
    drawn = {row.subject for row in rows if row.drawn is not None}
    return QueueStatus(
        population=len(state.pool.ids),
        answered=len(done),
        found=_found(state),
        passed=len((passed - done).intersection(state.pool.ids)),
        batches=len({row.number for row in rows}),
        random_answered=len(drawn & done),
    )


def estimate(
    settings: Settings,
    store: Store,
    codebook: Codebook,
    queue: Queue,
    target: float = TARGET,
    confidence: float = CONFIDENCE,
) -> Estimate:
    """Prevalence, the machine's quality and whether one may stop, from what is answered so far."""
    state = queue_state(settings, store, codebook, queue)
    batches = drawn_batches(store, queue, state)
    unseen = int((~state.asked.seen).sum())
    verdict = judge(batches, _found(state), unseen, target, confidence)
    sample = _sample(state, queue.seed, _drawn_subjects(store, queue))
    relevant = state.asked.relevant[sample]
    right = finds = None
    if queue.kind == CODING and queue.factor:
        suggested = state.pool.prior[sample, 0] > 0
        right = share_of(int((suggested & relevant).sum()), int(suggested.sum()))
        finds = share_of(int((suggested & relevant).sum()), int(relevant.sum()))
    return Estimate(
        share_of(int(relevant.sum()), len(sample)),
        right,
        finds,
        verdict,
        sentence(verdict),
        series(batches, len(state.pool.ids), target, confidence),
    )


def _found(state: QueueState) -> int:
    return int((state.asked.relevant & state.asked.seen).sum())


def _sample(state: QueueState, seed: int, drawn: Collection[str]) -> list[int]:
    """Rows at the head of the random order, answered without a gap, up to the last one drawn.

    What follows it and is answered was chosen by the learner, and is likelier relevant than others.
    """
    ids, seen = state.pool.ids, state.asked.seen
    keys = [shuffle_key(seed, name) for name in ids]
    head: list[int] = []
    for row in sorted(range(len(keys)), key=lambda row: keys[row]):
        if not seen[row]:
            break
        head.append(row)
    if len(head) == len(ids):
        return head
    last = max((at for at, row in enumerate(head) if ids[row] in drawn), default=-1)
    return head[: last + 1]


def drawn_batches(store: Store, queue: Queue, state: QueueState) -> list[DrawnBatch]:
    """The batches that the stopping test reads: of the present population, fully drawn.

    A random text that somebody passed over, and nobody has answered, counts as a hit, which only
    makes the test slower; one that nobody has come to yet ends the list. Batches of another
    population are left out: after a refresh that brought or took texts the test begins anew.
    """
    relevant = {
        state.pool.ids[row]
        for row in np.flatnonzero(state.asked.relevant & state.asked.seen).tolist()
    }
    with store.read() as session:
        done = answered_subjects(session, queue, state)
        passed = standing_subjects(session, QueueAct.queue_id == queue.id)
        rows = session.scalars(
            select(QueueBatch).where(QueueBatch.queue_id == queue.id).order_by(QueueBatch.number)
        ).all()
        drawn = _drawn(store, queue)
    present = state.pool.digest()
    first = max((at + 1 for at, row in enumerate(rows) if row.population != present), default=0)
    found: list[DrawnBatch] = []
    for row in rows[first:]:
        subjects = drawn.get(row.id, [])
        if any(name not in done and name not in passed for name in subjects):
            break
        hits = tuple(name in relevant or name not in done for name in subjects)
        late = sum(name in relevant or name not in done for name in row.waiting)
        found.append(DrawnBatch(row.unseen, row.found + late, hits))
    return found


def _drawn_subjects(store: Store, queue: Queue) -> set[str]:
    return {subject for subjects in _drawn(store, queue).values() for subject in subjects}


def _drawn(store: Store, queue: Queue) -> dict[int, list[str]]:
    """Subjects drawn at random, by batch id, in the order of drawing."""
    by_batch: dict[int, list[str]] = {}
    with store.read() as session:
        rows = session.execute(
            select(QueuePlace.batch_id, QueuePlace.subject)
            .join(QueueBatch, QueueBatch.id == QueuePlace.batch_id)
            .where(QueueBatch.queue_id == queue.id, QueuePlace.drawn.is_not(None))
            .order_by(QueuePlace.batch_id, QueuePlace.drawn)
        )
        for row in rows:
            by_batch.setdefault(row.batch_id, []).append(row.subject)
    return by_batch


def share_of(hits: int, of: int) -> Share:
    """A share with Wilson's interval; from nought to one where there is nothing to go by."""
    if not of:
        return Share(0, 0, 0.0, 1.0)
    square = NORMAL_95**2
    middle = (hits + square / 2) / (of + square)
    half = NORMAL_95 / (of + square) * math.sqrt(hits * (of - hits) / of + square / 4)
    return Share(hits, of, max(middle - half, 0.0), min(middle + half, 1.0))


def sentence(verdict: StoppingVerdict) -> str:
    """The verdict as people read it, in English; the app says it in its own languages."""
    if verdict.unseen == 0:
        return "You may stop: everything has been looked at."
    sure, wanted = _percent(verdict.confidence), _percent(verdict.target)
    if verdict.stop:
        return (
            f"You may stop: with {sure} confidence at least {wanted} of the relevant ones "
            f"are found ({verdict.found} found, at most {verdict.at_most} in all)."
        )
    return (
        f"Not yet: with {sure} confidence at least {_percent(verdict.recall)} of the relevant ones "
        f"are found, {wanted} is wanted; {verdict.draws_left} more drawn at random without a "
        f"relevant one would do ({verdict.unseen} are unseen)."
    )


def _percent(share: float) -> str:
    return f"{math.floor(share * 100 + 1e-9)} %"
