"""The crawl's child process: reads one job on standard input, tells events on standard output.

Owns the start of Scrapy and its reactor (which starts once in a process, hence the child). It is
run as `python -m pipeline.crawl.child` by `run` and `fetch` alone.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy.crawler import AsyncCrawlerProcess

from corpora.crawl_window import CrawlWindow, read_window
from corpora.registry import Source
from kb.frontier import Frontier, Wanted
from kb.settings import Settings
from kb.store import open_store
from pipeline.crawl.check import Blank, CheckSources
from pipeline.crawl.harvest import Harvest
from pipeline.crawl.manners import scrapy_settings
from pipeline.crawl.messages import CrawlEvent, Job, read_job, write_line
from pipeline.crawl.single import FetchOne
from pipeline.crawl.tally import Tally

CUT_SHORT = 1  # exit status where Scrapy ended before the sources did (a signal, a full disk)
TOLD_AFTER_S = 0.05  # shorter than what an eye notices
PARENT_GONE = 3  # exit status where nobody reads the events any more


def main() -> int:
    """Do the job on standard input; returns the exit status."""
    gc.freeze()  # what was imported stays: it is never looked through again
    gc.enable()
    job = read_job(sys.stdin.readline())
    if job.fetch is not None:
        _run_spider(job, (), FetchOne, url=job.fetch, target=Path(job.target or ""), emit=_emit)
    elif not (_check(job) if job.check else _harvest(job)):
        _teller.flush()
        return CUT_SHORT
    _emit(CrawlEvent("finished"))
    _teller.flush()
    return 0


def _harvest(job: Job) -> bool:
    """Crawl the job's sources; returns whether all of them came to their end."""
    settings = Settings(**job.settings)
    sources = [Source(**source) for source in job.sources]
    store = open_store(settings)
    try:
        tally, frontier = Tally(_emit), Frontier(store, job.run_id)
        frontier.want([Wanted(url, source_id, kind) for source_id, url, kind in job.seeds])
        windows = _windows(settings, sources, live=job.replica_port is None)
        _run_spider(job, sources, Harvest, sources, frontier, tally, windows)
        return tally.closed == {source.id for source in sources}
    finally:
        store.close()


def _check(job: Job) -> bool:
    """Look at the job's sources; returns whether all of them came to their end."""
    sources = [Source(**source) for source in job.sources]
    store = open_store(Settings(**job.settings))
    try:
        closed: set[str] = set()

        def emit(event: CrawlEvent) -> None:
            closed.add(event.source_id or "")
            _emit(event)

        folder = Path(job.target or "")
        _run_spider(job, sources, CheckSources, sources, Blank(store, 0), folder, emit)
        return closed >= {source.id for source in sources}
    finally:
        store.close()


def _run_spider(
    job: Job, sources: Sequence[Source], spider: Any, *args: Any, **kwargs: Any
) -> None:
    settings = Settings(**job.settings)
    process = AsyncCrawlerProcess(
        scrapy_settings(
            settings.contact,
            job.replica_port,
            _delays(sources, "min_delay_s"),
            settings.proxy,
            _delays(sources, "max_delay_s"),
        )
    )
    process.crawl(spider, *args, **kwargs)
    process.start()


def _delays(sources: Sequence[Source], name: str) -> dict[str, float]:
    """The seconds between two requests that the descriptions name, by host."""
    found: dict[str, float] = {}
    for source in sources:
        delay = getattr(source.crawl, name) if source.crawl is not None else None
        if delay:
            found |= dict.fromkeys(_hosts(source), delay)
    return found


def _windows(
    settings: Settings, sources: Sequence[Source], *, live: bool
) -> dict[str, CrawlWindow]:
    """The hours in which a source is asked, where it or, on the live web, the setting names any."""
    hours = {source.id: source.crawl.window if source.crawl else None for source in sources}
    usual = settings.crawl_window if live else None
    named = {source_id: own or usual for source_id, own in hours.items()}
    return {key: read_window(text, settings.time_zone) for key, text in named.items() if text}


def _hosts(source: Source) -> set[str]:
    addresses = [source.homepage, *source.start_urls]
    if source.oai is not None:
        addresses.append(source.oai.url)
    if source.api is not None:
        addresses.append(source.api.url)
    return {urlsplit(address).hostname or "" for address in addresses}


class _Teller:
    """Writes events in bunches: a fast crawl has some thousand a second, each line a system call.

    What is told waits TOLD_AFTER_S at most.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []

    def tell(self, event: CrawlEvent) -> None:
        """Tell one event; inside the reactor the next ones are waited for."""
        self._lines.append(write_line(event) + "\n")
        if len(self._lines) > 1:
            return
        try:
            asyncio.get_running_loop().call_later(TOLD_AFTER_S, self.flush)
        except RuntimeError:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        lines, self._lines = self._lines, []
        try:
            sys.stdout.write("".join(lines))
            sys.stdout.flush()
        except BrokenPipeError:
            os._exit(PARENT_GONE)  # inside the reactor an exception would only be logged


_teller = _Teller()


def _emit(event: CrawlEvent) -> None:
    _teller.tell(event)


if __name__ == "__main__":
    sys.exit(main())
