"""The real crawler in its child process, over a small web: store, ask again, go on, report."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from corpora.registry import Source
from kb.frontier import Frontier
from kb.settings import Settings
from kb.store import open_store
from kb.tables import Address, FrontierEntry
from pipeline.crawl import CrawlEvent, CrawlReport, crawl
from pipeline.errors import CrawlError
from tests.pipeline.crawl.web import (
    OF_EVERY_HOST,
    Web,
    make_source,
    oai_answer,
    oai_record,
    page,
    served,
)

SITE = make_source("site.test", sitemap="http://site.test/sitemap.xml")
REPOSITORY = make_source(
    "repo.test", start_urls=(), oai={"url": "http://repo.test/oai", "prefixes": ("oai_dc",)}
)
DEAD = make_source("dead.test")
A = "http://site.test/report/a/"
B = "http://site.test/report/b/"
PDF = "http://site.test/files/a.pdf"


def addresses(settings: Settings) -> dict[str, Address]:
    store = open_store(settings)
    try:
        with store.read() as session:
            return {row.url: row for row in session.scalars(select(Address))}
    finally:
        store.close()


def entries(settings: Settings) -> dict[str, FrontierEntry]:
    store = open_store(settings)
    try:
        with store.read() as session:
            return {row.url: row for row in session.scalars(select(FrontierEntry))}
    finally:
        store.close()


def build_site(web: Web) -> None:
    alternates = (
        '<link rel="alternate" hreflang="nb" href="/report/a/">'
        '<link rel="alternate" hreflang="en" href="/en/report/a/">'
    )
    web.put("http://site.test/robots.txt", "User-agent: *\nDisallow: /report/secret/\n")
    web.put("http://site.test/list", page("/report/a/", "/report/secret/", "/list?p=2"))
    web.put("http://site.test/list?p=2", page("/report/b/", "/list"))
    sitemap = "<urlset><url><loc>http://site.test/report/only-here/</loc></url></urlset>"
    web.put("http://site.test/sitemap.xml", sitemap, media_type="application/xml")
    web.put("http://site.test/report/only-here/", page())
    web.put(A, page("/files/a.pdf", head=alternates))
    web.put("http://site.test/en/report/a/", page("/files/a.pdf", head=alternates, lang="en"))
    web.put(PDF, b"%PDF-1.7 first", media_type="application/pdf")
    web.put(B, page("1-one/", "2-two/"))
    web.put(B + "1-one/", page("/report/b/2-two/") + "<p>one</p>")
    web.put(B + "2-two/", page() + "<p>two</p>")
    base = "http://repo.test/oai?verb="
    identify = "<Identify><granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>"
    web.put(base + "Identify", oai_answer(identify), media_type="text/xml")
    records = "<ListRecords>{}<resumptionToken>{}</resumptionToken></ListRecords>"
    landing, file = "http://repo.test/report/7/", "http://repo.test/files/7.pdf"
    first = records.format(oai_record("oai:r:7", landing, file), "two")
    second = records.format(oai_record("oai:r:8") + oai_record("oai:r:9", deleted=True), "")
    lists = base + "ListRecords&"
    web.put(lists + "metadataPrefix=oai_dc", oai_answer(first), media_type="text/xml")
    web.put(lists + "resumptionToken=two", oai_answer(second), media_type="text/xml")
    since = "metadataPrefix=oai_dc&from=2024-01-01T00%3A00%3A00Z"
    nothing = oai_answer('<error code="noRecordsMatch"/>', date="2024-02-02T00:00:00Z")
    web.put(lists + since, nothing, media_type="text/xml")
    web.put(landing, page("/files/7.pdf"))
    web.put(file, b"%PDF-1.7 seven", media_type="application/pdf")


@dataclass
class Told:
    """One finished crawl: what it reported and told, and what the web was asked."""

    report: CrawlReport
    events: list[CrawlEvent]
    asked: dict[str, int]
    sent: int
    addresses: dict[str, Address]
    entries: dict[str, FrontierEntry]

    def source(self, source_id: str) -> Any:
        return next(source for source in self.report.sources if source.source_id == source_id)


def run_once(web: Web, settings: Settings, sources: list[Source], run_id: int) -> Told:
    web.asked.clear()
    events: list[CrawlEvent] = []
    report = crawl(settings, sources, run_id=run_id, replica_port=web.port, on_event=events.append)
    pages = [asked for asked in web.asked if not asked.url.endswith(OF_EVERY_HOST)]
    return Told(
        report,
        events,
        {asked.url: asked.status for asked in pages},
        sum(asked.sent for asked in pages if asked.status == 200),
        addresses(settings),
        entries(settings),
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Told]]:
    """Three runs: all new, nothing changed, one file changed and one page gone."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), database_url=None)
    with served(Web()) as web:
        build_site(web)
        sources = [SITE, REPOSITORY, DEAD]
        told = [run_once(web, settings, sources, 1), run_once(web, settings, sources, 2)]
        web.put(PDF, b"%PDF-1.7 second", media_type="application/pdf")
        web.put(B + "2-two/", "", status=410)
        told.append(run_once(web, settings, [SITE], 3))
        yield told


