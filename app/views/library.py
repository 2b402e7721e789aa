"""The library: every publication, or one with its record, files, passages and pages."""

from __future__ import annotations

import streamlit as st

from app import markup, state
from app.i18n import _, _n, language
from app.labels import makers_label, verdict_label, year_of
from app.widgets.page import count, heading, link, note, page
from app.widgets.pager import page_of, pager
from app.widgets.publication import draw_publication
from app.widgets.removal import draw_removed_list
from app.widgets.set_menu import name_wanted_set
from kb.coding.learnt import learnt_from
from kb.display_names import language_name
from kb.knowledge_base import KnowledgeBase
from kb.library import (
    PublicationDetail,
    PublicationView,
    find_passages,
    list_publications,
    publication_detail,
)

SIZE = 25  # publications on a page
VERDICTS = ("", "include", "undecided", "exclude")


def draw() -> None:
    """Draw the list, or the publication that the address names."""
    params = st.query_params
    publication_id, passage_id = params.get("publication"), params.get("passage")
    if not publication_id and not passage_id:
        with page(_("Library"), _("Every publication in the knowledge base.")) as kb:
            _list(kb)
        return
    with page(lambda kb: _title(_detail(kb, publication_id, passage_id))) as kb:
        with st.container(key="sv-back"):
            link("library", _("All publications"), {}, ":material/arrow_back:")
        draw_publication(kb, _detail(kb, publication_id, passage_id), passage_id)
        name_wanted_set(kb)


def _detail(
    kb: KnowledgeBase, publication_id: str | None, passage_id: str | None
) -> PublicationDetail:
    if not publication_id:
        publication_id = find_passages(kb.store, [str(passage_id)])[str(passage_id)].publication_id
    return publication_detail(kb.store, publication_id)


def _title(detail: PublicationDetail) -> str:
    return str(detail.view.csl.get("title") or detail.view.label)


def _list(kb: KnowledgeBase) -> None:
    _choose()
    text, verdict = st.query_params.get("text", ""), st.query_params.get("verdict", "")
    views = [
        view for view in list_publications(kb.store, text or None) if verdict in ("", view.verdict)
    ]
    count(_n("{n} publication", "{n} publications", len(views)))
    shown, number, pages = page_of(views, state.asked().page, SIZE)
    for view in shown:
        with st.container(key=f"sv-row-{view.id}"):
            link("library", str(view.csl.get("title") or view.label), {"publication": view.id})
            st.html(line(kb, view))
    if not views and (text or verdict):
        heading(_("No publication fits"))
        note(_("Try fewer or other words of its title or an author's name, or another screening."))
    elif not views:
        heading(_("Nothing here yet"))
        note(_("Add a file with `samvirke add report.pdf`, or run `make refresh`."))
    pager(pages, number)
    draw_removed_list(kb)


def _choose() -> None:
    params = st.query_params
    st.session_state["library-text"] = params.get("text", "")
    verdict = params.get("verdict", "")
    st.session_state["library-verdict"] = verdict if verdict in VERDICTS else ""
    with st.container(horizontal=True, vertical_alignment="bottom", key="sv-library-choice"):
        st.text_input(_("Title or author"), key="library-text", on_change=_chosen)
        st.segmented_control(
            _("Screening"),
            VERDICTS,
            format_func=lambda id_: verdict_label(id_) if id_ else _("All"),
            key="library-verdict",
            required=True,
            on_change=_chosen,
        )


def _chosen() -> None:
    text, verdict = st.session_state["library-text"], st.session_state["library-verdict"]
    state.ask(state.asked().changed(), text=text.strip() or None, verdict=verdict or None)


def line(kb: KnowledgeBase, view: PublicationView) -> str:
    """HTML of the line under a publication's title."""
    reason = ""
    if view.verdict == "exclude" and view.verdict_reason:
        reason = kb.codebook.label("exclusion_reasons", view.verdict_reason, language())
    parts = [
        markup.plain(makers_label(view.csl)),
        markup.plain(year_of(view.csl) or _("no year")),
        markup.plain(language_name(view.language, language()) if view.language else ""),
        markup.plain(_n("{n} passage", "{n} passages", view.passages)),
        markup.badge(verdict_label(view.verdict), view.verdict or "undecided", reason)
        if view.verdict != "include" and view.verdict in VERDICTS
        else "",
    ]
    learnt = ""
    if learnt_from(view.csl, view.url):
        learnt = markup.badge(_("machine has learnt from this one"), "learnt")
    return f'<p class="sv-line">{markup.joined([*parts, learnt])}</p>'


draw()
