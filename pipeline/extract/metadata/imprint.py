"""Imprint lines without labels: "Rapport 3/2017 fra RKBU Nord på oppdrag av ...", bylines, dates.

Owns these line forms, whichever format they were found in (saved pages, covers, colophons).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.extract.metadata import Fields
from pipeline.extract.metadata.names import (
    Name,
    is_body,
    is_given,
    looks_like_person,
    parse_name_list,
    split_names,
)
from pipeline.extract.metadata.values import clean, find_doi, find_isbn, find_issn, find_year
from pipeline.records import Field

IMPRINT = 0.75
"""Confidence of a value read from an imprint line's form."""

_KIND = (
    r"rapport(?:er)?|report|working paper|notat|arbeidsnotat|arbejdspapir|temanotat|raportti"
    r"|raportteja"
    r"|skýrsla|frágreiðing|skriftserie|skrifter|publikation|publikasjon|faktaark|policy brief"
    r"|selvitys|selvityksiä|työpaperi|työpapereita|temanord|nou|sou|betenkning|betænkning"
    r"|norges offentlige utredninger|statens offentliga utredningar"
)
# What stands before "-rapport" and is no publisher's name.
_KINDS_OF_SERIES = frozenset(
    "fou forsknings forskning slut slutt sluts delrapport del års års- fakta arbets arbeids tema"
    " pilot status intern evaluerings utvärderings".split()
)
_SHORT_NAMES = {
    "norges offentlige utredninger": "NOU",
    "statens offentliga utredningar": "SOU",
}
_NUMBER = r"(?:\d{1,3}\s?/\s?(?:19|20)?\d\d|(?:19|20)\d\d\s?[:/-]\s?\d{1,4})"
_NUMBERED = re.compile(
    r"(?P<series>(?:(?P<body>[A-ZÆØÅÄÖÞÍÓÚ][\w]+(?:\s[A-ZÆØÅÄÖÞÍÓÚ][\w]+)?)(?P<hyphen>[-\s]s?))?"
    rf"\b(?P<kind>(?i:{_KIND}))),?\s*(?i:nr\.?|no\.?|nro\.?)?\s*"
    rf"(?P<number>{_NUMBER}|\d{{1,4}}(?=\s*$))"
)
_FROM = re.compile(
    r"\b(?:fra|från|frá|from|julkaisija)\s+(?P<body>[A-ZÆØÅÄÖ][^|,;]*?)"
    r"(?=\s+(?:på (?:oppdrag|uppdrag|opdrag)|etter oppdrag|for|commissioned)\b|\s*[|;]|\s*$)"
)
_FOR = re.compile(
    r"\b(?:på oppdrag (?:av|fra|for)|på uppdrag av|på opdrag af|etter oppdrag fra|commissioned by"
    r"|utarbeidet for|udarbejdet for|unnið fyrir|toimeksiantaja:?)\s+(?P<body>[A-ZÆØÅÄÖÞ].*)$",
    re.IGNORECASE,
)
_MONTHS = (
    r"jan\w*|feb\w*|mar[sc]?\w*|ma[rh]ts|apr\w*|ma[ijy]\w*|jun\w*|jul\w*|aug\w*|sep\w*|o[kc]t\w*"
    r"|nov\w*|de[sc]\w*|\w{3,6}kuu(?:ta|ssa)?|ágúst|maí|júní|júlí|nóvember"
)
_DATE_LINE = re.compile(
    rf"^(?:(?:published|publisert|publicerad|publiceret|udgivet|utgitt|julkaistu|birt|oppdatert"
    rf"|uppdaterad|opdateret|updated|last updated|sist oppdatert|sist endret|dato|date)\s*:?\s*)?"
    rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th|\.)?\s*)?(?:{_MONTHS})\.?,?\s*(?:\d{{1,2}},?\s*)?(?:(?:19|20)\d\d)?"
    rf"|\d{{1,2}}[./]\s?\d{{1,2}}[./]\s?(?:19|20)\d\d|(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?"
    rf"|\d{{1,2}})(?:\s*(?:kl\.?|at|,)?\s*\d{{1,2}}[.:]\d\d)?$",
    re.IGNORECASE,
)
_JOURNAL = re.compile(
    r"^(?P<journal>[A-ZÆØÅÄÖÞ][^\d;:]{4,80}?),?\s+(?:(?P<year>(?:19|20)\d\d)\s?[;,]\s?)?"
    r"(?:vol\.?\s*)?(?P<volume>\d{1,3})\s?\((?P<issue>\d{1,3})\)\s?[:,]\s?"
    r"(?:s\.\s?|pp?\.\s?)?(?P<pages>\d{1,5}\s?[–-]\s?\d{1,5})",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?:\btel(?:efon|\.)?|\btlf|\bphone|\bpuh(?:elin)?|\bsími|\be-?post|\be-?mail|\bsähköposti)\b"
    r"\.?\s*:?\s*[+(\d@\w]|\+\d{2}[\s\d]{6,}|[\w.]+@[\w.]+\.\w+",
    re.IGNORECASE,
)
_SENDER_WORDS = 8  # words; a longer line says something
_SERIAL = re.compile(  # one to three words and a number; "Skoleåret 2019/2020" is a time
    r"^\w[\w-]*(?:\s\w[\w-]*){0,2},?\s(?!(?:19|20)\d\d\s?/\s?(?:19|20)\d\d$)"
    r"(?:(?:nr|no|nro)\.?\s?\d+|\d{1,4}\s?[:/]\s?\d{1,4}|\d{5,})(?:\s\([\d–/-]+\))?$",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(r"^(?:[A-ZÆØÅÄÖÞÁÉÍÓÚÝÐ(]|(?:for|för|fyrir|of|the|i|in|og|och|and|av|af)$)")
_MAX_IMPRINT_WORDS = 24  # words; an imprint is a line, not a paragraph


def is_date_line(line: str) -> bool:
    """Return whether the line is nothing but a date or a part of one."""
    return bool(_DATE_LINE.match(clean(line)))


def is_contact_line(line: str) -> bool:
    """Return whether the line gives a telephone number or mail address and little else."""
    return bool(_CONTACT.search(line)) and len(line.split()) <= 30


def is_imprint_line(line: str) -> bool:
    """Return whether the line names a series and number, in a line's length."""
    short = len(line.split()) <= _MAX_IMPRINT_WORDS
    return short and bool(_NUMBERED.search(line) or _FOR.match(clean(line)))


def is_sender_line(line: str) -> bool:
    """Return whether a short line only names bodies ("Nordic Council of Ministers, X-verket").

    Or a series by its number ("ANP 2012:701"): what covers set where a subtitle would stand.
    """
    text = clean(line)
    if len(text.split()) > _SENDER_WORDS:
        return False
    if _SERIAL.match(text):
        return True
    parts = [part for part in re.split(r"\s*[,;/|·]\s*|\s+(?:og|och|and|ja)\s+", text) if part]
    return bool(parts) and all(
        is_body(part) and all(_NAME_WORD.match(word) for word in part.split()) for part in parts
    )


def read_imprint(lines: Sequence[str], origin: str) -> Fields:
    """Return series, number, publisher, commissioner, year and identifiers of imprint lines."""
    fields: Fields = {}

    def put(key: str, value: object, confidence: float = IMPRINT) -> None:
        if value and key not in fields:
            fields[key] = Field(value, origin, confidence)

    for line in map(clean, lines):
        if not line or len(line.split()) > _MAX_IMPRINT_WORDS:
            continue
        if is_imprint_line(line):
            _read_numbered(line, put)
        put("doi", find_doi(line))
        if "isbn" in line.lower():
            put("isbn", find_isbn(line))
        if "issn" in line.lower():
            put("issn", find_issn(line))
        commissioned = _FOR.search(line)
        if commissioned:
            put("commissioner", commissioned.group("body").strip(" ."))
    dated = [line for line in map(clean, lines) if is_date_line(line) or "|" in line]
    put("year", next(filter(None, map(find_year, dated)), None))
    if "number" in fields:
        put("year", find_year(fields["number"].value), IMPRINT - 0.05)
    return fields


def read_journal_line(line: str, origin: str) -> Fields:
    """Return what a journal's running line says: "Journal · 2011 · 11 · 3 · 83–106 · DOI 10...".

    Also "Journal 2011; 11(3): 83–106" and "Journal, 11(3), 83–106". Empty for any other line.
    """
    text = clean(line)
    found: dict[str, object] = {}
    parts = [part.strip() for part in re.split(r"\s*[·|•]\s*", text)]
    match = _JOURNAL.match(text)
    if len(parts) >= 3 and re.match(r"[^\W\d]", parts[0]) and len(parts[0].split()) <= 10:
        numbers = [part for part in parts[1:] if re.fullmatch(r"[\d(–:;. -]+\)?", part)]
        if numbers or any(find_doi(part) for part in parts[1:]):
            found = _numbers_in_order(parts[0], numbers)
    elif match:
        found = {key: value for key, value in match.groupdict().items() if value}
    if not found:
        return {}
    found["doi"] = find_doi(text)
    if "year" in found:
        found["year"] = find_year(str(found["year"]))
    return {key: Field(value, origin, IMPRINT) for key, value in found.items() if value}


def _numbers_in_order(journal: str, numbers: Sequence[str]) -> dict[str, object]:
    """Name the numbers of a journal line: the year, then volume, issue, and a span of pages."""
    found: dict[str, object] = {"journal": journal}
    for number in numbers:
        if "year" not in found and re.fullmatch(r"(?:19|20)\d\d", number):
            found["year"] = number
        elif re.fullmatch(r"\d+\s?[–-]\s?\d+", number):
            found["pages"] = re.sub(r"\s?[–-]\s?", "–", number)
        elif "volume" not in found:
            found["volume"] = number
        elif "issue" not in found:
            found["issue"] = number
    if "volume" in found and "issue" not in found:
        del found["volume"]  # a number alone may as well be the issue
    return found if len(numbers) >= 2 or len(found) >= 2 else {}


def _read_numbered(line: str, put: Callable[..., None]) -> None:
    match = _NUMBERED.search(line)
    if match is None:
        return
    put("number", re.sub(r"\s", "", match.group("number")))
    series = clean(match.group("series"))
    series = _SHORT_NAMES.get(series.lower(), series)
    put("series", series[0].upper() + series[1:])
    sender = _FROM.search(line, match.end())
    if sender:
        put("publisher", sender.group("body").strip(" ."))
    elif (match.group("body") or "").lower() in _KINDS_OF_SERIES:
        return
    elif match.group("body") and match.group("hyphen") == "-":
        put("publisher", match.group("body"), IMPRINT - 0.05)


def read_byline(line: str, *, marked: bool = False) -> list[Name]:
    """Return the authors of a line that is nothing but people's names; else an empty list.

    A line that the page itself marks as its byline may also name bodies, and people whose given
    names are not known here.
    """
    text = re.sub(r"^(?:av|af|by|text:?|tekst:?|skrevet av)\s+", "", clean(line), flags=re.I)
    text = text.lstrip("•·*- ").strip()
    if not text or len(text) > 400 or text.endswith((".", "?", "!", ":")):
        return []
    names = split_names(text)
    if marked and names and not all(looks_like_person(name) for name in names):
        single = all(name[:1].isupper() and len(name.split()) <= 6 for name in names)
        short = len(text.split()) <= 14 and not re.search(r"\d{2}", text)
        return parse_name_list(names if single else [text]) if short else []
    if not names or not all(looks_like_person(name) for name in names):
        return []
    if marked:
        return parse_name_list(names, printed=True)
    known = sum(1 for name in names if any(is_given(word) for word in name.split()))
    if known * 2 < len(names) or known == 0:
        return []
    return parse_name_list(names, printed=True)


def read_contact_publisher(lines: Sequence[str], body: str, origin: str) -> Fields:
    """Return the publisher named by a contact line, where the page's own text names it too."""
    for line in map(clean, lines):
        if not is_contact_line(line):
            continue
        first = re.split(r"\s*[|•·]\s*|\s{2,}", line)[0].strip(" ,")
        if first and not _CONTACT.search(first) and 1 <= len(first.split()) <= 6 and first in body:
            return {"publisher": Field(first, origin, 0.7)}
    return {}
