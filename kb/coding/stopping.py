"""When to stop looking: a test of "too much is still missing" that may be read at any time.

Owns the statistics alone: numbers in, a verdict out. What was drawn and found is
`kb.coding.queue_reading`'s.

The question is whether recall, the share found of all R relevant ones, is below a target t.
Callaghan and Müller-Hansen (2020, Systematic Reviews 9:273, doi 10.1186/s13643-020-01521-4) put it
to a hypergeometric test: draw at random from what nobody has looked at; were R so large that the
target is missed, so few hits would be unlikely. Their p-value holds for one look; asked again after
every draw it stops too soon too often (Lewis, Yang and Frieder 2021, "Certifying one-phase
technology-assisted reviews", CIKM, doi 10.1145/3459637.3482415). Here the same draws make a
likelihood ratio that may be read after each of them (Waudby-Smith and Ramdas 2020, "Confidence
sequences for sampling without replacement", NeurIPS 33, arXiv 2006.04347). With R in all, F of them
known and U unseen, the next random draw is a hit with chance (R - F) / U. For each R that would
miss the target, the draws are compared under R and under a smaller number, down to t R. Under the
true R that ratio is a martingale, so by Ville's inequality it ever reaches 1 / alpha with chance at
most alpha, whatever the learner does in between and however often one looks. Where nothing is
missing and all draws come at the end, it is one over the p-value of the hypergeometric test.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

TARGET = 0.95  # share of the relevant ones to be found
CONFIDENCE = 0.95  # 1 - alpha
# How far towards t R the smaller number lies, and the part of the bet on it. Those below 1 win
# where a few are still missing; their parts sum to 1, as the guarantee needs.
RIVALS = ((1.0, 0.7), (0.5, 0.3))
EVERY_NUMBER = 4000  # numbers R tried one by one; beyond them every hundredth part more
COARSE = 1.01

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class DrawnBatch:
    """A batch at its making: `unseen` and `found` then, and whether each random draw was a hit."""

    unseen: int
    found: int
    hits: tuple[bool, ...]


@dataclass(frozen=True)
class StoppingPoint:
    """What was certain when a batch was drawn: recall was at least `recall`."""

    looked_at: int
    found: int
    recall: float


@dataclass(frozen=True)
class StoppingVerdict:
    """Whether one may stop.

    `recall` is the share surely found and `at_most` the most relevant ones there can be, both at
    `confidence`. `draws` and `hits` count the random draws so far; `draws_left` is how many more,
    all without a hit, would do (`unseen`: only looking at everything does).
    """

    stop: bool
    target: float
    confidence: float
    found: int
    unseen: int
    recall: float
    at_most: int
    draws: int
    hits: int
    draws_left: int


class Evidence:
    """The evidence against each of some numbers of relevant ones, `relevant` (r,), as it grows."""

    def __init__(self, relevant: Floats, target: float) -> None:
        self._relevant, self._target = relevant, target
        self._sides = [np.full(len(relevant), math.log(part)) for _, part in RIVALS]

    def add(self, batch: DrawnBatch) -> None:
        """Take in a batch's draws, one after the other."""
        found = batch.found
        for place, hit in enumerate(batch.hits):
            missing = self._missing(found)
            chance = np.minimum(missing / (batch.unseen - place), 1.0)
            for at, (reach, _) in enumerate(RIVALS):
                self._sides[at] = self._sides[at] + _gain(chance, self._stake(missing, reach), hit)
            found += hit

    def log(self) -> Floats:
        """Its logarithm, (r,)."""
        evidence: Floats = np.logaddexp.reduce(self._sides, axis=0)
        return evidence

    def log_after_misses(self, unseen: int, found: int, draws: int) -> Floats:
        """The same after so many further draws without a hit, (r,); infinite where impossible.

        The product over the draws of (unseen - k - missing x (1 - stake)) / (unseen - k - missing)
        is one of gamma functions: thousands of draws cost as little as one.
        """
        missing = self._missing(found)
        possible = unseen - missing - draws > -0.5
        after = []
        for side, (reach, _) in zip(self._sides, RIVALS, strict=True):
            kept = missing * (1.0 - self._stake(missing, reach))
            gain = _log_falling(unseen - kept[possible], draws) - _log_falling(
                unseen - missing[possible], draws
            )
            told = np.full(len(side), 1e6)
            told[possible] = side[possible] + gain
            after.append(told)
        evidence: Floats = np.logaddexp.reduce(after, axis=0)
        return evidence

    def _missing(self, found: int) -> Floats:
        return np.maximum(self._relevant - found, 1e-9)

    def _stake(self, missing: Floats, reach: float) -> Floats:
        return np.minimum(reach * (1.0 - self._target) * self._relevant / missing, 1.0)


