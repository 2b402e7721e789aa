"""The evidence map: any two dimensions crossed, and the passages of a cell below."""

from __future__ import annotations

import streamlit as st

from app import answers, state
from app.i18n import _, _n
from app.labels import dimension_label
from app.query import DIMENSIONS, Query, at_cell, read_dimension
from app.widgets.filters import filter_bar, understood
from app.widgets.map_view import downloads, draw_chart, map_labels, table
from app.widgets.page import count, heading, link, note, page
from app.widgets.pager import page_of, pager
from app.widgets.passage_card import passage_card
from app.widgets.set_menu import name_wanted_set, set_names
from kb.evidence_map import EvidenceMap
from kb.exports.map_labels import MapLabels
from kb.knowledge_base import KnowledgeBase

DEPTH = 200  # passages of a cell that can be paged through; the rest is a search away


def draw() -> None:
    """Draw the page."""
    lead = _(
        "How many publications speak of what, and where. Click a cell to read its passages; "
        "a gap is a crossing that nothing was found for."
    )
    with page(_("Evidence map"), lead) as kb:
        query = state.asked()
        rows, cols = dimensions()
        _choose(rows, cols)
        query = understood(kb, query)
        filter_bar(kb, query)
        evidence = answers.evidence_map(kb, rows, cols, state.filters(query))
        if not evidence.total.passages:
            heading(_("There is nothing to count"))
            note(_("No coded passage fits these filters; take one away above."))
            return
        labels = map_labels(kb, evidence, query)
        draw_chart(evidence, labels)
        downloads(evidence, labels)
        with st.expander(_("The same figures as a table")):
            st.html(table(evidence, labels))
        _cell(kb, query, evidence, labels)
        name_wanted_set(kb)


def dimensions() -> tuple[str, str]:
    """The two dimensions that the address asks for: always known ones, and never the same."""
    rows = read_dimension(st.query_params.get("rows"), "factor")
    cols = read_dimension(st.query_params.get("cols"), "country")
    if rows == cols:
        cols = "country" if rows != "country" else "factor"
    return rows, cols


def _choose(rows: str, cols: str) -> None:
    st.session_state["map-rows"], st.session_state["map-cols"] = rows, cols
    with st.container(horizontal=True, vertical_alignment="bottom", key="sv-dimensions"):
        for key, text, other in (
            ("map-rows", _("Rows"), cols),
            ("map-cols", _("Columns"), rows),
        ):
            st.selectbox(
                text,
                [name for name in DIMENSIONS if name != other],
                format_func=dimension_label,
                key=key,
                on_change=_crossed,
            )
        st.button(
            _("Swap"),
            key="map-swap",
            icon=":material/swap_horiz:",
            on_click=lambda: state.ask(state.asked(), rows=cols, cols=rows),
        )


def _crossed() -> None:
    rows, cols = st.session_state["map-rows"], st.session_state["map-cols"]
    state.ask(state.asked().changed(), rows=rows, cols=cols)


def _cell(kb: KnowledgeBase, query: Query, evidence: EvidenceMap, labels: MapLabels) -> None:
    """Draw the choice of a cell, and its passages where one is chosen."""
    row, col = st.query_params.get("row"), st.query_params.get("col")
    row = row if row in evidence.rows else None
    col = col if col in evidence.cols else None
    heading(_("The passages of a cell"))
    st.session_state["cell-row"], st.session_state["cell-col"] = row, col
    with st.container(horizontal=True, key="sv-cell"):
        for key, dimension, ids, name in (
            ("cell-row", evidence.rows_dim, evidence.rows, labels.row),
            ("cell-col", evidence.cols_dim, evidence.cols, labels.col),
        ):
            st.selectbox(
                dimension_label(dimension),
                ids,
                index=None,
                format_func=name,
                key=key,
                placeholder=_("All"),
                on_change=_cell_chosen,
            )
    if row is None and col is None:
        note(_("Click a cell of the map, or choose a row and a column here."))
        return
    narrowed = at_cell(query, {evidence.rows_dim: row, evidence.cols_dim: col})
    if narrowed is None:
        note(_("The filters above leave nothing in this cell."))
        return
    _passages(kb, narrowed)


def _cell_chosen() -> None:
    row, col = st.session_state["cell-row"], st.session_state["cell-col"]
    state.ask(state.asked().changed(), row=row, col=col)


def _passages(kb: KnowledgeBase, query: Query) -> None:
    hits, total = kb.browse(state.filters(query), k=DEPTH)
    with st.container(horizontal=True, vertical_alignment="center", key="sv-cell-head"):
        count(_n("{n} passage", "{n} passages", total))
        link("search", _("Search in this cell"), query.params(), ":material/search:")
    shown, number, pages = page_of(hits, query.page, query.size)
    names = set_names(kb)
    for hit in shown:
        passage_card(kb, hit, names, place="cell")
    pager(pages, number)


draw()
