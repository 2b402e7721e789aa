"""The crawl's child process: reads one job on standard input, tells events on standard output.

Owns the start of Scrapy and its reactor (which starts once in a process, hence the child). It is
run as `python -m pipeline.crawl.child` by `run` and `fetch` alone.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy.crawler import AsyncCrawlerProcess

from corpora.registry import Source
from kb.frontier import Frontier
from kb.settings import Settings
from kb.store import open_store
from pipeline.crawl.harvest import Harvest
from pipeline.crawl.manners import scrapy_settings
from pipeline.crawl.messages import CrawlEvent, Job, read_job, write_line
from pipeline.crawl.single import FetchOne
from pipeline.crawl.tally import Tally

CUT_SHORT = 1  # exit status where Scrapy ended before the sources did (a signal, a full disk)
PARENT_GONE = 3  # exit status where nobody reads the events any more


def main() -> int:
    """Do the job on standard input; returns the exit status."""
    job = read_job(sys.stdin.readline())
    if job.fetch is not None:
        _run_spider(job, {}, FetchOne, url=job.fetch, target=Path(job.target or ""), emit=_emit)
    elif not _harvest(job):
        return CUT_SHORT
    _emit(CrawlEvent("finished"))
    return 0


def _harvest(job: Job) -> bool:
    """Crawl the job's sources; returns whether all of them came to their end."""
    settings = Settings(**job.settings)
    sources = [Source(**source) for source in job.sources]
    store = open_store(settings)
    try:
        delays = {
            host: source.crawl.min_delay_s
            for source in sources
            if source.crawl is not None and source.crawl.min_delay_s
            for host in _hosts(source)
        }
        tally = Tally(_emit)
        _run_spider(job, delays, Harvest, sources, Frontier(store, job.run_id), tally)
        return tally.closed == {source.id for source in sources}
    finally:
        store.close()


def _run_spider(
    job: Job, host_delays: dict[str, float], spider: Any, *args: Any, **kwargs: Any
) -> None:
    contact = job.settings.get("contact")
    process = AsyncCrawlerProcess(scrapy_settings(contact, job.replica_port, host_delays))
    process.crawl(spider, *args, **kwargs)
    process.start()


def _hosts(source: Source) -> set[str]:
    addresses = [source.homepage, *source.start_urls]
    if source.oai is not None:
        addresses.append(source.oai.url)
    return {urlsplit(address).hostname or "" for address in addresses}


def _emit(event: CrawlEvent) -> None:
    try:
        sys.stdout.write(write_line(event) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os._exit(PARENT_GONE)  # inside the reactor an exception would only be logged


if __name__ == "__main__":
    sys.exit(main())
