"""The sentence of a passage that means the query most, by vectors of its sentences in 8 bits.

Owns `sentences.npy` ((m, d) int8, mapped: every row's sentences after another) and
`sentence_starts.npy` ((n + 1,) int64: where each row's begin). Embedding them is the caller's; a
generation without the files is searched all the same, and names no sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kb.errors import GenerationError
from kb.search.means import LanguageMeans
from kb.search.rows import IndexRow, Range
from kb.vector_runtime import Vectors

SENTENCES_FILE, STARTS_FILE = "sentences.npy", "sentence_starts.npy"
LEAST_SENTENCES = 2  # a passage of one sentence needs none of them named
_FULL = 127  # the largest of 8 bits: each vector is stretched to it, its direction is what counts


def passage_sentences(row: IndexRow) -> tuple[Range, ...]:
    """Return the sentences of a row that have vectors: all, or none where there is but one."""
    found = tuple((start, end) for start, end in row.sentences if row.text[start:end].strip())
    return found if len(found) >= LEAST_SENTENCES else ()


def sentence_texts(rows: Sequence[IndexRow]) -> list[str]:
    """Return the texts to embed, in the order `write_sentences` takes their vectors."""
    return [row.text[start:end] for row in rows for start, end in passage_sentences(row)]


def write_sentences(
    folder: Path, rows: Sequence[IndexRow], vectors: Vectors, means: LanguageMeans
) -> None:
    """Write the vectors (m, d) of `sentence_texts(rows)`, less their languages' means."""
    counts = [len(passage_sentences(row)) for row in rows]
    if sum(counts) != len(vectors):
        raise GenerationError(
            f"The index needs one vector for each of {sum(counts)} sentences, and got "
            f"{len(vectors)}; run `samvirke index` again."
        )
    languages = [
        row.language for row, count in zip(rows, counts, strict=True) for _ in range(count)
    ]
    centred = means.centre(np.asarray(vectors, dtype=np.float32), languages)
    largest = np.abs(centred).max(axis=1, keepdims=True, initial=1e-9)
    packed = np.rint(centred / largest * _FULL).astype(np.int8)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    np.save(folder / SENTENCES_FILE, packed, allow_pickle=False)
    np.save(folder / STARTS_FILE, starts, allow_pickle=False)


class SentenceVectors:
    """A generation's sentences; raises GenerationError where the files are there and damaged."""

    def __init__(self, folder: Path) -> None:
        self._vectors: np.ndarray[Any, np.dtype[np.int8]] | None = None
        if not (folder / SENTENCES_FILE).exists():
            return
        try:
            vectors = np.load(folder / SENTENCES_FILE, mmap_mode="r", allow_pickle=False)
            starts = np.load(folder / STARTS_FILE, mmap_mode="r", allow_pickle=False)
            if vectors.ndim != 2 or vectors.dtype != np.int8 or len(vectors) != starts[-1]:
                raise ValueError("they are of another shape")
        except (OSError, ValueError, EOFError, IndexError) as error:
            raise GenerationError(
                f"The sentences of the index in {folder} cannot be read ({error}); "
                "run `samvirke index` to build a new one."
            ) from error
        self._vectors, self._starts = vectors, starts

    def __len__(self) -> int:
        return 0 if self._vectors is None else len(self._vectors)

    def fits(self, dimension: int) -> bool:
        """Say whether a vector (dimension,) can be compared with the sentences."""
        return self._vectors is None or self._vectors.shape[1] == dimension

    def nearest(self, number: int, row: IndexRow, query: Vectors) -> Range | None:
        """Return the sentence of row `number` nearest to a query's vector (d,), if it has any."""
        if self._vectors is None or number + 1 >= len(self._starts):
            return None
        first, last = int(self._starts[number]), int(self._starts[number + 1])
        ranges = passage_sentences(row)
        if first == last or len(ranges) != last - first:
            return None
        vectors = self._vectors[first:last].astype(np.float32)
        closeness = vectors @ query / np.maximum(np.linalg.norm(vectors, axis=1), 1e-9)
        return ranges[int(np.argmax(closeness))]
