"""Rows in order: every row's score calculated, or those that the two sides propose.

Owns which rows are scored. Up to `EXACT_ROWS` each of them is. Beyond, the nearest by meaning, by
words and by cognates are proposed, and each proposed row gets the score that it would have among
all, so that a filter changes which rows are given and never how they are scored. The formula is
`kb.search.fusion`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kb.search.asked_words import AskedWord
from kb.search.dense import EXACT_ROWS, PROPOSED, DenseIndex, Mask, Numbers
from kb.search.fusion import BASELINE_ROWS, FusionWeights, Scores, fuse, saturate
from kb.search.languages import field_of
from kb.search.lexical import LexicalIndex
from kb.search.narrowed import NarrowedCognates
from kb.search.parts import Bonus, PartSearch, allowed_hits, parts_of
from kb.search.query import Query
from kb.search.side_by_side import begin
from kb.search.table import Coded
from kb.vector_runtime import Vectors

Rank = Callable[[int], "Ranking"]


@dataclass(frozen=True)
class Asked:
    """A query on its way: its vector (d,), its words as they are looked up.

    `gain` is what each row has, (n,), from being coded with a factor that it names.
    """

    query: Query
    vector: Vectors
    words: tuple[AskedWord, ...]
    gain: Scores | None = None

    def raised(self, closeness: Scores, rows: Numbers | None = None) -> Scores:
        """Return the closeness of the rows (or of all) with what a named factor adds to it."""
        if self.gain is None:
            return closeness
        return np.asarray(closeness + (self.gain if rows is None else self.gain[rows]))


@dataclass(frozen=True)
class Ranking:
    """Rows in order with their parts of the score, all (n,)."""

    rows: Numbers
    score: Scores
    closeness: Scores
    words: Scores


class Ranker:
    """Orders the rows of one generation."""

    def __init__(
        self,
        dense: DenseIndex,
        words: LexicalIndex,
        cognates: NarrowedCognates,
        weights: FusionWeights,
        languages: Coded,
    ) -> None:
        self._dense, self._words, self._cognates = dense, words, cognates
        self._weights, self._languages = weights, languages
        self._own: dict[str, Mask] = {}
        self.exact = len(dense) <= EXACT_ROWS

    def by_query(self, asked: Asked, allowed: Mask | None) -> Rank:
        """Return what gives the best allowed rows of a query, as many as it is told."""
        return self._whole(asked, allowed) if self.exact else self._pools(asked, allowed)

    def by_nearness(self, vector: Vectors, allowed: Mask) -> Rank:
        """Return what gives the allowed rows nearest to a vector."""

        def best(pool: int) -> Ranking:
            rows = np.flatnonzero(allowed)
            if not self.exact:
                rows = np.sort(self._dense.nearest(vector, max(pool, PROPOSED), allowed))
            closeness = self._dense.closeness(vector, rows)
            return _ordered(rows, closeness, closeness, np.zeros_like(closeness), pool)

        return best

    def own(self, language: str) -> Mask:
        """Return which rows are in a query's language, (n,)."""
        field = field_of(language)
        if field not in self._own:
            names = [name for name in self._languages.values if name and field_of(name) == field]
            self._own[field] = self._languages.among(names)
        return self._own[field]

    def _whole(self, asked: Asked, allowed: Mask | None) -> Rank:
        """Compare all rows; those whose parts could bring them among the best get them."""
        own, weights = self.own(asked.query.language), self._weights
        closeness = self._dense.closeness(asked.vector)
        raised = asked.raised(closeness)
        by_words, by_cognates = self._word_search(asked), self._cognate_search(asked.query)
        words_read = begin(lambda: Bonus(weights.words, raised, own, by_words))
        cognates = Bonus(weights.cognates, raised, ~own, by_cognates)
        words = words_read()

        def best(pool: int) -> Ranking:
            mine = begin(lambda: words.best(pool, allowed))
            rows = np.union1d(cognates.best(pool, allowed), mine())
            score = fuse(raised[rows], words.parts[rows], own[rows], cognates.parts[rows], weights)
            return _narrowed(rows, score, closeness[rows], words.parts[rows], allowed, pool)

        return best

    def _pools(self, asked: Asked, allowed: Mask | None) -> Rank:
        """Score what is proposed by meaning, by words and by cognates."""
        own = self.own(asked.query.language)
        nearest = self._dense.nearest(asked.vector, PROPOSED)
        sides = (self._named(asked, side, BASELINE_ROWS) for side in (own, ~own))
        baseline = np.concatenate([self._baseline(asked.vector, own, nearest), *sides])
        by_words, by_cognates = self._word_search(asked), self._cognate_search(asked.query)

        def best(pool: int) -> Ranking:
            proposed = max(pool, PROPOSED)
            met_later = begin(lambda: allowed_hits(by_words, allowed, proposed))
            alike_later = begin(lambda: allowed_hits(by_cognates, allowed, proposed))
            near = nearest
            if allowed is not None or proposed > PROPOSED:
                near = self._dense.nearest(asked.vector, proposed, allowed)
            named = self._named(asked, allowed, proposed)
            (met, words_read), (alike, cognates_read) = met_later(), alike_later()
            rows = np.unique(np.concatenate([baseline, near, met, alike, named]))
            closeness, mine = self._dense.closeness(asked.vector, rows), own[rows]
            words_later = begin(lambda: parts_of(by_words, rows, mine, words_read))
            cognates = parts_of(by_cognates, rows, ~mine, cognates_read)
            words = words_later()
            raised = asked.raised(closeness, rows)
            score = fuse(raised, words, mine, cognates, self._weights)
            return _narrowed(rows, score, closeness, words, allowed, pool)

        return best

    def _named(self, asked: Asked, allowed: Mask | None, count: int) -> Numbers:
        """The nearest of the rows that a named factor lifts: they may be among the best by it."""
        if asked.gain is None:
            return np.zeros(0, np.int64)
        found = []
        for gain in np.unique(asked.gain[asked.gain > 0]):
            among = asked.gain == gain
            found.append(
                self._dense.nearest(
                    asked.vector, count, among if allowed is None else among & allowed
                )
            )
        return np.concatenate(found) if found else np.zeros(0, np.int64)

    def _baseline(self, vector: Vectors, own: Mask, near: Numbers) -> Numbers:
        """The rows that bonuses are relative to: the nearest on both sides, allowed or not.

        `near` are the nearest of all, in order.
        """
        found = []
        for side in (own, ~own):
            rows = near[side[near]][:BASELINE_ROWS]
            if len(rows) < BASELINE_ROWS:
                rows = self._dense.nearest(vector, BASELINE_ROWS, side)
            found.append(rows)
        return np.concatenate(found)

    def _word_search(self, asked: Asked) -> PartSearch:
        def search(limit: int, among: Numbers | None = None) -> tuple[Numbers, Scores]:
            language = asked.query.language
            found, bm25 = self._words.search_words(asked.words, language, limit, among)
            return found, saturate(bm25)

        return search

    def _cognate_search(self, query: Query) -> PartSearch:
        def search(limit: int, among: Numbers | None = None) -> tuple[Numbers, Scores]:
            if not self._weights.cognates:
                return np.zeros(0, np.int64), np.zeros(0, np.float32)
            if among is None:
                found, bm25 = self._cognates.search(query.text, query.language, limit)
            else:
                found, bm25 = self._cognates.search_among(query.text, query.language, among, limit)
            return found, saturate(bm25)

        return search


def _narrowed(
    rows: Numbers,
    score: Scores,
    closeness: Scores,
    words: Scores,
    allowed: Mask | None,
    pool: int,
) -> Ranking:
    """Leave the allowed rows, in order."""
    if allowed is not None:
        kept = np.flatnonzero(allowed[rows])
        rows, score, closeness, words = rows[kept], score[kept], closeness[kept], words[kept]
    return _ordered(rows, score, closeness, words, pool)


def _ordered(rows: Numbers, score: Scores, closeness: Scores, words: Scores, pool: int) -> Ranking:
    """Order by score, the earlier row first where scores are equal; keep the best `pool`."""
    order = np.argsort(-score, kind="stable")[:pool]
    return Ranking(rows[order], score[order], closeness[order], words[order])
