"""From scores to probabilities and to what is shown.

Owns Platt scaling, the choice of thresholds and the expected calibration error. Everything takes
scores of texts whose publication was left out of the fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]

NEWTON_STEPS = 60
"""Steps after which two-parameter logistic regression has long converged."""

LONGEST_STEP = 2.0
"""Of either parameter: labels that a score parts cleanly would else send Newton's method astray."""

PRIOR = 1e-3
"""Weight on a small slope: keeps a rare code without separation from a steep curve."""

PULL = 1.0
"""Weight, in codings, of leaving the curve as it is when it is fitted again above thresholds."""

LEAST_TIMES = 0.05
"""The second curve never turns the order around."""

SMALLEST = 1e-9
"""Probabilities are kept this far from 0 and 1 where their logarithm is taken."""

SLACK = 1e-9
"""Share by which a moved threshold is lowered: what stood on it must not fall by rounding."""

CALIBRATION_BINS = 10

NEAR_BEST = 0.99
"""A target's threshold may expect this share of the best F1: the best is flat, and the lower side
of it finds more (macro F1 0.466 against 0.456, Icelandic 0.34 against 0.25, at less precision)."""

SHOWN_PRECISION = 0.62
"""Share of what is shown that should be right: a little above the 0.60 that is promised, since
what is reached on other publications is a little less."""


@dataclass(frozen=True)
class Calibration:
    """Per target: probability = 1 / (1 + exp(-(slope * score + offset))).

    From `threshold` F1 is best; from `shown`, never lower, a reader sees it.
    """

    slope: Matrix
    offset: Matrix
    threshold: Matrix
    shown: Matrix

    def probability(self, scores: NDArray[np.floating]) -> Matrix:
        """Return (n, t) probabilities of (n, t) scores."""
        return _logistic(scores * self.slope + self.offset)


def calibrate(scores: Matrix, truth: Matrix, *, shared_threshold: bool = False) -> Calibration:
    """Fit Platt scaling and a threshold for each target on (n, t) `scores` and 0/1 `truth`.

    Thresholds expect the best F1 from the probabilities themselves, which is steadier than
    counting on few labels; `shared_threshold` takes the one with the best F1 over all targets.
    What is shown is what is probable enough for SHOWN_PRECISION over all targets together; with
    `shared_threshold`, for labels that need no more, all that is above the threshold.
    """
    slope, offset = _fit_platt(scores, truth)
    rough = Calibration(slope, offset, np.zeros_like(slope), np.zeros_like(slope))
    chance = rough.probability(scores)
    if shared_threshold:
        threshold = np.full(len(slope), _best_threshold(chance.ravel()))
        return Calibration(slope, offset, threshold, threshold)
    threshold = np.array([_best_threshold(chance[:, t], NEAR_BEST) for t in range(scores.shape[1])])
    slope, offset, threshold = _steady(rough, threshold, chance, truth)
    chance = Calibration(slope, offset, threshold, threshold).probability(scores)
    above = chance >= threshold
    sure = _sure_from(chance[above], truth[above])
    return Calibration(slope, offset, threshold, np.maximum(threshold, sure))


def _steady(
    rough: Calibration, threshold: Matrix, chance: Matrix, truth: Matrix
) -> tuple[Matrix, Matrix, Matrix]:
    """Return slope, offset and threshold (t,) that fit what is above the threshold better.

    Most (n, t) statements are plainly false and shape the first curve; a second one over the rest
    takes back what it says too surely. The order, and what is above the threshold, stay.
    """
    above = chance >= threshold
    times, shift = _fit_line(_logit(chance[above]), truth[above], np.array([1.0, 0.0]), PULL)
    times = max(times, LEAST_TIMES)
    moved = _logistic(times * _logit(threshold) + shift) * (1 - SLACK)
    return times * rough.slope, times * rough.offset + shift, moved


def _sure_from(chance: Matrix, truth: Matrix) -> float:
    """Return the probability from which SHOWN_PRECISION of (n,) statements are right.

    Half by counting, half by what the probabilities expect: steadier than either alone.
    """
    order = np.argsort(-chance, kind="stable")
    right = (np.cumsum(truth[order]) + np.cumsum(chance[order])) / 2
    enough = np.flatnonzero(right / np.arange(1, len(order) + 1) >= SHOWN_PRECISION)
    return float(chance[order[enough[-1]]]) if len(enough) else 1.0


