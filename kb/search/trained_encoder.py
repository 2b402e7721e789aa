"""What was learned for search about the bundled model: a small change of its upper layers.

Owns the file `trained/encoder.safetensors`: low-rank factors (LoRA, Hu et al. 2021) that are added
to a model's weight matrices, the language means of the changed model, the weights of the fusion
and the hashes of what it was made of. `pipeline.search_training` writes it; applying the factors
to a loaded model is `kb.model_conversion`'s, choosing them `kb.embedding`'s.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kb.errors import ModelError

TRAINED_FILE = Path(__file__).with_name("trained") / "encoder.safetensors"
_MEAN, _DOWN, _UP = "mean.", ".down", ".up"

Array = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class TrainedEncoder:
    """A change of one model's weights, and what goes with it.

    `factors` maps a weight matrix's name (out, in) to its factors: up (out, r) and down (r, in).
    `means` are the changed model's language means (d,), `weights` the fusion's by name, `data`
    the hash of what it was trained on and `base` the name of the unpacked model it belongs to.
    """

    factors: Mapping[str, tuple[Array, Array]]
    means: Mapping[str, Array]
    weights: Mapping[str, float]
    base: str
    data: str

    @functools.cached_property
    def sha256(self) -> str:
        """The hash of the factors and the model they belong to: of what changes vectors."""
        digest = hashlib.sha256(self.base.encode())
        for name, (up, down) in sorted(self.factors.items()):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(up, dtype="<f2").tobytes())
            digest.update(np.ascontiguousarray(down, dtype="<f2").tobytes())
        return digest.hexdigest()

    def change(self, name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return what is added to the weight matrix `name`, (out, in)."""
        up, down = self.factors[name]
        return up.astype(np.float64) @ down.astype(np.float64)

    def save(self, path: Path) -> None:
        """Write the file; factors in float16, which moves no figure."""
        from safetensors.numpy import save_file

        tensors = {_MEAN + name: np.ascontiguousarray(mean) for name, mean in self.means.items()}
        for name, (up, down) in self.factors.items():
            tensors[name + _UP] = np.ascontiguousarray(up, dtype=np.float16)
            tensors[name + _DOWN] = np.ascontiguousarray(down, dtype=np.float16)
        about = {"base": self.base, "data": self.data, "weights": dict(self.weights)}
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(tensors, path, {"about": json.dumps(about, sort_keys=True)})


@functools.lru_cache(maxsize=4)
def load_trained(path: Path = TRAINED_FILE) -> TrainedEncoder:
    """Read a trained file; raises ModelError where it is missing or damaged."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as opened:
            about = json.loads(opened.metadata()["about"])
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        names = [name.removesuffix(_UP) for name in tensors if name.endswith(_UP)]
        return TrainedEncoder(
            factors={
                name: (
                    tensors[name + _UP].astype(np.float32),
                    tensors[name + _DOWN].astype(np.float32),
                )
                for name in sorted(names)
            },
            means={
                name.removeprefix(_MEAN): tensor.astype(np.float32)
                for name, tensor in tensors.items()
                if name.startswith(_MEAN)
            },
            weights={name: float(value) for name, value in about["weights"].items()},
            base=str(about["base"]),
            data=str(about["data"]),
        )
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(
            f"What was trained for search cannot be read from {path} ({error}); put the file of "
            "this version back, or make it anew with `python -m pipeline.search_training.train`."
        ) from error
