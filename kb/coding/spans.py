"""Marked spans of a passage: kept as text quotes, found again in a text that has changed.

Owns making a span (a W3C TextQuoteSelector inside the passage's text) and placing it. Which
passage a coding stands on is `kb.anchors`' and `kb.publications`'.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from kb.anchors import CLOSE_ENOUGH, CONTEXT, normalise
from kb.errors import CodingError

Range = tuple[int, int]
_WORD = re.compile(r"[\w\u00ad]+")  # punctuation between words may change
STRETCH = 1.5  # a changed span may be this many times as long as it was, in words


def make_span(text: str, start: int, end: int) -> dict[str, Any]:
    """Quote characters `start:end` of a passage's text, with what stands around them.

    Blanks at the edges are left out. Raises CodingError for a range that is not in the text or
    marks nothing.
    """
    if not 0 <= start < end <= len(text):
        raise CodingError(
            f"Expected a marked span inside the passage's {len(text)} characters, found "
            f"{start} to {end}; mark it again."
        )
    exact = text[start:end]
    start += len(exact) - len(exact.lstrip())
    end -= len(exact) - len(exact.rstrip())
    if start >= end:
        raise CodingError("Expected words in the marked span, found only blanks; mark it again.")
    return {
        "exact": text[start:end],
        "prefix": text[max(0, start - CONTEXT) : start],
        "suffix": text[end : end + CONTEXT],
    }


def place_span(text: str, span: Mapping[str, Any]) -> Range | None:
    """Where a span stands in a text now, as characters `start:end`; None where it is gone.

    The very words win, among several places the one whose context fits best; else the stretch
    that says nearly the same (`CLOSE_ENOUGH` of the words, in order).
    """
    exact = str(span["exact"])
    places = [match.start() for match in re.finditer(f"(?={re.escape(exact)})", text)]
    if places:
        best = max(places, key=lambda at: (_fit(text, at, at + len(exact), span), -at))
        return best, best + len(exact)
    return _place_words(text, exact)


def _fit(text: str, start: int, end: int, span: Mapping[str, Any]) -> int:
    """How many characters before and after a place are as they were."""
    prefix, suffix = str(span.get("prefix") or ""), str(span.get("suffix") or "")
    before = _common(text[:start][::-1], prefix[::-1])
    return before + _common(text[end:], suffix)


def _common(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _place_words(text: str, exact: str) -> Range | None:
    words = [match.span() for match in _WORD.finditer(text)]
    found = [normalise(text[start:end]) for start, end in words]
    wanted = [normalise(word) for word in _WORD.findall(exact)]
    blocks = [
        block
        for block in SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks()
        if block.size
    ]
    met = sum(block.size for block in blocks)
    if not blocks or met < CLOSE_ENOUGH * len(wanted):
        return None
    first, last = blocks[0].b, blocks[-1].b + blocks[-1].size - 1
    if last - first + 1 > STRETCH * len(wanted):
        return None
    return words[first][0], words[last][1]
