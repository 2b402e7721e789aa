"""The misbehaving web: every fault on a site of its own, all of them in one crawl.

It ends by itself and within bounds, the sound reports beside the faults are all there, and each
fault is in the list of problems with its kind.
"""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from kb.settings import Settings
from kb.store import open_store
from kb.tables import Address, FrontierEntry
from pipeline.crawl import CrawlProblem, CrawlReport, crawl, run
from pipeline.crawl.bounds import MAX_BARREN, MAX_BARREN_PAGES, MAX_SAME
from pipeline.crawl.manners import MAX_ROBOTS_BYTES
from tests.faults import bad_web
from tests.faults.bad_web import PAGES_OF_ONE, RETRY_S, SOUND
from tests.pipeline.crawl.web import Asked, Web, served

pytestmark = pytest.mark.xdist_group("misbehaving web")  # what they share is crawled once
MOST_SECONDS = 240  # on a busy machine; 20 on a quiet one
MOST_REQUESTS = 1_600  # of one site; the thousand copies need 1,000
CLOSED = {"robots-500", "busy-for-hours"}  # nothing more is asked of these, sound or not


@dataclass
class Outcome:
    """What the one crawl of all the sites came to."""

    report: CrawlReport
    asked: dict[str, list[Asked]]
    addresses: dict[str, Address]
    entries: dict[str, FrontierEntry]
    took_s: float
    home: Path

    def problems(self, name: str) -> list[CrawlProblem]:
        return [p for p in self.report.problems if p.source_id == f"test-{name}"]

    def problem(self, name: str) -> CrawlProblem:
        """The one problem of a site, but for what its yield is judged."""
        judged = ("too_few", "nothing_found")
        (found,) = [p for p in self.problems(name) if p.kind not in judged]
        assert found.message.endswith(".")
        assert found.message.isprintable()
        return found

    def stored(self, name: str) -> set[str]:
        root = f"http://{name}.test"
        return {url.removeprefix(root) for url in self.addresses if url.startswith(root + "/")}


@pytest.fixture(scope="module")
def web_crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    home = tmp_path_factory.mktemp("misbehaving") / "hjem"
    settings = Settings(home=home, database_url=None)
    with pytest.MonkeyPatch.context() as patch, served(Web()) as web:
        patch.setattr(run, "CHILD", "tests.faults.quick_child")
        sources = bad_web.build(web)
        began = time.monotonic()
        report = crawl(settings, sources, run_id=1, replica_port=web.port)
        took = time.monotonic() - began
        asked = defaultdict(list)
        for request in web.asked:
            asked[(urlsplit(request.url).hostname or "").removesuffix(".test")].append(request)
    store = open_store(settings)
    with store.read() as session:
        addresses = {row.url: row for row in session.scalars(select(Address))}
        entries = {row.url: row for row in session.scalars(select(FrontierEntry))}
    store.close()
    yield Outcome(report, asked, addresses, entries, took, home)


def test_the_run_ends_by_itself_and_within_bounds(web_crawled: Outcome) -> None:
    assert web_crawled.took_s < MOST_SECONDS
    assert len(web_crawled.report.sources) == len(bad_web.SITES)
    assert all(entry.state != "waiting" for entry in web_crawled.entries.values())
    counts = {name: len(asked) for name, asked in web_crawled.asked.items()}
    assert max(counts.values()) <= MOST_REQUESTS, Counter(counts).most_common(3)


@pytest.mark.parametrize("name", sorted(set(bad_web.SITES) - CLOSED))
def test_what_is_sound_is_complete(web_crawled: Outcome, name: str) -> None:
    sound = {f"/report/sound-{n}/" for n in range(SOUND)}
    files = {f"/files/sound-{n}.pdf" for n in range(SOUND)}
    if name == "pdf-as-html":  # its list names one of them
        sound, files = {"/report/sound-0/"}, {"/files/sound-0.pdf"}
    assert sound | files <= web_crawled.stored(name)


