"""The one Scrapy spider of a crawl: asks what the feed hands out, until every source is done.

Owns the beginning and the end of each source and the asking. What comes of an answer is
`settler`'s business, how the servers are treated that of `manners` and `transport`.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import scrapy
from scrapy import signals
from scrapy.exceptions import CloseSpider
from scrapy.http import Request

from corpora.crawl_window import CrawlWindow
from corpora.registry import Source
from kb.frontier import Frontier, Known
from kb.problem_kinds import ProblemKind
from pipeline.crawl.feed import Feed
from pipeline.crawl.guard import shown
from pipeline.crawl.ledger import Ledger
from pipeline.crawl.manners import SOURCE
from pipeline.crawl.settler import RecordClosedError, Settler
from pipeline.crawl.spiders.choose import (
    SHORT_LIVED,
    TELLS_OF_OTHERS,
    UNCONDITIONAL,
    may_rest,
    ways_for,
)
from pipeline.crawl.tally import Tally

STALLED_S = 1800.0  # no answer and no failure for so long: the crawl is stuck
LOOK_S = 60.0  # how often the clock is looked at; a window closes by so much late at most


class Harvest(scrapy.Spider):
    """Crawls every source of a job, in turn and at the same time."""

    name = "harvest"

    def __init__(
        self,
        sources: Sequence[Source],
        frontier: Frontier,
        tally: Tally,
        windows: dict[str, CrawlWindow] | None = None,
    ) -> None:
        super().__init__()
        self.sources = {source.id: source for source in sources}
        self.frontier = frontier
        self.tally = tally
        self.windows = windows or {}
        self.ways = {source.id: ways_for(source, frontier) for source in sources}
        early = SHORT_LIVED | TELLS_OF_OTHERS
        first = {
            source_id: early & {kind for way in ways for kind in way.kinds}
            for source_id, ways in self.ways.items()
        }
        self.feed = Feed(frontier, list(self.sources), first, TELLS_OF_OTHERS)
        self.settler = Settler(Ledger(frontier), tally, self.feed, self.ways)
        self.open = set(self.sources)
        self.paused: set[str] = set()  # outside their hours; what is under way still comes back
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._broken: RecordClosedError | None = None

    async def start(self) -> AsyncIterator[Request]:
        """Ask for as long as any source has something to ask.

        Requests go straight to the downloader: the queue is in the record, so Scrapy's own queue
        and its filter of duplicates would only be another one to keep.
        """
        self.crawler.signals.connect(self._finish_tasks, signals.spider_closed)
        self.feed.most = self.settings.getint("SAMVIRKE_UNDER_WAY")
        self._begin()
        while self.open:
            self._news.clear()
            self._pause_outside_windows()
            while (known := self.feed.take()) is not None:
                task = asyncio.ensure_future(self._ask(known))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            self._close_finished()
            if self._broken is not None:
                raise CloseSpider(str(self._broken))
            if self.open and not await self._wait():
                break
        self._give_up()
        nothing: tuple[Request, ...] = ()
        for request in nothing:  # Scrapy wants a generator
            yield request

    def note_host(self, source_id: str, url: str, sentence: str, kind: ProblemKind) -> None:
        """A host has something wrong that belongs to no one address of a source."""
        self.tally.problem(source_id, url, sentence, kind)

    async def _ask(self, known: Known) -> None:
        """Ask for one address and settle it."""
        try:
            try:
                response = await self.crawler.engine.download_async(self._request(known))
            except Exception as error:
                await self.settler.unanswered(known, error)
            else:
                await self.settler.answered(known, response)
        except RecordClosedError as error:
            self._broken = error
        finally:
            self._news.set()

    async def _wait(self) -> bool:
        """Wait until something came back, or a window may have closed; false where it is stuck."""
        for _ in range(round(STALLED_S / LOOK_S)):
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._news.wait()
            except TimeoutError:
                if self._closing():
                    return True
            else:
                return True
        return False

    async def _finish_tasks(self) -> None:
        """Told to stop, settle what has been answered already."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self) -> None:
        """Put the first addresses of every source on the list."""
        starts = {
            source_id: [entry for way in ways for entry in way.start()]
            for source_id, ways in self.ways.items()
        }
        rules = {source.id: hash_rules(source) for source in self.sources.values()}
        for source_id, begun in self.frontier.begin(starts, rules).items():
            source = self.sources[source_id]
            if not starts[source_id] and not may_rest(source):
                self.tally.problem(
                    source_id,
                    source.homepage,
                    f"The source {source_id} has no start page, sitemap or OAI-PMH address to "
                    "begin with; add one to its description in corpora/sources.",
                    "no_start",
                )
            self.settler.read_since[source_id] = begun.read_since
            self.settler.bounds.wanted[source_id] = begun.wanted
            self.tally.wait(source_id, begun.waiting)

    def _request(self, known: Known) -> Request:
        headers: dict[str, str] = {}
        wanted = known.wanted
        read_anew = wanted.kind != "document" and self.settler.is_stale(known)
        if not read_anew and wanted.kind not in UNCONDITIONAL:
            if known.etag:
                headers["If-None-Match"] = known.etag
            if known.last_modified:
                headers["If-Modified-Since"] = known.last_modified
        self.tally.requested(wanted.source_id)
        meta = {SOURCE: wanted.source_id}
        return Request(wanted.url, headers=headers, meta=meta, dont_filter=True)

    def _closing(self) -> set[str]:
        """The open sources that may not be asked at this hour."""
        now = datetime.now().astimezone()
        shut = {name for name, window in self.windows.items() if not window.is_open(now)}
        return (shut & self.open) - self.paused

    def _pause_outside_windows(self) -> None:
        for source_id in sorted(self._closing()):
            self.paused.add(source_id)
            self.feed.drop(source_id)

    def _close_finished(self) -> None:
        for source_id in sorted(self.open):
            if source_id in self.paused:
                if not self.feed.under_way[source_id]:
                    self._close_paused(source_id)
            elif self.feed.is_finished(source_id):
                self.open.discard(source_id)
                self.feed.drop(source_id)
                self.tally.close(self.sources[source_id], self.frontier.count_items(source_id))

    def _close_paused(self, source_id: str) -> None:
        self.open.discard(source_id)
        left, window = self.frontier.count_waiting(source_id), self.windows[source_id]
        self.tally.problem(
            source_id,
            self.sources[source_id].homepage,
            f"The source {source_id} is asked from {window} only, and {left} of its addresses were "
            "left when that time was over; the next run goes on with them.",
            "paused",
        )
        self.tally.mark_incomplete(source_id)
        items = self.frontier.count_items(source_id)
        self.tally.close(self.sources[source_id], items, paused=True)

    def _give_up(self) -> None:
        for source_id in sorted(self.open):
            for url in sorted(self.feed.under_way[source_id]):
                sentence = f"{shown(url)} never came back; the crawl ended without it."
                self.tally.problem(source_id, url, sentence, "stalled")
            self.tally.mark_incomplete(source_id)
            self.tally.close(self.sources[source_id], self.frontier.count_items(source_id))


def hash_rules(source: Source) -> str:
    """Return a hash of what decides which links of a source are followed."""
    fields = {"start_urls", "listing_patterns", "document_patterns", "pdf_patterns", "sitemap"}
    return hashlib.sha256(source.model_dump_json(include=fields).encode()).hexdigest()
