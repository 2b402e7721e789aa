"""The meaning side: passages near a query's vector.

Owns `vectors.npy` (centred unit vectors, (n, d), mapped) and `dense.faiss`: the same vectors as
they are up to `EXACT_ROWS`, beyond that in lists of neighbours (FAISS IVF, 8 bits a component) of
which a search reads as many as a measured recall asks for. Closeness is always calculated from
`vectors.npy`, which holds float32, beside lists float16: the lists only propose.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from kb.errors import GenerationError
from kb.vector_runtime import Vectors, unit

VECTORS_FILE = "vectors.npy"
FAISS_FILE = "dense.faiss"
# Up to here every row is scored by one matrix product (8 ms at 384 wide on two cores; a search
# takes 50 ms in all), so that nothing is missed and nothing has to be trained.
EXACT_ROWS = 100_000
# Rows left by a filter up to which all of them are compared: the lists that a search reads, most of
# whose members are not allowed, would give fewer than were asked for.
SCAN_ROWS = 50_000
# Rows up to which that is done with their whole vectors, gathered from all over the file (50,000 of
# a million: 156 ms); of more the 8 bits in the lists choose which.
GATHERED_ROWS = 5_000
LEAST_RECALL = 0.97  # of the ten nearest, mean over the sample
SAMPLE = 200  # queries that recall is measured with
# Cosine of such a query to the passage it was made of: as far as the starter's questions are from
# the passages that answer them (0.55 in the middle).
SAMPLE_COSINE = 0.55
SEED = 20240611
NEAREST = 10  # of which recall is measured
PROPOSED = 400  # proposed by the lists for every search, to be scored exactly
LISTS_PER_ROOT = 2  # lists are twice the square root of the rows: 2,000 for a million
POINTS_PER_LIST = 64  # vectors each list's centre is found with; FAISS asks for at least 39
AT_ONCE = 50_000  # rows read together where all of them are

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class DenseFacts:
    """How the nearest vectors are found: with lists, how many of them are read, and the recall."""

    kind: Literal["exact", "lists"]
    recall: float = 1.0
    lists: int = 0
    probes: int = 0


def write_dense(folder: Path, vectors: Vectors) -> DenseFacts:
    """Write the vectors (n, d) and their FAISS index; vectors already in the folder are kept."""
    import faiss

    library: Any = faiss
    path = folder / VECTORS_FILE
    if not (isinstance(vectors, np.memmap) and Path(str(vectors.filename)) == path):
        np.save(path, vectors, allow_pickle=False)
    if len(vectors) <= EXACT_ROWS:
        index = library.IndexFlatIP(vectors.shape[1])
        facts = DenseFacts("exact")
        _add(index, vectors)
    else:
        index = _trained(library, vectors)
        _add(index, vectors)
        facts = _with_enough_probes(library, index, vectors)
    library.write_index(index, str(folder / FAISS_FILE))
    if facts.kind == "lists":
        _halve(path)
    return facts


def _halve(path: Path) -> None:
    """Write the vectors again in float16: half the memory, a cosine that differs by 0.0001."""
    whole = np.load(path, mmap_mode="r", allow_pickle=False)
    beside = path.with_suffix(".half")
    kept = np.lib.format.open_memmap(beside, "w+", np.float16, whole.shape)
    for start in range(0, len(whole), AT_ONCE):
        kept[start : start + AT_ONCE] = whole[start : start + AT_ONCE]
    kept.flush()
    beside.replace(path)


def _trained(library: Any, vectors: Vectors) -> Any:
    """Return empty lists whose centres are found with a sample; the same for the same vectors."""
    size, width = vectors.shape
    lists = max(1, min(int(LISTS_PER_ROOT * size**0.5), size // POINTS_PER_LIST))
    index = library.index_factory(width, f"IVF{lists},SQ8", library.METRIC_INNER_PRODUCT)
    index.cp.seed = SEED
    chosen = np.random.default_rng(SEED).permutation(size)[: lists * POINTS_PER_LIST]
    index.train(np.ascontiguousarray(vectors[np.sort(chosen)]))
    return index


def _add(index: Any, vectors: Vectors) -> None:
    for start in range(0, len(vectors), AT_ONCE):
        index.add(np.ascontiguousarray(vectors[start : start + AT_ONCE]))


def _with_enough_probes(library: Any, index: Any, vectors: Vectors) -> DenseFacts:
    """Let searches read twice as many lists until the recall is there; the index keeps it."""
    queries = sample_queries(vectors)
    wanted = exact_nearest(vectors, queries)
    probes = 8
    while True:
        probes = min(probes, index.nlist)
        parameters = library.SearchParametersIVF(nprobe=probes)
        _, found = index.search(queries, PROPOSED, params=parameters)
        recall = float(
            np.mean([np.isin(one, two).mean() for one, two in zip(wanted, found, strict=True)])
        )
        if recall >= LEAST_RECALL or probes >= index.nlist:
            index.nprobe = probes
            return DenseFacts("lists", round(recall, 4), int(index.nlist), probes)
        probes *= 2


def sample_queries(vectors: Vectors) -> Vectors:
    """Return queries, (q, d), about as far from a passage as questions are from their answers."""
    dice = np.random.default_rng(SEED)
    chosen = dice.choice(len(vectors), min(SAMPLE, len(vectors)), replace=False)
    origins = np.asarray(vectors[np.sort(chosen)], np.float32)
    noise = dice.normal(size=origins.shape).astype(np.float32)
    noise = unit(noise - (noise * origins).sum(axis=1, keepdims=True) * origins)
    return unit(SAMPLE_COSINE * origins + float(np.sqrt(1 - SAMPLE_COSINE**2)) * noise)


def exact_nearest(vectors: Vectors, queries: Vectors, k: int = NEAREST) -> Numbers:
    """Return the k nearest rows of each query, (q, k), in no order, by comparing with all."""
    scores = np.zeros((len(queries), 0), dtype=np.float32)
    rows = np.zeros((len(queries), 0), dtype=np.int64)
    for start in range(0, len(vectors), AT_ONCE):
        part = queries @ np.asarray(vectors[start : start + AT_ONCE], np.float32).T
        numbers = np.broadcast_to(np.arange(start, start + part.shape[1]), part.shape)
        scores, rows = np.hstack([scores, part]), np.hstack([rows, numbers])
        best = np.argpartition(-scores, min(k, scores.shape[1]) - 1, axis=1)[:, :k]
        scores = np.take_along_axis(scores, best, axis=1)
        rows = np.take_along_axis(rows, best, axis=1)
    return rows


class DenseIndex:
    """The vectors of one generation; raises GenerationError where they cannot be read.

    `vectors` (n, d) are as they are stored; what is calculated with them is float32.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._faiss: Any = None
        path = folder / VECTORS_FILE
        try:
            self.vectors: Vectors = np.load(path, mmap_mode="r", allow_pickle=False)
            if self.vectors.ndim != 2 or self.vectors.dtype.kind != "f":
                raise ValueError("they are of another shape")
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
        return np.asarray(chosen.astype(np.float32, copy=False) @ query)

    def nearest(self, query: Vectors, k: int, allowed: Mask | None = None) -> Numbers:
        """Return the numbers of the k nearest allowed rows, nearest first.

        All `SCAN_ROWS` allowed rows are compared; among more the FAISS index proposes. Of more
        than `GATHERED_ROWS` those compared here are chosen by their 8 bits, in all the lists.
        """
        size = len(self) if allowed is None else int(allowed.sum())
        narrow = allowed is not None and size <= SCAN_ROWS
        if allowed is not None and narrow and size <= GATHERED_ROWS:
            rows = np.flatnonzero(allowed)
        else:
            rows = self._proposed(query, min(k, size), allowed, every=narrow)
        order = np.argsort(-self.closeness(query, rows), kind="stable")[:k]
        return np.asarray(rows[order], dtype=np.int64)

    def _proposed(self, query: Vectors, k: int, allowed: Mask | None, every: bool) -> Numbers:
        """Return about the k nearest rows, ascending; k of them where there are so many.

        With `every` list read none is missed but by the rounding to 8 bits.
        """
        library, index = self._opened()
        selected: dict[str, Any] = {}
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            selected["sel"] = library.IDSelectorBitmap(bits)
        if not hasattr(index, "nprobe"):
            parameters = library.SearchParameters(**selected)
            return _sorted(index.search(query[None, :], k, params=parameters)[1][0])
        probes = index.nlist if every else index.nprobe
        while True:
            parameters = library.SearchParametersIVF(nprobe=probes, **selected)
            _, found = index.search(query[None, :], max(k, PROPOSED), params=parameters)
            rows = _sorted(found[0])
            if len(rows) >= k or probes >= index.nlist:
                return rows
            probes = min(4 * probes, index.nlist)

    def _opened(self) -> tuple[Any, Any]:
        """The FAISS library, whose type stubs do not know what its Python layer adds, and index."""
        import faiss

        library: Any = faiss
        if self._faiss is None:
            path = self._folder / FAISS_FILE
            try:
                self._faiss = read_faiss(path)
            except RuntimeError as error:
                raise GenerationError(
                    f"The FAISS index in {path} cannot be read; "
                    "run `samvirke index` to build a new one."
                ) from error
        return library, self._faiss


def read_faiss(path: Path) -> Any:
    """Return the FAISS index of a file, mapped rather than read; RuntimeError where damaged."""
    import faiss

    library: Any = faiss
    return library.read_index(str(path), library.IO_FLAG_MMAP)


def _sorted(found: Any) -> Numbers:
    """Return the rows that were found; FAISS fills up with -1 where there are too few."""
    return np.sort(np.asarray(found[found >= 0], dtype=np.int64))
