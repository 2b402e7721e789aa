"""Codebook: what passages are coded with; changing it, its history, and other codebooks."""

from __future__ import annotations

import streamlit as st

from app.i18n import _
from app.widgets.codebook_exchange import draw_exchange
from app.widgets.codebook_forms import draw_change
from app.widgets.codebook_history import draw_history
from app.widgets.codebook_list import draw_codes, draw_undecided
from app.widgets.page import page, remark
from app.widgets.project_export import draw_export
from app.widgets.project_import import draw_import
from kb.codebook_editing import undecided_codings


def draw() -> None:
    """Draw the page."""
    lead = _(
        "What passages are coded with. A code that is renamed, merged or split takes its codings "
        "along, everything can be undone, and who changed what stays in the history."
    )
    with page(_("Codebook"), lead) as kb:
        for problem in kb.codebook.problems:
            remark(problem)
        waiting = undecided_codings(kb.store)
        names = [_("Codes"), _("Change"), _("History"), _("Files"), _("Other programs")]
        if waiting:
            names.insert(1, _("To be decided ({n})").format(n=len(waiting)))
        tabs = dict(zip(names, st.tabs(names), strict=True))
        with tabs[names[0]]:
            draw_codes(kb)
        if waiting:
            with tabs[names[1]]:
                draw_undecided(kb, waiting)
        with tabs[names[-4]]:
            draw_change(kb)
        with tabs[names[-3]]:
            draw_history(kb)
        with tabs[names[-2]]:
            draw_exchange(kb)
        with tabs[names[-1]]:
            draw_import(kb)
            draw_export(kb)


draw()
