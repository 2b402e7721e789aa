"""Learning all heads at once from labelled texts and their vectors.

Owns the order: feature space from exemplars, kernels of all texts, three heads. What is shipped is
written by `train`, what it is worth is measured by `evaluate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kb.vector_cache import PassageEmbedder, VectorCache
from kb.vector_runtime import Progress
from pipeline.machine_coding.features import Features, FeatureSpace, Floats, fit_space
from pipeline.machine_coding.fit import (
    DIRECTION_HEAD,
    FACTOR_HEAD,
    LABEL_HEAD,
    Fitted,
    Kernels,
    Rows,
    fit_head,
)
from pipeline.machine_coding.reading import reading_text
from pipeline.machine_coding.training_data import TrainingData


@dataclass(frozen=True)
class Learnt:
    """The three heads with the rows they were fitted on, and the space their features are in."""

    space: FeatureSpace
    features: Features
    factor: Fitted
    direction: Fitted
    label: Fitted
    factor_rows: Rows
    direction_rows: Rows
    label_rows: Rows


@dataclass(frozen=True)
class TrainingVectors:
    """Passage vectors of the training texts (n, d), and of each definition by factor, language."""

    texts: Floats
    definitions: Mapping[str, Mapping[str, Floats]]


def embed_training_data(
    data: TrainingData,
    cache: VectorCache,
    embedder: PassageEmbedder,
    progress: Progress | None = None,
) -> TrainingVectors:
    """Return the vectors of all training texts, embedding only what `cache` does not hold."""
    said = data.definitions()
    texts = [reading_text(one) for one in data.inputs]
    vectors = cache.embed(embedder, [*texts, *(text for _, _, text in said)], progress)
    definitions: dict[str, dict[str, Floats]] = {}
    for (factor, language, _), vector in zip(said, vectors[len(texts) :], strict=True):
        definitions.setdefault(factor, {})[language] = vector
    return TrainingVectors(vectors[: len(texts)], definitions)


def learn(data: TrainingData, vectors: TrainingVectors) -> Learnt:
    """Fit all heads; the same data and vectors give the same result (nothing is random)."""
    exemplars = np.flatnonzero(~data.is_starter)
    inputs = data.inputs
    space = fit_space(
        [inputs[place] for place in exemplars], vectors.texts[exemplars], vectors.definitions
    )
    features = space.read(inputs, vectors.texts)
    kernels = Kernels(features)
    factor_rows, direction_rows = data.factor_rows(), data.direction_rows()
    label_rows = data.label_rows()
    return Learnt(
        space,
        features,
        fit_head(kernels, FACTOR_HEAD, factor_rows),
        fit_head(kernels, DIRECTION_HEAD, direction_rows),
        fit_head(kernels, LABEL_HEAD, label_rows),
        factor_rows,
        direction_rows,
        label_rows,
    )
