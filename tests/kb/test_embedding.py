"""Text to vectors: the same for the same text, without PyTorch, and with it where need be."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kb.bundled_model import _write_atomically, read_packed
from kb.embedding import Embedder, open_embedder, open_search_embedder
from kb.errors import ModelError
from kb.search.trained_encoder import TrainedEncoder
from kb.settings import CHECKOUT, Settings
from kb.vector_runtime import ModelDescription, OpenVinoEncoder, unit
from tests.kb.packed_model import write_packed
from tests.models import shared_embedder, shared_model_home

QUERY_IN_A_PROCESS = """
import sys
from pathlib import Path
from kb.embedding import open_embedder
from kb.settings import Settings
vectors = open_embedder(Settings(home=Path(sys.argv[1]))).embed_queries(["samarbeid"])
heavy = {"torch", "transformers", "sentence_transformers"} & set(sys.modules)
print(vectors.shape, sorted(heavy))
"""


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny random sentence-transformers folder."""
    base = tmp_path_factory.mktemp("small")
    digest = write_packed(base / "packed.bin")
    _write_atomically(read_packed(base / "packed.bin", digest), base / "model")
    return base / "model"


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def small(small_model: Path, small_home: Path) -> Embedder:
    return open_embedder(Settings(home=small_home, model=str(small_model)))


def test_a_query_needs_no_pytorch() -> None:
    shared_embedder()
    done = subprocess.run(
        [sys.executable, "-c", QUERY_IN_A_PROCESS, str(shared_model_home())],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "(1, 384) []"


def test_vectors_have_unit_length_and_the_order_given() -> None:
    texts = ["Kort.", "Et mye lengre avsnitt om samarbeid mellom tjenester. " * 12, "Middels lang."]
    vectors = shared_embedder().embed_passages(texts)
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    alone = np.concatenate([shared_embedder().embed_passages([text]) for text in texts])
    assert (alone * vectors).sum(axis=1).min() > 0.999


def test_meaning_is_near_across_languages() -> None:
    vectors = shared_embedder().embed_passages(
        [
            "Confidentiality stops the services from talking to each other.",
            "Taushetsplikten hindrer tjenestene i å snakke sammen.",
            "Rapporten trykkes i A4 og kan bestilles gratis.",
        ]
    )
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_queries_and_passages_have_their_own_prompts() -> None:
    query = shared_embedder().embed_queries(["samarbeid"])[0]
    passage = shared_embedder().embed_passages(["samarbeid"])[0]
    assert 0.8 < float(query @ passage) < 0.9999


def test_nothing_in_gives_nothing_out() -> None:
    assert shared_embedder().embed_passages([]).shape == (0, 384)
    assert shared_embedder().embed_queries([]).shape == (0, 384)


@pytest.mark.parametrize("text", ["", "\0", "\ud800 halv", "<mask></s>", "🙂" * 50, "a" * 50_000])
def test_hostile_text_still_gives_a_vector(text: str) -> None:
    vector = shared_embedder().embed_passages([text])[0]
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-4)


def test_text_that_looks_like_the_models_own_tokens_is_text() -> None:
    plain, marked = shared_embedder().embed_passages(["", "</s></s></s>"])
    assert float(plain @ marked) < 0.999


def test_composed_and_decomposed_letters_are_the_same_text() -> None:
    one, other = shared_embedder().embed_passages(["på tvers", "pa\u030a tvers"])
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_text_beyond_the_models_limit_is_cut() -> None:
    start = "samarbeid " * 600
    one, other = shared_embedder().embed_passages([start + "skole", start + "politi fisk"])
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_progress_ends_at_all() -> None:
    seen: list[tuple[int, int]] = []
    shared_embedder().embed_passages(
        ["tekst nummer " + "x " * n for n in range(60)],
        lambda done, all_: seen.append((done, all_)),
    )
    assert seen[-1] == (60, 60)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})


