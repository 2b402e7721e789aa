"""Below the desk: what people say of the passage, and everything that was done with it.

Owns the thread of comments and the history on screen; `kb.coding` keeps both.
"""

from __future__ import annotations

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
from kb.coding.comments import CommentView, passage_comments
from kb.coding.listing import passage_history
from kb.coding.names import LONGEST_TEXT
from kb.knowledge_base import KnowledgeBase


def draw_talk(kb: KnowledgeBase, task: Task, material: Material) -> None:
    """Draw the thread, and a field to write in once it is asked for."""
    comments = passage_comments(kb.store, material.passage.id, task.coder)
    if task.blind:
        comments = [one for one in comments if one.by == task.coder]
    st.html('<h2 class="sv-h4">' + markup.plain(_("Comments")) + "</h2>")
    for comment in comments:
        _comment(kb, task, comment)
    st.button(
        _("Write a comment"),
        key="coding-talk",
        icon=":material/chat_bubble:",
        type="tertiary",
        on_click=acts.open_comment,
        shortcut=keys.COMMENT if acts.keys_on() else None,
    )
    if st.session_state.get(acts.TALK) == acts.NEW:
        _field(kb, task, acts.NEW)


def _comment(kb: KnowledgeBase, task: Task, comment: CommentView, *, reply: bool = False) -> None:
    with st.container(key=f"sv-comment-{comment.id}", gap="xxsmall"):
        words = _("(taken away)") if comment.deleted else comment.text
        who = _("{name}, {when}").format(name=comment.by, when=moment(comment.at))
        edited = " · " + _("changed") if comment.edited_at else ""
        kind = "sv-said sv-reply" if reply else "sv-said"
        st.html(
            f'<div class="{kind}"><p>{markup.plain(words)}</p>'
            f'<p class="sv-who">{markup.plain(who + edited)}</p></div>'
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
                    args=(comment.id,),
                )
            if comment.by == task.coder and not comment.deleted:
                st.button(
                    _("Take away"),
                    key=f"coding-uncomment-{comment.id}",
                    type="tertiary",
                    on_click=acts.uncomment,
                    args=(kb, task, comment.id),
                )
        if st.session_state.get(acts.TALK) == comment.id:
            _field(kb, task, comment.id)


def _field(kb: KnowledgeBase, task: Task, about: int) -> None:
    key = f"coding-words-{about}"

    def keep() -> None:
        text = str(st.session_state.get(key) or "")
        if text.strip():
            acts.comment(kb, task, text, about or None)

    with st.form(f"sv-talk-{about}", clear_on_submit=True, border=False):
        st.text_area(_("Comment"), key=key, max_chars=LONGEST_TEXT, height=90)
        st.form_submit_button(_("Keep"), type="primary", on_click=keep, help="Ctrl+Enter")
    focus_on(f".st-key-{key} textarea", f"coding-focus-{about}")


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
