"""Conversion runs in a process of its own, and says in one line why it could not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kb import model_conversion
from kb.compiled_model import GRAPH_FILE
from kb.model_conversion import ConversionError, convert_in_child
from kb.token_numbers import TOKENIZER_FILE
from kb.vector_runtime import ModelDescription
from tests.models import shared_embedder, shared_model_home


@pytest.fixture(scope="module")
def converted() -> Path:
    shared_embedder()
    found = (shared_model_home() / "models" / "runtime").glob("bundled-*/model.json")
    return next(found).parent


def test_what_a_conversion_leaves(converted: Path) -> None:
    names = {path.name for path in converted.iterdir()}
    assert {GRAPH_FILE, "model.bin", TOKENIZER_FILE, "model.json"} <= names
    description = ModelDescription.read(converted)
    assert (description.dimension, description.max_tokens, description.pad_id) == (384, 512, 1)
    assert description.inputs[:2] == ("input_ids", "attention_mask")
    assert (description.query_prompt, description.passage_prompt) == ("query: ", "passage: ")
    assert any("Pooling" in layer for layer in description.layers)
    assert len(description.weights_sha256) == len(description.tokenizer_sha256) == 64


def test_weights_are_kept_in_half_the_space(converted: Path) -> None:
    whole = next((shared_model_home() / "models").glob("*/model.safetensors")).stat().st_size
    assert (converted / "model.bin").stat().st_size < 0.55 * whole


def test_nothing_half_written_is_left_beside_it(converted: Path) -> None:
    left = [p.name for p in converted.parent.iterdir() if p.name.startswith(".bundled")]
    assert left == []


def test_a_folder_without_a_model_gives_the_reason(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "target").mkdir()
    with pytest.raises(ConversionError) as caught:
        convert_in_child(str(tmp_path / "source"), tmp_path / "target")
    assert "\n" not in str(caught.value)
    assert str(caught.value)


def test_a_child_that_takes_too_long_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_conversion, "TIME_LIMIT_S", 0.05)
    with pytest.raises(ConversionError, match="timed out"):
        convert_in_child(str(tmp_path), tmp_path)


def test_asking_for_a_conversion_imports_no_pytorch() -> None:
    code = "import sys, kb.model_conversion; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
