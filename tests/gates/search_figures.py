"""Search on the starter's known-item questions: one home for the gate and the bench.

Reading and ranking are `pipeline.search_training`'s; here are the index that tests search in and
the figures of a whole search, filters, grouping and near-identical passages included.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from kb.embedding import Embedder
from kb.search.build import build_index
from kb.search.fitting import fitting_of
from kb.search.rows import IndexRow, row_context
from kb.search.searcher import Searcher
from kb.vector_cache import VectorCache
from pipeline.search_training.known_items import data_hash, known_items, starter_rows
from pipeline.search_training.report import group_names
from pipeline.search_training.validation import DEPTH, Figures, KnownItem, figures_of

__all__ = [
    "data_hash",
    "plain_search",
    "rank_by",
    "starter_questions",
    "starter_rows",
    "starter_searcher",
]


def starter_questions() -> list[KnownItem]:
    """Return the starter's known-item questions."""
    return known_items(starter_rows())


def starter_searcher(folder: Path, embedder: Embedder, cache: VectorCache) -> Searcher:
    """Build an index of the starter passages in the empty `folder` and open it."""
    rows = starter_rows()
    vectors = cache.embed(embedder, [row_context(row) for row in rows])
    fitting = fitting_of(embedder, cache)
    build_index(folder, rows, vectors, fitting.means, fitting.weights)
    return Searcher(folder, embedder)


def rank_by(
    search: Callable[[str], Sequence[str]], questions: Sequence[KnownItem]
) -> dict[str, Figures]:
    """Return the figures of a search (query to passage ids): across, within, and by pair."""
    rows: Sequence[IndexRow] = starter_rows()
    groups: dict[str, list[int]] = {}
    for question in questions:
        found = search(question.text)
        answer = rows[question.row].passage_id
        place = found.index(answer) + 1 if answer in found else 0
        for name in group_names(question.language, question.row_language):
            groups.setdefault(name, []).append(place)
    return {name: figures_of(places) for name, places in sorted(groups.items())}


def plain_search(embedder: Embedder, cache: VectorCache) -> Callable[[str], Sequence[str]]:
    """Return the baseline: nearest plain vectors of the passages' bare text."""
    rows = starter_rows()
    vectors = cache.embed(embedder, [row.text for row in rows])
    ids = np.array([row.passage_id for row in rows])

    def search(query: str) -> Sequence[str]:
        closeness = vectors @ embedder.embed_queries([query])[0]
        return [str(name) for name in ids[np.argsort(-closeness)[:DEPTH]]]

    return search
