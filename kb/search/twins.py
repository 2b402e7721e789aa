"""Fingerprints by which near-identical passages find each other in the index.

Owns the fingerprint: MinHash (Broder 1997) of a text's neighbouring words, cut into bands, each
band one term of the full text. Texts that share a band are candidates only; whether they are the
same text is `kb.search.grouping`'s to say.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from kb.search.stemming import words

# Two texts with 0.8 of their word pairs in common share one of 10 bands of 2 with probability
# 1 - (1 - 0.64)^10 = 0.99996; two with 0.3 in common with 0.6, and those are compared in vain.
BANDS, ROWS = 10, 2
_PRIME = np.uint64((1 << 61) - 1)
_random = np.random.default_rng(20240611)  # fixed: fingerprints of different builds must meet
_FACTORS = _random.integers(1, 1 << 31, size=(BANDS * ROWS, 1), dtype=np.uint64)
_ADDED = _random.integers(0, 1 << 31, size=(BANDS * ROWS, 1), dtype=np.uint64)


def fingerprint(language: str, text: str) -> tuple[str, ...]:
    """Return the bands of a text, `BANDS` short words; texts of other languages share none."""
    return fingerprints([(language, words(text))])[0]


def fingerprints(texts: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[str, ...]]:
    """Return the bands of texts, each given by its language and its words in order."""
    hashes = [_pair_hashes(found) for _, found in texts]
    there = [number for number, found in enumerate(hashes) if found]
    bands: list[tuple[str, ...]] = [()] * len(texts)
    if not there:
        return bands
    starts = np.cumsum([0, *(len(hashes[number]) for number in there[:-1])])
    every = np.array([one for number in there for one in hashes[number]], dtype=np.uint64)
    # 32-bit hashes times 31-bit factors stay below 2^63.
    least = np.minimum.reduceat((every * _FACTORS + _ADDED) % _PRIME, starts, axis=1)
    packed = np.ascontiguousarray(least.T).tobytes()
    width = ROWS * least.itemsize
    for place, number in enumerate(there):
        first = place * BANDS * width
        parts = (packed[first + at * width : first + (at + 1) * width] for at in range(BANDS))
        language = texts[number][0]
        bands[number] = tuple(_band(language, at, part) for at, part in enumerate(parts))
    return bands


def _pair_hashes(found: Sequence[str]) -> list[int]:
    """Return a hash of each two neighbouring words, of the words themselves where there is one."""
    pairs = {f"{one} {two}" for one, two in pairwise(found)} or set(found)
    # zlib's sum is the same everywhere and quick; nothing hangs on secrecy.
    return list(map(zlib.crc32, "\n".join(pairs).encode().split(b"\n"))) if pairs else []


def _band(language: str, number: int, values: bytes) -> str:
    return f"{language}{number}-{hashlib.blake2b(values, digest_size=6).hexdigest()}"
