"""The frame of every page: title, language and name, errors in one sentence, undo.

Owns what all views share. What a view shows is its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import streamlit as st

from app import markup, state
from app.demonstration import look_for_replicas, replica_banner
from app.i18n import LANGUAGES, _, language
from corpora.errors import CorporaError
from kb.errors import GenerationError, KbError
from kb.knowledge_base import KnowledgeBase

_LONG_TITLE = 50  # characters: a publication's title, set smaller than a page's own


@contextmanager
def page(title: str | Callable[[KnowledgeBase], str], lead: str = "") -> Iterator[KnowledgeBase]:
    """Draw a page's head, hand out the knowledge base, and end with what may be undone.

    `title` may be read from the knowledge base. An error that `kb` explains is shown as its one
    sentence; a missing index as what to run.
    """
    try:
        kb = state.knowledge_base()
        kb.notice_codebook()
        shown = title if isinstance(title, str) else title(kb)
        look_for_replicas(kb)
    except (KbError, CorporaError) as error:
        _head(_("This cannot be shown"), "", None)
        problem(error)
        st.stop()
        return
    _head(shown, lead, kb)
    replica_banner()
    try:
        yield kb
    except GenerationError as error:
        _no_index(error)
    except (KbError, CorporaError) as error:
        problem(error)
    _undo(shown)
    if state.PENDING in st.session_state:
        _ask_name()


def problem(error: Exception) -> None:
    """Show an error's sentence as plain text."""
    st.html(f'<p class="sv-problem" role="alert">{markup.plain(error)}</p>')


def note(text: str) -> None:
    """Show a quiet remark as plain text."""
    st.html(f'<p class="sv-remark">{markup.plain(text)}</p>')


def remark(text: str) -> None:
    """Show a remark that must not be overlooked, as plain text."""
    st.html(f'<p class="sv-weak" role="status">{markup.plain(text)}</p>')


def count(text: str, more: str = "") -> None:
    """Show how much there is, and quietly what is to be known about it."""
    remark = f'<span class="sv-note">{markup.plain(more)}</span>' if more else ""
    st.html(f'<p class="sv-count" role="status"><strong>{markup.plain(text)}</strong>{remark}</p>')


def heading(text: str, level: int = 2) -> None:
    """Show a heading of level 1 to 4; a long one is set smaller."""
    long = " sv-long" if len(text) > _LONG_TITLE else ""
    st.html(f'<h{level} class="sv-h{level}{long}">{markup.plain(text)}</h{level}>')


def table(names: Sequence[str], lines: str, numbers: Collection[int] = ()) -> str:
    """HTML of a table that scrolls by itself; `lines` is HTML, `numbers` are columns of numbers."""
    heads = "".join(
        f'<th scope="col"{" class=sv-right" if place in numbers else ""}>{markup.plain(name)}</th>'
        for place, name in enumerate(names)
    )
    return f'<div class="sv-wide"><table class="sv-table"><tr>{heads}</tr>{lines}</table></div>'


def link(view: str, text: str, params: dict[str, Any] | None = None, icon: str = "") -> None:
    """Show a link to one of our pages; `text` is shown as the characters it is made of."""
    st.page_link(
        f"views/{view}.py",
        label=markup.label(text) or "–",
        icon=icon or None,
        query_params=state.linked(params or {}),
    )


def _head(title: str, lead: str, kb: KnowledgeBase | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="sv-head"):
        heading(title, 1)
        with st.popover(LANGUAGES[language()], icon=":material/language:", type="tertiary"):
            _preferences(kb)
    if lead:
        st.html(f'<p class="sv-lead">{markup.plain(lead)}</p>')


def _preferences(kb: KnowledgeBase | None) -> None:
    chosen = st.radio(
        _("Language of this page"),
        list(LANGUAGES),
        index=list(LANGUAGES).index(language()),
        format_func=LANGUAGES.__getitem__,
        key="sv-language",
    )
    if chosen != language():
        state.choose(chosen)
        st.rerun()
    if kb is not None:
        st.text_input(
            _("Your name, under which checks are kept"),
            value=state.coder(kb.settings) or "",
            key="sv-name",
            on_change=_named,
            max_chars=80,
        )


def _named() -> None:
    st.session_state[state.CODER] = str(st.session_state["sv-name"]).strip()


def _undo(title: str) -> None:
    """Draw what may be undone, on the page where it was done only."""
    undo = st.session_state.get(state.UNDO)
    if isinstance(undo, state.Undo) and undo.page not in (None, title):
        _forget()
    elif isinstance(undo, state.Undo):
        st.session_state[state.UNDO] = replace(undo, page=title)
        with st.container(horizontal=True, vertical_alignment="center", key="sv-undo"):
            st.html(f'<span role="status">{markup.plain(undo.message)}</span>', width="content")
            if undo.back is not None:
                st.button(_("Undo"), key="undo", on_click=state.take_back, type="tertiary")
            st.button(
                _("Close"), key="undo-close", on_click=_forget, type="tertiary", help=_("Keep it")
            )


def _forget() -> None:
    st.session_state.pop(state.UNDO, None)


def _ask_name() -> None:
    @st.dialog(_("Who is checking?"), on_dismiss=_drop_pending)
    def dialog() -> None:
        note(_("Checks are kept under a name, so that two people's can be compared."))
        with st.form("sv-name-form", border=False):
            name = st.text_input(_("Your name"), key="sv-name-asked", max_chars=80)
            given = st.form_submit_button(_("Continue"), type="primary")
        if given and name.strip():
            st.session_state[state.CODER] = name.strip()
            act = st.session_state.pop(state.PENDING)
            act(name.strip())
            st.rerun()

    dialog()


def _drop_pending() -> None:
    st.session_state.pop(state.PENDING, None)


def _no_index(error: GenerationError) -> None:
    heading(_("There is nothing to search yet"))
    note(_("Build the demonstration, or read files of your own, and this page fills by itself:"))
    st.code("make demo-build\nsamvirke add report.pdf", language="bash")
    problem(error)