def test_every_fault_is_in_the_list(web_crawled: Outcome) -> None:
    harmless = {"byte-order-mark", "busy-seconds", "busy-date", "script-title"}
    silent = {name for name in bad_web.SITES if not web_crawled.problems(name)}
    assert silent == harmless


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("redirect-loop", "redirect", "redirects in circles"),
        ("redirect-private", "refused", "192.168.1.1"),
        ("redirect-link-local", "refused", "169.254.169.254"),
        ("redirect-loopback-v6", "refused", "::1"),
        ("drip", "timeout", "did not answer in time"),
        ("cut", "cut_connection", "nothing of it was kept"),
        ("wrong-length", "cut_connection", "nothing of it was kept"),
        ("gzip-bomb", "too_large", "larger than 200 MB"),
        ("huge", "too_large", "larger than 200 MB"),
        ("error-page", "error_page", "says there is an error"),
        ("login", "login_wall", "log-in"),
        ("cookies", "cookie_wall", "cookies"),
        ("reserved", "reserved", "http://x.test/p"),
        ("busy-for-hours", "too_many_requests", "429"),
    ],
)
def test_a_fault_that_gives_nothing(web_crawled: Outcome, name: str, kind: str, words: str) -> None:
    found = next(p for p in web_crawled.problems(name) if p.url.endswith("/report/fault/"))
    assert (found.kind, words in found.message) == (kind, True), found.message
    assert "/report/fault/" not in web_crawled.stored(name)
    entry = web_crawled.entries[f"http://{name}.test/report/fault/"]
    assert entry.state == ("forbidden" if kind == "reserved" else "failed")
    assert entry.message == found.message


def test_nothing_was_sent_anywhere_else(web_crawled: Outcome) -> None:
    assert set(web_crawled.asked) == set(bad_web.SITES)


def test_a_page_called_a_pdf_is_kept_as_what_it_is(web_crawled: Outcome) -> None:
    found = web_crawled.problem("html-as-pdf")
    assert (found.kind, "called a PDF file and is a web page" in found.message) == (
        "wrong_type",
        True,
    )
    assert "/files/fault.pdf" in web_crawled.stored("html-as-pdf")


def test_a_pdf_called_a_page_is_kept_as_a_document(web_crawled: Outcome) -> None:
    assert web_crawled.problem("pdf-as-html").kind == "wrong_type"
    assert web_crawled.addresses["http://pdf-as-html.test/report/fault.html"].role == "document"


def test_an_endless_calendar_ends(web_crawled: Outcome) -> None:
    found = web_crawled.problem("calendar")
    assert (found.kind, "without naming anything new" in found.message) == ("trap", True)
    months = [r for r in web_crawled.asked["calendar"] if "month=" in r.url]
    assert 2 * MAX_BARREN <= len(months) <= MAX_BARREN_PAGES


def test_endless_paging_ends(web_crawled: Outcome) -> None:
    assert web_crawled.problem("paging").kind == "trap"
    pages = [r for r in web_crawled.asked["paging"] if "page=" in r.url]
    assert MAX_BARREN <= len(pages) <= MAX_BARREN + 2


def test_session_ids_in_links_end(web_crawled: Outcome) -> None:
    found = web_crawled.problem("sessions")
    assert (found.kind, "give the same page" in found.message) == ("trap", True)
    copies = [path for path in web_crawled.stored("sessions") if "/same/" in path]
    assert MAX_SAME <= len(copies) <= MAX_SAME + 1  # and the page without a session
    assert len(web_crawled.asked["sessions"]) < 10 * MAX_SAME


def test_a_thousand_copies_are_kept_a_few_times_only(web_crawled: Outcome) -> None:
    assert web_crawled.problem("duplicates").kind == "trap"
    copies = [path for path in web_crawled.stored("duplicates") if "copy-" in path]
    assert len(copies) == MAX_SAME
    done = [url for url, row in web_crawled.entries.items() if "/copy-" in url]
    assert len(done) == PAGES_OF_ONE
    hashes = {row.sha256 for url, row in web_crawled.addresses.items() if "/report/copy-" in url}
    assert len(hashes) == 1


def test_a_robots_txt_that_breaks_closes_its_site(web_crawled: Outcome) -> None:
    (found,) = [p for p in web_crawled.problems("robots-500") if p.kind == "robots_unread"]
    assert "it answers 500" in found.message
    assert web_crawled.stored("robots-500") == set()
    assert {r.url for r in web_crawled.asked["robots-500"]} == {"http://robots-500.test/robots.txt"}


def test_a_robots_txt_that_is_a_page_forbids_nothing(web_crawled: Outcome) -> None:
    found = web_crawled.problem("robots-page")
    assert (found.kind, "is a web page instead" in found.message) == ("bad_robots", True)


