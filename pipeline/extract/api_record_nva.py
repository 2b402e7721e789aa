"""NVA's records of Norwegian research, in the whole form and in the short one of newer searches.

Owns the meaning of NVA's fields.
"""

from __future__ import annotations

from typing import Any

from pipeline.extract.api_record_values import (
    abstract,
    first,
    language,
    names,
    part,
    parts,
    plain,
    texts,
    year,
)

_TYPES = (
    ("Report", "report"),
    ("DegreeMaster", "thesis"),
    ("DegreePhd", "thesis"),
    ("DegreeLicentiate", "thesis"),
    ("DegreeBachelor", "thesis"),
    ("Conference", "paper-conference"),
    ("Chapter", "chapter"),
    ("Monograph", "book"),
    ("Anthology", "book"),
    ("Textbook", "book"),
    ("Article", "article-journal"),
    ("Review", "article-journal"),
)
_MAKERS = ("Creator", "RightsHolder", "")


def read_nva(record: dict[str, Any]) -> dict[str, Any]:
    """Return what a publication's record says, under our names."""
    whole = part(record, "entityDescription")
    about = whole if isinstance(whole, dict) else record
    reference = part(about, "reference")
    context = part(reference, "publicationContext") or record.get("publishingDetails")
    instance = part(reference, "publicationInstance")
    kind = _kind(plain(part(instance, "type")) or plain(record.get("type")))
    numbers = part(context, "isbnList") or part(record, "otherIdentifiers", "isbn")
    of_book = part(context, "entityDescription")  # a chapter's book is a publication of its own
    if kind == "chapter" and isinstance(of_book, dict):
        context = part(of_book, "reference", "publicationContext")
        numbers = part(context, "isbnList")
    channel = part(context, "series")
    series = plain(part(channel, "name")) or plain(part(channel, "title"))
    journal = plain(part(context, "name")) or plain(part(context, "title"))
    pages = part(instance, "pages")
    return {
        "title": plain(part(about, "mainTitle")),
        "authors": names(_people(about)),
        "year": year(part(about, "publicationDate", "year")),
        "publisher": plain(part(context, "publisher", "name")),
        "series": series,
        "number": plain(part(context, "seriesNumber")) if series else "",
        "journal": journal if kind == "article-journal" else "",
        "book": plain(part(of_book, "mainTitle")),
        "volume": plain(part(instance, "volume")),
        "issue": plain(part(instance, "issue")),
        "pages": "-".join(filter(None, (plain(part(pages, key)) for key in ("begin", "end")))),
        "isbn": first(numbers),
        "issn": _issn(channel if series else context),
        "doi": plain(record.get("doi")) or plain(part(reference, "doi")) or _doi(record),
        "language": language(part(about, "language")),
        "abstract": abstract(part(about, "abstract")),
        "type": kind,
        "url": _handle(record),
    }


def _kind(name: str) -> str:
    return next((kind for part_of_name, kind in _TYPES if part_of_name in name), "")


def _people(about: Any) -> list[str]:
    """The creators in their order; the editors of an anthology, and whoever else is named."""
    people = parts(part(about, "contributors")) or parts(part(about, "contributorsPreview"))
    people.sort(key=_sequence)
    for roles in (_MAKERS, ("Editor",), None):
        chosen = [
            plain(part(person, "identity", "name"))
            for person in people
            if roles is None or _role(person) in roles
        ]
        if any(chosen):
            return chosen
    return []


def _role(person: dict[str, Any]) -> str:
    role = person.get("role")
    return plain(part(role, "type")) or plain(role)


def _sequence(person: dict[str, Any]) -> int:
    text = plain(person.get("sequence"))
    return int(text) if text.isascii() and text.isdigit() else 9_999


def _issn(channel: Any) -> str:
    return plain(part(channel, "onlineIssn")) or plain(part(channel, "printIssn"))


def _doi(record: dict[str, Any]) -> str:
    return plain(part(record, "publishingDetails", "doi"))


def _handle(record: dict[str, Any]) -> str:
    found = [plain(record.get("handle")), *texts(part(record, "otherIdentifiers", "handle"))]
    found += [
        plain(identifier.get("value"))
        for identifier in parts(record.get("additionalIdentifiers"))
        if identifier.get("type") == "HandleIdentifier"
    ]
    return first([address for address in found if address.startswith("http")])
