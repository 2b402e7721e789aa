"""One CSL-JSON record, as a bibliography file gives it, to metadata and its abstract.

Owns which of CSL's variables are which of our fields. A record has no text of its own but its
abstract. RIS, BibTeX and lists of records are parted into single ones by `kb.citations`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipeline.extract import choose
from pipeline.extract.job import Job
from pipeline.extract.metadata.values import clean
from pipeline.extract.outcome import finish, quarantined
from pipeline.language import normalise
from pipeline.records import Block, Extracted, Field

CSL = 0.95
"""How sure a catalogue's value is; above what a page says of itself, below what a person says."""

_TEXTS = {
    "title": "title",
    "publisher": "publisher",
    "collection-title": "series",
    "number": "number",
    "volume": "volume",
    "issue": "issue",
    "page": "pages",
    "ISBN": "isbn",
    "ISSN": "issn",
    "DOI": "doi",
    "URL": "url",
    "abstract": "abstract",
    "genre": "genre",
    "type": "type",
}
_PARTS_OF_BOOKS = ("chapter", "paper-conference", "entry", "entry-encyclopedia")


def read_csl(job: Job) -> Extracted:
    """Return the metadata of one record, and its abstract as its only text."""
    try:
        record = json.loads(job.data)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        return quarantined(
            choose.CSL, "The record is no CSL-JSON object; export the bibliography again."
        )
    fields = {key: Field(value, "csl", CSL) for key, value in _values(record).items()}
    blocks = [Block("heading", fields["title"].value)] if "title" in fields else []
    if "abstract" in fields:
        blocks.append(Block("abstract", fields["abstract"].value))
    if not fields.keys() - {"type"}:
        return quarantined(
            choose.CSL, "The record says nothing of a publication; add a title or an address to it."
        )
    extracted = finish(choose.CSL, "csl 1", blocks, fields)
    said = fields.get("language")
    if said is None:
        return extracted
    # an abstract is often in English; what the catalogue says is the language of the publication
    return replace(extracted, metadata={**extracted.metadata, "language": said})


def _values(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the record says under our names; an empty or unusable value is left out."""
    found: dict[str, Any] = {}
    for variable, name in _TEXTS.items():
        found[name] = _text(record.get(variable))
    container = "book" if record.get("type") in _PARTS_OF_BOOKS else "journal"
    found[container] = _text(record.get("container-title"))
    found["language"] = normalise(_text(record.get("language")))
    found["authors"] = [name for name in map(_name, _list(record.get("author"))) if name]
    found["year"] = _year(record.get("issued"))
    return {key: value for key, value in found.items() if value not in (None, "", [])}


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return clean(str(value))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _name(value: Any) -> dict[str, str]:
    """Return a name's parts that are there: family and given, or literal."""
    if not isinstance(value, dict):
        return {}
    parts = {key: _text(value.get(key)) for key in ("family", "given", "literal")}
    return {key: part for key, part in parts.items() if part}


def _year(value: Any) -> int | None:
    """Return the year of a CSL date, which is written as parts."""
    parts = _list(value.get("date-parts")) if isinstance(value, dict) else []
    first = _list(parts[0]) if parts else []
    try:
        return int(first[0]) if first else None
    except (TypeError, ValueError):
        return None