def test_of_a_robots_txt_of_5_mb_the_beginning_counts(web_crawled: Outcome) -> None:
    found = [p for p in web_crawled.problems("robots-huge") if p.kind == "bad_robots"]
    assert [f"first {MAX_ROBOTS_BYTES // 1024} KB" in p.message for p in found] == [True]
    assert web_crawled.entries["http://robots-huge.test/report/fault/"].state == "forbidden"


def test_a_sitemap_that_names_itself_is_asked_once(web_crawled: Outcome) -> None:
    found = web_crawled.problem("sitemap-loop")
    assert (found.kind, "names itself" in found.message) == ("bad_sitemap", True)
    asked = [r for r in web_crawled.asked["sitemap-loop"] if r.url.endswith("sitemap.xml")]
    assert len(asked) == 1


def test_a_token_that_expires_is_got_round(web_crawled: Outcome) -> None:
    found = web_crawled.problem("oai-expires")
    assert (found.kind, "year by year" in found.message) == ("bad_oai", True)
    records = [path for path in web_crawled.stored("oai-expires") if "GetRecord" in path]
    assert len(records) == 6


@pytest.mark.parametrize(("name", "records"), [("oai-repeats", 9), ("oai-endless", 3)])
def test_a_token_that_repeats_ends_the_list(web_crawled: Outcome, name: str, records: int) -> None:
    found = web_crawled.problem(name)
    assert (found.kind, "comes back to what it has named" in found.message) == ("trap", True)
    assert len([path for path in web_crawled.stored(name) if "GetRecord" in path]) == records
    assert len([r for r in web_crawled.asked[name] if "ListRecords" in r.url]) < 8


def test_a_page_in_another_encoding_than_it_says_is_kept_and_told(web_crawled: Outcome) -> None:
    assert web_crawled.problem("latin-1").kind == "bad_encoding"
    assert "/report/fault/" in web_crawled.stored("latin-1")


def test_a_byte_order_mark_outranks_what_the_header_says(web_crawled: Outcome) -> None:
    assert web_crawled.problems("byte-order-mark") == []
    assert "/report/fault/" in web_crawled.stored("byte-order-mark")


@pytest.mark.parametrize("name", ["busy-seconds", "busy-date"])
def test_a_busy_server_is_asked_again_when_it_said(web_crawled: Outcome, name: str) -> None:
    assert web_crawled.problems(name) == []
    sha256 = web_crawled.addresses[f"http://{name}.test/report/fault/"].sha256
    body = (web_crawled.home / "blobs" / sha256[:2] / sha256).read_text()
    found = re.search(r"<!-- ([\d.]+) -->", body)
    assert found is not None
    assert float(found[1]) >= RETRY_S


def test_a_server_that_is_busy_for_hours_is_left_alone(web_crawled: Outcome) -> None:
    left = [p for p in web_crawled.problems("busy-for-hours") if p.kind == "host_down"]
    assert left
    assert all("a pause of 120 minutes" in p.message for p in left)


def test_no_cookie_is_ever_sent_back(web_crawled: Outcome) -> None:
    asked = [request for requests in web_crawled.asked.values() for request in requests]
    assert not any("cookie" in request.headers for request in asked)


def test_files_lie_under_their_hash_whatever_they_are_called(web_crawled: Outcome) -> None:
    names = {
        path: web_crawled.addresses[f"http://odd-name.test/files/{path}.pdf"].filename
        for path in ("up", "long")
    }
    assert names == {"up": "x", "long": "a" * 200}
    found = web_crawled.problems("odd-name")
    assert [p.kind for p in found] == ["odd_name", "odd_name"]
    outside = {path.name for path in web_crawled.home.parent.iterdir()}
    assert outside == {web_crawled.home.name}
    blobs = [path for path in (web_crawled.home / "blobs").rglob("*") if path.is_file()]
    assert all(re.fullmatch(r"[0-9a-f]{64}", path.name) for path in blobs)


def test_a_title_with_scripts_and_marks_of_direction_harms_nothing(web_crawled: Outcome) -> None:
    assert "/report/fault/" in web_crawled.stored("script-title")
    assert all(p.message.isprintable() for p in web_crawled.report.problems)
