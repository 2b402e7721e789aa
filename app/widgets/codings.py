"""A passage's codings: what the machine suggests, what people said, and the buttons to say it.

Owns the acts accept, reject, add and withdraw on screen; `kb.coding` keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import markup, state
from app.i18n import _, language
from app.labels import status_label, value_label
from app.widgets.page import note
from kb.coding.codings import record_coding
from kb.errors import CodingError
from kb.knowledge_base import KnowledgeBase

_FROZEN = ("factor", "direction", "confidence")


def coding_badges(kb: KnowledgeBase, coding: Mapping[str, Any]) -> str:
    """HTML of one coding: direction and factor, then who says so and how surely."""
    direction, factor = str(coding["direction"]), str(coding["factor"])
    status = str(coding.get("status") or "suggested")
    kind = direction if direction in markup.SYMBOLS else "neutral"
    name = value_label(kb.codebook, "factor", factor)
    way = value_label(kb.codebook, "direction", direction)
    shown = f"{markup.SYMBOLS.get(direction, '●')} {name}: {way.lower()}"
    who = status_label(status)
    confidence = coding.get("confidence")
    if status == "suggested" and isinstance(confidence, int | float):
        who = _("{status}, {percent} %").format(status=who, percent=round(100 * confidence))
    elif coding.get("coder"):
        by = _("added by {name}") if status == "added" else _("{status} by {name}")
        who = by.format(status=who, name=coding["coder"])
    state_class = status if status in ("suggested", "accepted", "rejected") else "accepted"
    return (
        f'<span class="sv-coding sv-is-{state_class}">{markup.badge(shown, kind)}'
        f'<span class="sv-who">{markup.plain(who)}</span></span>'
    )


def coding_rows(kb: KnowledgeBase, record: Mapping[str, Any], place: str) -> None:
    """Draw a passage's codings, each with its buttons; `place` keeps keys apart on a page."""
    codings = record.get("codings") or ()
    if not codings:
        note(_("No factor is suggested here."))
    for number, coding in enumerate(codings):
        key = f"{place}-{record['passage_id']}-{number}"
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key=f"sv-coding-{key}"
        ):
            st.html(coding_badges(kb, coding), width="content")
            _buttons(kb, record, coding, key)


def _buttons(
    kb: KnowledgeBase, record: Mapping[str, Any], coding: Mapping[str, Any], key: str
) -> None:
    factor = value_label(kb.codebook, "factor", str(coding["factor"]))
    choices: tuple[tuple[str, str, str], ...] = ()
    if (coding.get("status") or "suggested") == "suggested":
        choices = (
            ("accept", _("Accept"), ":material/check:"),
            ("reject", _("Reject"), ":material/close:"),
        )
    elif coding.get("coder") == state.coder(kb.settings):
        choices = (("withdraw", _("Withdraw"), ":material/undo:"),)
    for name, text, icon in choices:
        st.button(
            text,
            key=f"{name}-{key}",
            icon=icon,
            type="tertiary",
            help=f"{text}: {markup.label(factor)}",
            on_click=act_on,
            args=(kb, str(record["passage_id"]), dict(coding), name),
        )


def act_on(kb: KnowledgeBase, passage_id: str, coding: Mapping[str, Any], act: str) -> None:
    """Accept, reject or take back a coding under the coder's name, and offer to undo it."""
    factor, direction = str(coding["factor"]), str(coding["direction"])
    suggestion = frozen(kb, coding) if act in ("accept", "reject") else None

    def keep(name: str) -> None:
        def record(what: str) -> None:
            record_coding(
                kb.store,
                kb.codebook,
                passage_id,
                factor=factor,
                direction=direction,
                act=what,
                coder=name,
                machine=suggestion if what == act else None,
            )

        try:
            record(act)
        except CodingError as error:  # such as a passage that the person codes blind in a round
            state.offer_undo(str(error), None)
            return
        if act != "withdraw":
            state.offer_undo(_done(kb, act, factor), lambda: record("withdraw"))

    state.as_coder(kb.settings, keep)


def frozen(kb: KnowledgeBase, coding: Mapping[str, Any]) -> dict[str, Any]:
    """A suggestion as it is kept with a person's act: what was said, and by which version."""
    version = kb.generation().manifest.get("coder")
    return {**{key: coding.get(key) for key in _FROZEN}, "model_version": version}


def _done(kb: KnowledgeBase, act: str, factor: str) -> str:
    name = value_label(kb.codebook, "factor", factor)
    return {
        "accept": _("“{factor}” is now checked for this passage."),
        "reject": _("“{factor}” is now rejected for this passage."),
        "add": _("“{factor}” was added to this passage."),
    }[act].format(factor=name)


def add_coding(kb: KnowledgeBase, passage_id: str, place: str) -> None:
    """Draw the menu by which a person codes a passage with a factor the machine did not name."""
    key = f"{place}-{passage_id}"
    # Another key is another menu, closed and with nothing chosen.
    turn = int(st.session_state.get(f"add-turn-{key}", 0))
    at = f"{key}-{turn}" if turn else key
    with st.popover(_("Add a factor"), icon=":material/add:", type="tertiary", key=f"sv-add-{at}"):
        factor = st.selectbox(
            _("Factor"),
            kb.codebook.ids("factors"),
            index=None,
            format_func=lambda id_: value_label(kb.codebook, "factor", id_),
            placeholder=_("Choose a factor"),
            key=f"add-factor-{at}",
        )
        if factor:
            note(kb.codebook.definition("factors", factor, language()))
        direction = st.selectbox(
            _("Direction"),
            kb.codebook.ids("directions"),
            index=None,
            format_func=lambda id_: value_label(kb.codebook, "direction", id_),
            placeholder=_("Choose a direction"),
            key=f"add-direction-{at}",
        )
        if st.button(
            _("Add"), key=f"add-{key}", type="primary", disabled=not (factor and direction)
        ):
            st.session_state[f"add-turn-{key}"] = turn + 1
            act_on(kb, passage_id, {"factor": factor, "direction": direction}, "add")
            st.rerun()