def test_everything_that_is_linked_is_stored(runs: list[Told]) -> None:
    seen = runs[0].addresses
    assert {url: (row.role, row.item) for url, row in seen.items() if "site" in url} == {
        A: ("landing", A),
        "http://site.test/en/report/a/": ("landing", "http://site.test/en/report/a/"),
        PDF: ("document", A),
        B: ("landing", B),
        B + "1-one/": ("chapter", B),
        B + "2-two/": ("chapter", B),
        "http://site.test/report/only-here/": ("landing", "http://site.test/report/only-here/"),
    }
    assert [seen[B + name].position for name in ("1-one/", "2-two/")] == [1, 2]
    english = seen["http://site.test/en/report/a/"]
    assert (english.language, english.version_of) == ("en", A)
    assert (seen[PDF].filename, seen[A].version_of) == ("a.pdf", None)


def test_bytes_are_kept_as_fetched(runs: list[Told], tmp_path: Path) -> None:
    pdf = runs[0].addresses[PDF]
    assert pdf.sha256 != runs[2].addresses[PDF].sha256
    assert runs[1].addresses[PDF].sha256 == pdf.sha256


def test_records_and_what_they_name_are_one_item(runs: list[Told]) -> None:
    seen = {url: row for url, row in runs[0].addresses.items() if "repo.test" in url}
    landing = "http://repo.test/report/7/"
    record = "http://repo.test/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai%3Ar%3A"
    assert {row.item for row in seen.values()} == {landing, "oai:r:8"}
    assert seen[record + "7"].item == seen["http://repo.test/files/7.pdf"].item == landing
    assert seen[record + "8"].role == "record"
    assert record + "9" not in seen


def test_the_report_counts_and_the_dead_source_fails_alone(runs: list[Told]) -> None:
    first = runs[0]
    site, repository, dead = (first.source(f"test-{name}") for name in ("site", "repo", "dead"))
    assert (site.stored, site.forbidden, site.failed, site.items) == (7, 1, 0, 3)
    assert (repository.stored, repository.gone, repository.items) == (4, 1, 2)
    assert first.report.failed_sources == ("test-dead",)
    assert (dead.gone, dead.items) == (1, 0)
    assert first.report.total("stored") == 11
    said = {problem.source_id: problem.message for problem in first.report.problems}
    assert "robots.txt forbids http://site.test/report/secret/" in said["test-site"]
    assert said["test-dead"].startswith("Expected at least 1 publications from Publisher dead")
    assert "http://site.test/report/secret/" not in first.asked


def test_events_tell_it_as_it_happens(runs: list[Told]) -> None:
    first = runs[0]
    stored = [event.url for event in first.events if event.kind == "stored"]
    assert len(stored) == len(set(stored)) == first.report.total("stored")
    assert sum(event.kind == "source_finished" for event in first.events) == 3
    assert all(event.source_id for event in first.events)


