"""Finding words and phrases in a text by their beginnings, so that inflected forms count.

Owns normalising a text into plain words and matching cue lists against them. Whose words are
looked for, and what a match is worth, is left to screening and to machine coding.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ENDINGS = {"fi": 3, "is": 2, "fo": 2, "kl": 2, "se": 2, "en": 1}
"""Letters a long word may lose before it is matched as a beginning; Finnish changes most."""

COMPOUND_LENGTH = 6
"""Beginnings of at least this many letters are also found inside compounds (kommuneledelse)."""


def normalise(text: str) -> str:
    """Return `text` in lower case, composed, with anything but letters and digits as one space."""
    composed = unicodedata.normalize("NFC", text).lower()
    spaced = "".join(letter if letter.isalnum() else " " for letter in composed)
    return " ".join(spaced.split())


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
        self._first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
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
            for category in self._categories_of(word):
                found.append(CueMatch(category, index, index + 1))
            for length in self._lengths:
                if length > len(word):
                    break
                for rest, category in self._first.get(word[:length], ()):
                    end = index + 1 + len(rest)
                    following = words[index + 1 : end]
                    if len(following) == len(rest) and all(
                        there.startswith(stem) for there, stem in zip(following, rest, strict=True)
                    ):
                        found.append(CueMatch(category, index, end))
        return found

    def _categories_of(self, word: str) -> set[str]:
        """Return the categories of one-word cues that `word` begins with or, if long, contains."""
        categories: set[str] = set()
        for length in self._lengths:
            if length > len(word):
                break
            starts = range(len(word) - length + 1) if length >= COMPOUND_LENGTH else (0,)
            for start in starts:
                categories |= self._single.get(word[start : start + length], set())
        return categories


def shorten_word(word: str, trim: int) -> str:
    """Return the beginning of `word` that its inflected forms share: `trim` letters fewer."""
    return word[: max(len(word) - trim, 5)] if len(word) > 5 else word
