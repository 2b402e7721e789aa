"""Coefficients of agreement against their authors' worked examples, and where there is none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from kb.coding.coefficients import (
    ALL_SAME,
    FEW_PUBLICATIONS,
    MISSING,
    NOBODY,
    SAMPLES_SAME,
    Agreement,
    Estimate,
    Ratings,
    measure,
    measure_distances,
)

# Krippendorff (2011), section C: nominal data, four observers, twelve units, values missing
# (0 here). Gwet's irrCAC gives the same table as cac.raw4raters, with AC1 0.77544, percent
# agreement 0.81818 and alpha 0.74342.
KRIPPENDORFF_C = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3),
    (0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0),
)
# Krippendorff (2011), section A: binary data, two observers; alpha 0.095.
KRIPPENDORFF_A = ((0, 1, 0, 0, 0, 0, 0, 0, 1, 0), (1, 1, 1, 0, 0, 1, 0, 0, 0, 0))
# Cohen's example of two clinicians and 200 patients, as in Cohen (1968), table 1: kappa 0.492.
COHEN = ((88, 14, 18), (10, 40, 10), (2, 6, 12))
# Gwet's two abstractors and 100 pregnant women (irrCAC: cont3x3abstractors): kappa 0.7964.
ABSTRACTORS = ((13, 0, 0), (0, 20, 7), (0, 4, 56))
# Gwet's example of high agreement, 125 subjects: kappa below zero, AC1 0.9408.
HIGH = ((118, 5), (2, 0))


def coded(*coders: Sequence[int]) -> Ratings:
    return np.array(coders, dtype=np.int64).T


def from_table(table: Sequence[Sequence[int]]) -> Ratings:
    pairs = [
        (row, column)
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        for _ in range(count)
    ]
    return np.array(pairs, dtype=np.int64)


def measured(ratings: Ratings, categories: int) -> Agreement:
    return measure(ratings, categories, list(range(len(ratings))), draws=50)


def value(found: Estimate) -> float:
    assert found.value is not None
    return found.value


def test_krippendorff_2011_with_missing_values() -> None:
    found = measured(coded(*KRIPPENDORFF_C) - 1, 5)
    assert value(found.alpha) == pytest.approx(0.743, abs=0.0005)
    assert value(found.alpha) == pytest.approx(0.74342, abs=0.000005)
    assert (found.units, found.coders) == (11, 4)


def test_gwet_2014_with_missing_values() -> None:
    found = measured(coded(*KRIPPENDORFF_C) - 1, 5)
    assert value(found.ac1) == pytest.approx(0.77544, abs=0.000005)
    assert value(found.percent) == pytest.approx(0.81818, abs=0.000005)


def test_krippendorff_2011_binary() -> None:
    found = measured(coded(*KRIPPENDORFF_A), 2)
    assert value(found.alpha) == pytest.approx(0.095, abs=0.0005)
    assert value(found.percent) == pytest.approx(0.6)


def test_cohens_kappa() -> None:
    found = measured(from_table(COHEN), 3)
    assert value(found.kappa) == pytest.approx(0.492, abs=0.0005)
    assert value(found.percent) == pytest.approx(0.7)


def test_kappa_of_two_abstractors() -> None:
    found = measured(from_table(ABSTRACTORS), 3)
    assert value(found.kappa) == pytest.approx(0.7964094, abs=0.00000005)


def test_gwets_ac1_where_kappa_fails() -> None:
    found = measured(from_table(HIGH), 2)
    assert value(found.ac1) == pytest.approx(0.9408, abs=0.00005)
    assert value(found.percent) == pytest.approx(0.944)
    assert value(found.kappa) == pytest.approx(-0.0234, abs=0.00005)


def test_kappa_of_more_coders_is_the_mean_over_pairs() -> None:
    one, two, three = (list(coder) for coder in (*KRIPPENDORFF_A, (0, 1, 0, 0, 0, 1, 0, 0, 0, 0)))
    pairs = [measured(coded(*pair), 2) for pair in ((one, two), (one, three), (two, three))]
    together = measured(coded(one, two, three), 2)
    mean = sum(value(found.kappa) for found in pairs) / 3
    assert value(together.kappa) == pytest.approx(mean)


def test_alpha_by_distance_is_alpha_where_all_distances_are_one() -> None:
    ratings = coded(*KRIPPENDORFF_C) - 1
    clusters = list(range(12))
    found = measure_distances(ratings, 1.0 - np.eye(5), clusters, draws=50)
    assert found.alpha == measure(ratings, 5, clusters, draws=50).alpha
    assert found.kappa.value is None


def test_near_values_count_less_in_alpha_by_distance() -> None:
    ratings = coded((0, 1, 2, 0, 1, 2), (0, 1, 1, 0, 1, 2))
    near = np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 0.1], [1.0, 0.1, 0.0]])
    plain = measure_distances(ratings, 1.0 - np.eye(3), list(range(6)), draws=10)
    close = measure_distances(ratings, near, list(range(6)), draws=10)
    assert value(close.alpha) > value(plain.alpha)


def test_missing_values_change_nothing_but_what_they_are_missing_from() -> None:
    ratings = coded(*KRIPPENDORFF_A)
    alone = np.array([[1, MISSING], [MISSING, 0], [MISSING, MISSING]])
    longer = np.concatenate([ratings, alone])
    found, plain = measured(longer, 2), measured(ratings, 2)
    assert found.units == plain.units == 10
    assert value(found.alpha) == pytest.approx(value(plain.alpha))
    assert value(found.kappa) == pytest.approx(value(plain.kappa))
    assert value(found.percent) == pytest.approx(value(plain.percent))


@pytest.mark.parametrize(
    "ratings",
    [
        np.zeros((0, 2), dtype=np.int64),
        np.zeros((0, 0), dtype=np.int64),
        np.array([[0], [1]]),
        np.array([[0, MISSING], [MISSING, 1]]),
    ],
)
def test_no_passage_of_two_coders_gives_no_figure_and_says_why(ratings: Ratings) -> None:
    found = measured(ratings, 2)
    for estimate in (found.percent, found.alpha, found.kappa, found.ac1):
        assert (estimate.value, estimate.reason) == (None, NOBODY)
    assert found.units == 0


def test_where_all_is_the_same_chance_cannot_be_told() -> None:
    found = measured(np.zeros((8, 2), dtype=np.int64), 2)
    assert (found.percent.value, found.ac1.value) == (1.0, 1.0)
    assert (found.alpha.value, found.alpha.reason) == (None, ALL_SAME)
    assert (found.kappa.value, found.kappa.reason) == (None, ALL_SAME)


def test_one_rare_value_gives_a_figure_without_an_interval() -> None:
    ratings = np.zeros((20, 2), dtype=np.int64)
    ratings[3] = 1
    found = measured(ratings, 2)
    assert value(found.alpha) == pytest.approx(1.0)
    assert (found.alpha.low, found.alpha.reason) == (None, SAMPLES_SAME)


def test_an_interval_is_over_publications_and_the_same_each_time() -> None:
    ratings = from_table(COHEN)
    each = measure(ratings, 3, list(range(200)))
    grouped = measure(ratings, 3, [number % 8 for number in range(200)])
    again = measure(ratings, 3, [number % 8 for number in range(200)])
    assert grouped == again
    assert grouped.kappa.value == pytest.approx(each.kappa.value)
    for found in (each.kappa, grouped.kappa):
        assert found.low is not None
        assert found.high is not None
        assert found.low < value(found) < found.high
    # Cohen's standard error of this table is 0.054: 1.96 of it on either side.
    assert each.kappa.low == pytest.approx(0.492 - 0.106, abs=0.02)
    assert each.kappa.high == pytest.approx(0.492 + 0.106, abs=0.02)


def test_few_publications_give_no_interval() -> None:
    found = measure(from_table(HIGH), 2, [0, 1, 2, 3] * 31 + [0])
    assert found.ac1.low is None
    assert found.ac1.reason == FEW_PUBLICATIONS


# Three coders, five units, by hand. Units: 000, 11-, 011, 1-0, -1- (the last has no pair).
#
# Agreement: shares of agreeing pairs 1, 1, 1/3 and 0 of the four units with a pair: 7/12.
# Alpha: ten pairable values, five of each. Within units: 011 has 4 ordered unlike pairs over
#   3 - 1, 1-0 has 2 over 2 - 1: 4 of 10. Expected: 2 x 5 x 5 / (10 x 9) = 5/9. The rest of
#   1 - 0.4 x 9/5 is 0.28.
# Kappa: first and second coder share 00, 11, 01: observed 2/3, chance 2/3 x 1/3 + 1/3 x 2/3 = 4/9,
#   kappa 0.4. First and third share 00, 01, 10: 1/3, chance 4/9 + 1/9 = 5/9, kappa -0.5. Second and
#   third share 00 and 11: kappa 1. The mean is 0.3.
# AC1: shares of ones 0, 1, 2/3, 1/2, 1 over all five units: 19/30. Chance 2 x 19/30 x 11/30 =
#   418/900; (7/12 - 418/900) / (1 - 418/900) = 107/482.
BY_HAND = coded((0, 1, 0, 1, MISSING), (0, 1, 1, MISSING, 1), (0, MISSING, 1, 0, MISSING))


def test_every_coefficient_by_hand_with_missing_values() -> None:
    found = measured(BY_HAND, 2)
    assert (found.units, found.coders) == (4, 3)
    assert value(found.percent) == pytest.approx(7 / 12)
    assert value(found.alpha) == pytest.approx(0.28)
    assert value(found.kappa) == pytest.approx(0.3)
    assert value(found.ac1) == pytest.approx(107 / 482)


def test_an_interval_by_hand() -> None:
    """Five publications of one passage, one of them disputed: the samples are binomial.

    The disputed one is drawn X of 5 times, X binomial with 1/5: 3 times or more with 0.058, 4 or
    more with 0.007, so that the 2.5 % point of the agreement 1 - X / 5 is 0.4; never with 0.33,
    so that the 97.5 % point is 1.
    """
    found = measure(coded((0, 1, 0, 1, 0), (0, 1, 0, 1, 1)), 2, range(5))
    assert value(found.percent) == pytest.approx(0.8)
    assert found.percent.low == pytest.approx(0.4)
    assert found.percent.high == pytest.approx(1.0)


def test_publications_of_one_coder_give_no_interval() -> None:
    """However many passages one coder judged alone: four publications were judged by two."""
    pair = [[0, 1, 1, 0] + [0] * 60, [0, 1, 0, 0] + [MISSING] * 60]
    ratings = coded(*pair)
    found = measure(ratings, 2, range(64))
    for estimate in (found.percent, found.alpha, found.kappa, found.ac1):
        assert (estimate.low, estimate.reason) == (None, FEW_PUBLICATIONS)
    by_distance = measure_distances(ratings, 1.0 - np.eye(2), range(64))
    assert by_distance.alpha == found.alpha
    assert by_distance.units == 4
