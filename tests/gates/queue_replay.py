"""How much looking the learning queue saves, by simulation on labelled texts.

Owns replaying a queue against labels that are known. The queue itself is `kb.coding.queue_order`'s,
what it is replayed on `queue_figures`', and the figures it must reach are `test_queue_gate`'s.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from kb.coding.queue_learner import Flags, Judged
from kb.coding.queue_order import BATCH, SHARE, Pool, draw_batch

FOUND_SHARE = 0.8  # of the relevant ones, as issue 6 asks
RARE = 33  # relevant ones at most


def replay(
    pool: Pool, labels: Flags, seed: int, *, until: Sequence[int], share: float = SHARE
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Rows in the order looked at, until of each factor `until` relevant ones are seen.

    `labels` (n, factors) are the truth, told to the queue batch by batch.
    """
    seen = np.zeros(len(pool.ids), dtype=bool)
    order: list[int] = []
    for number in range(math.ceil(len(pool.ids) / BATCH)):
        judged = [Judged(seen, seen & labels[:, at]) for at in range(labels.shape[1])]
        picks = draw_batch(pool, judged, ~seen, seed=seed, number=number, share=share)
        rows = [pick.row for pick in picks]
        order += rows
        seen = seen.copy()
        seen[rows] = True
        if all(labels[seen, at].sum() >= need for at, need in enumerate(until)):
            break
    return np.array(order)


def needed(relevant: int) -> int:
    """How many of the relevant ones are 80 %."""
    return math.ceil(FOUND_SHARE * relevant - 1e-9)


def looked_at(order: np.ndarray[Any, Any], labels: Flags, wanted: int) -> int:
    """How many were looked at when `wanted` relevant ones (`labels` (n,)) were found."""
    return int(np.argmax(np.cumsum(labels[order]) >= wanted)) + 1


def random_needs(population: int, relevant: int, wanted: int) -> float:
    """Mean number looked at in random order until `wanted` are found (negative hypergeometric)."""
    return wanted * (population + 1) / (relevant + 1)


def one_factor(pool: Pool, labels: Flags, factor: int, seed: int) -> float:
    """Looking that a queue for one factor needs, as a share of what random order needs."""
    own = replace(pool, factors=(pool.factors[factor],), prior=pool.prior[:, factor : factor + 1])
    truth = labels[:, factor : factor + 1]
    wanted = needed(int(truth.sum()))
    order = replay(own, truth, seed, until=[wanted])
    return looked_at(order, truth[:, 0], wanted) / random_needs(
        len(labels), int(truth.sum()), wanted
    )


def all_factors(pool: Pool, labels: Flags, seed: int) -> list[float]:
    """The same of one queue for all factors, for each of them."""
    wanted = [needed(int(count)) for count in labels.sum(axis=0)]
    order = replay(pool, labels, seed, until=wanted)
    return [
        looked_at(order, labels[:, at], want)
        / random_needs(len(labels), int(labels[:, at].sum()), want)
        for at, want in enumerate(wanted)
    ]


def saved_work(pool: Pool, labels: Flags, seed: int, recall: float = 0.95) -> float:
    """WSS@95 (Cohen et al. 2006, doi 10.1197/jamia.M1929): looking saved against random order."""
    wanted = math.ceil(recall * int(labels.sum()) - 1e-9)
    order = replay(pool, labels, seed, until=[wanted])
    return (len(labels) - looked_at(order, labels[:, 0], wanted)) / len(labels) - (1 - recall)
