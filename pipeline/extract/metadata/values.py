"""Single bibliographic values: clean one, or say that it is none.

Owns what counts as a DOI, ISBN, ISSN, year, series number, ... Each function returns None where
the text holds no such value; nothing is guessed.
"""

from __future__ import annotations

import re
from datetime import date

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>«»]+", re.IGNORECASE)
_ISSN = re.compile(r"(?<![\d-])(\d{4})[-–‐](\d{3}[\dXx])(?![\d-])")
_ISBN = re.compile(r"(?<![\d-])(?:97[89][- –‐]?)?(?:\d[- –‐]?){9}[\dXx](?![\d-])")
_YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20\d\d)(?!\d)")
_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}[./]\s?\d{1,2}[./](?P<a>(?:19|20)\d\d)|(?P<b>(?:19|20)\d\d)-\d\d(?:-\d\d)?)"
)
_ADDRESS = re.compile(r"https?://(?!\S*isbn)\S+", re.IGNORECASE)
_FIRST_YEAR = 1950
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """Return `text` on one line, without soft hyphens and doubled spaces."""
    return _SPACES.sub(" ", text.replace("\u00ad", "").replace("\u200b", "")).strip()


def find_doi(text: str) -> str | None:
    """Return the first DOI in `text`, in lower case, without the resolver and end punctuation."""
    match = _DOI.search(text)
    if match is None:
        return None
    doi = match.group().rstrip(".,;:'”’/")
    while doi.endswith((")", "]")) and doi.count("(") < doi.count(")") + doi.count("]"):
        doi = doi[:-1]
    return doi.lower()


def find_issn(text: str) -> str | None:
    """Return the first ISSN with a right check digit."""
    for match in _ISSN.finditer(text):
        digits = (match.group(1) + match.group(2)).upper()
        total = sum(int(d) * w for d, w in zip(digits[:7], range(8, 1, -1), strict=True))
        expected = (11 - total % 11) % 11
        if digits[7] == ("X" if expected == 10 else str(expected)):
            return f"{digits[:4]}-{digits[4:]}"
    return None


def find_isbn(text: str) -> str | None:
    """Return the first ISBN with a right check digit, digits and X only.

    The digits of a DOI or an address are none: a chapter's DOI holds its book's ISBN.
    """
    for match in _ISBN.finditer(_ADDRESS.sub(" ", _DOI.sub(" ", text))):
        digits = re.sub(r"[^\dX]", "", match.group().upper())
        if _right_isbn(digits):
            return digits
    return None


def _right_isbn(digits: str) -> bool:
    if len(digits) == 13 and digits.isdigit():
        return sum(int(d) * (1, 3)[i % 2] for i, d in enumerate(digits)) % 10 == 0
    if len(digits) == 10 and digits[:9].isdigit():
        last = 10 if digits[9] == "X" else int(digits[9])
        return (sum(int(d) * (10 - i) for i, d in enumerate(digits[:9])) + last) % 11 == 0
    return False


def is_address(text: str) -> bool:
    """Return whether `text` is nothing but a web address, a DOI's or a handle's included."""
    return bool(re.fullmatch(r"(?:https?://|www\.)\S+", text.strip(), re.IGNORECASE))


def find_year(text: str) -> int | None:
    """Return the year of the first date in `text`, else its first plausible year."""
    dated = _DATE.search(text)
    if dated:
        return plausible_year(int(dated.group("a") or dated.group("b")))
    for match in _YEAR.finditer(text):
        year = plausible_year(int(match.group()))
        if year is not None:
            return year
    return None


def plausible_year(year: int) -> int | None:
    """Return `year` where a report could have appeared in it, next year included."""
    return year if _FIRST_YEAR <= year <= date.today().year + 1 else None
