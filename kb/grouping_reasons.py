"""Why an item was taken to belong to its publication: the sentences, and reading them back.

Owns the closed list of reasons. The record keeps the sentence; the app finds out which one it is to
say it in another language.
"""

from __future__ import annotations

import re
from functools import lru_cache

REASONS = {
    "new": "not known before",
    "decided": "put here by {by}",
    "version": "a version of {item}",
    "doi": "the same DOI {value}",
    "file": "the same file at another address",
    "isbn": "the same ISBN {value}",
    "series": "the same number in the same series, {value}",
    "title": "the same title, with no year or author against it",
    "near_title": "nearly the same title, and the same author or publisher",
    "subtitle": "the same title but for its subtitle, and the same author or publisher",
    "edition": "the same title and author or publisher, in another edition",
    "text": "nearly the same text ({percent} %)",
    "parallel": "its title is given as the other one's in another language",
    "translation": "the same makers, names and figures in another language",
    "summary": "a summary of it, by its title",
}


def reason(code: str, **details: object) -> str:
    """Return the sentence of a reason; raises KeyError for a code that is not in the list."""
    return REASONS[code].format(**details)


def read_reason(sentence: str) -> tuple[str, dict[str, str]] | None:
    """Return a sentence's code and details; None where it is none of ours."""
    for code, pattern in _patterns().items():
        if found := pattern.fullmatch(sentence):
            return code, found.groupdict()
    return None


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    return {
        code: re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(text)), re.DOTALL)
        for code, text in REASONS.items()
    }
