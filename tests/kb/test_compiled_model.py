"""A compiled model is kept, checked before it is used, and gives the very same vectors."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from kb.compiled_model import GRAPH_FILE, WEIGHTS_FILE, open_compiled
from kb.openvino_library import load_openvino
from kb.quick_tokens import PIECES_FILE
from kb.token_numbers import TOKENIZER_FILE
from kb.vector_runtime import DESCRIPTION_FILE, ModelDescription, OpenVinoEncoder, Vectors
from tests.models import shared_embedder, shared_model_home

TEXTS = ["query: samarbeid", "passage: " + "Yhteistyö perustuu luottamukseen. " * 20, "query: ?"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The converted model without what was kept beside it."""
    shared_embedder()
    model = next((shared_model_home() / "models" / "runtime").glob(f"*/{GRAPH_FILE}")).parent
    for name in (GRAPH_FILE, WEIGHTS_FILE, TOKENIZER_FILE, DESCRIPTION_FILE, PIECES_FILE):
        os.link(model / name, tmp_path / name)
    return tmp_path


def vectors(folder: Path) -> Vectors:
    return OpenVinoEncoder(folder, ModelDescription.read(folder)).encode(TEXTS)


def kept(folder: Path) -> Path:
    (found,) = folder.glob("compiled-*.blob")
    return found


def test_vectors_of_the_kept_model_are_the_same_to_the_bit(folder: Path) -> None:
    first = vectors(folder)
    assert kept(folder).stat().st_size < 5_000_000  # the weights stay where they are
    np.testing.assert_array_equal(vectors(folder), first)


@pytest.mark.parametrize("damage", ["cut", "altered", "empty", "other"])
def test_a_damaged_one_is_made_anew(folder: Path, damage: str) -> None:
    first = vectors(folder)
    path = kept(folder)
    sound = path.read_bytes()
    middle = len(sound) // 2
    path.write_bytes(
        {
            "cut": sound[:middle],
            "altered": sound[:middle] + bytes([sound[middle] ^ 255]) + sound[middle + 1 :],
            "empty": b"",
            "other": bytes(32) + b"no model",
        }[damage]
    )
    damaged = path.read_bytes()
    np.testing.assert_array_equal(vectors(folder), first)
    anew = path.read_bytes()
    assert anew != damaged
    assert hashlib.sha256(anew[32:]).digest() == anew[:32]
    np.testing.assert_array_equal(vectors(folder), first)


def test_another_model_library_or_precision_has_its_own(folder: Path) -> None:
    core, plain = load_openvino().Core(), {"INFERENCE_PRECISION_HINT": "f32"}
    open_compiled(core, "2026.1", folder, "ab", plain)
    open_compiled(core, "2026.2", folder, "ab", plain)
    open_compiled(core, "2026.2", folder, "cd", plain)
    assert len(list(folder.glob("compiled-*.blob"))) == 3
    open_compiled(core, "2026.2", folder, "cd", {**plain, "PERFORMANCE_HINT": "LATENCY"})
    assert len(list(folder.glob("compiled-*.blob"))) == 4


def test_a_folder_that_cannot_be_written_is_used_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    assert vectors(folder).shape == (3, 384)
    assert not list(folder.glob("*.blob*"))
