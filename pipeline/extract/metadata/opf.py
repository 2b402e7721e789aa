"""An e-book's package metadata: Dublin Core with EPUB's refinements.

Owns titles and their types, creators and their roles, and identifiers by scheme.
"""

from __future__ import annotations

import re
from typing import Any

from pipeline.extract.metadata import Fields
from pipeline.extract.metadata.names import parse_name_list
from pipeline.extract.metadata.pdf_front import is_worthless
from pipeline.extract.metadata.values import clean, find_doi, find_isbn, find_issn, find_year
from pipeline.language import normalise
from pipeline.records import Field

PACKAGE = 0.85
"""Confidence of a package value: a required record, filled in by a publisher's program."""
_AUTHOR_ROLES = frozenset({"aut", "cre", ""})  # MARC relators; no role at all means author


def read_package(package: Any) -> Fields:
    """Return the metadata of a package document's root element."""
    fields: Fields = {}

    def put(key: str, value: Any, confidence: float = PACKAGE) -> None:
        if value not in (None, "", []) and key not in fields:
            fields[key] = Field(value, "epub", confidence)

    record = package.find("{*}metadata")
    if record is None:
        return fields
    refined = _refinements(record)
    titles = [(refined.get((t.get("id"), "title-type"), ""), t) for t in _all(record, "title")]
    for kind, title in titles:
        name = clean("".join(title.itertext()))
        if is_worthless(name):
            continue
        put("subtitle" if kind == "subtitle" else "title", name)
    put("authors", _authors(record, refined))
    put("publisher", _first(record, "publisher"))
    dates = sorted(_all(record, "date"), key=_is_modification)
    put("year", next(filter(None, (find_year(clean(date.text or "")) for date in dates)), None))
    put(
        "language", next(filter(None, (normalise(text) for text in _texts(record, "language"))), "")
    )
    for element in (*_all(record, "identifier"), *_all(record, "source")):
        text = clean("".join(element.itertext()))
        put("doi", find_doi(text))
        put("isbn", find_isbn(re.sub(r"^urn:isbn:", "ISBN ", text, flags=re.I)))
        if "issn" in text.lower():
            put("issn", find_issn(text))
    put("abstract", _plain(_first(record, "description")))
    for meta in _all(record, "meta"):
        if (meta.get("property") or "") == "belongs-to-collection" and meta.text:
            put("series", clean(meta.text))
            put("number", refined.get((meta.get("id"), "group-position")))
        elif meta.get("name") == "calibre:series":
            put("series", clean(meta.get("content") or ""))
    return fields


def _all(record: Any, name: str) -> list[Any]:
    return list(record.iter("{*}" + name))


def _texts(record: Any, name: str) -> list[str]:
    texts = [clean("".join(element.itertext())) for element in _all(record, name)]
    return [text for text in texts if text]


def _first(record: Any, name: str) -> str:
    return next(iter(_texts(record, name)), "")


def _plain(text: str) -> str:
    """Return a description without the markup that some programs put in it."""
    return clean(re.sub(r"<[^>]{0,200}>", " ", text))


def _refinements(record: Any) -> dict[tuple[str | None, str], str]:
    """Return what EPUB 3's meta elements say of others: (id, property) to value."""
    return {
        (meta.get("refines", "").lstrip("#"), meta.get("property", "")): clean(meta.text or "")
        for meta in _all(record, "meta")
        if meta.get("refines")
    }


def _is_modification(date: Any) -> bool:
    """Return whether a date element says when the file was changed, not when it appeared."""
    return any(key.endswith("event") and "modif" in value for key, value in date.attrib.items())


def _authors(record: Any, refined: dict[tuple[str | None, str], str]) -> list[dict[str, str]]:
    """Return the creators whose role is author, by the form they are filed under where given."""
    names: list[str] = []
    for creator in _all(record, "creator"):
        own = next((value for key, value in creator.attrib.items() if key.endswith("role")), "")
        role = refined.get((creator.get("id"), "role"), own)
        if role not in _AUTHOR_ROLES:
            continue
        shown = clean("".join(creator.itertext()))
        filed = refined.get((creator.get("id"), "file-as"), "") or next(
            (value for key, value in creator.attrib.items() if key.endswith("file-as")), ""
        )
        family, comma, given = filed.partition(",")
        same = comma and sorted(filed.replace(",", " ").split()) == sorted(shown.split())
        name = f"{clean(family)}, {clean(given)}" if same else shown
        if name and not is_worthless(name):
            names.append(name)
    return parse_name_list(names)
