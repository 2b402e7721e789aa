"""Citation sets: a person's ordered passages and publications, with notes, and their files."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from app import markup, state
from app.demonstration import replica_mark
from app.i18n import _, _n, language
from app.labels import file_name, pages_label
from app.widgets.page import count, heading, link, note, page, problem
from app.widgets.set_menu import new_set_form
from kb.bibliography import label
from kb.citations import sets
from kb.citations.formats import CITATION_FORMATS, render
from kb.citations.set_names import rename_set
from kb.citations.sets import ItemView, SetView
from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase
from kb.library import PassageView, PublicationView, find_passages, find_publications


@dataclass(frozen=True)
class Line:
    """An item of a set with what it cites, where the record still has it."""

    item: ItemView
    publication: PublicationView | None
    passage: PassageView | None
    first: bool
    last: bool

    @property
    def title(self) -> str:
        """The cited publication's title, or its id where nothing else is known."""
        if self.publication is None:
            return self.item.publication_id
        return str(self.publication.csl.get("title") or self.publication.label)


def draw() -> None:
    """Draw the sets, and the one that the address names (else the first)."""
    lead = _(
        "Passages and publications you have gathered, each with its page, ready to take along."
    )
    with page(_("Citation sets"), lead) as kb:
        views = sets.list_sets(kb.store)
        chosen = _choose(kb, views)
        if chosen is None:
            heading(_("No citation set yet"))
            note(
                _(
                    "Make one above, or choose “Add to citation set” under any passage that you "
                    "find."
                )
            )
            return
        _draw_set(kb, chosen)


def _choose(kb: KnowledgeBase, views: list[SetView]) -> SetView | None:
    by_id = {view.id: view for view in views}
    wanted = st.query_params.get("set", "")
    chosen = by_id.get(int(wanted)) if wanted.isascii() and wanted.isdigit() else None
    chosen = chosen or (views[0] if views else None)
    with st.container(horizontal=True, vertical_alignment="bottom", key="sv-sets"):
        if chosen is not None:
            st.session_state["set-choice"] = chosen.id
            st.selectbox(
                _("Citation set"),
                list(by_id),
                format_func=lambda id_: f"{by_id[id_].name} ({by_id[id_].items})",
                key="set-choice",
                on_change=lambda: _open(int(st.session_state["set-choice"])),
            )
        with st.popover(_("New set"), icon=":material/add:", key="sv-set-new"):
            new_set_form(kb, _open_new)
    return chosen


def _open(set_id: int) -> None:
    st.query_params["set"] = str(set_id)


def _open_new(set_id: int) -> None:
    _open(set_id)
    st.rerun()


def _draw_set(kb: KnowledgeBase, view: SetView) -> None:
    heading(view.name)
    items = sets.list_items(kb.store, view.id)
    count(_n("{n} item", "{n} items", len(items)))
    if items:
        downloads(kb, view)
    else:
        note(_("This set is empty: search, and choose “Add to citation set” under a passage."))
    publications = find_publications(kb.store, [item.publication_id for item in items])
    passages = find_passages(kb.store, [item.passage_id for item in items if item.passage_id])
    for place, item in enumerate(items):
        line = Line(
            item,
            publications.get(item.publication_id),
            passages.get(item.passage_id or ""),
            first=place == 0,
            last=place == len(items) - 1,
        )
        _item(kb, line, place + 1)
    with st.container(horizontal=True, gap="small", key="sv-set-end"):
        with st.popover(_("Rename this set"), icon=":material/edit:", type="tertiary"):
            _rename(kb, view)
        st.button(
            _("Remove this set"),
            key=f"remove-set-{view.id}",
            icon=":material/delete:",
            type="tertiary",
            on_click=_remove_set,
            args=(kb, view),
        )


