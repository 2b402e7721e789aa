"""Sitemaps and indexes, and how far what they say of changes is believed."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from pipeline.crawl.hypertext import parse_xml
from pipeline.crawl.sitemap import MAX_ENTRIES, SAME_AT_LEAST, read_lastmod, read_sitemap

SITEMAP = b"""<?xml version="1.0"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
<url><loc> http://x.test/report/a/ </loc><lastmod>2024-01-02</lastmod>
<xhtml:link rel="alternate" hreflang="en" href="http://x.test/en/report/a/"/></url>
<url><loc>mailto:x</loc></url><url><loc>http://x.test/report/b/</loc></url></urlset>"""

PACKED = gzip.compress(SITEMAP, mtime=0)
DAMAGED = PACKED[:10] + b"\xff" * 8 + PACKED[18:]


@pytest.mark.parametrize("body", [SITEMAP, gzip.compress(SITEMAP, mtime=0)])
def test_a_sitemap_is_read(body: bytes) -> None:
    sitemap = read_sitemap(body)
    assert sitemap is not None
    assert dict(sitemap.pages) == {
        "http://x.test/report/a/": "2024-01-03T04:00:00+00:00",
        "http://x.test/en/report/a/": None,
        "http://x.test/report/b/": None,
    }
    assert sitemap.sitemaps == ()


def test_a_sitemap_index_is_told_from_a_sitemap() -> None:
    body = b"<sitemapindex><sitemap><loc>http://x.test/1.xml</loc></sitemap></sitemapindex>"
    sitemap = read_sitemap(body)
    assert sitemap is not None
    assert sitemap.sitemaps == ("http://x.test/1.xml",)
    assert sitemap.pages == ()


@pytest.mark.parametrize(
    "body",
    [b"", b"<html></html>", b"not xml", b"\x1f\x8bbroken", DAMAGED, PACKED[:60]],
)
def test_what_is_no_sitemap(body: bytes) -> None:
    assert read_sitemap(body) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-05-01", "2024-05-02T04:00:00+00:00"),
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00+00:00"),
        ("2024-05-01T10:00:00.5+02:00", "2024-05-01T10:00:00.500000+02:00"),
        ("2024-05-01T10:00", "2024-05-01T10:00:00+00:00"),
        (" 2024-05-01 ", "2024-05-02T04:00:00+00:00"),
        ("2024", None),
        ("2024-05", None),
        ("yesterday", None),
        ("9999-12-31", None),
        ("9999-12-30T23:59:59-23:59", "9999-12-30T23:59:59-23:59"),
        ("", None),
    ],
)
def test_a_lastmod_is_read_as_the_latest_it_can_mean(text: str, moment: str | None) -> None:
    assert read_lastmod(text) == moment


def urlset(*lastmods: str) -> bytes:
    entries = "".join(
        f"<url><loc>http://x.test/{n}</loc><lastmod>{lastmod}</lastmod></url>"
        for n, lastmod in enumerate(lastmods)
    )
    return f"<urlset>{entries}</urlset>".encode()


def test_a_moment_that_stands_at_most_pages_is_that_of_the_sitemap() -> None:
    now = datetime.now(UTC).isoformat()
    sitemap = read_sitemap(urlset(*[now] * SAME_AT_LEAST, "2024-01-01"))
    assert sitemap is not None
    assert [at for _, at in sitemap.pages] == [None] * SAME_AT_LEAST + ["2024-01-02T04:00:00+00:00"]
    few = read_sitemap(urlset(*[now] * (SAME_AT_LEAST - 1)))
    assert few is not None
    assert all(at for _, at in few.pages)


def test_one_bad_moment_loses_no_other() -> None:
    sitemap = read_sitemap(urlset("9999-12-31", "2024-01-01"))
    assert sitemap is not None
    assert [at for _, at in sitemap.pages] == [None, "2024-01-02T04:00:00+00:00"]


def test_a_sitemap_has_an_end() -> None:
    sitemap = read_sitemap(urlset(*["2024-01-01"] * (MAX_ENTRIES + 10)))
    assert sitemap is not None
    assert len(sitemap.pages) == MAX_ENTRIES


def test_no_entity_is_expanded_and_no_file_read() -> None:
    body = (
        b'<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a "http://x.test/report/evil/">'
        b'<!ENTITY f SYSTEM "file:///etc/hostname">]>'
        b"<urlset><url><loc>&a;</loc></url><url><loc>http://x.test/&f;</loc></url></urlset>"
    )
    assert read_sitemap(body) is None
    laughs = b"<!DOCTYPE x [" + b'<!ENTITY a "aaaaaaaaaa">' + b"]><x>" + b"&a;" * 10 + b"</x>"
    assert parse_xml(laughs) is None
