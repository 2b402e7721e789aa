"""Rows by their numbers in Tantivy: asked for in a query, and read from its hits.

Owns which of two ways asks for them (some are looked up one by one, many as a set, whose matching
goes through the whole list of numbers first), and what is said of files that cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from kb.errors import GenerationError

# 400 rows of 100,000: 1.4 ms one by one, 3.4 as a set; at 1,000 both take 3 to 5.
MOST_SINGLE = 1_000

_PANIC = "PanicException"  # PyO3's, which cannot be imported

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Scores = np.ndarray[Any, np.dtype[np.float32]]


@contextmanager
def reading_tantivy(failure: str) -> Iterator[None]:
    """Raise GenerationError for what Tantivy raises over damaged files; `failure` says what fails.

    A garbled file makes it panic, which Python sees as an exception beside all others.
    """
    try:
        yield
    except BaseException as error:
        if not isinstance(error, OSError | ValueError) and type(error).__name__ != _PANIC:
            raise
        told = " ".join(str(error).split())[:200]
        raise GenerationError(
            f"{failure} ({told}); run `samvirke index` to build a new one."
        ) from (error)


def found_rows(searcher: Any, query: Any, field: str, limit: int) -> tuple[Numbers, Scores]:
    """Return the row numbers in `field` of a query's best hits, and their scores.

    Raises GenerationError where the index is damaged: Tantivy reads most of it only when asked.
    """
    with reading_tantivy("The words of the index cannot be read"):
        hits = searcher.search(query, limit=limit, count=False).hits
        rows = searcher.fast_field_values(field, [address for _, address in hits])
    return np.array(rows, np.int64), np.array([score for score, _ in hits], np.float32)


def among_rows(query: Any, schema: Any, field: str, rows: np.ndarray[Any, np.dtype[Any]]) -> Any:
    """Return a query narrowed to rows whose numbers stand in `field`; its scores stay."""
    import tantivy

    numbers = rows.tolist()
    if len(numbers) <= MOST_SINGLE:
        single = (tantivy.Query.term_query(schema, field, number, "basic") for number in numbers)
        among = tantivy.Query.boolean_query([(tantivy.Occur.Should, one) for one in single])
    else:
        among = tantivy.Query.term_set_query(schema, field, numbers)
    return tantivy.Query.boolean_query(
        [
            (tantivy.Occur.Must, query),
            (tantivy.Occur.Must, tantivy.Query.const_score_query(among, 0.0)),
        ]
    )
