"""CSL-JSON files: one item a publication, its quotations in `note`, their pages in `locator`.

Owns writing and reading CSL-JSON. What the values mean is `kb.bibliography`'s.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from kb.bibliography import (
    clean_text,
    csl_names,
    language_tag,
    normalise_doi,
    normalise_isbn,
    normalise_issn,
)
from kb.citations.entries import CitedEntry, CitedPublication, gather
from kb.citations.problems import ReadRecord
from kb.csl_check import CSL_TYPES
from kb.csl_types import choose_type
from kb.errors import CitationError

_NORMALISED: Final = {
    "ISBN": normalise_isbn,
    "ISSN": normalise_issn,
    "DOI": normalise_doi,
    "language": language_tag,
}
_NAME_KEYS: Final = ("author", "editor", "translator")
_KEPT_AS_THEY_ARE: Final = ("issued", "accessed", "custom", "categories")


def write_csl_json(entries: Iterable[CitedEntry]) -> bytes:
    """Return a CSL-JSON array in UTF-8, one item for each publication."""
    items = [csl_item(publication) for publication in gather(entries)]
    return (json.dumps(items, ensure_ascii=False, indent=2) + "\n").encode()


def csl_item(publication: CitedPublication) -> dict[str, Any]:
    """Return a publication's record with `locator`, `label` and `note` from its passages.

    Pages of several passages stand in one locator (`12, 14-15`); with sections only, the locator
    is that of the first passage. Quotations stand whole in `note`, and as data in `custom`.
    """
    item = dict(publication.csl)
    places = [place for place in (p.locator for p in publication.passages) if place]
    pages = list(dict.fromkeys(value for label, value in places if label == "page"))
    if pages:
        item |= {"locator": ", ".join(pages), "label": "page"}
    elif places:
        item |= {"locator": places[0][1], "label": places[0][0]}
    notes = [*note_lines(item.get("note")), *publication.notes]
    if notes:
        item["note"] = "\n".join(notes)
    if publication.passages:
        passages = [
            {"quote": p.quote, "locator": place[1] if place else None, "permalink": p.permalink}
            for p, place in ((p, p.locator) for p in publication.passages)
        ]
        item["custom"] = {**item.get("custom", {}), "passages": passages}
    return item


def read_csl_json(text: str) -> Iterator[ReadRecord]:
    """Yield the records of a CSL-JSON array, an object with `items`, or a single record.

    Raises CitationError where the text is no JSON or holds no records.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CitationError(
            f"Expected a CSL-JSON file, found text that is no JSON ({error}); "
            "export it again as CSL JSON."
        ) from error
    if isinstance(data, dict):
        data = data.get("items", [data])
    if not isinstance(data, list):
        raise CitationError(
            f"Expected a list of CSL-JSON records, found {type(data).__name__}; "
            "export it again as CSL JSON."
        )
    for position, item in enumerate(data, start=1):
        if isinstance(item, dict) and item:
            yield ReadRecord(position, tidy_csl(item))
        else:
            yield ReadRecord(
                position,
                None,
                f"Record {position} is {type(item).__name__}, expected an object with fields; "
                "it was left out.",
            )


def tidy_csl(item: dict[str, Any]) -> dict[str, Any]:
    """Return a record read from elsewhere with its values in our form.

    Texts are one line each (a note may have several), identifiers normalised (one with a wrong
    check digit stays as it was), an unknown type is chosen anew from the fields.
    """
    csl: dict[str, Any] = {}
    for key, value in item.items():
        if key in _NAME_KEYS:
            names = csl_names([_whole_name(name) for name in _as_list(value)])
            csl[key] = names
        elif key in _KEPT_AS_THEY_ARE:
            csl[key] = _tidy_date(value) if key in ("issued", "accessed") else value
        elif key == "note":
            csl[key] = "\n".join(note_lines(value))
        else:
            text = clean_text(value)
            normalise = _NORMALISED.get(key)
            csl[key] = (normalise(text) or text) if text and normalise else text
    csl = {key: value for key, value in csl.items() if value not in (None, "", [], {})}
    if csl.get("type") not in CSL_TYPES:
        csl["type"] = choose_type(_evidence(csl))
    return csl


def note_lines(note: Any) -> list[str]:
    """Return a record's note as its lines, each one line of text."""
    lines = [clean_text(line) for line in str(note or "").splitlines()]
    return [line for line in lines if line]


def _whole_name(name: Any) -> Any:
    """Return a name with its particles and suffix back in the family and given names."""
    if not isinstance(name, dict) or name.get("literal"):
        return name
    particles = [name.get("dropping-particle"), name.get("non-dropping-particle")]
    family = " ".join(str(part) for part in (*particles, name.get("family")) if part)
    given = ", ".join(str(part) for part in (name.get("given"), name.get("suffix")) if part)
    return {"family": family, "given": given}


def _tidy_date(value: Any) -> Any:
    """Return a CSL date with whole numbers, or None where it holds no year."""
    parts = value.get("date-parts") if isinstance(value, dict) else None
    tidy = []
    for part in parts if isinstance(parts, list) else []:
        try:
            tidy.append([int(number) for number in _as_list(part)])
        except (TypeError, ValueError):
            continue
    tidy = [part for part in tidy if part]
    if tidy:
        return {"date-parts": tidy}
    raw = clean_text(value.get("raw") or value.get("literal")) if isinstance(value, dict) else None
    return {"literal": raw} if raw else None


def _evidence(csl: dict[str, Any]) -> dict[str, Any]:
    """Return a record's fields under the names that the choice of type goes by."""
    names = {"collection-title": "series", "container-title": "journal", "URL": "url"}
    names |= {"ISBN": "isbn", "ISSN": "issn", "DOI": "doi"}
    return {names.get(key, key): value for key, value in csl.items()}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
