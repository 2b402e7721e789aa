"""Metadata of a PDF itself: cover, title page, colophon, Info dictionary.

Owns the choice among these places, the surest last; each is read by a module of its own. The Info
dictionary is often the layouter's leftovers: its title counts only where the front pages say the
same, or where nothing else does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.extract.metadata import Fields, merge
from pipeline.extract.metadata.imprint import (
    is_date_line,
    read_byline,
    read_imprint,
    read_journal_line,
)
from pipeline.extract.metadata.labels import label_of, read_labels
from pipeline.extract.metadata.names import is_body, parse_names
from pipeline.extract.metadata.pdf_colophon import is_reprint, read_colophon, set_lines
from pipeline.extract.metadata.pdf_cover import (
    COVER,
    FrontDraft,
    read_cover_authors,
    read_cover_title,
    titled_person,
)
from pipeline.extract.metadata.values import clean, find_year
from pipeline.records import Field

__all__ = ["FrontDraft", "is_worthless", "read_front"]

INFO = 0.5
AGREED = 0.9
"""Confidence of a title that two places of the file give alike."""
_FRONT = 4  # pages a cover, title page and colophon stand on
_BACK = 2  # pages at the back with a colophon
_COVER_WORDS = 130  # words; a fuller first page is no cover, and names bodies for other reasons
_NEAR_LINES = 40  # lines of the first two pages among which authors and years stand
_TITLES = ("title", "subtitle")
_WORTHLESS = re.compile(
    r"^(?:untitled|microsoft word|document\d*|layout \d|powerpoint|presentation\d*|.*\.(?:docx?|"
    r"indd|"
    r"pdf|pptx?|qxd)|\W*|anonymous|\(anonymous\)|unspecified|\(unspecified\))$"
    r"|^microsoft (?:word|powerpoint) - ",
    re.IGNORECASE,
)
_USERS = frozenset(
    "python-docx admin administrator user bruger bruker användare käyttäjä owner eier default"
    " windows-bruker windows-bruger windows user microsoft office user".split()
)
_YEAR_LINE = re.compile(r"^[^\d]{0,70}(?:19|20)\d\d[^\d]{0,3}$", re.IGNORECASE)
_UNIT = re.compile(
    r"^(?:avdeling|avdelning|afdeling|avdelingen|institutt for|institut for|institutionen för"
    r"|department of|faculty of|fakultet\w*|det \w+ fakultet|osasto|deild|svið)\b",
    re.IGNORECASE,
)
_GENRE = re.compile(r"rapport\w*$|^(?:granskning|forvaltningsrevisjon|revisjon|revision)\b", re.I)
_MARK = re.compile(r"^[¹²³⁴⁵⁶⁷⁸⁹*†‡]\s*")


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
    title = read_cover_title(front, body_size)
    lines = set_lines(ends)
    near = set_lines([draft for draft in front if draft.page <= 1])[:_NEAR_LINES]
    own = _from_info(info, title, " ".join(near))
    labels = read_labels([line for line in lines if len(line) < 400], origin="pdf-colophon")
    return merge(
        [
            _agreeing(title, labels),
            title,
            labels,
            read_colophon(lines),
            _rescore(read_imprint(lines, "pdf-cover"), COVER),
            read_cover_authors(near),
            _journal(near),
            _publisher(front, near, title, own, packet),
            _year(front),
            own,
        ]
    )


def _agreeing(title: Fields, labels: Fields) -> Fields:
    """Return the cover's title and subtitle, where a labelled title says both in one."""
    if "title" not in title or "title" not in labels or "subtitle" not in title:
        return {}
    both = str(title["title"].value) + str(title["subtitle"].value)
    if _fold(both) != _fold(str(labels["title"].value)):
        return {}
    return {key: Field(title[key].value, "pdf-cover", AGREED) for key in _TITLES}


def _rescore(fields: Fields, confidence: float) -> Fields:
    return {
        key: Field(field.value, field.origin, min(field.confidence, confidence))
        for key, field in fields.items()
    }


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
    names it once more. A department counts only where nothing else is named.
    """
    authors = [name for fields in said if "authors" in fields for name in fields["authors"].value]
    bylines = {name.get("literal") for name in authors}
    titles = {fields[key].value for fields in said for key in _TITLES if key in fields}
    own = set_lines([draft for draft in front if draft.page == 0])
    named = [
        line
        for line in own
        if line not in titles
        and (line not in bylines or own.count(line) > 1)
        and is_body(line)
        and len(line.split()) <= 9
        and not re.search(r"\d|:|[.;?!]$", line)
        and not (label_of(line) or read_imprint([line], "") or _GENRE.search(line))
        and not titled_person(line)
        and not (_MARK.match(line) or line.startswith(("Utarbeidet", "Udarbejdet", "Utarbetad")))
    ]
    if not named or sum(len(line.split()) for line in own) > _COVER_WORDS:
        return {}
    best = max(named, key=lambda line: (not _UNIT.match(line), "," not in line, near.count(line)))
    return {"publisher": Field(best, "pdf-cover", COVER - 0.2)}


def _year(front: Sequence[FrontDraft]) -> Fields:
    """Return the year of a date line, or one that stands alone on the cover."""
    for line in set_lines(front):
        if len(line.split()) <= 8 and (is_date_line(line) or _YEAR_LINE.match(line)):
            year = None if is_reprint(line) else find_year(line)
            if year:
                return {"year": Field(year, "pdf-cover", COVER)}
    return {}


def _from_info(info: dict[str, str], title: Fields, near: str) -> Fields:
    """Return title and author of the Info dictionary, trusted more where the cover agrees."""
    fields: Fields = {}
    name = clean(info.get("Title", ""))
    if name and not is_worthless(name) and len(name) > 3:
        agrees = "title" in title and _fold(title["title"].value) == _fold(name)
        fields["title"] = Field(name, "pdf-info", AGREED if agrees else INFO)
    author = clean(info.get("Author", ""))
    if author and not is_worthless(author):
        names = parse_names(author)
        people = [n for n in names if "family" in n]
        printed = all(part.strip() in near for part in author.split(";") if part.strip())
        if people or printed:
            fields["authors"] = Field(names, "pdf-info", COVER if printed else INFO)
    return fields


def is_worthless(text: str) -> bool:
    """Return whether a file property holds a program's placeholder instead of a name."""
    return bool(_WORTHLESS.match(text)) or text.lower() in _USERS


def is_login(name: str) -> bool:
    """Return whether a creator is one word that names no body: an account of some computer."""
    return " " not in name.strip() and not is_body(name) and not read_byline(name)


def _fold(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))
