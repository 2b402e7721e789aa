"""Where the labelled passages lie in meaning: what screening compares a publication with.

Owns each language's mean vector and how close its labelled passages are to it. Those of the
bundled model are shipped (`python -m pipeline.labelled_passages` writes them), so that the first
screening need not embed a thousand passages; those of any other model are measured.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpora.starter import Exemplar, load_exemplar_passages
from kb.embedding import BUNDLED, open_embedder
from kb.settings import load_settings
from kb.vector_runtime import unit

LABELLED_FILE = Path(__file__).with_name("labelled_passages.safetensors")
LEAST_LABELLED = 50  # passages of a language; with fewer there is no measure
_MEAN, _CLOSENESS = "mean.", "closeness."

Floats = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class LabelledPassages:
    """By language the unit mean (d,) of its passages, and each one's closeness to it, sorted."""

    means: dict[str, Floats]
    closeness: dict[str, Floats]


def place_passages(
    embed: Callable[[list[str]], Floats], space: str, path: Path = LABELLED_FILE
) -> LabelledPassages:
    """Return the shipped places where they are of this vector `space` and of these passages.

    Else `embed` makes all passages' vectors (n, d) and they are measured. A damaged file is
    measured anew too.
    """
    passages = load_exemplar_passages()
    return _read(path, _origin(space, passages)) or measure_places(
        passages, embed([one.text for one in passages])
    )


def measure_places(passages: Sequence[Exemplar], vectors: Floats) -> LabelledPassages:
    """Return the places of passages with these unit vectors, (n, d)."""
    languages = np.array([one.language for one in passages])
    means, closeness = {}, {}
    for language in sorted(set(languages.tolist())):
        chosen = vectors[languages == language]
        if len(chosen) >= LEAST_LABELLED:
            means[language] = unit(chosen.mean(axis=0, keepdims=True))[0]
            closeness[language] = np.sort(chosen @ means[language])
    return LabelledPassages(means, closeness)


def save_places(
    path: Path, places: LabelledPassages, space: str, passages: Sequence[Exemplar]
) -> None:
    """Write the places with what they were measured on."""
    from safetensors.numpy import save_file

    tensors = {_MEAN + name: mean for name, mean in places.means.items()}
    tensors |= {_CLOSENESS + name: close for name, close in places.closeness.items()}
    kept = {name: np.ascontiguousarray(one, np.float32) for name, one in tensors.items()}
    save_file(kept, path, {"origin": _origin(space, passages)})


def _read(path: Path, origin: str) -> LabelledPassages | None:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as opened:
            if (opened.metadata() or {}).get("origin") != origin:
                return None
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
    except (OSError, SafetensorError):
        return None
    return LabelledPassages(
        *(
            {name.removeprefix(kind): one for name, one in tensors.items() if name.startswith(kind)}
            for kind in (_MEAN, _CLOSENESS)
        )
    )


def _origin(space: str, passages: Sequence[Exemplar]) -> str:
    said = json.dumps([space, [[one.language, one.text] for one in passages]])
    return hashlib.sha256(said.encode()).hexdigest()


def main() -> None:
    """Measure the places for the bundled model and write them into the package."""
    settings = load_settings().model_copy(update={"model": BUNDLED})
    embedder, passages = open_embedder(settings), load_exemplar_passages()
    vectors = embedder.embed_passages([one.text for one in passages])
    save_places(LABELLED_FILE, measure_places(passages, vectors), embedder.space, passages)


if __name__ == "__main__":
    main()