def test_a_second_run_transfers_no_body(runs: list[Told]) -> None:
    second = runs[1]
    pages = {url: status for url, status in second.asked.items() if "/oai?" not in url}
    assert {status for url, status in pages.items() if "dead" not in url} == {304}
    assert second.sent < 1000  # Identify and an empty list
    assert set(runs[0].asked) - set(second.asked) == {
        "http://repo.test/oai?verb=ListRecords&metadataPrefix=oai_dc",
        "http://repo.test/oai?verb=ListRecords&resumptionToken=two",
        "http://repo.test/report/7/",
        "http://repo.test/files/7.pdf",
    }
    site, repository = second.source("test-site"), second.source("test-repo")
    assert (site.stored, site.failed, site.items) == (0, 0, 3)
    assert site.unchanged == len([url for url in pages if "site.test" in url])
    assert (repository.stored, repository.items) == (0, 2)
    assert not repository.failed_source


def test_seen_again_is_dated(runs: list[Told]) -> None:
    before, after = runs[0].addresses[PDF], runs[1].addresses[PDF]
    assert after.last_seen > before.last_seen
    assert after.first_seen == before.first_seen


def test_a_changed_file_is_stored_and_a_gone_page_is_kept(runs: list[Told]) -> None:
    third = runs[2]
    assert [event.url for event in third.events if event.kind == "stored"] == [PDF]
    gone = third.addresses[B + "2-two/"]
    assert gone.gone_at is not None
    assert gone.sha256 == runs[0].addresses[B + "2-two/"].sha256
    assert third.source("test-site").gone == 1
    assert third.entries[B + "2-two/"].state == "gone"
    assert third.addresses[B].gone_at is None


def test_listings_are_remembered_and_not_stored(runs: list[Told]) -> None:
    listing = runs[1].entries["http://site.test/list"]
    assert listing.etag
    assert [link["url"] for link in listing.links][:2] == [A, "http://site.test/report/secret/"]
    assert "http://site.test/list" not in runs[1].addresses
    assert "http://site.test/sitemap.xml" not in runs[1].addresses


