"""One open knowledge base: what the app and the command line ask, over record and generation.

Owns answers to searches, the people's side of map and facets, and noticing a new generation. How
passages are found is `kb.search`'s; what is drawn is the callers'.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from kb.active_codebook import ActiveCodebook, active_codebook, codebook_stamp
from kb.citations.entries import CitedEntry, CitedPassage
from kb.citations.sets import ItemView, find_set, list_items
from kb.coding.codings import StoredCodings
from kb.display_names import country_name
from kb.embedding import Embedder, open_search_embedder
from kb.errors import NotFoundError, QueryError
from kb.evidence_map import EvidenceMap, build_map
from kb.exports.map_labels import MapLabels
from kb.generation import Generation, current_generation
from kb.library import (
    PassageView,
    PublicationView,
    find_passages,
    find_publications,
    passage_owners,
)
from kb.map_columns import map_columns
from kb.map_counting import count_map
from kb.map_rows import map_rows
from kb.model_fit import require_same_space
from kb.removal import removed_publications
from kb.screening import excluded_by_people
from kb.search.fit import Background
from kb.search.notices import Notice
from kb.search.query import Query
from kb.search.rows import Filters, Hit
from kb.search.searcher import Group, Searcher
from kb.search.why import asked_factors
from kb.search.word_languages import tell_language
from kb.search_record import search_record, twin_record
from kb.settings import Settings
from kb.spoken_names import SpokenNames
from kb.store import Store, open_store

COUNTRIES = ("NO", "SE", "DK", "FI", "IS", "FO", "GL", "AX")  # the order maps and lists use
GROUPS = ("passage", "publication")
REPLICA_NOTE = (
    "Demonstration: Samvirke's own wording of what the publication says, not a quotation from it."
)
MAP_QUERY_HITS = 500  # passages of a query that a map is drawn of
_KINDS = {
    "factor": "factors",
    "direction": "directions",
    "sector": "sectors",
    "target_group": "target_groups",
    "evidence_type": "evidence_types",
}


def open_knowledge_base(settings: Settings) -> KnowledgeBase:
    """Open the record and be ready to search; the model is loaded at the first search.

    Raises RecordError or CodebookError where either cannot be used.
    """
    return KnowledgeBase(settings, open_store(settings))


@dataclass(frozen=True)
class SearchAnswer:
    """What a search found, as records, how its query was read, and what there is to tell."""

    records: list[dict[str, Any]]
    query: Query
    notices: tuple[Notice, ...] = ()


class KnowledgeBase:
    """A record and its current generation; safe to use from several threads."""

    def __init__(
        self, settings: Settings, store: Store, *, embedder: Embedder | None = None
    ) -> None:
        """Be ready to search, with a search `embedder` that is open already where there is one.

        Raises CodebookError where the data home's codebook cannot be used.
        """
        self.settings, self.store = settings, store
        self._stamp = codebook_stamp(store)
        self.codebook: ActiveCodebook = active_codebook(store)
        self._codings = StoredCodings(store)
        self._names = SpokenNames(self.labels)
        self._lock = threading.Lock()
        self._embedder = embedder
        self._open: tuple[Generation, Searcher] | None = None

    def notice_codebook(self) -> None:
        """Read the codebook anew where it was changed; called before each question and page."""
        stamp = codebook_stamp(self.store)
        with self._lock:
            if stamp == self._stamp:
                return
            self._stamp, self.codebook, self._open = stamp, active_codebook(self.store), None
            self._names = SpokenNames(self.labels)

    def generation(self) -> Generation:
        """The current generation. Raises GenerationError where there is none yet."""
        return current_generation(self.settings.generations_folder)

    def searcher(self) -> Searcher:
        """The searcher over the current generation, opened anew when that has changed.

        Raises GenerationError where another model than the one set made its vectors.
        """
        generation = self.generation()
        with self._lock:
            if self._open is None or self._open[0].number != generation.number:
                self._embedder = self._embedder or open_search_embedder(self.settings)
                require_same_space(generation, self._embedder)
                detect = partial(tell_language, self.settings.models_folder)
                searcher = Searcher(
                    generation.path, self._embedder, self._codings, self.codebook, detect
                )
                self._open = (generation, searcher)
            return self._open[1]

    def search(
        self, query: str, k: int = 10, filters: Filters | None = None, group: str = "passage"
    ) -> list[dict[str, Any]]:
        """The k best passages (or publications) as CONTRACT.md's records, best first.

        Raises QueryError for an empty query, an unknown group or a filter value that the
        codebook lacks; GenerationError where nothing is indexed yet.
        """
        return self.answer(query, k, filters, group).records

    def answer(
        self, query: str, k: int = 10, filters: Filters | None = None, group: str = "passage"
    ) -> SearchAnswer:
        """Search as `search` does, with what there is to tell about the query and its hits."""
        grouping, wanted = _grouping(group), self._checked(filters or Filters())
        searcher = self.searcher()
        found = searcher.answer(
            query, k, wanted, grouping, known=self._names.field_values, names=self._names.of_factors
        )
        labels = self.labels("factor")
        factors = asked_factors(found.query, wanted, found.named, labels, self._names.field_values)
        records = self._records(found.hits, factors, searcher.background)
        return SearchAnswer(records, found.query, found.notices)

    def browse(
        self, filters: Filters, k: int = 100, offset: int = 0
    ) -> tuple[list[dict[str, Any]], int]:
        """Passages that the filters allow, in order, and how many there are in all."""
        wanted = self._checked(filters)
        searcher = self.searcher()
        return self._records(searcher.browse(wanted, k, offset)), searcher.count(wanted)

    def count(self, filters: Filters) -> int:
        """How many passages the filters allow."""
        return self.searcher().count(self._checked(filters))

    def similar(
        self,
        passage_id: str,
        k: int = 10,
        filters: Filters | None = None,
        group: str = "passage",
    ) -> list[dict[str, Any]]:
        """Passages whose meaning is nearest to a passage's, as records, without it.

        Raises NotFoundError where the index does not hold it, and what `search` raises.
        """
        grouping, wanted = _grouping(group), self._checked(filters or Filters())
        searcher = self.searcher()
        hits = searcher.more_like(passage_id, k, wanted, grouping)
        return self._records(hits, background=searcher.background)

    def passage_record(self, passage_id: str) -> dict[str, Any]:
        """One passage as a search record.

        Raises NotFoundError where the index does not hold it.
        """
        records = self._records(self.searcher().of_passages([passage_id]))
        if not records:
            raise NotFoundError(
                f"The index holds no passage {passage_id!r}; it may have been replaced by the last "
                "refresh: search again."
            )
        return records[0]

    def evidence_map(
        self,
        rows: str = "factor",
        cols: str = "country",
        filters: Filters | None = None,
        query: str | None = None,
    ) -> EvidenceMap:
        """Count what the filters (and the query's nearest passages) allow, by two dimensions.

        Only what was asked for counts of a passage, as `map_rows` says.
        """
        wanted = self._checked(filters or Filters())
        searcher = self.searcher()
        people, orders = self._codings.coded(), (self._order(rows), self._order(cols))
        if query and query.strip():
            answer = searcher.answer(
                query,
                MAP_QUERY_HITS,
                wanted,
                known=self._names.field_values,
                names=self._names.of_factors,
            )
            counted = map_rows((hit.row for hit in answer.hits), people, wanted)
            return build_map(counted, rows, cols, *orders)
        columns = map_columns(searcher.columns, searcher.allowed(wanted), people, wanted)
        return count_map(columns, rows, cols, *orders)

    def map_labels(
        self, rows: str, cols: str, language: str = "en", filters: str = ""
    ) -> MapLabels:
        """The map's texts in a language: codebook labels, today's date, the filters in words."""
        return MapLabels(
            language=language,
            rows=self.labels(rows, language),
            cols=self.labels(cols, language),
            directions=self.labels("direction", language),
            filters=filters,
            date=date.today().isoformat(),
        )

    def labels(self, dimension: str, language: str = "en") -> dict[str, str]:
        """Labels of a dimension's codes; empty where values stand for themselves."""
        if dimension == "country":
            return {code: country_name(code, language) for code in COUNTRIES}
        kind = _KINDS.get(dimension)
        if kind is None:
            return {}
        return {
            code: self.codebook.label(kind, code, language)  # type: ignore[arg-type]
            for code in self.codebook.ids(kind)  # type: ignore[arg-type]
        }

    def facets(self) -> dict[str, dict[str, int]]:
        """For each dimension the values there are, with the number of passages of each."""
        searcher, people = self.searcher(), self._codings.coded()
        allowed = searcher.allowed(self._checked(Filters()))
        return map_columns(searcher.columns, allowed, people, Filters()).facets()

    def cited_entries(
        self,
        *,
        set_name: str | None = None,
        publication_ids: Sequence[str] = (),
        passage_ids: Sequence[str] = (),
    ) -> list[CitedEntry]:
        """What to cite: a set's items, then publications, then passages, each in order.

        Raises NotFoundError for a set, publication or passage that the record lacks.
        """
        items = list_items(self.store, find_set(self.store, set_name)) if set_name else []
        return list(self._entries(items, publication_ids, passage_ids))

    def _entries(
        self, items: Sequence[ItemView], publication_ids: Sequence[str], passage_ids: Sequence[str]
    ) -> Iterator[CitedEntry]:
        wanted = [item.passage_id for item in items if item.passage_id]
        passages = find_passages(self.store, [*wanted, *passage_ids])
        owners = [item.publication_id for item in items]
        owners += [passages[passage_id].publication_id for passage_id in passage_ids]
        known = find_publications(self.store, [*owners, *publication_ids])
        for item in items:
            passage = passages.get(item.passage_id or "")
            yield self._entry(known[item.publication_id], passage, item)
        for publication_id in publication_ids:
            yield self._entry(known[publication_id], None, None)
        for passage_id in passage_ids:
            passage = passages[passage_id]
            yield self._entry(known[passage.publication_id], passage, None)

    def _entry(
        self, publication: PublicationView, passage: PassageView | None, item: ItemView | None
    ) -> CitedEntry:
        """A line of a set; where its passage has gone, the quotation kept with it is cited."""
        note = item.note if item else None
        if publication.is_replica:
            note = f"{note} {REPLICA_NOTE}" if note else REPLICA_NOTE
        if passage is None:
            quote = item.quote if item else None
            cited = CitedPassage(quote) if quote else None
            return CitedEntry(publication.csl, cited, note)
        return CitedEntry(
            publication.csl,
            CitedPassage(
                quote=item.quote if item and item.quote else passage.text,
                page_label=passage.page_label,
                page_label_end=passage.page_label_end,
                section=passage.section or None,
                permalink=self.permalink(passage.id),
            ),
            note,
        )

    def permalink(self, passage_id: str) -> str:
        """The app's address of a passage."""
        return f"{self.settings.base_url.rstrip('/')}/?{urlencode({'passage': passage_id})}"

    def _checked(self, filters: Filters) -> Filters:
        """Refuse a filter value that the codebook lacks, naming those it has."""
        self.notice_codebook()
        for kind, values in (
            ("factors", filters.factors),
            ("directions", filters.directions),
            ("sectors", filters.sectors),
            ("target_groups", filters.target_groups),
            ("evidence_types", filters.evidence_types),
        ):
            for value in values:
                self.codebook.require(kind, value)  # type: ignore[arg-type]
        unknown = [code for code in filters.countries if code not in COUNTRIES]
        if unknown:
            raise QueryError(
                f"Expected a country among {', '.join(COUNTRIES)}, found {unknown[0]!r}."
            )
        return replace(filters, without=self._hidden())

    def _hidden(self) -> tuple[str, ...]:
        """Publications that people took out or left out since the index was built, or before."""
        with self.store.read() as session:
            left_out = excluded_by_people(session)
        return tuple(sorted(left_out.union(removed_publications(self.store))))

    def _order(self, dimension: str) -> tuple[str, ...] | None:
        if dimension == "country":
            return COUNTRIES
        kind = _KINDS.get(dimension)
        return self.codebook.ids(kind) if kind else None  # type: ignore[arg-type]

    def _records(
        self,
        hits: Sequence[Hit],
        factors: Sequence[str] = (),
        background: Background | None = None,
    ) -> list[dict[str, Any]]:
        """Hits as records, under the publications that their passages are of now.

        `background` is that of the index which gave them. A split or a removal counts at once,
        before the index is built anew.
        """
        rows = [row for hit in hits for row in (hit.row, *hit.twins)]
        owners = {row.passage_id: row.publication_id for row in rows}
        owners |= passage_owners(self.store, list(owners))
        known = find_publications(self.store, sorted({*owners.values()}))
        views = {name: known[owner] for name, owner in owners.items()}
        standing = [hit for hit in hits if not views[hit.row.passage_id].removed_reason]
        return [
            search_record(
                hit,
                at,
                views[hit.row.passage_id],
                self.permalink,
                factors,
                list(_other_publications(hit, views)),
                background,
            )
            for at, hit in enumerate(standing, start=1)
        ]


def _grouping(group: str) -> Group:
    """Refuse a way of grouping that there is not."""
    if group not in GROUPS:
        raise QueryError(f"Expected --group {' or '.join(GROUPS)}, found {group!r}.")
    return "publication" if group == "publication" else "passage"


def _other_publications(hit: Hit, views: Mapping[str, PublicationView]) -> Iterator[dict[str, Any]]:
    """The other publications that hold a hit's text, each once."""
    seen = {views[hit.row.passage_id].id}
    for row in hit.twins:
        view = views[row.passage_id]
        if view.id not in seen and not view.removed_reason:
            seen.add(view.id)
            yield twin_record(row.passage_id, view, row.page_label)
