"""The PRISMA flow and the search log on screen, with their downloads.

Owns how they are shown; the counts are `kb.prisma`'s, the picture `kb.exports.prisma_picture`'s.
"""

from __future__ import annotations

import streamlit as st

from app import markup
from app.i18n import _, language, moment
from app.widgets.page import note, table
from corpora.registry import load_sources
from corpora.replica import replica_sources
from kb.exports.prisma_picture import render_flow_png, render_flow_svg
from kb.exports.prisma_table import flow_csv, searches_csv
from kb.knowledge_base import KnowledgeBase
from kb.prisma import SearchView, flow_of_run, list_searches

_MOST_SEARCHES = 200  # drawn; the download has all


def draw_flow(kb: KnowledgeBase) -> None:
    """Draw the flow as the record stands, and offer it as SVG, PNG and CSV."""
    flow, before = flow_of_run(kb.store)
    if not flow.found:
        note(_("Nothing has been gathered yet; the first refresh fills this page."))
        return
    svg = render_flow_svg(
        flow,
        before,
        language=language(),
        reason_label=lambda id_: kb.codebook.label("exclusion_reasons", id_, language()),
        source_names=_registered(),
    )
    note(_("As PRISMA 2020 asks, from what was found to what is included; counted now."))
    st.image(svg.decode(), width="stretch")
    with st.container(horizontal=True, gap="small", key="sv-acts-flow"):
        st.download_button("SVG", svg, "prisma-flow.svg", "image/svg+xml", key="flow-svg")
        st.download_button(
            "PNG", lambda: render_flow_png(svg), "prisma-flow.png", "image/png", key="flow-png"
        )
        st.download_button("CSV", flow_csv(flow), "prisma-flow.csv", "text/csv", key="flow-csv")


def draw_searches(kb: KnowledgeBase) -> None:
    """Draw what was asked of each source, run by run, and offer it as CSV."""
    found = list_searches(kb.store)
    if not found:
        note(_("No source has been searched yet; the first refresh fills this page."))
        return
    note(_("What was asked of each source, when, and how much it gave, as PRISMA-S asks."))
    names = (_("Run"), _("Source"), _("When"), _("Found"), _("New"), _("How"), _("Rule"))
    lines = "".join(_search_line(entry) for entry in found[:_MOST_SEARCHES])
    st.html(table(names, lines, numbers=(0, 3, 4)))
    st.download_button("CSV", searches_csv(found), "searches.csv", "text/csv", key="searches-csv")


def _search_line(entry: SearchView) -> str:
    figures = "".join(
        f'<td class="sv-right">{markup.plain(value)}</td>' for value in (entry.hits, entry.new)
    )
    return (
        f'<tr><td class="sv-right">{markup.plain(entry.run_id)}</td>'
        f'<th scope="row">{markup.plain(entry.source_id)}</th>'
        f"<td>{markup.plain(moment(entry.at))}</td>{figures}"
        f"<td>{markup.plain(entry.kind)}</td>"
        f'<td><span class="sv-address">{markup.plain(entry.rule)}</span></td></tr>'
    )


@st.cache_data(show_spinner=False)
def _registered() -> dict[str, str]:
    return {key: source.name for key, source in {**load_sources(), **replica_sources()}.items()}
