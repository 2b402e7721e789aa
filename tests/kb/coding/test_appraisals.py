"""Study quality and evidence strength: two judgements, a person's own, every version kept."""

from __future__ import annotations

import pytest

from corpora.errors import CodebookError
from kb.coding.acts import undo
from kb.coding.appraisals import (
    appraisal_history,
    appraisal_table,
    appraise,
    standing_appraisals,
)
from kb.errors import CodingError, NotFoundError, RemovedError
from kb.removal import remove
from tests.builders import Shelf
from tests.kb.coding.coded import CODEBOOK, ÅSA, ÞÓR

QUALITY, STRENGTH = "study_quality", "evidence_strength"


def _judge(shelf: Shelf, form: str, overall: str, by: str = ÅSA, **answers: str) -> int:
    return appraise(shelf.store, CODEBOOK, shelf.publication_id, form, answers, overall, by=by).id


def test_the_two_judgements_are_apart_and_each_persons_own(shelf: Shelf) -> None:
    _judge(shelf, QUALITY, "high", fitting_method="yes")
    _judge(shelf, STRENGTH, "low", kind_of_evidence="experience")
    _judge(shelf, QUALITY, "moderate", ÞÓR)
    assert [
        (view.form, view.by, view.overall, dict(view.answers))
        for view in standing_appraisals(shelf.store, shelf.publication_id)
    ] == [
        (QUALITY, ÅSA, "high", {"fitting_method": "yes"}),
        (STRENGTH, ÅSA, "low", {"kind_of_evidence": "experience"}),
        (QUALITY, ÞÓR, "moderate", {}),
    ]


def test_the_overall_judgement_is_not_computed(shelf: Shelf) -> None:
    questions = CODEBOOK.appraisal.form(QUALITY).questions
    every = {question.id: "no" for question in questions}
    _judge(shelf, QUALITY, "high", **every)
    (view,) = standing_appraisals(shelf.store)
    assert view.overall == "high"


def test_a_new_judgement_keeps_the_earlier_and_undo_brings_it_back(shelf: Shelf) -> None:
    first = _judge(shelf, QUALITY, "low")
    second = _judge(shelf, QUALITY, "high")
    history = appraisal_history(shelf.store, shelf.publication_id)
    assert [(view.id, view.overall, view.stands) for view in history] == [
        (first, "low", False),
        (second, "high", True),
    ]
    undo(shelf.store, ÅSA)
    assert [view.overall for view in standing_appraisals(shelf.store)] == ["low"]
    undo(shelf.store, ÅSA)
    assert standing_appraisals(shelf.store) == []
    assert len(appraisal_history(shelf.store, shelf.publication_id)) == 2


def test_the_table_has_words_of_a_language(shelf: Shelf) -> None:
    _judge(shelf, QUALITY, "moderate", fitting_method="partly")
    (row,) = appraisal_table(shelf.store, CODEBOOK, "is")
    assert row["title"] == "Samarbeid om utsatte barn"
    assert (row["overall"], row["fitting_method"]) == ("Miðlungs", "Að hluta")
    assert (row["clear_question"], row["directness"]) == (None, None)
    assert row["by"] == ÅSA


def test_what_the_codebook_does_not_ask_is_refused(shelf: Shelf) -> None:
    for form, answers, said in (
        ("quality", {}, "appraisal form to be one of study_quality, evidence_strength"),
        (QUALITY, {"directness": "high"}, "question of study_quality to be one of"),
        (QUALITY, {"fitting_method": "high"}, "answer to fitting_method to be one of yes"),
    ):
        with pytest.raises(CodebookError, match=said):
            _judge(shelf, form, "high", **answers)
    with pytest.raises(CodingError, match="low, moderate, high, unclear, found 'good'"):
        _judge(shelf, QUALITY, "good")
    with pytest.raises(CodingError, match="coder's name"):
        _judge(shelf, QUALITY, "high", "")
    with pytest.raises(NotFoundError):
        appraise(shelf.store, CODEBOOK, "p0", QUALITY, {}, "high", by=ÅSA)
    assert standing_appraisals(shelf.store) == []


def test_a_removed_publication_keeps_its_judgements_and_gets_no_new_ones(shelf: Shelf) -> None:
    _judge(shelf, QUALITY, "high")
    remove(shelf.store.settings, shelf.store, shelf.publication_id, reason="trukket", by="Kari")
    with pytest.raises(RemovedError):
        _judge(shelf, QUALITY, "low")
    assert [view.overall for view in appraisal_history(shelf.store, shelf.publication_id)] == [
        "high"
    ]
