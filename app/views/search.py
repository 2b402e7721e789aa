"""Search: a question in any language, and the passages that answer it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import streamlit as st

from app import answers, markup, state
from app.i18n import _, _n
from app.notices import sentence
from app.query import LONGEST, SIZES, Query
from app.widgets.filters import filter_bar, understood
from app.widgets.page import count, heading, link, note, page, remark
from app.widgets.pager import page_of, pager
from app.widgets.passage_card import passage_card, publication_group
from app.widgets.saved_searches import saved_bar, saved_list
from app.widgets.set_menu import name_wanted_set, set_names
from kb.knowledge_base import KnowledgeBase

_SHOWN = 220  # characters of the passage that others are to be like
DEPTH = 100  # results fetched: what a person pages through; a narrower question finds the rest
EXAMPLES = (
    "ledelsens betydning for samarbeid",
    "confidentiality as an obstacle",
    "samlokalisering av tjänster för barn och familjer",
    "koordinator for familier med sammensatte behov",
    "children's participation in individual plans",
    "yhteinen budjetti ja vastuunjako",
)


def draw() -> None:
    """Draw the page."""
    query = state.asked()
    lead = _(
        "What Nordic research, evaluations and supervision say about collaboration between "
        "welfare services for children, young people and families."
    )
    with page(_("Search the evidence"), "" if query.q or query.like else lead) as kb:
        question_form(query)
        if len(query.q) >= LONGEST - 1:  # a space may have stood where it was cut
            note(_("Only the first {n} characters of a question are searched.").format(n=LONGEST))
        query = understood(kb, query)
        filter_bar(kb, query)
        new = saved_bar(kb, query)
        if query.q or query.like or query.filter_count:
            results(kb, query, new)
        else:
            saved_list(kb)
            empty_state(kb)
        name_wanted_set(kb)


def question_form(query: Query) -> None:
    """Draw the search field; Enter or the button asks."""
    with (
        st.form("sv-question", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", key="sv-question-row"),
    ):
        st.session_state["q-text"] = query.q
        st.text_input(
            _("Your question, in any Nordic language or English"),
            key="q-text",
            placeholder=_("For example: ledelsens betydning for samarbeid"),
            help=_(
                "“a phrase”, AND, OR, NOT or -word, word*, brackets; author:, title:, publisher:, "
                "year:2015..2020, country:NO, language:fi, factor:, direction:, type:. A whole "
                "paragraph may be pasted too."
            ),
        )
        st.form_submit_button(
            _("Search"), type="primary", icon=":material/search:", on_click=_asked, key="q-go"
        )


def _asked() -> None:
    state.change(q=" ".join(str(st.session_state["q-text"]).split())[:LONGEST], like="")


def results(kb: KnowledgeBase, query: Query, new: Collection[str] = ()) -> None:
    """Draw the summary, how to show results, and one page of them; `new` passages are marked."""
    hits, total = found(kb, query)
    if not hits:
        nothing_found(query)
        return
    summary(hits, query, total)
    shown, number, pages = page_of(hits, query.page, query.size)
    names = set_names(kb)
    draw_one = publication_group if query.group == "publication" else passage_card
    for hit in shown:
        draw_one(kb, {**hit, "is_new": hit["passage_id"] in new}, names)
    pager(pages, number)


def found(kb: KnowledgeBase, query: Query) -> tuple[Sequence[Mapping[str, Any]], int]:
    """What answers the question, its remarks drawn, and how many passages the filters allow."""
    filters = state.filters(query)
    if query.like:
        asked = kb.passage_record(query.like)
        like_line(asked)
        hits = answers.similar(kb, query.like, DEPTH, filters, query.group)
    elif query.q:
        answer = answers.search(kb, query.q, DEPTH, filters, query.group)
        hits = answer.records
        for notice in answer.notices:
            (remark if notice.kind == "nothing_fits" else note)(sentence(notice))
    else:
        return kb.browse(filters, k=DEPTH)
    return hits, kb.count(filters)


def like_line(record: Mapping[str, Any]) -> None:
    """Draw which passage the hits are to be like, and how to leave it."""
    text = str(record["text"])
    shown = text if len(text) <= _SHOWN else text[:_SHOWN].rsplit(" ", 1)[0] + " …"
    with st.container(key="sv-like", gap="small"):
        said = _("Passages like this one, from “{title}”:")
        note(said.format(title=record.get("title") or _("Without a title")))
        st.html(
            f'<blockquote class="sv-quote" lang="{markup.plain(record.get("language") or "")}">'
            f"<p>{markup.plain(shown)}</p></blockquote>"
        )
        st.button(
            _("Back to a question"),
            key="like-clear",
            type="tertiary",
            icon=":material/close:",
            on_click=lambda: state.change(like=""),
        )


def summary(hits: Sequence[Mapping[str, Any]], query: Query, total: int) -> None:
    """Draw how much is shown and from where, and the choices of how to show it.

    `total` is how many passages the filters allow: a question puts them in order, it leaves none
    out, so only the best are shown.
    """
    publications = len({hit["publication_id"] for hit in hits})
    countries = len({code for hit in hits for code in hit.get("countries") or ()})
    counted = [
        _n("{n} publication", "{n} publications", publications),
        _n("{n} country", "{n} countries", countries),
    ]
    asked = query.q or query.like
    if query.group != "publication" or not asked:
        counted.insert(0, _n("{n} passage", "{n} passages", len(hits)))
    more = ""
    if len(hits) >= DEPTH and total > len(hits):
        if not asked:
            said = _("the first of {n} passages; ask a question to find the best")
        elif query.group == "publication":
            said = _("the best by their best passage, of {n} passages")
        else:
            said = _("the best of {n} passages")
        more = said.format(n=total)
    with st.container(horizontal=True, vertical_alignment="center", key="sv-summary"):
        count(" · ".join(counted), more)
        st.session_state["group"], st.session_state["size"] = query.group, query.size
        st.segmented_control(
            _("Show"),
            ("passage", "publication"),
            format_func=lambda id_: _("Passages") if id_ == "passage" else _("Publications"),
            key="group",
            required=True,
            label_visibility="collapsed",
            on_change=lambda: state.change(group=st.session_state["group"] or "passage"),
        )
        st.selectbox(
            _("Results on a page"),
            SIZES,
            format_func=lambda size: _("{n} on a page").format(n=size),
            key="size",
            label_visibility="collapsed",
            width=150,
            on_change=lambda: state.change(size=int(st.session_state["size"])),
        )
    note(
        _(
            "Factors and directions marked “machine suggestion” have not been read by a person; "
            "accept or reject them and your check counts at once."
        )
    )


def nothing_found(query: Query) -> None:
    """Say that nothing was found, and what to try."""
    heading(_("Nothing was found"))
    if query.filter_count:
        note(_("The filters may be too narrow: take one away above, or clear them all."))
    else:
        note(_("Try fewer or other words; the language does not matter."))


def empty_state(kb: KnowledgeBase) -> None:
    """Draw what can be asked, and how much there is to ask."""
    heading(_("Try one of these"))
    with st.container(horizontal=True, gap="small", key="sv-examples"):
        for example in EXAMPLES:
            link("search", example, {"q": example}, ":material/search:")
    facets = state.facets(kb)
    countries = len(facets.get("country", ()))
    languages = len(facets.get("language", ()))
    note(
        _n("{n} country", "{n} countries", countries)
        + " · "
        + _n("{n} language", "{n} languages", languages)
        + " · "
        + _n("{n} factor in the codebook", "{n} factors in the codebook", len(kb.codebook.factors))
    )


draw()
