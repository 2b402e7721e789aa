"""Says of the demonstration's texts that they are ours: nobody may quote them as a publication's.

Owns the mark and the banner. Which publications are the replica's is `kb.library`'s to say.
"""

from __future__ import annotations

import streamlit as st

from app import markup
from app.i18n import _
from kb.knowledge_base import KnowledgeBase
from kb.library import list_publications
from kb.work_stamp import work_stamp

_NOTED = "state-replicas"  # ids; looked up once for all the cards of a page
_KEPT_S = 600  # seconds; the stamp says sooner where a publication has changed


def look_for_replicas(kb: KnowledgeBase) -> None:
    """Note for this page which publications' text is ours."""
    st.session_state[_NOTED] = _replica_ids(kb, str(kb.settings.home), work_stamp(kb.store))


@st.cache_data(show_spinner=False, max_entries=4, ttl=_KEPT_S)
def _replica_ids(_kb: KnowledgeBase, home: str, stamp: str) -> frozenset[str]:
    return frozenset(view.id for view in list_publications(_kb.store) if view.is_replica)


def replica_mark(publication_id: str) -> str:
    """HTML of the mark below a text of the demonstration; empty for any other publication."""
    if publication_id not in st.session_state.get(_NOTED, ()):
        return ""
    said = _("Demonstration: reported in our own words, not a quotation")
    return f'<p class="sv-demo">{markup.plain(said)}</p>'


def replica_banner() -> None:
    """Draw one line where the knowledge base holds any of the demonstration's texts."""
    if st.session_state.get(_NOTED):
        said = _(
            "This knowledge base holds demonstration texts written in our own words: do not quote "
            "them."
        )
        st.html(f'<p class="sv-demo sv-banner" role="note">{markup.plain(said)}</p>')
