"""The encoder's adaptation, on a few exemplars: it learns, keeps to them, and is repeatable."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from corpora.codebook import load_codebook
from kb.bundled_model import prepare_bundled_model
from kb.model_conversion import load_source
from kb.search.trained_encoder import TrainedEncoder, load_trained
from kb.settings import Settings
from pipeline.machine_coding import adaptation, encoder_training
from pipeline.machine_coding.adaptation import UNKNOWN, Adapted, Lessons, adapt, make_lessons
from pipeline.machine_coding.encoder_training import can_be_adapted, train_encoder
from pipeline.machine_coding.reading import reading_text
from pipeline.machine_coding.training_data import TrainingData, load_training_data
from pipeline.progress import Step
from pipeline.search_training.layers import LowerLayers
from tests.models import shared_model_home

EVERY = 90  # one text in ninety: some thirty exemplars of every language


@pytest.fixture(scope="module")
def little() -> TrainingData:
    data = load_training_data(load_codebook())
    return TrainingData(data.codebook, data.texts[::EVERY], data.publications[:2])


@pytest.fixture(scope="module")
def given(little: TrainingData) -> Adapted:
    model = load_source(str(prepare_bundled_model(shared_model_home() / "models")))
    lower = LowerLayers(model)
    lower.add(make_lessons(little, "passage: ").texts)
    return Adapted(model, lower, "a model")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adaptation, "EPOCHS", 1)
    monkeypatch.setattr(adaptation, "ENOUGH_TO_CONTRAST", 4)


def learn_once(given: Adapted, lessons: Lessons) -> TrainedEncoder:
    return adapt(given, lessons, "data", 0, lambda read: None)


def test_lessons_are_the_exemplars_alone(little: TrainingData) -> None:
    lessons = make_lessons(little, "passage: ")
    exemplars = [one for one in little.texts if not one.publication]
    assert lessons.texts == tuple("passage: " + reading_text(one.input) for one in exemplars)
    assert lessons.factors.sum() == sum(len({c.factor for c in one.codes}) for one in exemplars)
    assert ((lessons.directions == UNKNOWN) == (lessons.factors == 0)).all()
    assert [bool(row.any()) for row in np.isnan(lessons.labels)] == [
        one.labels is None for one in exemplars
    ]


def test_every_text_is_read_once_an_epoch_and_only_sentences_are_joined(
    little: TrainingData,
) -> None:
    lessons = make_lessons(little, "")
    batches = list(adaptation._batches(lessons, np.random.default_rng(1)))
    items = [one for batch in batches for one in batch]
    assert sorted(place for one in items for place in one) == list(range(len(lessons.texts)))
    joined = [one for one in items if len(one) > 1]
    assert joined
    for one in joined:
        assert lessons.sentences[one].all()
        assert len(set(lessons.languages[one])) == 1


def test_a_joined_texts_direction_is_known_where_its_parts_agree() -> None:
    parts = np.array([[1, UNKNOWN, 2, UNKNOWN], [1, 3, 0, UNKNOWN]])
    assert adaptation._agreed(parts).tolist() == [1, 3, UNKNOWN, UNKNOWN]


def test_learning_changes_the_upper_layers_and_is_repeatable(
    given: Adapted, little: TrainingData, quick: None
) -> None:
    lessons = make_lessons(little, "passage: ")
    before = [one.clone() for one in given.model[0].auto_model.parameters()]
    one, two = (learn_once(given, lessons) for _ in range(2))
    assert one.sha256 == two.sha256
    assert (one.base, one.data) == ("a model", "data")
    assert len(one.factors) == 4 * 6
    assert all(name.startswith("encoder.layer.") for name in one.factors)
    assert any(np.abs(up).max() > 0 for up, _ in one.factors.values())
    after = given.model[0].auto_model.parameters()
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


def test_every_text_read_is_told(given: Adapted, little: TrainingData, quick: None) -> None:
    lessons = make_lessons(little, "passage: ")
    told: list[int] = []
    adapt(given, lessons, "data", 0, told.append)
    assert sum(told) == adaptation.steps_of(lessons) == len(lessons.texts)


def test_the_contrast_is_least_where_like_texts_are_near(little: TrainingData) -> None:
    lessons = make_lessons(little, "")
    lessons = replace(
        lessons,
        texts=lessons.texts[:4],
        factors=np.eye(lessons.sizes.factors, dtype=np.float32)[[0, 0, 1, 1]],
        languages=np.array([0, 1, 0, 1]),
    )
    near = torch.nn.functional.one_hot(torch.tensor([0, 0, 1, 1]), 3).float()
    mixed = torch.nn.functional.one_hot(torch.tensor([0, 1, 0, 1]), 3).float()
    losses = []
    for vectors in (near, mixed):
        contrast = adaptation._Contrast(lessons, 3)
        contrast.keep([[0], [1], [2], [3]], vectors)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(adaptation, "ENOUGH_TO_CONTRAST", 2)
            losses.append(float(contrast.loss([[0], [1], [2], [3]], vectors)))
    assert losses[0] < 0.1 < 5 < losses[1]


def test_nothing_is_contrasted_before_enough_is_known(little: TrainingData) -> None:
    contrast = adaptation._Contrast(make_lessons(little, ""), 3)
    assert float(contrast.loss([[0]], torch.ones(1, 3))) == 0.0


def test_an_encoder_is_trained_once_and_then_found(
    little: TrainingData, tmp_path: Path, quick: None
) -> None:
    (tmp_path / "models").symlink_to(shared_model_home() / "models")
    settings = Settings(home=tmp_path, model="bundled")
    told: list[str] = []

    @contextmanager
    def progress(stage: str, total: int) -> Iterator[Step]:
        told.append(stage)
        yield lambda count: None

    found = [train_encoder(settings, little, tmp_path / "work", progress) for _ in range(2)]
    assert found[0] is not None
    assert found[0] == found[1]
    assert told == ["lower", "adapt"]
    assert load_trained(found[0]).factors


def test_another_encoder_for_other_exemplars_and_the_same_for_another_starter(
    little: TrainingData,
) -> None:
    key = encoder_training._key(little, "model")
    fewer = replace(little, texts=tuple(one for one in little.texts if not one.publication))
    assert encoder_training._key(fewer, "model") == key
    assert encoder_training._key(replace(little, texts=little.texts[:-1]), "model") != key
    assert encoder_training._key(little, "other") != key


def test_a_model_of_another_family_is_known(given: Adapted) -> None:
    assert can_be_adapted(given.model)
    assert not can_be_adapted([object()])
    assert not can_be_adapted(object())