def _log_falling(first: Floats, count: int) -> Floats:
    """Log of first x (first - 1) x ... over `count` factors."""
    return np.array([math.lgamma(one + 1) - math.lgamma(one - count + 1) for one in first])


def _gain(chance: Floats, stake: Floats, hit: bool) -> Floats:
    """Log of what a stake on a miss has become; infinite where a miss was impossible."""
    with np.errstate(divide="ignore"):
        if hit:
            gain: Floats = np.maximum(np.log1p(-stake), -1e3)  # all lost, and still a number
            return gain
        won: Floats = np.log1p(-chance * (1.0 - stake)) - np.log1p(-chance)
    return np.where(chance >= 1.0, 1e6, won)


def most_relevant(
    batches: Sequence[DrawnBatch],
    found: int,
    unseen: int,
    target: float = TARGET,
    confidence: float = CONFIDENCE,
) -> int:
    """The most relevant ones there can be in all; `found` and `unseen` are those of now."""
    numbers = _numbers(found, found + unseen)
    return _most(numbers, log_evidence(batches, numbers, target), found, unseen, confidence)


def log_evidence(batches: Sequence[DrawnBatch], relevant: Floats, target: float) -> Floats:
    """Log of the evidence against each number of relevant ones, `relevant` (r,); returns (r,)."""
    return _gathered(batches, relevant, target).log()


def _gathered(batches: Sequence[DrawnBatch], numbers: Floats, target: float) -> Evidence:
    evidence = Evidence(numbers, target)
    for batch in batches:
        evidence.add(batch)
    return evidence


def _most(numbers: Floats, evidence: Floats, found: int, unseen: int, confidence: float) -> int:
    """The most that can be: up to the number after which the evidence is against all."""
    possible = (numbers >= found) & (numbers <= found + unseen)
    standing = np.flatnonzero(possible & (evidence < -math.log(1.0 - confidence)))
    last = int(standing[-1]) if len(standing) else int(np.searchsorted(numbers, found))
    if last + 1 >= len(numbers):
        return found + unseen
    return max(found, min(found + unseen, math.ceil(float(numbers[last + 1])) - 1))


def _numbers(low: int, high: int) -> Floats:
    """Whole numbers from `low` to `high`, `high` among them: all, or from some size on fewer."""
    near = np.arange(low, min(high, low + EVERY_NUMBER) + 1, dtype=np.float64)
    if near[-1] >= high:
        return near
    steps = int(math.log(high / near[-1]) / math.log(COARSE)) + 1
    far = np.unique(np.ceil(np.geomspace(near[-1], high, steps + 1)))
    return np.concatenate([near, far[far > near[-1]]])


def judge(
    batches: Sequence[DrawnBatch],
    found: int,
    unseen: int,
    target: float = TARGET,
    confidence: float = CONFIDENCE,
) -> StoppingVerdict:
    """Say whether at least `target` of the relevant ones are found, with `confidence`."""
    most = most_relevant(batches, found, unseen, target, confidence)
    recall = found / most if most else 1.0
    stop = unseen == 0 or recall >= target
    left = 0 if stop else _draws_left(batches, found, unseen, target, confidence)
    hits = [hit for batch in batches for hit in batch.hits]
    return StoppingVerdict(
        stop, target, confidence, found, unseen, recall, most, len(hits), sum(hits), left
    )


def _draws_left(
    batches: Sequence[DrawnBatch], found: int, unseen: int, target: float, confidence: float
) -> int:
    """Further random draws, all misses, that would end it; the fewest, by halving."""
    numbers = _numbers(found, found + unseen)
    evidence = _gathered(batches, numbers, target)

    def enough(draws: int) -> bool:
        told = evidence.log_after_misses(unseen, found, draws)
        most = _most(numbers, told, found, unseen - draws, confidence)
        return not most or found >= target * most

    low, high = 1, unseen
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low


def series(
    batches: Sequence[DrawnBatch],
    population: int,
    target: float = TARGET,
    confidence: float = CONFIDENCE,
) -> list[StoppingPoint]:
    """What was certain when each batch but the first was drawn: points of a chart."""
    if not batches:
        return []
    numbers = _numbers(min(batch.found for batch in batches), population)
    evidence, points = Evidence(numbers, target), []
    for before, now in pairwise(batches):
        evidence.add(before)
        most = _most(numbers, evidence.log(), now.found, now.unseen, confidence)
        recall = now.found / most if most else 1.0
        points.append(StoppingPoint(population - now.unseen, now.found, recall))
    return points
