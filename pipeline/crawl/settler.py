"""What an answer comes to, and that it is settled: stored, left out, gone, failed, and told.

Owns the passage of one address from its answer to the record. What a page means is the business of
`spiders`, what is asked and when that of `harvest`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from scrapy.http import Response

from kb.errors import KbError
from kb.frontier import Known, Outcome, Settled, Wanted
from pipeline.crawl.bounds import Bounds
from pipeline.crawl.failures import (
    BARRIERS,
    Failure,
    describe_failure,
    describe_status,
    describe_wall,
)
from pipeline.crawl.feed import Feed
from pipeline.crawl.guard import shown
from pipeline.crawl.ledger import Ledger
from pipeline.crawl.reservation import describe_reservation, says_reserved
from pipeline.crawl.spiders import Answer, Found, Spider
from pipeline.crawl.spiders.choose import UNCONDITIONAL
from pipeline.crawl.tally import Tally
from pipeline.crawl.walls import recognise_wall

GONE = (404, 410)
CONTENT = ("landing", "chapter", "document")  # a publication's own; the rest leads to them

logger = logging.getLogger(__name__)


class RecordClosedError(Exception):
    """Nothing can be written to the record any more, so the crawl must end."""


class Settler:
    """Settles answered and unanswered addresses; each comes back to the feed, whatever happens."""

    def __init__(
        self, ledger: Ledger, tally: Tally, feed: Feed, ways: Mapping[str, Sequence[Spider]]
    ) -> None:
        self.ledger, self.tally, self.feed, self.ways = ledger, tally, feed, ways
        self.bounds = Bounds(tally)
        self.read_since: dict[str, datetime] = {}  # source -> when its patterns last changed
        self._known_links: dict[str, set[int]] = {source_id: set() for source_id in ways}

    def is_stale(self, known: Known) -> bool:
        """Whether a page was last read when its source had other patterns."""
        since = self.read_since.get(known.wanted.source_id)
        return since is not None and known.fetched_at is not None and known.fetched_at < since

    async def answered(self, known: Known, response: Response) -> None:
        """Settle an address that was answered; raises RecordClosedError."""
        await self._settle_safely(known, self._read(response, known))

    async def unanswered(self, known: Known, error: BaseException) -> None:
        """Settle an address that came to no answer; raises RecordClosedError."""
        failure = describe_failure(known.wanted.url, error)
        await self._settle_safely(known, self._settle_badly(known, failure))

    async def _settle_safely(self, known: Known, settle: Awaitable[None]) -> None:
        """Settle, whatever happens: an address that never came back would hold up the crawl."""
        wanted = known.wanted
        try:
            await settle
        except Exception as error:
            logger.exception("reading %s", shown(wanted.url))
            name = type(error).__name__
            sentence = f"{shown(wanted.url)} could not be read ({name}); it is left out."
            try:
                said = str(error) if isinstance(error, KbError) else sentence
                await self._settle_badly(known, Failure("failed", "unreadable_page", said))
            except Exception as second:
                raise RecordClosedError("the record cannot be written") from second
        finally:
            self.feed.done(wanted.source_id, wanted.url)
            self.tally.wait(wanted.source_id, -1)

    async def _read(self, response: Response, known: Known) -> None:
        wanted, status = known.wanted, response.status
        if status == 304:
            await self._settle_unchanged(known)
        elif status in GONE:
            await self._settle(known, Settled(wanted.url, Outcome("gone", status=status)))
            self.tally.add("gone", wanted.source_id, wanted.url)
        elif not 200 <= status < 300:
            wall = recognise_wall(status, _headers(response), response.body, response.url)
            failure = describe_wall(wanted.url, wall) if wall else None
            await self._settle_badly(known, failure or describe_status(wanted.url, status), status)
        elif not response.body:
            sentence = f"{shown(wanted.url)} answered with nothing in it; it is left out."
            await self._settle_badly(known, Failure("failed", "empty_answer", sentence), status)
        else:
            await self._read_body(response, known)

    async def _read_body(self, response: Response, known: Known) -> None:
        wanted, headers = known.wanted, _headers(response)
        found = self._interpret(response, wanted, headers)
        if says_reserved(response.headers) if found.reserved is None else found.reserved:
            failure = Failure("forbidden", "reserved", describe_reservation(wanted.url))
            await self._settle_badly(known, failure)
            return
        wall = None
        if not any(link.kind in CONTENT for link in found.links):  # a wall leads to no publication
            wall = recognise_wall(response.status, headers, response.body, response.url)
        if wall:
            await self._settle_badly(known, describe_wall(wanted.url, wall), response.status)
        elif found.failed:
            failure = Failure("failed", found.kind, found.problem or "")
            await self._settle_badly(known, failure, response.status)
        else:
            await self._settle_found(known, response, found)

    def _interpret(self, response: Response, wanted: Wanted, headers: dict[str, str]) -> Found:
        way = next(way for way in self.ways[wanted.source_id] if wanted.kind in way.kinds)
        return way.read(Answer(wanted, response.url, response.body, headers))

    async def _settle_found(self, known: Known, response: Response, found: Found) -> None:
        wanted = known.wanted
        if wanted.kind in CONTENT and self.bounds.is_repeated(wanted, response.body):
            found = Found()
        outcome = Outcome(
            "done",
            status=response.status,
            etag=_header(response, b"ETag"),
            last_modified=_header(response, b"Last-Modified"),
            links=found.links,
        )
        links = found.links
        if wanted.kind in UNCONDITIONAL:
            links = self.bounds.keep_listed(wanted, [seen.url for _, seen in found.files], links)
        settled = Settled(
            wanted.url,
            outcome,
            found.files,
            self._follow(wanted, links),
            found.gone,
            found.remember,
        )
        changed = await self._settle(known, settled)
        self.tally.add("fetched", wanted.source_id, wanted.url)
        for _, sighting in found.files:
            kind = "stored" if sighting.url in changed else "unchanged"
            self.tally.add(kind, wanted.source_id, sighting.url)
        for url in found.gone:
            self.tally.add("gone", wanted.source_id, url)
        if found.problem:
            self.tally.problem(wanted.source_id, wanted.url, found.problem, found.kind)

    async def _settle_unchanged(self, known: Known) -> None:
        outcome = Outcome("unchanged", status=304)
        links = self._follow(known.wanted, known.links)
        await self._settle(known, Settled(known.wanted.url, outcome, wanted=links))
        self.tally.add("unchanged", known.wanted.source_id, known.wanted.url)

    async def _settle_badly(
        self, known: Known, failure: Failure, status: int | None = None
    ) -> None:
        wanted = known.wanted
        outcome = Outcome(failure.state, status=status, message=failure.message)
        await self._settle(known, Settled(wanted.url, outcome))
        if wanted.kind not in CONTENT:
            self.tally.mark_incomplete(wanted.source_id, walled=failure.kind in BARRIERS)
        self.tally.add(failure.state, wanted.source_id, wanted.url)
        self.tally.problem(wanted.source_id, wanted.url, failure.message, failure.kind)

    def _follow(self, wanted: Wanted, links: Sequence[Wanted]) -> tuple[Wanted, ...]:
        """The links that the record must hear of: within bounds, and not heard of in this run.

        What belongs to an item is told again from every page that names it, since a file may
        belong to several items.
        """
        heard = self._known_links[wanted.source_id]
        kept = []
        for link in self.bounds.keep(wanted, links):
            claimed, since = link.context.get("lastmod"), self.read_since.get(wanted.source_id)
            if claimed and since and datetime.fromisoformat(claimed) < since:
                claimed = since.isoformat()  # what was read by other patterns is not up to date
                link = replace(link, context={**link.context, "lastmod": claimed})
            key = hash((link.url, link.context.get("item"), claimed))
            if key not in heard:
                heard.add(key)
                kept.append(link)
        return tuple(kept)

    async def _settle(self, known: Known, settled: Settled) -> tuple[str, ...]:
        source_id = known.wanted.source_id
        receipt = await self.ledger.settle(settled)
        if receipt.new:
            self.bounds.wanted[source_id] += len(receipt.new)
            self.tally.wait(source_id, len(receipt.new))
            self.feed.refill(source_id, {wanted.kind for wanted in receipt.new})
        for url in receipt.met:
            self.tally.add("unchanged", source_id, url)
        return receipt.changed


def _headers(response: Response) -> dict[str, str]:
    """The headers of an answer by lower-case name, the last of each."""
    return {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }


def _header(response: Response, name: bytes) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
