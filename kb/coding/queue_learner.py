"""The queue's light learner: how likely is each unseen text relevant, from what people said so far.

Owns scores. They only order what people look at; nothing shown as a coding comes from here. It is
refitted for every batch, in a fraction of a second, and gives the same scores for the same labels
in whatever order they came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

RIDGE = 3.0  # weight of the penalty, chosen on the common factors (docs/coding-queue.md)
BELIEF = 30.0  # relevant ones known at which the learner counts as much as the machine's word
MOST_LEARNT = 3000  # labelled texts fitted, the relevant ones first: below 3 s
DECIMALS = 6  # scores are rounded, so that the last bits of another processor change no order


@dataclass(frozen=True)
class Judged:
    """What people said of one factor: `seen` (n,) which texts, `relevant` (n,) those that are."""

    seen: Flags
    relevant: Flags


def score(vectors: Floats, prior: Floats, judged: Judged) -> Floats:
    """Scores (n,), higher is likelier; `vectors` (n, d) unit rows, `prior` (n,) the machine's word.

    Kernel ridge regression on plus and minus one, both kinds of equal weight in all; mixed with the
    prior, which counts less the more relevant ones are known.
    """
    word = standard(prior)
    known = int(judged.relevant.sum())
    if not known or not vectors.size:
        return np.round(word, DECIMALS)
    trust = known / (known + BELIEF)
    learnt = standard(_fit(vectors, judged))
    mixed: Floats = np.round(trust * learnt + (1.0 - trust) * word, DECIMALS)
    return mixed


def _fit(vectors: Floats, judged: Judged) -> Floats:
    relevant = np.flatnonzero(judged.seen & judged.relevant)[:MOST_LEARNT]
    others = np.flatnonzero(judged.seen & ~judged.relevant)[: MOST_LEARNT - len(relevant)]
    rows = np.concatenate([relevant, others])
    targets = np.where(judged.relevant[rows], 1.0, -1.0)
    weights = np.where(targets > 0, max(len(others), 1) / len(relevant), 1.0)
    known = vectors[rows]
    kernel = known @ known.T + RIDGE * np.diag(1.0 / weights)
    found: Floats = vectors @ (known.T @ np.linalg.solve(kernel, targets))
    return found


def standard(values: Floats) -> Floats:
    """Values with mean nought and spread one; all nought where they do not differ."""
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-12 else np.zeros(len(values))


def rarity(judged: list[Judged]) -> Floats:
    """What finding one of each factor is worth, (factors,): rarer ones more."""
    counts = np.array([one.relevant.sum() for one in judged], dtype=np.float64) + 1.0
    worth: Floats = np.sqrt(counts.mean() / counts)
    return worth
