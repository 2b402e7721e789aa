"""What a hit shows beside its place: words met, the sentence that means the query, its twins.

Owns putting these on the hits that are shown, and only on those. How words are met is
`kb.search.highlight`'s, which texts are the same `kb.search.grouping`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kb.search.columns import Mask
from kb.search.grouping import KnownTexts
from kb.search.highlight import Marker
from kb.search.lexical import LexicalIndex
from kb.search.rows import Hit, IndexRow
from kb.search.sentence_vectors import SentenceVectors
from kb.search.table import PassageTable
from kb.search.twins import fingerprint
from kb.vector_runtime import Vectors


class Dresser:
    """Dresses the hits of one generation."""

    def __init__(
        self, table: PassageTable, index: LexicalIndex, sentences: SentenceVectors
    ) -> None:
        self._table, self._index, self._sentences = table, index, sentences

    def dress(
        self,
        hits: Sequence[Hit],
        marker: Marker | None,
        vector: Vectors | None,
        allowed: Mask | None = None,
    ) -> list[Hit]:
        """Return the hits with all they show; `vector` (d,) is the query's.

        Twins are looked for among the `allowed` rows, where those are given.
        """
        twins = self._twins(hits, allowed)
        return [
            replace(
                self._one(hit, marker, vector),
                twins=tuple(twins.get(hit.row.passage_id, ())),
                others=tuple(self._one(other, marker, vector) for other in hit.others),
            )
            for hit in hits
        ]

    def _one(self, hit: Hit, marker: Marker | None, vector: Vectors | None) -> Hit:
        row = hit.row
        shown: dict[str, Any] = {}
        if vector is not None and len(self._sentences):
            number = self._table.numbers[row.passage_id]
            shown["meaning"] = self._sentences.nearest(number, row, vector)
        if marker is not None:
            marks = marker.marks(row.text, row.language, f"{row.title}. {row.section}")
            shown |= {"highlights": marks.ranges, "met": marks.words, "phrase": marks.phrase}
        return replace(hit, **shown)

    def _twins(self, hits: Sequence[Hit], allowed: Mask | None) -> dict[str, list[IndexRow]]:
        """Return for each hit's passage the rows whose text is nearly the same."""
        bands = {hit.row.passage_id: fingerprint(hit.row.language, hit.row.text) for hit in hits}
        shown = {self._table.numbers[name] for name in bands}
        every = {band for found in bands.values() for band in found}
        near = [
            number
            for number in sorted(set(self._index.sharing(every).tolist()) - shown)
            if allowed is None or allowed[number]
        ]
        known = KnownTexts((hit.row.passage_id, hit.row.language, hit.row.text) for hit in hits)
        alike: dict[int, str] = {}
        for number, (language, text) in zip(near, self._table.texts(near), strict=True):
            name = known.like(language, text)
            if name is not None:
                alike[number] = name
        found: dict[str, list[IndexRow]] = {}
        for name, row in zip(alike.values(), self._table.rows(list(alike)), strict=True):
            found.setdefault(name, []).append(row)
        return found