def _fit_platt(scores: Matrix, truth: Matrix) -> tuple[Matrix, Matrix]:
    """Return (slope, offset), each (t,), with Platt's smoothed targets.

    All targets share the slope of their standardised scores, and each has its own offset: with
    14 to 69 positives a slope of its own is much a matter of chance (calibration error of what is
    shown 0.100 with, 0.081 without).
    """
    mean, spread = scores.mean(axis=0), scores.std(axis=0) + 1e-9
    level = (scores - mean) / spread
    wanted = np.stack([_smooth(truth[:, t]) for t in range(truth.shape[1])], axis=1)
    slope = _fit_slope(level.ravel(), _smooth(truth.ravel()))
    offset = _fit_offsets(level * slope, wanted)
    return slope / spread, offset - slope * mean / spread


def _smooth(truth: Matrix) -> Matrix:
    """Return Platt's targets of 0/1 `truth` (n,): a little inside 0 and 1."""
    positives = truth.sum()
    high, low = (positives + 1) / (positives + 2), 1 / (len(truth) - positives + 2)
    wanted: Matrix = np.where(truth > 0, high, low)
    return wanted


def _fit_slope(scores: Matrix, wanted: Matrix) -> float:
    """Return the slope of logistic regression of (n,) on (n,), never below 0."""
    return max(_fit_line(scores, wanted, np.zeros(2), PRIOR)[0], 0.0)


def _fit_line(scores: Matrix, wanted: Matrix, prior: Matrix, weight: float) -> tuple[float, float]:
    """Return (slope, offset) of logistic regression, drawn to `prior` with this weight."""
    design = np.stack([scores, np.ones_like(scores)], axis=1)
    line = np.array([1.0, 0.0])
    for _ in range(NEWTON_STEPS):
        chance = _logistic(design @ line)
        gradient = design.T @ (chance - wanted) + weight * (line - prior)
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + weight * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        line = line - step * min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), 1e-9))
    return float(line[0]), float(line[1])


def _logit(chance: Matrix) -> Matrix:
    inside = np.clip(chance, SMALLEST, 1 - SMALLEST)
    found: Matrix = np.log(inside / (1 - inside))
    return found


def _fit_offsets(leaning: Matrix, wanted: Matrix) -> Matrix:
    """Return the offset (t,) that gives each target as much probability as is wanted (n, t)."""
    offset = np.zeros(leaning.shape[1])
    for _ in range(NEWTON_STEPS):
        chance = _logistic(leaning + offset)
        gradient = (chance - wanted).sum(axis=0)
        curvature = (chance * (1 - chance)).sum(axis=0) + PRIOR
        offset = offset - np.clip(gradient / curvature, -LONGEST_STEP, LONGEST_STEP)
    return offset


def _logistic(values: Matrix) -> Matrix:
    found: Matrix = 1 / (1 + np.exp(-np.clip(values, -30, 30)))
    return found


def _best_threshold(chance: Matrix, near: float = 1.0) -> float:
    """Return the lowest probability from which the expected F1 is `near` that of the best."""
    ranked = np.sort(chance)[::-1]
    hits = np.cumsum(ranked)
    expected = 2 * hits / (np.arange(1, len(ranked) + 1) + ranked.sum())
    expected[:-1][ranked[1:] == ranked[:-1]] = 0.0  # equal ones are shown together or not at all
    return float(ranked[np.flatnonzero(expected >= near * expected.max())[-1]])


def calibration_error(chance: Matrix, truth: Matrix) -> float:
    """Return the expected calibration error of (n,) probabilities, in bins of equal mass."""
    order = np.argsort(chance, kind="stable")
    parts = [p for p in np.array_split(order, CALIBRATION_BINS) if len(p)]
    gaps = [abs(float(chance[p].mean() - truth[p].mean())) * len(p) for p in parts]
    return sum(gaps) / max(len(chance), 1)


@dataclass(frozen=True)
class Counts:
    """Hits, false alarms and misses by target, each (t,)."""

    hits: Matrix
    false: Matrix
    missed: Matrix

    @property
    def f1(self) -> Matrix:
        """F1 by target (t,); 0 where nothing was there and nothing was said."""
        found: Matrix = 2 * self.hits / np.maximum(2 * self.hits + self.false + self.missed, 1)
        return found

    @property
    def micro(self) -> tuple[float, float, float]:
        """(precision, recall, F1) over all targets together."""
        hits, said = float(self.hits.sum()), float((self.hits + self.false).sum())
        there = float((self.hits + self.missed).sum())
        return (
            hits / said if said else 0.0,
            hits / there if there else 0.0,
            2 * hits / (said + there) if said + there else 0.0,
        )


def count(shown: Flags, truth: Matrix) -> Counts:
    """Return the counts of (n, t) decisions against 0/1 truth."""
    there = truth > 0
    return Counts(
        (shown & there).sum(axis=0).astype(np.float64),
        (shown & ~there).sum(axis=0).astype(np.float64),
        (~shown & there).sum(axis=0).astype(np.float64),
    )
