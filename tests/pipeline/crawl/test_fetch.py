"""One address through the same child, guard and manners."""

from __future__ import annotations

import pytest

from kb.settings import Settings
from pipeline.crawl import fetch_address
from pipeline.errors import CrawlError
from tests.pipeline.crawl.web import Web, page


def test_an_address_is_fetched_with_what_the_server_said(web: Web, settings: Settings) -> None:
    web.put("http://x.test/get", "", status=301, headers={"Location": "/files/rapport%201.pdf"})
    web.put("http://x.test/files/rapport%201.pdf", b"%PDF-1.7 x", media_type="application/pdf")
    fetched = fetch_address(settings, "http://x.test/get#page=3", web.port)
    assert fetched.data == b"%PDF-1.7 x"
    assert fetched.url == "http://x.test/files/rapport%201.pdf"
    assert (fetched.media_type, fetched.status) == ("application/pdf", 200)
    assert fetched.filename == "rapport 1.pdf"
    assert web.urls() == ["http://x.test/get", "http://x.test/files/rapport%201.pdf"]
    assert not list(settings.home.glob(".fetch-*"))
    assert not (settings.home / "record.sqlite").exists()


def test_what_cannot_be_fetched_is_one_sentence(web: Web, settings: Settings) -> None:
    web.put("http://x.test/robots.txt", "User-agent: Samvirke\nDisallow: /closed\n")
    web.put("http://x.test/closed", page())
    with pytest.raises(CrawlError, match=r"robots\.txt forbids http://x\.test/closed"):
        fetch_address(settings, "http://x.test/closed", web.port)
    with pytest.raises(CrawlError, match="404 Not Found"):
        fetch_address(settings, "http://x.test/away", web.port)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("not an address", "Expected a web address"),
        ("file:///etc/passwd", "Expected a web address"),
        ("http://user:secret@example.org/", "user name or password"),
        ("http://127.0.0.1/", "loopback"),
        ("http://[::ffff:10.0.0.1]/", "private"),
        ("http://localhost:8501/", "local network"),
        ("http://x.test/", "replica"),
        ("https://example.org/", "SAMVIRKE_CONTACT"),
    ],
)
def test_what_is_refused_at_once(settings: Settings, url: str, words: str) -> None:
    with pytest.raises(CrawlError, match=words) as caught:
        fetch_address(settings, url)
    assert "secret" not in str(caught.value)
    assert not (settings.home / "logs").exists()


def test_a_live_fetch_stays_off_this_machine(web: Web, settings: Settings) -> None:
    live = settings.model_copy(update={"contact": "post@example.org"})
    with pytest.raises(CrawlError, match="stands for 127"):
        fetch_address(live, f"http://0x7f.0.0.1:{web.port}/")
    assert web.asked == []


def test_what_is_reserved_is_not_fetched_for_a_person_either(web: Web, settings: Settings) -> None:
    web.put("http://x.test/header", page(), headers={"tdm-reservation": "1"})
    web.put("http://x.test/page", page(head='<meta name="tdm-reservation" content="1">'))
    for name in ("header", "page"):
        with pytest.raises(CrawlError, match="reserves text and data mining"):
            fetch_address(settings, f"http://x.test/{name}", web.port)
