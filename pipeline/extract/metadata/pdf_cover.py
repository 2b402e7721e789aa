"""A PDF's cover and title page: title and subtitle by their size, authors by their lines.

Owns which large text is no title (a series' name, a body's, a date), what under a title is no
subtitle, and author lines with degrees and affiliations.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from pipeline.extract.headings import announced_kind
from pipeline.extract.metadata import Fields
from pipeline.extract.metadata.imprint import (
    is_date_line,
    is_imprint_line,
    is_sender_line,
    read_byline,
    read_imprint,
)
from pipeline.extract.metadata.labels import label_of
from pipeline.extract.metadata.names import (
    Name,
    is_body,
    is_given,
    looks_like_person,
    parse_name_list,
)
from pipeline.extract.metadata.values import clean
from pipeline.records import Field

COVER = 0.7
"""Confidence of what a cover shows by size and place alone."""
_LARGE = 1.15  # times the body's size; smaller text is no title
_SAME_SIZE = 0.6  # points; two lines this near in size are one title
_SCANNED_SIZE = 0.85  # of the largest line's size; OCR's sizes of one title differ so much
_TITLE_WORDS = 40  # words; a longer "title" is text set large
_SERIES_NAME = re.compile(
    r"^(?:nou|sou|ds|innst\.?|prop\.?|meld\.?|fou|rapport(?:er)?|report|raportti|raportteja"
    r"|skýrsla|notat|arbetsrapport|arbejdspapir|arbeidsnotat|working paper|temanord|utredning"
    r"|skriftserie|publikation(?:er)?|selvityksiä|työpaperi|revisionsrapport|sluttrapport"
    r"|slutrapport|hovedrapport|delrapport|evalueringsrapport|norges offentlige utredninger"
    r"|statens offentliga utredningar)\b[\s\d:/.,–-]*$",
    re.IGNORECASE,
)
_RESPONSIBLE = re.compile(
    r"^(?:(?:del|slut)?betänkande av|utredning fra|utredning frå|innstilling fra|rapport fra"
    r"|rapport frå|rapport från|rapport af|edited by|redigert av|av utredningen|utarbeidet|"
    r"udarbejdet|utarbetad|på oppdrag|på uppdrag|på opdrag|commissioned by)\b",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:revisor|revisionskonsult|konsult\w*|professor|docent|lektor|universitetslektor|forsker"
    r"|forskare|seniorforsker|ph\.?\s?d|fil\.? ?(?:dr|mag|kand)|med\.? ?dr|dr\.?|cand|m\.?sc|m\.?a"
    r"|socionom|sosionom|psykolog\w*|prosjektleder|projektleder|projektledare|doktorand"
    r"|stipendiat|tutkija\w*|erikoistutkija|sérfræðingur|lektori|førsteamanuensis|analytiker"
    r"|utredare|utredningsleder|rådgiver|chefkonsulent|researcher|senior)\b",
    re.IGNORECASE,
)
_EDITORS = re.compile(r"\((?:red|eds?|toim|ritstj)\.?\)", re.IGNORECASE)
_NOTE_MARKS = re.compile(r"(?<=\w)[¹²³⁴⁵⁶⁷⁸⁹*†‡]+")


class FrontDraft(Protocol):
    """What is needed of a block here: its text, look and page."""

    text: str
    kind: str
    style: tuple[float, bool, bool]

    @property
    def page(self) -> int:
        """The page's index."""


