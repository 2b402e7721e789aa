from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kb.errors import GenerationError
from kb.search.means import ANY, LEAST_TEXTS, SHARE, LanguageMeans, exemplar_means, means_of
from kb.vector_runtime import unit
from tests.models import shared_embedder, shared_vector_cache, starter_lock


def test_a_languages_own_direction_is_taken_out() -> None:
    random = np.random.default_rng(3)
    base = random.normal(size=(200, 16)).astype(np.float32)
    shift = np.zeros((200, 16), dtype=np.float32)
    shift[:100, 0] = 6.0  # one language lies far out in one direction
    languages = ["nb"] * 100 + ["fi"] * 100
    vectors = unit(base + shift)
    means = means_of(vectors, languages)
    centred = means.centre(vectors, languages)
    before = vectors[:100].mean(0) @ vectors[100:].mean(0)
    gap = np.linalg.norm(vectors[:100].mean(0) - vectors[100:].mean(0))
    assert np.linalg.norm(centred[:100].mean(0) - centred[100:].mean(0)) < 0.5 * gap
    assert np.isfinite(before)
    np.testing.assert_allclose(np.linalg.norm(centred, axis=1), 1.0, atol=1e-5)


def test_a_language_of_few_texts_gets_the_others_mean() -> None:
    vectors = unit(np.random.default_rng(1).normal(size=(LEAST_TEXTS + 2, 4)).astype(np.float32))
    means = means_of(vectors, ["nb"] * LEAST_TEXTS + ["se"] * 2)
    assert set(means.vectors) == {"nb", ANY}
    np.testing.assert_allclose(means.vectors[ANY], means.vectors["nb"])
    one = means.centre(vectors[-1:], ["se"])
    np.testing.assert_allclose(one, unit(vectors[-1:] - SHARE * means.vectors[ANY]), atol=1e-6)


def test_no_texts_at_all_change_nothing() -> None:
    means = means_of(np.zeros((0, 4), dtype=np.float32), [])
    vectors = unit(np.ones((2, 4), dtype=np.float32))
    np.testing.assert_allclose(means.centre(vectors, ["nb", "x"]), vectors)
    assert means.centre(np.zeros((0, 4), dtype=np.float32), []).shape == (0, 4)


def test_means_are_kept_and_read_back(tmp_path: Path) -> None:
    means = means_of(np.eye(4, dtype=np.float32)[[0] * 60], ["nb"] * 60)
    means.save(tmp_path / "m.safetensors")
    again = LanguageMeans.load(tmp_path / "m.safetensors")
    assert set(again.vectors) == {"nb", ANY}
    np.testing.assert_array_equal(again.vectors["nb"], means.vectors["nb"])


@pytest.mark.parametrize("content", [None, b"", b"junk" * 10])
def test_a_file_that_cannot_be_read_is_one_clear_sentence(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "m.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(GenerationError, match=r"language means .* cannot be read"):
        LanguageMeans.load(path)


def test_means_without_the_one_for_other_languages_are_refused(tmp_path: Path) -> None:
    LanguageMeans({"nb": np.ones(4, dtype=np.float32)}).save(tmp_path / "m.safetensors")
    with pytest.raises(GenerationError, match="lack the one for other languages"):
        LanguageMeans.load(tmp_path / "m.safetensors")


def test_the_exemplars_give_a_mean_to_each_language_they_are_in() -> None:
    with starter_lock():
        means = exemplar_means(shared_embedder(), shared_vector_cache())
    assert {"nb", "nn", "sv", "da", "fi", "is", "en", "fo", ANY} <= set(means.vectors)
    assert all(v.shape == (384,) for v in means.vectors.values())
    assert float(means.vectors["fi"] @ means.vectors["en"]) < 0.99
