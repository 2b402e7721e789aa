"""Makes a list of hits worth reading: each text once, and by publication on demand.

Owns when two passages count as the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kb.search.rows import Hit, IndexRow

# Share of word pairs two passages have in common (Jaccard) from which they are the same text:
# two editions of a report differ by a word or a number, two passages on one subject far more.
SAME_TEXT = 0.8
MOST_OTHERS = 20  # further passages kept with a publication's best one
_WORD = re.compile(r"\w+")

Pairs = frozenset[tuple[str, str]]


def distinct(hits: Iterable[Hit], without: Sequence[IndexRow] = ()) -> Iterator[Hit]:
    """Yield the hits less those whose text an earlier one has (or a row of `without`).

    The hit that stands for others does not name them here: what follows it is not yet known.
    """
    seen: list[tuple[str, Pairs]] = [(row.language, word_pairs(row.text)) for row in without]
    for hit in hits:
        pairs = word_pairs(hit.row.text)
        if not any(
            language == hit.row.language and likeness(pairs, other) >= SAME_TEXT
            for language, other in seen
        ):
            seen.append((hit.row.language, pairs))
            yield hit


def grouped(hits: Iterable[Hit], k: int) -> list[Hit]:
    """Return the first k publications' best hits, each with its publication's other hits."""
    best: dict[str, Hit] = {}
    others: dict[str, list[Hit]] = {}
    for hit in hits:
        name = hit.row.publication_id
        if name not in best:
            if len(best) < k:
                best[name] = hit
                others[name] = []
        elif len(others[name]) < MOST_OTHERS:
            others[name].append(hit)
    return [replace(hit, others=tuple(others[name])) for name, hit in best.items()]


def word_pairs(text: str) -> Pairs:
    """Return the text's neighbouring words, lower case; a single word pairs with itself."""
    words = [word.lower() for word in _WORD.findall(text)]
    return frozenset(pairwise(words)) if len(words) > 1 else frozenset((w, w) for w in words)


def likeness(one: Pairs, other: Pairs) -> float:
    """Return the share of pairs that two texts have in common, 0..1."""
    both = len(one & other)
    every = len(one) + len(other) - both
    return both / every if every else 1.0
