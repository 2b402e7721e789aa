"""A passage on screen: where it is from, the quotation, its codings, and what can be done with it.

Owns the card; a record has the shape that `samvirke search` prints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app import markup
from app.demonstration import replica_mark
from app.i18n import _, _n, language
from app.labels import countries_label, makers_label, pages_label, value_label
from app.widgets.codings import add_coding, coding_rows
from app.widgets.page import link, note
from app.widgets.reasons import also_line, why_line
from app.widgets.set_menu import set_menu
from kb.coding.learnt import learnt_from
from kb.display_names import language_name
from kb.knowledge_base import KnowledgeBase

_MOST_SECTIONS = 2  # of a passage's path of headings: the innermost say where it stands


def passage_card(
    kb: KnowledgeBase,
    record: Mapping[str, Any],
    names: dict[int, str],
    *,
    place: str = "hit",
    linked: bool = True,
) -> None:
    """Draw one passage; `names` are the citation sets, `linked` makes its title a link."""
    passage_id, publication_id = str(record["passage_id"]), str(record["publication_id"])
    with st.container(key=f"sv-card-{place}-{passage_id}"):
        title = str(record.get("title") or _("Without a title"))
        if linked:
            with st.container(key=f"sv-title-{place}-{passage_id}"):
                link("library", title, {"publication": publication_id, "passage": passage_id})
        mark = replica_mark(publication_id)
        reasons = why_line(kb, record) + also_line(record)
        st.html(source_line(kb, record, whole=linked) + quotation(record) + mark + reasons)
        coding_rows(kb, record, place)
        with st.container(
            horizontal=True,
            gap="small",
            vertical_alignment="center",
            key=f"sv-acts-{place}-{passage_id}",
        ):
            if linked:
                link(
                    "library",
                    _("Open page"),
                    {"publication": publication_id, "passage": passage_id},
                    ":material/description:",
                )
            set_menu(kb, names, publication_id, passage_id, place)
            add_coding(kb, passage_id, place)
            link("search", _("More like this"), {"like": passage_id}, ":material/join:")
            with st.popover(
                _("Link"),
                icon=":material/link:",
                type="tertiary",
                key=f"sv-link-{place}-{passage_id}",
            ):
                _addresses(record)


def source_line(kb: KnowledgeBase, record: Mapping[str, Any], *, whole: bool = True) -> str:
    """HTML of the line under a title: authors, publisher, year, country, kind, what is learnt.

    Without `whole` only what is the passage's own is said: country, kind and language.
    """
    citation = record.get("citation") or {}
    year = record.get("year")
    kind = record.get("evidence_type")
    codes = [str(code) for code in record.get("countries") or ()]
    spoken = str(record.get("language") or "")
    parts = [
        markup.plain(makers_label(citation)),
        markup.plain(year or _("no year")),
        f"<strong>{markup.plain(countries_label(codes) or '')}</strong>" if codes else "",
        markup.plain(value_label(kb.codebook, "evidence_type", str(kind)) if kind else ""),
        markup.plain(language_name(spoken, language())) if spoken else "",
    ]
    learnt = ""
    if whole and learnt_from(citation, record.get("url")):
        learnt = " " + markup.badge(
            _("machine has learnt from this one"),
            "learnt",
            _("Its labels trained the machine coder, so suggestions here prove little."),
        )
    new = markup.badge(_("new since last time"), "new") + " " if record.get("is_new") else ""
    return f'<p class="sv-line">{new}{markup.joined(parts if whole else parts[2:])}{learnt}</p>'


def quotation(record: Mapping[str, Any]) -> str:
    """HTML of the passage with its matches marked, its section and its page."""
    text = str(record.get("text") or "")
    where = [
        markup.plain(_short_path(str(record.get("section") or ""))),
        markup.plain(pages_label(record.get("page_label"), record.get("page_label_end")) or ""),
    ]
    spoken = markup.plain(record.get("language") or "")
    return (
        f'<blockquote class="sv-quote" lang="{spoken}">'
        f"<p>{markup.marked(text, record.get('highlights') or (), _meaning(record, text))}</p>"
        f"<footer>{markup.joined(where)}</footer></blockquote>"
    )


def _meaning(record: Mapping[str, Any], text: str) -> Sequence[int] | None:
    """The sentence that means the question most, unless that is the whole passage."""
    sentence = record.get("meaning")
    return sentence if sentence and sentence[1] - sentence[0] < len(text.strip()) else None


def _short_path(section: str) -> str:
    parts = section.split(" › ")
    return " › ".join(parts[-_MOST_SECTIONS:])


def _addresses(record: Mapping[str, Any]) -> None:
    permalink = record.get("permalink")
    if permalink:
        note(_("A lasting link to this passage:"))
        st.code(markup.clean(permalink), language=None, wrap_lines=True)
    url = record.get("url")
    if url:
        note(_("The publication at its publisher:"))
        st.html(f'<p class="sv-remark">{markup.link(url)}</p>')


def publication_group(
    kb: KnowledgeBase, record: Mapping[str, Any], names: dict[int, str], place: str = "hit"
) -> None:
    """Draw a publication's best passage as a card and its other passages folded below."""
    passage_card(kb, record, names, place=place)
    others: Sequence[Mapping[str, Any]] = record.get("passages") or ()
    if others:
        from_same = _n(
            "{n} more passage from this publication",
            "{n} more passages from this publication",
            len(others),
        )
        with st.expander(from_same, key=f"sv-more-{place}-{record['passage_id']}"):
            for other in others:
                passage_card(kb, other, names, place=f"{place}-more", linked=True)
