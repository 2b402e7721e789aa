"""One publication on screen: its head, the passage asked for on its page, and three tabs.

Owns the layout of a publication; its parts are the widgets beside this one.
"""

from __future__ import annotations

import streamlit as st

from app import markup
from app.demonstration import replica_mark
from app.i18n import _, _n
from app.labels import makers_label, pages_label, verdict_label, year_of
from app.query import SIZES
from app.widgets.appraisal import draw_appraisal
from app.widgets.corrections import draw_corrections
from app.widgets.grouping import draw_files
from app.widgets.lost_work import draw_lost_work
from app.widgets.page import count, heading, link, note
from app.widgets.page_view import draw_page
from app.widgets.passage_card import passage_card, quotation
from app.widgets.record import kind_label, record_table
from app.widgets.removal import draw_removal, draw_removed
from app.widgets.set_menu import set_menu, set_names
from kb.coding.learnt import learnt_from
from kb.errors import NotFoundError
from kb.knowledge_base import KnowledgeBase
from kb.library import PassageView, PublicationDetail

_SIZE = SIZES[1]  # passages shown at first; the rest is one press away


def draw_publication(kb: KnowledgeBase, detail: PublicationDetail, passage_id: str | None) -> None:
    """Draw a publication, opened at a passage where one is asked for."""
    if detail.view.removed_reason is not None:
        draw_removed(kb, detail)
        return
    _head(kb, detail)
    passage = next((p for p in detail.passages if p.id == passage_id), None)
    if passage is not None:
        _opened(kb, detail, passage)
    elif passage_id:
        note(_("The passage of this link is not in this publication any more."))
    draw_lost_work(kb, detail.view.id)
    present = [p for p in detail.passages if not p.retired]
    names = (_("Passages"), _("Bibliographic record"), _("Appraisal"), _("Files and addresses"))
    tabs = st.tabs(names)
    with tabs[0]:
        _passages(detail, present, passage_id)
    with tabs[1]:
        st.html(record_table(detail.view.csl, detail.origins, detail.given))
        draw_corrections(kb, detail)
    with tabs[2]:
        draw_appraisal(kb, detail.view.id)
    with tabs[3]:
        draw_files(kb, detail)
        draw_removal(kb, detail)


def _head(kb: KnowledgeBase, detail: PublicationDetail) -> None:
    view, csl = detail.view, detail.view.csl
    parts = [
        markup.plain(makers_label(csl)),
        markup.plain(year_of(csl) or _("no year")),
        markup.plain(kind_label(str(csl.get("type") or "report"))),
        markup.plain(verdict_label(view.verdict)),
    ]
    if learnt_from(csl, view.url):
        parts.append(markup.badge(_("machine has learnt from this one"), "learnt"))
    st.html(f'<p class="sv-line">{markup.joined(parts)}</p>{replica_mark(view.id)}')
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        set_menu(kb, set_names(kb), view.id, None, "publication")
        if view.passages:
            target = {"from": "publication", "publication": view.id}
            link("coding", _("Code this publication"), target, ":material/edit:")
        url = view.url or csl.get("URL")
        if markup.safe_url(url):
            at_publisher = markup.link(url, _("At the publisher"))
            st.html(f'<span class="sv-outside">{at_publisher}</span>', width="content")


def _opened(kb: KnowledgeBase, detail: PublicationDetail, passage: PassageView) -> None:
    """Draw the passage beside the page it stands on."""
    left, right = st.columns(2, gap="large")
    with left:
        if passage.retired:
            note(_("This passage is of an earlier version of the publication."))
        try:
            record = kb.passage_record(passage.id)
        except NotFoundError:
            st.html(quotation(_plain_record(passage)) + replica_mark(passage.publication_id))
        else:
            passage_card(kb, record, set_names(kb), place="open", linked=False)
    with right:
        draw_page(kb, detail, passage)


def _plain_record(passage: PassageView) -> dict[str, object]:
    return {
        "text": passage.text,
        "section": passage.section,
        "page_label": passage.page_label,
        "page_label_end": passage.page_label_end,
        "language": passage.language,
    }


def _passages(detail: PublicationDetail, present: list[PassageView], opened: str | None) -> None:
    count(_n("{n} passage", "{n} passages", len(present)))
    if not present:
        note(_("No passage was found in this publication's files."))
    whole = st.session_state.get(f"whole-{detail.view.id}", False)
    section = ""
    for passage in present if whole else present[:_SIZE]:
        if passage.section != section:
            section = passage.section
            heading(section or "–", 4)
        _passage(detail, passage, passage.id == opened)
    if len(present) > _SIZE and not whole:
        st.button(
            _("Show all {n} passages").format(n=len(present)),
            key=f"whole-button-{detail.view.id}",
            on_click=lambda: st.session_state.update({f"whole-{detail.view.id}": True}),
        )


def _ocr_mark(passage: PassageView) -> str:
    sure = passage.ocr_confidence
    return _("read by OCR") + ("" if sure is None else f" {round(100 * sure)} %")


def _passage(detail: PublicationDetail, passage: PassageView, opened: bool) -> None:
    spoken = markup.plain(passage.language)
    marks = " ".join(
        markup.badge(text, "kind")
        for text, holds in (
            (_("table"), passage.kind == "table"),
            (_("abstract"), passage.kind == "abstract"),
            (_("speaker notes"), passage.kind == "notes"),
            (_ocr_mark(passage), passage.ocr),
        )
        if holds
    )
    shown = "sv-passage sv-opened" if opened else "sv-passage"
    with st.container(key=f"sv-passage-{passage.id}", gap="xxsmall"):
        st.html(f'<p class="{shown}" lang="{spoken}">{markup.plain(passage.text)} {marks}</p>')
        where = pages_label(passage.page_label, passage.page_label_end) or _("Open")
        params = {"publication": detail.view.id, "passage": passage.id}
        link("library", where, params, ":material/description:")
