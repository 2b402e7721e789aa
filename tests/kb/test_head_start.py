"""What a search begins early is taken up once, and a refused one leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kb import embedding, head_start
from kb.embedding import begin_search_embedder, open_search_embedder
from kb.head_start import begin_search
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
        (["zusammenarbeit"], ["model", "identifier"]),
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


def test_a_model_that_was_not_prepared_is_not_begun(tmp_path: Path) -> None:
    begin_search_embedder(Settings(home=tmp_path))
    assert embedding._begun == {}
    assert list(tmp_path.iterdir()) == []
