"""How the crawler behaves towards servers: pace, robots.txt, retries, its name, its limits.

Owns the numbers and the Scrapy parts that keep them. What may be asked at all is `guard`'s
business, what is asked `spiders`'.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.extensions.throttle import AutoThrottle

ROBOT = "Samvirke"  # the product token that robots.txt may name
MAX_DOWNLOAD_BYTES = 200 * 1024 * 1024  # a scanned report has up to 150 MB
MAX_ROBOTS_BYTES = 512 * 1024  # RFC 9309 asks for at least 500 KiB
MAX_CRAWL_DELAY_S = 60.0  # a longer wish is kept to this, or no crawl would end
MAX_RETRY_AFTER_S = 300.0  # a server that wants longer is left until the next run
FORBID_ALL = b"User-agent: *\nDisallow: /\n"
GIVE_UP_AFTER = 5  # addresses of one host in a row that gave no answer, each asked three times
NO_ANSWER = (CannotResolveHostError, DownloadConnectionRefusedError, DownloadTimeoutError)

_UNREACHABLE = (
    (CannotResolveHostError, "its host is not known to the name servers"),
    (DownloadConnectionRefusedError, "its host refuses connections"),
    (DownloadTimeoutError, "it does not answer in time"),
)


class HostDownError(IgnoreRequest):
    """A host does not answer, or not its robots.txt; its message is the sentence to show."""


@dataclass(frozen=True)
class Pace:
    """How fast one crawl may go; delays in seconds between two requests to one host."""

    start_delay_s: float
    min_delay_s: float
    requests_per_host: int
    backoff_s: float
    timeout_s: float


LIVE = Pace(start_delay_s=3.0, min_delay_s=1.0, requests_per_host=2, backoff_s=5.0, timeout_s=180.0)
REPLICA = Pace(
    start_delay_s=0.0, min_delay_s=0.0, requests_per_host=8, backoff_s=0.05, timeout_s=20.0
)


def user_agent(contact: str | None) -> str:
    """Return what the crawler calls itself, with how to reach the person who runs it."""
    try:
        number = version("samvirke")
    except PackageNotFoundError:
        number = "0"
    return f"{ROBOT}/{number} (research harvester; +{contact or 'replica only'})"


def scrapy_settings(
    contact: str | None, replica_port: int | None, host_delays: dict[str, float]
) -> dict[str, Any]:
    """Return the Scrapy settings of a crawl; `host_delays` are least seconds between requests."""
    pace = LIVE if replica_port is None else REPLICA
    middlewares = "scrapy.downloadermiddlewares."
    return {
        "USER_AGENT": user_agent(contact),
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": ROBOT,
        "SAMVIRKE_REPLICA_PORT": replica_port,
        "SAMVIRKE_HOST_DELAYS": host_delays,
        "SAMVIRKE_BACKOFF_S": pace.backoff_s,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": pace.start_delay_s,
        "DOWNLOAD_DELAY": pace.min_delay_s,
        "DOWNLOAD_DELAY_JITTER": 0.25,
        "CONCURRENT_REQUESTS": 256,  # a waiting request counts; what a host gets is limited below
        "CONCURRENT_ITEMS": 1,  # there are none, and Scrapy starts so many tasks for each answer
        "CONCURRENT_REQUESTS_PER_DOMAIN": pace.requests_per_host,
        "DOWNLOAD_TIMEOUT": pace.timeout_s,
        "DOWNLOAD_MAXSIZE": MAX_DOWNLOAD_BYTES,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "REDIRECT_MAX_TIMES": 8,
        "METAREFRESH_ENABLED": False,
        "RETRY_TIMES": 2,
        "RETRY_GIVE_UP_LOG_LEVEL": "INFO",
        "COOKIES_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "HTTPCACHE_ENABLED": False,
        "HTTPERROR_ALLOW_ALL": True,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,  # would run code sent to a port
        "MEMUSAGE_ENABLED": False,
        "LOGSTATS_INTERVAL": 0,
        "LOG_LEVEL": "INFO",
        "LOG_COLOR": False,
        "TWISTED_DNS_RESOLVER": "pipeline.crawl.transport.GuardedResolver",
        "DOWNLOADER_MIDDLEWARES": {
            "pipeline.crawl.transport.GuardMiddleware": 10,
            "pipeline.crawl.manners.PoliteRobots": 100,
            "pipeline.crawl.manners.PoliteRetry": 550,
            "pipeline.crawl.transport.ResolutionMiddleware": 990,
            middlewares + "robotstxt.RobotsTxtMiddleware": None,
            middlewares + "retry.RetryMiddleware": None,
            middlewares + "offsite.OffsiteMiddleware": None,
            middlewares + "httpauth.HttpAuthMiddleware": None,
        },
        "SPIDER_MIDDLEWARES": {"scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None},
        "EXTENSIONS": {
            "scrapy.extensions.throttle.AutoThrottle": None,
            "pipeline.crawl.manners.PoliteThrottle": 0,
            "scrapy.extensions.feedexport.FeedExporter": None,
        },
        "DOWNLOAD_HANDLERS": {"data": None, "file": None, "s3": None, "ftp": None},
    }


class PoliteThrottle(AutoThrottle):
    """AutoThrottle that never goes below what a host's robots.txt or its source asks for."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self.least: dict[str, float] = dict(crawler.settings.get("SAMVIRKE_HOST_DELAYS") or {})

    def ask_for(self, host: str, delay_s: float) -> None:
        """Keep at least `delay_s` seconds between two requests to a host from now on."""
        self.least[host] = max(delay_s, self.least.get(host, 0.0))
        slot = self.crawler.engine.downloader.slots.get(host)
        if slot is not None:
            self._slow_down(host, slot)

    def _spider_opened(self, spider: Any) -> None:
        super()._spider_opened(spider)
        own = self.crawler.engine.downloader.per_slot_settings
        for host, delay in self.least.items():
            own[host] = {"delay": max(delay, self._start_delay()), "jitter": 0.0}

    def _adjust_delay(self, slot: Any, latency: float, response: Any) -> None:
        super()._adjust_delay(slot, latency, response)
        host = urlsplit(response.url).hostname or ""
        if host in self.least:
            self._slow_down(host, slot)

    def _slow_down(self, host: str, slot: Any) -> None:
        slot.delay = max(slot.delay, self.least[host])
        slot.jitter = 0.0  # jitter goes both ways: it would go below what was asked for
        self.crawler.engine.downloader.per_slot_settings[host] = {
            "delay": slot.delay,
            "jitter": 0.0,
        }


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
            raise HostDownError(
                f"The robots.txt of {parts.hostname} cannot be read just now "
                f"({self.unread[parts.netloc]}), so its pages are left until the next run."
            )
        super().process_request_2(rp, request)

    async def _parse_robots(self, response: Any, netloc: str, request: Request) -> None:
        body = response.body[:MAX_ROBOTS_BYTES]
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

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        """Close a host whose robots.txt cannot be reached; what we refused ourselves says so."""
        if isinstance(exc, HostDownError) or not isinstance(exc, IgnoreRequest):
            known = (words for kind, words in _UNREACHABLE if isinstance(exc, kind))
            self.unread[netloc] = next(known, "the connection breaks")
        super()._robots_error(exc, netloc)


