"""The machine coding stage: codes passages once for each version of the coder.

Owns the folder of machine codings (derived: JSON lines for each coder and embedding model, keyed
by what was coded). What is coded and how is `pipeline.machine_coding.model`'s.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any, Protocol

from kb.embedding import Embedder
from kb.settings import Settings
from kb.vector_cache import VectorCache
from pipeline.progress import Progress, as_totals, silent
from pipeline.records import (
    CodedPublication,
    CodedText,
    CodingInput,
    PublicationInput,
    from_json,
    to_json,
)


class TextCoder(Protocol):
    """The machine coder over vectors."""

    @property
    def version(self) -> str:
        """What stands on every coding it makes."""

    def pieces(self, inputs: Sequence[CodingInput]) -> list[str]:
        """Say which texts' vectors it needs to code `inputs`: their own, and parts of long ones."""

    def code(self, inputs: Sequence[CodingInput], vectors: Any) -> list[CodedText]:
        """Code passages; `vectors` are the (m, d) passage vectors of `pieces(inputs)`."""

    def code_publication(self, publication: PublicationInput) -> CodedPublication:
        """Say what a publication is and where its evidence is from."""


class CachedCoder:
    """A machine coder that never codes the same passage twice with the same model."""

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        coder: TextCoder,
        progress: Progress = silent,
    ) -> None:
        self._embedder, self._coder, self._progress = embedder, coder, progress
        self._vectors = VectorCache(settings.vectors_folder)
        name = hashlib.sha256(f"{coder.version}\n{embedder.revision}".encode()).hexdigest()[:16]
        self._path = settings.home / "codings" / f"{name}.jsonl"
        self._known = _read(self._path)
        self.newly_coded = 0  # passages coded since this was made; the others were looked up

    @property
    def version(self) -> str:
        """The coder's version."""
        return self._coder.version

    def code(self, inputs: Sequence[CodingInput]) -> list[CodedText]:
        """Code passages; those coded before are looked up."""
        keys = [_key(entry) for entry in inputs]
        new = {
            key: entry for key, entry in zip(keys, inputs, strict=True) if key not in self._known
        }
        if new:
            entries = list(new.values())
            pieces = self._coder.pieces(entries)
            with self._progress("code", len(pieces)) as step:
                vectors = self._vectors.embed(self._embedder, pieces, as_totals(step))
                coded = self._coder.code(entries, vectors)
            self._keep(dict(zip(new, coded, strict=True)))
            self.newly_coded += len(new)
        return [self._known[key] for key in keys]

    def code_publication(self, publication: PublicationInput) -> CodedPublication:
        """Say what a publication is and where its evidence is from."""
        return self._coder.code_publication(publication)

    def _keep(self, coded: dict[str, CodedText]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write("\n")  # apart from a line that a crash has cut off
            for key, value in coded.items():
                stream.write(json.dumps({"key": key, "coded": to_json(value)}) + "\n")
        self._known |= coded


def _key(entry: CodingInput) -> str:
    return hashlib.sha256(json.dumps(astuple(entry)).encode()).hexdigest()


def _read(path: Path) -> dict[str, CodedText]:
    """Codings made before; a last line cut off by a crash is coded again."""
    known: dict[str, CodedText] = {}
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                row = json.loads(line)
                known[str(row["key"])] = from_json(CodedText, row["coded"])
            except (ValueError, TypeError, KeyError):
                continue
    return known
