"""The page that a passage stands on, as a picture with the passage marked.

Owns choosing which page to draw; `kb.page_picture` renders it.
"""

from __future__ import annotations

import streamlit as st

from app import markup
from app.i18n import _
from app.labels import pages_label
from app.widgets.page import note, problem
from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase
from kb.library import PassageView, PublicationDetail
from kb.page_picture import page_picture

PDF = "application/pdf"
_WIDTH = 1000  # pixels: sharp on a screen of double density at half the page's width


def boxes_on(passage: PassageView, page: int) -> list[tuple[float, ...]]:
    """The passage's boxes on one page; anything that is no box is left out."""
    found = []
    for entry in passage.boxes:
        if isinstance(entry, list | tuple) and len(entry) == 2 and entry[0] == page:
            box = entry[1]
            if isinstance(box, list | tuple) and len(box) == 4:
                found.append(tuple(float(value) for value in box))
    return found


def media_type_of(detail: PublicationDetail, sha256: str) -> str | None:
    """The media type of one of a publication's files, as its addresses say."""
    types = (a.media_type for a in detail.addresses if a.sha256 == sha256 and a.media_type)
    return next(types, None)


def draw_page(kb: KnowledgeBase, detail: PublicationDetail, passage: PassageView) -> None:
    """Draw the page of a passage, with a choice where it runs over several pages."""
    media_type = media_type_of(detail, passage.sha256)
    if media_type is not None and PDF not in media_type:
        note(
            _(
                "This passage is from a file without fixed pages ({kind}), so there is no picture."
            ).format(kind=media_type)
        )
        return
    pages = range(passage.page, max(passage.page, passage.page_end) + 1)
    page = passage.page
    if len(pages) > 1:
        page = st.segmented_control(
            _("Page"),
            pages,
            default=passage.page,
            required=True,
            format_func=lambda index: markup.label(_page_name(passage, index)),
            key=f"page-of-{passage.id}",
        )
    try:
        picture = page_picture(
            kb.settings, kb.store, passage.sha256, page, boxes_on(passage, page), _WIDTH
        )
    except KbError as error:
        problem(error)
        return
    described = _("{page} of {title}, with the passage marked").format(
        page=_page_name(passage, page), title=detail.view.csl.get("title") or detail.view.label
    )
    with st.container(key="sv-page"):
        st.image(picture, width="stretch", alt=markup.clean(described))


def _page_name(passage: PassageView, index: int) -> str:
    label = {passage.page: passage.page_label, passage.page_end: passage.page_label_end}.get(index)
    return pages_label(label or str(index + 1), None) or ""
