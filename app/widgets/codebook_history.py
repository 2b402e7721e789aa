"""The history of the codebook on screen: who changed what and when, and taking it back.

Owns drawing and the wording of a change; `kb.codebook_editing` keeps and undoes them.
"""

from __future__ import annotations

import streamlit as st

from app import markup, state
from app.i18n import _, moment
from app.widgets.codebook_forms import act_name
from app.widgets.codebook_list import kind_name
from app.widgets.page import note, table
from kb.codebook_editing import changes_of, undo_change
from kb.codebook_state import Change
from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase


def draw_history(kb: KnowledgeBase) -> None:
    """Draw every change, newest first, with a button that undoes one that stands."""
    changes = changes_of(kb.store)
    if not changes:
        note(_("The codebook is as it was given; nobody has changed it."))
        return
    heads = (_("Change"), _("What"), _("Who and when"), _("Why"))
    lines = "".join(_line(change, stands) for change, stands in changes)
    st.html(table(heads, lines))
    standing = [change for change, stands in changes if stands and change.act != "undo"]
    if standing:
        with st.form("sv-codebook-undo", border=False):
            chosen = st.selectbox(
                _("Take a change back"),
                standing,
                format_func=lambda one: markup.clean(f"{one.id}: {said(one)}"),
                key="codebook-undo",
            )
            sent = st.form_submit_button(_("Take back"), icon=":material/undo:")
        if sent and chosen is not None:
            state.as_coder(kb.settings, lambda name: _undo(kb, chosen.id, name))
            if state.PENDING not in st.session_state:
                st.rerun()


def said(change: Change) -> str:
    """A change in words."""
    value = change.value
    if change.act == "undo":
        return _("Change {n} taken back").format(n=change.undoes)
    if change.act == "load":
        codes = len(value["codebook"]["factors"])
        return _("Another codebook loaded, with {n} factors").format(n=codes)
    more = ""
    if change.act == "rename":
        names = [value.get("id"), *value.get("labels", {}).values()]
        more = ", ".join(str(name) for name in names if name)
    elif change.act == "merge":
        more = str(value["into"])
    elif change.act == "split":
        more = ", ".join(str(part["id"]) for part in value["into"])
    arrow = f"{change.code} → {more}" if more else change.code
    return f"{act_name(change.act)}: {arrow}"


def _line(change: Change, stands: bool) -> str:
    what = markup.plain(said(change))
    kind = markup.plain(kind_name(change.kind)) if change.kind else ""
    cells = (
        f"{change.id}",
        (what if stands else f"<s>{what}</s>") + (f"<br><small>{kind}</small>" if kind else ""),
        f"{markup.plain(change.by)}<br><small>{markup.plain(moment(change.at))}</small>",
        markup.plain(change.comment or ""),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _undo(kb: KnowledgeBase, change_id: int, name: str) -> None:
    try:
        undo_change(kb.store, change_id, by=name)
    except KbError as error:
        state.offer_undo(str(error), None)
        return
    state.offer_undo(_("Change {n} is taken back.").format(n=change_id), None)
