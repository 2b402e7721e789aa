"""What a draft is by where it stands: title pages, contents, footnotes, reference lists, colophons.

Owns these rules for paged documents. They only take text out of the evidence; none is dropped.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from pipeline.extract.headings import (
    announced_kind,
    bare_heading,
    is_list_of_contents,
)
from pipeline.extract.metadata.front_lines import is_front_line
from pipeline.extract.metadata.imprint import read_byline
from pipeline.extract.metadata.labels import label_of
from pipeline.extract.pdf_blocks import Draft, Style
from pipeline.extract.pdf_lines import TextLine

_COVER_WORDS = 130  # words; a page with fewer and no paragraph may be a cover or title page
_PROSE_WORDS = 12  # words; a longer draft that ends like a sentence is prose
_PROSE_SHARE = 0.6  # of a page's words; with more in prose it is a page of text
_PARAGRAPH_WORDS = 25  # words; a cover has no paragraph this long
_FRONT_PAGES = 6  # pages at the front, and as many at the back, where colophons stand
_COLOPHON_SIGNS = re.compile(
    r"\bisbn\b|\bissn\b|©|copyright|\bdoi:|\btrykk:|\btryck:|\btryk:|\bpaino|utgiver|utgivare|udgiver"
    r"|julkaisija|útgefandi|publisher|forsidefoto|omslag|layout|grafisk (?:form|design)|opplag"
    r"|upplaga|oplag|creative commons|lisens|licens|diarienummer"
    r"|saksnummer|artikelnummer|ansvarlig utgiver|all rights reserved",
    re.IGNORECASE,
)
_WEAK_SIGNS = re.compile(
    r"(?:publisher|utgiver|utgivare|udgiver|julkaisija|útgefandi|paino|omslag|layout|opplag|upplaga"
    r"|oplag|lisens|licens|grafisk (?:form|design))"
)
"""Signs that are words of ordinary sentences too: without another one they make no colophon."""
_ENDS_NUMBER = re.compile(r"(?:\s|\.)(?:\d{1,4}|[ivxlc]{1,7})$")
_NOTE = re.compile(r"^(?:\d{1,3}|[*†‡¹²³⁴-⁹]{1,3})[.)]?\s*\S")
_SENTENCE_END = re.compile(r"[.!?:…][\"'»”’)\]]*$")
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2})*[.)]?\s+[^\W\d_a-zæøåäöþð]")  # "1 Funn": no title
_NOTE_ZONE = 0.35  # of the page's height from the bottom, where footnotes begin


def mark_roles(
    drafts: list[Draft], style: Style, sizes: Sequence[tuple[float, float]], title: str | None
) -> None:
    """Set the kind of drafts that are not evidence, in place."""
    by_page: dict[int, list[Draft]] = defaultdict(list)
    for draft in drafts:
        by_page[draft.page].append(draft)
    body: dict[int, list[TextLine]] = defaultdict(list)
    for draft in drafts:
        if draft.kind in ("text", "heading"):
            for line in draft.lines:
                body[line.page].append(line)
    last = max(by_page, default=0)
    broken_off = False
    for page in sorted(by_page):
        own = by_page[page]
        broken_off = _mark_footnotes(own, body.get(page, []), sizes[page][1], broken_off)
        if page < _FRONT_PAGES:
            _mark_title(own, page, title, style)
        if page < _FRONT_PAGES or page > last - _FRONT_PAGES:
            _mark_colophon(own)
    _mark_contents(drafts, by_page)
    _mark_front_lines(drafts)


def _mark_front_lines(drafts: Sequence[Draft]) -> None:
    """Call lines about the publication before the first heading colophon."""
    for draft in drafts:
        if draft.kind == "heading" and draft.level != 0:
            return
        if draft.kind in ("text", "small") and is_front_line(draft.text):
            draft.kind = "colophon"


def _words(drafts: Sequence[Draft]) -> int:
    return sum(len(draft.text.split()) for draft in drafts)


def is_cover(own: Sequence[Draft]) -> bool:
    """Return whether a page's drafts are a cover or title page: few words, no paragraph.

    A short page of sentences (a letter, a last page, one slide) is none.
    """
    words = _words(own)
    prose = [d for d in own if d.kind == "text" and _SENTENCE_END.search(d.text)]
    if words >= _COVER_WORDS or (
        _words([d for d in prose if len(d.text.split()) >= _PROSE_WORDS]) > _PROSE_SHARE * words
    ):
        return False
    return all(
        len(draft.text.split()) < _PARAGRAPH_WORDS or draft.kind == "heading" for draft in own
    )


def _mark_title(own: list[Draft], page: int, title: str | None, style: Style) -> None:
    """Take the title and what stands around it on a title page out of sections and evidence."""
    wanted = bare_heading(title) if title else ""
    titled = [
        draft
        for draft in own
        if wanted
        and len(draft.text) > 3
        and not _NUMBERED.match(draft.text)
        and (
            bare_heading(draft.text) == wanted
            or (draft.kind == "heading" and draft.text in (title or ""))
        )
    ]
    numbered = any(announced_kind(draft.text) for draft in own if draft.kind == "heading")
    if is_cover(own) and (page == 0 or titled) and not numbered:
        for draft in own:
            draft.kind, draft.level = ("heading", 0) if draft in titled else ("colophon", None)
        return
    for draft in titled:
        draft.kind, draft.level = "heading", 0
    if page == 0 and titled:
        at = own.index(titled[-1])
        for draft in own[:at]:
            if draft not in titled and len(draft.text.split()) < _PARAGRAPH_WORDS:
                draft.kind = "colophon"
        for draft in own[at + 1 :]:
            if len(draft.text.split()) >= _PARAGRAPH_WORDS or (
                draft.kind == "heading"
                and draft.style[0] <= titled[-1].style[0] * 0.9
                and (
                    announced_kind(draft.text)
                    or draft.style[1]
                    or draft.style[0] > style.size * 1.1
                )
                and not _is_under_title(draft)
            ):
                break
            draft.kind, draft.level = "colophon", None


def _is_under_title(draft: Draft) -> bool:
    """Return whether a line set large under a title is its subtitle or byline, not a heading."""
    if draft.kind != "heading" or announced_kind(draft.text) is not None:
        return False
    return "," in draft.text or bool(read_byline(draft.text))


def _mark_footnotes(
    own: list[Draft], body: Sequence[TextLine], height: float, broken_off: bool
) -> bool:
    """Call small text at the foot of a column footnotes; other small text is ordinary text.

    `body` holds the page's lines of ordinary size; none of them stands under a footnote.
    `broken_off`: the page before ends inside a note, which may go on here. Returns the same of
    this page.
    """
    goes_on = next((d for d in own if d.kind == "small" and d.text[:1].islower()), None)
    for draft in reversed(own):
        if draft.kind != "small":
            continue
        first = draft.lines[0]
        low = first.top > (1 - _NOTE_ZONE) * height
        noted = bool(_NOTE.match(draft.text))
        under = any(
            line.top > first.top and line.x0 < first.x1 and line.x1 > first.x0 for line in body
        )
        rest = broken_off and draft is goes_on
        is_note = not under and (low or noted) and (noted or rest or _note_above(own, draft))
        draft.kind = "footnote" if is_note else "text"
    notes = [draft for draft in own if draft.kind == "footnote"]
    return bool(notes) and not _SENTENCE_END.search(notes[-1].text)


def _note_above(own: Sequence[Draft], draft: Draft) -> bool:
    at = own.index(draft)
    return any(
        other.kind == "small" and _NOTE.match(other.text) for other in own[max(0, at - 6) : at]
    )


def _mark_colophon(own: list[Draft]) -> None:
    """Call a page of short lines with imprint signs a colophon."""
    text = "\n".join(draft.text for draft in own)
    signs = {match.group().lower() for match in _COLOPHON_SIGNS.finditer(text)}
    labels = {found[0] for found in map(label_of, text.split("\n")) if found}
    long = [d for d in own if len(d.text.split()) >= 2 * _PARAGRAPH_WORDS and d.kind == "text"]
    telling = bool(labels) or any(not _WEAK_SIGNS.fullmatch(sign) for sign in signs)
    if len(signs | labels) >= 2 and telling and _words(own) < 350 and len(long) <= 1:
        for draft in own:
            if draft.kind in ("text", "heading", "small") and draft.level != 0:
                draft.kind, draft.level = "colophon", None


def _mark_contents(drafts: list[Draft], by_page: dict[int, list[Draft]]) -> None:
    """Call the lines of contents pages contents: under the heading, or by their page numbers."""
    in_contents = False
    for page in sorted(by_page):
        own = by_page[page]
        numbered = sum(1 for d in own if d.kind == "contents" or _ends_in_number(d))
        mostly = numbered >= (0.4 * len(own) if in_contents else max(4, 0.5 * len(own)))
        starts = next(
            (
                at
                for at, draft in enumerate(own)
                if is_list_of_contents(draft.text) and len(draft.text.split()) <= 6
            ),
            None,
        )
        if starts is not None and (mostly or numbered >= 2):
            own[starts].kind, own[starts].level = "heading", 1
            for draft in own[starts + 1 :]:
                _to_contents(draft)
            in_contents = True
        elif in_contents and mostly:
            for draft in own:
                _to_contents(draft)
        else:
            in_contents = False
            for draft in own:
                if draft.kind == "contents" and not _ends_in_number(draft):
                    draft.kind = "text"


def _to_contents(draft: Draft) -> None:
    if len(draft.text.split()) < 2 * _PARAGRAPH_WORDS or _ends_in_number(draft):
        draft.kind, draft.level = "contents", None


def _ends_in_number(draft: Draft) -> bool:
    return bool(draft.lines) and bool(_ENDS_NUMBER.search(draft.lines[-1].text))
