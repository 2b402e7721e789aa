"""The model's two files: what is written is read back, what is damaged is refused in a sentence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from pipeline.errors import CoderError
from pipeline.machine_coding.model_files import (
    ARRAYS_FILE,
    FACTS_FILE,
    FORMAT,
    SHIPPED,
    read_model,
    version_of,
    write_model,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped model."""
    copy = tmp_path / "koder æ"
    shutil.copytree(SHIPPED, copy)
    return copy


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    parts = read_model(SHIPPED)
    facts = write_model(tmp_path / "new", parts)
    again = read_model(tmp_path / "new")
    assert facts == parts.facts == again.facts
    assert np.array_equal(again.scorer.gram_weights, parts.scorer.gram_weights)
    assert np.array_equal(again.space.idf, parts.space.idf)
    assert again.space.factors == parts.facts.factors
    assert version_of(again.facts) == version_of(parts.facts)


def test_writing_leaves_nothing_else_behind(tmp_path: Path) -> None:
    write_model(tmp_path, read_model(SHIPPED))
    assert sorted(path.name for path in tmp_path.iterdir()) == [FACTS_FILE, ARRAYS_FILE]


def test_the_files_are_small_and_hold_no_pickle() -> None:
    data = (SHIPPED / ARRAYS_FILE).read_bytes()
    assert len(data) < 8_000_000
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    kinds = {entry["dtype"] for name, entry in header.items() if name != "__metadata__"}
    assert kinds <= {"I8", "I32", "F16", "F32", "F64"}


def test_the_version_follows_the_figures_and_the_numbers() -> None:
    facts = read_model(SHIPPED).facts
    assert version_of(facts.model_copy(update={"arrays_sha256": "0"})) != version_of(facts)
    assert version_of(facts.model_copy(update={"data_hash": "0"})) != version_of(facts)


def refuse(folder: Path, words: str) -> None:
    with pytest.raises(CoderError, match=words) as caught:
        read_model(folder)
    message = str(caught.value)
    assert message.startswith("Expected")
    assert "machine_coding.train" in message
    assert "\n" not in message


@pytest.mark.parametrize("name", [ARRAYS_FILE, FACTS_FILE])
def test_a_missing_file(folder: Path, name: str) -> None:
    (folder / name).unlink()
    refuse(folder, "found none")


def test_no_folder_at_all(tmp_path: Path) -> None:
    refuse(tmp_path / "nowhere", "found none")


def test_a_cut_off_array_file(folder: Path) -> None:
    path = folder / ARRAYS_FILE
    path.write_bytes(path.read_bytes()[:1000])
    refuse(folder, "found other content")


def test_files_of_two_models(folder: Path) -> None:
    path = folder / FACTS_FILE
    facts = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(facts | {"arrays_sha256": "0" * 64}), "utf-8")
    refuse(folder, "found other content")


@pytest.mark.parametrize("content", ["", "{", "[]", '"format"', f'{{"format": {FORMAT}}}'])
def test_facts_that_are_no_facts(folder: Path, content: str) -> None:
    (folder / FACTS_FILE).write_text(content, "utf-8")
    refuse(folder, "found a fault")


def test_facts_with_an_unknown_key(folder: Path) -> None:
    path = folder / FACTS_FILE
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"extra": 1}), "utf-8")
    refuse(folder, "found a fault")


@pytest.mark.parametrize("other", [FORMAT - 1, FORMAT + 1, "x", None])
def test_a_model_of_another_format(folder: Path, other: object) -> None:
    path = folder / FACTS_FILE
    facts = json.loads(path.read_text("utf-8"))
    # One of an earlier version has other keys too: its number is what a user is told of.
    path.write_text(json.dumps({"format": other, "factors": facts["factors"]}), "utf-8")
    refuse(folder, f"found format {other}")


def rewrite_arrays(folder: Path, data: bytes) -> None:
    import hashlib

    (folder / ARRAYS_FILE).write_bytes(data)
    path = folder / FACTS_FILE
    facts = json.loads(path.read_text("utf-8"))
    facts["arrays_sha256"] = hashlib.sha256(data).hexdigest()
    path.write_text(json.dumps(facts), "utf-8")


def test_a_missing_array(folder: Path) -> None:
    arrays = load_file(folder / ARRAYS_FILE)
    del arrays["scorer.bias"]
    save_file(arrays, folder / "less")
    rewrite_arrays(folder, (folder / "less").read_bytes())
    refuse(folder, "found a gap")


def test_bytes_that_are_no_arrays(folder: Path) -> None:
    rewrite_arrays(folder, b"\x80\x04\x95 not safetensors at all")
    refuse(folder, "found a gap")
