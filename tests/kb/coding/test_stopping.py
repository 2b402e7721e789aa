"""The stopping rule keeps its promise, whatever the order, and gets anywhere at all."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.coding.stopping import (
    RIVALS,
    DrawnBatch,
    Evidence,
    judge,
    log_evidence,
    most_relevant,
    series,
)

SIZE = 20


def review(
    seed: int, population: int, relevant: int, help_from_learner: float, target: float, sure: float
) -> tuple[float, float]:
    """Look through a population by a learner's order and random draws until the rule says stop.

    Asked again before every batch. Returns recall and the share looked at.
    """
    dice = np.random.default_rng(seed)
    labels = np.zeros(population, dtype=bool)
    labels[dice.choice(population, relevant, replace=False)] = True
    order = np.argsort(-(dice.normal(size=population) + help_from_learner * labels))
    seen = np.zeros(population, dtype=bool)
    batches: list[DrawnBatch] = []
    while True:
        found, unseen = int((labels & seen).sum()), int((~seen).sum())
        if found >= target * most_relevant(batches, found, unseen, target, sure):
            return found / max(relevant, 1), 1 - unseen / population
        dry = len(batches) > 1 and found == batches[-2].found
        drawn = dice.permutation(np.flatnonzero(~seen))[: SIZE if dry else SIZE // 5]
        batches.append(DrawnBatch(unseen, found, tuple(labels[drawn].tolist())))
        seen[drawn] = True
        rest = [row for row in order if not seen[row]][: SIZE - len(drawn)]
        seen[rest] = True


@pytest.mark.parametrize(
    ("population", "relevant", "learner", "target", "sure"),
    [
        (200, 12, 2.0, 0.95, 0.95),
        (200, 40, 1.0, 0.8, 0.8),
        (200, 40, 0.0, 0.6, 0.8),
        (240, 30, 2.5, 0.8, 0.9),
        (200, 4, -1.0, 0.9, 0.9),  # a learner that is worse than none
    ],
)
def test_of_many_reviews_enough_have_found_enough(
    population: int, relevant: int, learner: float, target: float, sure: float
) -> None:
    runs = 40
    recalls = [review(s, population, relevant, learner, target, sure)[0] for s in range(runs)]
    reached = sum(recall >= target - 1e-9 for recall in recalls) / runs
    noise = 2 * math.sqrt(sure * (1 - sure) / runs)
    assert reached >= sure - noise


def test_a_wrong_rule_would_be_caught_here() -> None:
    """A rule that believes the learner: it stops where two batches bring nothing."""
    short = 0
    for seed in range(60):
        dice = np.random.default_rng(seed)
        labels = np.zeros(300, dtype=bool)
        labels[dice.choice(300, 15, replace=False)] = True
        order = np.argsort(-(dice.normal(size=300) + 1.0 * labels))
        found = np.cumsum(labels[order])[SIZE - 1 :: SIZE]
        stop = next((at for at in range(2, 15) if found[at] == found[at - 2]), 14)
        short += found[stop] < 0.95 * 15
    assert short > 0.2 * 60


def test_it_saves_looking_where_the_learner_is_good() -> None:
    looked = [review(seed, 400, 60, 3.0, 0.8, 0.9)[1] for seed in range(6)]
    assert sum(looked) / len(looked) < 0.8


def test_without_a_hit_it_is_the_hypergeometric_test() -> None:
    """Nothing known, n draws, no hit: evidence is at least the all-in part of one over p."""
    unseen, draws, missing = 100, 40, 5
    p = math.comb(unseen - missing, draws) / math.comb(unseen, draws)
    batches = [DrawnBatch(unseen, 0, (False,) * draws)]
    evidence = math.exp(log_evidence(batches, np.array([float(missing)]), target=1e-12)[0])
    assert evidence >= RIVALS[0][1] / p * (1 - 1e-6)
    assert evidence <= 1 / p * (1 + 1e-6)


def test_the_parts_of_the_bet_sum_to_one() -> None:
    assert sum(part for _, part in RIVALS) == pytest.approx(1.0)


@given(
    st.integers(20, 200),
    st.lists(st.booleans(), min_size=1, max_size=15),
    st.integers(0, 30),
    st.sampled_from([0.7, 0.9, 0.95]),
)
def test_the_bound_is_never_below_what_is_known(
    unseen: int, hits: list[bool], found: int, target: float
) -> None:
    batches = [DrawnBatch(unseen, found, tuple(hits))]
    known, left = found + sum(hits), unseen - len(hits)
    most = most_relevant(batches, known, left, target)
    assert known <= most <= known + left
    assert most_relevant(batches, known, left, target, 0.5) <= most


@given(st.integers(1, 3), st.integers(2, 12))
def test_an_average_bet_against_the_truth_gains_nothing(missing: int, unseen: int) -> None:
    """Summed over all outcomes of two draws, with their chances: exactly what was there."""
    missing = min(missing, unseen)
    total = 0.0
    for first in (False, True):
        for second in (False, True):
            one = missing / unseen
            two = (missing - first) / (unseen - 1)
            chance = (one if first else 1 - one) * (two if second else 1 - two)
            if chance > 0:
                batch = DrawnBatch(unseen, 7, (first, second))
                total += chance * math.exp(log_evidence([batch], np.array([7.0 + missing]), 0.8)[0])
    assert total <= 1.0 + 1e-6


def test_draws_left_are_what_it_takes() -> None:
    batches = [DrawnBatch(400, 60, (False,) * 10)]
    verdict = judge(batches, 60, 390)
    assert not verdict.stop
    more = [*batches, DrawnBatch(390, 60, (False,) * verdict.draws_left)]
    assert judge(more, 60, 390 - verdict.draws_left).stop
    fewer = [*batches, DrawnBatch(390, 60, (False,) * (verdict.draws_left - 1))]
    assert not judge(fewer, 60, 391 - verdict.draws_left).stop


def test_everything_looked_at_is_the_end() -> None:
    verdict = judge([], 3, 0)
    assert verdict.stop
    assert (verdict.recall, verdict.at_most, verdict.draws_left) == (1.0, 3, 0)


def test_nothing_looked_at_says_nothing() -> None:
    verdict = judge([], 0, 50)
    assert not verdict.stop
    assert verdict.at_most == 50


def test_a_hit_leaves_more_possible() -> None:
    clean = judge([DrawnBatch(200, 30, (False,) * 30)], 30, 170)
    marred = judge([DrawnBatch(200, 30, (False,) * 29 + (True,))], 31, 170)
    assert marred.at_most > clean.at_most
    assert (marred.draws, marred.hits) == (30, 1)


def test_large_numbers_are_tried_coarsely_and_stay_bounds() -> None:
    batches = [DrawnBatch(900_000, 100, (False,) * 200)]
    most = most_relevant(batches, 100, 899_800)
    assert 100 < most < 899_900


def test_the_series_has_a_point_for_each_later_batch() -> None:
    batches = [DrawnBatch(100 - 20 * at, 5 + at, (False,) * 4) for at in range(4)]
    points = series(batches, 100)
    assert [point.looked_at for point in points] == [20, 40, 60]
    assert [point.found for point in points] == [6, 7, 8]
    assert all(0 < point.recall <= 1 for point in points)


def test_the_series_is_what_was_told_at_each_batch() -> None:
    """The points are made in one go; asked batch by batch, the answer is the same."""
    hits = [(False, True, False), (False,) * 3, (True, False), (False,) * 8, (False,) * 4]
    batches = [DrawnBatch(900 - 20 * at, 5 + 2 * at, one) for at, one in enumerate(hits)]
    points = series(batches, 900, 0.8)
    for at, (point, batch) in enumerate(zip(points, batches[1:], strict=True), start=1):
        most = most_relevant(batches[:at], batch.found, batch.unseen, 0.8)
        assert point.recall == pytest.approx(batch.found / most)


def test_many_misses_at_once_are_as_one_by_one() -> None:
    numbers = np.arange(6.0, 60.0)
    known = DrawnBatch(80, 5, (False, True, False))
    one_by_one = log_evidence([known, DrawnBatch(75, 6, (False,) * 40)], numbers, 0.9)
    evidence = Evidence(numbers, 0.9)
    evidence.add(known)
    together = evidence.log_after_misses(75, 6, 40)
    possible = one_by_one < 1e5
    assert possible.sum() == 36  # with more than 35 missing, 40 misses of 75 cannot be
    assert together[possible] == pytest.approx(one_by_one[possible])
    assert (together[~possible] > 1e5).all()
