"""Screening: what waits for a person's verdict, the flow of publications, the searches made."""

from __future__ import annotations

import streamlit as st

from app import state
from app.i18n import _, _n
from app.labels import verdict_label
from app.widgets.flow import draw_flow, draw_searches
from app.widgets.page import count, heading, note, page
from app.widgets.pager import page_of, pager
from app.widgets.screening_card import screening_card
from kb.knowledge_base import KnowledgeBase
from kb.library import PublicationView, list_publications
from kb.publications import MACHINE

SIZE = 10  # publications on a page
SHOWN = ("undecided", "exclude", "include", "people")


def draw() -> None:
    """Draw the page."""
    lead = _(
        "Is it about services working together for children, young people or families in a Nordic "
        "country? A person decides where the machine is unsure, and outranks it everywhere."
    )
    with page(_("Screening"), lead) as kb:
        waiting, flow, searches = st.tabs(
            [_("Publications"), _("Flow of publications"), _("Searches made")]
        )
        with waiting:
            _list(kb)
        with flow:
            draw_flow(kb)
        with searches:
            draw_searches(kb)


def _list(kb: KnowledgeBase) -> None:
    everything = list_publications(kb.store)
    shown = _chosen({name: sum(_fits(view, name) for view in everything) for name in SHOWN})
    views = [view for view in everything if _fits(view, shown)]
    count(_n("{n} publication", "{n} publications", len(views)))
    part, number, pages = page_of(views, state.asked().page, SIZE)
    for view in part:
        screening_card(kb, view)
    if not views:
        heading(_("Nothing here"))
        note(
            _("No publication waits for a person: all have a verdict.")
            if shown == "undecided"
            else _("No publication has this verdict.")
        )
    pager(pages, number)


def _fits(view: PublicationView, shown: str) -> bool:
    if shown == "people":
        return view.verdict_by not in (None, MACHINE)
    return (view.verdict or "undecided") == shown


def _chosen(counts: dict[str, int]) -> str:
    asked = st.query_params.get("verdict", "")
    st.session_state["screening-verdict"] = asked if asked in SHOWN else SHOWN[0]
    labels = {name: verdict_label(name) for name in SHOWN} | {"people": _("Decided by people")}
    return str(
        st.segmented_control(
            _("Verdict"),
            SHOWN,
            format_func=lambda name: f"{labels[name]} ({counts[name]})",
            key="screening-verdict",
            required=True,
            on_change=lambda: state.ask(
                state.asked().changed(), verdict=st.session_state["screening-verdict"]
            ),
        )
    )


draw()
