"""People's work as a project file for other programs: choosing what goes along, and downloading it.

Owns drawing; the file is `kb.exports.refi_project`'s.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from app import markup, state
from app.i18n import _, _n, language
from app.labels import value_label
from app.widgets.page import heading, note, problem
from corpora.nordic import LABEL_LANGUAGES
from kb.citations.sets import list_sets
from kb.errors import ExchangeError, GenerationError, KbError
from kb.exports.refi_choice import choose_content
from kb.exports.refi_project import ExportReport, export_project
from kb.knowledge_base import KnowledgeBase

MOST_BYTES = 300 * 2**20  # held in memory for a download; the command writes what is larger
_MADE = "state-project-made"


@dataclass(frozen=True)
class _Wish:
    """What a person chose."""

    countries: tuple[str, ...]
    factors: tuple[str, ...]
    set_name: str | None
    files: bool
    language: str


def draw_export(kb: KnowledgeBase) -> None:
    """Draw the choice, and the file once it is made."""
    heading(_("Take people's work along"), 3)
    note(
        _(
            "Codings with their publications, and comments as notes, for NVivo, MAXQDA, ATLAS.ti, "
            "QualCoder and others. What is coded blind in an open round does not go along."
        )
    )
    with st.form("sv-project-export", border=False):
        wish = _choose(kb)
        sent = st.form_submit_button(_("Make the file"), type="primary", key="project-make")
    if sent:
        st.session_state.pop(_MADE, None)
        try:
            with st.spinner(_("Writing the file …")):
                st.session_state[_MADE] = (wish, *_make(kb, wish))
        except KbError as error:
            problem(error)
    made = st.session_state.get(_MADE)
    if made is not None:
        _draw_made(made[1], made[2])


def _choose(kb: KnowledgeBase) -> _Wish:
    try:
        countries = list(state.facets(kb).get("country", ()))
    except GenerationError:
        countries = []  # nothing is indexed yet: no passage has a country
    left, right = st.columns(2)
    with left:
        factors = st.multiselect(
            _("Only these factors"),
            kb.codebook.ids("factors"),
            format_func=lambda one: markup.clean(value_label(kb.codebook, "factor", one)),
            placeholder=_("All"),
            key="project-factors",
        )
        chosen = st.multiselect(
            _("Only evidence from these countries"),
            countries,
            format_func=lambda one: markup.clean(value_label(kb.codebook, "country", one)),
            placeholder=_("All"),
            key="project-countries",
        )
    with right:
        names = [view.name for view in list_sets(kb.store) if view.items]
        set_name = st.selectbox(
            _("Only publications of a citation set"),
            names,
            index=None,
            format_func=markup.clean,
            placeholder=_("All"),
            key="project-set",
        )
        files = st.toggle(_("With the PDFs"), value=True, key="project-files")
    spoken = language() if language() in LABEL_LANGUAGES else "en"
    return _Wish(tuple(chosen), tuple(factors), set_name, bool(files), spoken)


def _make(kb: KnowledgeBase, wish: _Wish) -> tuple[ExportReport, bytes]:
    """Write the file and read it; raises ExchangeError for one too large to be downloaded."""
    wanted = choose_content(
        kb, set_name=wish.set_name, countries=wish.countries, factors=wish.factors
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "project.qdpx")
        report = export_project(
            kb.store, kb.codebook, path, language=wish.language, wanted=wanted, files=wish.files
        )
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise ExchangeError(
                _(
                    "The file has {size} MB, more than can be downloaded here: leave the PDFs out, "
                    "choose less, or use `samvirke export --to refi-qda`."
                ).format(size=size // 10**6)
            )
        return report, path.read_bytes()


def _draw_made(report: ExportReport, data: bytes) -> None:
    parts = (
        _n("{n} publication", "{n} publications", report.publications),
        _n("{n} coding", "{n} codings", report.codings),
        _n("{n} comment", "{n} comments", report.remarks),
        _n("{n} coder", "{n} coders", report.coders),
        _n("{n} PDF", "{n} PDFs", report.files),
    )
    st.html(f'<p class="sv-done" role="status">{markup.plain(" · ".join(parts))}</p>')
    if report.left:
        note(
            _n(
                "{n} coding or comment stands on no present passage and is not in it.",
                "{n} codings and comments stand on no present passage and are not in it.",
                report.left,
            )
        )
    st.download_button(
        _("Download the project (.qdpx)"),
        data,
        "samvirke.qdpx",
        "application/zip",
        key="project-download",
        icon=":material/download:",
        on_click="ignore",
    )
