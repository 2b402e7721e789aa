"""Removing a publication on screen, and what is shown of one that was removed.

Owns drawing; `kb.removal` takes it out and keeps it out.
"""

from __future__ import annotations

import streamlit as st

from app import markup, state
from app.i18n import _, _n, moment
from app.widgets.lost_work import citation_line, coding_line, quoted
from app.widgets.page import heading, link, note
from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase
from kb.library import PublicationDetail
from kb.needs_look import lost_work
from kb.removal import RemovedView, list_removed, remove


def draw_removal(kb: KnowledgeBase, detail: PublicationDetail) -> None:
    """Draw the form that removes a publication; it asks for a reason and a clear yes."""
    key = detail.view.id
    with st.expander(_("Remove this publication"), icon=":material/delete:"):
        note(
            _(
                "Its files, texts and pictures are deleted for good, and no refresh fetches them "
                "again. What people did with it is kept. This cannot be taken back."
            )
        )
        with st.form(f"sv-remove-{key}", border=False):
            reason = st.text_input(_("Reason"), key=f"remove-reason-{key}")
            sure = st.checkbox(_("Yes, delete it for good"), key=f"remove-sure-{key}")
            wanted = st.form_submit_button(_("Remove"), key=f"remove-go-{key}")
        if wanted and not (sure and reason.strip()):
            note(_("Give a reason and tick the box first."))
        elif wanted:
            state.as_coder(kb.settings, lambda name: _do_remove(kb, key, reason, name))
            if state.PENDING not in st.session_state:
                st.rerun()


def _do_remove(kb: KnowledgeBase, publication_id: str, reason: str, name: str) -> None:
    try:
        remove(kb.settings, kb.store, publication_id, reason=reason, by=name)
    except KbError as error:
        state.offer_undo(str(error), None)
        return
    state.offer_undo(_("Removed; search does not show it any more."), None)


def draw_removed(kb: KnowledgeBase, detail: PublicationDetail) -> None:
    """Draw a publication that was removed: why, by whom, and people's work on it."""
    view = next((one for one in list_removed(kb.store) if one.id == detail.view.id), None)
    if view is not None:
        st.html(f'<p class="sv-problem" role="status">{markup.plain(removed_line(view))}</p>')
    work = lost_work(kb.store, detail.view.id)
    if not len(work):
        note(_("Nobody had coded or cited it."))
        return
    heading(_("Work on it is kept"), 3)
    for coding in work.codings:
        st.html(quoted(coding.quote, coding_line(kb, coding)))
    for citation in work.citations:
        st.html(quoted(citation.quote, citation_line(citation)))
        link("citation_sets", citation.set_name, {"set": str(citation.set_id)})


def removed_line(view: RemovedView) -> str:
    """Who removed a publication, when and why."""
    values = {"name": view.by or "–", "date": moment(view.at), "reason": view.reason}
    return _("Removed by {name}, {date}: {reason}").format(**values)


def draw_removed_list(kb: KnowledgeBase) -> None:
    """Draw the publications that were removed; nothing where none was."""
    removed = list_removed(kb.store)
    if not removed:
        return
    with st.expander(_n("{n} removed publication", "{n} removed publications", len(removed))):
        for view in removed:
            with st.container(key=f"sv-row-{view.id}"):
                link("library", view.title, {"publication": view.id})
                st.html(f'<p class="sv-line">{markup.plain(removed_line(view))}</p>')
