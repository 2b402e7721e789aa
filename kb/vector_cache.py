"""Vectors kept on disk, so that the same text is never embedded twice by the same model.

Owns the files under `vectors/<model revision>/`: pairs of `NNNNNN.vectors.npy` (n, d) float16 and
`NNNNNN.keys.npy` (n, 32) uint8, the SHA-256 of each text. A pair counts once its keys file is
there, which is written last; a damaged pair ends in `.damaged`. What is embedded, and when, is the
caller's.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from filelock import FileLock

from kb.errors import ModelError
from kb.vector_runtime import Progress, Vectors, unit

log = logging.getLogger(__name__)

# float16 halves the disk; the cosine to the float32 vector is at least 0.9999998.
STORED = np.dtype("<f2")
KEY_BYTES = 32
# Texts embedded between two writes: about half a minute of work, all that a crash can lose.
SAVE_EVERY = 2000
MOST_CHUNKS = 64  # more are joined into one, so that opening stays quick
LOCK_TIMEOUT_S = 120.0


class PassageEmbedder(Protocol):
    """What the cache needs of an embedder."""

    revision: str
    dimension: int

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return unit vectors, (n, d) float32."""
        ...


class VectorCache:
    """The vectors under `folder`, one sub-folder for each model revision.

    `newly_embedded` counts the texts that were not kept yet.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.newly_embedded = 0

    def embed(
        self, embedder: PassageEmbedder, texts: Sequence[str], progress: Progress | None = None
    ) -> Vectors:
        """Return the texts' passage vectors, (n, d) float32, embedding only what is new.

        A text gives the same vector whether it was kept or is new. `progress` is called with
        (new texts embedded, new texts in all). Raises ModelError where the disk cannot be used.
        """
        store = _Revision(self._folder / embedder.revision, embedder.dimension)
        keys = [hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in texts]
        try:
            store.load()
            missing = list(
                {
                    key: text
                    for key, text in zip(keys, texts, strict=True)
                    if key not in store.places
                }.items()
            )
            for start in range(0, len(missing), SAVE_EVERY):
                part = missing[start : start + SAVE_EVERY]
                report = _shifted(progress, start, len(missing))
                vectors = embedder.embed_passages([text for _, text in part], report)
                store.add([key for key, _ in part], vectors)
                self.newly_embedded += len(part)
            return store.collect(keys)
        except (OSError, TimeoutError) as error:
            raise ModelError(
                f"The vectors in {self._folder} cannot be read or written ({error}); "
                "free space there or make the folder writable."
            ) from error

    def count(self, embedder: PassageEmbedder) -> int:
        """Return how many texts have a vector kept for this model revision."""
        store = _Revision(self._folder / embedder.revision, embedder.dimension)
        store.load()
        return len(store.places)


class _Revision:
    """One model revision's chunks; `places` maps a key to (chunk, row)."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self.folder, self.dimension = folder, dimension
        self.places: dict[bytes, tuple[int, int]] = {}
        self.chunks: dict[int, np.ndarray[Any, Any]] = {}

    def load(self) -> None:
        """Read the keys and map the vectors; a damaged pair is set aside (and embedded again)."""
        for path in sorted(self.folder.glob("*.keys.npy")):
            number = _number(path)
            if number is None:
                continue
            try:
                self._take(number, *self._read(path, number))
            except FileNotFoundError:  # joined with others by another process, or lost in part
                continue
            except (OSError, ValueError, EOFError) as error:
                log.warning("Kept vectors in %s are damaged (%s) and are made anew.", path, error)
                if not isinstance(error, OSError):  # it may be readable the next time
                    self._set_aside(number)

    def _read(self, path: Path, number: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Return a pair; raises ValueError where the two do not belong together."""
        keys = np.load(path, allow_pickle=False)
        vectors = np.load(self._vectors_path(number), mmap_mode="r", allow_pickle=False)
        shapes = (len(keys), KEY_BYTES), (len(keys), self.dimension)
        kinds = np.dtype("u1"), STORED
        if (keys.shape, vectors.shape) != shapes or (keys.dtype, vectors.dtype) != kinds:
            raise ValueError("they are of another shape")
        return keys, vectors

    def _set_aside(self, number: int) -> None:
        """Rename a damaged pair, so that it is told once and can still be looked at."""
        for path in (self.folder / f"{number:06d}.keys.npy", self._vectors_path(number)):
            try:
                path.rename(path.with_suffix(".damaged"))
            except OSError as error:
                log.info("The damaged file %s stays where it is (%s).", path, error)

    def add(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Write one more pair, whole or not at all, and join the pairs when they are many."""
        self.folder.mkdir(parents=True, exist_ok=True)
        packed = np.frombuffer(b"".join(keys), dtype="u1").reshape(-1, KEY_BYTES)
        with FileLock(self.folder / "write.lock", timeout=LOCK_TIMEOUT_S):
            self._write(packed, vectors.astype(STORED))
            if len(self.chunks) > MOST_CHUNKS:
                self._join()

    def collect(self, keys: Sequence[bytes]) -> Vectors:
        """Return the vectors of `keys`, (n, d) float32 of unit length."""
        found = np.empty((len(keys), self.dimension), dtype=np.float32)
        at = np.array([self.places[key] for key in keys], dtype=np.int64).reshape(-1, 2)
        for number in np.unique(at[:, 0]).tolist():
            rows = np.flatnonzero(at[:, 0] == number)
            found[rows] = self.chunks[number][at[rows, 1]]
        return unit(found)

    def _write(self, keys: np.ndarray[Any, Any], vectors: np.ndarray[Any, Any]) -> None:
        taken = (_number(path) for path in self.folder.iterdir())
        number = max((found for found in taken if found is not None), default=0) + 1
        _save(self._vectors_path(number), vectors)
        _save(self.folder / f"{number:06d}.keys.npy", keys)
        self._take(number, keys, vectors)

    def _join(self) -> None:
        """Write all pairs as one, then remove the old ones (a crash between leaves both)."""
        old = list(self.chunks)
        keys = sorted(self.places, key=lambda key: self.places[key])
        vectors = np.stack([self.chunks[self.places[key][0]][self.places[key][1]] for key in keys])
        self._write(np.frombuffer(b"".join(keys), dtype="u1").reshape(-1, KEY_BYTES), vectors)
        for number in old:
            (self.folder / f"{number:06d}.keys.npy").unlink(missing_ok=True)
            self._vectors_path(number).unlink(missing_ok=True)
            del self.chunks[number]

    def _take(self, number: int, keys: np.ndarray[Any, Any], vectors: np.ndarray[Any, Any]) -> None:
        self.chunks[number] = vectors
        self.places.update({key.tobytes(): (number, row) for row, key in enumerate(keys)})

    def _vectors_path(self, number: int) -> Path:
        return self.folder / f"{number:06d}.vectors.npy"


def _number(path: Path) -> int | None:
    """Return the number in a pair's file name; None where the file is another's."""
    name = path.name.split(".")[0]
    return int(name) if re.fullmatch(r"[0-9]{6,9}", name) else None


def _save(path: Path, array: np.ndarray[Any, Any]) -> None:
    staging = path.with_name(f".{path.name}.{os.getpid()}")
    with staging.open("wb") as stream:
        np.save(stream, array, allow_pickle=False)
        stream.flush()
        os.fsync(stream.fileno())
    staging.rename(path)


def _shifted(progress: Progress | None, start: int, total: int) -> Progress | None:
    if progress is None:
        return None
    return lambda done, _: progress(start + done, total)
