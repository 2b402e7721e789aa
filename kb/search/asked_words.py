"""The words of a query as they are looked up in one language: stems, spellings, parts, corrections.

Owns what a passage's word must be like for a word of the query to be met by it, and what is made
of a word that the index does not hold: the parts of a compound, longer words that begin with it,
words one typing error away. Searching and marking both go by these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from kb.search.compounds import split_compound
from kb.search.folding import fold_word, folded_stem, prefix_pattern
from kb.search.languages import MOST_QUERY_WORDS, is_stop_word
from kb.search.lexicon import WordFacts
from kb.search.spelling import LEAST_LETTERS, corrections
from kb.search.stemming import stem_word, words

MOST_LONGER = 5  # words that begin with an unknown one and are searched instead of it
BEGINNING, MOST_BEGINNING = 3, 1_000  # letters of a word, and words with them, read at once
PARAGRAPH_WORDS = 16  # of a pasted paragraph: the rarest, which tell it from others


class Vocabulary(Protocol):
    """What has to be known of an index's words, by field."""

    def frequency(self, part: str, field: str, word: str) -> int:
        """Return the number of passages with a word in a part of a field."""
        ...

    def occurs(self, word: str) -> bool:
        """Say whether a word stands as it is in a text of whatever language."""
        ...

    def beginning_with(self, word: str, field: str, limit: int) -> list[str]:
        """Return words of a field that begin with one, the most frequent first."""
        ...


@dataclass(frozen=True)
class AskedWord:
    """A word of the query, in lower case, and what meets it besides itself.

    `stem` and `folded` are its own; `others` the stems of words it may be a slip for, `pieces`
    those of its own parts; with `prefix` every word that begins with it meets it.
    """

    word: str
    stem: str
    folded: str
    others: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    prefix: bool = False


class Meeting:
    """Which words of a passage in one language are met by any of a query's."""

    def __init__(self, asked: Iterable[AskedWord], field: str) -> None:
        every = tuple(asked)
        self._field = field
        self._own = frozenset(word.stem for word in every)
        self._stems = self._own.union(*((*word.others, *word.pieces) for word in every))
        self._folded = frozenset(word.folded for word in every)
        beginnings = [prefix_pattern(word.word, field) for word in every if word.prefix]
        self._beginning = re.compile("|".join(beginnings)) if beginnings else None

    def meets(self, word: str, facts: WordFacts) -> bool:
        """Say whether a passage's word, in lower case, is met."""
        return (
            facts.stem in self._stems
            or not self._own.isdisjoint(facts.parts)
            or fold_word(facts.stem, self._field) in self._folded
            or bool(self._beginning and self._beginning.match(word))
        )


def asked_words(
    text: str,
    field: str,
    vocabulary: Vocabulary,
    prefixes: Collection[str] = (),
    exact: Collection[str] = (),
    paragraph: bool = False,
) -> tuple[AskedWord, ...]:
    """Return the query's distinct words in a field's language, without its stop words.

    `prefixes` are words asked for with `*`, `exact` those in quotes, which are taken as they
    stand. Of a `paragraph` the rarest words are taken, as they stand. A query of stop words alone
    keeps them, so that it still finds something.
    """
    every = dict.fromkeys(words(text))
    kept = [word for word in every if word in prefixes or not is_stop_word(word, field)]
    chosen: Iterable[str] = kept or list(every)
    if paragraph:
        chosen = _rarest(chosen, field, vocabulary)
    found: dict[str, AskedWord] = {}
    for word in chosen:
        plain = paragraph or word in exact
        made = asked_word(word, field, None if plain else vocabulary, word in prefixes)
        found.setdefault(f"{made.stem}{'*' * made.prefix}", made)
    return tuple(found.values())[:MOST_QUERY_WORDS]


def asked_word(
    word: str, field: str, vocabulary: Vocabulary | None = None, prefix: bool = False
) -> AskedWord:
    """Return one word, in lower case; with a `vocabulary` what is searched where it is unknown."""
    stem = stem_word(word, field)
    made = AskedWord(word, stem, fold_word(stem, field), prefix=prefix)
    if prefix or vocabulary is None or _occurs(made, field, vocabulary):
        return made

    def known(part: str) -> bool:
        return vocabulary.frequency("form", field, part) > 0

    parts = split_compound(word, field, known)
    longer: list[str] = []
    near: tuple[str, ...] = ()
    if len(word) >= LEAST_LETTERS:
        longer = vocabulary.beginning_with(word, field, MOST_LONGER)
    if not (parts or longer or vocabulary.occurs(word)):
        near = corrections(word, field, _frequency(word, field, vocabulary))
    others = (stem_word(other, field) for other in (*longer, *near))
    pieces = (stem_word(part, field) for part in parts)
    return AskedWord(
        word, stem, made.folded, tuple(dict.fromkeys(others)), tuple(dict.fromkeys(pieces)), near
    )


def _frequency(word: str, field: str, vocabulary: Vocabulary) -> Callable[[str], int]:
    """Return what gives the number of passages of a word like `word`.

    Most slips leave the beginning as it is: the few words there are with it are read at once, and
    no other text with that beginning (400 of the 600 that one error makes) is looked up.
    """
    beginning = word[:BEGINNING]
    there = set(vocabulary.beginning_with(beginning, field, MOST_BEGINNING))
    complete = len(there) < MOST_BEGINNING

    def frequency(other: str) -> int:
        if complete and other not in there and other.startswith(beginning):
            return 0
        return vocabulary.frequency("form", field, other)

    return frequency


def _occurs(asked: AskedWord, field: str, vocabulary: Vocabulary) -> bool:
    wanted: tuple[tuple[str, Callable[[AskedWord], str]], ...] = (
        ("body", lambda word: word.stem),
        ("fold", lambda word: word.folded),
        ("part", lambda word: word.stem),
    )
    return any(vocabulary.frequency(part, field, of(asked)) for part, of in wanted)


def _rarest(chosen: Iterable[str], field: str, vocabulary: Vocabulary) -> list[str]:
    counted = {
        word: vocabulary.frequency("fold", field, folded_stem(word, field)) for word in chosen
    }
    there = [word for word, count in counted.items() if count]
    return sorted(there, key=lambda word: counted[word])[:PARAGRAPH_WORDS]
