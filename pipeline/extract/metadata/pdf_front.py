"""Metadata of a PDF itself: cover, title page, colophon, Info dictionary.

Owns reading these places, the surest last. The Info dictionary is often the layouter's leftovers:
its title counts only where the front pages say the same, or where nothing else does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from pipeline.extract.headings import announced_kind
from pipeline.extract.metadata import Fields, merge
from pipeline.extract.metadata.imprint import (
    is_date_line,
    is_sender_line,
    read_byline,
    read_imprint,
    read_journal_line,
)
from pipeline.extract.metadata.labels import read_labels
from pipeline.extract.metadata.names import is_body, parse_names
from pipeline.extract.metadata.values import clean, find_year
from pipeline.records import Field

COVER, COLOPHON, INFO = 0.7, 0.78, 0.5
_FRONT = 4  # pages a cover, title page and colophon stand on
_BACK = 2  # pages at the back with a colophon
_TITLE_WORDS = 40  # words; a longer "title" is text set large
_COVER_WORDS = 130  # words; a fuller first page is no cover, and names bodies for other reasons
_TITLES = ("title", "subtitle")
_WORTHLESS = re.compile(
    r"^(?:untitled|microsoft word|document\d*|layout \d|powerpoint|presentation\d*|.*\.(?:docx?|"
    r"indd|"
    r"pdf|pptx?|qxd)|\W*|anonymous|\(anonymous\)|unspecified|\(unspecified\))$",
    re.IGNORECASE,
)
_YEAR_LINE = re.compile(r"^[^\d]{0,40}(?:19|20)\d\d[^\d]{0,3}$|©\s*.*(?:19|20)\d\d", re.IGNORECASE)
_SIGN = re.compile(r"©|copyright|isbn|issn|utgiv|udgiv|julkais|publish|doi|útgef", re.IGNORECASE)


class FrontDraft(Protocol):
    """What is needed of a block here: its text, look and page."""

    text: str
    kind: str
    style: tuple[float, bool, bool]

    @property
    def page(self) -> int:
        """The page's index."""


def read_front(
    drafts: Sequence[FrontDraft],
    body_size: float,
    info: dict[str, str],
    page_count: int,
    packet: Fields,
) -> Fields:
    """Return the metadata a PDF gives of itself; `body_size` is its usual font size in points.

    `packet` is what its XMP packet says: who is an author there is no publisher by the cover alone.
    """
    last = page_count - 1
    front = [draft for draft in drafts if draft.page < _FRONT]
    ends = [*front, *(d for d in drafts if d.page >= max(_FRONT, last - _BACK + 1))]
    title = _cover_title(front, body_size)
    lines = [clean(draft.text) for draft in ends]
    near = [clean(draft.text) for draft in front if draft.page <= 1][:40]
    own = _from_info(info, title, " ".join(near))
    return merge(
        [
            title,
            read_labels([line for line in lines if len(line) < 400], origin="pdf-colophon"),
            _rescore(read_imprint(lines, "pdf-cover"), COVER),
            _byline(near),
            _journal(near),
            _publisher(front, near, title, own, packet),
            _year(front, lines),
            own,
        ]
    )


def _rescore(fields: Fields, confidence: float) -> Fields:
    return {
        key: Field(field.value, field.origin, min(field.confidence, confidence))
        for key, field in fields.items()
    }


