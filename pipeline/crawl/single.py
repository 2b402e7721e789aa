"""One address fetched politely, for `samvirke add URL`: the Scrapy spider that does it.

Owns nothing but that one request; its bytes go into the file that the parent named.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import scrapy
from scrapy.http import HtmlResponse, Request, Response

from pipeline.crawl.addresses import file_name
from pipeline.crawl.failures import describe_failure, describe_status
from pipeline.crawl.guard import shown
from pipeline.crawl.hypertext import read_hypertext
from pipeline.crawl.messages import CrawlEvent
from pipeline.crawl.reservation import describe_reservation, says_reserved


class FetchOne(scrapy.Spider):
    """Fetches one address into a file and tells what it was."""

    name = "fetch"

    def __init__(self, url: str, target: Path, emit: Callable[[CrawlEvent], None]) -> None:
        super().__init__()
        self.url, self.target, self.emit = url, target, emit

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the one address."""
        yield Request(self.url, callback=self.read, errback=self.fail, dont_filter=True)

    async def read(self, response: Response) -> None:
        """Keep the bytes, or tell why there are none to keep."""
        if not 200 <= response.status < 300:
            self._refuse(describe_status(self.url, response.status).message)
        elif self._is_reserved(response):
            self._refuse(describe_reservation(self.url))
        elif not response.body:
            self._refuse(f"{shown(self.url)} answered with nothing in it.")
        else:
            self.target.write_bytes(response.body)
            given = (response.headers.get(b"Content-Type") or b"").decode("latin-1")
            named = (response.headers.get(b"Content-Disposition") or b"").decode("latin-1")
            data = {
                "url": response.url,
                "status": response.status,
                "media_type": given.partition(";")[0].strip().lower() or None,
                "filename": file_name(response.url, named),
            }
            self.emit(CrawlEvent("fetched_one", url=response.url, data=data))

    def _is_reserved(self, response: Response) -> bool:
        given = (response.headers.get(b"Content-Type") or b"").decode("latin-1")
        is_page = isinstance(response, HtmlResponse)
        said = read_hypertext(response.body, response.url, given).reserved if is_page else None
        return says_reserved(response.headers) if said is None else said

    async def fail(self, failure: Any) -> None:
        """Tell why nothing was answered."""
        self._refuse(describe_failure(self.url, failure.value).message)

    def _refuse(self, sentence: str) -> None:
        self.emit(CrawlEvent("problem", url=self.url, message=sentence))
