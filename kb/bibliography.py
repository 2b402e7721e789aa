"""The bibliographic record as CSL-JSON: made from extracted fields, labelled, checked.

Owns the choice of type and the form of every value. A value that is absent or unusable is left
out, never guessed. Where fields come from is `pipeline.extract`'s; how records are written out and
read back is `kb.citations`'.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kb.csl_check import CSL_TYPES, validate_csl
from kb.csl_types import EARLIEST_YEAR, LATEST_YEAR, choose_type, split_series, thesis_genre
from kb.identifiers import language_tag, normalise_doi, normalise_isbn, normalise_issn

__all__ = [
    "label",
    "language_tag",
    "normalise_doi",
    "normalise_isbn",
    "normalise_issn",
    "to_csl",
    "validate_csl",
]

_WORDS: Final = {  # language -> (more authors, between two, no date)
    "nb": ("mfl.", "og", "u.å."),
    "nn": ("mfl.", "og", "u.å."),
    "da": ("m.fl.", "og", "u.å."),
    "sv": ("m.fl.", "och", "u.å."),
    "fi": ("ym.", "ja", "s.a."),
    "is": ("o.fl.", "og", "án árs"),
    "en": ("et al.", "and", "n.d."),
}
_LABEL_TITLE_CHARS: Final = 40  # characters: a title standing in for an author stays a label
_SOFT_HYPHEN: Final = "\u00ad"


def to_csl(
    publication_id: str, fields: Mapping[str, Any], *, media_type: str | None = None
) -> dict[str, Any]:
    """Return the CSL-JSON record of a publication from its extracted fields.

    `fields` maps metadata keys of `Extracted.metadata` to plain values (title, subtitle, authors,
    year, publisher, series, number, journal, volume, issue, pages, isbn, issn, doi, language,
    commissioner, url, abstract; `book` is a chapter's container; `type` is a catalogue's own CSL
    type, which counts where CSL has it). `media_type` is that of the file
    and helps the choice between a report and a web page. A key is absent where nothing is known.
    """
    values = {key: value for key, value in fields.items() if value not in (None, "", [], ())}
    series, number = _series(values)
    csl: dict[str, Any] = {
        "id": publication_id,
        "type": values["type"]
        if values.get("type") in CSL_TYPES
        else choose_type({**values, "series": series, "number": number}, media_type),
    }
    genre = thesis_genre(values) if csl["type"] == "thesis" else None
    plain = {
        "title": _title(values),
        "author": csl_names(values.get("authors")),
        "issued": csl_year(values.get("year")),
        "publisher": clean_text(values.get("publisher")),
        "genre": genre,
        "collection-title": None if series == genre else series,
        "number": number,
        "container-title": clean_text(values.get("journal") or values.get("book")),
        "volume": clean_text(values.get("volume")),
        "issue": clean_text(values.get("issue")),
        "page": csl_pages(values.get("pages")),
        "ISBN": normalise_isbn(values.get("isbn", "")),
        "ISSN": normalise_issn(values.get("issn", "")),
        "DOI": normalise_doi(values.get("doi", "")),
        "URL": web_address(values.get("url")),
        "language": language_tag(values.get("language", "")),
        "abstract": clean_text(values.get("abstract")),
    }
    csl.update({key: value for key, value in plain.items() if value})
    commissioner = clean_text(values.get("commissioner"))
    if commissioner:
        csl["custom"] = {"commissioner": commissioner}
    return csl


def label(csl: Mapping[str, Any], language: str = "nb") -> str:
    """Return a short label: `Fafo (2020)`, `Bulling og Berg (2018)`, `Hansen mfl. (2020)`.

    Without authors the publisher stands in, then the title; `language` chooses the small words.
    """
    more, between, undated = _WORDS.get(language, _WORDS["en"])
    names = [name for name in map(family_name, csl.get("author") or ()) if name]
    if len(names) > 2:
        who = f"{names[0]} {more}"
    elif names:
        who = f" {between} ".join(names)
    else:
        who = csl.get("publisher") or _shorten(csl.get("title") or "") or "?"
    year = issued_year(csl)
    return f"{who} ({undated if year is None else year})"


def issued_year(csl: Mapping[str, Any]) -> int | None:
    """Return the year of issue of a CSL record, or None."""
    try:
        return int(csl["issued"]["date-parts"][0][0])
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def family_name(name: Any) -> str:
    """Return what a name is listed under: the family name, or a body's whole name."""
    if not isinstance(name, Mapping):
        return ""
    return str(name.get("literal") or name.get("family") or name.get("given") or "")