def _cover_title(front: Sequence[FrontDraft], body_size: float) -> Fields:
    """Return the largest text of the first page that has text, with a smaller one as subtitle."""
    first_page = next((draft.page for draft in front), None)
    if first_page is None:
        return {}
    own = [draft for draft in front if draft.page == first_page]
    large = [
        draft
        for draft in own
        if draft.style[0] >= 1.15 * body_size and any(map(str.isalpha, draft.text))
    ]
    large = [draft for draft in large if announced_kind(draft.text) is None]
    if not large:
        return {}
    size = max(draft.style[0] for draft in large)
    at = next(i for i, draft in enumerate(own) if draft in large and draft.style[0] == size)
    title = clean(own[at].text)
    if not title or len(title.split()) > _TITLE_WORDS or len(title) < 4:
        return {}
    fields: Fields = {"title": Field(title, "pdf-cover", COVER)}
    for draft in own[at + 1 : at + 2]:
        text = clean(draft.text)
        smaller = 1.15 * body_size <= draft.style[0] < size
        plain = not read_byline(text) and not is_date_line(text) and announced_kind(text) is None
        plain = plain and not is_sender_line(text)
        worded = 2 <= len(text.split()) <= 30 and not text[0].isdigit()
        if smaller and plain and worded and not read_imprint([text], "pdf-cover"):
            fields["subtitle"] = Field(text, "pdf-cover", COVER - 0.1)
    return fields


def _byline(near: Sequence[str]) -> Fields:
    """Return the first line of people's names on the cover or title page."""
    for text in near:
        names = read_byline(text)
        if names:
            return {"authors": Field(names, "pdf-cover", COVER - 0.05)}
    return {}


def _journal(near: Sequence[str]) -> Fields:
    """Return the journal line of an article's first page."""
    for line in near[:12]:
        fields = read_journal_line(line, "pdf-cover")
        if fields:
            return fields
    return {}


def _publisher(front: Sequence[FrontDraft], near: Sequence[str], *said: Fields) -> Fields:
    """Return the organisation named on a line of its own on the cover, most often first.

    Title and subtitle are none. A body that the file calls its author counts only where the cover
    names it once more.
    """
    authors = [name for fields in said if "authors" in fields for name in fields["authors"].value]
    bylines = {name.get("literal") for name in authors}
    titles = {fields[key].value for fields in said for key in _TITLES if key in fields}
    own = [clean(draft.text) for draft in front if draft.page == 0]
    named = [
        line
        for line in own
        if line not in titles
        and (line not in bylines or own.count(line) > 1)
        and is_body(line)
        and len(line.split()) <= 9
        and not re.search(r"\d|[.:;?!]$", line)
    ]
    if not named or sum(len(line.split()) for line in own) > _COVER_WORDS:
        return {}
    return {"publisher": Field(max(named, key=near.count), "pdf-cover", COVER - 0.2)}


def _year(front: Sequence[FrontDraft], lines: Sequence[str]) -> Fields:
    """Return the year of a copyright or date line, or one that stands alone on the cover."""
    for line in lines:
        if len(line.split()) <= 30 and _SIGN.search(line) and re.search(r"©|copyright", line, re.I):
            year = find_year(line)
            if year:
                return {"year": Field(year, "pdf-colophon", COLOPHON)}
    for draft in front:
        text = clean(draft.text)
        if len(text.split()) <= 8 and (is_date_line(text) or _YEAR_LINE.match(text)):
            year = find_year(text)
            if year:
                return {"year": Field(year, "pdf-cover", COVER)}
    return {}


def _from_info(info: dict[str, str], title: Fields, near: str) -> Fields:
    """Return title and author of the Info dictionary, trusted more where the cover agrees."""
    fields: Fields = {}
    name = clean(info.get("Title", ""))
    if name and not _WORTHLESS.match(name) and len(name) > 3:
        agrees = "title" in title and _fold(title["title"].value) == _fold(name)
        fields["title"] = Field(name, "pdf-info", 0.9 if agrees else INFO)
    author = clean(info.get("Author", ""))
    if author and not _WORTHLESS.match(author):
        names = parse_names(author)
        people = [n for n in names if "family" in n]
        printed = all(part.strip() in near for part in author.split(";") if part.strip())
        if people or printed:
            fields["authors"] = Field(names, "pdf-info", COVER if printed else INFO)
    return fields


def is_worthless(text: str) -> bool:
    """Return whether a file property holds a program's placeholder instead of a name."""
    return bool(_WORTHLESS.match(text)) or text.lower() in ("python-docx", "admin", "user")


def _fold(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))
