"""What the browser's tab remembers of coding: who codes, and at which passage of what.

Owns giving that back after the page was loaded anew. It is kept in the tab alone, never in the
address, so that nobody codes under another's name by a link; closing the tab forgets it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import state
from app.widgets.coding_script import remember
from app.widgets.coding_task import Task, return_to
from kb.coding.names import clean_name
from kb.errors import KbError

_READ, _FOUND = "state-coding-read", "state-coding-found"


@st.fragment
def recall() -> None:
    """Ask the tab once for what it kept; a name given meanwhile stays.

    The page is drawn anew only where something was kept: whoever types already is not disturbed.
    """
    if not st.session_state.get(_READ):
        remember("coding-recall", {}, fresh=True, found=take)
    elif st.session_state.pop(_FOUND, False):
        st.rerun()


def take(kept: Mapping[str, Any]) -> None:
    """Take what the tab kept: only a name as coders may have, and a place of that coder's task."""
    st.session_state[_READ] = True
    try:
        name = clean_name(str(kept.get("name") or ""))
    except KbError:
        return
    if not st.session_state.get(state.CODER):
        st.session_state[state.CODER] = name
    st.session_state[_FOUND] = True
    return_to(str(kept.get("address") or ""), str(kept.get("passage") or ""))


def keep(task: Task) -> None:
    """Let the tab keep who codes and what is shown now."""
    place = task.item.passage_id if task.item is not None else ""
    kept = {"name": task.coder, "address": task.address, "passage": place}
    if st.session_state.get(_READ):
        remember("coding-memory", kept, fresh=False, found=take)
