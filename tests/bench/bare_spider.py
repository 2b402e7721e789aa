"""The baselines of the crawl's benchmark, each a process of its own.

`python -m tests.bench.bare_spider scrapy PORT` is a bare Scrapy spider: default settings, no store,
following the same links of the generated site as our crawler. `... raw PORT PAGES` only asks for
every page and reads nothing: as fast as the server can be asked from one process.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Iterator

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from tests.bench.crawl_replica import CHAPTER, FILES, LANDINGS, LISTINGS, START, render_site

CONNECTIONS = 8
FOLLOWED = re.compile("|".join((LISTINGS, LANDINGS, FILES, CHAPTER)))


class BareSpider(scrapy.Spider):
    """Follows every link of the site that is a page of it."""

    name = "bare"

    def __init__(self, port: int) -> None:
        super().__init__()
        self.proxy = f"http://127.0.0.1:{port}"

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Begin at the first listing."""
        yield scrapy.Request(START, meta={"proxy": self.proxy})

    def parse(self, response: Response) -> Iterator[scrapy.Request]:
        """Follow the links of a page; files have none."""
        if not isinstance(response, scrapy.http.TextResponse):
            return
        for href in response.css("a::attr(href)").getall():
            url = response.urljoin(href)
            if FOLLOWED.match(url):
                yield scrapy.Request(url, meta={"proxy": self.proxy})


async def _ask_all(port: int, urls: list[bytes]) -> None:
    async def ask() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        while urls:
            writer.write(b"GET " + urls.pop() + b" HTTP/1.1\r\n\r\n")
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.rpartition(b"Content-Length: ")[2])
            await reader.readexactly(length)
        writer.close()

    await asyncio.gather(*(ask() for _ in range(CONNECTIONS)))


def main(kind: str, port: int, pages: int) -> None:
    """Run one of the two baselines."""
    if kind == "raw":
        urls = [url.encode() for url in render_site(pages) if not url.endswith("/robots.txt")]
        asyncio.run(_ask_all(port, urls))
        return
    process = AsyncCrawlerProcess({"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False})
    process.crawl(BareSpider, port)
    process.start()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