def test_a_killed_crawl_goes_on_without_asking_twice(
    web: Web, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 30
    web.put("http://site.test/list", page(*(f"/report/{n}/" for n in range(count))))
    for n in range(count):
        web.put(f"http://site.test/report/{n}/", page() + f"<p>{n}</p>")
    source = make_source("site.test")
    children: list[subprocess.Popen[str]] = []
    start = subprocess.Popen

    def record(*args: Any, **kwargs: Any) -> Any:
        children.append(start(*args, **kwargs))
        return children[-1]

    monkeypatch.setattr(subprocess, "Popen", record)
    stored: list[str] = []

    def kill_at_five(event: CrawlEvent) -> None:
        if event.kind == "stored" and event.url:
            stored.append(event.url)
            if len(stored) == 5:
                os.kill(children[0].pid, signal.SIGKILL)

    with pytest.raises(CrawlError) as caught:
        crawl(settings, [source], run_id=1, replica_port=web.port, on_event=kill_at_five)
    assert "signal 9" in str(caught.value)
    kept = addresses(settings)
    assert set(stored) <= set(kept)
    web.asked.clear()
    report = crawl(settings, [source], run_id=1, replica_port=web.port)
    assert not set(web.urls()) & set(kept)
    assert len(addresses(settings)) == count
    assert report.sources[0].items == count
    assert report.problems == ()


def test_a_live_crawl_says_who_asks(web: Web, settings: Settings) -> None:
    with pytest.raises(CrawlError, match="SAMVIRKE_CONTACT"):
        crawl(settings, [make_source("site.test")], run_id=1)
    assert not (settings.home / "logs").exists()


def test_a_live_crawl_never_reaches_this_machine(web: Web, settings: Settings) -> None:
    live = settings.model_copy(update={"contact": "post@example.org"})
    source = make_source(
        "site.test",
        start_urls=(
            f"http://127.0.0.1:{web.port}/list",
            f"http://localhost:{web.port}/list",
            f"http://[::ffff:127.0.0.1]:{web.port}/list",
            f"http://2130706433:{web.port}/list",
            f"http://0x7f.0.0.1:{web.port}/list",
            "http://site.test/list",
        ),
    )
    report = crawl(live, [source], run_id=1)
    assert web.asked == []
    assert report.sources[0].failed == 6
    assert report.failed_sources == (source.id,)


def test_no_source_is_no_work(settings: Settings) -> None:
    assert crawl(settings, [], run_id=1, replica_port=1) == CrawlReport((), ())


def test_a_child_that_cannot_start_is_one_clear_error(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = settings.model_copy(update={"database_url": "sqlite:////nowhere/at/all.sqlite"})
    with pytest.raises(CrawlError) as caught:
        crawl(broken, [make_source("site.test")], run_id=1, replica_port=1)
    assert "exit status" in str(caught.value)
    assert "crawl-1.log" in str(caught.value)


def test_what_a_source_is_expected_to_give(web: Web, settings: Settings) -> None:
    for host in ("few.test", "many.test"):
        web.put(f"http://{host}/list", page("/report/1/", "/report/2/"))
        web.put(f"http://{host}/report/1/", page())
        web.put(f"http://{host}/report/2/", page())
    few = make_source("few.test", expected={"min_items": 3})
    many = make_source("many.test", expected={"min_items": 1, "max_items": 1})
    nothing = make_source("nothing.test", start_urls=())
    report = crawl(settings, [few, many, nothing], run_id=1, replica_port=web.port)
    assert report.failed_sources == ("test-few", "test-nothing")
    said = [problem.message for problem in report.problems]
    assert any("at least 3 publications" in message and "found 2" in message for message in said)
    assert any("no start page" in message for message in said)
    assert "at most 1" in report.sources[1].warnings[0]
    frontier = Frontier(open_store(settings), 1)
    assert frontier.count_items("test-many") == 2


def test_changed_patterns_are_used_on_pages_that_did_not_change(
    web: Web, settings: Settings
) -> None:
    web.put("http://site.test/list", page("/report/1/", "/brief/2/"))
    web.put("http://site.test/report/1/", page("/files/1.pdf"))
    web.put("http://site.test/files/1.pdf", b"%PDF-1.7 one")
    web.put("http://site.test/brief/2/", page())
    crawl(settings, [make_source("site.test")], run_id=1, replica_port=web.port)
    assert "http://site.test/brief/2/" not in addresses(settings)
    wider = make_source(
        "site.test", document_patterns=(r"^http://site\.test/(report|brief)/\d+/$",)
    )
    web.asked.clear()
    crawl(settings, [wider], run_id=2, replica_port=web.port)
    assert "http://site.test/brief/2/" in addresses(settings)
    assert web.urls(status=304) == ["http://site.test/files/1.pdf"]
    web.asked.clear()
    crawl(settings, [wider], run_id=3, replica_port=web.port)
    assert len(web.urls(status=304)) == len(web.urls()) == 4


def test_outside_its_hours_a_source_is_left_for_the_next_run(web: Web, settings: Settings) -> None:
    for host in ("night.test", "day.test"):
        web.put(f"http://{host}/list", page("/report/1/"))
        web.put(f"http://{host}/report/1/", page())
    later = datetime.now(ZoneInfo(settings.time_zone)) + timedelta(hours=2)
    hours = f"{later:%H}:00-{later + timedelta(hours=3):%H}:00"
    night = make_source("night.test", crawl={"window": hours}, expected={"min_items": 1})
    report = crawl(settings, [night, make_source("day.test")], run_id=1, replica_port=web.port)
    assert {asked.url.split("/")[2] for asked in web.asked} == {"day.test"}
    assert report.failed_sources == ()
    (said,) = report.problems
    assert (said.kind, said.source_id) == ("paused", "test-night")
    assert f"{later:%H}:00 to" in said.message
    assert not report.sources[0].complete
    always = make_source("night.test")
    report = crawl(settings, [always], run_id=2, replica_port=web.port)
    assert (report.sources[0].items, report.problems) == (1, ())


def test_the_hours_of_the_setting_are_for_the_live_web(web: Web, settings: Settings) -> None:
    later = datetime.now(ZoneInfo(settings.time_zone)) + timedelta(hours=2)
    shut = {"crawl_window": f"{later:%H}:00-{later + timedelta(hours=3):%H}:00"}
    closed = settings.model_copy(update={**shut, "contact": "post@example.org"})
    web.put("http://site.test/list", page("/report/1/"))
    web.put("http://site.test/report/1/", page())
    source = make_source("site.test")
    assert crawl(closed, [source], run_id=1, replica_port=web.port).sources[0].items == 1
    (said,) = crawl(closed, [source], run_id=2).problems
    assert said.kind == "paused"
