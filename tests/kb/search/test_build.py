from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from kb.errors import GenerationError
from kb.search.build import build_index, check_index
from kb.search.dense import write_dense
from tests.kb.search.sample_rows import make_row, make_vectors, no_means

ROWS = [make_row(f"a{n}", f"Passasje nummer {n} om samarbeid.") for n in range(12)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "g"
    place.mkdir()
    build_index(place, ROWS, make_vectors([row.text for row in ROWS]), no_means())
    return place


def test_a_built_index_is_sound(folder: Path) -> None:
    assert check_index(folder) == []
    assert sorted(p.name for p in folder.iterdir()) == [
        "cognates",
        "dense.faiss",
        "fulltext",
        "fusion.json",
        "means.safetensors",
        "passages.arrow",
        "vectors.npy",
        "words.arrow",
    ]


def test_an_empty_index_is_sound(tmp_path: Path) -> None:
    build_index(tmp_path, [], np.zeros((0, 8), dtype=np.float32), no_means())
    assert check_index(tmp_path) == []


@pytest.mark.parametrize(
    "name",
    [
        "cognates",
        "dense.faiss",
        "fulltext",
        "fusion.json",
        "means.safetensors",
        "passages.arrow",
        "vectors.npy",
        "words.arrow",
    ],
)
def test_a_missing_part_is_named(folder: Path, name: str) -> None:
    path = folder / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert check_index(folder) == [f"the index lacks {name}"]


@pytest.mark.parametrize(
    "name", ["dense.faiss", "fusion.json", "means.safetensors", "passages.arrow"]
)
def test_a_damaged_part_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"damaged")
    problems = check_index(folder)
    assert len(problems) == 1
    assert name in problems[0]


@pytest.mark.parametrize("weight", ["NaN", "Infinity", "-Infinity"])
def test_weights_that_are_no_numbers_are_named(folder: Path, weight: str) -> None:
    (folder / "fusion.json").write_text(f'{{"words": {weight}, "cognates": 0.1}}', "utf-8")
    (problem,) = check_index(folder)
    assert "fusion.json" in problem
    assert problem.endswith("run `samvirke index` to build a new index.")


def test_counts_that_differ_are_named(folder: Path) -> None:
    write_dense(folder, make_vectors(["a", "b"]))
    assert check_index(folder) == [
        "the index has 2 vectors for 12 passages",
        "the index has 2 entries in its FAISS index for 12 passages",
    ]


def test_vectors_of_another_length_are_named(folder: Path) -> None:
    write_dense(folder, 2 * make_vectors([row.text for row in ROWS]))
    assert check_index(folder) == ["the index has vectors that are not of unit length"]


def test_rows_and_vectors_must_fit(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="got 1 for 12"):
        build_index(tmp_path, ROWS, make_vectors(["a"]), no_means())
    with pytest.raises(GenerationError, match="an id is repeated"):
        build_index(tmp_path, [ROWS[0], ROWS[0]], make_vectors(["a", "b"]), no_means())
    assert list(tmp_path.iterdir()) == []
