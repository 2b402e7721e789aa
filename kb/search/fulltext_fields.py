"""The fields of the full text and how a row fills them.

Owns the schema of the Tantivy folder. Every field holds words that are made ready here (stems,
folded stems, parts of compounds), so that indexing and searching cannot differ; Tantivy only cuts
them at spaces.
"""

from __future__ import annotations

from typing import Any

from corpora.folding import fold
from kb.search.folding import fold_word
from kb.search.languages import FIELDS, field_of
from kb.search.lexicon import NewLexicon
from kb.search.rows import IndexRow
from kb.search.stemming import stem_word, words
from kb.search.twins import fingerprint

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


def document(number: int, row: IndexRow, lexicon: NewLexicon) -> Any:
    """Return row `number` as a Tantivy document."""
    import tantivy

    field = field_of(row.language)
    head, body = words(f"{row.title}. {row.section}"), words(row.text)
    facts = [lexicon.facts(word, field) for word in (*head, *body)]
    stems = [fact.stem for fact in facts]
    made = tantivy.Document()
    made.add_unsigned(ROW, number)
    for part, found in (
        ("head", stems[: len(head)]),
        ("body", stems[len(head) :]),
        ("fold", [fold_word(stem, field) for stem in stems]),
        ("part", [stem for fact in facts for stem in fact.parts]),
        ("form", sorted(set(body))),
    ):
        made.add_text(f"{part}_{field}", " ".join(found))
    # A title is found by its stems too; they stand behind its words, so that phrases hold.
    title = [*folded_words(row.title), *(fold(stem_word(w, field)) for w in words(row.title))]
    made.add_text("title", " ".join(title))
    made.add_text("publisher", " ".join(folded_words(row.publisher or "")))
    for name in row.authors:
        made.add_text("author", " ".join(folded_words(name)))
    made.add_text(TWIN, " ".join(fingerprint(row.language, row.text)))
    return made


def folded_words(text: str) -> list[str]:
    """Return the words of a name as `author:`, `title:` and `publisher:` compare them."""
    return fold(text).split()
