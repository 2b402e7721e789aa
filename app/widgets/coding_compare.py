"""A closed round side by side: who said what of each passage, and settling what differs.

Owns the table and its buttons; differences and settlements are `kb.coding.comparison`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from app import markup, state
from app.i18n import _, _n
from app.labels import value_label
from app.widgets.coding_words import coded_as
from app.widgets.page import count, heading, link, note
from app.widgets.pager import page_of, pager
from kb.coding.acts import act_of, undo
from kb.coding.comparison import ComparedFactor, compare_round, settle
from kb.coding.rounds import RoundView
from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase
from kb.library import PassageView, find_passages

SHOWN = ("open", "different", "all")
SIZE = 10  # passages on a page


def draw_compared(kb: KnowledgeBase, view: RoundView) -> None:
    """Draw a round's passages with what each coder said; differences first of all."""
    heading(view.name)
    if view.closed_at is None:
        note(_("The round is open: what was coded is compared once it is closed."))
        return
    found = compare_round(kb.store, view.id)
    kept = {name: [one for one in found if _fits(one, name)] for name in SHOWN}
    labels = {
        "open": _("To be settled"),
        "different": _("All differences"),
        "all": _("Everything"),
    }
    shown = st.segmented_control(
        _("Shown"),
        SHOWN,
        default="open" if kept["open"] else "all",
        format_func=lambda name: f"{labels[name]} ({len(kept[name])})",
        key=f"compare-shown-{view.id}",
        required=True,
        label_visibility="collapsed",
    )
    groups = [list(group) for _id, group in groupby(kept[shown], lambda one: one.passage_id)]
    count(_n("{n} passage", "{n} passages", len(groups)))
    part, number, pages = page_of(groups, state.asked().page, SIZE)
    texts = find_passages(kb.store, [group[0].passage_id for group in part])
    for group in part:
        _passage(kb, view, texts[group[0].passage_id], group)
    if not groups:
        note(_("Nobody coded anything in this round.") if not found else _("Nothing is left here."))
    pager(pages, number)


def _fits(one: ComparedFactor, shown: str) -> bool:
    differs = one.difference in ("direction", "only")
    return shown == "all" or (differs and (shown == "different" or one.settled is None))


def _passage(
    kb: KnowledgeBase, view: RoundView, passage: PassageView, group: Sequence[ComparedFactor]
) -> None:
    with st.container(key=f"sv-card-compare-{passage.id}"):
        spans = [
            (coding.span.start, coding.span.end)
            for one in group
            for coding in one.codings
            if coding.span is not None
            and coding.span.start is not None
            and coding.span.end is not None
        ]
        spoken = markup.plain(passage.language)
        st.html(
            f'<blockquote class="sv-quote" lang="{spoken}">'
            f"<p>{markup.marked(passage.text, spans)}</p></blockquote>"
        )
        with st.container(key=f"sv-acts-compare-page-{passage.id}"):
            target = {"publication": passage.publication_id, "passage": passage.id}
            link("library", _("Open page"), target, ":material/description:")
        st.html(_table(kb, view, group))
        for one in group:
            if one.difference in ("direction", "only"):
                _settle_row(kb, view, one)


def _table(kb: KnowledgeBase, view: RoundView, group: Sequence[ComparedFactor]) -> str:
    heads = (_("Factor"), *view.coders, _("Settled"))
    head = "".join(f'<th scope="col">{markup.plain(name)}</th>' for name in heads)
    lines = "".join(_row(kb, view, one) for one in group)
    return f'<div class="sv-wide"><table class="sv-table"><tr>{head}</tr>{lines}</table></div>'


def _row(kb: KnowledgeBase, view: RoundView, one: ComparedFactor) -> str:
    differs = one.difference in ("direction", "only")
    cells = []
    for coder in view.coders:
        if coder not in one.said:
            cells.append("<td><small>" + markup.plain(_("not judged")) + "</small></td>")
            continue
        said = one.said[coder]
        if said is None:
            cells.append("<td>" + markup.plain(_("not there")) + "</td>")
        else:
            cells.append(f"<td>{_way(kb, said)}</td>")
    settled = "–" if differs else ""
    if one.settled is not None:
        dismissed = one.settled.act == "dismiss"
        way = markup.plain(_("not there")) if dismissed else _way(kb, one.settled.direction)
        settled = f"{way} <small>{markup.plain(one.settled.coder)}</small>"
    name = markup.plain(value_label(kb.codebook, "factor", one.factor))
    kind = ' class="sv-differs"' if differs and one.settled is None else ""
    return f'<tr{kind}><th scope="row">{name}</th>{"".join(cells)}<td>{settled}</td></tr>'


def _way(kb: KnowledgeBase, direction: str) -> str:
    kind = direction if direction in markup.SYMBOLS else "neutral"
    way = value_label(kb.codebook, "direction", direction)
    return markup.badge(f"{markup.SYMBOLS.get(direction, '●')} {way}", kind)


def _settle_row(kb: KnowledgeBase, view: RoundView, one: ComparedFactor) -> None:
    key = f"{one.passage_id}-{one.factor}"
    name = value_label(kb.codebook, "factor", one.factor)
    with st.container(
        horizontal=True, gap="small", vertical_alignment="center", key=f"sv-settle-{key}"
    ):
        said = markup.plain(_("Settle {factor}:").format(factor=name))
        st.html(f'<span class="sv-who">{said}</span>', width="content")
        for coding in one.codings:
            way = value_label(kb.codebook, "direction", coding.direction).lower()
            st.button(
                markup.label(f"{coding.coder}: {way}"),
                key=f"settle-{key}-{coding.id}",
                on_click=_settle,
                args=(kb, view, one, coding.id, None),
            )
        st.button(
            _("Not there"),
            key=f"settle-{key}-none",
            on_click=_settle,
            args=(kb, view, one, None, None),
        )
        with st.popover(_("Other"), type="tertiary", key=f"sv-settle-other-{key}"):
            for direction in kb.codebook.ids("directions"):
                st.button(
                    markup.label(coded_as(kb, one.factor, direction)),
                    key=f"settle-{key}-{direction}",
                    on_click=_settle,
                    args=(kb, view, one, None, direction),
                )


def _settle(
    kb: KnowledgeBase,
    view: RoundView,
    one: ComparedFactor,
    coding_id: int | None,
    direction: str | None,
) -> None:
    def keep(name: str) -> None:
        try:
            row = settle(
                kb.store,
                kb.codebook,
                view.id,
                one.passage_id,
                one.factor,
                by=name,
                coding_id=coding_id,
                direction=direction,
            )
        except KbError as error:
            state.offer_undo(str(error), None)
            return
        factor = value_label(kb.codebook, "factor", one.factor)
        said = _("“{factor}” is settled for this passage.").format(factor=factor)
        act = act_of(kb.store, name, "coding", row)
        state.offer_undo(said, lambda: undo(kb.store, name, act))

    state.as_coder(kb.settings, keep)
