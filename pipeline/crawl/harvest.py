"""The one Scrapy spider of a crawl: asks what the feed hands out and records what came of it.

Owns the passage of each address from waiting to settled. What an answer means is the business of
`spiders`, how the servers are treated that of `manners` and `transport`.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import replace
from typing import Any

import scrapy
from scrapy.exceptions import CloseSpider
from scrapy.http import Request, Response

from corpora.registry import Source
from kb.errors import KbError
from kb.frontier import Frontier, Known, Outcome, Settled, Wanted
from pipeline.crawl.failures import describe_failure, describe_status
from pipeline.crawl.feed import Feed
from pipeline.crawl.guard import shown
from pipeline.crawl.ledger import Ledger
from pipeline.crawl.spiders import Answer, Found, Spider
from pipeline.crawl.spiders.oai_pmh import OaiSpider
from pipeline.crawl.spiders.site import SiteSpider
from pipeline.crawl.tally import Tally

MAX_ADDRESSES = 50_000  # of one source in one run; more is a trap (endless calendars, sessions)
MAX_BARREN = 10  # listing pages in a row that lead to nothing new, after which paging stops
STALLED_S = 1800.0  # no answer and no failure for so long: the crawl is stuck
GONE = (404, 410)
UNCONDITIONAL = ("oai-identify", "oai-page")  # their answers depend on when they are asked

logger = logging.getLogger(__name__)


class Harvest(scrapy.Spider):
    """Crawls every source of a job, in turn and at the same time."""

    name = "harvest"

    def __init__(self, sources: Sequence[Source], frontier: Frontier, tally: Tally) -> None:
        super().__init__()
        self.sources = {source.id: source for source in sources}
        self.frontier = frontier
        self.tally = tally
        self.ledger = Ledger(frontier)
        self.feed = Feed(frontier, list(self.sources))
        self.ways: dict[str, list[Spider]] = {
            source.id: [SiteSpider(source), OaiSpider(source, frontier)] for source in sources
        }
        self.wanted_so_far: dict[str, int] = {}
        self.afresh: set[str] = set()  # their patterns changed: what pages led to must be read anew
        self.open = set(self.sources)
        self._news = asyncio.Event()

    async def start(self) -> AsyncIterator[Request]:
        """Hand Scrapy one request at a time, for as long as any source has something to ask."""
        for source_id in self.sources:
            self._begin(source_id)
        while self.open:
            known = self.feed.take()
            if known is not None:
                yield self._request(known)
                continue
            self._close_finished()
            if not self.open:
                return
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), STALLED_S)
            except TimeoutError:
                self._give_up()
                return

    async def read(self, response: Response, known: Known) -> None:
        """Settle an address that was answered."""
        await self._settle_safely(known, self._read(response, known))

    async def fail(self, failure: Any) -> None:
        """Settle an address that came to no answer."""
        known: Known = failure.request.cb_kwargs["known"]
        state, sentence = describe_failure(known.wanted.url, failure.value)
        await self._settle_safely(known, self._settle_badly(known, state, sentence))

    def _begin(self, source_id: str) -> None:
        starts = [entry for way in self.ways[source_id] for entry in way.start()]
        if not starts:
            self.tally.problem(
                source_id,
                self.sources[source_id].homepage,
                f"The source {source_id} has no start page, sitemap or OAI-PMH address to begin "
                "with; add one to its description in corpora/sources.",
            )
        self.frontier.want(starts)
        rules = self.frontier.known(_rules_key(source_id))
        if rules is None or rules.etag != hash_rules(self.sources[source_id]):
            self.afresh.add(source_id)
        self.wanted_so_far[source_id] = self.frontier.count_wanted(source_id)

    def _request(self, known: Known) -> Request:
        headers: dict[str, str] = {}
        wanted = known.wanted
        afresh = wanted.source_id in self.afresh and wanted.kind != "document"
        if not afresh and wanted.kind not in UNCONDITIONAL:
            if known.etag:
                headers["If-None-Match"] = known.etag
            if known.last_modified:
                headers["If-Modified-Since"] = known.last_modified
        self.tally.requested(wanted.source_id)
        return Request(
            wanted.url,
            headers=headers,
            callback=self.read,
            errback=self.fail,
            cb_kwargs={"known": known},
            dont_filter=True,
        )

    async def _settle_safely(self, known: Known, settle: Awaitable[None]) -> None:
        """Settle, whatever happens: an address that never came back would hold up the crawl.

        Where the record itself cannot be written, the crawl ends.
        """
        wanted = known.wanted
        try:
            await settle
        except Exception as error:
            logger.exception("reading %s", shown(wanted.url))
            name = type(error).__name__
            sentence = f"{shown(wanted.url)} could not be read ({name}); it is left out."
            try:
                said = str(error) if isinstance(error, KbError) else sentence
                await self._settle_badly(known, "failed", said)
            except Exception as second:
                raise CloseSpider("the record cannot be written") from second
        finally:
            self.feed.done(wanted.source_id, wanted.url)
            self._news.set()

    async def _read(self, response: Response, known: Known) -> None:
        wanted, status = known.wanted, response.status
        if status == 304:
            await self._settle_unchanged(known)
        elif status in GONE:
            await self._settle(known, Settled(wanted.url, Outcome("gone", status=status)))
            self.tally.add("gone", wanted.source_id, wanted.url)
        elif not 200 <= status < 300:
            await self._settle_badly(known, "failed", describe_status(wanted.url, status), status)
        elif response.headers.get(b"tdm-reservation", b"").strip() == b"1":
            await self._settle_reserved(known)
        elif not response.body:
            sentence = f"{shown(wanted.url)} answered with nothing in it; it is left out."
            await self._settle_badly(known, "failed", sentence, status)
        else:
            await self._settle_found(known, response, self._interpret(response, wanted))

    def _interpret(self, response: Response, wanted: Wanted) -> Found:
        headers = {
            name.decode("latin-1").lower(): values[-1].decode("latin-1")
            for name, values in response.headers.items()
            if values
        }
        way = next(way for way in self.ways[wanted.source_id] if wanted.kind in way.kinds)
        return way.read(Answer(wanted, response.url, response.body, headers))

    async def _settle_found(self, known: Known, response: Response, found: Found) -> None:
        wanted = known.wanted
        if found.reserved:
            await self._settle_reserved(known)
            return
        if found.failed:
            await self._settle_badly(known, "failed", found.problem or "", response.status)
            return
        links = await self._keep_in_bounds(wanted, found.links)
        outcome = Outcome(
            "done",
            status=response.status,
            etag=_header(response, b"ETag"),
            last_modified=_header(response, b"Last-Modified"),
            links=found.links,
        )
        settled = Settled(wanted.url, outcome, found.files, tuple(links), found.gone)
        changed = await self._settle(known, settled)
        for entry, what in found.remember:
            self.frontier.remember(entry, what)
        self.tally.add("fetched", wanted.source_id, wanted.url)
        for _, sighting in found.files:
            kind = "stored" if sighting.url in changed else "unchanged"
            self.tally.add(kind, wanted.source_id, sighting.url)
        for url in found.gone:
            self.tally.add("gone", wanted.source_id, url)
        if found.problem:
            self.tally.problem(wanted.source_id, wanted.url, found.problem)

    async def _settle_unchanged(self, known: Known) -> None:
        links = await self._keep_in_bounds(known.wanted, known.links)
        outcome = Outcome("unchanged", status=304)
        await self._settle(known, Settled(known.wanted.url, outcome, wanted=tuple(links)))
        self.tally.add("unchanged", known.wanted.source_id, known.wanted.url)

    async def _settle_reserved(self, known: Known) -> None:
        sentence = (
            f"{shown(known.wanted.url)} reserves text and data mining, so it was not kept; "
            "ask the publisher for leave."
        )
        await self._settle_badly(known, "forbidden", sentence)

    async def _settle_badly(
        self, known: Known, state: str, sentence: str, status: int | None = None
    ) -> None:
        wanted = known.wanted
        outcome = Outcome(state, status=status, message=sentence)
        await self._settle(known, Settled(wanted.url, outcome))
        self.tally.add(state, wanted.source_id, wanted.url)
        self.tally.problem(wanted.source_id, wanted.url, sentence)

    async def _settle(self, known: Known, settled: Settled) -> tuple[str, ...]:
        receipt = await self.ledger.settle(settled)
        self._count_new(known.wanted.source_id, len(receipt.new))
        return receipt.changed

    def _count_new(self, source_id: str, new: int) -> None:
        if new:
            self.wanted_so_far[source_id] += new
            self.feed.refill(source_id)

    async def _keep_in_bounds(self, wanted: Wanted, links: Sequence[Wanted]) -> list[Wanted]:
        """Drop links beyond the source's bound, and paging that leads to nothing new."""
        room = MAX_ADDRESSES - self.wanted_so_far[wanted.source_id]
        if len(links) > room:
            self.tally.problem(
                wanted.source_id,
                wanted.url,
                f"The source {wanted.source_id} has led to {MAX_ADDRESSES} addresses, which looks "
                "like a trap; the rest is left out until its patterns are narrower.",
            )
            links = links[: max(room, 0)]
        if wanted.kind != "listing":
            return list(links)
        others = [link for link in links if link.kind != "listing"]
        new = await self.ledger.want(others)
        self._count_new(wanted.source_id, len(new))
        barren = 0 if new else int(wanted.context.get("barren", 0)) + 1
        if barren > MAX_BARREN:
            return []
        return [
            replace(link, context={**link.context, "barren": barren})
            for link in links
            if link.kind == "listing"
        ]

    def _close_finished(self) -> None:
        for source_id in sorted(self.open):
            if self.feed.is_finished(source_id):
                self.open.discard(source_id)
                self.feed.drop(source_id)
                source = self.sources[source_id]
                rules = Wanted(_rules_key(source_id), source_id, "rules")
                self.frontier.remember(rules, Outcome("done", etag=hash_rules(source)))
                self.tally.close(source, self.frontier.count_items(source_id))

    def _give_up(self) -> None:
        for source_id in sorted(self.open):
            for url in sorted(self.feed.under_way[source_id]):
                sentence = f"{shown(url)} never came back; the crawl ended without it."
                self.tally.problem(source_id, url, sentence)
            self.tally.close(self.sources[source_id], self.frontier.count_items(source_id))


def hash_rules(source: Source) -> str:
    """Return a hash of what decides which links of a source are followed."""
    fields = {"start_urls", "listing_patterns", "document_patterns", "pdf_patterns", "sitemap"}
    return hashlib.sha256(source.model_dump_json(include=fields).encode()).hexdigest()


def _rules_key(source_id: str) -> str:
    return f"source:{source_id}"


def _header(response: Response, name: bytes) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
