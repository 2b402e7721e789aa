"""Coefficients of agreement over a table of values, with intervals; numbers in, numbers out.

Owns the formulas, with missing values handled as their authors say, and the bootstrap. Which
values are compared is `kb.coding.agreement_units`'.

Sources: Krippendorff (2011), "Computing Krippendorff's alpha-reliability"; Cohen (1960), "A
coefficient of agreement for nominal scales"; Light (1971), "Measures of response agreement for
qualitative data" (kappa of more than two coders: the mean over pairs); Gwet (2008), "Computing
inter-rater reliability and its variance in the presence of high agreement", in the form for
missing values of Gwet (2014), "Handbook of inter-rater reliability", chapter 5.

By hand, since the libraries that exist are under a licence that this project cannot take (GPL) or
bring a second table library along; the tests hold them against their authors' worked examples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Ratings = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

MISSING = -1
DRAWS = 1000  # bootstrap samples: the ends of a 95 % interval settle to about 0.01
SEED = 20170101  # fixed, so that a report can be made again
LEVEL = 0.95
FEWEST_CLUSTERS = 5  # publications judged by two coders from which an interval is given
FEWEST_DEFINED = 0.9  # share of the samples that must have a value for an interval to be given


@dataclass(frozen=True)
class Estimate:
    """A coefficient with its interval; `value` None has a `reason`, so has a missing interval."""

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Agreement:
    """Agreement on one question: `units` were judged by two coders or more."""

    units: int
    coders: int
    percent: Estimate
    alpha: Estimate
    kappa: Estimate
    ac1: Estimate


NOBODY = "no passage was judged by two coders"
NOT_SAID = "nobody said it, so that there is nothing to agree on"
ALL_SAME = "all judgements are the same, so that chance agreement cannot be told from agreement"
FEW_PUBLICATIONS = (
    f"no interval: fewer than {FEWEST_CLUSTERS} publications were judged by two coders"
)
SAMPLES_SAME = "no interval: in too many samples all judgements are the same"
BY_DISTANCE = "sets of factors are compared by their distance, with alpha alone"


def measure(
    ratings: Ratings, categories: int, clusters: Sequence[int], draws: int = DRAWS
) -> Agreement:
    """All coefficients of nominal values.

    `ratings` is units by coders, values 0 .. categories - 1 or MISSING; `clusters` gives each
    unit's publication (a number), which are what the bootstrap draws. Intervals are percentile
    intervals of 95 %.
    """
    counts, groups = _counts(ratings, categories), _groups(clusters)
    judged = counts.sum(axis=1) >= 2
    weights = _weights(groups, judged, draws)
    parts = {
        "percent": _percent_part(counts, groups),
        "alpha": _alpha_part(counts, 1.0 - np.eye(categories), groups),
        "kappa": _kappa_part(ratings, categories, groups),
        "ac1": _ac1_part(counts, groups),
    }
    found = {name: _estimate(part, weights, bool(judged.any())) for name, part in parts.items()}
    coders = int((ratings != MISSING).any(axis=0).sum()) if ratings.size else 0
    return Agreement(int(judged.sum()), coders, **found)


def measure_distances(
    ratings: Ratings, distances: Numbers, clusters: Sequence[int], draws: int = DRAWS
) -> Agreement:
    """Krippendorff's alpha where values lie `distances` (categories by categories) apart.

    Kappa and AC1 are of values that are alike or not, and are left out; `percent` counts alike.
    """
    coders = int((ratings != MISSING).any(axis=0).sum()) if ratings.size else 0
    paired = (ratings != MISSING).sum(axis=1) >= 2  # others say nothing, and sets are many
    every = _groups(clusters)
    groups = replace(every, places=every.places[paired])
    counts = _counts(ratings[paired], len(distances))
    judged = counts.sum(axis=1) >= 2
    weights = _weights(groups, judged, draws)
    percent = _estimate(_percent_part(counts, groups), weights, bool(judged.any()))
    alpha = _estimate(_alpha_part(counts, distances, groups), weights, bool(judged.any()))
    none = Estimate(None, reason=BY_DISTANCE)
    return Agreement(int(judged.sum()), coders, percent, alpha, none, none)


@dataclass(frozen=True)
class _Groups:
    """The units' publications: each unit's place among them, and how many there are."""

    places: Ratings
    size: int

    def sums(self, given: Numbers) -> Numbers:
        """Sums of what units give (units by features), by publication."""
        found = np.zeros((self.size, given.shape[1]))
        np.add.at(found, self.places, given)
        return found


@dataclass(frozen=True)
class _Part:
    """What each publication gives to a coefficient (publications by features), and what it is of.

    `of` takes sums (samples by features) and gives a value a sample, NaN where there is none.
    """

    given: Numbers
    of: Callable[[Numbers], Numbers]


def _groups(clusters: Sequence[int]) -> _Groups:
    names, places = np.unique(np.asarray(clusters, dtype=np.int64), return_inverse=True)
    return _Groups(places, len(names))


def _counts(ratings: Ratings, categories: int) -> Numbers:
    """Units by categories: how many coders gave each value."""
    found = [(ratings == value).sum(axis=1) for value in range(categories)]
    return np.stack(found, axis=1).astype(np.float64)


def _percent_units(counts: Numbers) -> Numbers:
    """For each unit the share of agreeing pairs of its coders, and whether it has a pair."""
    coders = counts.sum(axis=1)
    pairs = np.maximum(coders * (coders - 1), 1)
    agreeing = (counts * (counts - 1)).sum(axis=1) / pairs
    return np.stack([agreeing, coders >= 2], axis=1).astype(np.float64)


def _percent_part(counts: Numbers, groups: _Groups) -> _Part:
    """Share of agreeing pairs of coders, averaged over the units that have a pair."""
    given = groups.sums(_percent_units(counts))
    return _Part(given, lambda sums: _divide(sums[:, 0], sums[:, 1]))


def _alpha_part(counts: Numbers, distances: Numbers, groups: _Groups) -> _Part:
    """Observed distance within units over the distance expected by chance (Krippendorff 2011)."""
    pairable = np.where(counts.sum(axis=1, keepdims=True) >= 2, counts, 0.0)
    others = np.maximum(pairable.sum(axis=1) - 1, 1)
    apart = ((pairable @ distances) * pairable).sum(axis=1) / others

    def of(sums: Numbers) -> Numbers:
        totals = sums[:, 1:]
        expected = ((totals @ distances) * totals).sum(axis=1)
        return 1.0 - _divide(sums[:, 0] * (totals.sum(axis=1) - 1), expected)

    return _Part(groups.sums(np.concatenate([apart[:, None], pairable], axis=1)), of)


def _kappa_part(ratings: Ratings, categories: int, groups: _Groups) -> _Part:
    """Kappa of each pair of coders over what both judged, averaged over pairs."""
    pairs = list(combinations(range(ratings.shape[1]), 2))
    given = np.zeros((groups.size, len(pairs), categories * categories))
    for number, (one, other) in enumerate(pairs):
        both = np.flatnonzero((ratings[:, one] != MISSING) & (ratings[:, other] != MISSING))
        cells = ratings[both, one] * categories + ratings[both, other]
        np.add.at(given[:, number], (groups.places[both], cells), 1.0)

    def of(sums: Numbers) -> Numbers:
        tables = sums.reshape(len(sums), len(pairs), categories, categories)
        total = tables.sum(axis=(2, 3))
        observed = _divide(np.trace(tables, axis1=2, axis2=3), total)
        by_chance = (tables.sum(axis=3) * tables.sum(axis=2)).sum(axis=2)
        expected = _divide(by_chance, total**2)
        return _mean_defined(_divide(observed - expected, 1.0 - expected))

    return _Part(given.reshape(groups.size, len(pairs) * categories * categories), of)


def _ac1_part(counts: Numbers, groups: _Groups) -> _Part:
    """Gwet's AC1: chance agreement from how often values are given, by all who judged a unit."""
    coders = counts.sum(axis=1)
    shares = counts / np.maximum(coders, 1)[:, None]
    given = [_percent_units(counts), (coders >= 1)[:, None], shares]
    categories = counts.shape[1]

    def of(sums: Numbers) -> Numbers:
        observed = _divide(sums[:, 0], sums[:, 1])
        usual = _divide(sums[:, 3:], sums[:, 2:3])
        expected = (usual * (1.0 - usual)).sum(axis=1) / max(categories - 1, 1)
        return _divide(observed - expected, 1.0 - expected)

    return _Part(groups.sums(np.concatenate(given, axis=1)), of)


