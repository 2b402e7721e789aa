"""robots.txt: asked once for each host, kept to, and its crawl-delay too.

Owns the Scrapy part that does so. The pace itself is `manners`' business.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)

from pipeline.crawl.manners import (
    MAX_CRAWL_DELAY_S,
    MAX_ROBOTS_BYTES,
    ROBOT,
    SOURCE,
    HostDownError,
    PoliteThrottle,
    RobotsUnreadError,
)

FORBID_ALL = b"User-agent: *\nDisallow: /\n"
_UNREACHABLE = (
    (CannotResolveHostError, "its host is not known to the name servers"),
    (DownloadConnectionRefusedError, "its host refuses connections"),
    (DownloadTimeoutError, "it does not answer in time"),
)


class PoliteRobots(RobotsTxtMiddleware):
    """robots.txt as RFC 9309 has it, and its crawl-delay, which Scrapy reads but does not keep.

    A server that answers 4xx has no rules; one that answers 5xx, or not at all, forbids everything
    for now (RFC 9309, 2.3.1.4).
    """

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self.unread: dict[str, str] = {}  # host with port -> why its robots.txt is not known

    def process_request_2(self, rp: Any, request: Request) -> None:
        """Refuse what robots.txt forbids, and everything while it cannot be read."""
        parts = urlsplit(request.url)
        if parts.netloc in self.unread:
            raise RobotsUnreadError(
                f"The robots.txt of {parts.hostname} cannot be read just now "
                f"({self.unread[parts.netloc]}), so its pages are left until the next run."
            )
        super().process_request_2(rp, request)

    async def _parse_robots(self, response: Any, netloc: str, request: Request) -> None:
        body = response.body[:MAX_ROBOTS_BYTES]
        self._tell_oddities(response, request)
        if response.status >= 500:
            body = FORBID_ALL
            self.unread[netloc] = f"it answers {response.status}"
        elif response.status >= 400 or _is_page(body):
            body = b""
        await super()._parse_robots(response.replace(body=body), netloc, request)
        parser = self._parsers[netloc]
        delay = parser.crawl_delay(ROBOT) if hasattr(parser, "crawl_delay") else None
        throttle = self.crawler.get_extension(PoliteThrottle)
        if delay and throttle is not None:
            throttle.ask_for(urlsplit(request.url).hostname or "", min(delay, MAX_CRAWL_DELAY_S))

    def _tell_oddities(self, response: Any, request: Request) -> None:
        """Say of a robots.txt what a person should know who wonders what was asked and what not."""
        note = getattr(self.crawler.spider, "note_host", None)
        source_id = request.meta.get(SOURCE)
        if note is None or source_id is None or response.status >= 400:
            return
        if _is_page(response.body):
            odd = "is a web page instead, so nothing is forbidden by it"
        elif len(response.body) > MAX_ROBOTS_BYTES:
            size, kept = len(response.body) / 2**20, MAX_ROBOTS_BYTES // 1024
            odd = f"has {size:.1f} MB; its first {kept} KB are kept to"
        else:
            return
        host = urlsplit(request.url).hostname
        note(source_id, response.url, f"The robots.txt of {host} {odd}.", "bad_robots")

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        """Close a host whose robots.txt cannot be reached; what we refused ourselves says so."""
        if isinstance(exc, HostDownError) or not isinstance(exc, IgnoreRequest):
            known = (words for kind, words in _UNREACHABLE if isinstance(exc, kind))
            self.unread[netloc] = next(known, "the connection breaks")
        super()._robots_error(exc, netloc)


def _is_page(body: bytes) -> bool:
    """Whether a robots.txt is a web page instead (a site that answers everything with 200)."""
    return body.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html"))
