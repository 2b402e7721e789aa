"""Why a hit is there, in words a reader understands: words met, closeness, a factor asked for.

Owns which factors a query asks for and the `why` of a search record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kb.search.fit import Background
from kb.search.languages import field_of, is_stop_word
from kb.search.notices import Notice
from kb.search.query import Query
from kb.search.query_fields import Known, read_filter
from kb.search.query_syntax import Clause, Named, Not, Phrase, Word
from kb.search.rows import Filters, Hit
from kb.search.stemming import stem_word, words


def asked_factors(
    query: Query, filters: Filters, labels: Mapping[str, str], known: Known
) -> tuple[str, ...]:
    """Return the factors that a search asks for, without repeats.

    Those of its filters and its factor: fields (whose values are `known`), and those whose label
    in the query's language (`labels`, by factor) has all its words in the query, in whatever
    inflection.
    """
    found = list(filters.factors)
    if query.clauses is not None:
        for named in _named(query.clauses):
            read = read_filter(named, known)
            found += () if isinstance(read, Notice) else read.factors
    field = field_of(query.language)
    stems = set(_stems(query.text, field))
    for factor, label in labels.items():
        wanted = set(_stems(label, field))
        if wanted and wanted <= stems:
            found.append(factor)
    return tuple(dict.fromkeys(factor for factor in found if factor in labels))


def reasons(
    hit: Hit, factors: Sequence[str], background: Background | None = None
) -> dict[str, Any]:
    """Return a hit's `why`: the words met, its closeness 0..1, a factor asked for that it has.

    `level` says what the closeness is against the index's background: close, very_close or None.
    """
    coded = [coding.factor for coding in hit.shown if coding.status != "rejected"]
    return {
        "words": list(hit.met),
        "closeness": round(min(max(hit.closeness, 0.0), 1.0), 4),
        "level": background.level(hit.closeness) if background else None,
        "factor": next((factor for factor in factors if factor in coded), None),
        "phrase": hit.phrase,
    }


def _stems(text: str, field: str) -> Iterator[str]:
    return (stem_word(word, field) for word in words(text) if not is_stop_word(word, field))


def _named(clause: Clause) -> Iterator[Named]:
    """Yield the factor: fields that are asked for."""
    if isinstance(clause, Named):
        if clause.field == "factor":
            yield clause
    elif not isinstance(clause, Word | Phrase | Not):
        for inner in clause.clauses:
            yield from _named(inner)
