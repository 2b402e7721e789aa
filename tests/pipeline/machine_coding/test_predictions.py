"""Left-out scores as they are kept: whole, of this data, and refused otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpora.codebook import load_codebook
from pipeline.errors import CoderError
from pipeline.machine_coding.fit import only_texts
from pipeline.machine_coding.predictions import (
    LeftOut,
    Origin,
    code_hash,
    leave_out,
    load_predictions,
    save_predictions,
)
from pipeline.machine_coding.training_data import TrainingData, load_training_data

ORIGIN = Origin("data", "code", "encoder")


@pytest.fixture(scope="module")
def data() -> TrainingData:
    return load_training_data(load_codebook())


@pytest.fixture
def kept(data: TrainingData) -> LeftOut:
    rng = np.random.default_rng(0)
    every = (data.factor_rows(), data.direction_rows(), data.label_rows())
    rows = [only_texts(one, one.group != "") for one in every]
    scores = [rng.normal(size=one.targets.shape) for one in rows]
    return LeftOut(rows[0], scores[0], rows[1], scores[1], rows[2], scores[2])


def test_scores_come_back(data: TrainingData, kept: LeftOut, tmp_path: Path) -> None:
    save_predictions(tmp_path / "p.safetensors", kept, ORIGIN)
    found, origin = load_predictions(tmp_path / "p.safetensors", data)
    assert origin == ORIGIN
    for name in ("factor", "direction", "label"):
        assert np.allclose(getattr(found, name), getattr(kept, name), atol=1e-6)
        assert (getattr(found, f"{name}_rows").group != "").all()


def test_publications_are_left_out_of_all_heads(kept: LeftOut) -> None:
    some = sorted(set(kept.factor_rows.group))[:3]
    found = leave_out(kept, some)
    for name in ("factor", "direction", "label"):
        rows, before = getattr(found, f"{name}_rows"), getattr(kept, f"{name}_rows")
        assert set(rows.group) == set(before.group) - set(some)
        keep = ~np.isin(before.group, some)
        assert (getattr(found, name) == getattr(kept, name)[keep]).all()


def test_scores_of_other_texts_are_refused(
    data: TrainingData, kept: LeftOut, tmp_path: Path
) -> None:
    save_predictions(tmp_path / "p.safetensors", kept, ORIGIN)
    fewer = replace(data, texts=data.texts[1:])
    with pytest.raises(CoderError, match="found those of others"):
        load_predictions(tmp_path / "p.safetensors", fewer)


@pytest.mark.parametrize("content", [None, b"", b"not a safetensors file at all"])
def test_missing_and_damaged_scores_are_refused_in_a_sentence(
    data: TrainingData, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "p.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CoderError, match="Expected the coder's left-out scores"):
        load_predictions(path, data)


def test_the_codes_hash_is_short_and_the_same() -> None:
    assert code_hash() == code_hash()
    assert len(code_hash()) == 16
