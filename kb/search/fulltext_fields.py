"""The fields of the full text and how a row fills them.

Owns the schema of the Tantivy folder. Every field holds words that are made ready here (stems,
folded stems, parts of compounds), so that indexing and searching cannot differ; Tantivy only cuts
them at spaces. Title, section and text are values of their own, so that no phrase reaches from one
into the next.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from corpora.folding import fold
from kb.search.languages import FIELDS, field_of
from kb.search.lexicon import NewLexicon
from kb.search.rows import IndexRow
from kb.search.stemming import stem_word, words
from kb.search.twins import fingerprints

ROW = "row"
TWIN = "twin"
NAMED = ("author", "title", "publisher")
"""What a field prefix searches, whatever the language: words without their Nordic letters."""

# Parts of a language's field, with what Tantivy keeps of each word: for `form` only where it is,
# for `part` how often too, for the others also the places (phrases).
PARTS = {
    "body": "position",  # stems of the text
    "head": "position",  # stems of title and section
    "fold": "position",  # both, without Nordic letters
    "part": "freq",  # stems of the parts of compounds, of both
    "form": "basic",  # words of the text as they stand
}
_SPACES = "whitespace"
AT_ONCE = 1_000  # rows whose fingerprints are calculated together


def schema() -> Any:
    """Return the Tantivy schema."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(ROW, indexed=True, fast=True)
    builder.add_text_field(TWIN, tokenizer_name=_SPACES, index_option="basic")
    for name in NAMED:
        builder.add_text_field(name, tokenizer_name=_SPACES)
    for field in FIELDS:
        for part, kept in PARTS.items():
            builder.add_text_field(f"{part}_{field}", tokenizer_name=_SPACES, index_option=kept)
    return builder.build()


def documents(rows: Iterable[IndexRow], lexicon: NewLexicon) -> Iterator[Any]:
    """Yield the rows as Tantivy documents, numbered from 0."""
    number = 0
    left = iter(rows)
    while part := list(islice(left, AT_ONCE)):
        bodies = [words(row.text) for row in part]
        pairs = [(row.language, body) for row, body in zip(part, bodies, strict=True)]
        for row, body, bands in zip(part, bodies, fingerprints(pairs), strict=True):
            made = _document(number, row, body, lexicon)
            made.add_text(TWIN, " ".join(bands))
            yield made
            number += 1


def _document(number: int, row: IndexRow, body: list[str], lexicon: NewLexicon) -> Any:
    import tantivy

    field = field_of(row.language)
    title, section, known = _words(row.title), _words(row.section), lexicon.facts(field)
    facts = [known[word] for word in (*title, *section, *body)]
    stems = [fact.stem for fact in facts]
    ends = len(title), len(title) + len(section)
    apart = stems[: ends[0]], stems[ends[0] : ends[1]], stems[ends[1] :]
    made = tantivy.Document()
    made.add_unsigned(ROW, number)
    for part, found in (
        *(("head", one) for one in apart[:2]),
        ("body", apart[2]),
        *(("fold", map(known.folds.__getitem__, one)) for one in apart),
        ("part", [stem for fact in facts if fact.parts for stem in fact.parts]),
        ("form", sorted(set(body))),
    ):
        made.add_text(f"{part}_{field}", " ".join(found))
    for one in _title(row.title, field):
        made.add_text("title", one)
    made.add_text("publisher", _name(row.publisher or ""))
    for name in row.authors:
        made.add_text("author", _name(name))
    return made


@functools.lru_cache(maxsize=1_000)
def _words(text: str) -> tuple[str, ...]:
    """The words of a title or a section, which passages share."""
    return tuple(words(text))


@functools.lru_cache(maxsize=1_000)
def _title(title: str, field: str) -> tuple[str, str]:
    """A title's words, and its stems: it is found by both."""
    stems = (fold(stem_word(word, field)) for word in words(title))
    return " ".join(folded_words(title)), " ".join(stems)


@functools.lru_cache(maxsize=10_000)
def _name(name: str) -> str:
    return " ".join(folded_words(name))


def folded_words(text: str) -> list[str]:
    """Return the words of a name as `author:`, `title:` and `publisher:` compare them."""
    return fold(text).split()
