"""One open knowledge base: what the app and the command line ask, over record and generation.

Owns the search record (CONTRACT.md's JSON), the people's side of map and facets, and noticing a
new generation. How passages are found is `kb.search`'s; what is drawn is the callers'.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from corpora.codebook import Codebook, load_codebook
from kb.citations.entries import CitedEntry, CitedPassage
from kb.citations.sets import ItemView, find_set, list_items
from kb.coding.codings import StoredCodings
from kb.display_names import country_name
from kb.embedding import Embedder, open_embedder
from kb.errors import GenerationError, NotFoundError, QueryError
from kb.evidence_map import EvidenceMap, build_map
from kb.exports.map_labels import MapLabels
from kb.generation import Generation, current_generation
from kb.library import PassageView, PublicationView, find_passages, find_publications
from kb.map_rows import map_rows
from kb.search.rows import Filters, Hit
from kb.search.searcher import Group, Searcher
from kb.settings import Settings
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


def load_home_codebook(settings: Settings) -> Codebook:
    """The data home's codebook where a team has put one there, else the project's.

    Raises CodebookError where the file cannot be used.
    """
    own = settings.home / "codebook.yaml"
    return load_codebook(own if own.is_file() else None)


def open_knowledge_base(settings: Settings) -> KnowledgeBase:
    """Open the record and be ready to search; the model is loaded at the first search.

    Raises RecordError or CodebookError where either cannot be used.
    """
    return KnowledgeBase(settings, open_store(settings), load_home_codebook(settings))


class KnowledgeBase:
    """A record and its current generation; safe to use from several threads."""

    def __init__(self, settings: Settings, store: Store, codebook: Codebook) -> None:
        self.settings, self.store, self.codebook = settings, store, codebook
        self._codings = StoredCodings(store)
        self._lock = threading.Lock()
        self._embedder: Embedder | None = None
        self._open: tuple[Generation, Searcher] | None = None

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
                self._embedder = self._embedder or open_embedder(self.settings)
                _require_same_space(generation, self._embedder)
                searcher = Searcher(generation.path, self._embedder, self._codings)
                self._open = (generation, searcher)
            return self._open[1]

    def search(
        self, query: str, k: int = 10, filters: Filters | None = None, group: str = "passage"
    ) -> list[dict[str, Any]]:
        """The k best passages (or publications) as CONTRACT.md's records, best first.

        Raises QueryError for an empty query, an unknown group or a filter value that the
        codebook lacks; GenerationError where nothing is indexed yet.
        """
        if group not in GROUPS:
            raise QueryError(f"Expected --group {' or '.join(GROUPS)}, found {group!r}.")
        wanted = self._checked(filters or Filters())
        grouping: Group = "publication" if group == "publication" else "passage"
        return self._records(self.searcher().search(query, k, wanted, grouping))

    def browse(
        self, filters: Filters, k: int = 100, offset: int = 0
    ) -> tuple[list[dict[str, Any]], int]:
        """Passages that the filters allow, in order, and how many there are in all."""
        wanted = self._checked(filters)
        searcher = self.searcher()
        return self._records(searcher.browse(wanted, k, offset)), searcher.count(wanted)

    def similar(self, passage_id: str, k: int = 10) -> list[dict[str, Any]]:
        """Passages whose meaning is nearest to a passage's."""
        return self._records(self.searcher().more_like(passage_id, k))

    def passage_record(self, passage_id: str) -> dict[str, Any]:
        """One passage as a search record.

        Raises NotFoundError where the index does not hold it.
        """
        hits = self.searcher().of_passages([passage_id])
        if not hits:
            raise NotFoundError(
                f"The index holds no passage {passage_id!r}; it may have been replaced by the last "
                "refresh: search again."
            )
        return self._records(hits)[0]

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
        if query and query.strip():
            found = [hit.row for hit in searcher.search(query, MAP_QUERY_HITS, wanted)]
        else:
            found = [hit.row for hit in searcher.browse(wanted, len(searcher))]
        counted = map_rows(found, self._codings.coded(), wanted)
        return build_map(counted, rows, cols, self._order(rows), self._order(cols))

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
        searcher = self.searcher()
        counts: dict[str, Counter[str]] = {}
        rows = [hit.row for hit in searcher.browse(Filters(), len(searcher))]
        for row in map_rows(rows, self._codings.coded(), Filters()):
            coded = {
                "factor": row.directions,
                "direction": {way for ways in row.directions.values() for way in ways},
            }
            for dimension, values in {**row.values, **coded}.items():
                counts.setdefault(dimension, Counter()).update(str(value) for value in values)
        return {
            dimension: dict(sorted(found.items(), key=lambda entry: (-entry[1], entry[0])))
            for dimension, found in counts.items()
        }

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
        return filters

    def _order(self, dimension: str) -> tuple[str, ...] | None:
        if dimension == "country":
            return COUNTRIES
        kind = _KINDS.get(dimension)
        return self.codebook.ids(kind) if kind else None  # type: ignore[arg-type]

    def _records(self, hits: Sequence[Hit]) -> list[dict[str, Any]]:
        ids = {hit.row.publication_id for hit in hits}
        known = find_publications(self.store, sorted(ids))
        return [
            self._record(hit, rank, known[hit.row.publication_id])
            for rank, hit in enumerate(hits, start=1)
        ]

    def _record(self, hit: Hit, rank: int, view: PublicationView) -> dict[str, Any]:
        row = hit.row
        citation = dict(view.csl)
        if row.page_label:
            last = row.page_label_end
            span = last and last != row.page_label
            citation["locator"] = f"{row.page_label}-{last}" if span else row.page_label
            citation["label"] = "page"
        record = {
            "rank": rank,
            "score": round(hit.score, 5),
            "passage_id": row.passage_id,
            "publication_id": row.publication_id,
            "title": view.csl.get("title"),
            "text": row.text,
            "highlights": [list(pair) for pair in hit.highlights],
            "section": row.section,
            "page": row.page,
            "page_label": row.page_label,
            "page_end": row.page_end,
            "page_label_end": row.page_label_end,
            "language": row.language,
            "countries": list(row.countries),
            "year": row.year,
            "publisher": view.csl.get("publisher"),
            "evidence_type": row.evidence_type,
            "sectors": list(row.sectors),
            "target_groups": list(row.target_groups),
            "url": view.url,
            "permalink": self.permalink(row.passage_id),
            "codings": [
                {
                    "factor": coding.factor,
                    "direction": coding.direction,
                    "confidence": _rounded(coding.confidence),
                    "status": coding.status,
                    "coder": coding.coder,
                    "start": coding.start,
                    "end": coding.end,
                }
                for coding in hit.shown
            ],
            "citation": citation,
        }
        if hit.others:
            others = enumerate(hit.others, start=1)
            record["passages"] = [self._record(other, at, view) for at, other in others]
        return record


def _require_same_space(generation: Generation, embedder: Embedder) -> None:
    """Refuse vectors of another model: of the same width too, distances to them mean nothing."""
    made = generation.manifest
    if made.get("space", embedder.space) != embedder.space:
        raise GenerationError(
            f"Generation {generation.number} was made by the model {made.get('model')!r} "
            f"(space {made['space']}) and SAMVIRKE_MODEL is now {embedder.model!r} "
            f"(space {embedder.space}); run `samvirke index`, or set the model back."
        )


def _rounded(confidence: float | None) -> float | None:
    """A confidence as scripts see it: the index keeps it in 32 bits, which print badly."""
    return None if confidence is None else round(confidence, 4)
