"""The codebook's appraisal forms: complete in seven languages, and refused where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.appraisal import OVERALL, AppraisalForms
from corpora.categories import Category, in_language
from corpora.codebook import PACKAGED_CODEBOOK, load_codebook
from corpora.errors import CodebookError
from corpora.nordic import LABEL_LANGUAGES

FORMS = load_codebook().appraisal


def every_category() -> list[Category]:
    found: list[Category] = [*FORMS.forms, *FORMS.overall]
    found += [question for form in FORMS.forms for question in form.questions]
    return found + [answer for scale in FORMS.scales for answer in scale.answers]


def test_both_forms_are_there_with_their_questions() -> None:
    assert {form.id: [question.id for question in form.questions] for form in FORMS.forms} == {
        "study_quality": [
            "clear_question",
            "fitting_method",
            "sample_described",
            "analysis_transparent",
            "limitations_discussed",
            "independence",
        ],
        "evidence_strength": ["kind_of_evidence", "directness", "consistency", "amount"],
    }
    assert tuple(entry.id for entry in FORMS.overall) == OVERALL


@pytest.mark.parametrize("language", LABEL_LANGUAGES)
def test_every_text_is_there_in_every_language(language: str) -> None:
    for entry in every_category():
        assert in_language(entry.labels, language, "")
        assert language in entry.labels
    for form in FORMS.forms:
        assert language in form.definitions


def test_every_question_can_be_answered_with_unclear() -> None:
    for form in FORMS.forms:
        for question in form.questions:
            assert "unclear" in {answer.id for answer in FORMS.answers(question)}


def test_answers_are_checked_by_their_question() -> None:
    FORMS.require("study_quality", "independence", "partly")
    for asked, said in (
        (("quality", "independence", "yes"), "appraisal form"),
        (("study_quality", "amount", "yes"), "question of study_quality"),
        (("study_quality", "independence", "high"), "answer to independence"),
    ):
        with pytest.raises(CodebookError, match=said):
            FORMS.require(*asked)


def test_a_label_falls_back_to_english_and_then_to_the_code() -> None:
    assert FORMS.overall_label("high", "fi") == "Vahva"
    assert FORMS.overall_label("high", "de") == "High"
    assert FORMS.overall_label("gone", "fi") == "gone"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    - id: evidence_strength", "    - id: study_quality", "study_quality' again"),
        ("          scale: kind", "          scale: kinds", "scale among met, kind, degree"),
        ("        - id: directness", "        - id: consistency", "consistency' again"),
        ("    - id: moderate", "    - id: medium", "low, moderate, high, unclear"),
        ("          scale: kind", "          scales: kind", "scale"),
        ("        - id: one_time", "        - id: comparison", "comparison' again"),
    ],
)
def test_wrong_forms_are_refused_in_one_sentence(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = PACKAGED_CODEBOOK.read_text("utf-8")
    head, appraisal = text.split("\nappraisal:\n")
    assert old in appraisal
    path = tmp_path / "kodebok.yaml"
    path.write_text(f"{head}\nappraisal:\n{appraisal.replace(old, new, 1)}", "utf-8")
    with pytest.raises(CodebookError, match=said) as refusal:
        load_codebook(path)
    assert "kodebok.yaml" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_codebook_need_not_appraise(tmp_path: Path) -> None:
    path = tmp_path / "kodebok.yaml"
    path.write_text(PACKAGED_CODEBOOK.read_text("utf-8").split("\nappraisal:\n")[0], "utf-8")
    assert load_codebook(path).appraisal == AppraisalForms()
    assert AppraisalForms().faults() == []
