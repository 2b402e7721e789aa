"""Kernel ridge regression: the leave-out scores are exactly those of refitting."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.machine_coding.features import DIRECTION_WORDS, Features, Grams, unit_rows
from pipeline.machine_coding.fit import (
    COMMON_GRAM,
    STARTER,
    Fitted,
    Head,
    Kernels,
    Likeness,
    Rows,
    fit_head,
    fold_in,
    gram_kernel,
    only_texts,
)
from pipeline.machine_coding.ngrams import BUCKETS
from pipeline.machine_coding.scorer import Scorer

FACTORS = 2
SMALL = 2 * FACTORS + 2 * len(DIRECTION_WORDS)
FULL = Head(
    dense=1.5,
    section=0.3,
    title=0.2,
    cues=0.1,
    direction_words=0.05,
    definitions=0.05,
    width=4.0,
    plain=0.25,
    own_kind=1.0,
    ridge=0.7,
)
PLAIN = Head(dense=1.0, section=0.0)


def random_grams(rng: np.random.Generator, most: int = 300) -> Grams:
    buckets = np.unique(rng.integers(0, most, 20)).astype(np.int32)
    weights = rng.random(len(buckets)).astype(np.float32)
    return Grams(buckets, weights / np.linalg.norm(weights))


def random_features(count: int, seed: int = 0) -> Features:
    rng = np.random.default_rng(seed)
    return Features(
        unit_rows(rng.normal(size=(count, 6)).astype(np.float32)),
        rng.normal(size=(count, SMALL)).astype(np.float32),
        tuple(random_grams(rng) for _ in range(count)),
        tuple(random_grams(rng, 40) for _ in range(count)),
        tuple(random_grams(rng, 40) for _ in range(count)),
    )


def random_rows(count: int, seed: int = 0, factors: int = 0) -> Rows:
    rng = np.random.default_rng(seed)
    kind = np.array([STARTER if place < count // 2 else "sentence" for place in range(count)])
    group = np.array([f"p{place % 4}" if k == STARTER else "" for place, k in enumerate(kind)])
    targets = (rng.random((count, 3)) > 0.6).astype(float)
    one_hot = np.eye(factors)[rng.integers(0, factors, count)] if factors else np.zeros((count, 0))
    plain = rng.random(count) > 0.7
    return Rows(np.arange(count), kind, group, targets, one_hot, plain)


def score_without(features: Features, rows: Rows, head: Head, held: str) -> np.ndarray:
    """Fit on everything but `held` and score its rows from the kernel directly."""
    rest = only_texts(rows, rows.group != held)
    fitted = fit_head(Kernels(features), head, rest)
    out = only_texts(rows, rows.group == held)
    scores = exact_scores(features, fitted, head)[out.text] + fitted.bias
    return scores + out.factor @ fitted.factor_offsets if out.factor.shape[1] else scores


def exact_scores(features: Features, fitted: Fitted, head: Head) -> np.ndarray:
    kernel = Kernels(features).mix(head, np.arange(len(features)))
    scores: np.ndarray = kernel @ fitted.coefficients
    return scores


@pytest.mark.parametrize("head", [PLAIN, FULL], ids=["plain", "full"])
@pytest.mark.parametrize("factors", [0, 2])
def test_left_out_scores_are_those_of_a_refit(head: Head, factors: int) -> None:
    features, rows = random_features(40), random_rows(40, factors=factors)
    fitted = fit_head(Kernels(features), head, rows)
    for held in ("p0", "p3"):
        expected = score_without(features, rows, head, held)
        assert fitted.left_out[rows.group == held] == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("head", [PLAIN, FULL], ids=["plain", "full"])
@pytest.mark.parametrize("factors", [0, 2])
def test_a_solution_without_a_publication_gives_the_left_out_scores(
    head: Head, factors: int
) -> None:
    features, rows = random_features(40), random_rows(40, factors=factors)
    kernels = Kernels(features)
    fitted = fit_head(kernels, head, rows)
    assert set(fitted.without) == {"p0", "p1", "p2", "p3"}
    rest = fitted.without["p1"]
    own = np.flatnonzero(rows.group == "p1")
    kernel = kernels.mix(head, np.arange(40))[rows.text[own]]
    found = kernel @ rest.coefficients + rest.bias
    if factors:
        found += rows.factor[own] @ rest.factor_offsets
    assert found == pytest.approx(fitted.left_out[own], abs=1e-8)
    assert not rest.coefficients[rows.text[own]].any()


def part_of(features: Features, places: list[int]) -> Features:
    return Features(
        features.dense[places],
        features.small[places],
        *(
            tuple(kind[place] for place in places)
            for kind in (features.text, features.section, features.title)
        ),
    )


def test_likeness_between_two_sets_is_a_part_of_the_whole() -> None:
    features = random_features(12)
    whole = Kernels(features).mix(FULL, np.arange(12))
    part = Likeness(part_of(features, [1, 5]), features).mix(FULL)
    assert part == pytest.approx(whole[[1, 5]], abs=1e-6)


def test_new_texts_are_scored_without_their_publication() -> None:
    features, rows = random_features(40), random_rows(40)
    fitted = fit_head(Kernels(features), FULL, rows)
    own = np.flatnonzero(rows.group == "p2").tolist()
    likeness = Likeness(part_of(features, own), features)
    found = likeness.score(fitted, rows.group[own])
    assert found == pytest.approx(fitted.left_out[own], abs=1e-5)
    seen = likeness.score(fitted, np.array(["another"] * len(own)))
    assert np.abs(seen - fitted.left_out[own]).max() > 0.01


def test_rows_without_a_publication_are_never_left_out() -> None:
    fitted = fit_head(Kernels(random_features(20)), PLAIN, random_rows(20))
    assert np.isnan(fitted.left_out[10:]).all()
    assert np.isfinite(fitted.left_out[:10]).all()


def test_fitting_is_repeatable() -> None:
    first = fit_head(Kernels(random_features(20)), FULL, random_rows(20))
    again = fit_head(Kernels(random_features(20)), FULL, random_rows(20))
    assert np.array_equal(first.coefficients, again.coefficients)


def test_a_text_coded_twice_is_folded_into_one_coefficient() -> None:
    features = random_features(10)
    rows = random_rows(10)
    doubled = Rows(
        np.concatenate([rows.text, rows.text[:2]]),
        np.concatenate([rows.kind, rows.kind[:2]]),
        np.concatenate([rows.group, rows.group[:2]]),
        np.concatenate([rows.targets, rows.targets[:2]]),
        np.zeros((12, 0)),
        np.concatenate([rows.plain, rows.plain[:2]]),
    )
    assert fit_head(Kernels(features), PLAIN, doubled).coefficients.shape == (10, 3)


def test_gram_kernel_is_the_plain_inner_product() -> None:
    rng = np.random.default_rng(3)
    common = [
        Grams(np.array([7, 9000 + place], np.int32), np.array([0.6, 0.8], np.float32))
        for place in range(COMMON_GRAM + 20)
    ]
    texts = [
        *common,
        *(random_grams(rng) for _ in range(30)),
        Grams(np.zeros(0, np.int32), np.zeros(0, np.float32)),
    ]
    table = np.zeros((len(texts), BUCKETS))
    for row, text in enumerate(texts):
        table[row, text.buckets] = text.weights
    assert gram_kernel(texts) == pytest.approx(table @ table.T, abs=1e-5)


def fold(features: Features, *heads: Head) -> tuple[Scorer, list[np.ndarray]]:
    rows = random_rows(len(features))
    fitted = [fit_head(Kernels(features), head, rows) for head in heads]
    exact = [exact_scores(features, one, one.head) + one.bias for one in fitted]
    return fold_in(features, fitted), exact


def test_the_compact_form_scores_as_the_kernels_do() -> None:
    features = random_features(40)
    scorer, exact = fold(features, PLAIN, FULL)
    assert scorer.score(features) == pytest.approx(np.hstack(exact), abs=0.05)


def test_heads_without_headings_ship_none() -> None:
    features = random_features(20)
    scorer, exact = fold(features, PLAIN)
    assert scorer.section_weights.shape == (0, 0)
    assert scorer.score(features) == pytest.approx(exact[0], abs=0.05)


def test_heading_weights_are_kept_for_the_heads_that_use_them() -> None:
    scorer, _ = fold(random_features(20), FULL, PLAIN)
    assert scorer.section_weights.shape[1] == 3
    assert np.all(np.diff(scorer.section_buckets) > 0)


def test_likeness_of_the_same_kind_counts_more_with_own_kind() -> None:
    features, rows = random_features(40, 2), random_rows(40, 2)
    kernels = Kernels(features)
    shared = fit_head(kernels, Head(1.0, 0.0), rows)
    apart = fit_head(kernels, Head(1.0, 0.0, own_kind=5.0), rows)
    starter = rows.kind == STARTER

    def weight(coefficients: np.ndarray) -> float:
        return float(np.abs(coefficients[starter]).sum() / np.abs(coefficients).sum())

    assert weight(apart.coefficients) > weight(shared.coefficients)


def test_plain_texts_count_less() -> None:
    rows = random_rows(20)
    weighed = Head(dense=1.0, section=0.0, plain=0.25, ridge=0.5)
    assert set(rows.ridge(weighed)[rows.plain]) == {2.0}
    assert set(rows.ridge(weighed)[~rows.plain]) == {0.5}
    assert set(rows.ridge(PLAIN)) == {1.0}


def test_only_texts_keeps_rows_together() -> None:
    rows = random_rows(12)
    kept = only_texts(rows, rows.group == "p1")
    assert set(kept.group) == {"p1"}
    assert (
        len(kept.text) == len(kept.targets) == len(kept.kind) == len(kept.factor) == len(kept.plain)
    )
