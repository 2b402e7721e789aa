"""When one may stop: what the answers so far say of everything that nobody has looked at.

Owns the verdict's sentence in the session's language and the chart; the figures, and what they
guarantee, are `kb.coding.queue_reading`'s and `kb.coding.stopping`'s.
"""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from app import markup
from app.i18n import _
from app.labels import value_label
from app.widgets.coding_chooser import choose_task
from app.widgets.coding_task import QUEUE
from app.widgets.page import heading, link, note, table
from kb.coding.queue import open_queue
from kb.coding.queue_reading import Estimate, Share, estimate, queue_status
from kb.coding.stopping import StoppingVerdict
from kb.knowledge_base import KnowledgeBase

_TARGETS = (0.8, 0.9, 0.95, 0.99)  # shares of the relevant ones that people ask for


def draw_stop(kb: KnowledgeBase) -> None:
    """Draw how far a queue is, whether one may stop, and what the random share says."""
    kb.generation()
    with st.container(horizontal=True, vertical_alignment="bottom", key="sv-coding-choice"):
        factors = ("", *kb.codebook.ids("factors"))
        asked = st.query_params.get("factor", "")
        st.session_state["stop-factor"] = asked if asked in factors else ""
        factor = st.selectbox(
            _("Factor"),
            factors,
            format_func=lambda id_: value_label(kb.codebook, "factor", id_) if id_ else _("All"),
            key="stop-factor",
            on_change=lambda: choose_task(factor=str(st.session_state["stop-factor"])),
        )
        target = st.segmented_control(
            _("How much of what is relevant is wanted"),
            _TARGETS,
            default=_TARGETS[2],
            required=True,
            format_func=percent,
            key="stop-target",
        )
    queue = open_queue(kb.store, kb.codebook, factor=factor or None)
    status = queue_status(kb.settings, kb.store, kb.codebook, queue)
    if not status.answered:
        heading(_("Nobody has answered anything in this queue yet"))
        note(
            _("Code some passages of it first; what is drawn at random among them tells the rest.")
        )
        with st.container(key="sv-acts-stop"):
            link("coding", _("Code it"), {"from": QUEUE, "factor": factor or ""}, ":material/edit:")
        return
    found = estimate(kb.settings, kb.store, kb.codebook, queue, float(target))
    kind = "sv-go" if found.verdict.stop else "sv-wait"
    sentence = markup.plain(verdict_sentence(found.verdict))
    st.html(f'<p class="sv-verdict {kind}" role="status">{sentence}</p>')
    said = _(
        "{answered} of {total} passages answered, {found} relevant (people coded what the queue "
        "asks for); {random} of those answered were drawn at random for this queue."
    )
    note(
        said.format(
            answered=status.answered,
            total=status.population,
            found=status.found,
            random=status.random_answered,
        )
    )
    _chart(found, float(target))
    _figures(found)


def verdict_sentence(verdict: StoppingVerdict) -> str:
    """Whether one may stop, in the session's language."""
    if verdict.unseen == 0:
        return _("You may stop: everything has been looked at.")
    sure, wanted = percent(verdict.confidence), percent(verdict.target)
    if verdict.stop:
        said = _(
            "You may stop: with {sure} confidence at least {wanted} of the relevant passages are "
            "found ({found} found, at most {most} in all)."
        )
        return said.format(sure=sure, wanted=wanted, found=verdict.found, most=verdict.at_most)
    said = _(
        "Not yet: with {sure} confidence at least {recall} of the relevant passages are found, "
        "{wanted} is wanted. {left} more drawn at random without a relevant one would do; {unseen} "
        "are unseen."
    )
    return said.format(
        sure=sure,
        recall=percent(verdict.recall),
        wanted=wanted,
        left=verdict.draws_left,
        unseen=verdict.unseen,
    )


def percent(share: float) -> str:
    """A share in whole per cent, never rounded up; its sign does not break off."""
    return f"{math.floor(100 * share + 1e-9)}\N{NO-BREAK SPACE}%"


def _chart(found: Estimate, target: float) -> None:
    points = [*found.chart]
    if not points:
        note(_("A chart stands here once a second batch has been drawn."))
        return
    import altair as alt

    rows = [
        {"looked": point.looked_at, "recall": 100 * point.recall, "found": point.found}
        for point in points
    ]
    looked, sure = _("Passages looked at"), _("Surely found, %")
    line = (
        alt.Chart(alt.Data(values=rows))
        .mark_line(point={"color": "#0b5563"}, color="#0b5563")
        .encode(
            x=alt.X("looked:Q", title=looked, axis=_axis(tickMinStep=1, grid=False)),
            y=alt.Y(
                "recall:Q",
                title=sure,
                scale=alt.Scale(domain=[0, 100]),
                axis=_axis(
                    values=[0, 25, 50, 75, 100],
                    titleAngle=0,
                    titleAlign="left",
                    titleAnchor="end",
                    titleX=0,
                    titleY=-12,
                ),
            ),
            tooltip=[
                alt.Tooltip("looked:Q", title=looked),
                alt.Tooltip("found:Q", title=_("Relevant")),
                alt.Tooltip("recall:Q", title=sure, format=".0f"),
            ],
        )
    )
    wanted = alt.Data(values=[{"wanted": 100 * target}])
    rule = alt.Chart(wanted).mark_rule(strokeDash=[5, 4], color="#803500").encode(y="wanted:Q")
    st.altair_chart((line + rule).properties(height=260), width="stretch")


def _axis(**more: Any) -> Any:
    """A quiet axis: light lines, its title in plain letters."""
    import altair as alt

    return alt.Axis(
        gridColor="#e3e8ec", domainColor="#b9c4cc", tickColor="#b9c4cc", labelColor="#4a5560",
        titleColor="#4a5560", titleFontWeight="normal", format="d", **more,
    )  # fmt: skip


def _figures(found: Estimate) -> None:
    rows = [(_("Relevant among all passages"), found.prevalence)]
    if found.machine_right is not None and found.machine_finds is not None:
        rows += [
            (_("Right among the machine's suggestions"), found.machine_right),
            (_("Suggested among what is relevant"), found.machine_finds),
        ]
    lines = "".join(_figure(name, share) for name, share in rows)
    st.html(table((_("Estimate"), _("Share"), _("95 % interval"), _("Of")), lines, (1, 2, 3)))
    said = _(
        "Estimated from the first {n} passages of the random order: those that the queue drew at "
        "random, and those among them that were answered for another reason, up to the first that "
        "nobody has answered. So it may be another number than that of the random draws above."
    )
    note(said.format(n=found.prevalence.of))


def _figure(name: str, share: Share) -> str:
    value = percent(share.hits / share.of) if share.of else "–"
    interval = f"{percent(share.low)} – {percent(share.high)}" if share.of else "–"
    cells = (value, interval, str(share.of))
    told = "".join(f'<td class="sv-right">{markup.plain(cell)}</td>' for cell in cells)
    return f'<tr><th scope="row">{markup.plain(name)}</th>{told}</tr>'