def _rename(kb: KnowledgeBase, view: SetView) -> None:
    with st.form(f"sv-rename-{view.id}", border=False):
        name = st.text_input(_("Name of the set"), value=view.name, key=f"rename-{view.id}")
        wanted = st.form_submit_button(_("Rename"), type="primary")
    if not wanted:
        return
    try:
        rename_set(kb.store, view.id, name)
    except KbError as error:
        problem(error)
    else:
        st.rerun()


def downloads(kb: KnowledgeBase, view: SetView) -> None:
    """Draw a button for each citation format; a file is written when asked for."""
    with st.container(horizontal=True, gap="small", key="sv-set-files"):
        for format_ in CITATION_FORMATS.values():
            st.download_button(
                format_.label,
                lambda to=format_.id: render(kb.cited_entries(set_name=view.name), to),
                file_name=file_name(view.name) + format_.suffix,
                mime=format_.media_type,
                key=f"download-{format_.id}-{view.id}",
                icon=":material/download:",
                help=_("For {programs}").format(programs=format_.programs),
                on_click="ignore",
            )


def _item(kb: KnowledgeBase, line: Line, number: int) -> None:
    item = line.item
    with st.container(key=f"sv-item-{item.id}"):
        params = {"publication": item.publication_id}
        if item.passage_id:
            params["passage"] = item.passage_id
        with st.container(key=f"sv-title-item-{item.id}"):
            link("library", f"{number}. {line.title}", params)
        st.html(item_html(line) + replica_mark(item.publication_id))
        st.text_input(
            _("Note"),
            value=item.note or "",
            key=f"note-{item.id}",
            placeholder=_("What is this for?"),
            on_change=_noted,
            args=(kb, item.id),
        )
        with st.container(horizontal=True, gap="small", key=f"sv-acts-item-{item.id}"):
            _move(kb, item, -1, _("Up"), ":material/arrow_upward:", line.first)
            _move(kb, item, 1, _("Down"), ":material/arrow_downward:", line.last)
            st.button(
                _("Remove"),
                key=f"remove-{item.id}",
                icon=":material/close:",
                type="tertiary",
                on_click=_remove,
                args=(kb, item.id),
            )


def item_html(line: Line) -> str:
    """HTML of an item: its publication in short, its quotation with the page, what needs a look."""
    gone = _("This publication has been taken out of the knowledge base.")
    short = label(line.publication.csl, language()) if line.publication else gone
    parts = [f'<p class="sv-line">{markup.plain(short)}</p>']
    if line.item.quote:
        passage = line.passage
        pages = pages_label(passage.page_label, passage.page_label_end) if passage else None
        parts.append(
            f'<blockquote class="sv-quote"><p>{markup.plain(line.item.quote)}</p>'
            f"<footer>{markup.plain(pages or '')}</footer></blockquote>"
        )
    if line.item.needs_look:
        looked = _("The text has changed since; look whether this still stands.")
        mark = markup.badge(_("needs a look"), "gone")
        parts.append(f"<p>{mark} {markup.plain(looked)}</p>")
    return "".join(parts)


def _move(
    kb: KnowledgeBase, item: ItemView, steps: int, text: str, icon: str, disabled: bool
) -> None:
    st.button(
        text,
        key=f"move-{steps}-{item.id}",
        icon=icon,
        type="tertiary",
        disabled=disabled,
        on_click=sets.move_item,
        args=(kb.store, item.id, steps),
    )


def _noted(kb: KnowledgeBase, item_id: int) -> None:
    sets.set_note(kb.store, item_id, str(st.session_state[f"note-{item_id}"]))


def _remove(kb: KnowledgeBase, item_id: int) -> None:
    sets.remove_item(kb.store, item_id)
    state.offer_undo(
        _("Removed from the set."), lambda: sets.remove_item(kb.store, item_id, restore=True)
    )


def _remove_set(kb: KnowledgeBase, view: SetView) -> None:
    sets.remove_set(kb.store, view.id)
    state.offer_undo(
        _("“{name}” was removed.").format(name=view.name),
        lambda: sets.remove_set(kb.store, view.id, restore=True),
    )


draw()
