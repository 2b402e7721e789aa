"""Appraising a publication: the codebook's forms, the overall judgement, what people said before.

Owns the forms on screen; `kb.coding.appraisals` keeps what is said.
"""

from __future__ import annotations

import streamlit as st

from app import markup, state
from app.i18n import _, language, moment
from app.widgets.page import heading, note, problem, table
from corpora.appraisal import OVERALL, Form
from corpora.categories import in_language
from corpora.errors import CorporaError
from kb.coding.acts import list_acts, undo
from kb.coding.appraisals import AppraisalView, appraisal_history, appraise
from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase


def draw_appraisal(kb: KnowledgeBase, publication_id: str) -> None:
    """Draw each form with what this person said last, then everybody's judgements."""
    forms = kb.codebook.appraisal.forms
    if not forms:
        note(_("The codebook has no appraisal form; add one to it and it appears here."))
        return
    note(
        _(
            "Study quality and strength of evidence are two judgements. The overall one is yours: "
            "it is never computed from the answers."
        )
    )
    history = appraisal_history(kb.store, publication_id)
    name = state.coder(kb.settings)
    for form in forms:
        own = [
            view for view in history if (view.form, view.by, view.stands) == (form.id, name, True)
        ]
        _form(kb, publication_id, form, own[-1] if own else None)
    _history(kb, history)


def _form(kb: KnowledgeBase, publication_id: str, form: Form, last: AppraisalView | None) -> None:
    spoken = language()
    key = f"{publication_id}-{form.id}-{last.id if last else 0}"
    title = in_language(form.labels, spoken, form.id)
    with st.expander(_form_title(kb, title, last), expanded=last is None):
        meaning = in_language(form.definitions, spoken, "")
        if meaning:
            note(meaning)
        with st.form(f"sv-appraise-{key}", border=False):
            answers: dict[str, str] = {}
            for question in form.questions:
                scale = kb.codebook.appraisal.answers(question)
                ids = [answer.id for answer in scale]
                labels = {one.id: in_language(one.labels, spoken, one.id) for one in scale}
                before = last.answers.get(question.id) if last else None
                help_text = in_language(question.definitions, spoken, "")
                answer = st.radio(
                    markup.label(in_language(question.labels, spoken, question.id)),
                    ids,
                    index=ids.index(before) if before in ids else None,
                    format_func=labels.__getitem__,
                    horizontal=True,
                    help=markup.label(help_text) or None,
                    key=f"appraise-{key}-{question.id}",
                )
                if answer:
                    answers[question.id] = answer
            overall = st.radio(
                _("Overall"),
                OVERALL,
                index=OVERALL.index(last.overall) if last else None,
                format_func=lambda code: kb.codebook.appraisal.overall_label(code, spoken),
                horizontal=True,
                key=f"appraise-{key}-overall",
            )
            comment = st.text_input(
                _("Remark"), value=(last.comment or "") if last else "", key=f"appraise-{key}-why"
            )
            sent = st.form_submit_button(_("Keep"), type="primary")
        if sent and overall is None:
            note(_("Say the overall judgement too."))
        elif sent and overall is not None:
            _keep(kb, publication_id, form.id, answers, overall, comment)


def _form_title(kb: KnowledgeBase, title: str, last: AppraisalView | None) -> str:
    if last is None:
        return markup.label(title)
    overall = kb.codebook.appraisal.overall_label(last.overall, language())
    return markup.label(_("{form}: {overall}").format(form=title, overall=overall.lower()))


def _keep(
    kb: KnowledgeBase,
    publication_id: str,
    form: str,
    answers: dict[str, str],
    overall: str,
    comment: str,
) -> None:
    def keep(name: str) -> None:
        appraise(
            kb.store,
            kb.codebook,
            publication_id,
            form,
            answers,
            overall,
            by=name,
            comment=comment.strip() or None,
        )
        (act,) = list_acts(kb.store, name, limit=1)
        state.offer_undo(_("The appraisal is kept."), lambda: undo(kb.store, name, act.id))

    try:
        state.as_coder(kb.settings, keep)
    except (KbError, CorporaError) as error:
        problem(error)
        return
    if state.PENDING not in st.session_state:
        st.rerun()


def _history(kb: KnowledgeBase, history: list[AppraisalView]) -> None:
    heading(_("What people judged"), 4)
    if not history:
        note(_("Nobody has appraised this publication yet."))
        return
    titles = {
        form.id: in_language(form.labels, language(), form.id)
        for form in kb.codebook.appraisal.forms
    }
    lines = []
    for view in reversed(history):
        overall = markup.plain(kb.codebook.appraisal.overall_label(view.overall, language()))
        gone = markup.plain(_("not any more"))
        earlier = "" if view.stands else f" <small>{gone}</small>"
        cells = (
            markup.plain(titles.get(view.form, view.form)),
            (overall if view.stands else f"<s>{overall}</s>") + earlier,
            markup.plain(view.by),
            markup.plain(moment(view.at)),
            markup.plain(view.comment or ""),
        )
        lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    heads = (_("Form"), _("Overall"), _("Who"), _("When"), _("Remark"))
    st.html(table(heads, "".join(lines)))
