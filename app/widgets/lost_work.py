"""Work on a publication that lost its passage, on screen: what was said, of which words, by whom.

Owns drawing it; `kb.needs_look` finds it.
"""

from __future__ import annotations

import streamlit as st

from app import markup
from app.i18n import _, _n, moment
from app.labels import value_label
from app.widgets.page import heading, link, note
from kb.knowledge_base import KnowledgeBase
from kb.needs_look import LostCitation, LostCoding, lost_work


def draw_lost_work(kb: KnowledgeBase, publication_id: str) -> None:
    """Draw what needs a look in a publication; nothing where nothing does."""
    work = lost_work(kb.store, publication_id)
    if not len(work):
        return
    with st.container(key="sv-lost"):
        heading(_("Needs a look"), 3)
        note(
            _n(
                "{n} piece of work lost its passage when the text changed; look whether it still "
                "stands.",
                "{n} pieces of work lost their passage when the text changed; look whether they "
                "still stand.",
                len(work),
            )
        )
        for coding in work.codings:
            st.html(quoted(coding.quote, coding_line(kb, coding)))
        for citation in work.citations:
            st.html(quoted(citation.quote, citation_line(citation)))
            link("citation_sets", citation.set_name, {"set": str(citation.set_id)})
        for comment in work.comments:
            values = {"name": comment.by, "date": moment(comment.at), "text": comment.text}
            line = _("Comment by {name}, {date}: {text}").format(**values)
            st.html(quoted(comment.quote, line))


def coding_line(kb: KnowledgeBase, coding: LostCoding) -> str:
    """What a person said of a quotation, who and when."""
    said = {
        "accept": _("“{factor}: {direction}” accepted by {name}, {date}"),
        "reject": _("“{factor}: {direction}” rejected by {name}, {date}"),
    }.get(coding.act, _("“{factor}: {direction}” added by {name}, {date}"))
    return said.format(
        factor=value_label(kb.codebook, "factor", coding.factor),
        direction=value_label(kb.codebook, "direction", coding.direction).lower(),
        name=coding.coder,
        date=moment(coding.at),
    )


def citation_line(citation: LostCitation) -> str:
    """Where a quotation was put, by whom (where that is known) and when."""
    values = {"set": citation.set_name, "name": citation.owner, "date": moment(citation.at)}
    if citation.owner:
        return _("In {name}'s citation set “{set}”, {date}").format(**values)
    return _("In the citation set “{set}”, {date}").format(**values)


def quoted(quote: str, line: str) -> str:
    """HTML of a quotation with what it is about below."""
    mark = markup.badge(_("needs a look"), "gone")
    return (
        f'<blockquote class="sv-quote"><p>{markup.plain(quote)}</p>'
        f"<footer>{mark} {markup.plain(line)}</footer></blockquote>"
    )
