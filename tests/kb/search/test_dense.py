from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kb.errors import GenerationError
from kb.search.dense import DenseIndex, write_dense
from kb.vector_runtime import unit


@pytest.fixture
def index(tmp_path: Path) -> DenseIndex:
    vectors = unit(np.random.default_rng(5).normal(size=(300, 16)).astype(np.float32))
    write_dense(tmp_path, vectors)
    return DenseIndex(tmp_path)


def test_closeness_is_the_cosine(index: DenseIndex) -> None:
    query = np.array(index.vectors[7])
    close = index.closeness(query)
    assert close.shape == (300,)
    assert close[7] == pytest.approx(1.0, abs=1e-5)
    some = np.array([3, 7, 9])
    np.testing.assert_allclose(index.closeness(query, some), close[some], atol=1e-6)


def test_the_nearest_are_the_exact_ones(index: DenseIndex) -> None:
    query = np.array(index.vectors[0])
    wanted = np.argsort(-index.closeness(query))[:20]
    assert index.nearest(query, 20).tolist() == wanted.tolist()


def test_a_narrow_filter_still_gives_all_it_allows(index: DenseIndex) -> None:
    query = np.array(index.vectors[0])
    allowed = np.zeros(300, dtype=bool)
    allowed[[5, 100, 299]] = True
    found = index.nearest(query, 10, allowed)
    order = sorted([5, 100, 299], key=lambda n: -float(index.closeness(query)[n]))
    assert found.tolist() == order
    assert index.nearest(query, 10, np.zeros(300, dtype=bool)).tolist() == []


def test_a_damaged_file_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match=r"vectors of the index .* cannot be read"):
        DenseIndex(tmp_path)
    (tmp_path / "vectors.npy").write_bytes(b"\x93NUMPY")
    with pytest.raises(GenerationError, match="run `samvirke index`"):
        DenseIndex(tmp_path)
