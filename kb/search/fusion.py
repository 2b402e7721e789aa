"""One score from three: meaning over all languages, words within the query's own, cognates beyond.

Owns the formula and the file of its weights. A word match can only show in the query's own
language, so its bonus is taken relative to that language's best passages by meaning: it reorders
them without lifting them above the passages in other languages. (Unrelative, the same weight
costs 0.07 MRR@10 across languages.) The bonus of cognates does the same among the other languages.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kb.errors import GenerationError

FUSION_FILE = "fusion.json"
BM25_HALF = 10.0  # the BM25 score that counts half; about that of two or three rare words met
BASELINE_ROWS = 10  # the passages, best by meaning, that a bonus is relative to

Scores = np.ndarray[Any, np.dtype[np.float32]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class FusionWeights:
    """What full text and cognates weigh against the cosine.

    As they stand they are for a model that nothing was trained for; training keeps them unless
    others are clearly better in cross-validation (docs/search.md), and writes its choice down.
    """

    words: float = 0.2
    cognates: float = 0.1

    @classmethod
    def of(cls, named: Mapping[str, float]) -> FusionWeights:
        """Return the weights of these names; one that is missing is as above."""
        return cls(**{name: named[name] for name in asdict(cls()) if name in named})

    def save(self, folder: Path) -> None:
        """Write them into a generation's folder."""
        (folder / FUSION_FILE).write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> FusionWeights:
        """Read a generation's; raises GenerationError where the file is missing or damaged."""
        path = folder / FUSION_FILE
        try:
            return cls.of({k: float(v) for k, v in json.loads(path.read_text("utf-8")).items()})
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise GenerationError(
                f"The weights of the search in {path} cannot be read ({error}); "
                "run `samvirke index` to build a new index."
            ) from error


DEFAULT_WEIGHTS = FusionWeights()


def saturate(bm25: Scores) -> Scores:
    """Return BM25 scores as 0..1, half at `BM25_HALF`."""
    return np.asarray(bm25 / (bm25 + BM25_HALF), dtype=np.float32)


def fuse(
    closeness: Scores,
    words: Scores,
    own: Mask,
    cognates: Scores | None = None,
    weights: FusionWeights = DEFAULT_WEIGHTS,
) -> Scores:
    """Return one score a row from cosines, word parts (0..1) and "in the query's language".

    All are (n,); the rows must hold the own-language ones that are best by meaning. `cognates`
    (0..1) count in the other languages only.
    """
    fused = np.array(closeness, dtype=np.float32)
    _add_bonus(fused, closeness, words, np.flatnonzero(own), weights.words)
    if cognates is not None:
        _add_bonus(fused, closeness, cognates, np.flatnonzero(~own), weights.cognates)
    return fused


def _add_bonus(
    fused: Scores, closeness: Scores, part: Scores, places: np.ndarray[Any, Any], weight: float
) -> None:
    if not len(places) or not part[places].any():
        return
    order = np.argsort(-closeness[places], kind="stable")[:BASELINE_ROWS]
    baseline = part[places[order]].mean()
    fused[places] += weight * (part[places] - baseline)
