"""Texts as hashed character n-grams: what carries word stems through Nordic inflection.

Owns normalising a text and turning it into (bucket, weight) pairs, the same for training and for
coding. Which weights a bucket gets is left to the model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.cue_words import normalise

Buckets = NDArray[np.int32]
Weights = NDArray[np.float32]

SIZES = (3, 4, 5, 6)
"""Characters in an n-gram: three tell an ending, six most stems of compounds."""

BUCKETS = 48_000
"""Hash buckets; half as many lose 0.004 mean average precision and save 1 MB."""

SPACE = 32
_PRIME = np.uint64(0x100000001B3)
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class HashedText:
    """A text's distinct n-gram buckets (ascending) and how often each occurs."""

    buckets: Buckets
    counts: Weights


def hash_text(text: str) -> HashedText:
    """Return the hashed n-grams of `text`: those inside one word, with its edges as spaces."""
    letters = np.frombuffer(f" {normalise(text)} ".encode("utf-32-le"), dtype=np.uint32)
    codes = letters.astype(np.uint64) + np.uint64(1)
    is_space = letters == SPACE
    found: list[NDArray[np.uint64]] = []
    for size in SIZES:
        count = len(codes) - size + 1
        if count < 1:
            break
        value = np.full(count, np.uint64(size), dtype=np.uint64)
        inner = np.zeros(count, dtype=bool)
        for offset in range(size):
            value = (value ^ codes[offset : offset + count]) * _PRIME
            if 0 < offset < size - 1:
                inner |= is_space[offset : offset + count]
        found.append(value[~inner])
    if not found:
        return HashedText(np.zeros(0, np.int32), np.zeros(0, np.float32))
    hashed = np.concatenate(found) * _MIX >> np.uint64(40)
    ids, counts = np.unique(hashed % np.uint64(BUCKETS), return_counts=True)
    return HashedText(ids.astype(np.int32), counts.astype(np.float32))


def weigh(text: HashedText, idf: NDArray[np.float32]) -> Weights:
    """Return the unit-length tf-idf weights of `text`'s buckets; `idf` has one value a bucket."""
    weights = (1.0 + np.log(text.counts)) * idf[text.buckets]
    length = float(np.sqrt(np.sum(weights * weights)))
    return (weights / length if length else weights).astype(np.float32)
