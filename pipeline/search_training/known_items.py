"""The starter's passages as index rows, and the questions that search is measured by.

Owns that reading for training, gate and benchmark alike: the known-item questions, which figures
are of, and the development questions, about other passages of the starter, which settings are
judged by. What is measured with them is `validation`'s.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from corpora.questions import StarterQuestion, load_starter_questions
from corpora.starter import StarterQuery, load_starter
from kb.search.rows import IndexRow, MachineCoding, row_context
from pipeline.search_training.validation import KnownItem


def starter_rows() -> list[IndexRow]:
    """Return every starter passage as an index row (codes and all, for filters)."""
    return [
        IndexRow(
            passage_id=f"{work.id}#{passage.n}",
            publication_id=work.id,
            text=passage.text,
            title=work.title,
            section=passage.section,
            language=work.language,
            year=work.year,
            publisher=work.publisher,
            countries=tuple(work.countries),
            evidence_type=work.evidence_type,
            sectors=passage.sectors,
            target_groups=passage.target_groups,
            codings=tuple(
                MachineCoding(code.factor, code.direction, 0.9) for code in passage.codes
            ),
        )
        for work in load_starter()
        for passage in work.passages
    ]


def known_items(rows: Sequence[IndexRow]) -> list[KnownItem]:
    """Return the known-item questions about these rows, which are `starter_rows()`."""
    return _items(rows, ((work.id, query) for work in load_starter() for query in work.queries))


def development_items(rows: Sequence[IndexRow]) -> list[KnownItem]:
    """Return the development questions about these rows, which are `starter_rows()`."""
    asked = load_starter_questions(load_starter())
    return _items(rows, ((one.publication, one) for one in asked))


def _items(
    rows: Sequence[IndexRow], asked: Iterable[tuple[str, StarterQuery | StarterQuestion]]
) -> list[KnownItem]:
    places = {row.passage_id: number for number, row in enumerate(rows)}
    found = []
    for publication, question in asked:
        row = places[f"{publication}#{question.n}"]
        found.append(KnownItem(question.q, question.lang, row, rows[row].language))
    return found


def data_hash() -> str:
    """Return a hash of the passages and questions the figures rest on."""
    rows = starter_rows()
    parts = [[row.passage_id, row_context(row)] for row in rows]
    asked = [
        [[one.text, one.language, rows[one.row].passage_id] for one in items]
        for items in (known_items(rows), development_items(rows))
    ]
    return hashlib.sha256(json.dumps([parts, asked]).encode()).hexdigest()[:16]
