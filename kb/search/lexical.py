"""The word side: full text with one analysed field a language, ranked by BM25.

Owns the Tantivy folder `fulltext/` and how a query's words weigh. Words become terms here, so no
syntax of Tantivy's own can fail or reach it from outside. What fields there are and how a row
fills them is `kb.search.fulltext_fields`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kb.search.asked_words import AskedWord, asked_words
from kb.search.fulltext_fields import PARTS, ROW, TWIN, documents, schema
from kb.search.languages import FIELDS, field_of
from kb.search.lexicon import Lexicon, NewLexicon
from kb.search.rows import IndexRow
from kb.search.rows_query import Numbers, Scores, among_rows, found_rows, reading_tantivy

FULLTEXT_FOLDER = "fulltext"
WRITER_BYTES = 64_000_000  # Tantivy's buffer; one thread keeps builds repeatable
# A word in the title or the section counts this much of one in the text (0 to 1 tried).
HEAD_WEIGHT = 0.6
# What an alternative counts of the word as it was asked for; only the best of them counts.
FOLDED_WEIGHT = 0.5
PART_WEIGHT = 0.4  # a compound with the word in it
OTHER_WEIGHT = 0.3  # a longer word, or one that the word may be a slip for
PIECES_WEIGHT = 0.3  # all parts of a compound, apart
# Texts with 0.8 of their word pairs in common share three of ten bands with probability 0.994
# (0.9 of them: 0.99998), those with 0.3 in common with 0.06; each costs 0.1 ms to compare.
LEAST_BANDS = 3
_UNREADABLE = "The words of the index cannot be read"
MOST_ALIKE = 200  # rows compared with the hits of one search


def write_fulltext(folder: Path, rows: Sequence[IndexRow]) -> None:
    """Index the rows' words into `folder/fulltext`, with what is known of the words beside it."""
    import tantivy

    place = folder / FULLTEXT_FOLDER
    place.mkdir()
    lexicon = NewLexicon(rows)
    writer = tantivy.Index(schema(), path=str(place)).writer(WRITER_BYTES, 1)
    for document in documents(rows, lexicon):
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    lexicon.save(folder)


class LexicalIndex:
    """A generation's full text; raises GenerationError where it cannot be opened."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        place = folder / FULLTEXT_FOLDER
        with reading_tantivy(f"The full text of the index in {place} cannot be opened"):
            self._index = tantivy.Index.open(str(place))
            self._searcher = self._index.searcher()
            self.schema = self._index.schema
            self._searcher.doc_freq(TWIN, "")  # opens files that would else fail a search
            for name in (ROW, TWIN, *(f"{part}_no" for part in PARTS)):
                tantivy.Query.term_query(self.schema, name, 0 if name == ROW else "")
        self.lexicon = Lexicon(folder)

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def frequency(self, part: str, field: str, word: str) -> int:
        """Return the number of passages with a word in a part of a field, as kept there."""
        with reading_tantivy(_UNREADABLE):
            return int(self._searcher.doc_freq(f"{part}_{field}", word))

    def beginning_with(self, word: str, field: str, limit: int) -> list[str]:
        """Return words of a field's texts that begin with one, the most frequent first."""
        with reading_tantivy(_UNREADABLE):
            found = self._searcher.terms_with_prefix(f"form_{field}", word, limit=limit)
        return [other for other, _ in sorted(found, key=lambda entry: -entry[1])]

    def occurs(self, word: str) -> bool:
        """Say whether a word, in lower case, stands in any text as it is."""
        return any(self.frequency("form", field, word) for field in FIELDS)

    def known_share(self, asked: Sequence[AskedWord], language: str) -> float:
        """Return the share (0..1) of the words that passages in a language have."""
        field = field_of(language)
        there = (
            self.frequency("fold", field, word.folded) or self.frequency("part", field, word.stem)
            for word in asked
        )
        return sum(bool(count) for count in there) / len(asked) if asked else 0.0

    def asked(
        self,
        text: str,
        language: str,
        prefixes: Collection[str] = (),
        exact: Collection[str] = (),
        paragraph: bool = False,
    ) -> tuple[AskedWord, ...]:
        """Return the words of a query in a language, as they are looked up here."""
        return asked_words(text, field_of(language), self, prefixes, exact, paragraph)

    def search(
        self, text: str, language: str, limit: int, allowed: Numbers | None = None
    ) -> tuple[Numbers, Scores]:
        """Return the rows in the query's own language that hold its words, with BM25 scores.

        Best first, at most `limit`; `allowed` narrows them to those row numbers.
        """
        return self.search_words(self.asked(text, language), language, limit, allowed)

    def search_words(
        self,
        asked: Sequence[AskedWord],
        language: str,
        limit: int,
        allowed: Numbers | None = None,
    ) -> tuple[Numbers, Scores]:
        """Return the rows in a language that hold any of the words, as `search` does."""
        import tantivy

        if not asked or not len(self):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        field = field_of(language)
        terms = [(tantivy.Occur.Should, self._one_word(word, field)) for word in asked]
        query = tantivy.Query.boolean_query(terms)
        if allowed is not None:
            query = among_rows(query, self.schema, ROW, allowed)
        return self._hits(query, limit)

    def sharing(self, bands: Collection[str], limit: int = MOST_ALIKE) -> Numbers:
        """Return the rows that share `LEAST_BANDS` bands (`kb.search.twins`) with these.

        At most `limit`, those first that share the most.
        """
        import tantivy

        if len(bands) < LEAST_BANDS:
            return np.zeros(0, np.int64)
        each = (tantivy.Query.term_query(self.schema, TWIN, band, "basic") for band in bands)
        terms = [(tantivy.Occur.Should, tantivy.Query.const_score_query(one, 1.0)) for one in each]
        return self._hits(tantivy.Query.boolean_query(terms, LEAST_BANDS), limit)[0]

    def rows_of(self, query: Any) -> Numbers:
        """Return the numbers of all rows that a Tantivy query over `schema` finds."""
        import tantivy

        every = tantivy.Query.const_score_query(query, 1.0)
        return self._hits(every, max(1, len(self)))[0]

    def _hits(self, query: Any, limit: int) -> tuple[Numbers, Scores]:
        return found_rows(self._searcher, query, ROW, limit)

    def _one_word(self, asked: AskedWord, field: str) -> Any:
        """Return the query of one word: as asked for, or the best of its alternatives."""
        import tantivy

        def term(part: str, stem: str, weight: float) -> Any:
            kept = PARTS[part]
            found = tantivy.Query.term_query(self.schema, f"{part}_{field}", stem, kept)
            return tantivy.Query.boost_query(found, weight)

        def every(stems: Sequence[str]) -> Any:
            both = [(tantivy.Occur.Must, term("fold", stem, PIECES_WEIGHT)) for stem in stems]
            return tantivy.Query.boolean_query(both)

        whole = [term("body", asked.stem, 1.0), term("head", asked.stem, HEAD_WEIGHT)]
        ways = [tantivy.Query.boolean_query([(tantivy.Occur.Should, way) for way in whole])]
        ways.append(term("fold", asked.folded, FOLDED_WEIGHT))
        ways.append(term("part", asked.stem, PART_WEIGHT))
        ways += [term("body", other, OTHER_WEIGHT) for other in asked.others]
        if asked.pieces:
            ways.append(every(asked.pieces))
        if asked.prefix:
            ways.append(tantivy.Query.regex_query(self.schema, f"form_{field}", f"{asked.word}.*"))
        return tantivy.Query.disjunction_max_query(ways)
