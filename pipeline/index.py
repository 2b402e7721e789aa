"""The index stage: codes, embeds and indexes what is included, as a new generation.

Owns what goes into a generation and when a new one is needed. The switch is `kb.generation`'s, the
index `kb.search`'s; the machine coder is handed in by `pipeline.refresh`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from kb.embedding import Embedder
from kb.errors import GenerationError
from kb.generation import building_generation, check_files, current_generation
from kb.library import (
    PassageView,
    PublicationView,
    list_publications,
    passages_by_publication,
)
from kb.search.build import TABLE_FILE, build_index, check_index
from kb.search.fit import unrelated_texts
from kb.search.fitting import fitting_of
from kb.search.rows import IndexRow, MachineCoding, row_context
from kb.search.sentence_vectors import sentence_texts
from kb.search.table import PassageTable
from kb.settings import Settings
from kb.store import Store
from kb.vector_cache import VectorCache
from kb.vector_runtime import Progress as TextsDone
from kb.vector_runtime import Vectors
from pipeline.progress import Progress, as_totals, silent
from pipeline.records import CodedPublication, CodedText, CodingInput, PublicationInput

INDEX_VERSION = 3  # raised when a generation's content changes for the same record


class Coder(Protocol):
    """The machine coder, as this stage needs it."""

    @property
    def version(self) -> str:
        """What stands on every coding it makes."""

    def code(self, inputs: Sequence[CodingInput]) -> list[CodedText]:
        """Code passages."""

    def code_publication(self, publication: PublicationInput) -> CodedPublication:
        """Say what a publication is and where its evidence is from."""


@dataclass(frozen=True)
class IndexReport:
    """The generation that is current now, and whether it was built by this call.

    Of its passages `added` were not in the generation before and `kept` were; `removed` are those
    that only that one had. `embedded` texts (passages and their sentences) were new to the model,
    all others' vectors were there.
    """

    generation: int
    built: bool
    publications: int
    passages: int
    codings: int
    added: int = 0
    kept: int = 0
    removed: int = 0
    embedded: int = 0


@dataclass(frozen=True)
class Included:
    """A publication that is searched, with its present passages."""

    publication: PublicationView
    passages: tuple[PassageView, ...]


def run_index(
    settings: Settings,
    store: Store,
    coder: Coder,
    embedder: Embedder,
    *,
    full: bool = False,
    progress: Progress = silent,
) -> IndexReport:
    """Build a new generation where anything it is made of has changed (or, `full`, in any case).

    What costs most is made for what is new only: vectors by the text they are of, codings by the
    passage. The rest of a generation is written whole, since the words of one passage decide how
    another's are split and weighed: so it is what a first build of the same record would be.
    Raises GenerationError where what was built does not pass its checks.
    """
    works = included(store)
    key = _content_key(works, embedder.revision, coder.version)
    same = None if full else _current(settings, key)
    if same is not None:
        return same
    before = _passages_before(settings)
    coded = _code(works, coder)
    rows = [row for work in works for row in _rows(work, coder, coded)]
    cache = VectorCache(settings.vectors_folder)
    texts = [row_context(row) for row in rows] + sentence_texts(rows)
    with progress("embed", len(texts)) as step:
        vectors = cache.embed(embedder, texts, as_totals(step))
    embedded = cache.newly_embedded
    fitting = fitting_of(embedder, cache)
    counts = {
        "publications": len(works),
        "passages": len(rows),
        "codings": sum(len(row.codings) for row in rows),
    }
    manifest: dict[str, Any] = {
        "content_key": key,
        "model": embedder.model,
        "revision": embedder.revision,
        "space": embedder.space,
        "coder": coder.version,
        "index_version": INDEX_VERSION,
        **counts,
    }
    now = {row.passage_id for row in rows}
    changes = {"added": len(now - before), "kept": len(now & before), "removed": len(before - now)}
    folder = settings.generations_folder
    with progress("index", len(rows)) as step:
        with building_generation(folder, manifest, check_index) as path:
            passages, sentences = vectors[: len(rows)], vectors[len(rows) :]
            unrelated = cache.embed(_Questions(embedder), unrelated_texts())
            nearest = build_index(
                path, rows, passages, fitting.means, fitting.weights, sentences, unrelated
            )
            manifest["nearest"] = asdict(nearest)
        step(len(rows))
    number = current_generation(folder).number
    return IndexReport(number, True, **counts, **changes, embedded=embedded)


class _Questions:
    """An embedder's questions, to be kept apart from its passages."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder, self.dimension = embedder, embedder.dimension
        self.revision = f"{embedder.revision}-questions"

    def embed_passages(self, texts: Sequence[str], progress: TextsDone | None = None) -> Vectors:
        """Return the vectors of texts as questions."""
        return self._embedder.embed_queries(texts)


