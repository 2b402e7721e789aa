"""Measures search on the starter set's known-item questions: one home for the gate and the bench.

A question counts as across languages where it is put in another language than the publication's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpora.starter import load_starter
from kb.embedding import Embedder
from kb.search.build import build_index
from kb.search.means import exemplar_means
from kb.search.rows import IndexRow, MachineCoding, row_context
from kb.search.searcher import Searcher
from kb.vector_cache import VectorCache

DEPTH = 10  # the k of MRR@k and recall@k


@dataclass(frozen=True)
class Question:
    """A known-item question: the passage it is about is the one right answer."""

    text: str
    language: str
    answer: str
    answer_language: str


@dataclass(frozen=True)
class Figures:
    """MRR@10 and recall@10 over a set of questions."""

    questions: int
    mrr: float
    recall: float


def starter_rows() -> list[IndexRow]:
    """Return every starter passage as an index row (codes and all, for filters)."""
    rows = []
    for publication in load_starter():
        for passage in publication.passages:
            rows.append(
                IndexRow(
                    passage_id=f"{publication.id}#{passage.n}",
                    publication_id=publication.id,
                    text=passage.text,
                    title=publication.title,
                    section=passage.section,
                    language=publication.language,
                    year=publication.year,
                    publisher=publication.publisher,
                    countries=tuple(publication.countries),
                    evidence_type=publication.evidence_type,
                    sectors=passage.sectors,
                    target_groups=passage.target_groups,
                    codings=tuple(
                        MachineCoding(code.factor, code.direction, 0.9) for code in passage.codes
                    ),
                )
            )
    return rows


def starter_questions() -> list[Question]:
    """Return the starter's known-item questions."""
    return [
        Question(q.q, q.lang, f"{publication.id}#{q.n}", publication.language)
        for publication in load_starter()
        for q in publication.queries
    ]


def data_hash() -> str:
    """Return a hash of the passages and questions the figures rest on."""
    parts = [[row.passage_id, row_context(row)] for row in starter_rows()]
    asked = [[q.text, q.language, q.answer] for q in starter_questions()]
    return hashlib.sha256(json.dumps([parts, asked]).encode()).hexdigest()[:16]


def starter_searcher(folder: Path, embedder: Embedder, cache: VectorCache) -> Searcher:
    """Build an index of the starter passages in the empty `folder` and open it."""
    rows = starter_rows()
    vectors = cache.embed(embedder, [row_context(row) for row in rows])
    build_index(folder, rows, vectors, exemplar_means(embedder, cache))
    return Searcher(folder, embedder)


def rank_by(search: Callable[[str], Sequence[str]]) -> dict[str, Figures]:
    """Return the figures of a search (query to passage ids): across, within, and by pair."""
    placed = [(q, _place(search(q.text), q.answer)) for q in starter_questions()]
    groups: dict[str, list[int]] = {}
    for question, place in placed:
        pair = (question.language, question.answer_language)
        names = ["across" if pair[0] != pair[1] else "within"]
        one_norwegian = [name.replace("nn", "nb") for name in pair]
        same = one_norwegian[0] == one_norwegian[1]
        names.append("within, nb and nn as one" if same else "across, nb and nn as one")
        names.append(f"{pair[0]} → {pair[1]}")
        for name in names:
            groups.setdefault(name, []).append(place)
    return {name: _figures(places) for name, places in sorted(groups.items())}


def plain_search(embedder: Embedder, cache: VectorCache) -> Callable[[str], Sequence[str]]:
    """Return the baseline: nearest plain vectors of the passages' bare text."""
    rows = starter_rows()
    vectors = cache.embed(embedder, [row.text for row in rows])
    ids = np.array([row.passage_id for row in rows])

    def search(query: str) -> Sequence[str]:
        closeness = vectors @ embedder.embed_queries([query])[0]
        return [str(name) for name in ids[np.argsort(-closeness)[:DEPTH]]]

    return search


def _place(found: Sequence[str], answer: str) -> int:
    """Return the answer's 1-based place, 0 where it is not found."""
    return found.index(answer) + 1 if answer in found else 0


def _figures(places: Sequence[int]) -> Figures:
    return Figures(
        len(places),
        sum(1 / place for place in places if place) / len(places),
        sum(place > 0 for place in places) / len(places),
    )
