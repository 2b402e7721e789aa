"""The numbers and rules of behaviour that need no server to be tested."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import scrapy
from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.http import Response
from scrapy.settings import Settings as ScrapySettings
from scrapy.settings.default_settings import EXTENSIONS_BASE
from scrapy.utils.test import get_crawler

from pipeline.crawl.manners import (
    LIVE,
    MAX_RETRY_AFTER_S,
    REPLICA,
    HostDownError,
    Introduction,
    PoliteRetry,
    PoliteThrottle,
    back_off,
    retry_after,
    scrapy_settings,
    user_agent,
)

NOON = datetime(2024, 5, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (b"120", 120.0),
        (b" 0 ", 0.0),
        (b"Wed, 01 May 2024 12:00:30 GMT", 30.0),
        (b"Wed, 01 May 2024 11:00:00 GMT", 0.0),
        (b"soon", None),
        (b"-5", None),
        (b"", None),
        (None, None),
        (b"Wed, 99 May 2024", None),
        (b"Mon, 01 Jan 2024 00:00:00 +99999999999999999999", None),
    ],
)
def test_retry_after(header: bytes | None, seconds: float | None) -> None:
    assert retry_after(header, NOON) == seconds


def test_the_user_agent_names_the_robot_and_the_contact() -> None:
    agent = user_agent("post@example.org")
    assert agent.startswith("Samvirke/")
    assert "+post@example.org" in agent
    assert "replica only" in user_agent(None)


def test_a_live_crawl_is_slower_than_one_of_the_replica() -> None:
    assert LIVE.min_delay_s >= 1.0
    assert LIVE.requests_per_host <= 2
    assert REPLICA.min_delay_s == 0.0
    live = scrapy_settings("post@example.org", None, {"fhi.no": 5.0})
    assert live["DOWNLOAD_DELAY"] == LIVE.min_delay_s
    assert live["SAMVIRKE_HOST_DELAYS"] == {"fhi.no": 5.0}
    assert live["SAMVIRKE_REPLICA_PORT"] is None
    assert scrapy_settings(None, 8600, {})["SAMVIRKE_REPLICA_PORT"] == 8600


def test_what_must_never_be_on_is_off() -> None:
    settings = scrapy_settings("post@example.org", None, {})
    for name in (
        "COOKIES_ENABLED",
        "HTTPPROXY_ENABLED",
        "HTTPCACHE_ENABLED",
        "TELNETCONSOLE_ENABLED",
        "REMOTE_CONTROL_ENABLED",
        "METAREFRESH_ENABLED",
    ):
        assert settings[name] is False
    assert settings["ROBOTSTXT_OBEY"] is True
    assert settings["DOWNLOAD_VERIFY_CERTIFICATES"] is True
    assert settings.get("JOBDIR") is None
    for scheme in ("file", "data", "ftp", "s3"):
        assert settings["DOWNLOAD_HANDLERS"][scheme] is None


def test_every_name_of_a_setting_is_one_that_scrapy_knows() -> None:
    known = ScrapySettings()
    for name in scrapy_settings("post@example.org", None, {}):
        assert name.startswith("SAMVIRKE_") or name in known, name
    assert "scrapy.extensions.throttle.AutoThrottle" in EXTENSIONS_BASE


def test_who_asks_and_in_which_languages_stands_in_every_request() -> None:
    settings = ScrapySettings(scrapy_settings("post@example.org", None, {}))
    request = Request("https://www.fhi.no/", headers={"Accept": "application/json"})
    Introduction(settings).process_request(request)
    assert request.headers[b"User-Agent"].decode() == user_agent("post@example.org")
    assert request.headers[b"Accept-Language"].startswith(b"nb")
    assert request.headers[b"Accept"] == b"application/json"
    assert request.meta["download_timeout"] == LIVE.timeout_s


def test_waits_grow_with_each_try_and_never_come_together() -> None:
    for tries in range(10):
        waits = [back_off(tries, 5.0) for _ in range(50)]
        assert all(0 <= wait <= min(5.0 * 2**tries, MAX_RETRY_AFTER_S) for wait in waits)
        assert len(set(waits)) > 40
    assert max(back_off(3, 5.0) for _ in range(200)) > 5.0 * 2**2


def make_retry() -> PoliteRetry:
    settings = {**scrapy_settings(None, 8600, {}), "SAMVIRKE_BACKOFF_S": 0.001}
    crawler = get_crawler(scrapy.Spider, settings)
    crawler.spider = crawler._create_spider("retry")
    retry: PoliteRetry = PoliteRetry.from_crawler(crawler)
    return retry


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again(status: int) -> None:
    request = Request("http://x.test/a")
    busy = Response(request.url, status=status, headers={"Retry-After": "0"})
    again = asyncio.run(make_retry().process_response(request, busy))
    assert isinstance(again, Request)
    assert again.url == request.url


def test_a_server_that_wants_more_than_a_run_waits_is_left_alone() -> None:
    retry, request = make_retry(), Request("http://x.test/a")
    busy = Response(request.url, status=503, headers={"Retry-After": "7200"})
    assert asyncio.run(retry.process_response(request, busy)) is busy
    with pytest.raises(HostDownError, match="a pause of 120 minutes"):
        asyncio.run(retry.process_request(Request("http://x.test/b")))
    asyncio.run(retry.process_request(Request("http://y.test/b")))


def test_the_users_own_proxy_is_handed_on() -> None:
    assert scrapy_settings("x", None, {}, "http://proxy:3128")["SAMVIRKE_PROXY"]
    assert scrapy_settings("x", None, {})["SAMVIRKE_PROXY"] is None


@pytest.mark.parametrize(
    ("host", "latency", "delay"),
    [("slow.test", 9.0, 2.0), ("slow.test", 0.1, 1.5), ("other.test", 9.0, 9.0)],
)
def test_a_source_says_the_longest_and_the_shortest_delay(
    host: str, latency: float, delay: float
) -> None:
    settings = scrapy_settings("x", None, {"slow.test": 1.5}, longest={"slow.test": 2.0})
    crawler = get_crawler(scrapy.Spider, settings)
    throttle = PoliteThrottle(crawler)
    throttle.mindelay, throttle.maxdelay = 1.0, 60.0
    crawler.engine = SimpleNamespace(downloader=SimpleNamespace(per_slot_settings={}))
    slot = Slot(concurrency=1, delay=1.5, jitter=0.0)
    throttle._adjust_delay(slot, latency, Response(f"http://{host}/"))
    assert slot.delay == delay
