"""Crossref's works: what a publisher registered with a DOI.

Owns the meaning of Crossref's fields. Titles and containers are lists, abstracts are JATS.
"""

from __future__ import annotations

from typing import Any

from pipeline.extract.api_record_values import (
    MAX_NAMES,
    abstract,
    first,
    language,
    part,
    parts,
    plain,
    texts,
    year,
)
from pipeline.extract.metadata.names import Name

_TYPES = {
    "journal-article": "article-journal",
    "report": "report",
    "report-component": "report",
    "report-series": "report",
    "book": "book",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "book-chapter": "chapter",
    "book-section": "chapter",
    "book-part": "chapter",
    "proceedings-article": "paper-conference",
    "dissertation": "thesis",
    "posted-content": "article",
    "dataset": "dataset",
    "standard": "standard",
}
_PARTS = ("chapter", "paper-conference")
_DATES = ("issued", "published-print", "published", "published-online", "created")


def read_crossref(record: dict[str, Any]) -> dict[str, Any]:
    """Return what a work's record says, under our names."""
    kind = _TYPES.get(plain(record.get("type")), "")
    containers = texts(record.get("container-title"))
    journal = first(containers) if kind == "article-journal" else ""
    series = containers[1] if kind in _PARTS and len(containers) > 1 else ""
    if kind in ("report", "book") and containers:
        series = containers[0]
    people = parts(record.get("author")) or parts(record.get("editor"))
    names = [name for name in map(_name, people[:MAX_NAMES]) if name]
    return {
        "title": first(record.get("title")),
        "subtitle": first(record.get("subtitle")),
        "authors": names,
        "year": next((y for key in _DATES if (y := _year(record.get(key)))), None),
        "publisher": first([p.get("name") for p in parts(record.get("institution"))])
        or plain(record.get("publisher")),
        "series": series,
        "number": plain(part(record, "report-number")) or plain(record.get("number")),
        "journal": journal,
        "book": first(containers) if kind in _PARTS else "",
        "volume": plain(record.get("volume")),
        "issue": plain(record.get("issue")),
        "pages": plain(record.get("page")),
        "isbn": first(record.get("ISBN")).rpartition("/")[2],
        "issn": first(record.get("ISSN")),
        "doi": plain(record.get("alias")) or plain(record.get("DOI")),
        "language": language(record.get("language")),
        "abstract": abstract(record.get("abstract")),
        "type": kind,
        "url": plain(part(record, "resource", "primary", "URL")),
    }


def _year(value: Any) -> int | None:
    dates = part(value, "date-parts")
    day = dates[0] if isinstance(dates, list) and dates else None
    return year(day[0]) if isinstance(day, list) and day else None


def _name(value: dict[str, Any]) -> Name:
    family, given = plain(value.get("family")), plain(value.get("given"))
    if plain(value.get("suffix")) and given:
        given = f"{given}, {plain(value.get('suffix'))}"
    if family and given:
        return {"family": family, "given": given}
    whole = plain(value.get("name")) or family or given
    return {"literal": whole} if whole else {}
