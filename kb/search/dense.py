"""The meaning side: passages near a query's vector, exactly.

Owns `vectors.npy` (centred unit vectors, (n, d) float32, mapped) and `dense.faiss` (the same in a
FAISS inner-product index, for sizes where a plain scan is slow).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from kb.errors import GenerationError
from kb.vector_runtime import Vectors

VECTORS_FILE = "vectors.npy"
FAISS_FILE = "dense.faiss"
# Up to here every row is scored by one matrix product (about 10 ms at 384 wide on two cores).
EXACT_ROWS = 50_000

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


def write_dense(folder: Path, vectors: Vectors) -> None:
    """Write the vectors and their FAISS index."""
    import faiss

    np.save(folder / VECTORS_FILE, vectors, allow_pickle=False)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors))
    faiss.write_index(index, str(folder / FAISS_FILE))


class DenseIndex:
    """The vectors of one generation; raises GenerationError where they cannot be read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._faiss: Any = None
        path = folder / VECTORS_FILE
        try:
            self.vectors: Vectors = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise GenerationError(
                f"The vectors of the index in {path} cannot be read ({error}); "
                "run `samvirke index` to build a new one."
            ) from error

    def __len__(self) -> int:
        return len(self.vectors)

    def closeness(self, query: Vectors, rows: Numbers | None = None) -> Vectors:
        """Return the cosine of the query's vector (d,) to the rows, or to all rows."""
        chosen = self.vectors if rows is None else self.vectors[rows]
        return np.asarray(chosen @ query, dtype=np.float32)

    def nearest(self, query: Vectors, k: int, allowed: Mask | None = None) -> Numbers:
        """Return the numbers of the k nearest allowed rows, nearest first, by FAISS."""
        import faiss

        library: Any = faiss  # its type stubs do not know what its Python layer adds
        if self._faiss is None:
            self._faiss = library.read_index(str(self._folder / FAISS_FILE))
        parameters = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            parameters = library.SearchParameters(sel=library.IDSelectorBitmap(bits))
        _, found = self._faiss.search(query[None, :], min(k, len(self)), params=parameters)
        return np.asarray(found[0][found[0] >= 0], dtype=np.int64)
