"""Which files make a publication, and why, on screen; joining and splitting by a person.

Owns drawing; `kb.grouping` decides and keeps, the reasons are `kb.grouping_reasons`'.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import markup, state
from app.i18n import _, _n, moment
from app.widgets.page import heading, link, note
from app.widgets.record import address_table
from kb.errors import KbError
from kb.files import ItemFiles
from kb.grouping import DecisionView, join, list_decisions, split, undo_decision
from kb.grouping_reasons import read_reason
from kb.knowledge_base import KnowledgeBase
from kb.library import PublicationDetail, list_publications

_FOUND = 8  # publications offered for a join; a narrower search finds the others
_MOST = 100  # items drawn; what a crawler met at a thousand addresses is one list all the same


def draw_files(kb: KnowledgeBase, detail: PublicationDetail) -> None:
    """Draw a publication's files by where they were found, each with the reason it is here."""
    many = len(detail.items) > 1
    if many:
        note(
            _n(
                "Found at {n} place and taken for one publication:",
                "Found at {n} places and taken for one publication:",
                len(detail.items),
            )
        )
    for item in detail.items[:_MOST]:
        with st.container(key=f"sv-item-{markup_key(item.key)}", gap="xxsmall"):
            if many:
                st.html(_item_head(item))
            st.html(address_table(item.addresses))
    if not detail.items:
        st.html(address_table(detail.addresses))
    _decisions(kb, detail)
    _split(kb, detail)
    _join(kb, detail)


def markup_key(text: str) -> str:
    """Text as a part of a widget's key."""
    return "".join(char if char.isalnum() else "-" for char in text)[:120]


def reason_label(sentence: str | None) -> str:
    """Why an item is here, in this session's language; an unknown sentence as it stands."""
    read = read_reason(sentence or "")
    if read is None:
        return sentence or ""
    code, details = read
    return {
        "new": _("found first"),
        "decided": _("put here by {by}"),
        "version": _("says that it is a version of {item}"),
        "doi": _("the same DOI, {value}"),
        "file": _("the same file at another address"),
        "isbn": _("the same ISBN, {value}"),
        "series": _("the same number in the same series, {value}"),
        "title": _("the same title, and no year or author against it"),
        "near_title": _("nearly the same title, and the same author or publisher"),
        "subtitle": _("the same title but for its subtitle, and the same author or publisher"),
        "edition": _("the same title and author or publisher, in another edition"),
        "text": _("nearly the same text ({percent} %)"),
        "parallel": _("its title is given as the other one's in another language"),
        "translation": _("the same makers, names and figures in another language"),
        "summary": _("a summary of it, by its title"),
    }[code].format(**details)


def item_label(item: ItemFiles) -> str:
    """What an item is called: its address, or the name of a file that was given."""
    named = next((a.filename for a in item.addresses if a.url.startswith("upload:")), None)
    return named or item.key


def _unlinked(text: str) -> str:
    """An address as a label that is pressed, not followed: markdown would make it a link."""
    return markup.label(text.partition("://")[2] or text).replace("www", "www\u2060")


def _item_head(item: ItemFiles) -> str:
    why = markup.badge(reason_label(item.reason), "why")
    return f'<p class="sv-line"><strong>{markup.plain(item_label(item))}</strong> {why}</p>'


def _decisions(kb: KnowledgeBase, detail: PublicationDetail) -> None:
    acts = list_decisions(kb.store, detail.view.id)
    if not acts:
        return
    heading(_("Decided by people"), 4)
    st.html("".join(f'<p class="sv-line">{_act(act)}</p>' for act in reversed(acts)))
    if any(act.stands for act in acts):

        def take_back(name: str) -> None:
            if _undo(kb, detail.view.id, name):
                state.offer_undo(_("Taken back; what was apart is apart again."), None)

        st.button(
            _("Take the newest back"),
            key=f"grouping-undo-{detail.view.id}",
            icon=":material/undo:",
            type="tertiary",
            on_click=lambda: state.as_coder(kb.settings, take_back),
        )


