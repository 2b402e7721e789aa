"""A text's words and their stems: one way for indexing, searching and highlighting.

Owns where a word ends and which stem it has: Snowball's for the languages that have one, the
lemma of simplemma's dictionary for Icelandic and Northern Sámi (a compound by its last part, since
dictionaries hold few compounds), a light stem where neither knows the word. Which language a text
is in is its row's; stop words are `kb.search.languages`'s.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kb.search.languages import STEMMERS, analyser
from kb.search.light_stems import light_stem

DICTIONARY_FIELDS = ("is", "se")
LONGEST_WORD = 100  # characters; what is longer is no word, and is cut
LEAST_TAIL = 4  # letters of a compound's last part that is looked up by itself
_WORD = re.compile(r"[^\W_]+")


class Token(NamedTuple):
    """A word of a text: as it stands in lower case, and its [start, end) characters."""

    word: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the text's words in order."""
    for found in _WORD.finditer(text):
        yield Token(found.group().lower()[:LONGEST_WORD], found.start(), found.end())


def word_ranges(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the text's words in order, in lower case, each with its [start, end) characters."""
    for found in _WORD.finditer(text):
        yield found.group().lower()[:LONGEST_WORD], found.span()


def words(text: str) -> list[str]:
    """Return the text's words in lower case, in order."""
    lower = text.lower()
    # One letter is two in lower case, of which one ends a word; one hangs on what stands around it.
    if len(lower) != len(text) or "Σ" in text:
        return [found.lower()[:LONGEST_WORD] for found in _WORD.findall(text)]
    found = _WORD.findall(lower)
    if max(map(len, found), default=0) > LONGEST_WORD:
        return [word[:LONGEST_WORD] for word in found]
    return found


@functools.lru_cache(maxsize=200_000)
def stem_word(word: str, field: str) -> str:
    """Return the stem of a lower-case word in a field's language; never empty."""
    if field in STEMMERS:
        found = analyser(field).analyze(word)
        return str(found[0]) if found else word
    if field in DICTIONARY_FIELDS:
        # The lemma loses its ending too, so that it meets the forms that are not known.
        return light_stem(_lemma(word, _dictionary(field)), field)
    return light_stem(word, field)


@functools.cache
def _dictionary(field: str) -> Mapping[str, str]:
    """The forms and lemmas of a language; reading one takes about 0.2 s and 30 MB."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    found: Mapping[str, str] = DefaultDictionaryFactory().get_dictionary(field)
    return found


def _lemma(word: str, lemmas: Mapping[str, str]) -> str:
    """Return a word's lemma, that of its longest known tail, or the word itself.

    A tail's lemma must begin like it: skyldu is a form of the verb skulu too, and þagnarskyldu of
    no verb.
    """
    whole = lemmas.get(word)
    if whole is not None:
        return whole.lower()
    for start in range(2, len(word) - LEAST_TAIL + 1):
        tail = word[start:]
        lemma = lemmas.get(tail)
        if lemma is not None and lemma[:1] == tail[:1] and lemma[2:3] == tail[2:3]:
            return (word[:start] + lemma).lower()
    return word
