"""What screening compares with: shipped for the bundled model, measured for any other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpora.starter import Exemplar, load_exemplar_passages
from kb.vector_runtime import unit
from pipeline.labelled_passages import (
    LABELLED_FILE,
    LEAST_LABELLED,
    Floats,
    LabelledPassages,
    measure_places,
    place_passages,
    save_places,
)
from tests.models import shared_embedder, shared_vector_cache, starter_lock


def refuse(texts: list[str]) -> Floats:
    raise AssertionError(f"{len(texts)} texts were embedded")


def random_vectors(texts: list[str]) -> Floats:
    found = np.random.default_rng(len(texts)).normal(size=(len(texts), 4))
    return unit(found.astype(np.float32))


def test_nothing_is_embedded_for_the_bundled_model() -> None:
    places = place_passages(refuse, shared_embedder().space)
    assert set(places.means) == set(places.closeness) >= {"nb", "sv", "da", "fi", "is", "en"}


def test_what_ships_is_what_the_model_says() -> None:
    passages = load_exemplar_passages()
    with starter_lock():
        vectors = shared_vector_cache().embed(shared_embedder(), [one.text for one in passages])
    measured = measure_places(passages, vectors)
    shipped = place_passages(refuse, shared_embedder().space)
    for language, mean in measured.means.items():
        assert float(mean @ shipped.means[language]) > 0.999
        assert shipped.closeness[language] == pytest.approx(measured.closeness[language], abs=0.01)


def test_another_model_is_measured(tmp_path: Path) -> None:
    places = place_passages(random_vectors, "another space")
    again = place_passages(random_vectors, "another space", tmp_path / "none")
    for language, mean in places.means.items():
        assert mean.shape == (4,)
        assert (mean == again.means[language]).all()
        assert (np.diff(places.closeness[language]) >= 0).all()


def test_a_kept_file_is_of_one_space_and_of_these_passages(tmp_path: Path) -> None:
    path, passages = tmp_path / "kept.safetensors", load_exemplar_passages()
    kept = LabelledPassages({"nb": np.ones(4, np.float32)}, {"nb": np.ones(2, np.float32)})
    save_places(path, kept, "space", passages)
    assert set(place_passages(refuse, "space", path).means) == {"nb"}
    assert set(place_passages(random_vectors, "other", path).means) != {"nb"}
    save_places(path, kept, "space", passages[1:])
    assert set(place_passages(random_vectors, "space", path).means) != {"nb"}


def test_a_damaged_file_is_measured_anew(tmp_path: Path) -> None:
    path = tmp_path / "kept.safetensors"
    path.write_bytes(LABELLED_FILE.read_bytes()[:200])
    assert place_passages(random_vectors, "space", path).means


def test_a_language_with_few_passages_has_no_place() -> None:
    few = [Exemplar(language="fo", text=f"Stutt {number}.", codes=()) for number in range(9)]
    many = [
        Exemplar(language="nb", text=f"Kort {number}.", codes=())
        for number in range(LEAST_LABELLED)
    ]
    places = measure_places([*few, *many], random_vectors(["x"] * (len(few) + len(many))))
    assert set(places.means) == {"nb"}
