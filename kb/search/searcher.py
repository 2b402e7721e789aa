"""Answers searches over one generation.

Owns the order of the steps: the query read, what it demands made a mask, rows ranked
(`kb.search.ranking`), near-identical passages left out, grouped, dressed, people's codings laid
over. Safe to use from several threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from kb.errors import GenerationError, NotFoundError
from kb.search.build import MEANS_FILE, TABLE_FILE, load_weights
from kb.search.codes_now import CodesNow
from kb.search.coding_overlay import NoCodings, shown_codings
from kb.search.columns import Columns, Mask
from kb.search.conditions import Conditions
from kb.search.dense import DenseIndex
from kb.search.dressing import Dresser
from kb.search.filters import RowFilter
from kb.search.fit import Background
from kb.search.fusion import Scores
from kb.search.grouping import Groups, distinct
from kb.search.highlight import Marker
from kb.search.languages import query_language
from kb.search.lexical import LexicalIndex
from kb.search.means import LanguageMeans
from kb.search.named_factors import (
    OTHER_DIRECTION,
    FactorNames,
    NamedFactors,
    named_factors,
)
from kb.search.narrowed import NarrowedCognates
from kb.search.notices import Notice
from kb.search.query import Detect, Query, read_query
from kb.search.query_fields import Known
from kb.search.ranking import Asked, Rank, Ranker, Ranking
from kb.search.rows import CodingOverlay, Filters, Hit, IndexRow
from kb.search.sentence_vectors import SentenceVectors
from kb.search.short_queries import likelier_language
from kb.search.side_by_side import begin
from kb.search.table import PassageTable
from kb.vector_runtime import Vectors

Group = Literal["passage", "publication"]
NamesOf = Callable[[str], FactorNames]  # from a language
# For each hit asked for: the ranks among which a publication's further hits are looked for, and in
# an index too big to score every row the rows proposed by each side.
POOL_PER_HIT = 20
LEAST_POOL = 200
ROWS_PER_HIT, LEAST_ROWS = 3, 30  # ranked at first, near-identical ones among them
READ_AT_ONCE = 12  # rows read together: a page of hits with some to leave out


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
    named: NamedFactors = field(default_factory=NamedFactors)
    notices: tuple[Notice, ...] = ()


class Searcher:
    """A generation opened for search with one embedder and people's codings.

    `detect` says which language a query is in. Raises GenerationError where the generation is
    damaged or of another model.
    """

    def __init__(
        self,
        generation: Path,
        embedder: QueryEmbedder,
        overlay: CodingOverlay | None = None,
        codes: CodesNow | None = None,
        detect: Detect = query_language,
    ) -> None:
        self._detect = detect
        self._table = PassageTable(generation / TABLE_FILE, codes)
        self._dense = DenseIndex(generation)
        self._words = LexicalIndex(generation)
        self.background = Background.load(generation)
        self._means = LanguageMeans.load(generation / MEANS_FILE)
        self._embedder = embedder
        self._overlay: CodingOverlay = overlay or NoCodings()
        self._filter = RowFilter(self._table)
        sentences, cognates = SentenceVectors(generation), NarrowedCognates(generation)
        self._dresser = Dresser(self._table, self._words, sentences)
        self._owners = self._table.column("publication_id").codes
        self._ranker = Ranker(
            self._dense,
            self._words,
            cognates,
            load_weights(generation),
            self._table.column("language"),
        )
        if len(self._dense) and self._dense.vectors.shape[1] != embedder.dimension:
            raise GenerationError(
                f"The index in {generation} was made by another model (its vectors are "
                f"{self._dense.vectors.shape[1]} wide, this model's {embedder.dimension}); "
                "run `samvirke index`, or set SAMVIRKE_MODEL to the model it was made by."
            )
        counts = {len(part) for part in (self._table, self._dense, self._words, cognates)}
        means = self._means.vectors.values()
        fit = all(mean.shape == (embedder.dimension,) for mean in means)
        if len(counts) > 1 or not fit or not sentences.fits(embedder.dimension):
            raise GenerationError(
                f"The parts of the index in {generation} do not belong together (a file was lost "
                "or replaced); run `samvirke index` to build a new one."
            )

    def __len__(self) -> int:
        return len(self._table)

    @property
    def proposes(self) -> bool:
        """Whether the index is too big for every row to be compared with a query."""
        return not self._ranker.exact

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
        names: NamesOf | None = None,
    ) -> Answer:
        """Search as `search` does, and tell how the query was read.

        `known` are the values that the query's fields may have; `names` says what the factors are
        called in a language, and passages coded with one that the query names rank higher. Raises
        QueryError where the query holds no word.
        """
        query = read_query(typed, language, known, self._detect)
        if language is None:
            likelier = likelier_language(query.text, query.language, self._words)
            query = replace(query, language=likelier)
        allowed = self._filter.allowed(filters or Filters(), self._overlay)
        findable = allowed
        if query.clauses is not None:
            demanded = Conditions(self._words, self._filter, self._overlay, known)
            satisfied = demanded.allowed(query.clauses)
            allowed = satisfied if allowed is None else allowed & satisfied
        asked = self._ask(query)
        named = NamedFactors()
        if names is not None and not query.paragraph:
            named = named_factors(query.text, query.language, names(query.language))
        if named.factors:
            asked = replace(asked, gain=self._gain(named))
        hits = self._collect(self._ranker.by_query(asked, allowed), k, group)
        marker = Marker(self._words, query, asked.words)
        vector = asked.vector if query.text else None
        dressed = self._dresser.dress(hits, marker, vector, findable)
        return Answer(dressed, query, named, (*query.notices, *self._remarks(asked, hits)))

    def _gain(self, named: NamedFactors) -> Scores:
        """What each row has, (n,), from being coded with a factor that a query names."""
        wanted = Filters(factors=named.factors)
        gain = np.zeros(len(self), np.float32)
        gain[self._filter.coded(wanted, self._overlay)] = named.lift
        if named.direction is not None:
            directed = replace(wanted, directions=(named.direction,))
            gain[~self._filter.coded(directed, self._overlay)] *= OTHER_DIRECTION
        return gain

    def _remarks(self, asked: Asked, hits: Sequence[Hit]) -> Iterator[Notice]:
        """What there is to tell of words that no passage has, and of hits that do not fit."""
        for word in asked.words:
            if word.corrected:
                options = ", ".join(f"“{other}”" for other in word.corrected)
                yield Notice("corrected", None, {"value": word.word, "options": options})
        plain = asked.words and not asked.query.paragraph and asked.query.clauses is None
        if self.background is None or not plain or not hits or asked.gain is not None:
            return  # what is demanded or named is there; a paragraph is measured otherwise
        known = self._words.known_share(asked.words, asked.query.language)
        if not self.background.fits(max(hit.closeness for hit in hits), known):
            yield Notice("nothing_fits")

    def _ask(self, query: Query) -> Asked:
        """Embed a query's words (a pasted paragraph as the passage it is) and look them up."""
        if not query.text:  # fields and exclusions only: every passage is as near
            return Asked(query, np.zeros(self._embedder.dimension, np.float32), ())
        embed = self._embedder.embed_passages if query.paragraph else self._embedder.embed_queries
        words = begin(
            lambda: self._words.asked(
                query.text, query.language, query.prefixes, query.exact, query.paragraph
            )
        )
        vector = self._means.centre(embed([query.text]), [query.language])[0]
        return Asked(query, vector, words())

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
        mask = np.ones(len(self), dtype=bool) if allowed is None else allowed.copy()
        mask[number] = False
        vector = np.array(self._dense.vectors[number], np.float32)
        without = [self._table.row(number)]
        hits = self._collect(self._ranker.by_nearness(vector, mask), k, group, without)
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

    @property
    def columns(self) -> Columns:
        """The rows' columns, for counting over all of them."""
        return self._filter.columns

    def allowed(self, filters: Filters) -> Mask | None:
        """Return the rows that the filters allow, (n,) and not to be written to, or None: all."""
        return self._filter.allowed(filters, self._overlay)

    def count(self, filters: Filters) -> int:
        """Return how many passages the filters allow."""
        allowed = self._filter.allowed(filters, self._overlay)
        return len(self) if allowed is None else int(allowed.sum())

    def _plain_hits(self, numbers: Sequence[int]) -> list[Hit]:
        return self._with_codings([Hit(row, 0.0, 0.0, 0.0) for row in self._table.rows(numbers)])

    def _collect(
        self,
        rank: Rank,
        k: int,
        group: Group,
        without: Sequence[IndexRow] = (),
    ) -> list[Hit]:
        """Take hits from ever larger pools until there are k of them or no more rows."""
        depth = max(LEAST_POOL, POOL_PER_HIT * k)
        pool = depth if group == "publication" else max(LEAST_ROWS, ROWS_PER_HIT * k)
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
        self, ranking: Ranking, k: int, depth: int, without: Sequence[IndexRow]
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

    def _read(self, ranking: Ranking, places: Iterable[int] | None = None) -> Iterator[Hit]:
        """Yield the ranking's hits in order (those at `places`), rows read a few at a time."""
        left = iter(range(len(ranking.rows)) if places is None else places)
        while part := list(islice(left, READ_AT_ONCE)):
            rows = self._table.rows(ranking.rows[part].tolist())
            numbers = zip(
                ranking.score[part], ranking.closeness[part], ranking.words[part], strict=True
            )
            for row, (score, close, words) in zip(rows, numbers, strict=True):
                yield Hit(row, float(score), float(close), float(words))

    def _with_codings(self, hits: Sequence[Hit]) -> list[Hit]:
        every = [hit.row.passage_id for outer in hits for hit in (outer, *outer.others)]
        people = self._overlay.for_passages(every)

        def dressed(hit: Hit) -> Hit:
            shown = shown_codings(hit.row.codings, people.get(hit.row.passage_id, ()))
            return replace(hit, shown=shown, others=tuple(dressed(other) for other in hit.others))

        return [dressed(hit) for hit in hits]
