"""What a model's index needs beside vectors: the language means and the weights that fit it.

Owns the choice: for the model that search was trained for, what was learned with it; for any
other, means of the exemplars and the weights as they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kb.search.fusion import DEFAULT_WEIGHTS, FusionWeights
from kb.search.means import LanguageMeans, exemplar_means
from kb.search.trained_encoder import load_trained
from kb.vector_cache import PassageEmbedder, VectorCache


class SearchEmbedder(PassageEmbedder, Protocol):
    """An embedder that knows which trained file it runs with."""

    trained: Path | None


@dataclass(frozen=True)
class Fitting:
    """The language means and the fusion's weights of one model."""

    means: LanguageMeans
    weights: FusionWeights


def fitting_of(embedder: SearchEmbedder, cache: VectorCache) -> Fitting:
    """Return what fits the embedder's model.

    A model that nothing was trained for embeds about a thousand texts the first time (15 s).
    """
    learned = load_trained(embedder.trained) if embedder.trained else None
    weights = FusionWeights.of(learned.weights) if learned else DEFAULT_WEIGHTS
    if learned and learned.means:
        return Fitting(LanguageMeans(learned.means), weights)
    return Fitting(exemplar_means(embedder, cache), weights)
