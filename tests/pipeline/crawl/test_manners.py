"""The numbers and rules of behaviour that need no server to be tested."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from scrapy.settings import Settings as ScrapySettings
from scrapy.settings.default_settings import EXTENSIONS_BASE

from pipeline.crawl.manners import LIVE, REPLICA, retry_after, scrapy_settings, user_agent

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
