"""A knowledge base of any size, made of the starter's passages: for measuring, never for quality.

Owns the making. Each row is one of the starter's with its words shuffled within its sentences and
a vector at a cosine of 0.7 to 0.95 to its origin's; the seed is fixed. Rows are made when they are
asked for, so that a million of them need no memory.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, overload

import numpy as np

from kb.search.means import SHARE, LanguageMeans
from kb.search.rows import IndexRow, MachineCoding, Range
from kb.vector_runtime import Vectors, unit
from pipeline.sentences import split_sentences

SEED = 5
COSINES = (0.7, 0.95)
PASSAGES_A_PUBLICATION = 20
FACTORS = ("leadership", "resources", "culture", "routines", "competence", "coordination")
DIRECTIONS = ("barrier", "facilitator", "mixed")
AT_ONCE = 20_000  # vectors made together


class ManyRows(Sequence[IndexRow]):
    """`size` rows made of `origins`; the first ones are no copies either."""

    def __init__(self, origins: Sequence[IndexRow], size: int) -> None:
        self._origins = [
            replace(row, sentences=row.sentences or split_sentences(row.text)) for row in origins
        ]
        self._size = size

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, number: int) -> IndexRow: ...

    @overload
    def __getitem__(self, number: slice) -> list[IndexRow]: ...

    def __getitem__(self, number: int | slice) -> IndexRow | list[IndexRow]:
        if isinstance(number, slice):
            return [self._row(one) for one in range(*number.indices(self._size))]
        if not -self._size <= number < self._size:
            raise IndexError(number)
        return self._row(number % self._size)

    def __iter__(self) -> Iterator[IndexRow]:
        return map(self._row, range(self._size))

    def _row(self, number: int) -> IndexRow:
        origin = self._origins[number % len(self._origins)]
        text, sentences = shuffled(origin, random.Random(f"{SEED} {number}"))
        return replace(
            origin,
            passage_id=f"{number:07d}-{origin.passage_id}",
            publication_id=f"p{number // PASSAGES_A_PUBLICATION:06d}",
            text=text,
            sentences=sentences,
            codings=tuple(self._coding(number, place) for place in range(1 + number % 3)),
        )

    def _coding(self, number: int, place: int) -> MachineCoding:
        """A coding such as the machine coder's; the starter's rows have none of their own."""
        factor = FACTORS[(number // 7 + 5 * place) % len(FACTORS)]
        return MachineCoding(factor, DIRECTIONS[number % len(DIRECTIONS)], 0.5)


def shuffled(row: IndexRow, dice: random.Random) -> tuple[str, tuple[Range, ...]]:
    """Return a row's text with the words of each sentence in another order, and the sentences."""
    parts: list[str] = []
    sentences, place = [], 0
    for start, end in row.sentences:
        words = row.text[start:end].split()
        dice.shuffle(words)
        parts.append(" ".join(words))
        sentences.append((place, place + len(parts[-1])))
        place += len(parts[-1]) + 1
    return " ".join(parts), tuple(sentences)


def many_vectors(
    path: Path, centred: Vectors, languages: Sequence[str], means: LanguageMeans, size: int
) -> Any:
    """Write `size` vectors as they come from a model, (size, d) float32, and return them mapped.

    `centred` (o, d) are the origins' less their languages' means: the noise is laid on these, so
    that the cosines hold for what is indexed.
    """
    dice = np.random.default_rng(SEED)
    mapped = np.lib.format.open_memmap(path, "w+", np.float32, (size, centred.shape[1]))
    taken = np.stack([means.vectors.get(name, means.vectors["*"]) for name in languages])
    for first in range(0, size, AT_ONCE):
        of = np.arange(first, min(size, first + AT_ONCE)) % len(centred)
        origin = centred[of]
        noise = dice.normal(size=origin.shape).astype(np.float32)
        noise = unit(noise - (noise * origin).sum(axis=1, keepdims=True) * origin)
        cosine = dice.uniform(*COSINES, size=(len(of), 1)).astype(np.float32)
        made = cosine * origin + np.sqrt(1 - cosine**2) * noise
        mapped[first : first + len(of)] = made + SHARE * taken[of]
    mapped.flush()
    return mapped
