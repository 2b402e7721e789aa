"""The starter's passages as index rows and its known-item questions, in their folds.

Owns that reading for training, gate and benchmark alike; what is measured with it is
`validation`'s.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from corpora.starter import load_starter
from kb.search.rows import IndexRow, MachineCoding, row_context
from pipeline.search_training.data import split_publications
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
    places = {row.passage_id: number for number, row in enumerate(rows)}
    fold_of = {name: number for number, fold in enumerate(split_publications()) for name in fold}
    return [
        KnownItem(
            query.q,
            query.lang,
            places[f"{work.id}#{query.n}"],
            work.language,
            fold_of[work.id],
        )
        for work in load_starter()
        for query in work.queries
    ]


def data_hash() -> str:
    """Return a hash of the passages and questions the figures rest on."""
    rows = starter_rows()
    parts = [[row.passage_id, row_context(row)] for row in rows]
    asked = [[q.text, q.language, rows[q.row].passage_id, q.fold] for q in known_items(rows)]
    return hashlib.sha256(json.dumps([parts, asked]).encode()).hexdigest()[:16]