def read_cover_title(front: Sequence[FrontDraft], body_size: float) -> Fields:
    """Return the largest text of the first page that has text, with a smaller one as subtitle."""
    first_page = next((draft.page for draft in front), None)
    own = [draft for draft in front if draft.page == first_page]
    large = [d for d in own if d.style[0] >= _LARGE * body_size and _may_be_title(clean(d.text))]
    if not large:
        return {}
    size = max(draft.style[0] for draft in large)
    at = next(i for i, draft in enumerate(own) if draft in large and draft.style[0] == size)
    first, end = _title_span(own, at)
    parts = [clean(draft.text) for draft in own[first:end]]
    title = " ".join(parts)
    if len(title.split()) > _TITLE_WORDS or len(title) < 4:
        return {}
    fields: Fields = {"title": Field(title, "pdf-cover", COVER)}
    for draft in own[end : end + 1]:
        text = clean(draft.text)
        if _LARGE * body_size <= draft.style[0] < size and _may_be_subtitle(text):
            fields["subtitle"] = Field(text, "pdf-cover", COVER - 0.1)
    return fields


def _title_span(own: Sequence[FrontDraft], at: int) -> tuple[int, int]:
    """Return the range of drafts that are one title with the largest, which is `at`.

    A scanned title's lines differ in size by a little; a printed one's go on in lower case.
    """
    size, end, first = own[at].style[0], at + 1, at

    def alike(draft: FrontDraft) -> bool:
        return _is_scanned(draft) and draft.style[0] >= _SCANNED_SIZE * size

    while end < len(own) and (
        alike(own[end])
        or (
            abs(own[end].style[0] - size) <= _SAME_SIZE
            and _goes_on(clean(own[end - 1].text), clean(own[end].text))
        )
    ):
        end += 1
    while first > 0 and alike(own[first - 1]):
        first -= 1
    return first, end


def _is_scanned(draft: FrontDraft) -> bool:
    """Return whether a draft's words were read from a picture: they are never wholly sure."""
    lines = getattr(draft, "lines", ())
    return any(word.confidence < 1 for line in lines for word in line.words)


def _may_be_title(text: str) -> bool:
    if sum(map(str.isalpha, text)) < 3 or announced_kind(text) is not None:
        return False
    return not (_SERIES_NAME.match(text) or (is_date_line(text) and not text.isalpha()))


def _goes_on(before: str, text: str) -> bool:
    """Return whether a second large text continues a title: it begins in lower case, or in ()."""
    return bool(text) and (text[0].islower() or (text[0] == "(" and before[-1].isalpha()))


def _may_be_subtitle(text: str) -> bool:
    if not 2 <= len(text.split()) <= 30 or text[0].isdigit() or announced_kind(text) is not None:
        return False
    if read_byline(text) or is_date_line(text) or is_sender_line(text) or label_of(text):
        return False
    if _RESPONSIBLE.match(text) or _SERIES_NAME.match(text) or is_body_line(text):
        return False
    return not read_imprint([text], "pdf-cover") and not is_imprint_line(text)


def is_body_line(text: str) -> bool:
    """Return whether a short line is nothing but an organisation's name ("Björklunda kommun")."""
    words = text.split()
    short = 1 <= len(words) <= 4 and words[0][:1].isupper() and not text.endswith((".", "?", "!"))
    return short and is_body(text) and is_body(words[-1])


def read_cover_authors(near: Sequence[str]) -> Fields:
    """Return the people named on lines of their own, the first such lines that follow each other.

    Editors ("(red.)") are no authors. `near` are the first pages' lines.
    """
    people: list[Name] = []
    for text in near:
        if _EDITORS.search(text):
            continue
        bare = _NOTE_MARKS.sub("", text)
        names = read_byline(bare) or titled_person(bare)
        if names:
            people.extend(name for name in names if name not in people)
        elif people:
            break
    return {"authors": Field(people, "pdf-cover", COVER - 0.05)} if people else {}


def titled_person(text: str) -> list[Name]:
    """Return the person of a line "Name, degree or role, employer"; empty for any other line."""
    name, comma, rest = text.partition(",")
    name = clean(name)
    if not comma or not looks_like_person(name) or not is_given(name.split()[0]):
        return []
    if len(text.split()) > 16 or not (_ROLE.search(rest) or is_body(rest)):
        return []
    return parse_name_list([name], printed=True)
