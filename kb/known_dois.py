"""The DOIs that publications in the record are known by.

Owns that one question; how DOIs get there is `kb.publications`' business.
"""

from __future__ import annotations

from sqlalchemy import select

from kb.store import Store
from kb.tables import Identifier, Publication


def known_dois(store: Store) -> list[str]:
    """Return the DOIs of publications that have not been taken out, in order."""
    with store.read() as session:
        rows = session.scalars(
            select(Identifier.value)
            .join(Publication, Publication.id == Identifier.publication_id)
            .where(Identifier.scheme == "doi", Publication.removed_reason.is_(None))
            .distinct()
            .order_by(Identifier.value)
        )
        return list(rows)
