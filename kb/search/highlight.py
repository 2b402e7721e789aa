"""Which words of a passage the query met, as character ranges.

Owns the marking: whole words, met in any inflection, in a compound, without their Nordic letters
or with a typing error, and quoted phrases where their words stand side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.search.asked_words import AskedWord, Meeting, asked_word
from kb.search.folding import folded_stem
from kb.search.languages import field_of, is_stop_word
from kb.search.lexical import LexicalIndex
from kb.search.query import Query
from kb.search.rows import Range
from kb.search.stemming import tokens, word_ranges
from kb.search.stemming import words as split_words

# In a passage of another language than the query's, shorter stems are chance likenesses.
LEAST_FOREIGN_STEM = 4
MOST_WORDS = 8  # words named as the reason for a hit


@dataclass(frozen=True)
class Marks:
    """What a passage shows of a query: the ranges of words met, and those words once each.

    `phrase` says that a quoted phrase is among them.
    """

    ranges: tuple[Range, ...]
    words: tuple[str, ...]
    phrase: bool


class Marker:
    """Marks passages for one query, whose words in its own language are `asked`."""

    def __init__(self, index: LexicalIndex, query: Query, asked: Sequence[AskedWord]) -> None:
        self._index, self._query = index, query
        self._own, self._words = field_of(query.language), asked
        self._meetings: dict[str, Meeting] = {}
        self._met: dict[tuple[str, str], bool] = {}  # texts repeat their words

    def marks(self, text: str, language: str, head: str = "") -> Marks:
        """Return what of the query stands in a passage in a language.

        Words met in `head` (its title and section) are named after those of the text.
        """
        field = field_of(language)
        ranges = {place for word, place in word_ranges(text) if self._is_met(word, field)}
        phrases = set(self._phrases(text, field))
        met = tuple(sorted(ranges | phrases))
        words = dict.fromkeys(text[start:end].lower() for start, end in met)
        words.update((word, None) for word in split_words(head) if self._is_met(word, field))
        return Marks(met, tuple(words)[:MOST_WORDS], bool(phrases))

    def _is_met(self, word: str, field: str) -> bool:
        found = self._met.get((word, field))
        if found is None:
            if field not in self._meetings:
                self._meetings[field] = Meeting(self._look_up(field), field)
            found = self._meetings[field].meets(word, self._index.lexicon.facts(word, field))
            self._met[word, field] = found
        return found

    def _look_up(self, field: str) -> Iterator[AskedWord]:
        """The query's words as a language has them; words only in phrases are marked there."""
        for word in self._words:
            if word.word in self._query.exact:
                continue
            if field == self._own:
                yield word
                continue
            if is_stop_word(word.word, field):
                continue
            foreign = asked_word(word.word, field, None, word.prefix)
            if word.prefix or len(foreign.stem) >= LEAST_FOREIGN_STEM:
                yield foreign

    def _phrases(self, text: str, field: str) -> Iterator[Range]:
        if not self._query.phrases:
            return
        found = list(tokens(text))
        folded = [folded_stem(token.word, field) for token in found]
        for phrase in self._query.phrases:
            wanted = [folded_stem(word, field) for word in phrase]
            for at in range(len(folded) - len(wanted) + 1):
                if folded[at : at + len(wanted)] == wanted:
                    yield found[at].start, found[at + len(wanted) - 1].end
