"""What a key or button of the Coding page does: each act is appended at once, and said.

Owns the acts and what waits for the other half of a coding (a factor for its direction, or the
other way round, so that the two keys may come in either order). `kb.coding` keeps everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from app.i18n import _
from app.widgets.coding_material import Material, read_material
from app.widgets.coding_task import (
    Task,
    bring_back,
    finish,
    show_passage,
    skip,
    step_back,
    unmark,
)
from app.widgets.coding_words import coded_as, step_words
from app.widgets.codings import frozen
from kb.coding.act_subjects import upcoming_steps
from kb.coding.acts import redo, undo
from kb.coding.codings import record_coding, remove_coding
from kb.coding.comments import delete_comment, write_comment
from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase
from kb.search.rows import MachineCoding, Range

FACTOR, DIRECTION = "state-coding-factor", "state-coding-direction"
SPAN, SAID, TALK = "state-coding-span", "state-coding-said", "state-coding-talk"
KEYS = "state-coding-keys"
About = tuple[str, int]  # what is written about: "passage" (and 0), "remark" or "coding"
PASSAGE: About = ("passage", 0)
_WORD = re.compile(r"\w+")


def keys_on() -> bool:
    """Whether single keys act; they do until a person turns them off."""
    return bool(st.session_state.get(KEYS, True))


def said() -> tuple[str, bool] | None:
    """What was just done, and whether it is a problem."""
    found = st.session_state.get(SAID)
    return found if isinstance(found, tuple) else None


def _attempt(act: Callable[[], str]) -> None:
    """Do it and keep what there is to say; an error of the record is said and changes nothing."""
    try:
        st.session_state[SAID] = (act(), False)
    except KbError as error:
        st.session_state[SAID] = (str(error), True)


def forget_choice() -> None:
    """Drop a chosen factor and direction; what is marked stays, for a further factor of it."""
    for key in (FACTOR, DIRECTION, TALK):
        st.session_state.pop(key, None)


def forget_halves() -> None:
    """Drop a chosen factor, direction and span: another passage is shown."""
    forget_choice()
    mark_whole()


def choose_factor(kb: KnowledgeBase, task: Task, factor: str) -> None:
    """Take a factor: coded at once where a direction was chosen before, else it waits for one."""
    direction = st.session_state.get(DIRECTION)
    if direction:
        _say(kb, task, factor, str(direction))
    elif st.session_state.get(FACTOR) == factor:
        st.session_state.pop(FACTOR)
    else:
        st.session_state[FACTOR] = factor


def choose_direction(kb: KnowledgeBase, task: Task, direction: str) -> None:
    """Take a direction: coded at once where a factor was chosen before, else it waits for one."""
    factor = st.session_state.get(FACTOR)
    if factor:
        _say(kb, task, str(factor), direction)
    elif st.session_state.get(DIRECTION) == direction:
        st.session_state.pop(DIRECTION)
    else:
        st.session_state[DIRECTION] = direction


def _say(kb: KnowledgeBase, task: Task, factor: str, direction: str) -> None:
    item = task.item
    if item is None:
        return
    span = marked_span(item.passage_id)

    def keep() -> str:
        material = read_material(kb, task, item.passage_id)
        name = coded_as(kb, factor, direction)
        for coding in material.own:
            marked = (coding.span.start, coding.span.end) if coding.span else None
            same = (coding.factor, coding.direction, marked) == (factor, direction, span)
            if same and coding.status != "rejected":
                return _("{coding} is coded already.").format(coding=name)
        meant = (one for one in material.waiting if span is None)
        suggestion = next(
            (one for one in meant if (one.factor, one.direction) == (factor, direction)), None
        )
        _record(kb, task, item.passage_id, factor, direction, suggestion=suggestion, span=span)
        return _("Coded: {coding}").format(coding=name)

    _attempt(keep)
    forget_choice()


def _record(
    kb: KnowledgeBase,
    task: Task,
    passage_id: str,
    factor: str,
    direction: str,
    *,
    act: str | None = None,
    suggestion: MachineCoding | None = None,
    span: Range | None = None,
) -> None:
    machine: dict[str, Any] | None = None
    if suggestion is not None:
        machine = frozen(
            kb,
            {
                "factor": suggestion.factor,
                "direction": suggestion.direction,
                "confidence": suggestion.confidence,
            },
        )
    record_coding(
        kb.store,
        kb.codebook,
        passage_id,
        factor=factor,
        direction=direction,
        act=act or ("accept" if suggestion is not None else "add"),
        coder=task.coder,
        machine=machine,
        span=span,
        round_id=task.round_id,
    )


def judge(
    kb: KnowledgeBase,
    task: Task,
    suggestion: MachineCoding | None,
    act: str,
    passage_id: str | None = None,
) -> None:
    """Accept or reject a suggestion of the passage shown (or named); without one, the first."""
    place = passage_id or (task.item.passage_id if task.item is not None else None)
    if place is None:
        return

    def keep() -> str:
        waiting = read_material(kb, task, place).waiting
        meant = suggestion or (waiting[0] if waiting else None)
        if meant is None:
            return _("No suggestion waits here.")
        _record(kb, task, place, meant.factor, meant.direction, act=act, suggestion=meant)
        name = coded_as(kb, meant.factor, meant.direction)
        done = _("Accepted: {coding}") if act == "accept" else _("Rejected: {coding}")
        return done.format(coding=name)

    _attempt(keep)


def remove(kb: KnowledgeBase, task: Task, coding_id: int, name: str) -> None:
    """Remove one's own coding."""

    def keep() -> str:
        remove_coding(kb.store, coding_id, coder=task.coder)
        return _("Removed: {coding}").format(coding=name)

    _attempt(keep)


