"""Below the desk: what people say of the passage, and everything that was done with it.

Owns the thread of comments and the history on screen; `kb.coding` keeps both.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app import markup
from app.i18n import _, moment
from app.widgets import coding_acts as acts
from app.widgets import coding_keys as keys
from app.widgets.coding_material import Material
from app.widgets.coding_script import focus_on
from app.widgets.coding_task import Task
from app.widgets.coding_words import act_name, coded_as
from app.widgets.page import note, table
from kb.coding.comments import CommentView
from kb.coding.listing import CodingView, passage_history
from kb.coding.names import LONGEST_TEXT
from kb.knowledge_base import KnowledgeBase


def draw_talk(kb: KnowledgeBase, task: Task, material: Material) -> None:
    """Draw the threads, and a field to write in once it is asked for."""
    st.html('<h2 class="sv-h4">' + markup.plain(_("Comments")) + "</h2>")
    codings = {coding.root: coding for coding in (*material.own, *material.others)}
    for comment in material.comments:
        about = _about(kb, codings, comment) if comment.coding_id is not None else ""
        _comment(kb, task, comment, about)
    st.button(
        _("Write a comment"),
        key="coding-talk",
        icon=":material/chat_bubble:",
        type="tertiary",
        on_click=acts.open_comment,
        shortcut=keys.COMMENT if acts.keys_on() else None,
    )
    asked = st.session_state.get(acts.TALK)
    if asked == acts.PASSAGE:
        _field(kb, task, acts.PASSAGE, _("Comment"))
    for coding in codings.values():
        if asked == ("coding", coding.root):
            name = _("Comment on {coding}").format(coding=_named(kb, coding))
            _field(kb, task, ("coding", coding.root), name)


def _about(kb: KnowledgeBase, codings: Mapping[int, CodingView], comment: CommentView) -> str:
    """What a comment is on, in words; whose coding it is only where it is another's."""
    coding = codings.get(comment.coding_id or 0)
    if coding is None:
        return _("on a coding that does not stand any more")
    name = coded_as(kb, coding.factor, coding.direction)
    return _("on {coding}").format(
        coding=name if coding.coder == comment.by else _named(kb, coding)
    )


def _named(kb: KnowledgeBase, coding: CodingView) -> str:
    name = coded_as(kb, coding.factor, coding.direction)
    return _("{coding} by {name}").format(coding=name, name=coding.coder)


def _comment(
    kb: KnowledgeBase, task: Task, comment: CommentView, about: str = "", *, reply: bool = False
) -> None:
    with st.container(key=f"sv-comment-{comment.id}", gap="xxsmall"):
        words = _("(removed)") if comment.deleted else comment.text
        who = _("{name}, {when}").format(name=comment.by, when=moment(comment.at))
        edited = _("changed") if comment.edited_at else ""
        more = " · ".join(part for part in (who, edited, about) if part)
        kind = "sv-said sv-reply" if reply else "sv-said"
        st.html(
            f'<div class="{kind}"><p>{markup.plain(words)}</p>'
            f'<p class="sv-who">{markup.plain(more)}</p></div>'
        )
        for answer in comment.replies:
            _comment(kb, task, answer, reply=True)
        with st.container(horizontal=True, gap="small", key=f"sv-acts-comment-{comment.id}"):
            if not reply:
                st.button(
                    _("Reply"),
                    key=f"coding-reply-{comment.id}",
                    type="tertiary",
                    on_click=acts.open_comment,
                    args=(("remark", comment.id),),
                )
            if comment.by == task.coder and not comment.deleted:
                st.button(
                    _("Remove"),
                    key=f"coding-uncomment-{comment.id}",
                    type="tertiary",
                    on_click=acts.uncomment,
                    args=(kb, task, comment.id),
                )
        if st.session_state.get(acts.TALK) == ("remark", comment.id):
            _field(kb, task, ("remark", comment.id), _("Reply"))


def _field(kb: KnowledgeBase, task: Task, about: acts.About, name: str) -> None:
    kind, number = about
    place = f"coding-{number}" if kind == "coding" else str(number)
    key = f"coding-words-{place}"

    def keep() -> None:
        text = str(st.session_state.get(key) or "")
        if text.strip():
            acts.comment(kb, task, text, about)

    with st.form(f"sv-talk-{place}", clear_on_submit=True, border=False):
        st.text_area(markup.label(name), key=key, max_chars=LONGEST_TEXT, height=90)
        st.form_submit_button(_("Keep"), type="primary", on_click=keep, help="Ctrl+Enter")
    focus_on(f".st-key-{key} textarea", f"coding-focus-{place}")


def draw_history(kb: KnowledgeBase, task: Task, material: Material) -> None:
    """Draw every act on the passage that the coder may see, also what was undone."""
    panel = st.expander(_("History of this passage"), key="coding-history", on_change="rerun")
    if not panel.open:
        return
    with panel:
        found = passage_history(kb.store, material.passage.id, task.coder)
        if task.blind:
            found = [
                act for act in found if act.coder == task.coder and act.round_id == task.round_id
            ]
        if not found:
            note(_("Nobody has coded this passage."))
            return
        lines = []
        for act in reversed(found):
            what = markup.plain(coded_as(kb, act.factor, act.direction))
            cells = (
                what if not act.undone else f"<s>{what}</s>",
                markup.plain(act_name(act.act) + (" (" + _("undone") + ")" if act.undone else "")),
                markup.plain(act.coder),
                markup.plain(moment(act.at)),
                markup.plain(" · ".join(filter(None, (act.quote, act.comment)))),
            )
            lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
        heads = (_("Coding"), _("What was done"), _("Who"), _("When"), _("Words and remarks"))
        st.html(table(heads, "".join(lines)))