class PoliteRetry(RetryMiddleware):
    """Retries that wait: as long as Retry-After says, else longer each time, with jitter.

    While a host has asked for a pause, nothing else is sent to it either.
    """

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.backoff_s: float = settings.getfloat("SAMVIRKE_BACKOFF_S")
        self.paused_until: dict[str, float] = {}  # host -> time.monotonic()
        self.failed_in_a_row: dict[str, int] = {}

    async def process_request(self, request: Request) -> None:
        """Hold a request back while its host has asked for a pause; drop it where it is down."""
        host = urlsplit(request.url).hostname or ""
        while (left := self.paused_until.get(host, 0.0) - time.monotonic()) > 0:
            await asyncio.sleep(left)
        if self.failed_in_a_row.get(host, 0) >= GIVE_UP_AFTER:
            raise HostDownError(
                f"The host {host} gave no answer to {GIVE_UP_AFTER} addresses in a row, so the "
                "rest of it is left until the next run."
            )

    async def process_response(self, request: Request, response: Any) -> Any:
        """Ask again after a pause where the server is busy."""
        self.failed_in_a_row.pop(urlsplit(request.url).hostname or "", None)
        if response.status not in self.retry_http_codes or request.meta.get("dont_retry"):
            return response
        asked = retry_after(response.headers.get(b"Retry-After"), datetime.now(UTC))
        if asked is not None and asked > MAX_RETRY_AFTER_S:
            return response
        again = super().process_response(request, response)
        if isinstance(again, Request):
            await self._pause(request, asked)
        return again

    async def process_exception(self, request: Request, exception: Exception) -> Any:
        """Ask again after a pause where the connection failed."""
        again = super().process_exception(request, exception)
        if isinstance(again, Request):
            await self._pause(request, None)
        elif isinstance(exception, NO_ANSWER):
            host = urlsplit(request.url).hostname or ""
            self.failed_in_a_row[host] = self.failed_in_a_row.get(host, 0) + 1
        return again

    async def _pause(self, request: Request, asked: float | None) -> None:
        tries = int(request.meta.get("retry_times", 0))
        wait = asked if asked is not None else self.backoff_s * 2**tries
        wait += random.uniform(0, self.backoff_s)  # noqa: S311 - spreads retries, guards nothing
        if asked is not None:
            host = urlsplit(request.url).hostname or ""
            self.paused_until[host] = max(self.paused_until.get(host, 0.0), time.monotonic() + wait)
        await asyncio.sleep(wait)


def retry_after(header: bytes | None, at: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for (a number or a date), or None."""
    text = (header or b"").decode("ascii", "replace").strip()
    if not text:
        return None
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - at).total_seconds())
    except (ValueError, TypeError):
        return None


def _is_page(body: bytes) -> bool:
    """Whether a robots.txt is a web page instead (a site that answers everything with 200)."""
    return body.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html"))
