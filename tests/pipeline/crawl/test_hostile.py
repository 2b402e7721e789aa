"""A web that misbehaves: every trap becomes one sentence, and the rest of the site is complete."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from kb.settings import Settings
from kb.store import open_store
from kb.tables import Address, FrontierEntry
from pipeline.crawl import CrawlReport, crawl
from tests.pipeline.crawl.web import Reply, Web, make_source, page, served

SITE = "http://trap.test"
GOOD = [f"{SITE}/report/good-{n}/" for n in range(3)]
DELAY_S = 0.3


@dataclass
class Outcome:
    """What the crawl of the trap came to."""

    report: CrawlReport
    states: dict[str, tuple[str, str | None]]
    addresses: dict[str, Address]
    web: Web
    took_s: float
    times: dict[str, list[float]]

    def sentence(self, url: str) -> str:
        (said,) = [problem.message for problem in self.report.problems if problem.url == url]
        assert said.endswith(".")
        return said


def build_traps(web: Web, times: dict[str, list[float]]) -> list[str]:
    """Put up the traps; return the landing pages that the listing names."""

    def at(name: str) -> str:
        return f"{SITE}/report/{name}/"

    def redirect(name: str, location: str) -> str:
        web.put(at(name), "", status=302, headers={"Location": location}, etag=False)
        return at(name)

    def once_busy(headers: dict[str, str]) -> Reply:
        times.setdefault("busy", []).append(time.monotonic())
        if len(times["busy"]) == 1:
            return Reply(b"", status=503, headers={"Retry-After": "1"}, etag=False)
        return Reply(page().encode())

    def drip(headers: dict[str, str]) -> Reply:
        times.setdefault("endless", []).append(time.monotonic())
        n = len(times["endless"])
        return Reply(page(f"/list?page={n + 1}").encode())

    for url in GOOD:
        web.put(url, page("/files/good.pdf"))
    web.put(f"{SITE}/files/good.pdf", b"%PDF-1.7 good", media_type="text/html")
    web.put(at("empty"), b"")
    web.put(at("cut"), page() + "x" * 5000, cut=100)
    web.put(at("error"), page(), status=500)
    web.put(at("away"), "not here", status=404)
    web.put(at("teapot"), "no", status=418)
    web.put(at("header"), page(), headers={"tdm-reservation": "1"})
    web.put(at("meta"), page(head='<meta name="tdm-reservation" content="1">'))
    web.put(
        at("bomb"), gzip.compress(b"\0" * 210 * 1024 * 1024), headers={"Content-Encoding": "gzip"}
    )
    web.put(at("script"), "<html><title><script>alert(1)</script>\u202e</title></html>")
    web.put(at("binary"), b"\x00\xff\xfe" * 50)
    web.pages[at("busy")] = once_busy
    for n in range(1, 60):
        web.pages[f"{SITE}/list?page={n}"] = drip
    return [
        redirect("loop", at("loop")),
        redirect("private", "http://10.0.0.1/"),
        redirect("metadata", "http://169.254.169.254/latest/meta-data/"),
        redirect("loopback", "http://[::1]:22/"),
        redirect("password", "http://user:secret@trap.test/"),
        redirect("outside", "https://www.example.org/"),
        redirect("nowhere", "ftp://trap.test/x"),
        redirect("moved", GOOD[0]),
        *(at(name) for name in ("empty", "cut", "error", "away", "teapot", "header", "meta")),
        *(at(name) for name in ("bomb", "script", "binary", "busy")),
        *GOOD,
    ]


def break_off(_: dict[str, str]) -> Reply:
    """Close the connection without a word."""
    raise ConnectionResetError


@pytest.fixture(scope="module")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    settings = Settings(home=tmp_path_factory.mktemp("home"), database_url=None)
    times: dict[str, list[float]] = {}
    with served(Web()) as web:
        web.put(f"{SITE}/list", page(*build_traps(web, times), "/list?page=1"))
        web.put("http://slow.test/robots.txt", f"User-agent: *\nCrawl-delay: {DELAY_S}\n")
        slow = [f"http://slow.test/report/{n}/" for n in range(4)]
        for url in slow:
            web.pages[url] = timed(times, page())
        web.put("http://slow.test/list", page(*slow))
        web.put("http://closed.test/robots.txt", "down", status=503)
        web.put("http://closed.test/list", page("/report/1/"))
        web.pages["http://reset.test/robots.txt"] = break_off
        web.put("http://reset.test/list", page("/report/1/"))
        web.put("http://page.test/robots.txt", "<!doctype html><p>Disallow: /</p>")
        web.put("http://page.test/list", page("/report/1/"))
        web.put("http://page.test/report/1/", page())
        sources = [
            make_source(f"{name}.test") for name in ("trap", "slow", "closed", "reset", "page")
        ]
        began = time.monotonic()
        report = crawl(settings, sources, run_id=1, replica_port=web.port)
        took = time.monotonic() - began
        store = open_store(settings)
        with store.read() as session:
            states = {
                row.url: (row.state, row.message) for row in session.scalars(select(FrontierEntry))
            }
            seen = {row.url: row for row in session.scalars(select(Address))}
        store.close()
        yield Outcome(report, states, seen, web, took, times)


def timed(times: dict[str, list[float]], body: str) -> Callable[[dict[str, str]], Reply]:
    def answer(headers: dict[str, str]) -> Reply:
        times.setdefault("slow", []).append(time.monotonic())
        return Reply(body.encode())

    return answer


def test_it_ends_by_itself_and_the_rest_is_complete(trap: Outcome) -> None:
    assert trap.took_s < 20
    assert set(GOOD) <= set(trap.addresses)
    assert trap.addresses[f"{SITE}/files/good.pdf"].role == "document"
    assert all(state != "waiting" for state, _ in trap.states.values())
    assert "test-trap" not in trap.report.failed_sources


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("loop", "redirects in circles"),
        ("private", "10.0.0.1"),
        ("metadata", "169.254.169.254"),
        ("loopback", "::1"),
        ("password", "user name or password"),
        ("outside", "www.example.org"),
        ("nowhere", "302 Found without saying where to"),
        ("empty", "nothing in it"),
        ("cut", "nothing of it was kept"),
        ("error", "500 Internal Server Error"),
        ("teapot", "418"),
        ("bomb", "larger than 200 MB"),
    ],
)
def test_each_trap_is_one_sentence_and_a_failure(trap: Outcome, name: str, words: str) -> None:
    url = f"{SITE}/report/{name}/"
    said = trap.sentence(url)
    assert words in said
    assert "secret" not in said
    assert trap.states[url] == ("failed", said)
    assert url not in trap.addresses


@pytest.mark.parametrize("name", ["header", "meta"])
def test_reservations_are_honoured_and_said(trap: Outcome, name: str) -> None:
    url = f"{SITE}/report/{name}/"
    assert trap.states[url][0] == "forbidden"
    assert "reserves text and data mining" in trap.sentence(url)
    assert url not in trap.addresses


def test_nothing_outside_the_web_was_asked(trap: Outcome) -> None:
    hosts = {asked.url.split("/")[2] for asked in trap.web.asked}
    assert hosts == {"trap.test", "slow.test", "closed.test", "page.test"}
    assert not any("cookie" in asked.headers for asked in trap.web.asked)
    agents = {asked.headers["user-agent"] for asked in trap.web.asked}
    assert all(agent.startswith("Samvirke/") for agent in agents)


def test_a_gone_page_is_no_problem_and_a_moved_one_is_known_by_both_addresses(
    trap: Outcome,
) -> None:
    assert trap.states[f"{SITE}/report/away/"][0] == "gone"
    moved = trap.addresses[f"{SITE}/report/moved/"]
    assert (moved.item, moved.sha256) == (GOOD[0], trap.addresses[GOOD[0]].sha256)


def test_odd_pages_are_kept_as_they_are(trap: Outcome) -> None:
    assert trap.addresses[f"{SITE}/report/script/"].role == "landing"
    assert trap.addresses[f"{SITE}/report/binary/"].role == "landing"


def test_a_busy_server_is_asked_again_when_it_said(trap: Outcome) -> None:
    first, second = trap.times["busy"]
    assert second - first >= 1.0
    assert f"{SITE}/report/busy/" in trap.addresses


def test_paging_that_leads_to_nothing_ends(trap: Outcome) -> None:
    assert 10 <= len(trap.times["endless"]) <= 12


def test_the_crawl_delay_of_robots_txt_is_kept(trap: Outcome) -> None:
    asked = trap.times["slow"]
    assert len(asked) == 4
    # The server's clock starts after the crawler's, by a little more or less for each request;
    # without the delay all four would come at once.
    assert asked[-1] - asked[0] >= 2.5 * DELAY_S


def test_a_robots_txt_that_cannot_be_read_closes_the_site_for_now(trap: Outcome) -> None:
    assert trap.states["http://closed.test/list"][0] == "failed"
    assert "robots.txt of closed.test cannot be read" in trap.sentence("http://closed.test/list")
    assert trap.web.count("http://closed.test/list") == 0
    assert "test-closed" in trap.report.failed_sources


def test_a_robots_txt_that_cannot_be_reached_closes_the_site_for_now(trap: Outcome) -> None:
    assert trap.states["http://reset.test/list"][0] == "failed"
    assert trap.sentence("http://reset.test/list") == (
        "The robots.txt of reset.test cannot be read just now (the connection breaks), so its "
        "pages are left until the next run."
    )
    assert trap.web.count("http://reset.test/list") == 0


def test_a_robots_txt_that_is_a_page_has_no_rules(trap: Outcome) -> None:
    assert "http://page.test/report/1/" in trap.addresses
