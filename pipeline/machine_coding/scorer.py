"""The coder's numbers: from features to one score a target, in plain numpy.

Owns the compact form that is shipped (vectors and n-gram weights as int8, the rest float16 or
float32). Fitting is left to `fit`; what a score means is left to `calibration`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.machine_coding.features import Features, Floats, Grams

WIDTH = 2.0
"""exp(WIDTH * (cosine - 1)): a text half as alike (cosine 0.65) counts half."""

CHUNK = 1024
"""Texts scored at a time: keeps likenesses to all training texts under 20 MB."""

INT8_MOST = 127


@dataclass(frozen=True)
class Scorer:
    """What each training text, n-gram and small feature adds to each of T targets.

    `support` (N, d) int8 are training texts' vectors, each times `support_step`;
    `support_weights` (N, T); `gram_weights` (buckets, T) int8, times `gram_steps` (T,);
    `section_weights` (k, f) belong to `section_buckets` (k,), ascending, and the
    first f targets; `small_weights` (s, T); `bias` (T,).
    """

    support: NDArray[np.int8]
    support_step: Floats
    support_weights: NDArray[np.float16]
    gram_weights: NDArray[np.int8]
    gram_steps: Floats
    section_buckets: NDArray[np.int32]
    section_weights: NDArray[np.float16]
    small_weights: Floats
    bias: Floats

    def score(self, features: Features) -> Floats:
        """Return (n, T) scores: about 1 where a target was labelled, 0 where not."""
        scores = features.small @ self.small_weights + self.bias
        support = (self.support.astype(np.float32) * self.support_step).T
        weights = self.support_weights.astype(np.float32)
        for start in range(0, len(features), CHUNK):
            part = slice(start, start + CHUNK)
            likeness = np.exp(WIDTH * (features.dense[part] @ support - 1))
            scores[part] += likeness @ weights
        for row, (text, section) in enumerate(zip(features.text, features.section, strict=True)):
            scores[row] += self.score_grams(text)
            if len(section.buckets):
                scores[row, : self.section_weights.shape[1]] += self._score_section(section)
        return scores.astype(np.float32)

    def score_grams(self, grams: Grams) -> Floats:
        """Return (T,): what a text's n-grams add; linear, so a sentence shows its share."""
        found: Floats = grams.weights @ self.gram_weights[grams.buckets].astype(np.float32)
        return found * self.gram_steps

    def _score_section(self, section: Grams) -> Floats:
        if not len(self.section_buckets):
            return np.zeros(self.section_weights.shape[1], np.float32)
        places = np.searchsorted(self.section_buckets, section.buckets)
        places = np.minimum(places, len(self.section_buckets) - 1)
        known = self.section_buckets[places] == section.buckets
        weights = self.section_weights[places[known]].astype(np.float32)
        found: Floats = section.weights[known] @ weights
        return found


def to_int8(values: Floats, axis: int | None) -> tuple[NDArray[np.int8], Floats]:
    """Return (int8 values, step): `values` is about int8 * step, one step a column for axis 0."""
    largest = np.abs(values).max(axis=axis)
    step = np.maximum(np.asarray(largest, np.float32) / INT8_MOST, 1e-12).astype(np.float32)
    return np.round(values / step).astype(np.int8), np.atleast_1d(step)
