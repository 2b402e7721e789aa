"""What the coder learns from: labels in the right rows, and a hash that notices every change."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from corpora.codebook import Codebook, load_codebook
from corpora.errors import StarterError
from corpora.starter import Code
from pipeline.machine_coding.fit import STARTER
from pipeline.machine_coding.training_data import (
    PASSAGE,
    REPORTED,
    SENTENCE,
    TrainingData,
    TrainingText,
    load_training_data,
    mark,
)
from pipeline.records import CodingInput


@pytest.fixture(scope="module")
def data() -> TrainingData:
    return load_training_data(load_codebook())


def test_all_kinds_are_there(data: TrainingData) -> None:
    kinds = [one.kind for one in data.texts]
    assert kinds.count(STARTER) == sum(len(one.passages) for one in data.publications)
    assert kinds.count(SENTENCE) > 1500
    assert kinds.count(PASSAGE) > 900
    assert kinds.count(REPORTED) > 4000
    assert len(kinds) == sum(map(kinds.count, (STARTER, SENTENCE, PASSAGE, REPORTED)))


def test_passages_of_invented_publications_have_heading_title_and_labels(
    data: TrainingData,
) -> None:
    for one in data.texts:
        if one.kind == REPORTED:
            assert one.input.title
            assert one.input.section
            assert one.labels is not None


def test_only_starter_passages_have_a_publication(data: TrainingData) -> None:
    for one in data.texts:
        assert bool(one.publication) == (one.kind == STARTER)


def test_factor_rows_are_the_texts_in_order(data: TrainingData) -> None:
    rows = data.factor_rows()
    assert rows.text.tolist() == list(range(len(data.texts)))
    factors = data.codebook.ids("factors")
    for place in (0, 5, 100, 1000, len(data.texts) - 1):
        said = {factors[column] for column in np.flatnonzero(rows.targets[place])}
        assert said == {code.factor for code in data.texts[place].codes}


def test_direction_rows_are_one_a_coding(data: TrainingData) -> None:
    rows = data.direction_rows()
    assert len(rows.text) == sum(len(one.codes) for one in data.texts)
    assert (rows.targets.sum(axis=1) == 1).all()
    assert (rows.factor.sum(axis=1) == 1).all()


def test_label_rows_leave_out_texts_nobody_labelled(data: TrainingData) -> None:
    rows = data.label_rows()
    assert SENTENCE not in set(rows.kind)
    width = len(data.codebook.ids("sectors")) + len(data.codebook.ids("target_groups"))
    assert rows.targets.shape == (len(rows.text), width)


def test_definitions_are_there_in_every_language(data: TrainingData) -> None:
    said = data.definitions()
    assert len(said) == len(data.codebook.factors) * 7
    assert all(": " in text for _, _, text in said)


def test_the_hash_is_stable(data: TrainingData) -> None:
    assert data.hash() == load_training_data(load_codebook()).hash()


def test_the_hash_notices_a_changed_label(data: TrainingData) -> None:
    first = data.texts[0]
    changed = dataclasses.replace(
        first, codes=(*first.codes, Code(factor="culture", direction="mixed"))
    )
    other = dataclasses.replace(data, texts=(changed, *data.texts[1:]))
    assert other.hash() != data.hash()


def test_the_hash_notices_a_changed_text_or_heading(data: TrainingData) -> None:
    first = data.texts[0]
    for given in (
        CodingInput(first.input.text + ".", first.input.language, "", first.input.section),
        CodingInput(first.input.text, first.input.language, first.input.title, "Annet"),
        CodingInput(first.input.text, first.input.language, "Annet", first.input.section),
    ):
        changed = TrainingText(given, first.kind, first.publication, first.codes, first.labels)
        assert dataclasses.replace(data, texts=(changed, *data.texts[1:])).hash() != data.hash()


def test_labels_that_the_codebook_lacks_are_refused() -> None:
    codebook = load_codebook()
    smaller = Codebook.model_validate({**codebook.model_dump(), "factors": codebook.factors[1:]})
    with pytest.raises(StarterError, match=codebook.factors[0].id):
        load_training_data(smaller)


def test_mark_by_hand() -> None:
    assert mark([["b"], [], ["a", "b"]], ("a", "b")).tolist() == [[0, 1], [0, 0], [1, 1]]


def test_only_texts_of_the_first_invented_publications_are_plain(data: TrainingData) -> None:
    plain = [one for one in data.texts if one.plain]
    assert {one.kind for one in plain} == {REPORTED}
    assert 2000 < len(plain) < sum(one.kind == REPORTED for one in data.texts)
    assert data.factor_rows().plain.tolist() == [one.plain for one in data.texts]
