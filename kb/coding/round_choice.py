"""Choosing the passages of a round: a random sample that can be drawn again.

Owns the draw. Choosing by a search or by the learning queue is theirs; a round takes any list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import select

from kb.errors import CodingError
from kb.publications import resolve_id
from kb.screening import excluded_by_people
from kb.store import Store
from kb.tables import Passage, Publication


def sample_passages(
    store: Store, size: int, seed: int, publication_ids: Sequence[str] = ()
) -> list[str]:
    """Draw present passages of publications (all that people did not exclude, unless named).

    A passage's place in the draw comes from the seed and its id alone, so that the same seed gives
    the same sample, and passages gathered since come in between without moving the others. Raises
    CodingError where there are fewer than asked for, NotFoundError for an unknown publication.
    """
    with store.read() as session:
        query = (
            select(Passage.id)
            .join(Publication, Publication.id == Passage.publication_id)
            .where(
                Passage.retired_at.is_(None),
                Publication.removed_reason.is_(None),
            )
        )
        if publication_ids:
            present = [resolve_id(session, name) for name in publication_ids]
            query = query.where(Passage.publication_id.in_(present))
        else:
            query = query.where(Passage.publication_id.not_in(excluded_by_people(session)))
        found = list(session.scalars(query))
    if not 0 < size <= len(found):
        raise CodingError(
            f"Expected a sample of 1 to {len(found)} passages (all there are), found {size}."
        )
    return sorted(found, key=lambda passage: _draw(seed, passage))[:size]


def _draw(seed: int, passage_id: str) -> str:
    return hashlib.sha256(f"{seed}\n{passage_id}".encode()).hexdigest()
