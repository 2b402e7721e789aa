"""Another program's project or codebook brought in: looked at first, then merged, and taken back.

Owns drawing and the words of the report; reading is `kb.refi_project_file`'s, merging
`kb.refi_import`'s. A file's name is shown and never opened.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import streamlit as st

from app import markup, state
from app.i18n import _, language
from app.widgets.page import heading, note, table
from corpora.nordic import LABEL_LANGUAGES, LabelLanguage
from kb import refi_report as told
from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase
from kb.refi_import import import_codebook, import_project, undo_import
from kb.refi_project_file import open_project
from kb.refi_report import ImportReport, keep_not_placed, not_placed_json, reasons
from kb.work_stamp import work_stamp

SUFFIXES = ("qdpx", "qdc")
PREVIEWED, MERGED = "state-project-preview", "state-project-merged"
NOBODY = "Samvirke"  # who would import, while no name is known
_SHOWN = 20  # codings and memos without a place that are listed at once
_QUOTE = 160  # characters of each


def draw_import(kb: KnowledgeBase) -> None:
    """Draw the upload, what the file would bring, and what it brought."""
    heading(_("Bring work in"), 3)
    note(
        _(
            "A project (.qdpx) or codebook (.qdc) of another program is merged with what is here: "
            "nothing is replaced, and importing the same file again adds nothing. You see first "
            "what it would bring."
        )
    )
    given = st.file_uploader(_("A .qdpx or .qdc file"), SUFFIXES, key="project-file")
    add_codes = st.toggle(
        _("Add codes that the codebook lacks"), value=True, key="project-add-codes"
    )
    if given is None:
        _merged(kb)
        return
    wish = (given.file_id, add_codes, language(), work_stamp(kb.store))
    kept = st.session_state.get(PREVIEWED)
    if kept is None or kept[0] != wish:
        name = state.coder(kb.settings) or NOBODY
        kept = (wish, _try(kb, given.name, given.getvalue(), name, add_codes, preview=True))
        st.session_state[PREVIEWED] = kept
    found = kept[1]
    if isinstance(found, str):
        st.html(f'<p class="sv-problem" role="alert">{markup.plain(found)}</p>')
        return
    _merged(kb)
    _draw_preview(kb, given.name, given.getvalue, found, add_codes)


def _draw_preview(
    kb: KnowledgeBase,
    name: str,
    data: Callable[[], bytes],
    report: ImportReport,
    add_codes: bool,
) -> None:
    heading(_("What it would bring"), 4)
    _draw_report(report)
    if not (report.added or report.remarks or report.codes_added):
        note(_("Everything in it that has a place here is here already."))
        return

    def merge(by: str) -> None:
        done = _try(kb, name, data(), by, add_codes, preview=False)
        st.session_state[MERGED] = (done, by)

    st.button(
        _("Merge it"),
        type="primary",
        key="project-merge",
        icon=":material/merge:",
        on_click=lambda: state.as_coder(kb.settings, merge),
    )


def _try(
    kb: KnowledgeBase, name: str, data: bytes, by: str, add_codes: bool, *, preview: bool
) -> ImportReport | str:
    """Read the file, and merge it unless it is to be looked at only; a sentence where it cannot."""
    bar = st.progress(0.0, _("Reading the file …"))

    def step(done: int, of: int) -> None:
        text = _("Finding places: {done} of {of} texts").format(done=done, of=of)
        bar.progress(done / max(of, 1), text)

    suffix = Path(name).suffix.lower()
    spoken: LabelLanguage = next((one for one in LABEL_LANGUAGES if one == language()), "en")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"project{suffix if suffix[1:] in SUFFIXES else ''}")
        path.write_bytes(data)
        try:
            if suffix == ".qdc":
                report = import_codebook(kb.store, path, by=by, language=spoken, preview=preview)
            else:
                report = import_project(
                    kb.store,
                    replace(open_project(path), name=name[:200]),
                    by=by,
                    language=spoken,
                    add_codes=add_codes,
                    preview=preview,
                    told=step,
                )
            if not preview:
                keep_not_placed(kb.settings.home, report)
        except KbError as error:
            return str(error).replace(str(path), name).replace(path.name, name)
        finally:
            bar.empty()
    return replace(report, input=name[:200])


def _merged(kb: KnowledgeBase) -> None:
    """What the last merge brought, with a button that takes it back."""
    kept = st.session_state.get(MERGED)
    if kept is None:
        return
    report, by = kept
    if isinstance(report, str):
        st.html(f'<p class="sv-problem" role="alert">{markup.plain(report)}</p>')
        return
    done = _("Merged: {name}").format(name=report.input)
    st.html(f'<p class="sv-done" role="status">{markup.plain(done)}</p>')
    _draw_report(report)
    if report.acts or report.changes:
        st.button(
            _("Take the import back"),
            key="project-undo",
            icon=":material/undo:",
            on_click=_take_back,
            args=(kb, report, by),
        )


def _take_back(kb: KnowledgeBase, report: ImportReport, by: str) -> None:
    st.session_state.pop(MERGED, None)
    try:
        undo_import(kb.store, report, by=by)
    except KbError as error:
        state.offer_undo(str(error), None)
        return
    state.offer_undo(_("The import of {name} is taken back.").format(name=report.input), None)


def _draw_report(report: ImportReport) -> None:
    """What becomes of a file: a line for each kind, then what has no place."""
    rows = [
        (_("From"), report.origin),
        (_("Coders"), ", ".join(report.coders)),
        (_("New codings"), str(report.added)),
        (_("Of these in need of a look: their words are not found"), _many(report.needs_look)),
        (_("Already here"), _many(report.unchanged + report.remarks_unchanged)),
        (_("New comments"), _many(report.remarks)),
        (_("New codes"), ", ".join(report.names.values())),
        (_("Passed over, having no place here"), _skipped(report)),
        (_("Texts that are no publication here"), ", ".join(report.unknown_sources)),
    ]
    left = [f"{_reason(why)}: {number}" for why, number in reasons(report).items()]
    rows.append((_("Codings and memos without a place here"), "\n".join(left)))
    lines = "".join(
        f'<tr><th scope="row">{markup.plain(name)}</th><td>{markup.plain(value)}</td></tr>'
        for name, value in rows
        if value
    )
    st.html(f'<div class="sv-wide"><table class="sv-table sv-facts">{lines}</table></div>')
    if report.not_placed:
        _draw_left(report)


def _many(number: int) -> str:
    return str(number) if number else ""


def _draw_left(report: ImportReport) -> None:
    title = _("What has no place here, in its words ({n})").format(n=len(report.not_placed))
    with st.expander(title, key=f"project-left-{len(report.acts)}"):
        heads = (_("Text"), _("Words"), _("Code"), _("Who"), _("Note"))
        lines = "".join(
            "<tr>"
            + "".join(
                f"<td>{markup.plain(_cut(cell))}</td>"
                for cell in (one.source, one.quote, one.code, one.coder, one.note)
            )
            + "</tr>"
            for one in report.not_placed[:_SHOWN]
        )
        st.html(table(heads, lines))
        st.download_button(
            _("All of them as a file"),
            not_placed_json(report),
            "not-placed.json",
            "application/json",
            key=f"project-left-file-{len(report.acts)}",
            icon=":material/download:",
            on_click="ignore",
        )


def _cut(text: str) -> str:
    return text if len(text) <= _QUOTE else text[: _QUOTE - 1].rstrip() + "…"


def _reason(reason: str) -> str:
    """Why something has no place, in this session's language."""
    return {
        told.NO_PUBLICATION: _("the publication is not in this knowledge base"),
        told.NO_CODE: _("its code is not in the codebook"),
        told.NO_WORDS: _("it is of the whole document or of a page without words"),
        told.CODES_BLIND: _(
            "its coder codes that passage blind in an open round: import the file again once that "
            "is closed"
        ),
        told.WORDS_NOT_FOUND: _("it is a memo on words that are not found here"),
        told.ON_NO_WORDS: _("it is a memo on a code, a case or the whole project"),
    }.get(reason, reason)


def _skipped(report: ImportReport) -> str:
    """What was passed over, by kind."""
    names = {
        "pictures": _("pictures"),
        "sound recordings": _("sound recordings"),
        "films": _("films"),
        "variables": _("variables"),
        "cases": _("cases"),
        "drawings": _("drawings"),
        "links": _("links"),
    }
    kinds = sorted(report.skipped.items())
    return ", ".join(f"{names.get(kind, kind)}: {number}" for kind, number in kinds)
