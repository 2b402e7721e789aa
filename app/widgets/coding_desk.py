"""The coder's desk: one passage, what the machine suggests, and a key for everything.

Owns the layout. Each act reruns the desk alone, not the page; acts are `app.widgets.coding_acts`'.
"""

from __future__ import annotations

import streamlit as st

from app import markup
from app.demonstration import replica_mark
from app.i18n import _, _n, language
from app.labels import makers_label, pages_label, value_label, year_of
from app.widgets import coding_acts as acts
from app.widgets.coding_keys import shown
from app.widgets.coding_material import Material, read_material
from app.widgets.coding_memory import keep
from app.widgets.coding_panel import draw_codes, draw_help, draw_moves
from app.widgets.coding_said import draw_others, draw_own, draw_suggestions
from app.widgets.coding_script import watch_selection
from app.widgets.coding_talk import draw_history, draw_talk
from app.widgets.coding_task import QUEUE, ROUND, Task
from app.widgets.coding_typed import listen_for_keys, work_off
from app.widgets.coding_words import why_words
from app.widgets.page import heading, link, note, problem
from app.widgets.passage_card import quotation
from kb.coding.learnt import learnt_from
from kb.display_names import language_name
from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase

TEXT = ".st-key-sv-coding-text .sv-quote p"


@st.fragment
def draw_desk(kb: KnowledgeBase, task: Task) -> None:
    """Draw the passage in hand with everything that can be done with it."""
    try:
        work_off(kb, task)
        _progress(kb, task)
        if task.item is None:
            _nothing_left(kb, task)
            listen_for_keys(kb, task)
            keep(task)
            return
        material = read_material(kb, task, task.item.passage_id)
        left, right = st.columns([11, 9], gap="large")
        with left:
            _passage(kb, task, material)
            _marking(material)
            draw_suggestions(kb, task, material)
        with right:
            draw_codes(kb, task, material)
            _said()
            draw_own(kb, task, material)
            draw_others(kb, material)
            draw_moves(kb, task, material)
            draw_help()
        draw_talk(kb, task, material)
        draw_history(kb, task, material)
        listen_for_keys(kb, task)
        keep(task)  # last: what comes and goes above the keys would break them off
    except KbError as error:
        problem(error)


def _relevant(kb: KnowledgeBase, task: Task) -> str:
    """What a queue calls relevant, in words."""
    factor = task.queue.factor if task.queue is not None else None
    if not factor:
        return _("Relevant: answered passages that people coded with any factor.")
    name = value_label(kb.codebook, "factor", factor)
    return _("Relevant: passages that people coded with {factor}.").format(factor=name)


def _progress(kb: KnowledgeBase, task: Task) -> None:
    total, finished = max(task.total, 1), min(task.finished, task.total)
    if task.kind in (QUEUE, ROUND):
        text = _("{done} of {total} passages done").format(done=finished, total=task.total)
    elif task.item is not None:
        text = _("Passage {n} of {total}").format(n=task.at + 1, total=task.total)
        finished = task.at
    else:
        text = _n("{n} passage", "{n} passages", task.total)
        finished = task.total
    if task.kind == QUEUE:
        found = task.found + len(task.relevant)
        text += " · " + _n("{n} relevant found", "{n} relevant found", found)
    with st.container(key="sv-coding-progress"):
        st.html(f'<p class="sv-count" role="status"><strong>{markup.plain(text)}</strong></p>')
        st.progress(finished / total)
        if task.kind == QUEUE:
            note(_relevant(kb, task))


def _nothing_left(kb: KnowledgeBase, task: Task) -> None:
    if task.kind == ROUND and task.total:
        heading(_("You are done with this round"))
        note(_("Once all coders are done, close it under Rounds and compare."))
    elif task.kind == QUEUE:
        heading(_("This queue is empty"))
        note(
            _("Every passage was answered or passed over by you; the next refresh may bring more.")
        )
    elif task.total:
        heading(_("That was the last passage"))
        note(_("Choose something else to code above, or go back."))
    else:
        heading(_("Nothing to code here"))
        note(_("No passage was found. Choose something else above."))
    _said()
    draw_moves(kb, task, None)


