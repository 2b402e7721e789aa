"""Correcting a publication's record on screen: the form, what was said before, taking it back.

Owns drawing; `kb.corrections` checks and keeps what people say.
"""

from __future__ import annotations

import streamlit as st

from app import markup, state
from app.i18n import _, _n, moment
from app.widgets.page import heading, note, table
from app.widgets.record import field_labels, kind_label
from kb.corrections import (
    CorrectionView,
    correct,
    list_corrections,
    undo_correction,
    written_value,
)
from kb.csl_types import RECORD_TYPES
from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase
from kb.library import PublicationDetail

_WITH_COMMA = "; {Ministry of Health, Norway}"  # a body whose name has a comma stands in braces
_LONG = frozenset({"title", "author", "abstract"})  # fields that get more than one line


def draw_corrections(kb: KnowledgeBase, detail: PublicationDetail) -> None:
    """Draw the form that corrects a field, and every correction there was."""
    heading(_("Correct a field"), 3)
    note(_("What a person says here outranks what was read, and stays through every refresh."))
    labels = correctable()
    field = st.selectbox(
        _("Field"),
        list(labels),
        format_func=lambda key: labels[key],
        key=f"correct-field-{detail.view.id}",
    )
    if field is not None:
        _form(kb, detail, field)
    acts = list_corrections(kb.store, detail.view.id)
    if acts:
        _history(kb, detail, acts)


def correctable() -> dict[str, str]:
    """The fields that a person can correct, with what they are called."""
    return {**field_labels(), "countries": _("Countries the evidence is from")}


def _form(kb: KnowledgeBase, detail: PublicationDetail, field: str) -> None:
    present = detail.given.get(field) if field == "countries" else detail.view.csl.get(field)
    key = f"{detail.view.id}-{field}"
    with st.form(f"sv-correct-{key}", border=False):
        value = _input(field, written_value(field, present), key)
        comment = st.text_input(_("Why (for those who come after you)"), key=f"correct-why-{key}")
        with st.container(horizontal=True):
            saved = st.form_submit_button(_("Save"), type="primary", key=f"correct-save-{key}")
            none = st.form_submit_button(_("It has none"), key=f"correct-none-{key}")
    if saved or none:
        given = "" if none else value
        state.as_coder(kb.settings, lambda name: _say(kb, detail, field, given, name, comment))
        if state.PENDING not in st.session_state:
            st.rerun()


def _input(field: str, text: str, key: str) -> str:
    if field == "type":
        types = list(dict.fromkeys([*([text] if text else []), *RECORD_TYPES]))
        chosen = st.selectbox(_("Value"), types, format_func=kind_label, key=f"correct-value-{key}")
        return str(chosen or "")
    hint = _("Berg, Ida; Hansen, Kari; Fafo") + _WITH_COMMA if field == "author" else ""
    if field in _LONG:
        height = 160 if field == "abstract" else 80
        long = st.text_area(
            _("Value"), text, key=f"correct-value-{key}", height=height, placeholder=hint
        )
        return str(long)
    return str(st.text_input(_("Value"), text, key=f"correct-value-{key}"))


def _say(
    kb: KnowledgeBase, detail: PublicationDetail, field: str, value: str, name: str, comment: str
) -> None:
    label = correctable()[field]
    try:
        correct(kb.store, detail.view.id, field, value, name, comment)
    except KbError as error:
        state.offer_undo(str(error), None)
        return
    state.offer_undo(
        _("{field} is corrected.").format(field=label),
        lambda: undo_correction(kb.store, detail.view.id, field, name),
    )


def _history(kb: KnowledgeBase, detail: PublicationDetail, acts: list[CorrectionView]) -> None:
    heading(_n("{n} correction", "{n} corrections", len(acts)), 4)
    heads = (_("Field"), _("What was said"), _("Before"), _("Who and when"))
    lines = "".join(f"<tr>{_cells(act)}</tr>" for act in reversed(acts))
    st.html(table(heads, lines))
    standing = [act for act in acts if act.stands]
    if standing:
        with st.container(horizontal=True, key=f"sv-acts-corrections-{detail.view.id}"):
            for act in standing:
                _undo_button(kb, detail, act.field)


def _undo_button(kb: KnowledgeBase, detail: PublicationDetail, field: str) -> None:
    label = correctable().get(field, field)

    def take_back(name: str) -> None:
        undo_correction(kb.store, detail.view.id, field, name)
        state.offer_undo(_("The correction of {field} is taken back.").format(field=label), None)

    st.button(
        _("Take back: {field}").format(field=label),
        key=f"correct-undo-{detail.view.id}-{field}",
        icon=":material/undo:",
        type="tertiary",
        on_click=lambda: state.as_coder(kb.settings, take_back),
    )


def _cells(act: CorrectionView) -> str:
    labels = correctable()
    if act.undo:
        restored = written_value(act.field, act.restored) or _("none")
        said = markup.plain(_("taken back; again: {value}").format(value=restored))
    else:
        said = markup.plain(written_value(act.field, act.value) or _("none"))
        if act.stands:
            said += " " + markup.badge(_("counts"), "include")
    if act.comment:
        said += f"<br><small>{markup.plain(act.comment)}</small>"
    cells = (
        markup.plain(labels.get(act.field, act.field)),
        said,
        markup.plain(written_value(act.field, act.before) or "–"),
        markup.plain(f"{act.by}, {moment(act.at)}"),
    )
    return "".join(f"<td>{cell}</td>" for cell in cells)
