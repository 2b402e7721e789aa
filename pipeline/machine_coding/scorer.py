"""The coder's numbers: from features to one score a target, in plain numpy.

Owns the compact form that is shipped (vectors and n-gram weights as int8, the rest float16 or
float32). Fitting is left to `fit`; what a score means is left to `calibration`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.machine_coding.features import Features, Floats, Grams

CHUNK = 1024
"""Texts scored at a time: keeps likenesses to all training texts under 20 MB."""

INT8_MOST = 127


@dataclass(frozen=True)
class Scorer:
    """What each training text, n-gram and small feature adds to each of T targets.

    `support` (N, d) int8 are training texts' vectors, each times `support_step`;
    `support_weights` (N, T) belong to likenesses exp(width * (cosine - 1)), `widths` (T,).
    `gram_weights` (buckets, T) are int8, times `gram_steps` (T,). `section_weights` (k, f) belong
    to `section_buckets` (k,), ascending, and the first f targets, `title_weights` and
    `title_buckets` likewise to the last ones; `small_weights` (s, T); `bias` (T,).
    """

    support: NDArray[np.int8]
    support_step: Floats
    support_weights: NDArray[np.float16]
    widths: Floats
    gram_weights: NDArray[np.int8]
    gram_steps: Floats
    section_buckets: NDArray[np.int32]
    section_weights: NDArray[np.float16]
    title_buckets: NDArray[np.int32]
    title_weights: NDArray[np.float16]
    small_weights: Floats
    bias: Floats

    def score(self, features: Features) -> Floats:
        """Return (n, T) scores: about 1 where a target was labelled, 0 where not."""
        scores = features.small @ self.small_weights + self.bias
        support = (self.support.astype(np.float32) * self.support_step).T
        weights = self.support_weights.astype(np.float32)
        for start in range(0, len(features), CHUNK):
            part = slice(start, start + CHUNK)
            apart = features.dense[part] @ support - 1
            for width in np.unique(self.widths):
                own = self.widths == width
                scores[part, own] += np.exp(width * apart) @ weights[:, own]
        first, last = self.section_weights.shape[1], self.title_weights.shape[1]
        every = zip(features.text, features.section, features.title, strict=True)
        for row, (text, section, title) in enumerate(every):
            scores[row] += self.score_grams(text)
            if len(section.buckets):
                scores[row, :first] += _add_up(section, self.section_buckets, self.section_weights)
            if len(title.buckets) and last:
                scores[row, -last:] += _add_up(title, self.title_buckets, self.title_weights)
        return scores.astype(np.float32)

    def score_grams(self, grams: Grams) -> Floats:
        """Return (T,): what a text's n-grams add; linear, so a sentence shows its share."""
        found: Floats = grams.weights @ self.gram_weights[grams.buckets].astype(np.float32)
        return found * self.gram_steps


def _add_up(
    grams: Grams, buckets: NDArray[np.int32], weights: NDArray[np.float16]
) -> NDArray[np.float32]:
    """Return what `grams` add, (f,), by the `weights` (k, f) of `buckets` (k,)."""
    if not len(buckets):
        return np.zeros(weights.shape[1], np.float32)
    places = np.minimum(np.searchsorted(buckets, grams.buckets), len(buckets) - 1)
    known = buckets[places] == grams.buckets
    found: Floats = grams.weights[known] @ weights[places[known]].astype(np.float32)
    return found


def to_int8(values: Floats, axis: int | None) -> tuple[NDArray[np.int8], Floats]:
    """Return (int8 values, step): `values` is about int8 * step, one step a column for axis 0."""
    largest = np.abs(values).max(axis=axis)
    step = np.maximum(np.asarray(largest, np.float32) / INT8_MOST, 1e-12).astype(np.float32)
    return np.round(values / step).astype(np.int8), np.atleast_1d(step)
