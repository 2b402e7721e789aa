from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kb.errors import GenerationError
from kb.search import dense as dense_module
from kb.search.dense import DenseIndex, exact_nearest, write_dense
from kb.vector_runtime import Vectors, unit


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
    for other in (np.float32(3), np.zeros(9, np.float32), np.full((2, 8), "a")):
        np.save(tmp_path / "vectors.npy", other, allow_pickle=False)
        with pytest.raises(GenerationError, match="of another shape"):
            DenseIndex(tmp_path)


def clustered() -> Vectors:
    """3,000 vectors in forty clusters."""
    dice = np.random.default_rng(5)
    centres = dice.normal(size=(40, 16))
    return unit(
        (centres[dice.integers(0, 40, 3000)] + dice.normal(0, 0.4, (3000, 16))).astype("f4")
    )


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DenseIndex:
    """An index big enough for lists of neighbours, in forty clusters."""
    monkeypatch.setattr(dense_module, "EXACT_ROWS", 1000)
    facts = write_dense(tmp_path, clustered())
    assert (facts.kind, facts.lists) == ("lists", 46)
    assert facts.recall >= dense_module.LEAST_RECALL
    assert 8 <= facts.probes <= facts.lists
    return DenseIndex(tmp_path)


def test_lists_find_what_comparing_finds(lists: DenseIndex) -> None:
    queries = dense_module.sample_queries(lists.vectors)
    wanted = exact_nearest(lists.vectors, queries)
    found = [lists.nearest(query, 10) for query in queries]
    shares = [np.isin(one, two).mean() for one, two in zip(wanted, found, strict=True)]
    assert np.mean(shares) >= dense_module.LEAST_RECALL
    for query, rows in zip(queries[:5], found, strict=False):
        close = lists.closeness(query, rows)
        assert close.tolist() == sorted(close.tolist(), reverse=True)


def test_lists_give_as_many_as_a_filter_allows(
    lists: DenseIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = np.array(lists.vectors[0], np.float32)
    allowed = np.zeros(len(lists), dtype=bool)
    allowed[::7] = True
    compared = lists.nearest(query, 50, allowed)
    assert (
        compared.tolist()
        == [row for row in np.argsort(-lists.closeness(query), kind="stable") if allowed[row]][:50]
    )
    monkeypatch.setattr(dense_module, "SCAN_ROWS", 10)
    through_lists = lists.nearest(query, 300, allowed)
    assert len(through_lists) == 300
    assert allowed[through_lists].all()
    assert set(compared[:10]) <= set(through_lists)


def test_a_filter_too_broad_to_gather_loses_nothing(
    lists: DenseIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed = np.random.default_rng(2).random(len(lists)) < 0.3
    queries = dense_module.sample_queries(lists.vectors)[:20]
    gathered = [lists.nearest(query, 10, allowed) for query in queries]
    monkeypatch.setattr(dense_module, "GATHERED_ROWS", 10)
    for query, right in zip(queries, gathered, strict=True):
        assert lists.nearest(query, 10, allowed).tolist() == right.tolist()
    few = np.zeros(len(lists), dtype=bool)
    few[100:120] = True
    assert sorted(lists.nearest(queries[0], 50, few).tolist()) == list(range(100, 120))


def test_beside_lists_vectors_take_half_the_room_and_are_as_near(lists: DenseIndex) -> None:
    whole = clustered()
    assert lists.vectors.dtype == np.float16
    assert lists.vectors.shape == whole.shape
    close = lists.closeness(whole[3])
    assert close.dtype == np.float32
    np.testing.assert_allclose(close, whole @ whole[3], atol=5e-4)


def test_the_same_vectors_give_the_same_lists(
    lists: DenseIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = tmp_path / "again"
    again.mkdir()
    write_dense(again, clustered())
    assert (again / "dense.faiss").read_bytes() == (tmp_path / "dense.faiss").read_bytes()


def test_a_damaged_faiss_index_is_one_clear_sentence(lists: DenseIndex, tmp_path: Path) -> None:
    (tmp_path / "dense.faiss").write_bytes(b"half")
    with pytest.raises(GenerationError, match="run `samvirke index`"):
        DenseIndex(tmp_path).nearest(np.array(lists.vectors[0], np.float32), 3)
