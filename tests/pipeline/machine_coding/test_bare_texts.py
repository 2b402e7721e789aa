"""Bare texts: starter passages without heading and title, scored without their publication."""

from __future__ import annotations

import numpy as np
import pytest

from corpora.codebook import load_codebook
from pipeline.machine_coding.bare_texts import BareTexts, bare_texts, left_out_of_bare
from pipeline.machine_coding.learn import Learnt, embed_training_data, learn
from pipeline.machine_coding.predictions import left_out_of
from pipeline.machine_coding.training_data import TrainingData, load_training_data
from tests.models import shared_embedder, shared_vector_cache, starter_lock

EVERY = 12  # one labelled text in twelve: enough for every kind and language


@pytest.fixture(scope="module")
def little() -> TrainingData:
    data = load_training_data(load_codebook())
    return TrainingData(data.codebook, data.texts[::EVERY], data.publications)


@pytest.fixture(scope="module")
def learnt(little: TrainingData) -> Learnt:
    with starter_lock():
        return learn(little, embed_training_data(little, shared_vector_cache(), shared_embedder()))


@pytest.fixture(scope="module")
def bare(little: TrainingData) -> BareTexts:
    with starter_lock():
        return bare_texts(little, shared_vector_cache(), shared_embedder())


def test_bare_texts_are_the_starters_without_heading_and_title(
    little: TrainingData, bare: BareTexts
) -> None:
    starter = [one.input for one in little.texts if one.publication]
    assert [one.text for one in bare.inputs] == [one.text for one in starter]
    assert [one.language for one in bare.inputs] == [one.language for one in starter]
    assert not any(one.title or one.section for one in bare.inputs)
    assert bare.vectors.shape[0] == len(starter)


def test_texts_with_all_they_have_are_scored_as_in_learning(
    little: TrainingData, learnt: Learnt
) -> None:
    with starter_lock():
        vectors = embed_training_data(little, shared_vector_cache(), shared_embedder()).texts
    own = little.is_starter
    whole = BareTexts(tuple(one.input for one in little.texts if one.publication), vectors[own])
    found, known = left_out_of_bare(learnt, whole), left_out_of(learnt)
    assert found.factor == pytest.approx(known.factor, abs=1e-3)
    assert found.direction == pytest.approx(known.direction, abs=1e-3)
    assert found.label == pytest.approx(known.label, abs=1e-3)


def test_without_a_heading_the_scores_are_others(learnt: Learnt, bare: BareTexts) -> None:
    found, known = left_out_of_bare(learnt, bare), left_out_of(learnt)
    assert found.factor.shape == known.factor.shape
    assert np.isfinite(found.direction).all()
    assert np.abs(found.factor - known.factor).mean() > 0.005
