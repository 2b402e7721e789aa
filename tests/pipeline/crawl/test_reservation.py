"""Text and data mining that is reserved: the file of a host, headers, and words for robots."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scrapy.http.headers import Headers

from kb.settings import Settings
from pipeline.crawl import crawl
from pipeline.crawl.hypertext import read_hypertext
from pipeline.crawl.reservation import find_rule, read_tdmrep, says_noai, says_reserved
from tests.pipeline.crawl.web import Web, make_source, page

SITE = "http://site.test"


def reserves(location: str, url: str) -> bool:
    rules = read_tdmrep(json.dumps([{"location": location, "tdm-reservation": 1}]).encode())
    return find_rule(rules, url) is not None


@pytest.mark.parametrize(
    ("location", "path", "fits"),
    [
        ("/", "/anything", True),
        ("/", "", True),
        ("/reports/", "/reports/1", True),
        ("/reports/", "/report", False),
        ("reports", "/reports/1", True),
        ("/*.pdf$", "/files/a.pdf", True),
        ("/*.pdf$", "/files/a.pdf?v=2", False),
        ("/*.pdf", "/files/a.pdf?v=2", True),
        ("/*.pdf$", "/a.pdf/b.pdf", True),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("/a*c*e", "/abcde", True),
        ("/a*c*e", "/aec", False),
        ("/a*$", "/abc", True),
        ("/?id=", "/?id=7", True),
        ("*", "/x", True),
    ],
)
def test_a_location_is_a_pattern_of_paths(location: str, path: str, fits: bool) -> None:
    assert reserves(location, SITE + path) is fits


def test_a_pattern_made_to_take_for_ever_is_tried_all_the_same() -> None:
    assert not reserves("/" + "*a" * 200 + "b$", SITE + "/" + "a" * 2000)


def test_the_first_rule_that_fits_counts() -> None:
    entries = [
        {"location": "/open/", "tdm-reservation": 0},
        {"location": "/", "tdm-reservation": 1, "tdm-policy": "http://site.test/terms"},
    ]
    rules = read_tdmrep(json.dumps(entries).encode())
    opened, shut = find_rule(rules, SITE + "/open/1"), find_rule(rules, SITE + "/else")
    assert opened is not None
    assert not opened.reserved
    assert shut is not None
    assert (shut.reserved, shut.policy) == (True, "http://site.test/terms")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>not here</html>",
        b"{}",
        b"[1, null, []]",
        b'[{"location": 5, "tdm-reservation": 1}]',
        b'[{"location": "/", "tdm-reservation": 2}]',
        b"[" * 100_000,
    ],
)
def test_what_is_no_rule_reserves_nothing(body: bytes) -> None:
    assert read_tdmrep(body) == ()


@pytest.mark.parametrize(
    ("headers", "reserved"),
    [
        ({}, False),
        ({"tdm-reservation": "1"}, True),
        ({"TDM-Reservation": " 1 "}, True),
        ({"tdm-reservation": "0"}, False),
        ({"X-Robots-Tag": "noindex, noai"}, True),
        ({"X-Robots-Tag": "noindex, nofollow"}, False),
        ({"X-Robots-Tag": "otherbot: noai"}, False),
        ({"X-Robots-Tag": "samvirke: noai"}, True),
        ({"X-Robots-Tag": "noimageai"}, False),
        ({"tdm-reservation": "0", "X-Robots-Tag": "noai"}, False),
    ],
)
def test_headers(headers: dict[str, str], reserved: bool) -> None:
    assert says_reserved(Headers(headers)) is reserved


def test_words_for_robots() -> None:
    assert says_noai("NoAI")
    assert not says_noai("")
    assert not says_noai("noindex")


@pytest.mark.parametrize(
    ("head", "reserved"),
    [
        ("", None),
        ('<meta name="tdm-reservation" content="1">', True),
        ('<meta name="tdm-reservation" content="0"><meta name="robots" content="noai">', False),
        ('<meta name="robots" content="noindex,noai">', True),
        ('<meta name="samvirke" content="noai">', True),
        ('<meta name="robots" content="noindex">', None),
    ],
)
def test_pages(head: str, reserved: bool | None) -> None:
    assert read_hypertext(page(head=head).encode(), SITE, "text/html").reserved is reserved


def test_what_stands_nearer_to_the_page_outranks_the_rest(web: Web, settings: Settings) -> None:
    names = ("free", "header", "opened", "closed", "file")
    web.put(f"{SITE}/list", page(*(f"/report/{name}/" for name in names)))
    reserved: dict[str, Any] = {"headers": {"tdm-reservation": "1"}}
    opened = '<meta name="tdm-reservation" content="0">'
    closed = '<meta name="tdm-reservation" content="1">'
    web.put(f"{SITE}/report/free/", page("/files/free.pdf"))
    web.put(f"{SITE}/report/header/", page("/files/no.pdf"), **reserved)
    web.put(f"{SITE}/report/opened/", page(head=opened), **reserved)
    web.put(f"{SITE}/report/closed/", page("/files/no.pdf", head=closed))
    web.put(f"{SITE}/files/free.pdf", b"%PDF-1.7 x", **reserved)
    web.put(f"{SITE}/report/file/", page())
    rules = [{"location": "/report/file/", "tdm-reservation": 1}]
    web.put(f"{SITE}/.well-known/tdmrep.json", json.dumps(rules))
    report = crawl(settings, [make_source("site.test")], run_id=1, replica_port=web.port)
    told = {problem.url.removeprefix(SITE) for problem in report.problems}
    assert {problem.kind for problem in report.problems} == {"reserved"}
    assert told == {
        "/report/header/",
        "/report/closed/",
        "/files/free.pdf",
        "/report/file/",
    }
    assert (report.sources[0].forbidden, report.sources[0].items) == (4, 2)
    assert web.count(f"{SITE}/report/file/") == 0
    assert web.count(f"{SITE}/files/no.pdf") == 0
    assert web.count(f"{SITE}/.well-known/tdmrep.json") == 1
