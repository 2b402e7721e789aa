"""Rounds on screen: making one, how far each coder is, closing it.

Owns these forms and lists; comparing a closed round is `app.widgets.coding_compare`'s.
"""

from __future__ import annotations

import streamlit as st

from app import markup, state
from app.i18n import _, _n, moment
from app.labels import value_label
from app.widgets.coding_chooser import round_link
from app.widgets.coding_compare import draw_compared
from app.widgets.page import heading, link, note, problem
from kb.coding.queue import next_places, open_queue
from kb.coding.round_choice import sample_passages
from kb.coding.rounds import (
    RoundView,
    close_round,
    create_round,
    list_rounds,
    may_close,
    show_round,
    unfinished,
)
from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase

_MOST = 500  # passages of a round made here; the command line makes larger ones
_ROUND = "round"  # of the address: the round that is compared


def draw_rounds(kb: KnowledgeBase, coder: str) -> None:
    """Draw the rounds, or the one that the address names, compared."""
    asked = st.query_params.get(_ROUND, "")
    if asked.isdigit():
        with st.container(key="sv-back"):
            link("coding", _("All rounds"), {"part": "rounds"}, ":material/arrow_back:")
        draw_compared(kb, show_round(kb.store, int(asked)))
        return
    views = list_rounds(kb.store)
    with st.expander(_("Make a round"), expanded=not views, icon=":material/group:"):
        _make(kb, coder)
    if not views:
        heading(_("There is no round yet"))
        note(
            _(
                "In a round two people or more code the same passages, each seeing only their own "
                "codings. Once it is closed, differences are shown side by side and settled, and "
                "agreement is measured."
            )
        )
    for view in views:
        _round(kb, coder, view)


def _round(kb: KnowledgeBase, coder: str, view: RoundView) -> None:
    with st.container(key=f"sv-card-round-{view.id}"):
        heading(view.name, 3)
        st.html(_line(view))
        for name in view.coders:
            done = view.done.get(name, 0)
            said = _("{name}: {done} of {total}").format(name=name, done=done, total=view.passages)
            st.progress(done / max(view.passages, 1), text=markup.label(said))
        with st.container(
            horizontal=True,
            gap="small",
            vertical_alignment="center",
            key=f"sv-acts-round-{view.id}",
        ):
            if view.closed_at is not None:
                target = {"part": "rounds", _ROUND: str(view.id)}
                link("coding", _("Compare and settle"), target, ":material/compare:")
                measured = {"part": "agreement", _ROUND: str(view.id)}
                link("coding", _("Agreement"), measured, ":material/handshake:")
            else:
                if coder in view.coders:
                    link("coding", _("Code it"), round_link(view), ":material/edit:")
                _closing(kb, coder, view)


def _line(view: RoundView) -> str:
    closed = _("open")
    if view.closed_at is not None:
        closed = _("closed by {name}, {when}").format(
            name=view.closed_by, when=moment(view.closed_at)
        )
    machine = _("suggestions shown") if view.shows_machine else _("suggestions hidden")
    parts = [
        markup.badge(closed, "include" if view.closed_at else "undecided"),
        markup.plain(_n("{n} passage", "{n} passages", view.passages)),
        markup.plain(machine),
        markup.plain(_("made by {name}").format(name=view.created_by)),
        markup.plain(view.note or ""),
    ]
    return f'<p class="sv-line">{markup.joined(parts)}</p>'


def _closing(kb: KnowledgeBase, coder: str, view: RoundView) -> None:
    if not may_close(view, coder):
        who = _("{name} closes it; its coders may once all of them are done.")
        note(who.format(name=view.created_by))
        return
    waiting = unfinished(view)
    with st.popover(_("Close"), icon=":material/lock:", type="tertiary", key=f"sv-close-{view.id}"):
        note(
            _(
                "What was coded in it counts from then on, all see it, and it cannot be changed "
                "any more. A closed round cannot be opened again."
            )
        )
        if waiting:
            said = _("Not done yet: {names}").format(names=", ".join(waiting))
            st.html(f'<p class="sv-weak">{markup.plain(said)}</p>')
        sure = st.checkbox(_("I want to close it for good"), key=f"round-sure-{view.id}")
        st.button(
            _("Close the round"),
            key=f"close-{view.id}",
            type="primary",
            disabled=not sure,
            on_click=_close,
            args=(kb, view),
        )


def _close(kb: KnowledgeBase, view: RoundView) -> None:
    def keep(name: str) -> None:
        try:
            close_round(kb.store, view.id, by=name)
            said = _("The round “{name}” is closed.").format(name=view.name)
        except KbError as error:
            said = str(error)
        state.offer_undo(said, None)

    state.as_coder(kb.settings, keep)


def _make(kb: KnowledgeBase, coder: str) -> None:
    with st.form("sv-round", border=False):
        name = st.text_input(_("Name of the round"), key="round-name", max_chars=120)
        coders = st.text_area(
            _("Coders, one a line"), value=f"{coder}\n", key="round-coders", height=90
        )
        how = st.radio(
            _("Passages"),
            ("sample", "search", "queue"),
            format_func={
                "sample": _("drawn at random"),
                "search": _("the first hits of a search"),
                "queue": _("the next ones of the queue"),
            }.__getitem__,
            key="round-how",
            horizontal=True,
        )
        size = st.number_input(_("How many"), 1, _MOST, 20, key="round-size")
        words = st.text_input(_("Search words, where a search chooses"), key="round-words")
        factor = st.selectbox(
            _("Factor, where the queue chooses"),
            ("", *kb.codebook.ids("factors")),
            format_func=lambda id_: value_label(kb.codebook, "factor", id_) if id_ else _("All"),
            key="round-factor",
        )
        shows = st.toggle(_("Show the machine's suggestions"), value=False, key="round-shows")
        sent = st.form_submit_button(_("Make the round"), type="primary")
    if not sent:
        return
    try:
        ids, chosen = _passages(kb, coder, how, int(size), words, factor)
        people = [line.strip() for line in coders.splitlines() if line.strip()]
        view = create_round(
            kb.store, name, ids, people, by=coder, shows_machine=shows, chosen=chosen
        )
    except KbError as error:
        problem(error)
        return
    state.offer_undo(_("The round “{name}” is open.").format(name=view.name), None)
    st.rerun()


def _passages(
    kb: KnowledgeBase, coder: str, how: str, size: int, words: str, factor: str
) -> tuple[list[str], dict[str, object]]:
    """The passages of a new round, and how they were chosen."""
    if how == "search":
        records = kb.search(words, k=size)
        ids = [str(record["passage_id"]) for record in records]
        return ids, {"by": "search", "query": words, "size": size}
    if how == "queue":
        queue = open_queue(kb.store, kb.codebook, factor=factor or None)
        places = next_places(kb.settings, kb.store, kb.codebook, queue, coder, size, size=size)
        return [place.subject for place in places], {"by": "queue", "queue": queue.id}
    seed = len(list_rounds(kb.store)) + 1
    return sample_passages(kb.store, size, seed), {"by": "sample", "size": size, "seed": seed}
