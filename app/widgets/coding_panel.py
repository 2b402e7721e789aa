"""The keys of the desk: factors, directions, moving on, undo; and the line that names them all.

Owns these buttons and their help.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app import markup
from app.i18n import _, language
from app.labels import value_label
from app.widgets import coding_acts as acts
from app.widgets import coding_keys as keys
from app.widgets.coding_material import Material
from app.widgets.coding_task import QUEUE, ROUND, Task
from app.widgets.coding_words import step_words
from kb.coding.act_subjects import Step, upcoming_steps
from kb.knowledge_base import KnowledgeBase


def _shortcut(key: str | None) -> str | None:
    return key if acts.keys_on() else None


def draw_codes(kb: KnowledgeBase, task: Task, material: Material) -> None:
    """Draw directions and factors: one of each makes a coding, in either order."""
    factor, direction = (st.session_state.get(key) for key in (acts.FACTOR, acts.DIRECTION))
    st.html(f'<h2 class="sv-h4">{markup.plain(_heading(kb, factor, direction))}</h2>')
    of_direction = keys.direction_keys(kb.codebook.ids("directions"))
    of_factor = keys.factor_keys(kb.codebook.ids("factors"), tuple(of_direction.values()))
    with st.container(horizontal=True, gap="small", key="sv-coding-directions"):
        for name in kb.codebook.ids("directions"):
            label = value_label(kb.codebook, "direction", name)
            st.button(
                f"{markup.SYMBOLS.get(name, '●')} {markup.label(label)}",
                key=f"coding-direction-{name}",
                type="primary" if name == direction else "secondary",
                on_click=acts.choose_direction,
                args=(kb, task, name),
                shortcut=_shortcut(of_direction.get(name)),
                help=markup.label(kb.codebook.definition("directions", name, language())),
            )
    said = {coding.factor for coding in material.own if coding.status != "rejected"}
    with st.container(horizontal=True, gap="small", key="sv-coding-factors"):
        for name in kb.codebook.ids("factors"):
            st.button(
                markup.label(value_label(kb.codebook, "factor", name)),
                key=f"coding-factor-{name}",
                type="primary" if name == factor else "secondary",
                on_click=acts.choose_factor,
                args=(kb, task, name),
                icon=":material/check:" if name in said else None,
                shortcut=_shortcut(of_factor.get(name)),
                help=markup.label(kb.codebook.definition("factors", name, language())),
            )


def _heading(kb: KnowledgeBase, factor: str | None, direction: str | None) -> str:
    if factor:
        name = value_label(kb.codebook, "factor", factor)
        return _("{factor}: and its direction?").format(factor=name)
    if direction:
        way = value_label(kb.codebook, "direction", direction)
        return _("{direction}: of which factor?").format(direction=way)
    return _("Code: a factor and a direction")


def draw_moves(kb: KnowledgeBase, task: Task, material: Material | None) -> None:
    """Draw done, pass over, back, undo and redo, each with what it would do."""
    before, after = upcoming_steps(kb.store, task.coder)
    with st.container(horizontal=True, gap="small", key="sv-coding-moves"):
        if material is not None:
            nothing = not any(one.status != "rejected" for one in material.own)
            if task.kind in (QUEUE, ROUND):
                name = _("Nothing here, next") if nothing else _("Done, next")
            else:
                name = _("Next")
            st.button(
                name,
                key="coding-done",
                type="primary",
                on_click=acts.next_passage,
                args=(kb, task),
                shortcut=_shortcut(keys.DONE),
            )
            if task.kind in (QUEUE, ROUND):
                st.button(
                    _("Pass over"),
                    key="coding-pass",
                    on_click=acts.pass_passage,
                    args=(kb, task),
                    shortcut=_shortcut(keys.PASS_OVER),
                )
        st.button(
            _("Back"),
            key="coding-back",
            on_click=acts.previous_passage,
            args=(task,),
            disabled=task.at == 0,
            shortcut=_shortcut(keys.BACK),
        )
    with st.container(horizontal=True, gap="small", key="sv-coding-undo"):
        _step_button(kb, task, before, again=False)
        _step_button(kb, task, after, again=True)


def _step_button(kb: KnowledgeBase, task: Task, step: Step | None, *, again: bool) -> None:
    name = _("Redo") if again else _("Undo")
    what = step_words(kb, step) if step is not None else ""
    st.button(
        markup.label(f"{name}: {what}" if what else name),
        key="coding-redo" if again else "coding-undo",
        icon=":material/redo:" if again else ":material/undo:",
        type="tertiary",
        on_click=acts.take_back,
        args=(kb, task),
        kwargs={"again": again},
        disabled=step is None,
        shortcut=_shortcut(keys.REDO if again else keys.UNDO),
    )


def draw_help() -> None:
    """Draw the switch of the keys, and what each of them does."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="sv-keys"):
        # On by `value`, not by the session's state: a page loaded and drawn again at once would
        # tell the browser of that only the first time, which it may not have seen.
        st.toggle(
            _("Keys"),
            value=True,
            key=acts.KEYS,
            help=_("Single keys act while no field is open."),
        )
        with st.popover(_("All keys"), icon=":material/keyboard:", type="tertiary"):
            st.html(_key_table())


def _key_table() -> str:
    rows: Sequence[tuple[tuple[str, ...], str]] = (
        (("1", "0", "Q", "…"), _("a factor, as its button says")),
        (("F", "B", "M", "N"), _("a direction: before or after its factor")),
        ((keys.ACCEPT,), _("accept the first suggestion that waits")),
        ((keys.REJECT,), _("reject it")),
        ((keys.DONE,), _("done: the next passage")),
        ((keys.PASS_OVER,), _("pass over")),
        ((keys.BACK,), _("the passage before")),
        ((keys.UNDO, keys.REDO), _("undo, redo")),
        ((keys.SENTENCE, keys.SENTENCE_BACK), _("mark the next, the previous sentence")),
        ((keys.LONGER,), _("mark one sentence more")),
        ((keys.WHOLE,), _("the whole passage again")),
        ((keys.COMMENT,), _("write a comment")),
    )
    lines = []
    for names, what in rows:
        shown = " ".join(f"<kbd>{markup.plain(keys.shown(name))}</kbd>" for name in names)
        lines.append(f"<tr><th scope='row'>{shown}</th><td>{markup.plain(what)}</td></tr>")
    return f'<table class="sv-table sv-keys">{"".join(lines)}</table>'
