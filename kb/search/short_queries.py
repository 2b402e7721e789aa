"""The language of a query of one or two words, which are too few to tell it by themselves.

Owns one rule: where no passage in the detected language has any of the words, and those in another
language have them all, the query is in that one. What detects a language is
`kb.search.languages`'s.
"""

from __future__ import annotations

from collections.abc import Sequence

from kb.search.asked_words import Vocabulary
from kb.search.folding import folded_stem
from kb.search.languages import FIELDS, field_of
from kb.search.stemming import words

MOST_WORDS = 2
_LANGUAGE_OF = {"no": "nb"}  # of a field that holds two


def likelier_language(text: str, detected: str, vocabulary: Vocabulary) -> str:
    """Return the language of a query: the one detected, unless only another has its words."""
    found = words(text)
    if not 0 < len(found) <= MOST_WORDS or _counts(found, field_of(detected), vocabulary)[1]:
        return detected
    having = {
        field: least
        for field in FIELDS
        if field != "xx" and (least := _counts(found, field, vocabulary)[0])
    }
    best = max(having, key=lambda field: having[field], default=None)
    return detected if best is None else _LANGUAGE_OF.get(best, best)


def _counts(found: Sequence[str], field: str, vocabulary: Vocabulary) -> tuple[int, int]:
    """Return the passages in a language with the rarest and with the most frequent of the words."""
    counts = [vocabulary.frequency("fold", field, folded_stem(word, field)) for word in found]
    return min(counts), max(counts)
