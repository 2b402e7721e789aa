"""What people have said so far, as a queue learns from it: which texts were seen, which count.

Owns reading answers from the record. A passage was seen for a factor where somebody answered it in
a queue that asks for the factor, or coded it with the factor; it is relevant where a coding that
somebody accepted or added stands. A publication was seen where a person included or excluded it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import or_

from kb.coding.codings import StoredCodings
from kb.coding.queue_acts import standing_subjects
from kb.coding.queue_learner import Judged
from kb.coding.queue_order import Pool
from kb.publications import MACHINE
from kb.queue_tables import LearningQueue, QueueAct
from kb.screening import verdicts
from kb.store import Store

CODING, SCREENING = "coding", "screening"
KINDS = (CODING, SCREENING)


def passage_labels(store: Store, pool: Pool, factor: str) -> list[Judged]:
    """What was said of each factor of the pool; `factor` is the queue's, empty for all."""
    places = {name: row for row, name in enumerate(pool.ids)}
    columns = {name: column for column, name in enumerate(pool.factors)}
    seen = np.zeros((len(pool.ids), len(pool.factors)), dtype=bool)
    relevant = np.zeros_like(seen)
    for name, codings in StoredCodings(store).coded().items():
        if name not in places:
            continue
        for coding in codings:
            if coding.factor in columns:
                at = (places[name], columns[coding.factor])
                seen[at] = True
                relevant[at] |= coding.status != "rejected"
    for name in _answered(store, factor):
        if name in places:
            seen[places[name]] = True
    return [Judged(seen[:, at], relevant[:, at]) for at in range(len(pool.factors))]


def publication_labels(store: Store, pool: Pool) -> list[Judged]:
    """Which publications people included or excluded."""
    with store.read() as session:
        said = verdicts(session)
        given = {key: row.verdict for key, row in said.items() if row.by != MACHINE}
    seen = np.array([given.get(name) in ("include", "exclude") for name in pool.ids], dtype=bool)
    relevant = np.array([given.get(name) == "include" for name in pool.ids], dtype=bool)
    return [Judged(seen, relevant)]


def overall(
    judged: Sequence[Judged], answered: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> Judged:
    """A queue's own question: seen where answered in it, relevant where any factor is.

    One coding says nothing of the other factors, so in a queue for all only an answer counts.
    """
    if len(judged) == 1:
        return judged[0]
    relevant = np.any([one.relevant for one in judged], axis=0)
    return Judged(answered, answered & relevant)


def answered_rows(
    store: Store, pool: Pool, factor: str
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which of the pool's passages were answered in a queue that asks for the factor, (n,)."""
    names = _answered(store, factor)
    return np.array([name in names for name in pool.ids], dtype=bool)


def _answered(store: Store, factor: str) -> set[str]:
    """Passages answered in queues for the factor or for all; for all, only in the latter."""
    with store.read() as session:
        return standing_subjects(
            session,
            QueueAct.act == "answer",
            LearningQueue.kind == CODING,
            or_(LearningQueue.factor == factor, LearningQueue.factor == ""),
        )
