"""The feature space: centred vectors, counted cues, and nothing of the starter in it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from pipeline.machine_coding.features import (
    DIRECTION_WORDS,
    FEWEST_FOR_A_MEAN,
    OTHER,
    FeatureSpace,
    Floats,
    count_cues,
    fit_space,
    unit_rows,
    weigh_heading,
)
from pipeline.records import CodingInput

FACTORS = ("leadership", "resources")
WIDTH = 8


def random_vectors(count: int, seed: int = 0) -> Floats:
    return unit_rows(np.random.default_rng(seed).normal(size=(count, WIDTH)).astype(np.float32))


@pytest.fixture
def space() -> FeatureSpace:
    inputs = [
        CodingInput(f"Ledelsen har ressurser {place}", language)
        for language in ("nb", "sv")
        for place in range(FEWEST_FOR_A_MEAN)
    ]
    inputs.append(CodingInput("Johtaminen", "fi"))
    vectors = random_vectors(len(inputs))
    vectors[:FEWEST_FOR_A_MEAN] += 3.0
    definitions = {
        factor: {language: random_vectors(1, seed)[0] for language in ("nb", "en")}
        for seed, factor in enumerate(FACTORS)
    }
    return fit_space(inputs, vectors, definitions)


def test_languages_with_enough_exemplars_have_their_own_mean(space: FeatureSpace) -> None:
    assert space.languages == ("nb", "sv", OTHER)
    assert space.means.shape == (3, WIDTH)


def test_the_languages_mean_is_removed(space: FeatureSpace) -> None:
    shifted = random_vectors(FEWEST_FOR_A_MEAN) + 3.0
    centred = space.centre_vectors(shifted.astype(np.float32), ["nb"] * FEWEST_FOR_A_MEAN)
    assert np.abs(centred.mean(axis=0)).max() < 0.2
    assert np.linalg.norm(centred, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_an_unknown_language_gets_the_mean_of_all(space: FeatureSpace) -> None:
    vectors = random_vectors(1, 5)
    expected = unit_rows(vectors - space.means[:2].mean(axis=0))
    assert space.centre_vectors(vectors, ["kl"]) == pytest.approx(expected, abs=1e-5)


def test_features_have_their_shapes(space: FeatureSpace) -> None:
    inputs = [
        CodingInput("Ledelsen mangler ressurser", "nb", "Tittel", "Funn"),
        CodingInput("", "en"),
    ]
    features = space.read(inputs, random_vectors(2))
    assert len(features) == 2
    assert features.dense.shape == (2, WIDTH)
    assert features.small.shape == (2, 2 * len(FACTORS) + 2 * len(DIRECTION_WORDS))
    assert len(features.text[1].buckets) == 0
    assert len(features.section[0].buckets) > 0
    assert len(features.title[0].buckets) > 0
    assert len(features.title[1].buckets) == 0
    assert np.isfinite(features.small).all()


def test_cue_words_keep_their_zero(space: FeatureSpace) -> None:
    features = space.read([CodingInput("Været var fint.", "nb")], random_vectors(1))
    assert features.small[0, : len(FACTORS)].tolist() == [0.0, 0.0]


def test_cues_are_counted_on_a_log_scale() -> None:
    counted = count_cues([CodingInput("ledelse, ledelse og ressurser mangler", "nb")], FACTORS)
    assert counted[0, 0] == pytest.approx(np.log(3))
    assert counted[0, 1] == pytest.approx(np.log(2))


def test_direction_words_have_shares_that_add_up() -> None:
    counted = count_cues([CodingInput("mangler, mangler, fremmer og bør", "nb")], FACTORS)
    shares = counted[0, -len(DIRECTION_WORDS) :]
    assert shares.sum() == pytest.approx(1.0)
    assert shares[DIRECTION_WORDS.index("barrier")] == shares.max()


def test_a_text_without_direction_words_has_no_shares() -> None:
    assert count_cues([CodingInput("xyz", "nb")], FACTORS)[0].tolist() == [0.0] * 8


def test_headings_weigh_as_one_however_long() -> None:
    for heading in ("Metode", "Metode og datagrunnlag for undersøkelsen"):
        assert np.linalg.norm(weigh_heading(heading).weights) == pytest.approx(1.0, abs=1e-5)
    assert len(weigh_heading("").buckets) == 0


def test_definitions_are_unit_vectors(space: FeatureSpace) -> None:
    assert np.linalg.norm(space.definitions, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_a_definition_missing_in_a_language_does_no_harm() -> None:
    one, two, three = random_vectors(3, 1)
    definitions = {"leadership": {"nb": one, "en": two}, "resources": {"nb": three}}
    made = fit_space([CodingInput("tekst", "nb")], random_vectors(1), definitions)
    assert np.isfinite(made.definitions).all()


def test_a_zero_vector_stays_zero() -> None:
    assert unit_rows(np.zeros((1, 3), np.float32)).tolist() == [[0.0, 0.0, 0.0]]


def test_the_space_is_frozen(space: FeatureSpace) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        space.idf = random_vectors(1)  # type: ignore[misc]
