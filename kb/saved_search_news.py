"""What is new to saved searches, as it is read: passages with their publications, and counts.

Owns what is left out of it: what was removed or left out since it was found. What counts as new is
`kb.saved_search_hits`'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kb.library import (
    PassageView,
    PublicationView,
    find_passages,
    find_publications,
    passage_owners,
)
from kb.removal import removed_publications
from kb.saved_search_hits import HitRow, new_hit_rows
from kb.saved_searches import SavedView
from kb.screening import verdicts
from kb.store import Store

MOST = 200  # new passages read at once; a person reads no more, and the counts tell how many


@dataclass(frozen=True)
class News:
    """A passage that is new to a saved search, with the publication it is of now."""

    hit: HitRow
    passage: PassageView
    publication: PublicationView


def list_news(
    store: Store,
    view: SavedView,
    *,
    since: datetime | None = None,
    run_id: int | None = None,
    most: int = MOST,
) -> list[News]:
    """What is new to a saved search since its baseline, newest first.

    `since` narrows it to what came later, `run_id` to what one run found.
    """
    rows = _standing(store, new_hit_rows(store, view.id, since=since, run_id=run_id))[:most]
    passages = find_passages(store, [row.passage_id for row in rows])
    owners = [passages[row.passage_id].publication_id for row in rows]
    publications = find_publications(store, owners)
    return [
        News(row, passages[row.passage_id], publications[owner])
        for row, owner in zip(rows, owners, strict=True)
    ]


def count_news(
    store: Store, view: SavedView, *, since: datetime | None = None, run_id: int | None = None
) -> int:
    """How many passages `list_news` would give, without a limit."""
    return len(new_passages(store, view, since=since, run_id=run_id))


def new_passages(
    store: Store, view: SavedView, *, since: datetime | None = None, run_id: int | None = None
) -> set[str]:
    """The ids of the passages that `list_news` would give, without a limit."""
    rows = new_hit_rows(store, view.id, since=since, run_id=run_id)
    return {row.passage_id for row in _standing(store, rows)}


def _standing(store: Store, rows: Sequence[HitRow]) -> list[HitRow]:
    """Hits of publications that are still there and not left out."""
    if not rows:
        return []
    owners = passage_owners(store, [row.passage_id for row in rows])
    hidden = set(removed_publications(store))
    with store.read() as session:
        counting = verdicts(session)
    hidden |= {key for key, row in counting.items() if row.verdict == "exclude"}
    return [row for row in rows if owners.get(row.passage_id, "") not in {*hidden, ""}]
