"""Which words of a passage the query met, as character ranges.

Owns matching by stem in the passage's own language.
"""

from __future__ import annotations

from kb.search.languages import analyser, field_of, query_stems
from kb.search.rows import Range

# In a passage of another language than the query's, shorter stems are chance likenesses.
LEAST_FOREIGN_STEM = 4


def highlight_words(text: str, language: str, query: str, query_language: str) -> tuple[Range, ...]:
    """Return the [start, end) character ranges of the words whose stem the query has too.

    Inflected forms meet; stop words of either language do not count.
    """
    field = field_of(language)
    stems = set(query_stems(query, field))
    if field != field_of(query_language):
        own = set(query_stems(query, field_of(query_language)))
        kept = set(query_words(query, field_of(query_language), own))
        stems = {s for s in stems if len(s) >= LEAST_FOREIGN_STEM} & set(
            analyser(field).analyze(" ".join(sorted(kept)))
        )
    return tuple(
        (token.char_offset_from, token.char_offset_to)
        for token in analyser(field).pre_tokenize(text).tokens
        if token.text in stems
    )


def query_words(query: str, field: str, stems: set[str]) -> list[str]:
    """Return the query's words (as written) whose stem is among `stems`."""
    return [
        query[token.char_offset_from : token.char_offset_to]
        for token in analyser(field).pre_tokenize(query).tokens
        if token.text in stems
    ]
