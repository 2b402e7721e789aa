"""The pipeline: what the last runs did, source by source, what went wrong, and what to run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import markup
from app.i18n import _, moment
from app.widgets.page import heading, note, page, table
from kb.files import list_quarantined
from kb.knowledge_base import KnowledgeBase
from kb.runs import RunView, list_runs, show_run

_MOST = 200  # problems and files drawn; the rest is in `samvirke runs show`
COUNTS = ("items", "stored", "unchanged", "failed", "forbidden", "gone")


def draw() -> None:
    """Draw the page."""
    lead = _("How the knowledge base is kept up to date, and what could not be read.")
    with page(_("Pipeline"), lead) as kb:
        runs = list_runs(kb.store)
        _how_to_refresh()
        if not runs:
            heading(_("No run yet"))
            note(_("The first refresh will be shown here."))
        else:
            _run(kb, _chosen(runs))
        _quarantined(kb)


def _how_to_refresh() -> None:
    with st.expander(_("How to start a refresh")):
        note(
            _(
                "A refresh is started on the machine that holds the knowledge base, by hand or by "
                "its nightly timer. This page can stay open: it shows the new state by itself."
            )
        )
        st.code('make refresh\nmake refresh SOURCES="no-fafo se-ivo"', language="bash")


def _chosen(runs: list[RunView]) -> RunView:
    by_id = {run.id: run for run in runs}
    wanted = st.query_params.get("run", "")
    chosen = int(wanted) if wanted.isascii() and wanted.isdigit() else runs[0].id
    st.session_state["run-choice"] = chosen if chosen in by_id else runs[0].id
    return by_id[
        st.selectbox(
            _("Run"),
            list(by_id),
            format_func=lambda id_: (
                f"{id_} · {moment(by_id[id_].started_at)} · {status_label(by_id[id_].status)}"
            ),
            key="run-choice",
            on_change=lambda: st.query_params.update(run=str(st.session_state["run-choice"])),
        )
    ]


def status_label(status: str) -> str:
    """What the state of a run is called."""
    return {
        "running": _("running"),
        "done": _("done"),
        "failed": _("failed"),
        "interrupted": _("interrupted"),
    }.get(status, status)


def _run(kb: KnowledgeBase, run: RunView) -> None:
    run = show_run(kb.store, run.id)
    report = run.report
    stages: Mapping[str, Any] = report.get("stages") or {}
    rows = [
        markup.row(_("Kind"), markup.plain(run.kind)),
        markup.row(_("State"), markup.badge(status_label(run.status), f"run-{_state(run.status)}")),
        markup.row(_("Started"), markup.plain(moment(run.started_at))),
        markup.row(_("Ended"), markup.plain(moment(run.ended_at))),
    ]
    st.html(f'<dl class="sv-record">{"".join(rows)}</dl>')
    if report.get("error"):
        st.html(f'<p class="sv-problem">{markup.plain(report["error"])}</p>')
    heading(_("Stages"))
    st.html(stage_table(stages, report.get("seconds") or {}))
    crawl = stages.get("crawl")
    if isinstance(crawl, Mapping) and crawl:
        heading(_("Sources"))
        st.html(source_table(crawl))
    heading(_("Problems"))
    if not run.problems:
        note(_("None."))
        return
    lines = "".join(
        f"<tr><td>{markup.plain(p.stage)}</td><td>{markup.plain(p.source_id or '–')}</td>"
        f'<td><span class="sv-address">{markup.link(p.subject)}</span></td>'
        f"<td>{markup.plain(p.message)}</td></tr>"
        for p in run.problems[:_MOST]
    )
    st.html(table((_("Stage"), _("Source"), _("What"), _("What happened")), lines))


def _state(status: str) -> str:
    return status if status in ("running", "done", "failed", "interrupted") else "running"


def stage_table(stages: Mapping[str, Any], seconds: Mapping[str, Any]) -> str:
    """HTML of a table: each stage, what it counted and how long it took."""
    lines = []
    for name in dict.fromkeys([*seconds, *stages]):
        counted = stages.get(name)
        took = f"{seconds[name]:.1f} s" if name in seconds else "–"
        lines.append(
            f'<tr><th scope="row">{markup.plain(stage_label(name))}</th>'
            f"<td>{_counts(name, counted)}</td>"
            f'<td class="sv-right">{markup.plain(took)}</td>'
            "</tr>"
        )
    return table((_("Stage"), _("Counted"), _("Time")), "".join(lines), numbers=(2,))


def stage_label(name: str) -> str:
    """What a stage is called."""
    return {
        "crawl": _("Crawl"),
        "extract": _("Reading of files"),
        "publications": _("Publications"),
        "passages": _("Passages"),
        "screening": _("Screening"),
        "code": _("Machine coding"),
        "index": _("Index"),
    }.get(name, name)


def _counts(name: str, counted: Any) -> str:
    if not isinstance(counted, Mapping):
        return markup.plain("–" if counted is None else counted)
    if name == "crawl":
        return markup.plain(_("{n} sources, see below").format(n=len(counted)))
    pairs = [
        f"{markup.plain(str(key).replace('_', ' '))} <strong>{markup.plain(value)}</strong>"
        for key, value in counted.items()
        if isinstance(value, int | float | str) and not isinstance(value, bool)
    ]
    return markup.joined(pairs) or "–"


def source_table(crawl: Mapping[str, Any]) -> str:
    """HTML of a table: a line for each source, sources with problems first."""
    names = (_("Items"), _("New"), _("Unchanged"), _("Failed"), _("Forbidden"), _("Gone"))
    lines = []
    for source_id, counts in sorted(
        crawl.items(), key=lambda entry: (not _bad(entry[1]), entry[0])
    ):
        if not isinstance(counts, Mapping):
            continue
        cells = "".join(
            f'<td class="sv-right">{markup.plain(counts.get(name, 0))}</td>' for name in COUNTS
        )
        flag = markup.badge(_("failed"), "run-failed") if _bad(counts) else ""
        warnings = "; ".join(str(text) for text in counts.get("warnings") or ())
        lines.append(
            f'<tr><th scope="row">{markup.plain(source_id)} {flag}</th>{cells}'
            f"<td>{markup.plain(warnings)}</td></tr>"
        )
    heads = (_("Source"), *names, _("Remarks"))
    return table(heads, "".join(lines), numbers=range(1, len(names) + 1))


def _bad(counts: Any) -> bool:
    return isinstance(counts, Mapping) and bool(
        counts.get("failed_source") or counts.get("problems")
    )


def _quarantined(kb: KnowledgeBase) -> None:
    files = list_quarantined(kb.store)
    heading(_("Files that could not be read, or only in part"))
    if not files:
        note(_("None."))
        return
    in_part, aside = _("in part"), _("set aside")
    lines = "".join(
        f'<tr><td><span class="sv-address">{markup.link(f.address, f.filename or f.address)}</span>'
        f"</td><td>{markup.plain(f.source_id or '–')}</td>"
        f"<td>{markup.plain(in_part if f.status == 'partial' else aside)}</td>"
        f"<td>{markup.plain(f.reason)}</td></tr>"
        for f in files[:_MOST]
    )
    st.html(table((_("File"), _("Source"), _("State"), _("Reason")), lines))


draw()
