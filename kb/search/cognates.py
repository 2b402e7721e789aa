"""Words that look alike across languages: names, numbers, and the many that Nordic languages share.

Owns the folder `cognates/`, one Tantivy field in which every language's stems are written by one
spelling (samarbeid, samarbete and samarbejde become samarb). A query's words are looked up there
for passages in other languages than its own; its own language's are `kb.search.lexical`'s.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kb.errors import GenerationError
from kb.search.languages import MOST_QUERY_WORDS, analyser, field_of, query_stems
from kb.search.rows import IndexRow
from kb.search.rows_query import Numbers, Scores, found_rows

COGNATES_FOLDER = "cognates"
WRITER_BYTES = 32_000_000  # Tantivy's buffer; one thread keeps builds repeatable
# Letters of a stem that are compared: 6 was better than whole stems, also for compounds.
STEM_LETTERS = 6
_ROW, _STEMS = "row", "stems"
_LETTERS = str.maketrans("æäøöåþðáéíóúýü", "eeooatdaeiouyu")
_SPELLINGS = (("ck", "k"), ("x", "ks"), ("ch", "k"), ("ph", "f"), ("th", "t"), ("hv", "v"))
_TWICE = re.compile(r"(.)\1")


@functools.lru_cache(maxsize=200_000)
def common_spelling(stem: str) -> str:
    """Return a stem as it would be spelt if the languages spelt alike, `STEM_LETTERS` of it."""
    spelt = stem.lower().translate(_LETTERS)
    for old, new in _SPELLINGS:
        spelt = spelt.replace(old, new)
    return _TWICE.sub(r"\1", spelt)[:STEM_LETTERS]


def query_cognates(text: str, language: str) -> tuple[str, ...]:
    """Return the query's distinct stems in the common spelling, without stop words."""
    stems = query_stems(text, field_of(language))
    return tuple(dict.fromkeys(common_spelling(stem) for stem in stems))[:MOST_QUERY_WORDS]


def write_cognates(folder: Path, rows: Sequence[IndexRow]) -> None:
    """Index the rows' stems in the common spelling into `folder/cognates`."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(_ROW, indexed=True, fast=True)
    builder.add_text_field(_STEMS, tokenizer_name="whitespace", index_option="freq")
    place = folder / COGNATES_FOLDER
    place.mkdir()
    index = tantivy.Index(builder.build(), path=str(place))
    writer = index.writer(WRITER_BYTES, 1)
    for number, row in enumerate(rows):
        stems = analyser(field_of(row.language)).analyze(f"{row.title}. {row.section}. {row.text}")
        document = tantivy.Document()
        document.add_unsigned(_ROW, number)
        document.add_text(_STEMS, " ".join(map(common_spelling, stems)))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


class CognateIndex:
    """A generation's common spellings; raises GenerationError where they cannot be opened."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        place = folder / COGNATES_FOLDER
        try:
            self._index = tantivy.Index.open(str(place))
            self._searcher = self._index.searcher()
        except (OSError, ValueError) as error:
            raise GenerationError(
                f"The common spellings of the index in {place} cannot be opened ({error}); "
                "run `samvirke index` to build a new one."
            ) from error

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(self, text: str, language: str, limit: int) -> tuple[Numbers, Scores]:
        """Return the rows, of whatever language, that share stems with the query; best first."""
        import tantivy

        schema = self._index.schema
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, _STEMS, stem, "freq"))
            for stem in query_cognates(text, language)
        ]
        if not terms or not len(self):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        return found_rows(self._searcher, tantivy.Query.boolean_query(terms), _ROW, limit)
