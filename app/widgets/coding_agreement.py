"""How far coders agree, as a table and a report to take along.

Owns drawing and its words; the figures are `kb.coding.agreement`'s.
"""

from __future__ import annotations

import streamlit as st

from app import markup
from app.i18n import _, _n, language
from app.labels import file_name, value_label
from app.widgets.page import count, heading, note, table
from kb.coding.agreement import AgreementReport, AgreementRow, measure_agreement
from kb.coding.agreement_report import figure, remark, report_csv, report_docx, report_html
from kb.coding.agreement_words import agreement_words
from kb.coding.rounds import list_rounds
from kb.knowledge_base import KnowledgeBase
from kb.work_stamp import work_stamp

_KEPT_S = 600  # seconds; the stamp says sooner where somebody has coded


def draw_agreement(kb: KnowledgeBase) -> None:
    """Draw agreement in a closed round, or over everything that several people coded."""
    closed = {str(view.id): view for view in list_rounds(kb.store) if view.closed_at is not None}
    asked = st.query_params.get("round", "")
    choices = [*closed, ""]
    st.session_state["agreement-round"] = asked if asked in closed else choices[0]
    chosen = st.selectbox(
        _("Round"),
        choices,
        format_func=lambda id_: markup.clean(closed[id_].name) if id_ else _("All codings"),
        key="agreement-round",
        on_change=lambda: st.query_params.update(
            {"round": str(st.session_state["agreement-round"])}
        ),
    )
    name = closed[chosen].name if chosen else None
    with st.spinner(_("Measuring …")):
        report = _measured(kb, str(kb.settings.home), work_stamp(kb.store), name)
    if not report.shared:
        heading(_("No two people have coded the same passage yet"))
        note(_("Make a round, code it, and close it: agreement is then measured here."))
        return
    judged = ", ".join(f"{coder} ({report.judged[coder]})" for coder in report.coders)
    count(_n("{n} passage judged by several", "{n} passages judged by several", report.shared))
    note(_("Coders, with the passages each judged: {coders}").format(coders=judged))
    if name is None:
        note(_("Outside a round coders may have seen each other's codings: this is not blind."))
    _downloads(kb, report, file_name(name or "agreement"))
    heads = (
        *(_("Question"), _("Units"), _("Said"), _("Agreement")),
        *("Krippendorff α", "Cohen κ", "Gwet AC1"),
    )
    lines = "".join(_line(kb, row) for row in report.rows)
    note(
        _(
            "A unit is a passage; of all factors together it is a passage with each factor "
            "(passages × factors), of directions a passage with each factor that coders said."
        )
    )
    with st.container(key="sv-agreement"):
        sideways = markup.plain(_("Alpha, kappa and AC1 stand to the right: move the table."))
        st.html(
            f'<p class="sv-remark sv-sideways">{sideways} <span aria-hidden="true">→</span></p>'
        )
        st.html(table(heads, lines, range(1, 7)))
    note(
        _(
            "In brackets 95 % intervals by bootstrap over publications, where there are enough of "
            "them. A dash: it cannot be computed; the reason stands below the question. Codes that "
            "were merged or renamed since count as they are today, so that a merge changes the "
            "figures of a closed round too."
        )
    )


@st.cache_data(show_spinner=False, max_entries=8, ttl=_KEPT_S)
def _measured(_kb: KnowledgeBase, home: str, stamp: str, name: str | None) -> AgreementReport:
    return measure_agreement(_kb.store, _kb.codebook, round_name=name)


def _downloads(kb: KnowledgeBase, report: AgreementReport, name: str) -> None:
    with st.container(horizontal=True, gap="small", key="sv-agreement-files"):
        for ending, kind, write in (
            ("html", "text/html", report_html),
            ("csv", "text/csv", report_csv),
            (
                "docx",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                report_docx,
            ),
        ):
            st.download_button(
                {"html": "HTML", "csv": "CSV", "docx": "Word"}[ending],
                write(report, kb.codebook, language()),
                file_name=f"{name}.{ending}",
                mime=kind,
                icon=":material/download:",
                on_click="ignore",
                key=f"agreement-{ending}",
            )


def _line(kb: KnowledgeBase, row: AgreementRow) -> str:
    found = row.agreement
    words = agreement_words(language())
    figures = [figure(one, words) for one in (found.percent, found.alpha, found.kappa, found.ac1)]
    told = "".join(
        f'<td class="sv-right">{_two_lines(cell)}</td>'
        for cell in (str(found.units), str(row.said), *figures)
    )
    missing = any(one.value is None for one in (found.percent, found.alpha))
    why = f"<small>{markup.plain(remark(row, words))}</small>" if missing else ""
    return f'<tr><th scope="row">{markup.plain(_question(kb, row))} {why}</th>{told}</tr>'


def _two_lines(cell: str) -> str:
    """HTML of a figure with its interval below it, so that a table stays narrow."""
    value, _blank, interval = cell.partition(" ")
    below = f"<br><small>{markup.plain(interval)}</small>" if interval else ""
    return markup.plain(value) + below


def _question(kb: KnowledgeBase, row: AgreementRow) -> str:
    if row.scope == "factor" and row.code:
        return value_label(kb.codebook, "factor", row.code)
    if row.scope == "direction" and row.code:
        way = value_label(kb.codebook, "direction", row.code)
        return _("Direction: {direction}").format(direction=way)
    return {
        "overall": _("Factors and directions together"),
        "factors": _("All factors: said or not"),
        "sets": _("The set of a passage's factors"),
        "directions": _("Direction, where coders said the factor"),
    }.get(row.scope, row.scope)
