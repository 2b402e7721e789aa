"""The codebook's appraisal forms: what a person is asked about a publication as a whole.

Owns the forms' shape and checks. Answers are kept by `kb.coding.appraisals`; the overall judgement
is a person's, and never computed from the answers.
"""

from collections.abc import Sequence
from typing import TypeVar

from corpora.categories import Category, CategoryId, in_language
from corpora.errors import CodebookError
from corpora.validated import FrozenModel, name_options

Entry = TypeVar("Entry", bound=Category)
OVERALL = ("low", "moderate", "high", "unclear")
"""The overall judgements; counted by name, so every codebook has these four."""


class Scale(FrozenModel):
    """Answers that questions share, in their order."""

    id: CategoryId
    answers: tuple[Category, ...]


class Question(Category):
    """One question; `scale` names the answers it takes."""

    scale: CategoryId


class Form(Category):
    """One judgement on a publication: its questions, before the overall one."""

    questions: tuple[Question, ...]


class AppraisalForms(FrozenModel):
    """All forms of a codebook; none where a review does not appraise."""

    scales: tuple[Scale, ...] = ()
    forms: tuple[Form, ...] = ()
    overall: tuple[Category, ...] = ()

    def form(self, id_: str) -> Form:
        """Return the form `id_`; raises CodebookError naming those there are."""
        return _one("appraisal form", id_, self.forms)

    def answers(self, question: Question) -> tuple[Category, ...]:
        """Return the answers that a question takes, in order."""
        return next(scale.answers for scale in self.scales if scale.id == question.scale)

    def require(self, form: str, question: str, answer: str) -> None:
        """Raise CodebookError where a form lacks the question, or its scale the answer."""
        asked: Question = _one(f"question of {form}", question, self.form(form).questions)
        _one(f"answer to {question}", answer, self.answers(asked))

    def overall_label(self, code: str, language: str) -> str:
        """Return an overall judgement's label in `language`, else in English, else the code."""
        found = (entry for entry in self.overall if entry.id == code)
        return next((in_language(entry.labels, language, code) for entry in found), code)

    def faults(self) -> list[str]:
        """Return what is wrong with the forms, each in words: doubled ids, unknown scales."""
        lists = {
            "appraisal scales": [scale.id for scale in self.scales],
            "appraisal forms": [form.id for form in self.forms],
            **{f"answers of {one.id}": [code.id for code in one.answers] for one in self.scales},
            **{f"questions of {one.id}": [code.id for code in one.questions] for one in self.forms},
        }
        found = [
            f"each id once in the {name}, found {id_!r} again"
            for name, ids in lists.items()
            for id_ in sorted({id_ for id_ in ids if ids.count(id_) > 1})
        ]
        found += [
            f"a scale among {', '.join(lists['appraisal scales']) or 'none'} for {question.id}, "
            f"found {question.scale!r}"
            for form in self.forms
            for question in form.questions
            if question.scale not in lists["appraisal scales"]
        ]
        lacking = [code for code in OVERALL if code not in {entry.id for entry in self.overall}]
        if self.forms and (lacking or len(self.overall) != len(OVERALL)):
            found.append(f"the overall judgements {', '.join(OVERALL)}, found others")
        return found


def _one(what: str, id_: str, entries: Sequence[Entry]) -> Entry:
    for entry in entries:
        if entry.id == id_:
            return entry
    options = tuple(entry.id for entry in entries)
    raise CodebookError(
        f"Expected the {what} to be one of {', '.join(options) or '(there are none)'}, found "
        f"{id_!r}: {name_options(id_, options)}"
    )
