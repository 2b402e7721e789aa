"""A converted model at work: tokens by `tokenizers`, vectors by OpenVINO on the processor.

Owns the folder a conversion leaves (`model.json`, `tokenizer.json`, `model.xml`, `model.bin`) and
batching. What is kept there so that a question is answered soon is `kb.token_numbers`' and
`kb.compiled_model`'s; making the folder is `kb.model_conversion`'s, choosing a model
`kb.embedding`'s.
"""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from kb.compiled_model import DEVICE, open_compiled
from kb.openvino_library import load_openvino
from kb.token_numbers import TokenNumbers

Vectors = np.ndarray[Any, np.dtype[np.float32]]
# Called with (texts done, texts in all) after every batch.
Progress = Callable[[int, int], None]

DESCRIPTION_FILE = "model.json"
# Tokens of one batch, padding included: 1,024 was the fastest of 512 to 8,192 on two cores
# (75 passages/s; 2,048: 69; 8,192: 51), since a batch's activations then stay in the cache.
BATCH_TOKENS = 1024
LENGTH_STEP = 8  # batches are padded to multiples of this, so that few shapes are compiled


@dataclass(frozen=True)
class ModelDescription:
    """What a converted model is: kept beside it as JSON.

    `weights_sha256` covers the source's weights, `layers` its pooling and what follows.
    """

    source: str
    dimension: int
    max_tokens: int
    pad_id: int
    inputs: tuple[str, ...]
    query_prompt: str
    passage_prompt: str
    weights_sha256: str
    tokenizer_sha256: str
    layers: tuple[str, ...]

    def write(self, folder: Path) -> None:
        """Write the description into a converted model's folder."""
        (folder / DESCRIPTION_FILE).write_text(json.dumps(asdict(self), indent=2), "utf-8")

    @classmethod
    def read(cls, folder: Path) -> ModelDescription:
        """Read a folder's description; OSError, ValueError, KeyError, TypeError if damaged."""
        fields = json.loads((folder / DESCRIPTION_FILE).read_text("utf-8"))
        for name in ("inputs", "layers"):
            fields[name] = tuple(fields[name])
        return cls(**fields)


class Encoder(Protocol):
    """Anything that turns prompted texts into unit vectors."""

    precision: str

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return one unit vector a text, (n, d) float32."""
        ...


class OpenVinoEncoder:
    """The converted model in `folder`, compiled for this processor.

    `precision` is bf16 where the processor calculates in it (`bf16=False` forbids it), else f32.
    Safe to call from several threads at once.
    """

    def __init__(self, folder: Path, description: ModelDescription, bf16: bool = True) -> None:
        openvino = load_openvino()
        self._description = description
        core = openvino.Core()
        able = "BF16" in core.get_property(DEVICE, "OPTIMIZATION_CAPABILITIES")
        self.precision = "bf16" if able and bf16 else "f32"
        hints = {"INFERENCE_PRECISION_HINT": self.precision, "PERFORMANCE_HINT": "LATENCY"}
        weights = description.weights_sha256
        self._model = open_compiled(core, openvino.get_version(), folder, weights, hints)
        self._tokens = TokenNumbers(folder, description.tokenizer_sha256, description.max_tokens)
        self._local = threading.local()

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return one unit vector a text, (n, d) float32, in the order given."""
        vectors = np.empty((len(texts), self._description.dimension), dtype=np.float32)
        tokens = self._tokens.of([clean(text) for text in texts])
        done = 0
        for batch in _batches([len(ids) for ids in tokens]):
            vectors[batch] = self._infer([tokens[number] for number in batch])
            done += len(batch)
            if progress:
                progress(done, len(texts))
        return unit(vectors)

    def _infer(self, batch: Sequence[Sequence[int]]) -> Vectors:
        width = _padded(max(map(len, batch)))
        ids = np.full((len(batch), width), self._description.pad_id, dtype=np.int64)
        mask = np.zeros((len(batch), width), dtype=np.int64)
        for row, numbers in enumerate(batch):
            ids[row, : len(numbers)] = numbers
            mask[row, : len(numbers)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        if not hasattr(self._local, "request"):
            self._local.request = self._model.create_infer_request()
        result = self._local.request.infer([given[name] for name in self._description.inputs])
        return np.array(result[0], dtype=np.float32)


def clean(text: str) -> str:
    """Return the text composed (NFC) and free of what cannot be written as UTF-8."""
    return unicodedata.normalize("NFC", text).encode("utf-8", "replace").decode("utf-8")


def unit(vectors: Vectors) -> Vectors:
    """Scale each row to length one; a row of zeros stays zeros."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def _padded(length: int) -> int:
    return max(LENGTH_STEP, -(-length // LENGTH_STEP) * LENGTH_STEP)


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the texts' numbers in batches of like length, longest first."""
    # Longest first: if memory is short it shows at once, and time left is not underestimated.
    order = sorted(range(len(lengths)), key=lambda number: -lengths[number])
    batch: list[int] = []
    for number in order:
        if batch and _padded(lengths[batch[0]]) * (len(batch) + 1) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch
