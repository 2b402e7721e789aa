"""Why a hit is there, in words a reader understands: words met, closeness, a factor asked for.

Owns which factors a search asks for and the `why` of a search record. Which of them its words name
is `kb.search.named_factors`'.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kb.search.fit import Background
from kb.search.named_factors import NamedFactors
from kb.search.notices import Notice
from kb.search.query import Query
from kb.search.query_fields import Known, read_filter
from kb.search.query_syntax import Clause, Named, Not, Phrase, Word
from kb.search.rows import Filters, Hit


def asked_factors(
    query: Query, filters: Filters, named: NamedFactors, labels: Mapping[str, str], known: Known
) -> tuple[str, ...]:
    """Return the factors that a search asks for, without repeats; only those of `labels`.

    Those of its filters and its factor: fields (whose values are `known`), and those `named`.
    """
    found = list(filters.factors)
    if query.clauses is not None:
        for field in _named(query.clauses):
            read = read_filter(field, known)
            found += () if isinstance(read, Notice) else read.factors
    found += named.factors
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


def _named(clause: Clause) -> Iterator[Named]:
    """Yield the factor: fields that are asked for."""
    if isinstance(clause, Named):
        if clause.field == "factor":
            yield clause
    elif not isinstance(clause, Word | Phrase | Not):
        for inner in clause.clauses:
            yield from _named(inner)
