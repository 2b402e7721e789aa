"""Choosing what goes into a project file: by publications, a citation set, countries, factors.

Owns reading these wishes; countries are those that the index has of each passage, as in search.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.citations.sets import find_set, list_items
from kb.errors import QueryError
from kb.exports.refi_content import Wanted
from kb.knowledge_base import COUNTRIES, KnowledgeBase
from kb.search.rows import Filters


def choose_content(
    kb: KnowledgeBase,
    *,
    publication_ids: Sequence[str] = (),
    set_name: str | None = None,
    countries: Sequence[str] = (),
    factors: Sequence[str] = (),
) -> Wanted:
    """What to export. Of a citation set its publications go along, coded or not.

    Raises NotFoundError for an unknown set, CodebookError for an unknown factor, QueryError for an
    unknown country or an empty set, GenerationError for countries before anything is indexed.
    """
    for factor in factors:
        kb.codebook.require("factors", factor)
    chosen = list(publication_ids)
    if set_name is not None:
        items = list_items(kb.store, find_set(kb.store, set_name))
        chosen += [item.publication_id for item in items]
        if not items:
            raise QueryError(
                f"Expected publications in the citation set {set_name!r}, found none; put some in."
            )
    passages = _passages_of(kb, countries) if countries else None
    return Wanted(tuple(dict.fromkeys(chosen)), tuple(factors), passages)


def _passages_of(kb: KnowledgeBase, countries: Sequence[str]) -> frozenset[str]:
    """The passages whose evidence is from one of these countries."""
    unknown = [code for code in countries if code not in COUNTRIES]
    if unknown:
        raise QueryError(
            f"Expected a country among {', '.join(COUNTRIES)}, found {unknown[0]!r}; choose one."
        )
    searcher = kb.searcher()
    allowed = searcher.allowed(Filters(countries=tuple(countries)))
    numbers = searcher.columns.numbers
    if allowed is None:
        return frozenset(numbers)
    rows = set(np.flatnonzero(allowed).tolist())
    return frozenset(name for name, row in numbers.items() if row in rows)
