"""What stands between texts and the compiled model: cleaning, batching, the description."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.vector_runtime import (
    BATCH_TOKENS,
    LENGTH_STEP,
    ModelDescription,
    _batches,
    _padded,
    clean,
    unit,
)

DESCRIPTION = ModelDescription(
    source="/models/small",
    dimension=32,
    max_tokens=512,
    pad_id=1,
    inputs=("input_ids", "attention_mask"),
    query_prompt="query: ",
    passage_prompt="passage: ",
    weights_sha256="ab" * 32,
    tokenizer_sha256="cd" * 32,
    layers=("Pooling(mean)", "Normalize()"),
)


@given(st.lists(st.integers(1, 512), max_size=200))
def test_every_text_is_in_one_batch_of_like_lengths(lengths: list[int]) -> None:
    batches = list(_batches(lengths))
    assert sorted(number for batch in batches for number in batch) == list(range(len(lengths)))
    for batch in batches:
        widest = max(lengths[number] for number in batch)
        assert lengths[batch[0]] == widest
        assert len(batch) == 1 or _padded(widest) * len(batch) <= BATCH_TOKENS


@given(st.lists(st.integers(1, 512), min_size=2, max_size=60))
def test_batches_come_longest_first(lengths: list[int]) -> None:
    order = [lengths[number] for batch in _batches(lengths) for number in batch]
    assert order == sorted(lengths, reverse=True)


@pytest.mark.parametrize(("length", "padded"), [(0, 8), (1, 8), (8, 8), (9, 16), (512, 512)])
def test_widths_are_multiples_of_the_step(length: int, padded: int) -> None:
    assert _padded(length) == padded
    assert padded % LENGTH_STEP == 0


@given(st.text())
def test_cleaned_text_can_always_be_written(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    clean(text).encode("utf-8")


def test_cleaning_composes_and_replaces() -> None:
    assert clean("o\u0308") == "ö"
    assert clean("a\ud800b") == "a?b"


def test_rows_become_unit_length_and_zeros_stay() -> None:
    rows = unit(np.array([[3.0, 4.0], [0.0, 0.0]], dtype=np.float32))
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0.0, 0.0]], atol=1e-6)
    assert rows.dtype == np.float32


def test_a_description_is_kept_and_read_back(tmp_path: Path) -> None:
    DESCRIPTION.write(tmp_path)
    assert ModelDescription.read(tmp_path) == DESCRIPTION


@pytest.mark.parametrize("content", ["", "{}", '{"inputs": []}', "[1]"])
def test_a_damaged_description_is_an_error_that_the_caller_expects(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / "model.json").write_text(content, "utf-8")
    with pytest.raises((OSError, ValueError, TypeError, KeyError)):
        ModelDescription.read(tmp_path)


def test_an_unknown_field_is_refused(tmp_path: Path) -> None:
    DESCRIPTION.write(tmp_path)
    fields = json.loads((tmp_path / "model.json").read_text("utf-8")) | {"extra": 1}
    (tmp_path / "model.json").write_text(json.dumps(fields), "utf-8")
    with pytest.raises(TypeError):
        ModelDescription.read(tmp_path)