def _divide(over: Numbers, under: Numbers) -> Numbers:
    """Quotients, NaN where there is nothing to divide by (a billionth is rounding, not more)."""
    result: Numbers = np.full(np.broadcast(over, under).shape, np.nan)
    np.divide(over, under, out=result, where=np.abs(under) > 1e-9)
    return result


def _mean_defined(values: Numbers) -> Numbers:
    """The mean of each row's defined values, NaN where a row has none."""
    defined = ~np.isnan(values)
    return _divide(np.where(defined, values, 0.0).sum(axis=1), defined.sum(axis=1).astype(float))


def _weights(groups: _Groups, judged: Flags, draws: int) -> Numbers:
    """Samples by publications: how often each is drawn, with replacement.

    None are drawn where too few publications hold a unit that two coders judged: however many
    others there are, they say nothing of how far agreement varies.
    """
    size = groups.size
    if len(np.unique(groups.places[judged])) < FEWEST_CLUSTERS:
        return np.zeros((0, size))
    drawn = np.random.default_rng(SEED).multinomial(size, np.full(size, 1.0 / size), size=draws)
    return drawn.astype(np.float64)


def _estimate(part: _Part, weights: Numbers, judged: bool) -> Estimate:
    if not judged:
        return Estimate(None, reason=NOBODY)
    value = float(part.of(part.given.sum(axis=0, keepdims=True))[0])
    if np.isnan(value):
        return Estimate(None, reason=ALL_SAME)
    if not len(weights):
        return Estimate(value, reason=FEW_PUBLICATIONS)
    drawn = part.of(weights @ part.given)
    defined = drawn[~np.isnan(drawn)]
    if len(defined) < FEWEST_DEFINED * len(drawn):
        return Estimate(value, reason=SAMPLES_SAME)
    tail = (1.0 - LEVEL) / 2
    low, high = np.quantile(defined, [tail, 1.0 - tail])
    return Estimate(value, float(low), float(high))
