"""Coding: passages one at a time by keyboard, blind rounds, agreement, and when one may stop."""

from __future__ import annotations

from difflib import get_close_matches

import streamlit as st

from app import markup, state
from app.i18n import _
from app.widgets.coding_agreement import draw_agreement
from app.widgets.coding_chooser import draw_chooser, task_params
from app.widgets.coding_desk import draw_desk
from app.widgets.coding_memory import recall
from app.widgets.coding_rounds import draw_rounds
from app.widgets.coding_stop import draw_stop
from app.widgets.coding_task import task_for
from app.widgets.page import heading, note, page, problem
from kb.coding.coders import known_coders
from kb.coding.names import clean_name
from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase

PARTS = ("code", "stop", "rounds", "agreement")
_PART, _ASKED = "coding-part", "state-coding-asked"
_NEAR = 3  # names like the one given that are offered in its place


def draw() -> None:
    """Draw the page."""
    lead = _(
        "Say what a passage tells about, one passage at a time and with the keyboard alone. The "
        "machine suggests, people decide; everything is kept and can be undone."
    )
    with page(_("Coding"), lead) as kb:
        recall()
        name = state.coder(kb.settings)
        if name is None:
            _ask_name(kb)
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


def _ask_name(kb: KnowledgeBase) -> None:
    heading(_("Who is coding?"))
    note(_("Codings are kept under a name, so that two people's can be compared."))
    with st.form("sv-coder-form", border=False):
        name = st.text_input(_("Your name"), key="coding-name", max_chars=200)
        given = st.form_submit_button(_("Continue"), type="primary")
    if given and name.strip():
        try:
            st.session_state[_ASKED] = clean_name(name)
        except KbError as error:
            problem(error)
            return
    asked = str(st.session_state.get(_ASKED) or "")
    if not asked:
        return
    known = known_coders(kb.store)
    if not known or asked in known:
        _named(asked)
        st.rerun()
    _ask_new(asked, known)


def _ask_new(asked: str, known: tuple[str, ...]) -> None:
    """Ask once whether a name that nobody has coded under is a new coder's, or mistyped."""
    heading(_("New coder?"), 4)
    note(_("Nobody has coded as “{name}” yet.").format(name=asked))
    folded = {name.casefold(): name for name in known}
    near = [folded[one] for one in get_close_matches(asked.casefold(), folded, _NEAR)]
    with st.container(horizontal=True, gap="small", key="sv-acts-new-coder"):
        yes = markup.label(_("Yes, code as {name}").format(name=asked))
        st.button(yes, key="coder-new", type="primary", on_click=_named, args=(asked,))
        for place, name in enumerate(near):
            st.button(
                markup.label(_("No, I am {name}").format(name=name)),
                key=f"coder-known-{place}",
                on_click=_named,
                args=(name,),
            )


def _named(name: str) -> None:
    st.session_state[state.CODER] = name
    st.session_state.pop(_ASKED, None)


draw()
