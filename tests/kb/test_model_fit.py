"""A generation of another model is told from one of the model that search uses now."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kb.doctor import examine
from kb.embedding import open_search_embedder, prepared_search_space
from kb.errors import ModelError
from kb.generation import MANIFEST, current_generation
from kb.model_fit import misfit_sentence, model_misfit
from kb.settings import Settings
from kb.status import describe_status
from kb.store import open_store


def test_the_space_is_read_without_opening_the_model(warm: Settings) -> None:
    assert prepared_search_space(warm) == open_search_embedder(warm).space


def test_a_model_that_was_never_used_here_has_none(settings: Settings) -> None:
    assert prepared_search_space(settings) is None
    assert model_misfit(settings, 1, {"space": "a"}) is None
    settings.home.mkdir(parents=True, exist_ok=True)
    other = settings.model_copy(update={"model": str(settings.home)})
    with pytest.raises(ModelError):
        model_misfit(other, 1, {"space": "a"}, prepare=True)


def test_what_was_made_otherwise_does_not_fit(warm: Settings) -> None:
    made = {"model": "bundled", "space": prepared_search_space(warm)}
    assert model_misfit(warm, 1, made) is None
    assert model_misfit(warm, 1, {"model": "bundled"}) is None  # made before spaces were kept
    said = model_misfit(warm, 3, {**made, "space": "another"})
    assert said == misfit_sentence(3, made, "bundled")


@pytest.mark.parametrize(
    ("made", "now", "wanted", "unwanted"),
    [
        ("bundled", "bundled", "another version of the bundled model", "set SAMVIRKE_MODEL back"),
        ("/m", "/m", "another version of the model '/m'", "set SAMVIRKE_MODEL back"),
        ("/m", "bundled", "SAMVIRKE_MODEL is now 'bundled'", "another version"),
    ],
)
def test_the_sentence_says_what_to_do(made: str, now: str, wanted: str, unwanted: str) -> None:
    said = misfit_sentence(2, {"model": made}, now)
    assert wanted in said
    assert "run `samvirke index`" in said
    assert unwanted not in said


def test_doctor_and_status_say_it(own_home: Settings) -> None:
    store = open_store(own_home)
    generation = current_generation(own_home.generations_folder)
    manifest = generation.path / MANIFEST
    read: dict[str, Any] = json.loads(manifest.read_text("utf-8"))
    assert not [f for f in examine(own_home, store) if "another version" in f.message]
    assert "misfit" not in describe_status(own_home, store)["generation"]
    manifest.write_text(json.dumps({**read, "space": "0123456789abcdef"}), "utf-8")
    said = [f.message for f in examine(own_home, store) if "another version" in f.message]
    assert len(said) == 1
    assert describe_status(own_home, store)["generation"]["misfit"] == said[0]
    store.close()
