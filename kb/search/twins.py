"""Fingerprints by which near-identical passages find each other in the index.

Owns the fingerprint: MinHash (Broder 1997) of a text's neighbouring words, cut into bands, each
band one term of the full text. Texts that share a band are candidates only; whether they are the
same text is `kb.search.grouping`'s to say.
"""

from __future__ import annotations

import hashlib
import zlib
from itertools import pairwise
from typing import Any

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
    found = words(text)
    pairs = {f"{one} {two}" for one, two in pairwise(found)} or set(found)
    if not pairs:
        return ()
    hashes = np.array([_hash(pair) for pair in pairs], dtype=np.uint64)
    # 32-bit hashes times 31-bit factors stay below 2^63.
    least: np.ndarray[Any, Any] = ((hashes * _FACTORS + _ADDED) % _PRIME).min(axis=1)
    bands = least.reshape(BANDS, ROWS)
    return tuple(_band(language, number, band) for number, band in enumerate(bands))


def _hash(text: str) -> int:
    return zlib.crc32(text.encode())  # the same everywhere, and quick; nothing hangs on secrecy


def _band(language: str, number: int, values: np.ndarray[Any, Any]) -> str:
    digest = hashlib.blake2b(values.tobytes(), digest_size=6).hexdigest()
    return f"{language}{number}-{digest}"
