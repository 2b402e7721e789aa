"""Who has coded: the names that stand in the record, for telling a new coder from a mistyped one.

Owns reading them; how a name is spelt is `kb.coding.names`'.
"""

from __future__ import annotations

from sqlalchemy import select

from kb.coding_tables import Act, CodingRound
from kb.store import Store


def known_coders(store: Store) -> tuple[str, ...]:
    """Everybody who did anything that undo knows, or is a coder of a round; in order of names."""
    with store.read() as session:
        names = {str(name) for name in session.scalars(select(Act.by).distinct())}
        for coders in session.scalars(select(CodingRound.coders)):
            names |= {str(name) for name in coders}
    return tuple(sorted(names))
