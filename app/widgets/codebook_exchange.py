"""Codebooks as files on screen: download the present one, load another.

Owns drawing; reading and checking a file is `kb.codebook_files`'.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from app import state
from app.i18n import _, language
from app.widgets.codebook_forms import do_change
from app.widgets.page import heading, note
from corpora.errors import CorporaError
from corpora.nordic import LABEL_LANGUAGES, LabelLanguage
from kb.codebook_editing import load_codebook_into
from kb.codebook_files import SUFFIXES, codebook_yaml, read_codebook_file
from kb.codebook_state import Change
from kb.errors import ExchangeError
from kb.exports.refi_codes import codebook_qdc
from kb.knowledge_base import KnowledgeBase


def draw_exchange(kb: KnowledgeBase) -> None:
    """Draw the downloads and the upload."""
    heading(_("Download"), 3)
    note(
        _(
            "As .qdc for NVivo, MAXQDA, ATLAS.ti, QualCoder and others; as .yaml with all lists "
            "and languages."
        )
    )
    with st.container(horizontal=True):
        st.download_button(
            _("Codebook as .qdc"),
            codebook_qdc(kb.codebook, language()),
            "codebook.qdc",
            "application/xml",
            key="codebook-qdc",
            icon=":material/download:",
        )
        st.download_button(
            _("Codebook as .yaml"),
            codebook_yaml(kb.codebook).encode(),
            "codebook.yaml",
            "application/yaml",
            key="codebook-yaml",
            icon=":material/download:",
        )
    heading(_("Load another codebook"), 3)
    note(
        _(
            "It takes the present one's place. Every code that people's codings use must be in it, "
            "or be named below with what stands for it; else nothing is changed."
        )
    )
    with st.form("sv-codebook-load", border=False):
        given = st.file_uploader(
            _("A .yaml or .qdc file"), [name[1:] for name in SUFFIXES], key="codebook-file"
        )
        pairs = st.text_area(
            _("What stands for codes it lacks, one on a line as old=new"), key="codebook-map"
        )
        sent = st.form_submit_button(_("Load"), type="primary", key="codebook-load")
    if sent and given is not None:
        name, data = given.name, given.getvalue()
        state.as_coder(
            kb.settings, lambda by: do_change(kb, lambda who: _load(kb, name, data, pairs, who), by)
        )
        if state.PENDING not in st.session_state:
            st.rerun()


def _load(kb: KnowledgeBase, name: str, data: bytes, pairs: str, by: str) -> Change:
    """Load an uploaded file; its name is shown, never opened."""
    suffix = Path(name).suffix.lower()
    spoken: LabelLanguage = next((one for one in LABEL_LANGUAGES if one == language()), "en")
    mapping = {}
    for line in filter(None, (line.strip() for line in pairs.splitlines())):
        old, equals, new = line.partition("=")
        if not equals:
            raise ExchangeError(f"Expected lines as old=new, found {line[:60]!r}; write it so.")
        mapping[old.strip()] = new.strip()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"codebook{suffix if suffix in SUFFIXES else ''}")
        path.write_bytes(data)
        try:
            book, guids = read_codebook_file(path, kb.codebook, spoken)
        except CorporaError as error:
            raise ExchangeError(str(error).replace(str(path), name)) from error
    return load_codebook_into(
        kb.store, book, by=by, mapping=mapping, guids=guids, comment=name[:200]
    )