def _undo(kb: KnowledgeBase, publication_id: str, name: str, other: str | None = None) -> bool:
    """Take the newest act back, of just these two where another is named; or say why not."""
    try:
        undo_decision(kb.store, publication_id, name, other)
    except KbError as error:
        state.offer_undo(str(error), None)
        return False
    return True


def _act(act: DecisionView) -> str:
    said = {
        "join": _("Joined by {name}, {date}"),
        "split": _("Split by {name}, {date}"),
    }[act.act].format(name=act.by, date=moment(act.at))
    text = markup.plain(f"{said}: {act.comment}" if act.comment else said)
    undone = markup.badge(_("taken back"), "gone")
    return text if act.stands else f"<s>{text}</s> {undone}"


def _split(kb: KnowledgeBase, detail: PublicationDetail) -> None:
    """Draw the form that says which of the files are another publication."""
    choices = {item.key: item_label(item) for item in detail.items}
    if len(detail.items) == 1:  # its documents may be two publications
        documents = [a for a in detail.items[0].addresses if a.role == "document"]
        choices = {a.url: a.filename or a.url for a in documents if a.url != a.item}
        if len(choices) < 2:
            return
    elif not detail.items:
        return
    key = detail.view.id
    with st.expander(_("These are two publications"), icon=":material/call_split:"):
        note(
            _(
                "Choose what belongs to the other one. What people did on its passages goes with "
                "its files; its title is read anew at the next refresh."
            )
        )
        with st.form(f"sv-split-{key}", border=False):
            chosen = [
                url
                for url, label in choices.items()
                if st.checkbox(_unlinked(label), key=f"split-{key}-{markup_key(url)}")
            ]
            comment = st.text_input(_("Why (for those who come after you)"), key=f"split-why-{key}")
            wanted = st.form_submit_button(_("Make it two"), key=f"split-go-{key}")
        if wanted:
            state.as_coder(kb.settings, lambda name: _do_split(kb, key, chosen, name, comment))
            if state.PENDING not in st.session_state:
                st.rerun()


def _do_split(
    kb: KnowledgeBase, publication_id: str, chosen: list[str], name: str, comment: str
) -> None:
    try:
        new_id = split(kb.store, publication_id, chosen, name, comment)
    except KbError as error:
        state.offer_undo(str(error), None)
        return
    state.offer_undo(
        _("It is two publications now; both are in the Library."),
        lambda: _undo(kb, publication_id, name, new_id),
    )


def _join(kb: KnowledgeBase, detail: PublicationDetail) -> None:
    """Draw the search for the publication that this one is the same as."""
    key = detail.view.id
    with st.expander(_("It is the same as another publication"), icon=":material/merge:"):
        text = st.text_input(_("Title or author of the other"), key=f"join-text-{key}")
        if not text.strip():
            return
        others = [v for v in list_publications(kb.store, text.strip()) if v.id != key]
        if not others:
            note(_("No other publication fits; try fewer words."))
        for view in others[:_FOUND]:
            with st.container(
                horizontal=True, vertical_alignment="center", key=f"sv-row-join-{view.id}"
            ):
                title = str(view.csl.get("title") or view.label)
                link("library", title, {"publication": view.id})
                st.html(f'<span class="sv-who">{markup.plain(view.label)}</span>', width="content")
                st.button(
                    _("The same"),
                    key=f"join-{key}-{view.id}",
                    icon=":material/merge:",
                    on_click=_joiner(kb, key, view.id),
                )
        if len(others) > _FOUND:
            note(_("More fit; add a word to find the others."))


def _joiner(kb: KnowledgeBase, kept: str, other: str) -> Callable[[], None]:
    def act(name: str) -> None:
        try:
            join(kb.store, kept, other, name)
        except KbError as error:
            state.offer_undo(str(error), None)
            return
        state.offer_undo(
            _("They are one publication now; search shows it after the next refresh."),
            lambda: _undo(kb, kept, name, other),
        )

    return lambda: state.as_coder(kb.settings, act)
