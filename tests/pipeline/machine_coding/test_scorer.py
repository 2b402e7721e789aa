"""The compact scorer: each part adds what it should."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from pipeline.machine_coding.features import Features, Grams
from pipeline.machine_coding.scorer import CHUNK, Scorer, to_int8

NOTHING = Grams(np.zeros(0, np.int32), np.zeros(0, np.float32))


def grams(**weights: float) -> Grams:
    pairs = sorted((int(name[1:]), weight) for name, weight in weights.items())
    return Grams(
        np.array([p[0] for p in pairs], np.int32), np.array([p[1] for p in pairs], np.float32)
    )


def features(
    count: int = 1, text: Grams = NOTHING, section: Grams = NOTHING, title: Grams = NOTHING
) -> Features:
    dense = np.zeros((count, 2), np.float32)
    dense[:, 0] = 1.0
    small = np.zeros((count, 1), np.float32)
    return Features(dense, small, (text,) * count, (section,) * count, (title,) * count)


@pytest.fixture
def scorer() -> Scorer:
    return Scorer(
        support=np.array([[127, 0], [0, 127]], np.int8),
        support_step=np.array([1 / 127], np.float32),
        support_weights=np.array([[1.0, 0.0], [0.0, 1.0]], np.float16),
        widths=np.array([2.0, 4.0], np.float32),
        gram_weights=np.array([[0, 0], [100, 0], [0, -50]], np.int8),
        gram_steps=np.array([0.01, 0.02], np.float32),
        section_buckets=np.array([2, 5], np.int32),
        section_weights=np.array([[0.5], [0.25]], np.float16),
        title_buckets=np.array([3], np.int32),
        title_weights=np.array([[0.5]], np.float16),
        small_weights=np.array([[2.0, 3.0]], np.float32),
        bias=np.array([0.1, 0.2], np.float32),
    )


def test_likeness_to_training_texts(scorer: Scorer) -> None:
    wide, narrow = np.exp(-2.0), np.exp(-4.0)
    assert scorer.score(features())[0] == pytest.approx([1.1, 0.2 + narrow], abs=1e-3)
    alike = dataclasses.replace(scorer, widths=np.array([2.0, 2.0], np.float32))
    assert alike.score(features())[0] == pytest.approx([1.1, 0.2 + wide], abs=1e-3)


def test_ngrams_of_the_text(scorer: Scorer) -> None:
    plain = scorer.score(features())[0]
    found = scorer.score(features(text=grams(b1=0.5, b2=1.0)))[0]
    assert found - plain == pytest.approx([0.5, -1.0], abs=1e-5)


def test_ngrams_of_the_title_reach_the_last_targets_only(scorer: Scorer) -> None:
    plain = scorer.score(features())[0]
    found = scorer.score(features(title=grams(b2=1.0, b3=2.0)))[0]
    assert found - plain == pytest.approx([0.0, 1.0], abs=1e-5)


def test_ngrams_of_the_heading_reach_the_first_targets_only(scorer: Scorer) -> None:
    plain = scorer.score(features())[0]
    found = scorer.score(features(section=grams(b2=1.0, b5=2.0)))[0]
    assert found - plain == pytest.approx([1.0, 0.0], abs=1e-5)


@pytest.mark.parametrize("bucket", ["b0", "b3", "b9999"])
def test_headings_it_does_not_know_add_nothing(scorer: Scorer, bucket: str) -> None:
    plain = scorer.score(features())[0]
    assert scorer.score(features(section=grams(**{bucket: 1.0})))[0] == pytest.approx(plain)


def test_a_scorer_without_headings_reads_none(scorer: Scorer) -> None:
    bare = dataclasses.replace(
        scorer,
        section_buckets=np.zeros(0, np.int32),
        section_weights=np.zeros((0, 0), np.float16),
    )
    assert bare.score(features(section=grams(b2=1.0)))[0] == pytest.approx(
        bare.score(features())[0]
    )


def test_small_features(scorer: Scorer) -> None:
    one = dataclasses.replace(features(), small=np.array([[0.5]], np.float32))
    assert scorer.score(one)[0] - scorer.score(features())[0] == pytest.approx([1.0, 1.5])


def test_chunks_do_not_show(scorer: Scorer) -> None:
    many = scorer.score(features(CHUNK + 3))
    assert many.shape == (CHUNK + 3, 2)
    assert np.ptp(many, axis=0).max() < 1e-6


def test_int8_is_close_and_has_a_step_a_column() -> None:
    values = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32) * [1.0, 10.0, 0.1]
    packed, steps = to_int8(values.astype(np.float32), 0)
    assert packed.dtype == np.int8
    assert steps.shape == (3,)
    assert np.abs(packed * steps - values).max(axis=0) == pytest.approx(steps / 2, rel=0.2)


def test_int8_of_nothing_is_nothing() -> None:
    packed, _ = to_int8(np.zeros((2, 2), np.float32), 0)
    assert not packed.any()
