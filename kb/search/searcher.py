"""Answers searches over one generation.

Owns the order of the steps: the query read, what it demands made a mask, both sides scored, fused,
narrowed, near-identical passages left out, grouped, dressed, people's codings laid over. Safe to
use from several threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from kb.errors import GenerationError, NotFoundError
from kb.search.asked_words import AskedWord
from kb.search.build import MEANS_FILE, TABLE_FILE
from kb.search.coding_overlay import NoCodings, shown_codings
from kb.search.cognates import CognateIndex
from kb.search.conditions import Conditions
from kb.search.dense import EXACT_ROWS, DenseIndex, Mask, Numbers
from kb.search.dressing import Dresser
from kb.search.filters import RowFilter
from kb.search.fit import Background
from kb.search.fusion import BASELINE_ROWS, FusionWeights, Scores, fuse, saturate
from kb.search.grouping import Groups, distinct
from kb.search.highlight import Marker
from kb.search.languages import field_of
from kb.search.lexical import LexicalIndex
from kb.search.means import LanguageMeans
from kb.search.notices import Notice
from kb.search.query import Query, read_query
from kb.search.query_fields import Known
from kb.search.rows import CodingOverlay, Filters, Hit, IndexRow
from kb.search.sentence_vectors import SentenceVectors
from kb.search.short_queries import likelier_language
from kb.search.table import PassageTable
from kb.vector_runtime import Vectors

Group = Literal["passage", "publication"]
# For each hit asked for: the ranks among which a publication's further hits are looked for, and in
# an index too big to score every row the candidates taken from each side.
POOL_PER_HIT = 20
LEAST_POOL = 200
READ_AT_ONCE = 16  # rows read together: a page of hits with some to leave out


class QueryEmbedder(Protocol):
    """What a search needs of an embedder."""

    dimension: int

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, (n, d) float32."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, (n, d) float32, of texts that are passages, not questions."""
        ...


@dataclass(frozen=True)
class Answer:
    """What a search found, how its query was read, and what there is to tell about it."""

    hits: list[Hit]
    query: Query
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class _Asked:
    """A query on its way: its vector (d,), its words as they are looked up."""

    query: Query
    vector: Vectors
    words: tuple[AskedWord, ...]


@dataclass(frozen=True)
class _Ranking:
    """Rows in order with their parts of the score, all (n,)."""

    rows: Numbers
    score: Scores
    closeness: Scores
    words: Scores


