"""Addresses in JSON answers and feeds; hostile ones are none of either."""

from __future__ import annotations

import json

import pytest

from kb.frontier import Wanted
from pipeline.crawl.listed import read_listed
from pipeline.crawl.spiders import Answer, Found
from pipeline.crawl.spiders.site import SiteSpider
from tests.pipeline.crawl.web import make_source

URL = "http://x.test/list?p=1"
RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Rapporter</title><link>http://x.test/</link>
<item><title>A</title><link>http://x.test/report/a/</link><guid>42</guid>
<enclosure url="http://x.test/files/a.pdf" type="application/pdf"/></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:x</id>
<link rel="alternate" href="/report/b/"/></entry></feed>"""


def addresses(body: bytes) -> list[str]:
    anchors = read_listed(body, URL)
    assert anchors is not None
    return [anchor.url for anchor in anchors]


def test_json_gives_its_addresses_in_order_each_once() -> None:
    answer = {
        "next": "http://x.test/list?p=2",
        "data": [
            {"name": "Først /ikke en adresse", "url": "/report/a/?utm_source=x"},
            {"name": "Så", "url": "//x.test/report/b/", "again": "/report/a/"},
        ],
        "total": 2,
    }
    assert addresses(json.dumps(answer).encode()) == [
        "http://x.test/list?p=2",
        "http://x.test/report/a/",
        "http://x.test/report/b/",
    ]


def test_feeds_give_their_addresses() -> None:
    assert addresses(RSS) == [
        "http://x.test/",
        "http://x.test/report/a/",
        "http://x.test/files/a.pdf",
    ]
    assert addresses(ATOM) == ["http://x.test/report/b/"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"%PDF-1.7",
        b'{"half": ',
        b"[" * 100_000,
        b"<urlset><url><loc>http://x.test/</loc></url></urlset>",
        b'<!DOCTYPE rss [<!ENTITY a "http://x.test/">]><rss><link>&a;</link></rss>',
        b"plain text",
    ],
)
def test_what_is_neither_is_none(body: bytes) -> None:
    assert read_listed(body, URL) is None


def test_hostile_values_are_left_out() -> None:
    values = ["javascript:alert(1)", "http://[::1", "/" + "a" * 5000, "file:///etc/passwd", None, 7]
    assert addresses(json.dumps(values).encode()) == []


def read(body: bytes, kind: str = "listing", media_type: str = "application/json") -> Found:
    wanted = Wanted(URL, "test-x", kind)
    answer = Answer(wanted, URL, body, {"content-type": media_type})
    return SiteSpider(make_source("x.test")).read(answer)


def test_a_listing_may_be_json_or_a_feed() -> None:
    found = read(b'["/report/a/", "/files/b.pdf", "/list?p=2", "/about"]')
    assert {link.url: link.kind for link in found.links} == {
        "http://x.test/report/a/": "landing",
        "http://x.test/files/b.pdf": "document",
        "http://x.test/list?p=2": "listing",
    }
    kinds = {link.kind for link in read(RSS, media_type="application/rss+xml").links}
    assert kinds == {"landing", "document"}


def test_a_file_where_a_list_should_be_is_a_failure_still() -> None:
    found = read(b"%PDF-1.7", media_type="application/pdf")
    assert found.failed and found.kind == "not_a_listing"
    assert read(b'["/report/a/"]', kind="document").files
