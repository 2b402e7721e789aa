"""Codings and acts in words: what was coded, and what undo would take back.

Owns the wording only; all text returned is plain.
"""

from __future__ import annotations

from app import markup
from app.i18n import _
from app.labels import value_label
from kb.coding.act_subjects import ActSubject, Step
from kb.knowledge_base import KnowledgeBase


def coded_as(kb: KnowledgeBase, factor: str, direction: str) -> str:
    """A coding in words, with its direction's sign."""
    name = value_label(kb.codebook, "factor", factor)
    way = value_label(kb.codebook, "direction", direction).lower()
    return f"{markup.SYMBOLS.get(direction, '●')} {name}: {way}"


def act_name(act: str) -> str:
    """What an act on a coding is called."""
    return {
        "accept": _("accepted"),
        "reject": _("rejected"),
        "add": _("coded"),
        "change": _("changed"),
        "withdraw": _("withdrawn"),
        "remove": _("removed"),
        "settle": _("settled"),
        "dismiss": _("settled: not there"),
    }.get(act, act)


def subject_words(kb: KnowledgeBase, subject: ActSubject) -> str:
    """What an act was about, in words."""
    if subject.what == "coding" and subject.factor and subject.direction:
        coding = coded_as(kb, subject.factor, subject.direction)
        return f"{coding} ({act_name(subject.act)})"
    if subject.what == "comment":
        return {
            "write": _("a comment"),
            "edit": _("a comment changed"),
            "delete": _("a comment removed"),
        }.get(subject.act, _("a comment"))
    if subject.what == "mark":
        name = subject.round_name or ""
        done = (
            _("a passage of “{round}” done")
            if subject.act == "done"
            else _("a passage of “{round}” not done")
        )
        return done.format(round=name)
    if subject.what == "queue":
        return _("passed over") if subject.act == "pass" else _("a passage done")
    if subject.what == "appraisal":
        return _("an appraisal")
    return subject.what


def step_words(kb: KnowledgeBase, step: Step) -> str:
    """What undoing or redoing would be about, in words."""
    return subject_words(kb, step.subject)


def why_words(kb: KnowledgeBase, why: str | None, factor: str | None) -> str:
    """Why a queue shows a passage; empty where no queue does."""
    name = value_label(kb.codebook, "factor", factor) if factor else ""
    said = {
        "random": _("drawn at random, so that what is left can be estimated"),
        "likely": _("likely about {factor}") if name else _("likely to carry evidence"),
        "rare": _("may be about {factor}, which is rare") if name else _("may be of a rare factor"),
        "uncertain": _("the machine is unsure about {factor}") if name else _("unsure"),
    }.get(why or "", "")
    return said.format(factor=name)
