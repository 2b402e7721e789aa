"""Fitting: kernel ridge regression on all heads, and its exact leave-one-publication-out scores.

Owns the kernels, the three heads' make-up (how much each kind of feature counts, measured in
docs/model-card.md) and folding the solution into a `Scorer`. Reading training data is left to
`training_data`, thresholds to `calibration`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.machine_coding.features import DIRECTION_WORDS, Features, Floats, Grams
from pipeline.machine_coding.ngrams import BUCKETS
from pipeline.machine_coding.scorer import Scorer, to_int8

Matrix = NDArray[np.float64]
Words = NDArray[np.str_]

COMMON_GRAM = 150
"""N-grams in more texts than this go through one matrix product, rarer ones pair by pair."""

WEAK_HEADING = 0.12
"""N-grams of headings and titles below this share of the strongest are left out of what is
shipped: half of them, with a sixth of the weight."""

FACTOR_SHARE = 0.2
"""How much sharing the factor counts between two codings' directions."""

STARTER = "starter"
"""The kind of text whose level a score is given at: real passages, not exemplars."""


@dataclass(frozen=True)
class Head:
    """How one group of targets is fitted: what each kind of feature counts.

    A likeness of vectors is exp(`width` * (cosine - 1)): with 2 a text with a cosine of 0.65 counts
    half, with 4 one of 0.83. `own_kind` is the extra weight of likeness among texts of one kind
    (real passages, and each kind of exemplars), `plain` the weight of plain texts; `ridge` is the
    regularisation.
    """

    dense: float
    section: float
    title: float = 0.0
    cues: float = 0.0
    direction_words: float = 0.0
    definitions: float = 0.0
    width: float = 2.0
    plain: float = 1.0
    own_kind: float = 0.0
    ridge: float = 1.0

    def small_scales(self, factors: int) -> Floats:
        """Return the weight of each column of `Features.small`, (s,)."""
        cues, words = [self.cues] * factors, [self.direction_words] * (2 * len(DIRECTION_WORDS))
        return np.array([*cues, *words, *[self.definitions] * factors], np.float32)


FACTOR_HEAD = Head(dense=2.5, section=0.5, cues=0.1, definitions=0.05, width=4.0, plain=0.25)
DIRECTION_HEAD = Head(dense=2.0, section=0.0, direction_words=0.15, own_kind=1.0, ridge=1.5)
LABEL_HEAD = Head(dense=2.0, section=0.0, title=0.3, ridge=1.0)


@dataclass(frozen=True)
class Rows:
    """What a head is fitted on: row i is text `text[i]`, of `kind[i]`, in `group[i]` ("" if none).

    `targets` (m, t) is 0/1; `factor` (m, factors) is one-hot for directions, else empty; `plain`
    (m,) are texts plainer than real ones.
    """

    text: NDArray[np.int64]
    kind: Words
    group: Words
    targets: Matrix
    factor: Matrix
    plain: NDArray[np.bool_]

    def ridge(self, head: Head) -> Matrix:
        """Return the regularisation of each row, (m,): the more, the less it counts."""
        found: Matrix = head.ridge / np.where(self.plain, head.plain, 1.0)
        return found


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
    """Likeness of all training texts to one another, by kind of feature; computed once.

    In single precision: with six thousand texts each of the four takes 150 MB.
    """

    def __init__(self, features: Features) -> None:
        self.features = features
        self._apart: Floats = features.dense @ features.dense.T - 1
        self._text = gram_kernel(features.text)

    @cached_property
    def _section(self) -> Floats:
        return gram_kernel(self.features.section)

    @cached_property
    def _title(self) -> Floats:
        return gram_kernel(self.features.title)

    def mix(self, head: Head, texts: NDArray[np.int64]) -> Matrix:
        """Return the (m, m) kernel of `texts` with themselves."""
        places = np.ix_(texts, texts)
        mixed: Matrix = self._apart[places].astype(np.float64)
        mixed *= head.width
        np.exp(mixed, out=mixed)
        mixed *= head.dense
        mixed += self._text[places]
        if head.section:
            mixed += head.section * self._section[places]
        if head.title:
            mixed += head.title * self._title[places]
        small = _scale_small(self.features, head)[texts]
        mixed += small @ small.T
        return mixed


class Likeness:
    """Likeness of some new texts, k of them, to n known ones, by kind of feature."""

    def __init__(self, new: Features, known: Features) -> None:
        self._new, self._known = new, known
        self._apart: Floats = new.dense @ known.dense.T - 1
        self._text = gram_likeness(new.text, known.text)
        self._section = gram_likeness(new.section, known.section)
        self._title = gram_likeness(new.title, known.title)

    def mix(self, head: Head) -> Matrix:
        """Return the (k, n) kernel of the new texts with the known ones."""
        alike = np.exp(np.float32(head.width) * self._apart)
        mixed: Matrix = head.dense * alike.astype(np.float64) + self._text
        mixed += head.section * self._section + head.title * self._title
        mixed += _scale_small(self._new, head) @ _scale_small(self._known, head).T
        return mixed

    def score(self, fitted: Fitted, groups: Words) -> Matrix:
        """Return the new texts' scores (k, t), each without the publication in `groups` (k,)."""
        mixed = self.mix(fitted.head)
        scores = np.zeros((len(groups), len(fitted.bias)))
        for group in np.unique(groups):
            own = groups == group
            # A publication without codings has no row among the directions: none to leave out.
            solution = fitted.without.get(str(group), fitted)
            scores[own] = mixed[own] @ solution.coefficients + solution.bias
        return scores


