"""A word as it is typed without its Nordic letters: å as aa or a, ä and æ as ae or a, ð as d.

Owns the folding of single words for full text, where a folded word is met as an alternative that
counts less than the exact spelling. Names and titles are folded by `corpora.folding`.
"""

from __future__ import annotations

import functools
import re

from corpora.folding import fold
from kb.search.stemming import stem_word

# In Finnish a doubled vowel is another sound (tuli, tuuli; maa, ma), so only letters are folded.
_FINNISH = str.maketrans("äåö", "aao")
_FINNISH_SPELLINGS = {"a": ("ä", "å"), "o": ("ö",)}
_SHORTEST = 2  # a folded word of one letter would be met everywhere


@functools.lru_cache(maxsize=100_000)
def fold_word(word: str, field: str) -> str:
    """Return a lower-case word of a field's language without its Nordic letters.

    A word that nothing would be left of (or that is not of Latin letters) is returned as it is.
    """
    folded = word.translate(_FINNISH) if field == "fi" else fold(word).replace(" ", "")
    return folded if len(folded) >= _SHORTEST else word


def folded_stem(word: str, field: str) -> str:
    """Return the stem of a lower-case word without its Nordic letters."""
    return fold_word(stem_word(word, field), field)


@functools.lru_cache(maxsize=1_000)
def prefix_pattern(word: str, field: str) -> str:
    """Return a regular expression of the lower-case words that fold to what begins with a word."""
    plain = fold_word(word, field)
    if len(plain) < _SHORTEST:
        return re.escape(word) + ".*"
    also = _FINNISH_SPELLINGS if field == "fi" else _spellings()
    ways = ((part, *also.get(part, ())) for part in re.findall("th|ss|.", plain))
    return "".join(f"({'|'.join(map(re.escape, way))})" for way in ways) + ".*"


@functools.cache
def _spellings() -> dict[str, tuple[str, ...]]:
    """What else stands for a plain letter: the Latin letters that fold to it, and two of them."""
    found: dict[str, tuple[str, ...]] = {"a": ("aa", "ae"), "o": ("oe",)}
    for letter in map(chr, range(0xDF, 0x180)):
        plain = fold(letter)
        if letter.islower() and plain != letter:
            found[plain] = (*found.get(plain, ()), letter)
    return found
