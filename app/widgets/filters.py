"""The filter bar: one menu for each kind of filter, and what is set now.

Owns drawing filters and writing a choice into the address; filtering itself is `kb`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from app import markup, state
from app.i18n import _
from app.labels import dimension_label, value_label
from app.query import LISTS, Query
from app.widgets.page import note
from kb.knowledge_base import KnowledgeBase

_MOST, _SHOWN = 5, 40  # unknown values named, and characters of each
_FIRST = ("factor", "direction", "country", "language")  # the others are behind "More"


def understood(kb: KnowledgeBase, query: Query) -> Query:
    """The question without the filter values that there are not; says which were left out."""
    kept: dict[str, tuple[str, ...]] = {}
    unknown: list[str] = []
    for name in LISTS:
        known = kb.labels(name)
        values = getattr(query, name)
        kept[name] = tuple(value for value in values if not known or value in known)
        unknown += [value for value in values if value not in kept[name]]
    if not unknown:
        return query
    said = _("The address asks for filters that there are not ({values}); they are left out.")
    note(said.format(values=", ".join(f"“{value[:_SHOWN]}”" for value in unknown[:_MOST])))
    return query.changed(page=query.page, **kept)


def filter_bar(kb: KnowledgeBase, query: Query, *, exclude: Sequence[str] = ()) -> None:
    """Draw the filters over the values that the knowledge base has; changes go to the address."""
    facets = state.facets(kb)
    with st.container(horizontal=True, gap="small", key="sv-filters"):
        for name in _FIRST:
            if name not in exclude:
                with st.popover(dimension_label(name), key=f"sv-filter-{name}"):
                    _choices(kb, query, name, facets)
        with st.popover(_("Years"), key="sv-filter-years"):
            _years(query, facets.get("year", []))
        with st.popover(_("More filters"), key="sv-filter-more"):
            for name in LISTS:
                if name not in (*_FIRST, *exclude):
                    _choices(kb, query, name, facets)
        _verified(query)
    _chips(kb, query)


def _choices(
    kb: KnowledgeBase, query: Query, name: str, facets: Mapping[str, Sequence[str]]
) -> None:
    chosen = getattr(query, name)
    options = in_order(kb, name, [*facets.get(name, ()), *chosen])
    if not options:
        note(_("Nothing to choose from yet."))
        return
    key = f"filter-{name}"
    st.session_state[key] = list(chosen)
    st.pills(
        dimension_label(name),
        options,
        selection_mode="multi",
        format_func=lambda value: markup.label(value_label(kb.codebook, name, value)),
        key=key,
        on_change=_set_list,
        args=(name,),
    )


def in_order(kb: KnowledgeBase, name: str, values: Sequence[str]) -> list[str]:
    """Values without repeats: codes in the codebook's order, others as they come."""
    codes = list(kb.labels(name))
    places = {code: place for place, code in enumerate(codes)}
    return sorted(dict.fromkeys(values), key=lambda value: places.get(value, len(codes)))


def _set_list(name: str) -> None:
    state.change(**{name: tuple(st.session_state[f"filter-{name}"] or ())})


def _years(query: Query, years: Sequence[str]) -> None:
    options = sorted({int(year) for year in years if str(year).isdigit()})
    for name, text in (("year_from", _("From year")), ("year_to", _("To year"))):
        value = getattr(query, name)
        key = f"filter-{name}"
        st.session_state[key] = value
        st.selectbox(
            text,
            sorted({*options, *([value] if value is not None else [])}),
            key=key,
            placeholder=_("Any"),
            index=None,
            on_change=_set_year,
            args=(name,),
        )


def _set_year(name: str) -> None:
    state.change(**{name: st.session_state[f"filter-{name}"]})


def _verified(query: Query) -> None:
    st.session_state["filter-verified"] = query.verified
    st.toggle(
        _("Checked by a person"),
        key="filter-verified",
        on_change=lambda: state.change(verified=bool(st.session_state["filter-verified"])),
    )


def _chips(kb: KnowledgeBase, query: Query) -> None:
    """Draw each filter that is set as a button that takes it away."""
    if not query.filter_count:
        return
    with st.container(horizontal=True, gap="small", key="sv-chips", vertical_alignment="center"):
        for name in LISTS:
            for value in getattr(query, name):
                rest = tuple(other for other in getattr(query, name) if other != value)
                _chip(value_label(kb.codebook, name, value), {name: rest})
        if query.year_from is not None:
            _chip(_("from {year}").format(year=query.year_from), {"year_from": None})
        if query.year_to is not None:
            _chip(_("to {year}").format(year=query.year_to), {"year_to": None})
        if query.verified:
            _chip(_("checked by a person"), {"verified": False})
        st.button(
            _("Clear all filters"),
            key="filters-clear",
            type="tertiary",
            on_click=lambda: state.ask(state.asked().without_filters()),
        )


def _chip(text: str, change: Mapping[str, object]) -> None:
    name, value = next(iter(change.items()))
    st.button(
        markup.label(text),
        key=f"chip-{name}-{text}",
        icon=":material/close:",
        icon_position="right",
        help=_("Take this filter away"),
        on_click=lambda: state.change(**{name: value}),
    )
