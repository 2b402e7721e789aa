"""What is said of the passage on the desk: by the machine, by the coder, by others.

Owns these three lists and their buttons.
"""

from __future__ import annotations

import streamlit as st

from app import markup
from app.i18n import _
from app.widgets import coding_acts as acts
from app.widgets import coding_keys as keys
from app.widgets.coding_material import Material
from app.widgets.coding_task import Task
from app.widgets.coding_words import coded_as
from app.widgets.codings import coding_badges
from app.widgets.page import note
from kb.coding.listing import CodingView
from kb.knowledge_base import KnowledgeBase
from kb.search.rows import MachineCoding

_QUOTE = 90  # characters of a marked span shown in a list


def draw_suggestions(kb: KnowledgeBase, task: Task, material: Material) -> None:
    """Draw the machine's suggestions that wait, the surest first; the keys are for the first."""
    st.html('<h2 class="sv-h4">' + markup.plain(_("The machine suggests")) + "</h2>")
    if not task.shows_machine:
        note(_("Hidden in this round, so that you judge for yourself."))
        return
    if not material.suggestions:
        note(_("Nothing."))
    elif not material.waiting:
        note(_("All its suggestions are judged."))
    for number, suggestion in enumerate(material.waiting):
        _suggestion(kb, task, material, suggestion, number)


def _suggestion(
    kb: KnowledgeBase, task: Task, material: Material, suggestion: MachineCoding, number: int
) -> None:
    kind = suggestion.direction if suggestion.direction in markup.SYMBOLS else "neutral"
    badge = markup.badge(coded_as(kb, suggestion.factor, suggestion.direction), kind)
    sure = _("{percent} % sure").format(percent=round(100 * suggestion.confidence))
    shown = (
        f'<span class="sv-coding sv-is-suggested">{badge}'
        f'<span class="sv-who">{markup.plain(sure)}</span></span>'
    )
    first = number == 0 and acts.keys_on()
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"sv-coding-hint-{number}"
    ):
        st.html(shown, width="content")
        for act, name, icon, key in (
            ("accept", _("Accept"), ":material/check:", keys.ACCEPT),
            ("reject", _("Reject"), ":material/close:", keys.REJECT),
        ):
            st.button(
                name,
                key=f"coding-{act}-{number}",
                icon=icon,
                type="tertiary",
                on_click=acts.judge,
                args=(kb, task, suggestion, act),
                shortcut=key if first else None,
            )
    sentence = _sentence(material, suggestion)
    if number and sentence:
        st.html(f'<p class="sv-why">{markup.plain(sentence)}</p>')


def _sentence(material: Material, suggestion: MachineCoding) -> str:
    """The sentence that a suggestion rests on; that of the first is marked in the text."""
    if suggestion.start is None or suggestion.end is None:
        return ""
    return _("“{text}”").format(text=_cut(material.passage.text[suggestion.start : suggestion.end]))


def _cut(text: str) -> str:
    return text if len(text) <= _QUOTE else text[: _QUOTE - 1].rstrip() + "…"


def draw_own(kb: KnowledgeBase, task: Task, material: Material) -> None:
    """Draw the coder's own codings, each with a button that removes it."""
    st.html('<h2 class="sv-h4">' + markup.plain(_("Your codings")) + "</h2>")
    if not material.own:
        note(_("None yet."))
    for coding in material.own:
        with st.container(
            horizontal=True,
            vertical_alignment="center",
            gap="small",
            key=f"sv-coding-own-{coding.id}",
        ):
            st.html(_line(kb, coding), width="content")
            name = coded_as(kb, coding.factor, coding.direction)
            _talk_button(material, coding, name)
            st.button(
                _("Remove"),
                key=f"coding-remove-{coding.id}",
                icon=":material/close:",
                type="tertiary",
                on_click=acts.remove,
                args=(kb, task, coding.id, name),
                help=markup.label(name),
            )


def draw_others(kb: KnowledgeBase, material: Material) -> None:
    """Draw what other people coded here, where there is any and the coder may see it."""
    if not material.others:
        return
    st.html('<h2 class="sv-h4">' + markup.plain(_("Others’ codings")) + "</h2>")
    for coding in material.others:
        with st.container(
            horizontal=True,
            vertical_alignment="center",
            gap="small",
            key=f"sv-coding-other-{coding.id}",
        ):
            st.html(_line(kb, coding), width="content")
            _talk_button(material, coding, coded_as(kb, coding.factor, coding.direction))


def _talk_button(material: Material, coding: CodingView, name: str) -> None:
    """A button that opens a field for a comment on a coding; it says how many there are."""
    number = material.remarks_on(coding)
    st.button(
        _("Comment ({n})").format(n=number) if number else _("Comment"),
        key=f"coding-remark-{coding.id}",
        icon=":material/chat_bubble:",
        type="tertiary",
        on_click=acts.open_comment,
        args=(("coding", coding.root),),
        help=markup.label(name),
    )


def _line(kb: KnowledgeBase, coding: CodingView) -> str:
    badges = coding_badges(
        kb,
        {
            "factor": coding.factor,
            "direction": coding.direction,
            "status": coding.status,
            "coder": coding.coder,
        },
    )
    quote = _("“{text}”").format(text=_cut(coding.span.exact)) if coding.span is not None else ""
    gone = _("its words need a look") if coding.needs_look else ""
    more = " · ".join(part for part in (quote, gone, coding.comment or "") if part)
    return badges + (f'<span class="sv-note">{markup.plain(more)}</span>' if more else "")
