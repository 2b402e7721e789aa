"""The pipeline: what the last runs did, source by source, what went wrong, and what to run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import markup
from app.i18n import _, moment
from app.refresh_process import RefreshState, is_demo, refresh_state, start_refresh
from app.widgets.page import heading, note, page, table
from app.widgets.problem_table import problem_table
from app.widgets.run_report import run_kind, saved_table, source_table, stage_table
from kb.change_report import changes_of
from kb.exports.change_pages import render_changes
from kb.files import list_quarantined
from kb.knowledge_base import KnowledgeBase
from kb.runs import RunView, list_runs, show_run

_LOOK_AGAIN_S = 3  # seconds between looks at a refresh that runs
_MOST = 200  # problems and files drawn; the rest is in `samvirke runs show`


def draw() -> None:
    """Draw the page."""
    lead = _("How the knowledge base is kept up to date, and what could not be read.")
    with page(_("Pipeline"), lead) as kb:
        runs = list_runs(kb.store)
        _refresh(kb, demo=is_demo(runs))
        if not runs:
            heading(_("No run yet"))
            note(_("The first refresh will be shown here."))
        else:
            _run(kb, _chosen(runs))
        _quarantined(kb)


def _refresh(kb: KnowledgeBase, *, demo: bool) -> None:
    """Draw the button that starts a refresh, and whether one runs (looked at again meanwhile)."""
    running = refresh_state(kb.settings).running

    @st.fragment(run_every=_LOOK_AGAIN_S if running else None)
    def control() -> None:
        now = refresh_state(kb.settings)
        if running and not now.running:
            st.rerun()
        with st.container(horizontal=True, vertical_alignment="center", key="sv-refresh"):
            if st.button(
                _("Start a refresh of the demonstration") if demo else _("Start a refresh"),
                key="refresh",
                icon=":material/refresh:",
                disabled=now.running,
            ):
                start_refresh(kb.settings, demo=demo)
                st.rerun()
            st.html(
                f'<p class="sv-remark" role="status">{markup.plain(_refresh_line(now))}</p>',
                width="content",
            )

    control()
    with st.expander(_("How to start a refresh from the command line")):
        note(
            _(
                "The nightly timer starts it so too. While a refresh runs, search and map show the "
                "knowledge base as it was before."
            )
        )
        st.code('make refresh\nmake refresh SOURCES="no-fafo se-ivo"', language="bash")


def _refresh_line(now: RefreshState) -> str:
    if now.running:
        return _("A refresh is running; it goes on when this page is closed.")
    if now.failure is not None:
        return _("The refresh started here has failed: {reason}").format(reason=now.failure)
    return _("No refresh is running.")


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
        markup.row(_("Kind"), markup.plain(run_kind(run.kind))),
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
    searches = report.get("saved_searches")
    if isinstance(searches, list) and searches:
        heading(_("New for saved searches"))
        st.html(saved_table(searches))
    st.download_button(
        _("Change report"),
        lambda: render_changes(changes_of(kb.settings, kb.store, run.id), "html"),
        file_name=f"samvirke-run-{run.id}.html",
        mime="text/html",
        key=f"changes-{run.id}",
        icon=":material/download:",
        help=_("What this run changed, publication by publication."),
        on_click="ignore",
    )
    heading(_("Problems"))
    if not run.problems:
        note(_("None."))
        return
    st.html(problem_table(run.problems[:_MOST]))


def _state(status: str) -> str:
    return status if status in ("running", "done", "failed", "interrupted") else "running"


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