def test_the_revision_stays_and_tells_models_apart(small: Embedder) -> None:
    again = open_embedder(Settings(home=shared_model_home()))
    assert again.revision == shared_embedder().revision
    assert small.revision != again.revision
    assert small.space != again.space
    assert len(small.revision) == 16


def test_the_revision_tells_precisions_apart_and_the_space_does_not() -> None:
    runtime = shared_model_home() / "models" / "runtime"  # holds the trained encoders too
    made = []
    for folder in (path.parent for path in runtime.glob("*/model.json")):
        description = ModelDescription.read(folder)
        encoder = OpenVinoEncoder(folder, description, bf16=False)
        made.append(Embedder("bundled", description, encoder))
    (full,) = (one for one in made if one.space == shared_embedder().space)
    assert (full.revision == shared_embedder().revision) == (shared_embedder().precision == "f32")
    text = ["Leders støtte avgjør om tjenestene samarbeider."]
    cosine = float(full.embed_passages(text)[0] @ shared_embedder().embed_passages(text)[0])
    assert cosine > 0.999


def test_any_sentence_transformers_folder_is_one_setting_away(
    small: Embedder, small_model: Path
) -> None:
    assert (small.dimension, small.model) == (32, str(small_model))
    assert small.precision in ("bf16", "f32")
    vectors = small.embed_passages(["samarbeid skole", "barn tid"])
    assert vectors.shape == (2, 32)


def test_where_openvino_fails_sentence_transformers_takes_over(
    small: Embedder, small_model: Path, small_home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    texts = ["samarbeid skole og barn", "leder"]
    wanted = small.embed_passages(texts)
    graph = next((small_home / "models" / "runtime").glob("*/model.xml"))
    kept = graph.read_bytes()
    graph.write_text("<net/>")
    try:
        with caplog.at_level(logging.WARNING):
            other = open_embedder(Settings(home=small_home, model=str(small_model)))
    finally:
        graph.write_bytes(kept)
    assert "sentence-transformers runs it, slower" in caplog.text
    assert other.precision == "torch-f32"
    assert (unit(other.embed_passages(texts)) * wanted).sum(axis=1).min() > 0.999


def test_a_model_that_is_none_is_one_clear_sentence(tmp_path: Path) -> None:
    empty = tmp_path / "no-model"
    empty.mkdir()
    with pytest.raises(ModelError, match=r"embedding model .* cannot be loaded .*SAMVIRKE_MODEL"):
        open_embedder(Settings(home=tmp_path / "home", model=str(empty)))
    assert not (tmp_path / "home").exists()


def test_a_model_whose_weights_are_damaged_is_not_remembered_as_failed(
    small_model: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(small_model, broken)
    (broken / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelError, match="cannot be loaded"):
        open_embedder(Settings(home=tmp_path / "home", model=str(broken)))
    runtime = tmp_path / "home" / "models" / "runtime"
    assert not any(path.is_dir() for path in runtime.iterdir())


def test_search_uses_any_other_model_as_it_is(small: Embedder, small_model: Path) -> None:
    home = Path(small_model).parent / "home"
    found = open_search_embedder(Settings(home=home, model=str(small_model)))
    assert found.trained is None
    assert (found.space, found.dimension) == (small.space, small.dimension)


def test_what_was_trained_for_another_model_is_left_alone(tmp_path: Path) -> None:
    plain = shared_embedder()
    missing = open_search_embedder(Settings(home=shared_model_home()), tmp_path / "none")
    assert (missing.trained, missing.space) == (None, plain.space)
    other = TrainedEncoder({}, {}, {}, "another-model-v1", "data")
    other.save(tmp_path / "other.safetensors")
    found = open_search_embedder(Settings(home=shared_model_home()), tmp_path / "other.safetensors")
    assert (found.trained, found.space) == (None, plain.space)


def test_a_damaged_trained_file_is_one_clear_sentence(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(b"not tensors")
    with pytest.raises(ModelError, match="What was trained for search cannot be read"):
        open_search_embedder(Settings(home=shared_model_home()), damaged)
