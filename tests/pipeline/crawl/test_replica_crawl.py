"""The real crawler against the real replica: all that stands on its sites, and only once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from corpora.replica import LoggedRequest, ReplicaServer, Truth, replica_sources
from kb.settings import Settings
from kb.store import open_store
from kb.tables import Address
from pipeline.crawl import CrawlReport, crawl
from tests.pipeline.crawl.web import OF_EVERY_HOST

SOURCES = (  # without crawl delays, to be quick; with OAI-PMH, chapters, a sitemap index, mirrors
    "replica-fi-julkaisut",
    "replica-no-departement",
    "replica-nordic-arkiv",
    "replica-nordic-norden",
)


@dataclass
class Crawled:
    """Two crawls of some of the replica's sites."""

    truth: Truth
    hosts: frozenset[str]
    reports: list[CrawlReport]
    logs: list[list[LoggedRequest]]
    addresses: dict[str, Address]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    registry = replica_sources()
    sources = [registry[name] for name in SOURCES]
    reports, logs = [], []
    with ReplicaServer(tmp_path_factory.mktemp("replica")) as server:
        for run_id in (1, 2):
            reports.append(crawl(settings, sources, run_id=run_id, replica_port=server.port))
            logs.append(list(server.log))
            server.log.clear()
        store = open_store(settings)
        with store.read() as session:
            addresses = {row.url: row for row in session.scalars(select(Address))}
        store.close()
        hosts = frozenset(urlsplit(source.homepage).hostname or "" for source in sources)
        yield Crawled(server.truth, hosts, reports, logs, addresses)


def on_hosts(crawled: Crawled) -> list[tuple[str, str]]:
    """Every (landing page, address of a file of it) that stands on the crawled sites."""
    return [
        (file.landing, url)
        for publication in crawled.truth.publications
        for file in publication.files
        if file.host in crawled.hosts
        for url in file.urls
    ]


def test_every_file_is_found_under_its_landing_page(crawled: Crawled) -> None:
    expected = on_hosts(crawled)
    assert len(expected) > 15
    for landing, url in expected:
        assert url in crawled.addresses
        assert crawled.addresses[landing].role == "landing"
        assert crawled.addresses[url].item == landing


def test_the_bytes_are_the_ones_that_were_rendered(crawled: Crawled) -> None:
    for publication in crawled.truth.publications:
        for file in publication.files:
            if file.host in crawled.hosts and len(file.urls) == 1:
                assert crawled.addresses[file.urls[0]].sha256 == file.sha256


def test_chapters_are_in_order(crawled: Crawled) -> None:
    for publication in crawled.truth.publications:
        for file in publication.files:
            if file.host in crawled.hosts and file.form == "chapters":
                places = [crawled.addresses[url].position for url in file.urls]
                assert places == sorted(places)
                assert len(set(places)) == len(places)


def test_nothing_else_is_stored(crawled: Crawled) -> None:
    expected = {url for pair in on_hosts(crawled) for url in pair}
    found = {url for url, row in crawled.addresses.items() if row.role != "record"}
    assert found == expected


def test_records_belong_to_their_landing_pages(crawled: Crawled) -> None:
    landings = {landing for landing, _ in on_hosts(crawled)}
    records = [row for row in crawled.addresses.values() if row.role == "record"]
    assert records
    assert {row.item for row in records} <= landings
    assert {row.url.partition("metadataPrefix=")[2].partition("&")[0] for row in records} == {
        "oai_dc",
        "mods",
    }


def test_forbidden_pages_are_never_asked(crawled: Crawled) -> None:
    asked = {f"http://{entry.host}{entry.path}" for log in crawled.logs for entry in log}
    assert not asked & set(crawled.truth.forbidden)
    assert {entry.host for log in crawled.logs for entry in log} == crawled.hosts


def test_every_source_gives_what_it_must(crawled: Crawled) -> None:
    for report in crawled.reports:
        assert report.failed_sources == ()
        assert report.total("failed") == 0


def test_an_unchanged_replica_transfers_nothing_a_second_time(crawled: Crawled) -> None:
    second = crawled.reports[1]
    assert second.total("stored") == 0
    answered = {entry.path for entry in crawled.logs[1] if entry.status == 200}
    assert all(path == "/robots.txt" or path.startswith("/oai/request") for path in answered)
    sent = [entry for entry in crawled.logs[1] if entry.path not in OF_EVERY_HOST]
    known = sum("if-none-match" in entry.headers for entry in sent)
    assert known == len([entry for entry in sent if not entry.path.startswith("/oai/")])


def test_what_a_sitemap_says_is_unchanged_is_not_asked(crawled: Crawled) -> None:
    host = "norden-replica.test"
    first, second = ({e.path for e in log if e.host == host} for log in crawled.logs)
    asked = {path for path in second if path not in OF_EVERY_HOST}
    assert all(path == "/sitemap.xml" or path.startswith("/publications") for path in asked)
    assert len(second) < len(first) / 2
    assert crawled.reports[1].sources[-1].items == crawled.reports[0].sources[-1].items
