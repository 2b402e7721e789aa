"""How the crawler behaves towards servers: pace, retries, its name, its limits.

Owns the numbers and the Scrapy parts that keep them. robots.txt is `robots`' business, what may be
asked at all `guard`'s, what is asked `spiders`'.
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
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.extensions.throttle import AutoThrottle

from kb.problem_kinds import ProblemKind
from pipeline.crawl.feed import UNDER_WAY

ROBOT = "Samvirke"  # the product token that robots.txt may name
MAX_DOWNLOAD_BYTES = 200 * 1024 * 1024  # a scanned report has up to 150 MB
MAX_ROBOTS_BYTES = 512 * 1024  # RFC 9309 asks for at least 500 KiB
MAX_CRAWL_DELAY_S = 60.0  # a longer wish is kept to this, or no crawl would end
MAX_RETRY_AFTER_S = 300.0  # a server that wants longer is left until the next run
GIVE_UP_AFTER = 5  # addresses of one host in a row that gave no answer, each asked three times
NO_ANSWER = (CannotResolveHostError, DownloadConnectionRefusedError, DownloadTimeoutError)


class HostDownError(IgnoreRequest):
    """A host does not answer; its message is the sentence to show."""

    kind: ProblemKind = "host_down"


class RobotsUnreadError(HostDownError):
    """A host does not answer for its robots.txt, so nothing else is asked of it."""

    kind = "robots_unread"


_LEFT_OUT = (
    "defaultheaders.DefaultHeadersMiddleware",  # what these three do, Introduction does
    "downloadtimeout.DownloadTimeoutMiddleware",
    "useragent.UserAgentMiddleware",
    "httpauth.HttpAuthMiddleware",
    "offsite.OffsiteMiddleware",
    "retry.RetryMiddleware",
    "robotstxt.RobotsTxtMiddleware",
    "stats.DownloaderStats",  # the tally counts
)
_EXTENSIONS_LEFT_OUT = (
    "corestats.CoreStats",
    "feedexport.FeedExporter",
    "logcount.LogCount",
)
ACCEPT = b"text/html,application/xhtml+xml,application/pdf,application/xml;q=0.9,*/*;q=0.8"
ACCEPT_LANGUAGE = b"nb,nn;q=0.9,da;q=0.9,sv;q=0.9,fi;q=0.8,is;q=0.8,fo;q=0.8,en;q=0.5"
SOURCE = "samvirke_source"  # in a request's meta: the source that it is asked for


@dataclass(frozen=True)
class Pace:
    """How fast one crawl may go; delays in seconds between two requests to one host."""

    start_delay_s: float
    min_delay_s: float
    requests_per_host: int
    backoff_s: float
    timeout_s: float
    under_way: int  # addresses of one source that are asked or wait for its pace
    adapts: bool  # goes slower where a server does; without it nothing but what is asked for counts


LIVE = Pace(
    start_delay_s=3.0,
    min_delay_s=1.0,
    requests_per_host=2,
    backoff_s=5.0,
    timeout_s=180.0,
    under_way=4,
    adapts=True,
)
REPLICA = Pace(
    start_delay_s=0.0,
    min_delay_s=0.0,
    requests_per_host=8,
    backoff_s=0.05,
    timeout_s=20.0,
    under_way=UNDER_WAY,
    adapts=False,
)


def user_agent(contact: str | None) -> str:
    """Return what the crawler calls itself, with how to reach the person who runs it."""
    try:
        number = version("samvirke")
    except PackageNotFoundError:
        number = "0"
    return f"{ROBOT}/{number} (research harvester; +{contact or 'replica only'})"


_MIDDLEWARES = "scrapy.downloadermiddlewares."
_FIXED: dict[str, Any] = {  # settings that are the same for every crawl
    "ROBOTSTXT_OBEY": True,
    "ROBOTSTXT_USER_AGENT": ROBOT,
    "AUTOTHROTTLE_ENABLED": True,
    "DOWNLOAD_DELAY_JITTER": 0.25,
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
        "pipeline.crawl.manners.Introduction": 50,
        "pipeline.crawl.robots.PoliteRobots": 100,
        "pipeline.crawl.reservation.TdmRep": 110,
        "pipeline.crawl.manners.PoliteRetry": 550,
        "pipeline.crawl.transport.ResolutionMiddleware": 990,
        **{_MIDDLEWARES + name: None for name in _LEFT_OUT},
    },
    "SPIDER_MIDDLEWARES": {"scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None},
    "EXTENSIONS": {
        "scrapy.extensions.throttle.AutoThrottle": None,
        "pipeline.crawl.manners.PoliteThrottle": 0,
        **{"scrapy.extensions." + name: None for name in _EXTENSIONS_LEFT_OUT},
    },
    "DOWNLOAD_HANDLERS": {
        "http": "pipeline.crawl.transport.PatientHandler",
        "https": "pipeline.crawl.transport.PatientHandler",
        **dict.fromkeys(("data", "file", "s3", "ftp")),
    },
}


def scrapy_settings(
    contact: str | None,
    replica_port: int | None,
    host_delays: dict[str, float],
    proxy: str | None = None,
    longest: dict[str, float] | None = None,
) -> dict[str, Any]:
    """Return the Scrapy settings of a crawl.

    `host_delays` are the least seconds between two requests to a host, `longest` the most that are
    waited where a server is slow.
    """
    pace = LIVE if replica_port is None else REPLICA
    return {
        **_FIXED,
        "USER_AGENT": user_agent(contact),
        "SAMVIRKE_REPLICA_PORT": replica_port,
        "SAMVIRKE_PROXY": proxy,
        "SAMVIRKE_HOST_DELAYS": host_delays,
        "SAMVIRKE_LONGEST_DELAYS": longest or {},
        "SAMVIRKE_BACKOFF_S": pace.backoff_s,
        "SAMVIRKE_ADAPTS": pace.adapts,
        "SAMVIRKE_UNDER_WAY": pace.under_way,
        "AUTOTHROTTLE_START_DELAY": pace.start_delay_s,
        "DOWNLOAD_DELAY": pace.min_delay_s,
        "CONCURRENT_REQUESTS_PER_DOMAIN": pace.requests_per_host,
        "DOWNLOAD_TIMEOUT": pace.timeout_s,
    }


class PoliteThrottle(AutoThrottle):
    """AutoThrottle that never goes below what a host's robots.txt or its source asks for."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self.least: dict[str, float] = dict(crawler.settings.get("SAMVIRKE_HOST_DELAYS") or {})
        self.most: dict[str, float] = dict(crawler.settings.get("SAMVIRKE_LONGEST_DELAYS") or {})
        self.adapts: bool = crawler.settings.getbool("SAMVIRKE_ADAPTS")

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
        if not self.adapts:
            return
        super()._adjust_delay(slot, latency, response)
        host = urlsplit(response.url).hostname or ""
        slot.delay = min(slot.delay, self.most.get(host, slot.delay))
        if host in self.least:
            self._slow_down(host, slot)

    def _slow_down(self, host: str, slot: Any) -> None:
        slot.delay = max(slot.delay, self.least[host])
        slot.jitter = 0.0  # jitter goes both ways: it would go below what was asked for
        self.crawler.engine.downloader.per_slot_settings[host] = {
            "delay": slot.delay,
            "jitter": 0.0,
        }


