"""A PDF's colophon: who published it, when this edition appeared, and which ISBN is the file's own.

Owns the lines of front and back pages as they were set, and the phrases of imprints that are no
"label: value" ("Udgivet af X, 2013", "(c) X 2016", "3. reviderte utgåve 2015").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pipeline.extract.metadata import Fields
from pipeline.extract.metadata.imprint import is_date_line, is_imprint_line
from pipeline.extract.metadata.labels import label_of
from pipeline.extract.metadata.names import is_body, looks_like_person
from pipeline.extract.metadata.values import clean, find_isbn, find_year
from pipeline.records import Field

COLOPHON = 0.78
"""Confidence of a value read from a colophon's own phrase."""
_FULL = 0.85  # of the column's width; a line that ends before was ended by its writer
_LONG = 30  # words; a longer line is prose
_SIGNS = re.compile(
    r"^(?:©|\(c\)|copyright|e?-?isbn|e?-?issn|doi|https?://|www\.|tr[yu]kk?\b|omsl|foto|design"
    r"|layout|tryck|paino)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"(?:[,;&]|\b(?:og|och|and|ja|i|av|af|for|för|of))$", re.IGNORECASE)
_PUBLISHED = re.compile(
    r"\b(?:utgitt|utgjeve|utgjevi|utgiven|utgivet|udgivet|published|issued|gefi[ðn] út|útgefi[ðn])"
    r"\s+(?:av|af|by)\s+(?P<body>[A-ZÆØÅÄÖÞÁÍÓÚ][^.;:|()\d©]{2,90})",
    re.IGNORECASE,
)
_NAME_FOLLOWS = re.compile(
    r"\b(?:utgitt|utgjeve|utgiven|utgivet|udgivet|published|útgefi[ðn])\s+(?:av|af|by):?$",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:©|\(c\))?\s*(?:by\s+)?(?:(?:19|20)\d\d)?[\s,:]*"
    r"(?P<body>[A-ZÆØÅÄÖÞÁÍÓÚ][^;:|()©]{2,120})",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"^(?:the )?(?:forfatt|författ|author|kirjoittaj|tekijä|höfund|redakt|bidragsyt|\w*fotograf)",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*,\s*|\s+(?:og|och|and|ja|&)\s+")
_EDITION = re.compile(
    r"\b(?:utgave|utgåve|utgåva|upplaga|udgave|edition|painos|útgáfa)\w*\b\D{0,25}((?:19|20)\d\d)\b"
    r"|\b(?:revidert|reviderad|revideret|revised|oppdatert|uppdaterad|opdateret|uudistettu)"
    r"\D{0,25}((?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_FIRST_TIME = re.compile(r"første gong|første gang|första gången|first published|ensimmäi", re.I)
_REPRINT = re.compile(r"\b(?:opplag|oplag|reprint\w*|tryckning|optryk|prentun|lisäpainos)\b", re.I)
_ELECTRONIC = re.compile(
    r"pdf|\bnett|digital|elektron|verkko|online|\be-?isbn|rafræn|\bweb|\bepub|sähköinen", re.I
)


def set_lines(drafts: Sequence[Any]) -> list[str]:
    """Return the lines of drafts as their writer ended them, wrapped ones joined.

    A draft without lines of its own (`lines`) is one line.
    """
    found: list[str] = []
    for draft in drafts:
        rows = [row for row in getattr(draft, "lines", ()) if clean(row.text)]
        if len(rows) < 2:
            found.append(clean(draft.text))
            continue
        line = ""
        for at, row in enumerate(rows):
            text = clean(row.text)
            if line and _begins(text, line, rows[at - 1]):
                found.append(line)
                line = ""
            line = f"{line} {text}".strip()
        found.append(line)
    joined: list[str] = []
    for line in filter(None, found):
        if joined and _NAME_FOLLOWS.search(joined[-1]):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return joined


def _begins(text: str, line: str, row: Any) -> bool:
    """Return whether a row begins a line of its own, the one before having ended in `row`."""
    if _SIGNS.match(text) or label_of(text) is not None:
        return True
    if _GOES_ON.search(line) or not (text[0].isupper() or text[0].isdigit()):
        return False
    width = row.right - row.left
    return bool(row.x1 - row.left < _FULL * width) or is_date_line(line) or is_imprint_line(line)


def read_colophon(lines: Sequence[str]) -> Fields:
    """Return publisher, year and ISBN that a colophon's phrases give."""
    fields: Fields = {}

    def put(key: str, value: Any, confidence: float) -> None:
        if value and key not in fields:
            fields[key] = Field(value, "pdf-colophon", confidence)

    short = [line for line in lines if len(line.split()) <= _LONG]
    put("publisher", _first(short, _published_by), COLOPHON)
    put("publisher", _first(short, _copyright_holder), COLOPHON - 0.05)
    editions = [year for line in short for year in _edition_years(line)]
    put("year", max(editions, default=None), COLOPHON + 0.07)
    put("year", _first(short, _published_year), COLOPHON)
    put("year", _first(short, _copyright_year), COLOPHON - 0.01)
    isbn, electronic = _own_isbn(lines)
    put("isbn", isbn, COLOPHON + (0.07 if electronic else 0.0))
    return fields


def is_reprint(line: str) -> bool:
    """Return whether a line's year is only that of a reprint of the same edition."""
    return bool(_REPRINT.search(line))


def _first(lines: Sequence[str], read: Callable[[str], Any]) -> Any:
    return next(filter(None, map(read, lines)), None)


def _published_by(line: str) -> str | None:
    match = _PUBLISHED.search(line)
    if match is None or not match.group("body")[:1].isupper():
        return None
    body = clean(match.group("body")).strip(" ,.")
    return None if looks_like_person(body) or len(body.split()) > 9 else body


def _copyright_holder(line: str) -> str | None:
    match = _COPYRIGHT.search(line)
    if match is None:
        return None
    for part in _PARTS.split(re.sub(r"(?:19|20)\d\d", ",", match.group("body"))):
        body = clean(part).strip(" ,.")
        if not body[:1].isupper() or _PEOPLE.match(body) or len(body.split()) > 9:
            continue
        if is_body(body) or (len(body) > 3 and not looks_like_person(body)):
            return body
    return None


def _edition_years(line: str) -> Iterator[int]:
    for match in _EDITION.finditer(line):
        if not _FIRST_TIME.search(line) and not _REPRINT.search(line):
            yield int(match.group(1) or match.group(2))


def _published_year(line: str) -> int | None:
    return find_year(line) if _PUBLISHED.search(line) and not is_reprint(line) else None


def _copyright_year(line: str) -> int | None:
    signed = re.search(r"©|copyright", line, re.IGNORECASE)
    return find_year(line) if signed else None


def _own_isbn(lines: Sequence[str]) -> tuple[str | None, bool]:
    """Return the electronic edition's ISBN and True; where no line names it, the first."""
    numbered = [(line, find_isbn(line)) for line in lines if "isbn" in line.lower()]
    own = next((isbn for line, isbn in numbered if isbn and _ELECTRONIC.search(line)), None)
    if own:
        return own, True
    return next((isbn for _, isbn in numbered if isbn), None), False
