"""Joined passages: their codings, and windows against reading them whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from corpora.starter import Code
from pipeline.machine_coding.evaluate import DIVISIONS, FOLDS, divide
from pipeline.machine_coding.fit import STARTER
from pipeline.machine_coding.long_texts import JOINED, LongTexts, unite
from pipeline.machine_coding.model_files import SHIPPED, read_model
from tests.gates.coding_figures import long_texts, training_data


@pytest.fixture(scope="module")
def long() -> LongTexts:
    return long_texts()


def coded(**directions: str) -> list[Code]:
    return [Code(factor=factor, direction=direction) for factor, direction in directions.items()]


def test_codings_of_the_parts_are_united() -> None:
    codes = [
        *coded(leadership="neutral", culture="barrier", resources="barrier", routines="mixed"),
        *coded(leadership="facilitator", culture="facilitator", resources="barrier"),
    ]
    assert unite(codes) == {
        "leadership": "facilitator",
        "culture": "mixed",
        "resources": "barrier",
        "routines": "mixed",
    }
    assert unite([]) == {}


def test_texts_are_as_long_as_real_passages_and_of_one_publication(long: LongTexts) -> None:
    passages: dict[str, list[str]] = {}
    for one in training_data().texts:
        if one.kind == STARTER:
            passages.setdefault(one.publication, []).append(one.input.text)
    wholes = [long.pieces.inputs[place].text for place in long.pieces.wholes]
    lengths = [len(text.split()) for text in wholes]
    assert 130 < np.mean(lengths) < 180
    for text, publication in zip(wholes, long.publications, strict=True):
        assert sum(one in text for one in passages[str(publication)]) == JOINED


def test_they_cost_about_three_windows_each(long: LongTexts) -> None:
    windows = len(long.pieces.inputs) - len(long.pieces.wholes)
    assert windows / len(long.pieces.wholes) < 3.6
    assert long.vectors.shape[0] == len(long.pieces.inputs)


def test_every_publication_has_a_fold_in_every_division() -> None:
    folds = divide(np.array(["b", "a", "b", "c"]))
    assert len(folds) == DIVISIONS
    assert all(set(fold) == {"a", "b", "c"} for fold in folds)
    assert all(0 <= number < FOLDS for fold in folds for number in fold.values())


def test_windows_are_worth_their_cost() -> None:
    figures: dict[str, Any] = read_model(SHIPPED).facts.figures["long_texts"]
    assert figures["macro_f1"] > figures["whole_macro_f1"] + 0.05
    assert figures["micro_recall"] > figures["whole_micro_recall"] + 0.1
    assert figures["direction_accuracy"] > figures["whole_direction_accuracy"]
