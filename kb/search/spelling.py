"""Words one typing error away: a letter too many, too few, another, or two exchanged.

Owns what counts as one error and from which length a word may have one. Which words there are is
the caller's: every candidate is looked up, so that the cost does not grow with the index.
"""

from __future__ import annotations

from collections.abc import Callable

# In a shorter word one letter makes another word too often (barn, bern; skole has five).
LEAST_LETTERS = 5
MOST_CORRECTIONS = 3  # words that one misspelt word is also searched as, the most frequent ones
# The letters that may have been meant, by field; a wrong one may be any that was typed.
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_OF_FIELD = {
    "en": "",
    "no": "æøåéòó",
    "da": "æøåé",
    "sv": "åäöé",
    "fi": "äöå",
    "is": "áðéíóúýþæö",
    "fo": "áðíóúýæø",
    "kl": "å",
    "se": "áčđŋšŧž",
}


def corrections(word: str, field: str, frequency: Callable[[str], int]) -> tuple[str, ...]:
    """Return the words one typing error from a lower-case word, the most frequent first.

    `frequency` gives a word's number of passages, 0 where it occurs in none. Empty for words of
    less than `LEAST_LETTERS` letters and those with figures in them.
    """
    if len(word) < LEAST_LETTERS or not word.isalpha():
        return ()
    found = {other: count for other in one_error(word, field) if (count := frequency(other))}
    return tuple(sorted(found, key=lambda other: (-found[other], other))[:MOST_CORRECTIONS])


def one_error(word: str, field: str) -> set[str]:
    """Return every text that one typing error makes of a word, about 60 for each letter."""
    letters = _LATIN + _OF_FIELD.get(field, "")
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    left_out = {head + tail[1:] for head, tail in cuts if tail}
    exchanged = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    another = {head + letter + tail[1:] for head, tail in cuts if tail for letter in letters}
    added = {head + letter + tail for head, tail in cuts for letter in letters}
    return (left_out | exchanged | another | added) - {word}
