from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kb.errors import GenerationError
from kb.search.fusion import (
    BASELINE_ROWS,
    BM25_HALF,
    DEFAULT_WEIGHTS,
    FUSION_FILE,
    FusionWeights,
    fuse,
    saturate,
)


def floats(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_word_scores_are_between_nothing_and_one() -> None:
    parts = saturate(floats(0, BM25_HALF, 1e9))
    assert parts.tolist() == pytest.approx([0.0, 0.5, 1.0])


def test_words_reorder_the_querys_own_language() -> None:
    own = np.array([True, True, False])
    fused = fuse(floats(0.50, 0.48, 0.49), floats(0.0, 0.6, 0.0), own)
    assert np.argsort(-fused).tolist() == [1, 2, 0]


def test_words_do_not_lift_a_language_above_the_others() -> None:
    own = np.array([True] * 5 + [False])
    close = floats(0.4, 0.4, 0.4, 0.4, 0.4, 0.41)
    fused = fuse(close, floats(0.7, 0.7, 0.7, 0.7, 0.7, 0.0), own)
    assert fused[:5].tolist() == pytest.approx([0.4] * 5)
    assert np.argmax(fused) == 5


def test_the_baseline_is_the_best_by_meaning() -> None:
    size = BASELINE_ROWS + 5
    words = np.zeros(size, dtype=np.float32)
    words[-5:] = 1.0  # far in meaning: they do not set the baseline
    close = np.linspace(1, 0, size, dtype=np.float32)
    fused = fuse(close, words, np.ones(size, dtype=bool))
    assert fused[-1] == pytest.approx(DEFAULT_WEIGHTS.words)
    assert fused[0] == pytest.approx(1.0)


def test_without_words_or_own_passages_only_meaning_counts() -> None:
    close = floats(0.3, 0.2)
    assert fuse(close, floats(0, 0), np.array([True, True])).tolist() == close.tolist()
    assert fuse(close, floats(0, 0), np.array([False, False])).tolist() == close.tolist()


def test_cognates_count_in_the_other_languages_only() -> None:
    own = np.array([True, False, False])
    close = floats(0.5, 0.5, 0.5)
    fused = fuse(close, floats(0, 0, 0), own, floats(0.9, 0.6, 0.0))
    assert fused[0] == pytest.approx(0.5)
    assert fused[1] > fused[0] > fused[2]
    assert fused[1] - fused[2] == pytest.approx(0.6 * DEFAULT_WEIGHTS.cognates)


def test_a_weight_of_nothing_leaves_meaning_alone() -> None:
    close = floats(0.5, 0.4, 0.3)
    own = np.array([True, True, False])
    alone = fuse(close, floats(0, 1, 0), own, floats(0, 0, 1), FusionWeights(0.0, 0.0))
    assert alone.tolist() == close.tolist()


def test_weights_are_kept_with_the_generation(tmp_path: Path) -> None:
    FusionWeights(0.15, 0.05).save(tmp_path)
    assert FusionWeights.load(tmp_path) == FusionWeights(0.15, 0.05)
    assert FusionWeights.of({"words": 0.3, "of another version": 1.0}) == FusionWeights(words=0.3)


@pytest.mark.parametrize("content", [None, "{", "[1]", '{"words": "much"}', "null"])
def test_weights_that_cannot_be_read_are_one_sentence(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / FUSION_FILE).write_text(content)
    with pytest.raises(GenerationError, match=r"weights of the search .* run `samvirke index`"):
        FusionWeights.load(tmp_path)