def included(store: Store) -> list[Included]:
    """Publications that are searched: all but those screened out."""
    passages = passages_by_publication(store)
    return [
        Included(view, tuple(passages[view.id]))
        for view in list_publications(store)
        if view.verdict != "exclude" and view.passages and view.id in passages
    ]


def _current(settings: Settings, key: str) -> IndexReport | None:
    """The generation there is, where it is made of the same and its files are whole."""
    try:
        generation = current_generation(settings.generations_folder)
    except GenerationError:
        return None
    manifest = generation.manifest
    if manifest.get("content_key") != key or check_files(generation):
        return None
    return IndexReport(
        generation.number,
        False,
        manifest["publications"],
        manifest["passages"],
        manifest["codings"],
        kept=manifest["passages"],
    )


def _passages_before(settings: Settings) -> set[str]:
    """The ids of the passages in the present generation; none where there is none to read."""
    try:
        generation = current_generation(settings.generations_folder)
        return set(PassageTable(generation.path / TABLE_FILE).numbers)
    except GenerationError:
        return set()


def _content_key(works: Sequence[Included], revision: str, version: str) -> str:
    digest = hashlib.sha256(json.dumps([INDEX_VERSION, revision, version]).encode())
    for work in works:
        view = work.publication
        facts = [view.id, view.csl, view.url, view.language, view.source_country]
        facts += view.given_countries
        digest.update(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode())
        for passage in work.passages:
            digest.update(json.dumps(vars(passage), ensure_ascii=False).encode())
    return digest.hexdigest()


def coding_inputs(works: Sequence[Included]) -> list[CodingInput]:
    """The passages of these publications as the machine coder sees them, in order."""
    return [
        CodingInput(
            text=passage.text,
            language=passage.language,
            title=str(work.publication.csl.get("title") or ""),
            section=passage.section,
        )
        for work in works
        for passage in work.passages
    ]


def _code(works: Sequence[Included], coder: Coder) -> dict[str, CodedText]:
    ids = [passage.id for work in works for passage in work.passages]
    return dict(zip(ids, coder.code(coding_inputs(works)), strict=True))


def _rows(work: Included, coder: Coder, coded: dict[str, CodedText]) -> list[IndexRow]:
    view = work.publication
    texts = tuple(passage.text for passage in work.passages)
    whole = coder.code_publication(
        PublicationInput(
            csl=view.csl,
            abstract=str(view.csl.get("abstract") or ""),
            texts=texts,
            coded=tuple(coded[passage.id] for passage in work.passages),
            source_country=view.source_country,
        )
    )
    csl, given = view.csl, view.given_countries
    year = (csl.get("issued", {}).get("date-parts") or [[None]])[0][0]
    shared = _Shared(
        title=str(csl.get("title") or ""),
        year=int(year) if year is not None else None,
        publisher=csl.get("publisher"),
        authors=tuple(_author_name(author) for author in csl.get("author") or ()),
        evidence_type=whole.evidence_type,
        countries=given or whole.countries,
        given=bool(given),
    )
    return [_row(view.id, passage, coded[passage.id], shared) for passage in work.passages]


@dataclass(frozen=True)
class _Shared:
    """What the rows of one publication have in common; `given` countries are a person's word."""

    title: str
    year: int | None
    publisher: str | None
    authors: tuple[str, ...]
    evidence_type: str | None
    countries: tuple[str, ...]
    given: bool


def _row(publication_id: str, passage: PassageView, coded: CodedText, shared: _Shared) -> IndexRow:
    """One row of the index.

    A passage's countries are those it names among its publication's, or else all of those.
    """
    named = tuple(code for code in coded.countries if code in shared.countries)
    return IndexRow(
        passage_id=passage.id,
        publication_id=publication_id,
        text=passage.text,
        title=shared.title,
        section=passage.section,
        language=passage.language,
        year=shared.year,
        publisher=shared.publisher,
        countries=shared.countries if shared.given or not named else named,
        evidence_type=shared.evidence_type,
        sectors=coded.sectors,
        target_groups=coded.target_groups,
        page=passage.page,
        page_end=passage.page_end,
        page_label=passage.page_label,
        page_label_end=passage.page_label_end,
        boxes=tuple((int(page), tuple(box)) for page, box in passage.boxes),
        codings=tuple(MachineCoding(**vars(coding)) for coding in coded.codings),
        sentences=tuple((int(start), int(end)) for start, end in passage.sentences),
        authors=shared.authors,
    )


def _author_name(author: Mapping[str, Any]) -> str:
    """Return a CSL name as it is read: given and family name, or the body's."""
    parts = (author.get("given"), author.get("non-dropping-particle"), author.get("family"))
    return str(author.get("literal") or " ".join(str(part) for part in parts if part))
