"""Whether a line under a title is a subtitle, or only says again who, where and when.

Covers set author, publisher, series and date where a subtitle would stand. Owns the comparison
with what is known; where lines are found is left to the readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.records import Field

_SPEAKING = ("authors", "publisher", "series", "number", "year", "journal", "commissioner")
_JOINING = frozenset(
    "og och and ja av af by fra från frá from for för fyrir i in nr no nro".split()
)


def restates(text: str, fields: Mapping[str, Field]) -> bool:
    """Return whether `text` holds nothing but what other fields say, or a part of one of them."""
    said = _words(text)
    known = sorted(set(_values(fields)), key=len, reverse=True)
    if any(_position(value, said) is not None for value in known):
        return True
    rest = said
    for value in known:
        at = _position(rest, value)
        if at is not None:
            rest = (*rest[:at], *rest[at + len(value) :])
    return len(rest) < len(said) and all(word in _JOINING for word in rest)


def _values(fields: Mapping[str, Field]) -> Iterator[tuple[str, ...]]:
    """Return the words of each known value; a person's name in both orders."""
    for key in _SPEAKING:
        if key not in fields:
            continue
        value = fields[key].value
        texts = _names(value) if key == "authors" and isinstance(value, list) else [str(value)]
        for text in texts:
            if words := _words(text):
                yield words


def _names(authors: list[Any]) -> Iterator[str]:
    for author in authors:
        family, given = author.get("family") or "", author.get("given") or ""
        yield author.get("literal") or f"{given} {family}"
        if family and given:
            yield f"{family} {given}"


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.casefold()))


def _position(words: tuple[str, ...], part: tuple[str, ...]) -> int | None:
    """Return where the words of `part` stand in a row in `words`; None where they do not."""
    for at in range(len(words) - len(part) + 1):
        if part and words[at : at + len(part)] == part:
            return at
    return None
