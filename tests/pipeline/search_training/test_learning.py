"""Learning on a very small model: repeatable, and what ships is what was learned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb.bundled_model import _write_atomically, read_packed
from kb.model_conversion import ConversionError, apply_trained, load_source
from kb.search.means import LanguageMeans
from kb.search.trained_encoder import TrainedEncoder, load_trained
from pipeline.progress import silent
from pipeline.search_training.data import TrainingData, TrainingPair, TrainingPassage
from pipeline.search_training.layers import RANK, LowerLayers, UpperLayers
from pipeline.search_training.learning import EPOCHS, Learner, learn, steps_of
from tests.kb.packed_model import HIDDEN, write_packed

TEXTS = ("samarbeid skole", "barn leder tid", "skole og barn", "tid og leder samarbeid")
DATA = TrainingData(
    tuple(TrainingPassage(text, "nb", titled=True) for text in TEXTS),
    tuple(
        TrainingPair(question, "sv", n)
        for n, question in enumerate(("barn", "skole tid", "leder", "og"))
    ),
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("small")
    digest = write_packed(folder / "packed.bin")
    _write_atomically(read_packed(folder / "packed.bin", digest), folder / "model")
    return load_source(str(folder / "model"))


@pytest.fixture(scope="module")
def learner(model: Any) -> Learner:
    lower = LowerLayers(model)
    lower.add([*(f"passage: {text}" for text in TEXTS)])
    lower.add([f"query: {pair.question}" for pair in DATA.pairs])
    means = LanguageMeans({"*": np.zeros(HIDDEN, dtype=np.float32)})
    return Learner(model, lower, means, "query: ", "passage: ", "small-v1")


def learn_once(learner: Learner, seed: int = 0) -> TrainedEncoder:
    with silent("learn", 1) as step:
        return learn(learner, DATA, seed, step)


def test_untrained_upper_layers_are_the_models_own(model: Any, learner: Learner) -> None:
    texts = [f"passage: {text}" for text in TEXTS]
    found = UpperLayers(model).encode_all(learner.lower, texts).numpy()
    wanted = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    assert (found * wanted).sum(axis=1).min() > 0.99


def test_only_factors_of_the_upper_layers_learn(model: Any) -> None:
    upper = UpperLayers(model)
    learning = [name for name, one in upper.named_parameters() if one.requires_grad]
    assert learning
    assert all(name.endswith((".up", ".down")) for name in learning)
    assert upper.first == 1


def test_what_is_learned_names_weights_of_the_model(model: Any, learner: Learner) -> None:
    trained = learn_once(learner)
    names = [name for name, _ in model.named_parameters()]
    for name, (up, down) in trained.factors.items():
        assert sum(full.endswith(f".{name}") for full in names) == 1
        assert up.shape[1] == down.shape[0] == RANK
    assert (trained.base, trained.data) == ("small-v1", DATA.hash())
    assert any(np.abs(up).max() > 0 for up, _ in trained.factors.values())


def test_the_same_seed_learns_the_same(learner: Learner) -> None:
    assert learn_once(learner).sha256 == learn_once(learner).sha256
    assert learn_once(learner).sha256 != learn_once(learner, seed=1).sha256


def test_steps_are_told(learner: Learner) -> None:
    told: list[int] = []
    learn(learner, DATA, 0, told.append)
    assert sum(told) == steps_of(DATA) == EPOCHS


def test_what_ships_is_what_was_learned(model: Any, learner: Learner, tmp_path: Path) -> None:
    trained = learn_once(learner)
    larger = {name: (up * 300, down) for name, (up, down) in trained.factors.items()}
    changed = TrainedEncoder(larger, {}, {}, trained.base, trained.data)
    changed.save(tmp_path / "t.safetensors")
    folder = tmp_path / "model"
    model.save(str(folder))
    other = load_source(str(folder))
    texts = [f"query: {text}" for text in TEXTS]
    before = other.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    name = sorted(larger)[0]
    weight = next(w for full, w in other.named_parameters() if full.endswith(f".{name}"))
    wanted = weight.detach().double().numpy() + changed.change(name)
    apply_trained(other, load_trained(tmp_path / "t.safetensors"))
    weight = next(w for full, w in other.named_parameters() if full.endswith(f".{name}"))
    np.testing.assert_allclose(weight.detach().numpy(), wanted, rtol=0.01, atol=0.01)
    after = other.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    assert (before * after).sum(axis=1).min() < 0.9999


def test_what_was_trained_for_another_model_is_refused(model: Any) -> None:
    up, down = np.zeros((7, 2), dtype=np.float32), np.zeros((2, 7), dtype=np.float32)
    for name in ("encoder.layer.1.output.dense.weight", "encoder.layer.99.output.dense.weight"):
        other = TrainedEncoder({name: (up, down)}, {}, {}, "b", "d")
        with pytest.raises(ConversionError, match="does not fit it: no encoder"):
            apply_trained(model, other)
