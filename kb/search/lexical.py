"""The word side: full text with one analysed field a language, ranked by BM25.

Owns the Tantivy folder `fulltext/`. Words of the query become terms here, so no syntax of
Tantivy's own can fail or reach it from outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kb.errors import GenerationError
from kb.search.languages import FIELDS, analyser, field_of, query_stems
from kb.search.rows import IndexRow

FULLTEXT_FOLDER = "fulltext"
WRITER_BYTES = 64_000_000  # Tantivy's buffer; one thread keeps builds repeatable
# A word in the title or the section counts this much of one in the text (0 to 1 tried).
HEAD_WEIGHT = 0.6
_ROW = "row"

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Scores = np.ndarray[Any, np.dtype[np.float32]]


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(_ROW, indexed=True, fast=True)
    for field in FIELDS:
        for part in ("head", "body"):
            builder.add_text_field(f"{part}_{field}", tokenizer_name=f"words_{field}")
    return builder.build()


def _register(index: Any) -> None:
    for field in FIELDS:
        index.register_tokenizer(f"words_{field}", analyser(field))


def write_fulltext(folder: Path, rows: Sequence[IndexRow]) -> None:
    """Index the rows' words into `folder/fulltext`."""
    import tantivy

    place = folder / FULLTEXT_FOLDER
    place.mkdir()
    index = tantivy.Index(_schema(), path=str(place))
    _register(index)
    writer = index.writer(WRITER_BYTES, 1)
    for number, row in enumerate(rows):
        field = field_of(row.language)
        document = tantivy.Document()
        document.add_unsigned(_ROW, number)
        document.add_text(f"head_{field}", f"{row.title}. {row.section}")
        document.add_text(f"body_{field}", row.text)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


class LexicalIndex:
    """A generation's full text; raises GenerationError where it cannot be opened."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        place = folder / FULLTEXT_FOLDER
        try:
            self._index = tantivy.Index.open(str(place))
            _register(self._index)
            self._searcher = self._index.searcher()
        except (OSError, ValueError) as error:
            raise GenerationError(
                f"The full text of the index in {place} cannot be opened ({error}); "
                "run `samvirke index` to build a new one."
            ) from error

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self, text: str, language: str, limit: int, allowed: Numbers | None = None
    ) -> tuple[Numbers, Scores]:
        """Return the rows in the query's own language that hold its words, with BM25 scores.

        Best first, at most `limit`; `allowed` narrows them to those row numbers.
        """
        import tantivy

        field = field_of(language)
        schema = self._index.schema
        terms = []
        for stem in query_stems(text, field):
            body = tantivy.Query.term_query(schema, f"body_{field}", stem)
            head = tantivy.Query.term_query(schema, f"head_{field}", stem)
            terms.append((tantivy.Occur.Should, body))
            terms.append((tantivy.Occur.Should, tantivy.Query.boost_query(head, HEAD_WEIGHT)))
        if not terms or not len(self):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        query = tantivy.Query.boolean_query(terms)
        if allowed is not None:
            among = tantivy.Query.term_set_query(schema, _ROW, allowed.tolist())
            query = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, query),
                    (tantivy.Occur.Must, tantivy.Query.const_score_query(among, 0.0)),
                ]
            )
        hits = self._searcher.search(query, limit=limit, count=False).hits
        rows = self._searcher.fast_field_values(_ROW, [address for _, address in hits])
        return np.array(rows, np.int64), np.array([score for score, _ in hits], np.float32)
