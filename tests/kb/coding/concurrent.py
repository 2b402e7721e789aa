"""People working at the same moment: threads that begin together, windows of one record."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from sqlalchemy import select

from kb.store import Store, open_store
from kb.tables import Coding
from tests.builders import Shelf


def at_once(*works: Callable[[], object]) -> list[BaseException]:
    """Run functions in threads that begin together; return what they raised."""
    gate = threading.Barrier(len(works))
    raised: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        gate.wait()
        try:
            work()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def windows(shelf: Shelf, count: int) -> list[Shelf]:
    """The same record as processes of their own have it: each with its own connections."""
    return [
        Shelf(open_store(shelf.store.settings), shelf.publication_id, list(shelf.passage_ids))
        for _ in range(count)
    ]


def chain(store: Store, coder: str) -> Sequence[tuple[int, int | None]]:
    """A coder's acts, oldest first: each one's number and the one before it."""
    with store.read() as session:
        return [
            (row.id, row.before)
            for row in session.scalars(
                select(Coding).where(Coding.coder == coder).order_by(Coding.id)
            )
        ]
