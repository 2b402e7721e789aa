"""Cognates among some rows only: their scores are those of a search over all.

Owns the narrowing; the index of common spellings itself is `kb.search.cognates`'s.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kb.search.cognates import COGNATES_FOLDER, CognateIndex, query_cognates
from kb.search.rows_query import Numbers, Scores, among_rows, found_rows, reading_tantivy

_ROW, _STEMS = "row", "stems"  # the fields of `kb.search.cognates`


class NarrowedCognates(CognateIndex):
    """A generation's common spellings, searched among all rows or some.

    Raises GenerationError where they cannot be opened.
    """

    def __init__(self, folder: Path) -> None:
        place = folder / COGNATES_FOLDER
        with reading_tantivy(f"The common spellings of the index in {place} cannot be opened"):
            super().__init__(folder)

    def search_among(
        self, text: str, language: str, rows: Numbers, limit: int
    ) -> tuple[Numbers, Scores]:
        """Return those of the rows that share stems with the query, and their BM25 scores."""
        import tantivy

        stems = query_cognates(text, language)
        if not stems or not len(rows):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        schema = self._index.schema
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, _STEMS, stem, "freq"))
            for stem in stems
        ]
        query = among_rows(tantivy.Query.boolean_query(terms), schema, _ROW, rows)
        return found_rows(self._searcher, query, _ROW, limit)
