"""What was trained is read back as it was written, and refused where it is damaged."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from kb.errors import ModelError
from kb.search.trained_encoder import TrainedEncoder, load_trained

NAME = "encoder.layer.11.output.dense.weight"


def make_trained(seed: int = 1, weights: dict[str, float] | None = None) -> TrainedEncoder:
    """Return a small change of one matrix, (6, 4) of rank 2."""
    random = np.random.default_rng(seed)
    up = random.normal(size=(6, 2)).astype(np.float32)
    down = random.normal(size=(2, 4)).astype(np.float32)
    means = {"nb": np.ones(3, dtype=np.float32), "*": np.zeros(3, dtype=np.float32)}
    return TrainedEncoder({NAME: (up, down)}, means, weights or {"words": 0.25}, "base-1", "d" * 16)


def test_it_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    made = make_trained()
    made.save(tmp_path / "new" / "t.safetensors")
    read = load_trained(tmp_path / "new" / "t.safetensors")
    assert (read.base, read.data, dict(read.weights)) == ("base-1", "d" * 16, {"words": 0.25})
    assert set(read.factors) == {NAME}
    np.testing.assert_array_equal(read.means["nb"], made.means["nb"])
    np.testing.assert_allclose(read.change(NAME), made.change(NAME), rtol=5e-3, atol=5e-3)


def test_the_change_is_the_factors_product() -> None:
    made = make_trained()
    up, down = made.factors[NAME]
    assert made.change(NAME).shape == (6, 4)
    np.testing.assert_allclose(made.change(NAME), up.astype(float) @ down.astype(float))
    assert np.linalg.matrix_rank(made.change(NAME)) == 2


def test_the_hash_is_of_what_changes_vectors(tmp_path: Path) -> None:
    made = make_trained()
    made.save(tmp_path / "t.safetensors")
    assert load_trained(tmp_path / "t.safetensors").sha256 == made.sha256
    assert make_trained(weights={"words": 0.9}).sha256 == made.sha256
    assert make_trained(seed=2).sha256 != made.sha256


@pytest.mark.parametrize("content", [None, b"", b"no tensors at all"])
def test_a_file_that_cannot_be_read_is_one_clear_sentence(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "t.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match=re.escape(str(path)) + r".*search_training\.train`\.$"):
        load_trained(path)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    path = tmp_path / "other.safetensors"
    save_file({"x": np.zeros(2, dtype=np.float32)}, path)
    with pytest.raises(ModelError, match="cannot be read"):
        load_trained(path)
    save_file({"x.up": np.zeros((2, 2), dtype=np.float32)}, path, {"about": "{}"})
    with pytest.raises(ModelError, match="cannot be read"):
        load_trained(path)
