"""The application's entry: its pages and nothing else. Start it with `python -m app.serve`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app import state
from app.i18n import _

FOLDER = Path(__file__).parent

st.set_page_config(page_title="Samvirke", layout="wide", initial_sidebar_state="collapsed")
state.begin_session()
st.html(FOLDER / "style.css")
st.logo(FOLDER / "wordmark.svg", size="large")

search = st.Page("views/search.py", title=_("Search"), default=True)
library = st.Page("views/library.py", title=_("Library"))
chosen = st.navigation(
    [
        search,
        st.Page("views/evidence_map.py", title=_("Evidence map")),
        library,
        st.Page("views/citation_sets.py", title=_("Citation sets")),
        st.Page("views/screening.py", title=_("Screening")),
        st.Page("views/coding.py", title=_("Coding")),
        st.Page("views/codebook.py", title=_("Codebook")),
        st.Page("views/pipeline.py", title=_("Pipeline")),
    ],
    position="top",
)
if chosen.url_path == search.url_path and "passage" in st.query_params:
    st.switch_page(library, query_params=state.parameters())  # permalinks begin at the root
chosen.run()
