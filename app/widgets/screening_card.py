"""One publication to be screened: what it says of itself, why the machine judged so, the verdicts.

Owns the acts include, exclude and take back on screen; `kb.screening` keeps them.
"""

from __future__ import annotations

import streamlit as st

from app import markup, state
from app.i18n import _, language, moment
from app.labels import makers_label, value_label, verdict_label, year_of
from app.widgets.page import link, note
from kb.knowledge_base import KnowledgeBase
from kb.library import PublicationView, present_passages
from kb.publications import MACHINE
from kb.screening import ScreeningAct, decide, history, withdraw

_ABSTRACT_CHARS = 900  # shown at once; the whole is in the Library
_PASSAGES = 3  # of its beginning, one press away


def screening_card(kb: KnowledgeBase, view: PublicationView) -> None:
    """Draw a publication with its verdicts and the buttons to give another."""
    with st.container(key=f"sv-card-{view.id}"):
        with st.container(key=f"sv-title-{view.id}"):
            link("library", str(view.csl.get("title") or view.label), {"publication": view.id})
        acts = history(kb.store, view.id)
        st.html(_line(kb, view))
        abstract = str(view.csl.get("abstract") or "").strip()
        if abstract:
            cut = abstract[:_ABSTRACT_CHARS] + ("…" if len(abstract) > _ABSTRACT_CHARS else "")
            spoken = markup.plain(view.language)
            st.html(
                f'<blockquote class="sv-quote" lang="{spoken}"><p>{markup.plain(cut)}</p>'
                "</blockquote>"
            )
        reasons = _reasons(kb, acts)
        if reasons:
            st.html(reasons)
        if view.passages:
            _beginning(kb, view)
        _buttons(kb, view, acts)


def _line(kb: KnowledgeBase, view: PublicationView) -> str:
    reason = ""
    if view.verdict == "exclude" and view.verdict_reason:
        reason = kb.codebook.label("exclusion_reasons", view.verdict_reason, language())
    verdict = markup.badge(verdict_label(view.verdict), view.verdict or "undecided")
    parts = [
        markup.plain(makers_label(view.csl)),
        markup.plain(year_of(view.csl) or _("no year")),
        markup.plain(value_label(kb.codebook, "language", view.language) if view.language else ""),
        verdict,
        markup.plain(reason),
    ]
    return f'<p class="sv-line">{markup.joined(parts)}</p>'


def _reasons(kb: KnowledgeBase, acts: list[ScreeningAct]) -> str:
    """HTML of what the machine gives as its reasons, and of people's verdicts."""
    lines = []
    machine = [act for act in acts if act.by == MACHINE]
    if machine:
        lines += [markup.plain(reason) for reason in machine[-1].reasons]
    for act in acts:
        if act.by == MACHINE:
            continue
        said = {"withdrawn": _("taken back")}.get(act.verdict, verdict_label(act.verdict))
        reason = (
            kb.codebook.label("exclusion_reasons", act.reason, language()) if act.reason else ""
        )
        words = ": ".join(filter(None, (said, reason, *act.reasons)))
        who = _("{name}, {when}").format(name=act.by, when=moment(act.at))
        lines.append(f"<strong>{markup.plain(words)}</strong> ({markup.plain(who)})")
    items = "".join(f"<li>{line}</li>" for line in lines)
    return f'<ul class="sv-reasons">{items}</ul>' if items else ""


def _beginning(kb: KnowledgeBase, view: PublicationView) -> None:
    with st.expander(_("Read its beginning")):
        for passage in present_passages(kb.store, view.id)[:_PASSAGES]:
            spoken = markup.plain(passage.language)
            st.html(f'<p class="sv-passage" lang="{spoken}">{markup.plain(passage.text)}</p>')


def _buttons(kb: KnowledgeBase, view: PublicationView, acts: list[ScreeningAct]) -> None:
    by_person = view.verdict_by not in (None, MACHINE)
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"sv-acts-{view.id}"
    ):
        if not (by_person and view.verdict == "include"):
            st.button(
                _("Include"),
                key=f"include-{view.id}",
                icon=":material/check:",
                on_click=_give,
                args=(kb, view.id, "include"),
            )
        _exclude_menu(kb, view)
        if any(act.by == state.coder(kb.settings) and act.counts for act in acts):
            st.button(
                _("Take back"),
                key=f"withdraw-{view.id}",
                icon=":material/undo:",
                type="tertiary",
                on_click=_take_back,
                args=(kb, view.id),
            )


def _exclude_menu(kb: KnowledgeBase, view: PublicationView) -> None:
    turn = int(st.session_state.get(f"exclude-turn-{view.id}", 0))
    at = f"{view.id}-{turn}"  # another key is another menu, closed
    with st.popover(_("Leave out"), icon=":material/close:", key=f"sv-exclude-{at}"):
        reason = st.radio(
            _("Why it is left out"),
            kb.codebook.ids("exclusion_reasons"),
            index=None,
            format_func=lambda id_: kb.codebook.label("exclusion_reasons", id_, language()),
            key=f"exclude-reason-{at}",
        )
        comment = st.text_input(_("Remark"), key=f"exclude-comment-{at}", max_chars=300)
        if st.button(_("Leave out"), key=f"exclude-{view.id}", type="primary", disabled=not reason):
            st.session_state[f"exclude-turn-{view.id}"] = turn + 1
            _give(kb, view.id, "exclude", reason, comment.strip() or None)
            st.rerun()
        if not reason:
            note(_("Choose a reason first; it is counted in the flow."))


def _give(
    kb: KnowledgeBase,
    publication_id: str,
    verdict: str,
    reason: str | None = None,
    comment: str | None = None,
) -> None:
    """Keep a verdict under the person's name, and offer to undo it."""

    def keep(name: str) -> None:
        decide(
            kb.store, kb.codebook, publication_id, verdict, by=name, reason=reason, comment=comment
        )
        said = (
            _("Included; search finds it after the next refresh.")
            if verdict == "include"
            else _("Left out; search does not show it any more.")
        )
        state.offer_undo(said, lambda: withdraw(kb.store, publication_id, by=name))

    state.as_coder(kb.settings, keep)


def _take_back(kb: KnowledgeBase, publication_id: str) -> None:
    def keep(name: str) -> None:
        withdraw(kb.store, publication_id, by=name)

    state.as_coder(kb.settings, keep)