def _passage(kb: KnowledgeBase, task: Task, material: Material) -> None:
    passage, publication = material.passage, material.publication
    item = task.item
    why = why_words(kb, item.why, item.factor) if item is not None else ""
    if why:
        name = markup.plain(_("In the queue because:"))
        st.html(f'<p class="sv-why"><span>{name}</span> {markup.plain(why)}</p>')
    with st.container(key="sv-title-coding"):
        target = {"publication": publication.id, "passage": passage.id}
        link("library", str(publication.csl.get("title") or publication.label), target)
    spoken = passage.language
    parts = [
        markup.plain(makers_label(publication.csl)),
        markup.plain(year_of(publication.csl) or _("no year")),
        markup.plain(language_name(spoken, language())) if spoken else "",
    ]
    learnt = ""
    if task.shows_machine and learnt_from(publication.csl, publication.url):
        learnt = " " + markup.badge(_("machine has learnt from this one"), "learnt")
    st.html(f'<p class="sv-line">{markup.joined(parts)}{learnt}</p>')
    with st.container(key="sv-coding-text"):
        st.html(_text(material) + replica_mark(publication.id))
    where = pages_label(passage.page_label, passage.page_label_end)
    shown_at = _("Open the page") if not where else _("Open the page, {page}").format(page=where)
    _legend(material)
    with st.container(key="sv-acts-coding-page"):
        link("library", shown_at, target, ":material/description:")


def _legend(material: Material) -> None:
    """Say what is marked how in the text: one's own mark, and the machine's sentence."""
    parts = []
    if acts.marked_span(material.passage.id):
        mine = markup.plain(_("marked by you"))
        parts.append(f"<mark>{mine}</mark>")
    if _carries(material):
        said = markup.plain(_("what the machine's first suggestion rests on"))
        parts.append(f'<span class="sv-means">{said}</span>')
    if parts:
        st.html(f'<p class="sv-remark sv-legend">{" · ".join(parts)}</p>')


def _carries(material: Material) -> tuple[int, int] | None:
    """The sentence that the first waiting suggestion rests on; none where it is all the text."""
    first = next(iter(material.waiting), None)
    if first is None or first.start is None or first.end is None:
        return None
    whole = first.end - first.start >= len(material.passage.text.strip())
    return None if whole else (first.start, first.end)


def _text(material: Material) -> str:
    """HTML of the text: what is marked, and the sentence that the first suggestion rests on."""
    passage = material.passage
    span = acts.marked_span(passage.id)
    return quotation(
        {
            "text": passage.text,
            "section": passage.section,
            "page_label": passage.page_label,
            "page_label_end": passage.page_label_end,
            "language": passage.language,
            "highlights": [span] if span else (),
            "meaning": _carries(material),
        }
    )


def _marking(material: Material) -> None:
    span = acts.marked_span(material.passage.id)
    watch_selection(
        TEXT,
        f"coding-selection-{material.passage.id}",
        lambda start, end: acts.mark_words(material, start, end),
    )
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="sv-mark"):
        for key, name, act in (
            ("j", _("Next sentence"), lambda: acts.mark_sentence(material, 1)),
            ("k", _("Sentence before"), lambda: acts.mark_sentence(material, -1)),
            ("l", _("One more"), lambda: acts.mark_longer(material)),
            ("w", _("Whole passage"), acts.mark_whole),
        ):
            st.button(
                name,
                key=f"coding-mark-{key}",
                on_click=act,
                shortcut=key if acts.keys_on() else None,
                type="tertiary",
                disabled=key == "w" and span is None,
                help=shown(key),
            )
    if span is None:
        note(_("You code the whole passage. Select words in the text to code those alone."))
    else:
        note(_("You code what is marked, with every factor you add, until W or another passage."))


def _said() -> None:
    found = acts.said()
    text, wrong = found or ("", False)
    if text:
        kind = "sv-problem" if wrong else "sv-done"
        role = "alert" if wrong else "status"
        st.html(f'<p class="{kind}" role="{role}">{markup.plain(text)}</p>')
    else:  # keeps what stands below in its place
        st.html('<p class="sv-done sv-quiet" role="status">&nbsp;</p>')
