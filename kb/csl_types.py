"""Which CSL type a publication is, from the evidence in its fields.

Owns the rules and the words they look for; `kb.bibliography` builds the record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

RECORD_TYPES: Final = ("report", "article-journal", "chapter", "thesis", "webpage", "book")
"""The types our own pipeline gives; imported records may carry any other CSL type."""

EARLIEST_YEAR, LATEST_YEAR = 1500, 2100  # years outside are misread numbers

_DOCUMENT_TYPES: Final = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument",
    "application/msword",
    "application/vnd.ms-powerpoint",
    "application/vnd.oasis.opendocument",
)
_THESIS: Final = re.compile(
    r"""\b(?:
        (?:master|bachelor|doktor(?:grad)?s?|ph\.?\s?d\.?|lisensiat|licentiat|kandidat)[-\s]?
            (?:'s\s|s|er)?[-\s]?
            (?:thesis|oppg[aå]ve|avhandling|afhandling|uppsats|speciale|projekt|dissertation)\w*
        | (?:opinn[aä]yte|p[aä]{2}tt[oö])ty[oö]\w* | pro[-\s]gradu\w* | v[aä]it[oö]skirja\w*
        | hovedoppg[aå]ve\w* | examensarbete\w* | (?:doctoral|phd)\s(?:thesis|dissertation)
        | (?:meistara|doktors|lokarit|bs-|ba-|ma-)\w*ritger[dð]\w* | lokaritger[dð]\w*
        | masterarbeid\w* | gradu-tutkielma\w*
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_BOOK_PUBLISHERS: Final = re.compile(
    r"\b(?:universitetsforlaget|fagbokforlaget|gyldendal|cappelen damm|studentlitteratur|"
    r"hans reitzel|akademika|natur (?:&|och) kultur|gleerups|routledge|springer|palgrave|"
    r"policy press|sage|elsevier|oxford university press|cambridge university press)\b",
    re.IGNORECASE,
)
_NUMBERED: Final = (
    # Fafo-rapport 2020:02 · Rapport 3/2017 · NOU 2009: 22 · TemaNord 2015-522 (not 2020-2024)
    re.compile(
        r"(?P<series>\D.*?)[\s,]+(?:(?:nr|no|nro)\.?\s*)?"
        r"(?P<number>\d{1,4}(?::\s?|/)\d{1,4}|\d{4}-\d{1,3})",
        re.IGNORECASE,
    ),
    # Rapport nr. 5 · Report no 12
    re.compile(r"(?P<series>\D.*?)[\s,]+(?:nr|no|nro)\.?\s*(?P<number>\d{1,5})", re.IGNORECASE),
)


def choose_type(fields: Mapping[str, Any], media_type: str | None = None) -> str:
    """Return the CSL type that the fields speak for.

    In this order: words for a thesis in series, genre or publisher; a journal, a volume
    with an issue, or a DOI with an ISSN and neither series nor ISBN (report series carry DOIs and
    ISSNs too); a book the text
    stands in; series, number or commissioner (report); an ISBN (book from a trade publisher, else
    report); a document file (report); an address or a page of text (webpage); else report.
    """

    def has(*keys: str) -> bool:
        return any(fields.get(key) for key in keys)

    if thesis_genre(fields):
        return "thesis"
    in_parts = has("volume") and has("issue")
    if has("journal") or in_parts or (has("doi") and has("issn") and not has("series", "isbn")):
        return "article-journal"
    if has("book"):
        return "chapter"
    if has("series", "number", "commissioner"):
        return "report"
    if has("isbn"):
        trade = _BOOK_PUBLISHERS.search(str(fields.get("publisher") or ""))
        return "book" if trade else "report"
    if media_type and media_type.startswith(_DOCUMENT_TYPES):
        return "report"
    return "webpage" if has("url") or media_type else "report"


def thesis_genre(fields: Mapping[str, Any]) -> str | None:
    """Return the words that say a publication is a thesis, as they stand, or None."""
    for key in ("genre", "series", "subtitle", "publisher"):
        text = str(fields.get(key) or "")
        if _THESIS.search(text):
            return " ".join(text.split()) if key in ("genre", "series") else _first(text)
    return None


def split_series(series: str) -> tuple[str, str | None]:
    """Return a series title and the number printed behind it, where the pattern is plain."""
    for pattern in _NUMBERED:
        match = pattern.fullmatch(series)
        if match:
            return match.group("series").rstrip(" ,:"), match.group("number")
    return series, None


def _first(text: str) -> str:
    """Return only the words for a thesis out of a longer text."""
    match = _THESIS.search(text)
    return match.group(0) if match else text
