"""What is asked next: one address at a time, in turn from every source, out of the record.

Owns the turn-taking and what is under way. The record's frontier is the queue itself, so that a
crawl of any size needs little memory and one that was killed goes on where it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping

from kb.frontier import Frontier, Known

UNDER_WAY = 48  # addresses of one source asked, waiting for its pace or being written
BATCH = 64  # addresses read from the record at once


class Feed:
    """Hands out waiting addresses; each must come back through `done`."""

    def __init__(
        self,
        frontier: Frontier,
        source_ids: list[str],
        first: Mapping[str, Collection[str]] | None = None,
        alone: Collection[str] = (),
    ) -> None:
        self.frontier = frontier
        self.first = first or {}  # source -> kinds of address asked before its others
        self.alone = frozenset(alone)  # kinds for whose answers the others of the source wait
        self.most = UNDER_WAY  # of one source; fewer where its pace is slow and its hours may end
        self.turns: deque[str] = deque(source_ids)
        self.under_way: dict[str, set[str]] = {source_id: set() for source_id in source_ids}
        self._ready: dict[str, deque[Known]] = {source_id: deque() for source_id in source_ids}
        self._awaited: dict[str, set[str]] = {source_id: set() for source_id in source_ids}
        self._dry: set[str] = set()  # nothing waited for these when last looked

    def take(self) -> Known | None:
        """The next address, or None where nothing can be asked just now."""
        for _ in range(len(self.turns)):
            source_id = self.turns[0]
            self.turns.rotate(-1)
            known = self._take_from(source_id)
            if known is not None:
                self.under_way[source_id].add(known.wanted.url)
                if known.wanted.kind in self.alone:
                    self._awaited[source_id].add(known.wanted.url)
                return known
        return None

    def done(self, source_id: str, url: str) -> None:
        """An address came back."""
        self.under_way[source_id].discard(url)
        self._awaited[source_id].discard(url)

    def refill(self, source_id: str, kinds: Collection[str] = ()) -> None:
        """New addresses of a source wait in the record; `kinds` are theirs."""
        self._dry.discard(source_id)
        if not set(kinds).isdisjoint(self.first.get(source_id, ())):
            self._ready[source_id].clear()  # read again, behind those that come first

    def is_finished(self, source_id: str) -> bool:
        """Whether nothing of a source is under way or waiting."""
        if self.under_way[source_id] or self._ready[source_id]:
            return False
        self._load(source_id)
        return not self._ready[source_id]

    def drop(self, source_id: str) -> None:
        """Take a source out of the turns."""
        if source_id in self.turns:
            self.turns.remove(source_id)

    def _take_from(self, source_id: str) -> Known | None:
        if len(self.under_way[source_id]) >= self.most:
            return None
        ready = self._ready[source_id]
        if not ready:
            self._load(source_id)
        if not ready or (self._awaited[source_id] and ready[0].wanted.kind not in self.alone):
            return None
        return ready.popleft()

    def _load(self, source_id: str) -> None:
        if source_id in self._dry:
            return
        besides, first = self.under_way[source_id], self.first.get(source_id, ())
        found = self.frontier.take(source_id, BATCH, besides, first)
        self._ready[source_id].extend(found)
        if not found:
            self._dry.add(source_id)
