"""Coding: passages one at a time by keyboard, blind rounds, agreement, and when one may stop."""

from __future__ import annotations

import streamlit as st

from app import state
from app.i18n import _
from app.widgets.coding_agreement import draw_agreement
from app.widgets.coding_chooser import draw_chooser, task_params
from app.widgets.coding_desk import draw_desk
from app.widgets.coding_rounds import draw_rounds
from app.widgets.coding_stop import draw_stop
from app.widgets.coding_task import task_for
from app.widgets.page import heading, note, page
from kb.knowledge_base import KnowledgeBase

PARTS = ("code", "stop", "rounds", "agreement")
_PART = "coding-part"


def draw() -> None:
    """Draw the page."""
    lead = _(
        "Say what a passage tells about, one passage at a time and with the keyboard alone. The "
        "machine suggests, people decide; everything is kept and can be undone."
    )
    with page(_("Coding"), lead) as kb:
        name = state.coder(kb.settings)
        if name is None:
            _ask_name()
            return
        part = _chosen()
        if part == "rounds":
            draw_rounds(kb, name)
        elif part == "agreement":
            draw_agreement(kb)
        elif part == "stop":
            draw_stop(kb)
        else:
            _code(kb, name)


def _code(kb: KnowledgeBase, name: str) -> None:
    if draw_chooser(kb, name):
        with st.spinner(_("Reading what there is to code …")):
            task = task_for(kb, task_params(), name)
        draw_desk(kb, task)


def _chosen() -> str:
    asked = st.query_params.get("part", "")
    st.session_state[_PART] = asked if asked in PARTS else PARTS[0]
    labels = {
        "code": _("Coding"),
        "stop": _("When to stop"),
        "rounds": _("Rounds"),
        "agreement": _("Agreement"),
    }
    with st.container(key="sv-coding-parts"):
        return str(
            st.segmented_control(
                _("Part"),
                PARTS,
                format_func=labels.__getitem__,
                key=_PART,
                required=True,
                label_visibility="collapsed",
                on_change=lambda: st.query_params.update({"part": st.session_state[_PART]}),
            )
        )


def _ask_name() -> None:
    heading(_("Who is coding?"))
    note(_("Codings are kept under a name, so that two people's can be compared."))
    with st.form("sv-coder-form", border=False):
        name = st.text_input(_("Your name"), key="coding-name", max_chars=200)
        given = st.form_submit_button(_("Continue"), type="primary")
    if given and name.strip():
        st.session_state[state.CODER] = name.strip()
        st.rerun()


draw()
