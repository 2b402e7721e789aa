"""Bytes made to keep a reader busy: whatever reads a page, a list or rules comes to an end."""

from __future__ import annotations

import json

import pytest
from protego import Protego

from pipeline.crawl.hypertext import read_hypertext
from pipeline.crawl.reservation import find_rule, read_tdmrep
from pipeline.crawl.sitemap import read_sitemap
from pipeline.crawl.walls import recognise_wall

SIZE = 100_000  # bytes
URL = "http://x.test/a/b"
STUTTERS = (
    b"<!---->", b"<!--", b"-->", b"<?xml ", b"<?xml>", b" ", b"<title ", b"<title>404 ", b"<h1>",
    b"<div class=cookie>", b"<div class=cookie>cookie ", b"<nav><a href=/x.pdf>", b"&#x;",
    b"<meta charset=", b"<p>", "skrá ".encode(), b"login/", b"verify ", b"\x00",
)  # fmt: skip
"""What is repeated; each is the beginning of something that a pattern looks for."""
IN_ADDRESSES = ("../", ";sid=", "/(a(", "&sid=", "\t ", "-", "?utm_", "%", "a" * 30)
pytestmark = pytest.mark.timeout(60)


def repeated(part: bytes) -> bytes:
    return part * (SIZE // len(part))


@pytest.mark.parametrize("part", STUTTERS)
@pytest.mark.parametrize("end", [b"", b"<p>x", b"<html"])
def test_pages_are_read_to_their_end(part: bytes, end: bytes) -> None:
    body = repeated(part) + end
    for status, headers in ((200, {}), (403, {"content-type": "text/html"})):
        assert recognise_wall(status, headers, body, URL) in (
            None, "cookie_wall", "challenge_page", "login_wall", "error_page", "script_shell",
        )  # fmt: skip
    assert read_hypertext(body, URL, "text/html").canonical is None


def test_a_run_of_comments_is_passed_over() -> None:
    wall = b"<html><head><title>Just a moment...</title></head><body></body></html>"
    assert recognise_wall(403, {}, b"<!---->" * 40 + b"<p>x", URL) is None
    assert recognise_wall(403, {}, b"<!-- a\n-- b --> " * 40 + wall, URL) == "challenge_page"
    assert recognise_wall(403, {}, b"<!---->" * 40 + wall[6:], URL) == "challenge_page"


@pytest.mark.parametrize("part", IN_ADDRESSES)
def test_addresses_are_read_to_their_end(part: str) -> None:
    href = "http://x.test/" + part * (SIZE // len(part))
    page = f"<html lang='{href}'><base href='{href}'><a href='{href}'>x</a></html>"
    assert len(read_hypertext(page.encode(), URL, "text/html").anchors) <= 1
    escaped = href.replace("&", "&amp;")
    entry = f"<url><loc>{escaped}</loc><lastmod>{escaped[14:]}</lastmod></url>"
    sitemap = read_sitemap(f"<urlset>{entry}</urlset>".encode())
    assert sitemap is not None
    assert {at for _, at in sitemap.pages} <= {None}


@pytest.mark.parametrize("part", ["*a", "a*", "**", "$", "a"])
def test_rules_are_tried_to_their_end(part: str) -> None:
    path = "/" + part * (SIZE // len(part)) + "b"
    asked = "http://x.test/" + "a" * 2000
    rules = read_tdmrep(json.dumps([{"location": path, "tdm-reservation": 1}]).encode())
    assert find_rule(rules, asked) is None
    robots = f"User-agent: *\nDisallow: {path}\n"
    assert Protego.parse(robots).can_fetch(asked, "Samvirke")


@pytest.mark.parametrize("part", ["-", "9", "2024-", " ", "T00:"])
def test_moments_are_read_to_their_end(part: str) -> None:
    said = part * (SIZE // len(part)) + "x"
    entry = f"<url><loc>{URL}</loc><lastmod>{said}</lastmod></url>"
    sitemap = read_sitemap(f"<urlset>{entry}</urlset>".encode())
    assert sitemap is not None
    assert sitemap.pages == ((URL, None),)
