"""Finding words and phrases in a text by their beginnings, so that inflected forms count.

Owns normalising a text into plain words and matching cue lists against them. Whose words are
looked for, and what a match is worth, is left to screening and to machine coding.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ENDINGS = {"fi": 3, "is": 2, "fo": 2, "kl": 2, "se": 2, "en": 1}
"""Letters a long word may lose before it is matched as a beginning; Finnish changes most."""

COMPOUND_LENGTH = 6
"""Beginnings of at least this many letters are also found inside compounds (kommuneledelse)."""


MOST_WORDS_KEPT = 50_000
"""Words whose matches a list remembers: texts repeat theirs, and each is looked up once."""

_BETWEEN_WORDS = re.compile(r"[\W_]+")

_Phrase = tuple[tuple[str, ...], str]


def normalise(text: str) -> str:
    """Return `text` in lower case, composed, with anything but letters and digits as one space."""
    composed = unicodedata.normalize("NFC", text).lower()
    return _BETWEEN_WORDS.sub(" ", composed).strip()


@dataclass(frozen=True)
class CueMatch:
    """A cue's category and where it stands: words `start:end` of the normalised text."""

    category: str
    start: int
    end: int


class CueList:
    """Cues of several categories, matched together in one pass over a text's words."""

    def __init__(self, cues: Mapping[str, Iterable[str]], trim: int = 0) -> None:
        """Take cues by category; a cue's long words may lose `trim` letters of their ending."""
        self._single: dict[str, set[str]] = {}
        self._first: dict[str, list[_Phrase]] = {}
        self._known: dict[str, tuple[tuple[str, ...], tuple[_Phrase, ...]]] = {}
        for category, terms in cues.items():
            for term in terms:
                stems = tuple(shorten_word(word, trim) for word in normalise(str(term)).split())
                if len(stems) == 1:
                    self._single.setdefault(stems[0], set()).add(category)
                elif stems:
                    self._first.setdefault(stems[0], []).append((stems[1:], category))
        every = [*self._single, *self._first]
        self._lengths = sorted({len(stem) for stem in every})

    def find(self, words: list[str]) -> list[CueMatch]:
        """Return every match in `words` (of a normalised text), in order."""
        found: list[CueMatch] = []
        for index, word in enumerate(words):
            categories, phrases = self._known.get(word) or self._look_up(word)
            for category in categories:
                found.append(CueMatch(category, index, index + 1))
            for rest, category in phrases:
                end = index + 1 + len(rest)
                following = words[index + 1 : end]
                if len(following) == len(rest) and all(
                    there.startswith(stem) for there, stem in zip(following, rest, strict=True)
                ):
                    found.append(CueMatch(category, index, end))
        return found

    def _look_up(self, word: str) -> tuple[tuple[str, ...], tuple[_Phrase, ...]]:
        """Return what one-word cues `word` has in it, and what could follow it to be a phrase.

        One-word cues count where the word begins with them or, if they are long, holds them.
        """
        categories: set[str] = set()
        phrases: list[_Phrase] = []
        for length in self._lengths:
            if length > len(word):
                break
            phrases += self._first.get(word[:length], ())
            starts = range(len(word) - length + 1) if length >= COMPOUND_LENGTH else (0,)
            for start in starts:
                categories |= self._single.get(word[start : start + length], set())
        if len(self._known) >= MOST_WORDS_KEPT:
            self._known.clear()
        self._known[word] = (tuple(sorted(categories)), tuple(phrases))
        return self._known[word]


def shorten_word(word: str, trim: int) -> str:
    """Return the beginning of `word` that its inflected forms share: `trim` letters fewer."""
    return word[: max(len(word) - trim, 5)] if len(word) > 5 else word
