"""Means and weights fit the model: what was learned with it, or what any model gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kb.search import fitting
from kb.search.fitting import fitting_of
from kb.search.fusion import DEFAULT_WEIGHTS, FusionWeights
from kb.search.means import LanguageMeans
from kb.vector_cache import VectorCache
from kb.vector_runtime import Progress, Vectors
from tests.kb.search.sample_rows import DIMENSION, make_vectors
from tests.kb.search.test_trained_encoder import make_trained

OTHER = LanguageMeans({"*": np.zeros(DIMENSION, dtype=np.float32)})


class Model:
    """Embeds in fixed directions; `trained` is the file it runs with."""

    revision, dimension = "r", DIMENSION

    def __init__(self, trained: Path | None) -> None:
        self.trained = trained

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return make_vectors(texts)


@pytest.fixture
def exemplars_asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    asked: list[object] = []

    def means(embedder: object, cache: object) -> LanguageMeans:
        asked.append(embedder)
        return OTHER

    monkeypatch.setattr(fitting, "exemplar_means", means)
    return asked


def test_a_model_nothing_was_trained_for_gets_the_exemplars_means(
    tmp_path: Path, exemplars_asked: list[object]
) -> None:
    model = Model(None)
    found = fitting_of(model, VectorCache(tmp_path))
    assert found.means is OTHER
    assert found.weights == DEFAULT_WEIGHTS
    assert exemplars_asked == [model]


def test_what_was_learned_brings_its_means_and_weights(
    tmp_path: Path, exemplars_asked: list[object]
) -> None:
    path = tmp_path / "t.safetensors"
    replace(make_trained(), weights={"words": 0.3, "cognates": 0.15}).save(path)
    found = fitting_of(Model(path), VectorCache(tmp_path))
    assert set(found.means.vectors) == {"nb", "*"}
    assert found.weights == FusionWeights(0.3, 0.15)
    assert exemplars_asked == []


def test_a_trained_file_without_means_asks_the_exemplars(
    tmp_path: Path, exemplars_asked: list[object]
) -> None:
    path = tmp_path / "t.safetensors"
    replace(make_trained(), means={}, weights={}).save(path)
    found = fitting_of(Model(path), VectorCache(tmp_path))
    assert found.means is OTHER
    assert found.weights == DEFAULT_WEIGHTS
    assert len(exemplars_asked) == 1
