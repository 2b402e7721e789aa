"""Probabilities, thresholds and counts, against cases worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.machine_coding.calibration import (
    SHOWN_PRECISION,
    Calibration,
    Matrix,
    calibrate,
    calibration_error,
    count,
)


def sample(slope: float, offset: float, count: int = 4000) -> tuple[Matrix, Matrix]:
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(count, 1))
    chance = 1 / (1 + np.exp(-(slope * scores + offset)))
    return scores, (rng.random((count, 1)) < chance).astype(float)


def test_platt_scaling_finds_the_curve_the_labels_came_from() -> None:
    scores, truth = sample(2.0, -1.0)
    fitted = calibrate(scores, truth)
    assert fitted.slope[0] == pytest.approx(2.0, abs=0.2)
    assert fitted.offset[0] == pytest.approx(-1.0, abs=0.15)


def test_probabilities_are_calibrated() -> None:
    scores, truth = sample(3.0, 0.5)
    chance = calibrate(scores, truth).probability(scores)
    assert calibration_error(chance[:, 0], truth[:, 0]) < 0.03


def test_the_threshold_gives_nearly_the_best_f1() -> None:
    scores, truth = sample(3.0, -2.0)
    fitted = calibrate(scores, truth)
    chance = fitted.probability(scores)
    best = max(count(chance >= t, truth).f1[0] for t in np.linspace(0.05, 0.95, 91))
    assert count(chance >= fitted.threshold, truth).f1[0] > best - 0.02


def test_a_rare_target_still_has_a_finite_curve() -> None:
    scores = np.linspace(0, 1, 200)[:, None]
    truth = np.zeros((200, 1))
    truth[-1] = 1.0
    fitted = calibrate(scores, truth)
    assert np.isfinite([fitted.slope, fitted.offset, fitted.threshold]).all()
    assert fitted.probability(scores).max() < 0.9


def test_a_target_that_never_occurs_is_hardly_ever_likely() -> None:
    scores = np.random.default_rng(1).normal(size=(300, 1))
    fitted = calibrate(scores, np.zeros((300, 1)))
    assert fitted.probability(scores).max() < 0.1


def test_a_score_that_misleads_is_ignored_not_turned_around() -> None:
    scores, truth = sample(-3.0, 0.0)
    assert calibrate(scores, truth).slope[0] == 0.0


def test_a_shared_threshold_is_one_for_all() -> None:
    rng = np.random.default_rng(2)
    scores = rng.normal(size=(300, 3))
    truth = (scores + rng.normal(size=(300, 3)) > [0.0, 1.0, 2.0]).astype(float)
    assert len(set(calibrate(scores, truth, shared_threshold=True).threshold)) == 1
    assert len(set(calibrate(scores, truth).threshold)) == 3


def test_what_is_shown_is_right_often_enough() -> None:
    rng = np.random.default_rng(3)
    scores = rng.normal(size=(2000, 2))
    truth = (rng.random((2000, 2)) < 1 / (1 + np.exp(-(2 * scores - 2)))).astype(float)
    fitted = calibrate(scores, truth)
    chance = fitted.probability(scores)
    shown = chance >= fitted.shown
    assert (fitted.shown >= fitted.threshold).all()
    assert truth[shown].mean() == pytest.approx(SHOWN_PRECISION, abs=0.03)
    assert truth[chance >= fitted.threshold].mean() < truth[shown].mean()


def test_where_nothing_is_sure_enough_nothing_but_certainty_is_shown() -> None:
    scores = np.random.default_rng(4).normal(size=(300, 1))
    truth = (np.arange(300) % 10 == 0).astype(float)[:, None]
    assert calibrate(scores, truth).shown[0] == 1.0


def test_labels_are_shown_from_their_threshold() -> None:
    scores = np.random.default_rng(5).normal(size=(300, 2))
    fitted = calibrate(scores, (scores > 1).astype(float), shared_threshold=True)
    assert (fitted.shown == fitted.threshold).all()


def test_probability_is_a_logistic_curve() -> None:
    curve = Calibration(*(np.array([one]) for one in (1.0, 0.0, 0.5, 0.5)))
    assert curve.probability(np.array([[0.0], [np.log(3)]])).ravel() == pytest.approx([0.5, 0.75])


def test_counts_and_f1_by_hand() -> None:
    truth = np.array([[1, 0], [1, 0], [0, 0], [0, 1]], float)
    shown = np.array([[True, False], [False, False], [True, False], [False, True]])
    counts = count(shown, truth)
    assert counts.hits.tolist() == [1.0, 1.0]
    assert counts.false.tolist() == [1.0, 0.0]
    assert counts.missed.tolist() == [1.0, 0.0]
    assert counts.f1.tolist() == [0.5, 1.0]
    assert counts.micro == pytest.approx((2 / 3, 2 / 3, 2 / 3))


def test_nothing_said_and_nothing_there_is_zero_not_an_error() -> None:
    counts = count(np.zeros((3, 1), bool), np.zeros((3, 1)))
    assert counts.f1.tolist() == [0.0]
    assert counts.micro == (0.0, 0.0, 0.0)


def test_calibration_error_by_hand() -> None:
    chance = np.array([0.9] * 10 + [0.1] * 10)
    truth = np.array([1.0] * 10 + [0.0] * 10)
    assert calibration_error(chance, truth) == pytest.approx(0.1)
    assert calibration_error(np.zeros(0), np.zeros(0)) == 0.0
