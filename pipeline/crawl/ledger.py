"""Writing to the record while the crawl goes on: in a thread, many addresses in one transaction.

Owns the queue between the reactor, which must not wait for a disk, and the record. Whoever settles
an address waits until it is really written.
"""

from __future__ import annotations

import asyncio

from kb.frontier import Frontier, Receipt, Settled

BATCH = 64  # addresses written in one transaction; more come only from a very fast server


class Ledger:
    """Settles addresses in the order they come, in as few transactions as their pace allows."""

    def __init__(self, frontier: Frontier) -> None:
        self.frontier = frontier
        self._queue: list[tuple[Settled, asyncio.Future[Receipt]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def settle(self, settled: Settled) -> Receipt:
        """Write one address and return what it changed; raises what writing it raised."""
        done: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._queue.append((settled, done))
        if self._writing is None:
            self._writing = asyncio.ensure_future(self._write())
        return await done

    async def _write(self) -> None:
        """Write until nothing is left; what comes meanwhile is the next transaction."""
        while self._queue:
            batch, self._queue = self._queue[:BATCH], self._queue[BATCH:]
            try:
                receipts = await asyncio.to_thread(
                    self.frontier.settle_all, [settled for settled, _ in batch]
                )
            except Exception as error:
                await self._write_singly(batch, error)
            else:
                for (_, done), receipt in zip(batch, receipts, strict=True):
                    done.set_result(receipt)
        self._writing = None

    async def _write_singly(
        self, batch: list[tuple[Settled, asyncio.Future[Receipt]]], error: Exception
    ) -> None:
        """One address that cannot be written must not take the others with it."""
        if len(batch) == 1:
            batch[0][1].set_exception(error)
            return
        for settled, done in batch:
            try:
                done.set_result(await asyncio.to_thread(self.frontier.settle, settled))
            except Exception as single:
                done.set_exception(single)
