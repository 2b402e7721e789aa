"""Saved searches on the search page: saving one, the list with what is new, and one that is open.

Owns drawing; `kb.saved_searches` keeps them and `kb.saved_search_news` says what is new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app import markup, state
from app.demonstration import replica_mark
from app.i18n import _, _n, language, moment
from app.labels import file_name, pages_label, value_label
from app.query import LISTS, Query
from app.widgets.page import heading, link, note, problem
from corpora.errors import CorporaError
from kb.bibliography import label
from kb.errors import KbError
from kb.exports.atom_feed import MEDIA_TYPE, render_feed
from kb.knowledge_base import KnowledgeBase
from kb.saved_search_hits import keep_change, keep_search
from kb.saved_search_news import News, count_news, list_news, new_passages
from kb.saved_searches import (
    LONGEST_NAME,
    SavedView,
    list_searches,
    mark_seen,
    remove_search,
    rename_search,
    unmark_seen,
    write_filters,
)
from kb.search.rows import Filters

_SHOWN = 240  # characters of a new passage in the list of news
_MOST_NEWS = 20  # of them drawn; the feed and the command line have the rest


def saved_bar(kb: KnowledgeBase, query: Query) -> set[str]:
    """Draw what belongs to the present question; return the passages that are new to it.

    A saved search that is asked shows its name, what is new and what can be done with it; any
    other question can be saved.
    """
    if query.like or not (query.q or query.filter_count):
        return set()
    views = list_searches(kb.store)
    open_ = opened(views, query.q, state.filters(query))
    if open_ is None:
        with st.container(horizontal=True, gap="small", key="sv-saved"):
            with st.popover(_("Save this search"), icon=":material/bookmark_add:", key="sv-save"):
                _save_form(kb, query, views)
            if views:
                with st.popover(_("Saved searches"), icon=":material/bookmarks:", key="sv-open"):
                    for view in views:
                        with st.container(key=f"sv-row-open-{view.id}"):
                            _row(kb, view)
        return set()
    _open_search(kb, open_)
    return new_passages(kb.store, open_, since=open_.seen_at)


def saved_list(kb: KnowledgeBase) -> None:
    """Draw every saved search with what is new to it; nothing where none is saved."""
    views = list_searches(kb.store)
    if not views:
        return
    heading(_("Saved searches"))
    for view in views:
        with st.container(key=f"sv-row-saved-{view.id}"):
            _row(kb, view)
            _acts(kb, view)


def opened(views: Sequence[SavedView], text: str, filters: Filters) -> SavedView | None:
    """The saved search that asks this, whatever the order of its filters."""
    wanted = (text, _unordered(filters))
    return next((v for v in views if (v.query, _unordered(v.filters)) == wanted), None)


def _unordered(filters: Filters) -> dict[str, Any]:
    kept = write_filters(filters)
    return {name: sorted(v) if isinstance(v, list) else v for name, v in kept.items()}


def _save_form(kb: KnowledgeBase, query: Query, views: Sequence[SavedView]) -> None:
    note(_("It is asked again at each refresh, and what it finds for the first time is new."))
    names = {view.id: view.name for view in views}
    with st.form("sv-save-form", border=False):
        name = st.text_input(
            _("Name of the search"),
            key="save-name",
            max_chars=LONGEST_NAME,
            placeholder=_("Confidentiality, Norway"),
        )
        instead = None
        if views:
            instead = st.selectbox(
                _("Or in the place of"),
                list(names),
                index=None,
                format_func=names.__getitem__,
                key="save-instead",
                placeholder=_("choose a saved search"),
            )
        wanted = st.form_submit_button(_("Save"), type="primary", key="save-go")
    if not wanted:
        return
    text, filters = query.q, state.filters(query)
    try:
        if instead is None:
            keep_search(kb, name, text, filters, owner=state.coder(kb.settings))
        else:
            keep_change(kb, instead, text, filters)
    except (KbError, CorporaError) as error:
        problem(error)
    else:
        st.rerun()


def _row(kb: KnowledgeBase, view: SavedView) -> None:
    """A saved search in a list: a link that asks it, what is new, what it asks."""
    link("search", view.name, view.parameters())
    new = count_news(kb.store, view, since=view.seen_at)
    parts = [new_badge(new) if new else None, markup.plain(described(kb, view))]
    st.html(f'<p class="sv-line">{markup.joined(parts)}</p>')


def new_badge(new: int) -> str:
    """HTML of a small label that says how many passages are new."""
    return markup.badge(_n("{n} new", "{n} new", new), "new")


def described(kb: KnowledgeBase, view: SavedView) -> str:
    """What a saved search asks, in words: its question and the values of its filters."""
    parts = [_("“{text}”").format(text=view.query)] if view.query else []
    asked: Mapping[str, Any] = view.parameters()
    parts += [_value(kb, name, value) for name in LISTS for value in asked.get(name, ())]
    if view.filters.year_from is not None:
        parts.append(_("from {year}").format(year=view.filters.year_from))
    if view.filters.year_to is not None:
        parts.append(_("to {year}").format(year=view.filters.year_to))
    if view.filters.verified:
        parts.append(_("checked by a person"))
    return ", ".join(parts)


def _value(kb: KnowledgeBase, name: str, value: str) -> str:
    try:
        return value_label(kb.codebook, name, value)
    except CorporaError:  # the codebook has lost it since; the search can still be removed
        return value


def _open_search(kb: KnowledgeBase, view: SavedView) -> None:
    since = view.seen_at
    new = count_news(kb.store, view, since=since)
    since_when = since or view.baseline_at
    if since_when is None:
        said = _("its first refresh is still to come")
    else:
        said = _("since {date}").format(date=moment(since_when))
    counted = new_badge(new) if new else markup.plain(_("nothing new"))
    parts = [f"<strong>{markup.plain(view.name)}</strong>", f"{counted} {markup.plain(said)}"]
    with st.container(key="sv-saved-open"):
        st.html(f'<p class="sv-line">{markup.joined(parts)}</p>')
        _acts(kb, view, new=new)
        if new:
            _news(list_news(kb.store, view, since=since, most=_MOST_NEWS), new)


def _news(news: Sequence[News], total: int) -> None:
    """Draw what is new, folded: it may stand far down among the results."""
    with st.expander(_("What is new"), key="sv-news", icon=":material/fiber_new:"):
        for one in news:
            with st.container(key=f"sv-row-news-{one.passage.id}"):
                title = str(one.publication.csl.get("title") or one.publication.label)
                place = {"publication": one.publication.id, "passage": one.passage.id}
                link("library", title, place)
                pages = pages_label(one.passage.page_label, one.passage.page_label_end)
                where = [label(one.publication.csl, language()), pages, moment(one.hit.at)]
                line = markup.joined(markup.plain(part) if part else None for part in where)
                st.html(
                    f'<p class="sv-line">{line}</p><blockquote class="sv-quote" '
                    f'lang="{markup.plain(one.passage.language)}">'
                    f"<p>{markup.plain(_shortened(one.passage.text))}</p></blockquote>"
                    + replica_mark(one.publication.id)
                )
        if total > len(news):
            note(
                _("and {n} more, in the feed and in `samvirke saved show`").format(
                    n=total - len(news)
                )
            )


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN].rsplit(" ", 1)[0] + " …"


def _acts(kb: KnowledgeBase, view: SavedView, *, new: int = 0) -> None:
    """Draw what can be done with a saved search; `new` offers to mark that as seen."""
    with st.container(
        horizontal=True, gap="small", vertical_alignment="center", key=f"sv-acts-saved-{view.id}"
    ):
        if new:
            st.button(
                _("Mark as seen"),
                key=f"saved-seen-{view.id}",
                icon=":material/done_all:",
                type="tertiary",
                on_click=_seen,
                args=(kb, view),
            )
        st.download_button(
            _("Feed"),
            lambda: render_feed(kb.settings, kb.store, view),
            file_name=f"{file_name('samvirke ' + view.name)}.atom",
            mime=MEDIA_TYPE,
            key=f"saved-feed-{view.id}",
            icon=":material/rss_feed:",
            type="tertiary",
            help=_("An Atom feed of what is new; each refresh publishes it too."),
            on_click="ignore",
        )
        with st.popover(
            _("Rename"), icon=":material/edit:", type="tertiary", key=f"sv-saved-rename-{view.id}"
        ):
            _rename(kb, view)
        st.button(
            _("Delete"),
            key=f"saved-delete-{view.id}",
            icon=":material/delete:",
            type="tertiary",
            on_click=_delete,
            args=(kb, view),
        )


def _rename(kb: KnowledgeBase, view: SavedView) -> None:
    with st.form(f"sv-saved-name-{view.id}", border=False):
        name = st.text_input(_("Name of the search"), value=view.name, key=f"saved-name-{view.id}")
        wanted = st.form_submit_button(_("Rename"), type="primary", key=f"saved-rename-{view.id}")
    if not wanted:
        return
    try:
        rename_search(kb.store, view.id, name)
    except KbError as error:
        problem(error)
    else:
        st.rerun()


def _seen(kb: KnowledgeBase, view: SavedView) -> None:
    before = mark_seen(kb.store, view.id)
    state.offer_undo(_("Marked as seen."), lambda: unmark_seen(kb.store, view.id, before))


def _delete(kb: KnowledgeBase, view: SavedView) -> None:
    remove_search(kb.store, view.id)
    state.offer_undo(
        _("“{name}” was removed.").format(name=view.name),
        lambda: _put_back(kb, view),
    )


def _put_back(kb: KnowledgeBase, view: SavedView) -> None:
    try:
        remove_search(kb.store, view.id, restore=True)
    except KbError as error:  # its name was given to another one meanwhile
        state.offer_undo(str(error), None)