def clean_text(value: Any) -> str | None:
    """Return a value as one line of text without soft hyphens, or None where nothing is left."""
    if value is None or isinstance(value, bool | Mapping | list | tuple):
        return None
    return " ".join(str(value).replace(_SOFT_HYPHEN, "").split()) or None


def csl_names(value: Any) -> list[dict[str, str]]:
    """Return names in CSL form: {"family", "given"} or {"literal"}; a plain string is literal.

    Nothing is split: which part of a name is the family name cannot be told from the text.
    """
    if isinstance(value, str | Mapping):
        value = [value]
    names: list[dict[str, str]] = []
    for entry in value if isinstance(value, Sequence) else ():
        given = entry if isinstance(entry, Mapping) else {"literal": entry}
        parts = {key: clean_text(given.get(key)) for key in ("family", "given", "literal")}
        if parts["literal"]:
            names.append({"literal": parts["literal"]})
        elif parts["family"] or parts["given"]:
            names.append({key: text for key, text in parts.items() if text})
    return names


def csl_year(value: Any) -> dict[str, list[list[int]]] | None:
    """Return a CSL date with a year from 1500 to 2100, or None."""
    match = re.fullmatch(r"\s*(\d{4})(?:\.0)?\s*", str(value))
    year = int(match.group(1)) if match else 0
    return {"date-parts": [[year]]} if EARLIEST_YEAR <= year <= LATEST_YEAR else None


def csl_pages(value: Any) -> str | None:
    """Return a page or page range with a plain hyphen (`12-20`), as CSL stores it, or None."""
    text = clean_text(value)
    if text is None:
        return None
    text = re.sub(r"^(?:pp?|s|sid|sidor|ss)\.\s*", "", text, flags=re.IGNORECASE)
    return re.sub(r"\s*(?:--+|[‐‑–—])\s*", "-", text) or None


def web_address(value: Any) -> str | None:
    """Return an http(s) address with unsafe characters percent-encoded, or None."""
    text = str(value or "").strip()
    if not re.match(r"https?://[^\s/?#]", text, re.IGNORECASE):
        return None
    return re.sub(r'[\s<>"{}|\\^`]', lambda found: f"%{ord(found.group(0)):02X}", text)


def _title(values: Mapping[str, Any]) -> str | None:
    """Return title and subtitle as one title."""
    title, subtitle = clean_text(values.get("title")), clean_text(values.get("subtitle"))
    if title is None or subtitle is None or subtitle.casefold() in title.casefold():
        return title or subtitle
    joint = " " if title[-1] in "?!.:–—" else ": "
    return title + joint + subtitle


def _series(values: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return series and number, parting `Fafo-rapport 2020:02` where no number was given."""
    series, number = clean_text(values.get("series")), clean_text(values.get("number"))
    if series and number and "".join(series.split()).endswith("".join(number.split())):
        title, printed = split_series(series)
        return (title, printed) if printed else (series.removesuffix(number).rstrip(" ,:"), number)
    return (series, number) if number or not series else split_series(series)


def _shorten(title: str) -> str:
    """Return a title cut at a word to about the length of a label."""
    if len(title) <= _LABEL_TITLE_CHARS:
        return title
    return title[:_LABEL_TITLE_CHARS].rsplit(" ", 1)[0] + " …"