def _scale_small(features: Features, head: Head) -> Matrix:
    factors = (features.small.shape[1] - 2 * len(DIRECTION_WORDS)) // 2
    found: Matrix = (features.small * np.sqrt(head.small_scales(factors))).astype(np.float64)
    return found


def gram_likeness(new: Sequence[Grams], known: Sequence[Grams]) -> Floats:
    """Return (k, n) inner products of new sparse texts with known ones."""
    rows = np.concatenate([np.full(len(t.buckets), i) for i, t in enumerate(known)]).astype(int)
    buckets = np.concatenate([text.buckets for text in known])
    weights = np.concatenate([text.weights for text in known])
    order = np.argsort(buckets, kind="stable")
    rows, weights = rows[order], weights[order]
    starts = np.searchsorted(buckets[order], np.arange(BUCKETS + 1))
    found = np.zeros((len(new), len(known)), np.float32)
    for row, text in enumerate(new):
        for bucket, weight in zip(text.buckets, text.weights, strict=True):
            part = slice(starts[bucket], starts[bucket + 1])
            found[row, rows[part]] += weight * weights[part]
    return found


def gram_kernel(texts: Sequence[Grams]) -> Floats:
    """Return (n, n) inner products of sparse texts."""
    rows = np.concatenate([np.full(len(t.buckets), i) for i, t in enumerate(texts)])
    buckets = np.concatenate([text.buckets for text in texts])
    weights = np.concatenate([text.weights for text in texts])
    order = np.argsort(buckets, kind="stable")
    rows, buckets, weights = rows[order].astype(np.int64), buckets[order], weights[order]
    names, starts, counts = np.unique(buckets, return_index=True, return_counts=True)
    total = np.zeros((len(texts), len(texts)), np.float32)
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
    kernel[np.diag_indices_from(kernel)] += rows.ridge(head)
    in_groups = np.flatnonzero(rows.group != "")
    units = np.zeros((len(kernel), len(in_groups)))
    units[in_groups, np.arange(len(in_groups))] = 1.0
    # Of the inverse only the columns of rows that are left out are needed.
    solved = np.linalg.solve(kernel, np.hstack([rows.targets, units]))
    solution, inverse = np.hsplit(solved, [rows.targets.shape[1]])
    whole = _spread(solution, head, rows, len(kernels.features))
    left_out = np.full(rows.targets.shape, np.nan)
    without: dict[str, Solution] = {}
    for group in np.unique(rows.group[in_groups]):
        # Exact, by the block inverse, not by refits.
        own = np.flatnonzero(rows.group == group)
        columns = inverse[:, rows.group[in_groups] == group]
        residual = np.linalg.solve(columns[own], solution[own])
        left_out[own] = rows.targets[own] - residual
        rest = solution - columns @ residual
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
    own[np.diag_indices_from(own)] += rows.ridge(head)[known]
    found: Matrix = kernel[np.ix_(held, known)] @ np.linalg.solve(own, rows.targets[known])
    return found


def _row_kernel(kernels: Kernels, head: Head, rows: Rows) -> Matrix:
    same = rows.kind[:, None] == rows.kind[None, :]
    kernel = kernels.mix(head, rows.text)  # changed in place: it is the largest thing in memory
    if head.own_kind:
        kernel *= 1 + head.own_kind * same
    kernel += same
    if rows.factor.shape[1]:
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
    titles = np.hstack([one.coefficients * one.head.title for one in fitted])
    by_section = _sum_grams(features.section, sections)
    by_title = _sum_grams(features.title, titles)[:, ::-1]
    named = _only_strong(by_title)
    small = [
        one.head.small_scales(factors)[:, None] * (features.small.T @ one.coefficients)
        for one in fitted
    ]
    dense = np.hstack([one.coefficients * one.head.dense for one in fitted])
    widths = [one.head.width for one in fitted for _ in one.bias]
    return Scorer(
        support,
        support_step,
        dense.astype(np.float16),
        np.array(widths, np.float32),
        grams,
        steps,
        *_only_strong(by_section),
        named[0],
        named[1][:, ::-1],
        np.hstack(small).astype(np.float32),
        np.concatenate([one.bias for one in fitted]).astype(np.float32),
    )


def _only_strong(weights: Floats) -> tuple[NDArray[np.int32], NDArray[np.float16]]:
    """Return the buckets worth keeping (k,), and their weights in the leading columns used."""
    used = weights[:, : _last_used(weights)]
    largest = np.abs(used).max(axis=1, initial=0.0)
    kept = np.flatnonzero(largest > WEAK_HEADING * largest.max())
    return kept.astype(np.int32), used[kept].astype(np.float16)


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
        plain=rows.plain[keep],
    )
