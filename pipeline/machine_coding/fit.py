"""Fitting: kernel ridge regression on all heads, and its exact leave-one-publication-out scores.

Owns the kernels, the three heads' make-up (how much each kind of feature counts, measured in
docs/model-card.md) and folding the solution into a `Scorer`. Reading training data is left to
`training_data`, thresholds to `calibration`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.machine_coding.features import DIRECTION_WORDS, Features, Floats, Grams
from pipeline.machine_coding.ngrams import BUCKETS
from pipeline.machine_coding.scorer import WIDTH, Scorer, to_int8

Matrix = NDArray[np.float64]
Words = NDArray[np.str_]

COMMON_GRAM = 150
"""N-grams in more texts than this go through one matrix product, rarer ones pair by pair."""

WEAK_HEADING = 0.12
"""Heading n-grams below this share of the strongest are left out of what is shipped: half of
them, with a sixth of the weight."""

FACTOR_SHARE = 0.2
"""How much sharing the factor counts between two codings' directions."""

STARTER = "starter"
"""The kind of text whose level a score is given at: real passages, not exemplars."""


@dataclass(frozen=True)
class Head:
    """How one group of targets is fitted: what each kind of feature counts.

    `own_kind` is the extra weight of likeness among texts of one kind (real passages, exemplar
    sentences, exemplar passages); `ridge` is the regularisation.
    """

    dense: float
    section: float
    cues: float = 0.0
    direction_words: float = 0.0
    definitions: float = 0.0
    own_kind: float = 0.0
    ridge: float = 1.0

    def small_scales(self, factors: int) -> Floats:
        """Return the weight of each column of `Features.small`, (s,)."""
        cues, words = [self.cues] * factors, [self.direction_words] * (2 * len(DIRECTION_WORDS))
        return np.array([*cues, *words, *[self.definitions] * factors], np.float32)


FACTOR_HEAD = Head(dense=1.5, section=0.3, cues=0.1, definitions=0.05)
DIRECTION_HEAD = Head(dense=2.0, section=0.0, direction_words=0.15, own_kind=1.0, ridge=1.5)
LABEL_HEAD = Head(dense=2.0, section=0.0, ridge=0.5)


@dataclass(frozen=True)
class Rows:
    """What a head is fitted on: row i is text `text[i]`, of `kind[i]`, in `group[i]` ("" if none).

    `targets` (m, t) is 0/1; `factor` (m, factors) is one-hot for directions, else empty.
    """

    text: NDArray[np.int64]
    kind: Words
    group: Words
    targets: Matrix
    factor: Matrix


@dataclass(frozen=True)
class Solution:
    """What each training text (n, t), being a real passage (t,) and a factor (f, t) adds."""

    coefficients: Matrix
    bias: Matrix
    factor_offsets: Matrix


@dataclass(frozen=True)
class Fitted:
    """A head's solution, and its scores of each row when its publication was left out, (m, t).

    Rows without a publication have NaN there. `without` has the solution without each publication.
    """

    head: Head
    coefficients: Matrix
    bias: Matrix
    factor_offsets: Matrix
    left_out: Matrix
    without: Mapping[str, Solution] = field(default_factory=dict)


class Kernels:
    """Likeness of all training texts to one another, by kind of feature; computed once."""

    def __init__(self, features: Features) -> None:
        self.features = features
        dense = features.dense.astype(np.float64)
        self._dense: Matrix = np.exp(WIDTH * (dense @ dense.T - 1))
        self._text = gram_kernel(features.text)
        self._section = gram_kernel(features.section)

    def mix(
        self, head: Head, texts: NDArray[np.int64], others: NDArray[np.int64] | None = None
    ) -> Matrix:
        """Return the (m, k) kernel of `texts` with `others` (with themselves if not given)."""
        others = texts if others is None else others
        factors = (self.features.small.shape[1] - 2 * len(DIRECTION_WORDS)) // 2
        scales = np.sqrt(head.small_scales(factors))
        scaled = (self.features.small[texts] * scales).astype(np.float64)
        places = np.ix_(texts, others)
        mixed = head.dense * self._dense[places] + self._text[places]
        mixed += head.section * self._section[places]
        mixed += scaled @ (self.features.small[others] * scales).T
        return mixed


def gram_kernel(texts: Sequence[Grams]) -> Matrix:
    """Return (n, n) inner products of sparse texts."""
    rows = np.concatenate([np.full(len(t.buckets), i) for i, t in enumerate(texts)])
    buckets = np.concatenate([text.buckets for text in texts])
    weights = np.concatenate([text.weights for text in texts]).astype(np.float64)
    order = np.argsort(buckets, kind="stable")
    rows, buckets, weights = rows[order].astype(np.int64), buckets[order], weights[order]
    names, starts, counts = np.unique(buckets, return_index=True, return_counts=True)
    total = np.zeros((len(texts), len(texts)))
    common = names[counts > COMMON_GRAM]
    is_common = np.isin(buckets, common)
    table = np.zeros((len(texts), len(common)), np.float32)
    table[rows[is_common], np.searchsorted(common, buckets[is_common])] = weights[is_common]
    total += table @ table.T
    for start, count in zip(starts, counts, strict=True):
        if 0 < count <= COMMON_GRAM:
            part = slice(start, start + count)
            total[np.ix_(rows[part], rows[part])] += np.outer(weights[part], weights[part])
    return total


