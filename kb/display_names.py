"""Names of countries and languages in any of our languages, from Unicode's CLDR through Babel."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale


@lru_cache(maxsize=16)
def _locale(code: str) -> Locale:
    return Locale.parse(code)


def country_name(code: str, in_language: str) -> str:
    """A country's name, or its code where it is unknown."""
    return str(_locale(in_language).territories.get(code.upper(), code))


def language_name(code: str, in_language: str) -> str:
    """A language's name with a capital, or its code where it is unknown."""
    name = str(_locale(in_language).languages.get(code, code))
    return name[:1].upper() + name[1:] if name != code else code
