"""Makes a list of hits worth reading: each text once, and by publication on demand.

Owns when two passages count as the same text.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kb.search.rows import Hit, IndexRow

# Share of word pairs two passages have in common (Jaccard) from which they are the same text:
# two editions of a report differ by a word or a number, two passages on one subject far more.
SAME_TEXT = 0.8
MOST_OTHERS = 10  # further passages kept with a publication's best one
_WORD = re.compile(r"\w+")
_NO_WORDS = ("", "")  # stands for a text without a word, which is like any other such text

Pair = tuple[str, str]
Pairs = frozenset[Pair]


class SeenTexts:
    """The texts met so far, by language.

    A text is compared with those only that it can be like: two sets with a share s of their
    elements in common share one of the first (1 - s) * size of each, in whatever order all are
    put. Rare pairs stand first, so that few texts meet there and none that is like is missed.
    """

    def __init__(self) -> None:
        self._meeting: dict[tuple[str, Pair], list[Pairs]] = defaultdict(list)

    def add(self, language: str, text: str) -> bool:
        """Take a text in; False, and nothing is taken in, where one like it is there."""
        pairs = word_pairs(text)
        places = [(language, pair) for pair in _first(pairs)]
        near = (other for place in places for other in self._meeting.get(place, ()))
        if any(same_text(pairs, other) for other in near):
            return False
        for place in places:
            self._meeting[place].append(pairs)
        return True


def distinct(hits: Iterable[Hit], without: Sequence[IndexRow] = ()) -> Iterator[Hit]:
    """Yield the hits less those whose text an earlier one has (or a row of `without`).

    The hit that stands for others does not name them here: what follows it is not yet known.
    """
    seen = SeenTexts()
    for row in without:
        seen.add(row.language, row.text)
    for hit in hits:
        if seen.add(hit.row.language, hit.row.text):
            yield hit


class Groups:
    """The first k publications, each with its best hit and `MOST_OTHERS` of its further ones."""

    def __init__(self, k: int) -> None:
        self._k = k
        self._hits: dict[str, list[Hit]] = {}

    @property
    def complete(self) -> bool:
        """Whether all k publications are found; their further hits may still be missing."""
        return len(self._hits) >= self._k

    def wants(self, publication_id: str, others: bool = True) -> bool:
        """Say whether a publication's hit would be kept; one more only where `others`."""
        hits = self._hits.get(publication_id)
        if hits is None:
            return not self.complete
        return others and len(hits) <= MOST_OTHERS

    def add(self, hit: Hit, others: bool = True) -> None:
        """Keep a hit where it is wanted; hits are to come best first."""
        if self.wants(hit.row.publication_id, others):
            self._hits.setdefault(hit.row.publication_id, []).append(hit)

    def hits(self) -> list[Hit]:
        """Return the publications' best hits, each with its publication's others."""
        return [replace(best, others=tuple(others)) for best, *others in self._hits.values()]


class KnownTexts:
    """Some texts by name, of which the first that another one is the same as is found."""

    def __init__(self, texts: Iterable[tuple[str, str, str]]) -> None:
        """`texts` are (name, language, text)."""
        self._texts: dict[str, list[tuple[str, Pairs]]] = defaultdict(list)
        self._pairs: dict[str, set[Pair]] = defaultdict(set)
        for name, language, text in texts:
            pairs = word_pairs(text)
            self._texts[language].append((name, pairs))
            self._pairs[language] |= pairs

    def like(self, language: str, text: str) -> str | None:
        """Return the name of the first text that is the same as this one, if there is one."""
        pairs = word_pairs(text)
        if len(pairs & self._pairs[language]) < SAME_TEXT * len(pairs):
            return None  # all the texts together have too few of its pairs
        same = (name for name, others in self._texts[language] if same_text(pairs, others))
        return next(same, None)


def word_pairs(text: str) -> Pairs:
    """Return the text's neighbouring words, lower case; a single word pairs with itself."""
    words = _WORD.findall(text.lower())
    return frozenset(pairwise(words)) if len(words) > 1 else frozenset((w, w) for w in words)


def likeness(one: Pairs, other: Pairs) -> float:
    """Return the share of pairs that two texts have in common, 0..1."""
    both = len(one & other)
    every = len(one) + len(other) - both
    return both / every if every else 1.0


def same_text(one: Pairs, other: Pairs) -> bool:
    """Say whether two texts are the same but for a little."""
    less, more = sorted((len(one), len(other)))  # most differ too much in length to look closer
    return less >= SAME_TEXT * more and likeness(one, other) >= SAME_TEXT


def _first(pairs: Pairs) -> list[Pair]:
    """Return the pairs one of which every text like this one has among its own first ones."""
    size = len(pairs)
    if not size:
        return [_NO_WORDS]
    needed = math.ceil(SAME_TEXT * size - 1e-9)  # less than a pair: 0.8 of 15 must stay 12
    # Long words are rare ones; the words themselves only make the order the same for all texts.
    return sorted(pairs, key=lambda pair: (-len(pair[0]) - len(pair[1]), pair))[: size - needed + 1]
