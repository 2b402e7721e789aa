"""A person's judgement on a publication as a whole: study quality, strength of evidence.

Owns the appraisal table. The forms are the codebook's (`corpora.appraisal`); the two judgements are
kept apart, and the overall one is what the person says, never computed from the answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpora.appraisal import OVERALL
from corpora.categories import in_language
from corpora.codebook import Codebook
from kb.coding.acts import lock_acts, log_act, undone_rows
from kb.coding.names import clean_name, clean_text
from kb.coding_tables import Appraisal
from kb.errors import CodingError
from kb.publications import effective_csl, require_present, resolve_id
from kb.store import Store
from kb.tables import Publication


@dataclass(frozen=True)
class AppraisalView:
    """One filled-in form; `stands` says that it is its person's newest that is not undone."""

    id: int
    publication_id: str
    form: str
    answers: Mapping[str, str]
    overall: str
    comment: str | None
    by: str
    at: datetime
    stands: bool


def appraise(
    store: Store,
    codebook: Codebook,
    publication_id: str,
    form: str,
    answers: Mapping[str, str],
    overall: str,
    *,
    by: str,
    comment: str | None = None,
) -> AppraisalView:
    """Judge a publication by a form; a person's earlier judgement by it stays in the history.

    Questions may be left out. Raises CodebookError for a form, question or answer that the codebook
    lacks, CodingError for another overall judgement than low, moderate, high or unclear,
    NotFoundError for an unknown publication, RemovedError for one that was removed.
    """
    codebook.appraisal.form(form)
    for question, answer in answers.items():
        codebook.appraisal.require(form, question, answer)
    if overall not in OVERALL:
        raise CodingError(
            f"Expected an overall judgement among {', '.join(OVERALL)}, found {overall!r}."
        )
    name, remark = clean_name(by), clean_text(comment)
    with store.write() as session:
        lock_acts(session)
        present = require_present(session, publication_id).id
        earlier = session.scalars(
            select(Appraisal.id)
            .where(
                Appraisal.publication_id == present, Appraisal.form == form, Appraisal.by == name
            )
            .order_by(Appraisal.id.desc())
            .limit(1)
        ).first()
        row = Appraisal(
            publication_id=present,
            form=form,
            answers=dict(answers),
            overall=overall,
            comment=remark,
            before=earlier,
            by=name,
        )
        session.add(row)
        session.flush()
        log_act(session, name, "appraisal", [row.id])
        return _view(row, True)


def appraisal_history(store: Store, publication_id: str) -> list[AppraisalView]:
    """Every form that was filled in about a publication, oldest first. Raises NotFoundError."""
    with store.read() as session:
        present = resolve_id(session, publication_id)
        return list(_views(session, Appraisal.publication_id == present))


def standing_appraisals(store: Store, publication_id: str | None = None) -> list[AppraisalView]:
    """The judgements that stand, of one publication or of all: one a person and form."""
    with store.read() as session:
        where = []
        if publication_id is not None:
            where.append(Appraisal.publication_id == resolve_id(session, publication_id))
        return [view for view in _views(session, *where) if view.stands]


def appraisal_table(store: Store, codebook: Codebook, language: str = "en") -> list[dict[str, Any]]:
    """The judgements that stand as rows to be exported, in words of a language.

    One row a judgement, one column a question of any form; empty where it was not asked.
    """
    forms = codebook.appraisal.forms
    labels = {
        (form.id, question.id, answer.id): in_language(answer.labels, language, answer.id)
        for form in forms
        for question in form.questions
        for answer in codebook.appraisal.answers(question)
    }
    questions = [question.id for form in forms for question in form.questions]
    with store.read() as session:
        views = [view for view in _views(session) if view.stands]
        titles = {
            view.publication_id: str(
                effective_csl(session.get_one(Publication, view.publication_id)).get("title") or ""
            )
            for view in views
        }
    return [
        {
            "publication_id": view.publication_id,
            "title": titles[view.publication_id],
            "form": view.form,
            "overall": codebook.appraisal.overall_label(view.overall, language),
            **{
                code: labels.get((view.form, code, view.answers.get(code, "")))
                for code in questions
            },
            "comment": view.comment,
            "by": view.by,
            "at": view.at.isoformat(),
        }
        for view in views
    ]


def _views(session: Session, *where: Any) -> Iterator[AppraisalView]:
    rows = session.scalars(select(Appraisal).where(*where).order_by(Appraisal.id)).all()
    undone = undone_rows(session, "appraisal")
    newest = {
        (row.publication_id, row.form, row.by): row.id for row in rows if row.id not in undone
    }
    for row in rows:
        yield _view(row, newest.get((row.publication_id, row.form, row.by)) == row.id)


def _view(row: Appraisal, stands: bool) -> AppraisalView:
    return AppraisalView(
        row.id,
        row.publication_id,
        row.form,
        dict(row.answers),
        row.overall,
        row.comment,
        row.by,
        row.at,
        stands,
    )
