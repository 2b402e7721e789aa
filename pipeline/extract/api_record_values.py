"""Values of JSON records, made safe and plain: texts without markup, years, names, languages.

Owns the tolerance for values of the wrong type (they are none) and for markup in texts. Which
field means what is the business of the reader of each catalogue.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import lxml.etree
import lxml.html

from pipeline.extract.metadata.names import Name, parse_name_list
from pipeline.extract.metadata.values import clean, plausible_year
from pipeline.language import normalise

MAX_TEXT = 20_000  # characters; no title or abstract is longer
MAX_NAMES = 300  # authors; a consortium's paper may name more, a citation does not
_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
_HEADING = re.compile(
    r"(?:abstract|sammendrag|sammanfattning|resumé|tiivistelmä|útdráttur)[:.\s]+", re.IGNORECASE
)
_BLOCKS = ("p", "br", "title", "sec", "li", "list-item", "div")


def plain(value: Any) -> str:
    """Return a text on one line without markup or control characters; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    if isinstance(value, int) and abs(value) >= 10**18:
        return ""  # no year, volume or page has so many digits, and some cannot be written out
    text = str(value)[:MAX_TEXT]
    if _TAG.search(text):
        text = _without_tags(text)
    elif _ENTITY.search(text):
        text = html.unescape(text)
    return clean("".join(letter if _is_printable(letter) else " " for letter in text))


def texts(value: Any) -> list[str]:
    """Return the texts of a list, or of one text; empty ones are left out."""
    values = value if isinstance(value, list) else [value]
    return [text for text in map(plain, values) if text]


def first(value: Any) -> str:
    """Return the first text of a list, or the text itself, or ""."""
    return next(iter(texts(value)), "")


def part(value: Any, *path: str) -> Any:
    """Return what lies at a path of keys, or None."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def parts(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list."""
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def year(value: Any) -> int | None:
    """Return the year that a number, or a date as text, begins with."""
    match = re.match(r"\s*(\d{4})(?!\d)", plain(value))
    return plausible_year(int(match.group(1))) if match else None


def language(value: Any) -> str | None:
    """Return one of our language codes for a code, a name or an address that ends in a code."""
    return normalise(plain(value).rpartition("/")[2])


def names(values: Iterable[Any]) -> list[Name]:
    """Return names as printed in CSL's form; organisations stay whole."""
    given = [text for text in (plain(value) for value in values) if text][:MAX_NAMES]
    return parse_name_list(list(dict.fromkeys(given)))


def bodies(values: Iterable[Any]) -> list[Name]:
    """Return names of organisations, each whole."""
    return [{"literal": text} for text in dict.fromkeys(map(plain, values)) if text]


def abstract(value: Any) -> str:
    """Return an abstract as plain text, without the word "Abstract" before it."""
    text = plain(value)
    return text[found.end() :] if (found := _HEADING.match(text)) else text


def _is_printable(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cs", "Co")


def _without_tags(text: str) -> str:
    """Return the text of HTML or JATS; words of two blocks stay apart."""
    try:
        root = lxml.html.fragment_fromstring(text, create_parent="div")
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError):
        return _TAG.sub(" ", text)
    for node in root.iter():
        if not isinstance(node.tag, str):
            node.text = ""  # a comment says nothing
        elif node.tag.rpartition(":")[2] in _BLOCKS:
            node.tail = " " + (node.tail or "")
    return str(root.text_content())
