"""Small index rows for tests that need no model."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from kb.search.means import LanguageMeans
from kb.search.rows import IndexRow, PersonCoding
from kb.vector_runtime import Vectors, unit

DIMENSION = 8


def make_row(passage_id: str, text: str = "Samarbeid om barn.", **fields: Any) -> IndexRow:
    """Return a row with the fields given and plain ones for the rest."""
    row = IndexRow(passage_id, "p-" + passage_id[:1], text, "Rapporten", "Funn", "nb")
    return dataclasses.replace(row, **fields)


def make_vectors(texts: Sequence[str]) -> Vectors:
    """Return a fixed direction for each text, (n, 8) of unit length."""
    seeds = [int.from_bytes(hashlib.sha256(t.encode()).digest()[:4], "big") for t in texts]
    rows = [np.random.default_rng(seed).normal(size=DIMENSION) for seed in seeds]
    return unit(np.array(rows, dtype=np.float32).reshape(-1, DIMENSION))


def no_means() -> LanguageMeans:
    """Return means that change nothing."""
    return LanguageMeans({"*": np.zeros(DIMENSION, dtype=np.float32)})


class DirectionEmbedder:
    """Embeds a query in the direction `make_vectors` gives its text."""

    dimension = DIMENSION

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return make_vectors(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return make_vectors(texts)


class FixedOverlay:
    """People's codings as a plain mapping."""

    def __init__(self, codings: Mapping[str, tuple[PersonCoding, ...]]) -> None:
        self.codings = dict(codings)

    def for_passages(self, ids: Iterable[str]) -> Mapping[str, tuple[PersonCoding, ...]]:
        wanted = set(ids)
        return {name: found for name, found in self.codings.items() if name in wanted}

    def coded(self) -> Mapping[str, tuple[PersonCoding, ...]]:
        return self.codings
