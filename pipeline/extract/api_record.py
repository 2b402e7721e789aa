"""Records of catalogues' JSON interfaces to metadata; an abstract is their only text.

Owns what is the same for all of them and which reader reads which. A value of the wrong type is
none; what a record does not say is not guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipeline.catalogue_record import UnreadableJsonError, unwrap_record
from pipeline.extract import choose
from pipeline.extract.api_record_crossref import read_crossref
from pipeline.extract.api_record_finna import read_finna
from pipeline.extract.api_record_kudos import read_kudos
from pipeline.extract.api_record_nva import read_nva
from pipeline.extract.api_record_openalex import read_openalex
from pipeline.extract.job import Job
from pipeline.extract.metadata import Fields
from pipeline.extract.metadata.values import find_doi, find_isbn, find_issn, is_address
from pipeline.extract.outcome import finish, quarantined
from pipeline.records import Block, Extracted, Field

ABSTRACT_WORDS = 30  # words; a shorter description is a note

_READERS: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], float]] = {
    "nva": (read_nva, 0.93),
    "kudos": (read_kudos, 0.93),
    "finna": (read_finna, 0.93),
    "crossref": (read_crossref, 0.95),
    "openalex": (read_openalex, 0.88),
}
"""Reader and confidence; OpenAlex gathers from everywhere, by machine."""

_IDENTIFIERS = {"doi": find_doi, "isbn": find_isbn, "issn": find_issn}


def read_api_record(job: Job) -> Extracted:
    """Return the metadata of one record."""
    try:
        origin, page, record = unwrap_record(job.data)
    except UnreadableJsonError as error:
        return quarantined(choose.API, f"The catalogue's record {error}; harvest it again.")
    if origin not in _READERS:
        return quarantined(
            choose.API,
            f"The record is of a catalogue that is not known here ({origin[:40]!r}); expected one "
            f"of {', '.join(_READERS)}.",
        )
    reader, confidence = _READERS[origin]
    fields = _fields(reader(record), origin, confidence)
    if page is not None and is_address(page):
        fields.setdefault("url", Field(page, origin, confidence))
    if not fields.keys() - {"type", "language", "url"}:
        return quarantined(
            choose.API, "The record says nothing of a publication; it was probably deleted."
        )
    blocks: list[Block] = []
    if "title" in fields:
        blocks.append(Block("heading", fields["title"].value))
    abstract = fields.get("abstract")
    if abstract is not None and len(abstract.value.split()) >= ABSTRACT_WORDS:
        blocks.append(Block("abstract", abstract.value))
    said = fields["language"].value if "language" in fields else None
    return finish(choose.API, f"api {origin} 1", blocks, fields, language_hint=said)


def _fields(said: dict[str, Any], origin: str, confidence: float) -> Fields:
    found: Fields = {}
    for name, value in said.items():
        if name in _IDENTIFIERS and isinstance(value, str):
            value = _IDENTIFIERS[name](value)
        if name == "url" and not (isinstance(value, str) and is_address(value)):
            continue
        if value not in (None, "", []):
            found[name] = Field(value, origin, confidence)
    return found
