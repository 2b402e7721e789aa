"""Field prefixes whose values are filters: year:, country:, language:, factor:, direction:, type:.

Owns how their values are read. Which values there are is the caller's: the codebook's are its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kb.language_names import LANGUAGE_CODES
from kb.search.notices import Notice
from kb.search.query_syntax import Named
from kb.search.rows import Filters

FILTERS = {
    "country": "countries",
    "language": "languages",
    "factor": "factors",
    "direction": "directions",
    "type": "evidence_types",
}
Known = Mapping[str, Mapping[str, str]]
"""For a field the names of its values, in small letters, and the code each stands for."""

NORWEGIAN = ("nb", "nn")  # what language:no asks for
_YEARS = re.compile(r"(?P<first>\d{4})?(?P<span>\.\.+|-|–)?(?P<last>\d{4})?")
_MOST_OPTIONS = 20  # values named in a notice


def known_languages() -> dict[str, str]:
    """Return the names and codes of languages, in small letters, with the code of each."""
    return {name.replace(" ", "_"): code for name, code in LANGUAGE_CODES.items()}


def read_filter(named: Named, known: Known) -> Filters | Notice:
    """Return the filter that a field prefix asks for, or what is wrong with its value.

    Several values are parted by commas (one at an end parts nothing); any of them will do. A
    field that `known` does not have is taken as written.
    """
    if named.field == "year":
        return _years(named)
    values: list[str] = []
    for part in list(filter(str.strip, named.value.split(","))) or [named.value]:
        name = "_".join(part.lower().split())
        names = known.get(named.field)
        code = part.strip() if names is None else names.get(name)
        if code is None:
            return _unknown(named, part.strip(), names or {})
        values += NORWEGIAN if (named.field, code) == ("language", "no") else (code,)
    chosen: dict[str, Any] = {FILTERS[named.field]: tuple(dict.fromkeys(values))}
    return Filters(**chosen)


def join_filters(one: Filters, other: Filters) -> Filters:
    """Return the filter that allows what either allows, where both are of the same lists."""
    lists: dict[str, Any] = {
        name: tuple(dict.fromkeys(getattr(one, name) + getattr(other, name)))
        for name in FILTERS.values()
    }
    return replace(one, **lists)


def _years(named: Named) -> Filters | Notice:
    found = _YEARS.fullmatch(named.value.strip())
    first, span, last = found.group("first", "span", "last") if found else (None, None, None)
    if not (first or last) or (first and last and not span):
        return Notice("bad_year", named.at + 1, {"value": named.value})
    start = int(first) if first else None
    end = int(last) if last else (start if span is None else None)
    if start is not None and end is not None and start > end:  # no publication fits: a slip
        return Notice("bad_year", named.at + 1, {"value": named.value})
    return Filters(year_from=start, year_to=end)


def _unknown(named: Named, value: str, names: Mapping[str, str]) -> Notice:
    options = list(dict.fromkeys(names.values()))
    shown = ", ".join(options[:_MOST_OPTIONS]) + (" …" if len(options) > _MOST_OPTIONS else "")
    values = {"value": value, "field": named.field, "options": shown}
    return Notice("unknown_value", named.at + 1, values)
