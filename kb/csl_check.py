"""Is a CSL-JSON record one that citation programs can use?

Owns the list of CSL types and the checks; says problems as sentences and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kb.identifiers import normalise_doi, normalise_isbn, normalise_issn

CSL_TYPES: Final = frozenset(
    """article article-journal article-magazine article-newspaper bill book broadcast chapter
    classic collection dataset document entry entry-dictionary entry-encyclopedia event figure
    graphic hearing interview legal_case legislation manuscript map motion_picture musical_score
    pamphlet paper-conference patent performance periodical personal_communication post
    post-weblog regulation report review review-book software song speech standard thesis treaty
    webpage""".split()
)
"""Every item type of CSL 1.0.2."""

_TEXT_KEYS: Final = (
    "title publisher collection-title number container-title volume issue page ISBN ISSN DOI URL "
    "language abstract genre note locator label"
).split()
_IDENTIFIERS: Final = {
    "ISBN": (normalise_isbn, "13 digits with a right check digit"),
    "ISSN": (normalise_issn, "the form 1234-567X with a right check digit"),
    "DOI": (normalise_doi, "the form 10.1234/suffix"),
}


def validate_csl(csl: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is wrong with a record, one sentence each; empty where nothing is.

    A missing title or year is no fault of the record's form and is not reported.
    """
    return (*_check_head(csl), *_check_texts(csl), *_check_names(csl), *_check_date(csl))


def _check_head(csl: Mapping[str, Any]) -> list[str]:
    problems = []
    given = csl.get("id")
    if isinstance(given, bool) or not isinstance(given, str | int) or given == "":
        problems.append(f"The record needs an id, found {given!r}; give it one.")
    if csl.get("type") not in CSL_TYPES:
        problems.append(
            f"The record's type is {csl.get('type')!r}, which CSL does not have; use report, "
            "article-journal, chapter, thesis, webpage or book."
        )
    return problems


def _check_texts(csl: Mapping[str, Any]) -> list[str]:
    problems = [
        f"Field {key} holds {type(csl[key]).__name__}, expected text; write it as text."
        for key in _TEXT_KEYS
        if key in csl and not isinstance(csl[key], str | int)
    ]
    for key, (normalise, form) in _IDENTIFIERS.items():
        if isinstance(csl.get(key), str) and normalise(csl[key]) is None:
            problems.append(
                f"{key} {csl[key]!r} does not have {form}; check it in the publication."
            )
    return problems


def _check_names(csl: Mapping[str, Any]) -> list[str]:
    names = csl.get("author", [])
    if not isinstance(names, list):
        return [f"Field author holds {type(names).__name__}, expected a list of names."]
    usable = [
        isinstance(name, Mapping) and any(name.get(key) for key in ("literal", "family", "given"))
        for name in names
    ]
    return [
        f"Author {place} has no name, found {names[place - 1]!r}; give literal or family."
        for place, good in enumerate(usable, start=1)
        if not good
    ]


def _check_date(csl: Mapping[str, Any]) -> list[str]:
    if "issued" not in csl:
        return []
    issued = csl["issued"]
    if isinstance(issued, Mapping) and isinstance(issued.get("literal"), str):
        return []  # CSL lets a date be words
    parts = issued.get("date-parts") if isinstance(issued, Mapping) else None
    good = (
        isinstance(parts, list)
        and 1 <= len(parts) <= 2
        and all(
            isinstance(part, list)
            and 1 <= len(part) <= 3
            and all(isinstance(number, int) and not isinstance(number, bool) for number in part)
            for part in parts
        )
    )
    if good:
        return []
    return [f'Field issued is {issued!r}, expected {{"date-parts": [[year, month, day]]}}.']
