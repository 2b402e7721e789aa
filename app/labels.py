"""How records are named on screen: codes, countries, authors, pages; in the session's language.

Owns wording only. All text returned is plain and still to be escaped by whoever draws it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from app.i18n import _, language
from corpora.codebook import Codebook, Kind
from kb.display_names import country_name, language_name

_KINDS: dict[str, Kind] = {
    "factor": "factors",
    "direction": "directions",
    "evidence_type": "evidence_types",
    "sector": "sectors",
    "target_group": "target_groups",
    "area": "areas",
}
_MOST_AUTHORS = 3


def value_label(codebook: Codebook, dimension: str, value: str) -> str:
    """What a value of a filter or of a map's dimension is called."""
    if dimension in _KINDS:
        return codebook.label(_KINDS[dimension], value, language())
    if dimension == "country":
        return country_name(value, language())
    if dimension == "language":
        return language_name(value, language())
    return value


def dimension_label(dimension: str) -> str:
    """What a filter or dimension is called."""
    return {
        "factor": _("Factor"),
        "direction": _("Direction"),
        "country": _("Country"),
        "language": _("Language"),
        "year": _("Year"),
        "evidence_type": _("Evidence type"),
        "sector": _("Sector"),
        "target_group": _("Target group"),
        "area": _("Area of the 2017 review"),
        "publisher": _("Publisher"),
    }.get(dimension, dimension)


def status_label(status: str) -> str:
    """What the state of a coding is called."""
    return {
        "suggested": _("machine suggestion"),
        "accepted": _("checked"),
        "added": _("added by a person"),
        "rejected": _("rejected"),
    }.get(status, status)


def verdict_label(verdict: str | None) -> str:
    """What a screening verdict is called."""
    return {
        "include": _("Included"),
        "exclude": _("Left out"),
        "undecided": _("Undecided"),
    }.get(verdict or "", _("Not screened"))


def pages_label(first: str | None, last: str | None) -> str | None:
    """Return "p. 12" or "pp. 12–13"; None where there are no pages."""
    if not first:
        return None
    if last and last != first:
        return _("pp. {first}–{last}").format(first=first, last=last)
    return _("p. {page}").format(page=first)


def authors_label(csl: Mapping[str, Any]) -> str | None:
    """Family names of the authors, shortened after three; None where there is none."""
    names = [_name(author) for author in csl.get("author") or () if isinstance(author, Mapping)]
    names = [name for name in names if name]
    if not names:
        return None
    if len(names) > _MOST_AUTHORS:
        return _("{name} and others").format(name=names[0])
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} & {names[-1]}"


def _name(author: Mapping[str, Any]) -> str:
    return str(author.get("family") or author.get("literal") or author.get("given") or "").strip()


def makers_label(csl: Mapping[str, Any]) -> str:
    """Authors and publisher (or journal), each said once; empty where none is known."""
    publisher = csl.get("publisher") or csl.get("container-title")
    names = (authors_label(csl), str(publisher).strip() if publisher else None)
    return " · ".join(dict.fromkeys(name for name in names if name))


def countries_label(codes: Sequence[str]) -> str | None:
    """Names of countries, or None where there is none."""
    return ", ".join(country_name(code, language()) for code in codes) or None


def year_of(csl: Mapping[str, Any]) -> str | None:
    """The year of issue, or None."""
    parts = (csl.get("issued") or {}).get("date-parts") or [[]]
    return str(parts[0][0]) if parts and parts[0] else None


def file_name(name: str) -> str:
    """A file's name from a set's: letters of the Latin alphabet, digits and hyphens."""
    folded = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ø", "O"))
    ascii_only = folded.replace("æ", "ae").replace("Æ", "AE").encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", ascii_only).strip("-").lower()[:60] or "citations"
