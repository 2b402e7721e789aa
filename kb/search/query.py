"""What a person typed, made ready for both sides of the search.

Owns cleaning, the language and the refusal of what holds no word. Everything is plain words:
quotes and operators mean nothing yet and harm nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from kb.errors import QueryError
from kb.search.languages import has_words, query_language
from kb.vector_runtime import clean

MOST_CHARACTERS = 10_000  # more is cut: the model reads about 2,000, the full text 64 words


@dataclass(frozen=True)
class Query:
    """A query's words on one line and the language they are in."""

    text: str
    language: str


def read_query(typed: str, language: str | None = None) -> Query:
    """Return the query; `language` overrides what is detected.

    Raises QueryError where there is no letter and no digit.
    """
    text = " ".join(clean(typed[:MOST_CHARACTERS]).replace("\0", " ").split())
    if not has_words(text):
        found = repr(text[:40]) if text else "nothing"
        raise QueryError(
            f"A search needs at least one word or number, and {found} holds none; "
            "type what you look for in any Nordic language or English."
        )
    return Query(text, language or query_language(text))