def fit_head(kernels: Kernels, head: Head, rows: Rows) -> Fitted:
    """Solve one head, and score each publication's rows as if it had not been there."""
    kernel = _row_kernel(kernels, head, rows)
    kernel[np.diag_indices_from(kernel)] += head.ridge
    inverse = np.linalg.inv(kernel)
    solution: Matrix = inverse @ rows.targets
    whole = _spread(solution, head, rows, len(kernels.features))
    left_out = np.full(rows.targets.shape, np.nan)
    without: dict[str, Solution] = {}
    for group in np.unique(rows.group[rows.group != ""]):
        # Exact, by the block inverse, not by refits.
        own = np.flatnonzero(rows.group == group)
        residual = np.linalg.solve(inverse[np.ix_(own, own)], solution[own])
        left_out[own] = rows.targets[own] - residual
        rest = solution - inverse[:, own] @ residual
        rest[own] = 0.0
        without[str(group)] = _spread(rest, head, rows, len(kernels.features))
    return Fitted(head, whole.coefficients, whole.bias, whole.factor_offsets, left_out, without)


def score_held(
    kernels: Kernels,
    head: Head,
    rows: Rows,
    known: NDArray[np.bool_],
    held: NDArray[np.bool_],
) -> Matrix:
    """Return the scores (h, t) of the rows in `held` (m,) by what the rows in `known` teach."""
    kernel = _row_kernel(kernels, head, rows)
    own = kernel[np.ix_(known, known)]
    own[np.diag_indices_from(own)] += head.ridge
    found: Matrix = kernel[np.ix_(held, known)] @ np.linalg.solve(own, rows.targets[known])
    return found


def _row_kernel(kernels: Kernels, head: Head, rows: Rows) -> Matrix:
    same = (rows.kind[:, None] == rows.kind[None, :]).astype(np.float64)
    kernel: Matrix = kernels.mix(head, rows.text) * (1 + head.own_kind * same) + same
    kernel += FACTOR_SHARE * rows.factor @ rows.factor.T
    return kernel


def _spread(solution: Matrix, head: Head, rows: Rows, texts: int) -> Solution:
    """Return what each of `texts` texts adds, from what each row adds, (m, t)."""
    starter = rows.kind == STARTER
    coefficients = np.zeros((texts, solution.shape[1]))
    np.add.at(coefficients, rows.text, solution * (1 + head.own_kind * starter)[:, None])
    return Solution(
        coefficients, solution[starter].sum(axis=0), FACTOR_SHARE * rows.factor.T @ solution
    )


def fold_in(features: Features, fitted: Sequence[Fitted]) -> Scorer:
    """Return one scorer for all heads' targets, in order, in the compact form."""
    factors = (features.small.shape[1] - 2 * len(DIRECTION_WORDS)) // 2
    every = np.hstack([one.coefficients for one in fitted])
    support, support_step = to_int8(features.dense, None)
    grams, steps = to_int8(_sum_grams(features.text, every), 0)
    sections = np.hstack([one.coefficients * one.head.section for one in fitted])
    by_bucket = _sum_grams(features.section, sections)
    by_bucket = by_bucket[:, : _last_used(by_bucket)]
    largest = np.abs(by_bucket).max(axis=1, initial=0.0)
    used = np.flatnonzero(largest > WEAK_HEADING * largest.max())
    small = [
        one.head.small_scales(factors)[:, None] * (features.small.T @ one.coefficients)
        for one in fitted
    ]
    dense = np.hstack([one.coefficients * one.head.dense for one in fitted])
    return Scorer(
        support,
        support_step,
        dense.astype(np.float16),
        grams,
        steps,
        used.astype(np.int32),
        by_bucket[used].astype(np.float16),
        np.hstack(small).astype(np.float32),
        np.concatenate([one.bias for one in fitted]).astype(np.float32),
    )


def _last_used(weights: Floats) -> int:
    """Return how many leading columns hold all that is not zero."""
    return int(np.flatnonzero(np.abs(weights).max(axis=0)).max(initial=-1)) + 1


def _sum_grams(texts: Sequence[Grams], coefficients: Matrix) -> Floats:
    total = np.zeros((BUCKETS, coefficients.shape[1]), np.float32)
    for text, share in zip(texts, coefficients.astype(np.float32), strict=True):
        total[text.buckets] += np.outer(text.weights, share)
    return total


def only_texts(rows: Rows, keep: NDArray[np.bool_]) -> Rows:
    """Return the rows where `keep` (m,) is true."""
    return replace(
        rows,
        text=rows.text[keep],
        kind=rows.kind[keep],
        group=rows.group[keep],
        targets=rows.targets[keep],
        factor=rows.factor[keep],
    )
