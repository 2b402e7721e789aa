"""The menu by which a passage or a publication goes into a citation set.

Owns the menu and the naming of a new set; `kb.citations.sets` keeps them.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import markup, state
from app.i18n import _
from app.widgets.page import problem
from kb.citations import sets
from kb.citations.set_names import clean_name
from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase

NEW = 0  # stands for "a new set" among the sets' numbers, which begin at 1
WANTED = "state-wanted"


def set_menu(
    kb: KnowledgeBase, names: dict[int, str], publication_id: str, passage_id: str | None, key: str
) -> None:
    """Draw the menu; `names` are the sets there are, by number."""
    options = [*names, NEW]
    full_key = f"cite-{key}-{passage_id or publication_id}"

    def put() -> None:
        chosen = st.session_state[full_key]
        if chosen == NEW:
            st.session_state[WANTED] = (publication_id, passage_id)
        elif chosen is not None:
            put_in(kb, int(chosen), publication_id, passage_id)

    st.menu_button(
        _("Add to citation set"),
        options,
        format_func=lambda number: markup.label(names[number]) if number else _("A new set …"),
        key=full_key,
        icon=":material/bookmark_add:",
        type="tertiary",
        on_click=put,
    )


def put_in(kb: KnowledgeBase, set_id: int, publication_id: str, passage_id: str | None) -> None:
    """Put a passage or publication into a set and offer to undo it, or say that it is there."""
    name = set_names(kb).get(set_id, "")
    before = {item.id for item in sets.list_items(kb.store, set_id)}
    item = sets.add_item(kb.store, set_id, publication_id, passage_id)
    if item in before:
        state.offer_undo(_("Already in “{name}”.").format(name=name), None)
    else:
        state.offer_undo(
            _("Added to “{name}”.").format(name=name), lambda: sets.remove_item(kb.store, item)
        )


def set_names(kb: KnowledgeBase) -> dict[int, str]:
    """Names of the citation sets by number, in the order of their names."""
    return {view.id: view.name for view in sets.list_sets(kb.store)}


def name_wanted_set(kb: KnowledgeBase) -> None:
    """Ask for the name of a new set where one was wanted, and put the waiting thing into it."""
    if WANTED not in st.session_state:
        return

    @st.dialog(_("A new citation set"), on_dismiss=_drop_wanted)
    def dialog() -> None:
        def done(set_id: int) -> None:
            put_in(kb, set_id, *st.session_state.pop(WANTED))
            st.rerun()

        new_set_form(kb, done)

    dialog()


def new_set_form(kb: KnowledgeBase, done: Callable[[int], None]) -> None:
    """Draw the form that names a new set; `done` gets its number."""
    with st.form("sv-new-set", border=False):
        name = st.text_input(_("Name of the set"), key="sv-set-name", placeholder=_("Chapter 4"))
        wanted = st.form_submit_button(_("Create the set"), type="primary")
    if not wanted:
        return
    try:
        set_id = sets.create_set(kb.store, clean_name(name), owner=state.coder(kb.settings))
    except KbError as error:
        problem(error)
    else:
        done(set_id)


def _drop_wanted() -> None:
    st.session_state.pop(WANTED, None)