def take_back(kb: KnowledgeBase, task: Task, *, again: bool = False) -> None:
    """Undo one's last act, or redo it, and show the passage it is about where the task has it."""
    shown = task.item.passage_id if task.item is not None else None

    def keep() -> str:
        before, after = upcoming_steps(kb.store, task.coder)
        step = after if again else before
        if step is None:
            return _("There is nothing to redo.") if again else _("There is nothing to undo.")
        (redo if again else undo)(kb.store, task.coder, step.act.id)
        subject = step.subject
        if subject.what in ("mark", "queue") and subject.act != "pass":
            unmark(task, subject.passage_id, done=again == (subject.act in ("done", "answer")))
        if not show_passage(task, subject.passage_id) and subject.what == "queue" and not again:
            bring_back(task, subject.passage_id, subject.factor)
        words = step_words(kb, step)
        said = (_("Redone: {act}") if again else _("Undone: {act}")).format(act=words)
        return said if again else " ".join(filter(None, (said, _kept_closed(step.passed))))

    _attempt(keep)
    same = task.item is not None and task.item.passage_id == shown
    (forget_choice if same else forget_halves)()


def _kept_closed(rounds: Sequence[str]) -> str:
    """That later acts were passed over, since the rounds they were made blind in are closed."""
    if not rounds:
        return ""
    said = _("What was coded later in a closed round ({names}) stays; settle it under Rounds.")
    return said.format(names=", ".join(rounds))


def next_passage(kb: KnowledgeBase, task: Task) -> None:
    """The passage is done: show the next one."""

    def keep() -> str:
        finish(kb, task)
        return ""

    _attempt(keep)
    forget_halves()


def pass_passage(kb: KnowledgeBase, task: Task) -> None:
    """Pass the passage over."""

    def keep() -> str:
        skip(kb, task)
        return _("Passed over.")

    _attempt(keep)
    forget_halves()


def previous_passage(task: Task) -> None:
    """Show the passage before."""
    st.session_state.pop(SAID, None)
    step_back(task)
    forget_halves()


def open_comment(about: About = PASSAGE) -> None:
    """Open the field for a comment on the passage, a remark or a coding; where open, close it."""
    if st.session_state.get(TALK) == about:
        st.session_state.pop(TALK)
    else:
        st.session_state[TALK] = about


def comment(kb: KnowledgeBase, task: Task, text: str, about: About = PASSAGE) -> None:
    """Say something of the passage, of another remark, or of a coding."""
    item = task.item
    if item is None:
        return
    kind, number = about

    def keep() -> str:
        write_comment(
            kb.store,
            item.passage_id,
            text,
            by=task.coder,
            coding_id=number if kind == "coding" else None,
            reply_to=number if kind == "remark" else None,
        )
        return _("The comment is kept.")

    _attempt(keep)
    st.session_state.pop(TALK, None)


def uncomment(kb: KnowledgeBase, task: Task, comment_id: int) -> None:
    """Remove one's own remark from view."""

    def keep() -> str:
        delete_comment(kb.store, comment_id, by=task.coder)
        return _("The comment is removed.")

    _attempt(keep)


def marked_span(passage_id: str) -> Range | None:
    """The characters that are marked in this passage; None where the whole of it is meant."""
    found = st.session_state.get(SPAN)
    if isinstance(found, tuple) and found[0] == passage_id:
        return int(found[1]), int(found[2])
    return None


def mark_words(material: Material, start: int, end: int) -> None:
    """Mark characters, widened to whole words; a selection without a word marks nothing."""
    text = material.passage.text
    words = [match.span() for match in _WORD.finditer(text)]
    met = [(first, last) for first, last in words if first < end and last > start]
    if met:
        st.session_state[SPAN] = (material.passage.id, met[0][0], met[-1][1])


def mark_sentence(material: Material, by: int) -> None:
    """Mark the next (1) or the previous (-1) sentence."""
    sentences, span = material.sentences, marked_span(material.passage.id)
    if not sentences:
        return
    at = _sentence_at(sentences, span[0]) + by if span else (0 if by > 0 else len(sentences) - 1)
    start, end = sentences[at % len(sentences)]
    st.session_state[SPAN] = (material.passage.id, start, end)


def mark_longer(material: Material) -> None:
    """Mark one sentence more than is marked."""
    sentences, span = material.sentences, marked_span(material.passage.id)
    if span is None or not sentences:
        mark_sentence(material, 1)
        return
    last = min(_sentence_at(sentences, span[1] - 1) + 1, len(sentences) - 1)
    st.session_state[SPAN] = (material.passage.id, span[0], sentences[last][1])


def mark_whole() -> None:
    """Mark nothing: what is coded is the whole passage."""
    st.session_state.pop(SPAN, None)


def _sentence_at(sentences: tuple[Range, ...], place: int) -> int:
    return next((n for n, (_first, end) in enumerate(sentences) if place < end), len(sentences) - 1)
