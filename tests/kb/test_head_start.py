"""What a search begins early is taken up once, and a refused one leaves nothing behind."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest

from kb import embedding, head_start
from kb.embedding import begin_search_embedder, open_search_embedder, prepared_search_space
from kb.head_start import begin_search
from kb.search.trained_encoder import TRAINED_FILE
from kb.search.word_scores import keep_word_languages
from kb.settings import Settings
from tests.models import shared_search_embedder


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch, warm: Settings) -> list[str]:
    """What was begun, by name, in a data home whose model is ready."""
    shared_search_embedder()
    keep_word_languages(warm.models_folder)
    monkeypatch.setenv("SAMVIRKE_HOME", str(warm.home))
    found: list[str] = []
    monkeypatch.setattr(head_start, "begin_ranking", lambda: found.append("identifier"))
    monkeypatch.setattr(head_start, "begin_search_embedder", lambda _: found.append("model"))
    return found


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["samverkan mellan skola och socialtjänst"], ["model"]),
        (["-k", "3", "samverkan mellan skola och socialtjänst", "--country", "SE"], ["model"]),
        (["zusammenarbeit"], ["identifier", "model"]),
        ([], []),
        (["--help"], []),
        (["taushetsplikt", "-h"], []),
        (["--queries", "questions.jsonl"], []),
    ],
)
def test_only_what_will_be_needed_is_begun(
    begun: list[str], arguments: list[str], wanted: list[str]
) -> None:
    begin_search(arguments)
    assert begun == wanted


def test_settings_that_cannot_be_used_are_said_later(
    begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMVIRKE_HOME", "/dev/null/home")
    begin_search(["samverkan"])
    assert begun == []


def test_the_model_that_was_begun_is_taken_up_once(warm: Settings) -> None:
    ours = shared_search_embedder()
    begin_search_embedder(warm)
    assert len(embedding._begun) == 1
    found = open_search_embedder(warm)
    assert embedding._begun == {}
    assert (found.space, found.revision) == (ours.space, ours.revision)
    texts = ["hvordan deler tjenestene informasjon"]
    np.testing.assert_array_equal(found.embed_queries(texts), ours.embed_queries(texts))


def test_a_model_with_other_training_is_opened_by_itself(warm: Settings, tmp_path: Path) -> None:
    shared_search_embedder()
    begin_search_embedder(warm)
    plain = open_search_embedder(warm, tmp_path / "none.safetensors")
    assert plain.trained is None
    assert open_search_embedder(warm).trained is not None
    assert embedding._begun == {}


def test_a_head_start_that_never_ends_is_not_waited_for(
    warm: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = shared_search_embedder()
    monkeypatch.setattr(embedding, "HEAD_START_LIMIT_S", 0.01)
    key = warm.models_folder, warm.model, TRAINED_FILE
    monkeypatch.setitem(embedding._begun, key, Future())
    assert open_search_embedder(warm).space == ours.space


def test_a_model_that_is_none_is_said_later(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SAMVIRKE_HOME", str(tmp_path))
    (tmp_path / "model").mkdir()
    monkeypatch.setenv("SAMVIRKE_MODEL", str(tmp_path / "model"))
    begin_search(["samverkan"])
    assert embedding._begun == {}


def test_a_half_written_description_is_no_prepared_model(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(embedding, "_runtime_folder", lambda *_: tmp_path)
    for content in ("", "[]", "{}", '{"inputs": 1}', "null"):
        (tmp_path / "model.json").write_text(content, "utf-8")
        assert prepared_search_space(Settings(home=tmp_path)) is None


def test_a_model_that_was_not_prepared_is_not_begun(tmp_path: Path) -> None:
    begin_search_embedder(Settings(home=tmp_path))
    assert embedding._begun == {}
    assert list(tmp_path.iterdir()) == []
