"""The training command, on a small part of the data: repeatable, and wrong input in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from corpora.codebook import Codebook, load_codebook
from kb.settings import Settings
from pipeline.machine_coding import coder_training, model_files, train
from pipeline.machine_coding.learn import embed_training_data, learn
from pipeline.machine_coding.model import Coder, load_coder
from pipeline.machine_coding.training_data import TrainingData, load_training_data
from pipeline.records import CodingInput
from tests.models import shared_embedder, shared_model_home, shared_vector_cache, starter_lock

EVERY = 12  # one labelled text in twelve: enough for every kind and language


@pytest.fixture(scope="module")
def little() -> TrainingData:
    data = load_training_data(load_codebook())
    return TrainingData(data.codebook, data.texts[::EVERY], data.publications[:5])


@pytest.fixture
def home(tmp_path: Path, little: TrainingData, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A data home whose model and vectors are the shared ones, and a little training data."""
    (tmp_path / "models").symlink_to(shared_model_home() / "models")
    (tmp_path / "vectors").symlink_to(shared_model_home() / "vectors")
    for module in (train, coder_training):
        monkeypatch.setattr(module, "load_training_data", lambda codebook: little)
    monkeypatch.setattr(
        coder_training, "open_adapted_embedder", lambda settings, path: shared_embedder()
    )
    monkeypatch.setattr(train, "train_encoder", lambda *given: None)
    monkeypatch.setenv("SAMVIRKE_HOME", str(tmp_path))
    return Settings(home=tmp_path, model="bundled")


def test_training_writes_a_coder_that_works(home: Settings, tmp_path: Path) -> None:
    with starter_lock():
        facts, _ = coder_training.train(home, load_codebook(), tmp_path / "coder")
    coder = Coder(model_files.read_model(tmp_path / "coder"), load_codebook())
    text = "Taushetsplikten hindrer samarbeidet."
    coded = coder.code([CodingInput(text, "nb")], shared_embedder().embed_passages([text]))
    assert len(coded) == 1
    assert facts.data_counts["starter"] > 20
    assert coder.embedding_space == shared_embedder().space


def test_training_twice_gives_the_same_bytes(home: Settings, tmp_path: Path) -> None:
    with starter_lock():
        for name in ("one", "two"):
            coder_training.train(home, load_codebook(), tmp_path / name)
    for name in (model_files.ARRAYS_FILE, model_files.FACTS_FILE):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_command_prints_the_figures(
    home: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with starter_lock():
        assert train.main(["--output", str(tmp_path / "out")]) == 0
    assert "macro_f1" in json.loads(capsys.readouterr().out)["factors"]
    assert (tmp_path / "out" / model_files.FACTS_FILE).is_file()


def test_every_code_of_the_projects_codebook_has_a_labelled_text() -> None:
    codebook = load_codebook()
    left = coder_training.leave_out_unlabelled(load_training_data(codebook))
    assert left.model_dump() == codebook.model_dump()


def test_a_homes_codebook_with_one_more_factor_is_trained_for(
    home: Settings, little: TrainingData, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = load_codebook().model_dump(mode="json")
    words = dict.fromkeys(book["factors"][0]["labels"], "Housing")
    book["factors"].append({"id": "housing", "labels": words, "definitions": {**words}})
    (home.home / "codebook.yaml").write_text(yaml.safe_dump(book), "utf-8")
    asked: list[Codebook] = []

    def load(codebook: Codebook) -> TrainingData:
        asked.append(codebook)
        return TrainingData(codebook, little.texts, little.publications)

    for module in (train, coder_training):
        monkeypatch.setattr(module, "load_training_data", load)
    monkeypatch.setattr(train, "own_folder", lambda settings: settings.home / "own")
    shipped = home.home / "must stay as it is"
    monkeypatch.setattr(train, "SHIPPED", shipped)
    with starter_lock():
        assert train.main([]) == 0
    assert "housing" in asked[0].ids("factors")
    coder = Coder(model_files.read_model(home.home / "own"), asked[0])
    assert coder.version
    assert not shipped.exists()


def test_a_data_home_that_cannot_be_used_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("SAMVIRKE_HOME", str(tmp_path / "file" / "home"))
    assert train.main([]) == 1
    assert "SAMVIRKE_HOME" in capsys.readouterr().err


def test_nothing_of_the_starter_is_in_the_feature_space(little: TrainingData) -> None:
    with starter_lock():
        vectors = embed_training_data(little, shared_vector_cache(), shared_embedder())
    exemplars = TrainingData(
        little.codebook,
        tuple(one for one in little.texts if not one.publication),
        little.publications,
    )
    kept = type(vectors)(vectors.texts[~little.is_starter], vectors.definitions)
    with_all, without = learn(little, vectors).space, learn(exemplars, kept).space
    assert (with_all.means == without.means).all()
    assert (with_all.idf == without.idf).all()
    assert (with_all.centre == without.centre).all()


def test_the_shipped_coder_is_found_without_training(settings: Settings) -> None:
    assert load_coder(settings).version