class Searcher:
    """A generation opened for search with one embedder and people's codings.

    Raises GenerationError where the generation is damaged or of another model.
    """

    def __init__(
        self, generation: Path, embedder: QueryEmbedder, overlay: CodingOverlay | None = None
    ) -> None:
        self._table = PassageTable(generation / TABLE_FILE)
        self._dense = DenseIndex(generation)
        self._words = LexicalIndex(generation)
        self._cognates = CognateIndex(generation)
        self._weights = FusionWeights.load(generation)
        self.background = Background.load(generation)
        self._means = LanguageMeans.load(generation / MEANS_FILE)
        self._embedder = embedder
        self._overlay: CodingOverlay = overlay or NoCodings()
        self._filter = RowFilter(self._table)
        self._dresser = Dresser(self._table, self._words, SentenceVectors(generation))
        self._owners = self._table.strings("publication_id")
        languages = self._table.strings("language")
        self._fields = np.array([field_of(name) for name in languages], dtype=object)
        if len(self._dense) and self._dense.vectors.shape[1] != embedder.dimension:
            raise GenerationError(
                f"The index in {generation} was made by another model (its vectors are "
                f"{self._dense.vectors.shape[1]} wide, this model's {embedder.dimension}); "
                "run `samvirke index`, or set SAMVIRKE_MODEL to the model it was made by."
            )

    def __len__(self) -> int:
        return len(self._table)

    def search(
        self,
        typed: str,
        k: int = 10,
        filters: Filters | None = None,
        group: Group = "passage",
        language: str | None = None,
    ) -> list[Hit]:
        """Return the k best hits, best first; fewer only where fewer are allowed.

        With `group="publication"` the hits are publications, each its best passage with the
        others in `others`. `language` overrides the query's detected language. Raises QueryError
        where the query holds no word.
        """
        return self.answer(typed, k, filters, group, language).hits

    def answer(
        self,
        typed: str,
        k: int = 10,
        filters: Filters | None = None,
        group: Group = "passage",
        language: str | None = None,
        known: Known | None = None,
    ) -> Answer:
        """Search as `search` does, and tell how the query was read.

        `known` are the values that the query's fields may have. Raises QueryError where the query
        holds no word.
        """
        query = read_query(typed, language, known)
        if language is None:
            likelier = likelier_language(query.text, query.language, self._words)
            query = replace(query, language=likelier)
        allowed = self._filter.allowed(filters or Filters(), self._overlay)
        findable = None if allowed is None else allowed.copy()
        if query.clauses is not None:
            demanded = Conditions(self._words, self._filter, self._overlay, known)
            satisfied = demanded.allowed(query.clauses)
            allowed = satisfied if allowed is None else allowed & satisfied
        asked = self._ask(query)
        hits = self._collect(lambda pool: self._rank(asked, allowed, pool), k, group)
        marker = Marker(self._words, query, asked.words)
        vector = asked.vector if query.text else None
        dressed = self._dresser.dress(hits, marker, vector, findable)
        return Answer(dressed, query, (*query.notices, *self._remarks(asked, hits)))

    def _remarks(self, asked: _Asked, hits: Sequence[Hit]) -> Iterator[Notice]:
        """What there is to tell of words that no passage has, and of hits that do not fit."""
        for word in asked.words:
            if word.corrected:
                options = ", ".join(f"“{other}”" for other in word.corrected)
                yield Notice("corrected", None, {"value": word.word, "options": options})
        plain = asked.words and not asked.query.paragraph and asked.query.clauses is None
        if self.background is None or not plain or not hits:
            return  # what is demanded is there; a paragraph is measured otherwise
        known = self._words.known_share(asked.words, asked.query.language)
        if not self.background.fits(max(hit.closeness for hit in hits), known):
            yield Notice("nothing_fits")

    def _ask(self, query: Query) -> _Asked:
        """Embed a query's words (a pasted paragraph as the passage it is) and look them up."""
        if not query.text:  # fields and exclusions only: every passage is as near
            return _Asked(query, np.zeros(self._embedder.dimension, np.float32), ())
        embed = self._embedder.embed_passages if query.paragraph else self._embedder.embed_queries
        vector = self._means.centre(embed([query.text]), [query.language])[0]
        words = self._words.asked(
            query.text, query.language, query.prefixes, query.exact, query.paragraph
        )
        return _Asked(query, vector, words)

    def more_like(
        self,
        passage_id: str,
        k: int = 10,
        filters: Filters | None = None,
        group: Group = "passage",
    ) -> list[Hit]:
        """Return the passages whose meaning is nearest to a passage's, without it.

        Raises NotFoundError where the index does not hold the passage.
        """
        if passage_id not in self._table.numbers:
            raise NotFoundError(
                f"The index holds no passage {passage_id!r}; search again, it may have been "
                "replaced by the last refresh."
            )
        number = self._table.numbers[passage_id]
        allowed = self._filter.allowed(filters or Filters(), self._overlay)
        mask = np.ones(len(self), dtype=bool) if allowed is None else allowed
        mask[number] = False
        vector = np.array(self._dense.vectors[number])
        without = [self._table.row(number)]
        hits = self._collect(lambda pool: self._near(vector, mask, pool), k, group, without)
        return self._dresser.dress(hits, None, vector, allowed)

    def browse(self, filters: Filters, k: int = 100, offset: int = 0) -> list[Hit]:
        """Return the allowed passages without a query, in the index's order."""
        allowed = self._filter.allowed(filters, self._overlay)
        rows = np.arange(len(self)) if allowed is None else np.flatnonzero(allowed)
        return self._plain_hits([int(number) for number in rows[offset : offset + k]])

    def of_passages(self, ids: Iterable[str]) -> list[Hit]:
        """Return the passages of these ids as hits without a score; unknown ids are left out."""
        known = self._table.numbers
        return self._plain_hits([known[name] for name in ids if name in known])

    def count(self, filters: Filters) -> int:
        """Return how many passages the filters allow."""
        allowed = self._filter.allowed(filters, self._overlay)
        return len(self) if allowed is None else int(allowed.sum())

    def _plain_hits(self, numbers: Sequence[int]) -> list[Hit]:
        return self._with_codings([Hit(row, 0.0, 0.0, 0.0) for row in self._table.rows(numbers)])

    def _collect(
        self,
        rank: Callable[[int], _Ranking],
        k: int,
        group: Group,
        without: Sequence[IndexRow] = (),
    ) -> list[Hit]:
        """Take hits from ever larger pools until there are k of them or no more rows.

        Where every row is scored, there is one pool of all of them, read as far as it takes.
        """
        depth = max(LEAST_POOL, POOL_PER_HIT * k)
        pool = len(self) if len(self) <= EXACT_ROWS else depth
        while True:
            ranking = rank(pool)
            if group == "publication":
                hits = self._publications_of(ranking, k, depth, without)
            else:
                hits = list(islice(distinct(self._read(ranking), without), k))
            if len(hits) >= k or pool >= len(self):
                break
            pool *= 4
        return self._with_codings(hits)

    def _publications_of(
        self, ranking: _Ranking, k: int, depth: int, without: Sequence[IndexRow]
    ) -> list[Hit]:
        """Return k publications' hits: beyond `depth` only publications not met before count."""
        groups = Groups(k)
        owners = self._owners[ranking.rows].tolist()

        def wanted() -> Iterator[int]:
            for place, owner in enumerate(owners):
                if place >= depth and groups.complete:
                    return
                if groups.wants(owner, others=place < depth):
                    yield place

        last = ranking.score[:depth].min(initial=np.inf)  # rows are read some at a time, ahead
        for hit in distinct(self._read(ranking, wanted()), without):
            groups.add(hit, others=hit.score >= last)
        return groups.hits()

    def _read(self, ranking: _Ranking, places: Iterable[int] | None = None) -> Iterator[Hit]:
        """Yield the ranking's hits in order (those at `places`), rows read a few at a time."""
        left = iter(range(len(ranking.rows)) if places is None else places)
        while part := list(islice(left, READ_AT_ONCE)):
            rows = self._table.rows(ranking.rows[part].tolist())
            numbers = zip(
                ranking.score[part], ranking.closeness[part], ranking.words[part], strict=True
            )
            for row, (score, close, words) in zip(rows, numbers, strict=True):
                yield Hit(row, float(score), float(close), float(words))

    def _rank(self, asked: _Asked, allowed: Mask | None, pool: int) -> _Ranking:
        """Score the rows that can matter and order those that are allowed."""
        query, vector = asked.query, asked.vector
        rows, bm25 = self._candidates(asked, allowed, pool)
        closeness = self._dense.closeness(vector, None if len(rows) == len(self) else rows)
        words = saturate(bm25)
        own = self._fields[rows] == field_of(query.language)
        cognates = saturate(self._cognate_scores(query, rows, pool))
        score = fuse(closeness, words, own, cognates, self._weights)
        if allowed is not None:
            kept = np.flatnonzero(allowed[rows])
            rows, score = rows[kept], score[kept]
            closeness, words = closeness[kept], words[kept]
        return _ordered(rows, score, closeness, words, pool)

    def _candidates(self, asked: _Asked, allowed: Mask | None, pool: int) -> tuple[Numbers, Scores]:
        """Return row numbers, ascending, and their BM25 scores (0 where no word is met)."""
        query, vector, size = asked.query, asked.vector, len(self)
        if size <= EXACT_ROWS:
            found, scores = self._words.search_words(asked.words, query.language, max(1, size))
            bm25 = np.zeros(size, dtype=np.float32)
            bm25[found] = scores
            return np.arange(size), bm25
        own = np.array(self._fields == field_of(query.language), dtype=bool)
        numbers = None if allowed is None else np.flatnonzero(allowed)
        found, scores = self._words.search_words(asked.words, query.language, pool, numbers)
        rows = np.unique(
            np.concatenate(
                [
                    self._dense.nearest(vector, pool, allowed),
                    self._dense.nearest(vector, BASELINE_ROWS, own),
                    found,
                ]
            )
        )
        bm25 = np.zeros(len(rows), dtype=np.float32)
        bm25[np.searchsorted(rows, found)] = scores
        return rows, bm25

    def _cognate_scores(self, query: Query, rows: Numbers, pool: int) -> Scores:
        """Return the BM25 scores of the query's words in the common spelling, (n,)."""
        if not self._weights.cognates:
            return np.zeros(len(rows), dtype=np.float32)
        found, scores = self._cognates.search(query.text, query.language, max(1, pool))
        every = np.zeros(len(self), dtype=np.float32)
        every[found] = scores
        return every[rows]

    def _near(self, vector: Vectors, allowed: Mask, pool: int) -> _Ranking:
        exact = len(self) <= EXACT_ROWS
        rows = np.flatnonzero(allowed) if exact else self._dense.nearest(vector, pool, allowed)
        closeness = self._dense.closeness(vector, rows)
        return _ordered(rows, closeness, closeness, np.zeros_like(closeness), pool)

    def _with_codings(self, hits: Sequence[Hit]) -> list[Hit]:
        every = [hit.row.passage_id for outer in hits for hit in (outer, *outer.others)]
        people = self._overlay.for_passages(every)

        def dressed(hit: Hit) -> Hit:
            shown = shown_codings(hit.row.codings, people.get(hit.row.passage_id, ()))
            return replace(hit, shown=shown, others=tuple(dressed(other) for other in hit.others))

        return [dressed(hit) for hit in hits]


def _ordered(rows: Numbers, score: Scores, closeness: Scores, words: Scores, pool: int) -> _Ranking:
    """Order by score, the earlier row first where scores are equal; keep the best `pool`."""
    order = np.argsort(-score, kind="stable")[:pool]
    return _Ranking(rows[order], score[order], closeness[order], words[order])
