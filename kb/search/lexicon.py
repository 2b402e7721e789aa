"""What is known of each word of an index: its stem and, where it is a compound, its parts.

Owns the file `words.arrow` and which words count as used by themselves: those of two passages, of
the terms and of the exemplars. It is written with the full text and read when hits are marked, so
that no dictionary is needed to answer a search. How words are split is `kb.search.compounds`'s.
"""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from corpora.starter import load_exemplar_passages, load_exemplars
from corpora.terms import load_terms
from kb.search.arrow_files import open_table, reading_arrow
from kb.search.compounds import LEAST_PART, LINKS, Known, split_compound
from kb.search.folding import fold_word
from kb.search.languages import field_of
from kb.search.rows import IndexRow
from kb.search.stemming import DICTIONARY_FIELDS, stem_word, words

WORDS_FILE = "words.arrow"
_WHAT = "The words of the index"
# Passages with a word from which it counts as used by itself; one may be a slip or a scan's.
LEAST_PASSAGES = 2
LEAST_INFLECTED = 6  # letters of a word that is also known by its stem; shorter stems are chance
_SCHEMA = pa.schema([("key", pa.string()), ("stem", pa.string()), ("parts", pa.list_(pa.string()))])
_KEPT = 100_000  # words looked up and kept by a reader: those of some thousand passages

Places = dict[str, Counter[str]]


@dataclass(frozen=True)
class WordFacts:
    """A word's stem and the stems of its parts (none where it is no compound)."""

    stem: str
    parts: tuple[str, ...] = ()


def row_words(row: IndexRow) -> list[str]:
    """Return the words of a row's title, section and text, in order."""
    return words(f"{row.title}. {row.section}. {row.text}")


class FieldFacts(dict[str, WordFacts]):
    """The facts of one field's words, each found out when it is first asked for.

    `found` are the words with their numbers of passages; `folds` gives a stem without its Nordic
    letters.
    """

    def __init__(self, field: str, found: Counter[str]) -> None:
        super().__init__()
        self._field, self._known = field, used_alone(field, found)
        self.folds = _Folds(field)

    def __missing__(self, word: str) -> WordFacts:
        made = self[word] = word_facts(word, self._field, self._known)
        return made


class _Folds(dict[str, str]):
    def __init__(self, field: str) -> None:
        super().__init__()
        self._field = field

    def __missing__(self, stem: str) -> str:
        made = self[stem] = fold_word(stem, self._field)
        return made


class NewLexicon:
    """The words of rows that are about to be indexed."""

    def __init__(self, rows: Sequence[IndexRow]) -> None:
        self._used: Places = {}
        for row in rows:
            counted = self._used.setdefault(field_of(row.language), Counter())
            counted.update(set(row_words(row)))
        self._facts = {field: FieldFacts(field, found) for field, found in self._used.items()}

    def facts(self, field: str) -> FieldFacts:
        """Return what is known of the lower-case words of these rows in a field."""
        return self._facts[field]

    def save(self, folder: Path) -> None:
        """Write the words that cannot be told from themselves: compounds and dictionaries'."""
        kept = []
        for field, found in self._used.items():
            known = self.facts(field)
            for word in found:
                facts = known[word]
                if facts.parts or field in DICTIONARY_FIELDS:
                    kept.append((_key(field, word), facts))
        kept.sort(key=lambda entry: entry[0])
        table = pa.table(
            {
                "key": [key for key, _ in kept],
                "stem": [facts.stem for _, facts in kept],
                "parts": [list(facts.parts) for _, facts in kept],
            },
            schema=_SCHEMA,
        ).combine_chunks()
        with (
            pa.OSFile(str(folder / WORDS_FILE), "wb") as sink,
            pa.ipc.new_file(sink, _SCHEMA) as writer,
        ):
            writer.write_table(table)


class Lexicon:
    """A generation's words; raises GenerationError where they cannot be read."""

    def __init__(self, folder: Path) -> None:
        path = folder / WORDS_FILE
        table = open_table(path, _SCHEMA, _WHAT)
        self._path = path
        self._keys, self._stems, self._parts = (
            table.column(name).combine_chunks() for name in _SCHEMA.names
        )
        self.facts = functools.lru_cache(maxsize=_KEPT)(self._look_up)

    def _look_up(self, word: str, field: str) -> WordFacts:
        """Return what is known of a lower-case word; one not in the index has its stem only."""
        if field in LINKS or field in DICTIONARY_FIELDS:
            key = _key(field, word)
            with reading_arrow(self._path, _WHAT):
                place = bisect_left(range(len(self._keys)), key, key=self._at)
                if place < len(self._keys) and self._at(place) == key:
                    return WordFacts(self._stems[place].as_py(), tuple(self._parts[place].as_py()))
        return WordFacts(stem_word(word, field))

    def _at(self, place: int) -> str:
        return str(self._keys[place].as_py())


def word_facts(word: str, field: str, known: Known) -> WordFacts:
    """Return a word's stem and its parts' stems; `known` says which words are used alone."""
    parts = (stem_word(part, field) for part in split_compound(word, field, known))
    return WordFacts(stem_word(word, field), tuple(dict.fromkeys(parts)))


def used_alone(field: str, found: Counter[str]) -> Known:
    """Return whether a word is used by itself in a field, from its numbers of passages."""
    alone = {word for word, count in found.items() if count >= LEAST_PASSAGES}
    alone.update(_packaged_words().get(field, ()))
    alone = {word for word in alone if len(word) >= LEAST_PART and word.isalpha()}
    stems = {stem_word(word, field) for word in alone}

    def known(word: str) -> bool:
        if word in alone:
            return True
        return len(word) >= LEAST_INFLECTED and stem_word(word, field) in stems

    return known


@functools.cache
def _packaged_words() -> dict[str, frozenset[str]]:
    """The words of the terms and the exemplars, by field: an index of five passages needs them."""
    counted: Places = {}
    for exemplar in (*load_exemplar_passages(), *load_exemplars()):
        found = set(words(exemplar.text))
        counted.setdefault(field_of(exemplar.language), Counter()).update(found)
    for language, terms in load_terms().items():
        field = field_of(language.split("_")[0])
        cues = (cue for found in terms.factors.values() for cue in found)
        for term in (*terms.topic, *terms.services, *cues):
            counted.setdefault(field, Counter()).update(dict.fromkeys(words(term), LEAST_PASSAGES))
    return {
        field: frozenset(word for word, count in found.items() if count >= LEAST_PASSAGES)
        for field, found in counted.items()
    }


def _key(field: str, word: str) -> str:
    return f"{field} {word}"
