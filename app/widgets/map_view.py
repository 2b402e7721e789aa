"""The evidence map on screen: the chart, the same figures as a table, the files to take along.

Owns drawing; counting is `kb.evidence_map`'s and the chart itself `kb.exports.map_picture`'s.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import streamlit as st

from app import markup, state
from app.i18n import _, language
from app.labels import dimension_label, value_label
from app.query import LISTS, Query
from app.widgets.page import note
from kb.evidence_map import EvidenceMap
from kb.exports.map_labels import MapLabels
from kb.exports.map_picture import SELECTION, chart, render_png, render_svg
from kb.knowledge_base import KnowledgeBase

WIDTH = 1120  # pixels: the width of the page's text
CHART = "map-chart"


def map_labels(kb: KnowledgeBase, evidence: EvidenceMap, query: Query) -> MapLabels:
    """All words of a map in the session's language; they are drawn as text, never as markup."""

    def names(dimension: str, ids: tuple[str, ...]) -> dict[str, str]:
        return {id_: markup.clean(value_label(kb.codebook, dimension, id_)) for id_ in ids}

    return MapLabels(
        language=language(),
        rows=names(evidence.rows_dim, evidence.rows),
        cols=names(evidence.cols_dim, evidence.cols),
        directions=names("direction", kb.codebook.ids("directions")),
        filters=filters_in_words(kb, query),
        date=date.today().isoformat(),
    )


def filters_in_words(kb: KnowledgeBase, query: Query) -> str:
    """The filters that are set, for a picture's caption; empty where none is."""
    parts = [
        f"{dimension_label(name)}: "
        + ", ".join(value_label(kb.codebook, name, value) for value in getattr(query, name))
        for name in LISTS
        if getattr(query, name)
    ]
    if query.year_from is not None or query.year_to is not None:
        years = f"{query.year_from or ''}–{query.year_to or ''}"
        parts.append(_("Years") + ": " + years)
    if query.verified:
        parts.append(_("checked by a person"))
    return "; ".join(parts)


def draw_chart(evidence: EvidenceMap, labels: MapLabels) -> None:
    """Draw the map; a click on a cell goes to the address as `row` and `col`."""
    described = _(
        "Map of {rows} by {cols}: {publications} publications, {passages} passages. "
        "The same figures stand in the table below."
    ).format(
        rows=dimension_label(evidence.rows_dim),
        cols=dimension_label(evidence.cols_dim),
        publications=evidence.total.publications,
        passages=evidence.total.passages,
    )
    with st.container(key="sv-map"):
        st.altair_chart(
            chart(evidence, labels, width=WIDTH, clickable=True),
            key=CHART,
            theme=None,
            width="content",
            on_select=_clicked,
            selection_mode=SELECTION,
            alt=described,
        )


def _clicked() -> None:
    row, col = clicked_cell(st.session_state.get(CHART) or {})
    state.ask(state.asked().changed(), row=row, col=col)


def clicked_cell(event: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Row and column of the cell that a chart's event says was clicked; None on a total."""
    points = (event.get("selection") or {}).get(SELECTION) or []
    point = points[0] if isinstance(points, list) and points else {}
    row, col = point.get("row"), point.get("col")
    return (str(row) if row is not None else None, str(col) if col is not None else None)


def table(evidence: EvidenceMap, labels: MapLabels) -> str:
    """HTML of the map as a table: publications, and passages in brackets, with totals."""
    total = _("Total")
    head = "".join(f'<th scope="col">{markup.plain(labels.col(col))}</th>' for col in evidence.cols)
    corner = f'<th scope="col">{markup.plain(dimension_label(evidence.rows_dim))}</th>'
    lines = [f'<tr>{corner}{head}<th scope="col">{markup.plain(total)}</th></tr>']
    for row in evidence.rows:
        cells = "".join(
            _figure(evidence.cell(row, col), gap=evidence.cell(row, col).gap)
            for col in evidence.cols
        )
        lines.append(
            f'<tr><th scope="row">{markup.plain(labels.row(row))}</th>{cells}'
            f"{_figure(evidence.row_totals[row])}</tr>"
        )
    totals = "".join(_figure(evidence.col_totals[col]) for col in evidence.cols)
    lines.append(
        f'<tr class="sv-total"><th scope="row">{markup.plain(total)}</th>{totals}'
        f"{_figure(evidence.total)}</tr>"
    )
    caption = _("Publications, and passages in brackets")
    return (
        '<div class="sv-wide"><table class="sv-table sv-figures">'
        f"<caption>{markup.plain(caption)}</caption>{''.join(lines)}</table></div>"
    )


def _figure(counts: Any, gap: bool = False) -> str:
    if not counts.passages:
        word = _("gap") if gap else "–"
        return f'<td class="sv-gap">{markup.plain(word)}</td>'
    return f"<td>{counts.publications} <small>({counts.passages})</small></td>"


def downloads(evidence: EvidenceMap, labels: MapLabels) -> None:
    """Draw the buttons that take the map along; pictures are made when asked for."""
    name = f"evidence-map-{evidence.rows_dim}-by-{evidence.cols_dim}"
    files: tuple[tuple[str, str, str, Callable[[], bytes]], ...] = (
        ("PNG", "image/png", "png", lambda: render_png(evidence, labels)),
        ("SVG", "image/svg+xml", "svg", lambda: render_svg(evidence, labels)),
        (
            "CSV",
            "text/csv",
            "csv",
            lambda: evidence.to_csv(labels.rows, labels.cols).encode("utf-8-sig"),
        ),
        (
            "JSON",
            "application/json",
            "json",
            lambda: json.dumps(evidence.to_json(), ensure_ascii=False, indent=1).encode(),
        ),
    )
    with st.container(horizontal=True, gap="small", key="sv-map-files"):
        for text, media_type, suffix, make in files:
            st.download_button(
                text,
                make,
                file_name=f"{name}.{suffix}",
                mime=media_type,
                key=f"map-{suffix}",
                icon=":material/download:",
                on_click="ignore",
            )
    if evidence.uncounted:
        note(
            _("{n} passages have no value in one of the two dimensions and are not shown.").format(
                n=evidence.uncounted
            )
        )
