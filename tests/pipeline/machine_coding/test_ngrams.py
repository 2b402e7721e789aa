"""Hashed n-grams: stable from release to release, alike for inflected forms."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.machine_coding.ngrams import BUCKETS, SIZES, HashedText, hash_text, weigh

AE_OE = [4969, 13910, 33364]
EVEN = np.ones(BUCKETS, np.float32)


def likeness(left: str, right: str) -> float:
    rows = np.zeros((2, BUCKETS), np.float32)
    for row, text in enumerate((left, right)):
        hashed = hash_text(text)
        rows[row, hashed.buckets] = weigh(hashed, EVEN)
    return float(rows[0] @ rows[1])


def test_the_buckets_are_those_the_shipped_model_was_trained_with() -> None:
    # A change here makes every trained model wrong: raise model_files.FORMAT with it.
    assert hash_text("æø").buckets.tolist() == AE_OE
    assert hash_text("æø").counts.tolist() == [1.0, 1.0, 1.0]


def test_buckets_ascend_and_are_distinct() -> None:
    buckets = hash_text("Samarbeid mellom barnevern og skole").buckets
    assert np.all(np.diff(buckets) > 0)
    assert buckets.min() >= 0
    assert buckets.max() < BUCKETS


@pytest.mark.parametrize("text", ["", "   ", "… – !", "\n"])
def test_a_text_without_letters_has_no_ngrams(text: str) -> None:
    assert len(hash_text(text).buckets) == 0
    assert len(weigh(hash_text(text), EVEN)) == 0


def test_one_letter_has_one_ngram() -> None:
    assert min(SIZES) == 3
    assert len(hash_text("å").buckets) == 1


def test_counts_grow_with_repetition() -> None:
    once, thrice = hash_text("leder"), hash_text("leder leder leder")
    assert np.array_equal(once.buckets, thrice.buckets)
    assert np.array_equal(once.counts * 3, thrice.counts)


def test_ngrams_stay_inside_words() -> None:
    together = set(hash_text("ab cd").buckets.tolist())
    apart = set(hash_text("ab").buckets.tolist()) | set(hash_text("cd").buckets.tolist())
    assert together == apart


def test_case_and_punctuation_do_not_matter() -> None:
    left, right = hash_text("Felles mål!"), hash_text("felles, MÅL")
    assert np.array_equal(left.buckets, right.buckets)


def test_inflected_forms_are_alike_and_other_words_are_not() -> None:
    assert likeness("johtaminen", "johtamisen") > 0.4
    assert likeness("taushetsplikt", "taushetsplikten") > 0.8
    assert likeness("taushetsplikt", "kompetanse") < 0.15


def test_weights_have_unit_length_and_follow_rarity() -> None:
    hashed = hash_text("samordning av tjenester")
    idf = EVEN.copy()
    idf[hashed.buckets[0]] = 5.0
    weights = weigh(hashed, idf)
    assert np.linalg.norm(weights) == pytest.approx(1.0, abs=1e-6)
    assert weights[0] == weights.max()


def test_repetition_counts_on_a_log_scale() -> None:
    hashed = HashedText(np.array([1, 2], np.int32), np.array([1.0, np.e], np.float32))
    weights = weigh(hashed, EVEN)
    assert weights[1] / weights[0] == pytest.approx(2.0, abs=1e-5)
