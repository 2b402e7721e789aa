"""Why a passage is among the hits, and where else its text stands: two small lines of a card.

Owns how the `why` and `also_in` of a search record are put into words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app import markup
from app.i18n import _, _n
from app.labels import value_label
from kb.knowledge_base import KnowledgeBase

_MOST_WORDS = 5  # words named; the passage shows them all
_MOST_TITLES = 3  # publications named where a text stands in more


def why_line(kb: KnowledgeBase, record: Mapping[str, Any]) -> str:
    """HTML of why a passage was found; empty for one that was not searched for."""
    why = record.get("why") or {}
    reasons = []
    words = [str(word) for word in why.get("words") or ()]
    if words:
        shown = ", ".join(words[:_MOST_WORDS]) + (" …" if len(words) > _MOST_WORDS else "")
        said = _("phrase and words met: {words}") if why.get("phrase") else _("words met: {words}")
        reasons.append(said.format(words=shown))
    if level := why.get("level"):
        near = _("very close in meaning") if level == "very_close" else _("close in meaning")
        reasons.append(near)
    if factor := why.get("factor"):
        label = value_label(kb.codebook, "factor", str(factor))
        reasons.append(_("coded: {factor}").format(factor=label))
    if not reasons and float(why.get("closeness") or 0.0) > 0:
        reasons.append(_("the nearest in meaning there is"))
    if not reasons:
        return ""
    name = markup.plain(_("Why:"))  # not inside the f-string, where Babel does not find it
    return f'<p class="sv-why"><span>{name}</span> {markup.joined(map(markup.plain, reasons))}</p>'


def also_line(record: Mapping[str, Any]) -> str:
    """HTML of the other publications that hold a passage's text; empty where there are none."""
    others = record.get("also_in") or ()
    if not others:
        return ""
    said = _n(
        "The same text is in {n} other publication",
        "The same text is in {n} other publications",
        len(others),
    )
    titles = [f"“{other.get('title') or _('Without a title')}”" for other in others[:_MOST_TITLES]]
    more = " …" if len(others) > _MOST_TITLES else ""
    return f'<p class="sv-why">{markup.plain(said)}: {markup.plain(", ".join(titles))}{more}</p>'