class Introduction:
    """Says in every request who asks and what is understood, and how long an answer is awaited."""

    def __init__(self, settings: Any) -> None:
        self.headers = {
            b"User-Agent": settings["USER_AGENT"].encode("latin-1", "replace"),
            b"Accept": ACCEPT,
            b"Accept-Language": ACCEPT_LANGUAGE,
        }
        self.timeout_s: float = settings.getfloat("DOWNLOAD_TIMEOUT")

    @classmethod
    def from_crawler(cls, crawler: Any) -> Introduction:
        """Build it from the crawl's settings."""
        return cls(crawler.settings)

    def process_request(self, request: Request) -> None:
        """Add what is the same for all; a request's own headers stay."""
        for name, value in self.headers.items():
            request.headers.setdefault(name, value)
        request.meta.setdefault("download_timeout", self.timeout_s)


class PoliteRetry(RetryMiddleware):
    """Retries that wait: as long as Retry-After says, else longer each time, with jitter.

    While a host has asked for a pause, nothing else is sent to it either.
    """

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.backoff_s: float = settings.getfloat("SAMVIRKE_BACKOFF_S")
        self.paused_until: dict[str, float] = {}  # host -> time.monotonic()
        self.failed_in_a_row: dict[str, int] = {}
        self.left_alone: dict[str, float] = {}  # host -> seconds it wants, more than a run waits

    async def process_request(self, request: Request) -> None:
        """Hold a request back while its host has asked for a pause; drop it where it is down."""
        host = urlsplit(request.url).hostname or ""
        while (left := self.paused_until.get(host, 0.0) - time.monotonic()) > 0:
            await asyncio.sleep(left)
        if host in self.left_alone:
            raise HostDownError(
                f"The host {host} asks for a pause of {self.left_alone[host] / 60:.0f} minutes, so "
                "the rest of it is left until the next run."
            )
        if self.failed_in_a_row.get(host, 0) >= GIVE_UP_AFTER:
            raise HostDownError(
                f"The host {host} gave no answer to {GIVE_UP_AFTER} addresses in a row, so the "
                "rest of it is left until the next run."
            )

    async def process_response(self, request: Request, response: Any) -> Any:
        """Ask again after a pause where the server is busy."""
        if self.failed_in_a_row:
            self.failed_in_a_row.pop(urlsplit(request.url).hostname or "", None)
        if response.status not in self.retry_http_codes or request.meta.get("dont_retry"):
            return response
        asked = retry_after(response.headers.get(b"Retry-After"), datetime.now(UTC))
        if asked is not None and asked > MAX_RETRY_AFTER_S:
            self.left_alone[urlsplit(request.url).hostname or ""] = asked
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
        wait = back_off(int(request.meta.get("retry_times", 0)), self.backoff_s)
        if asked is not None:
            host, wait = urlsplit(request.url).hostname or "", asked + back_off(0, self.backoff_s)
            self.paused_until[host] = max(self.paused_until.get(host, 0.0), time.monotonic() + wait)
        await asyncio.sleep(wait)


def back_off(tries: int, base_s: float) -> float:
    """Return how many seconds to wait after so many tries: any time up to twice the last bound.

    Full jitter: clients that failed together do not come back together (M. Brooker, "Exponential
    backoff and jitter", AWS Architecture Blog, 2015).
    """
    bound = min(base_s * 2**tries, MAX_RETRY_AFTER_S)
    return random.uniform(0, bound)  # noqa: S311 - spreads retries, guards nothing


def retry_after(header: bytes | None, at: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for (a number or a date), or None."""
    text = (header or b"").decode("ascii", "replace").strip()
    if not text:
        return None
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - at).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
