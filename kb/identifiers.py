"""Identifiers of publications in one written form: ISBN, ISSN, DOI and language tags.

Owns normalising and check digits. A value that cannot be what it claims to be gives None, so a
caller leaves it out instead of storing a guess. What stands in a record is `kb.bibliography`'s.
"""

from __future__ import annotations

import re
from typing import Final

from kb.language_names import LANGUAGE_CODES

_DOI: Final = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+", re.IGNORECASE)
_DOI_TAIL: Final = ".,;:"
_BRACKETS: Final = {")": "(", "]": "[", "}": "{", ">": "<"}
_TAG: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*\Z")


def normalise_isbn(value: object) -> str | None:
    """Return the 13 digits of an ISBN-10 or ISBN-13, or None where the check digit is wrong.

    Hyphens, spaces and the word ISBN around the number are dropped; an ISBN-10 becomes the
    ISBN-13 of the same book, so that two ways of printing it compare equal.
    """
    text = re.sub(r"(?i)\bisbn(?:[- ]?1[03])?\b[: ]*", "", str(value))
    digits = re.sub(r"[\s\-‐‑–]", "", text).upper()
    if re.fullmatch(r"\d{9}[\dX]", digits):
        if _weighted(digits, range(10, 0, -1)) % 11:
            return None
        body = "978" + digits[:9]
        return body + str(-_weighted(body, [1, 3] * 6) % 10)
    if re.fullmatch(r"97[89]\d{10}", digits) and _weighted(digits, [1, 3] * 6 + [1]) % 10 == 0:
        return digits
    return None


def normalise_issn(value: object) -> str | None:
    """Return an ISSN as `1234-567X`, or None where its shape or check digit is wrong."""
    text = re.sub(r"(?i)\b[ep]?-?issn(?:-l)?\b[: ]*", "", str(value))
    digits = re.sub(r"[\s\-‐‑–]", "", text).upper()
    if not re.fullmatch(r"\d{7}[\dX]", digits) or _weighted(digits, range(8, 0, -1)) % 11:
        return None
    return f"{digits[:4]}-{digits[4:]}"


def normalise_doi(value: object) -> str | None:
    """Return a DOI in lower case without resolver, prefix or trailing punctuation, or None."""
    match = _DOI.search(str(value).strip())
    if match is None:
        return None
    doi = match.group(0)
    while doi:
        last = doi[-1]
        opener = _BRACKETS.get(last)
        unbalanced = opener is not None and doi.count(last) > doi.count(opener)
        if last not in _DOI_TAIL and not unbalanced:
            break
        doi = doi[:-1]
    return doi.lower() if _DOI.fullmatch(doi) else None


def language_tag(value: object) -> str | None:
    """Return a language as its shortest tag (`nb`, `sv`, `en`), or None where none is named.

    Takes tags (`nb-NO`, `en_GB`), three-letter codes (`nob`, `ice`) and names in English or in
    the language itself. Plain `no` stays `no`: which written Norwegian it is was not said.
    """
    text = str(value).strip().casefold()
    named = LANGUAGE_CODES.get(text)
    if named is not None:
        return named
    match = _TAG.match(text)
    if match is None:
        return None
    primary = match.group(1)
    return LANGUAGE_CODES.get(primary, primary if len(primary) == 2 else None)


def _weighted(digits: str, weights: range | list[int]) -> int:
    """Return the weighted digit sum that check digits are made from (X counts ten)."""
    values = (10 if char == "X" else int(char) for char in digits)
    return sum(value * weight for value, weight in zip(values, weights, strict=True))
