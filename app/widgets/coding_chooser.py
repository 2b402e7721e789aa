"""Choosing what to code: the queue, a round one is in, a search's hits, a publication.

Owns the choice on screen; it is kept in the address, so that a task can be linked to.
"""

from __future__ import annotations

import streamlit as st

from app import markup
from app.i18n import _
from app.labels import value_label
from app.widgets.coding_task import KINDS, PASSAGE, PUBLICATION, QUEUE, ROUND, SEARCH
from app.widgets.page import heading, link, note
from kb.coding.rounds import RoundView, list_rounds
from kb.knowledge_base import KnowledgeBase
from kb.library import list_publications

_NAMES = ("from", "factor", "round", "words", "publication", "passage")  # of the address


def task_params() -> dict[str, str]:
    """What the address says of the task."""
    found = {name: st.query_params.get(name, "") for name in _NAMES}
    return {name: value for name, value in found.items() if value}


def choose_task(**values: str) -> None:
    """Put a task into the address, in place of the one there."""
    for name in _NAMES:
        st.query_params.pop(name, None)
    st.query_params.update({name: value for name, value in values.items() if value})


def round_link(view: RoundView) -> dict[str, str]:
    """The address of coding in a round."""
    return {"from": ROUND, "round": str(view.id)}


def draw_chooser(kb: KnowledgeBase, coder: str) -> bool:
    """Draw the choice; say whether there is something to code now."""
    kind = st.query_params.get("from", QUEUE)
    with st.container(horizontal=True, vertical_alignment="bottom", key="sv-coding-choice"):
        shown = kind if kind in KINDS else None
        st.session_state["coding-from"] = shown
        st.segmented_control(
            _("What to code"),
            KINDS,
            format_func=_kind_name,
            key="coding-from",
            on_change=_kind_chosen,
        )
        if kind == QUEUE:
            return _queue(kb)
        if kind == ROUND:
            return _round(kb, coder)
        if kind == SEARCH:
            return _search()
        if kind == PUBLICATION:
            return _publication(kb)
    return kind == PASSAGE and bool(st.query_params.get("passage"))


def _kind_name(kind: str) -> str:
    return {
        QUEUE: _("Queue"),
        ROUND: _("Round"),
        SEARCH: _("Search"),
        PUBLICATION: _("Publication"),
    }[kind]


def _kind_chosen() -> None:
    choose_task(**{"from": str(st.session_state.get("coding-from") or QUEUE)})


def _queue(kb: KnowledgeBase) -> bool:
    factors = ("", *kb.codebook.ids("factors"))
    asked = st.query_params.get("factor", "")
    st.session_state["coding-queue"] = asked if asked in factors else ""
    st.selectbox(
        _("Factor"),
        factors,
        format_func=lambda id_: value_label(kb.codebook, "factor", id_) if id_ else _("All"),
        key="coding-queue",
        on_change=lambda: choose_task(**{"from": QUEUE, "factor": _value("coding-queue")}),
    )
    return True


def _round(kb: KnowledgeBase, coder: str) -> bool:
    views = {str(view.id): view for view in list_rounds(kb.store, coder) if not view.closed_at}
    if not views:
        heading(_("You are in no open round"), 4)
        note(_("A round lets two people or more code the same passages blind."))
        link("coding", _("Make a round"), {"part": "rounds"}, ":material/group:")
        return False
    asked = st.query_params.get("round", "")
    st.session_state["coding-round"] = asked if asked in views else next(iter(views))
    st.selectbox(
        _("Round"),
        list(views),
        format_func=lambda number: markup.clean(views[number].name),
        key="coding-round",
        on_change=lambda: choose_task(**{"from": ROUND, "round": _value("coding-round")}),
    )
    if asked not in views:
        choose_task(**{"from": ROUND, "round": next(iter(views))})
    return True


def _search() -> bool:
    st.session_state["coding-search"] = st.query_params.get("words", "")
    st.text_input(
        _("Your question, in any Nordic language or English"),
        key="coding-search",
        on_change=lambda: choose_task(**{"from": SEARCH, "words": _value("coding-search")}),
    )
    return bool(st.query_params.get("words", "").strip())


def _publication(kb: KnowledgeBase) -> bool:
    views = {view.id: view for view in list_publications(kb.store) if view.passages}
    asked = st.query_params.get("publication", "")
    st.session_state["coding-publication"] = asked if asked in views else None
    st.selectbox(
        _("Publication"),
        list(views),
        format_func=lambda id_: markup.clean(views[id_].csl.get("title") or views[id_].label),
        key="coding-publication",
        placeholder=_("Choose a publication"),
        on_change=lambda: choose_task(
            **{"from": PUBLICATION, "publication": _value("coding-publication")}
        ),
    )
    return asked in views


def _value(key: str) -> str:
    return str(st.session_state.get(key) or "")
