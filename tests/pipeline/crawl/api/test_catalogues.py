"""Every adapter through the real crawler: all pages, files, a second run, answers gone wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from kb.publications import NewPublication, save_publication
from kb.settings import Settings
from kb.store import open_store
from kb.tables import Address, File
from pipeline.catalogue_record import MEDIA_TYPE, unwrap_record
from pipeline.crawl import CrawlReport, SourceReport, crawl
from pipeline.crawl.feed import UNDER_WAY
from tests.pipeline.crawl.api.samples import (
    DOI,
    NVA_ID,
    UUID,
    crossref_work,
    fill,
    finna_record,
    kudos_document,
    nva_record,
    openalex_work,
    sources,
)
from tests.pipeline.crawl.api_server import ApiWeb, reply
from tests.pipeline.crawl.web import Reply, served

CONTACT = "post@example.org"


@dataclass
class Told:
    """One finished crawl."""

    report: CrawlReport
    asked: list[str]
    seen: dict[str, Address]

    def source(self, name: str) -> SourceReport:
        return next(s for s in self.report.sources if s.source_id == f"test-{name}")

    def said(self, name: str) -> list[str]:
        return [p.message for p in self.report.problems if p.source_id == f"test-{name}"]

    def files(self, role: str, start: str) -> dict[str, str]:
        return {
            url: row.item
            for url, row in self.seen.items()
            if row.role == role and url.startswith(start)
        }


def know_doi(settings: Settings, *dois: str) -> None:
    store = open_store(settings)
    for doi in dois:
        new = NewPublication(
            {"type": "report", "title": "Known"}, {}, None, None, None, None, (("doi", doi),)
        )
        with store.write() as session:
            save_publication(session, None, new)
    store.close()


def run_once(web: ApiWeb, settings: Settings, run_id: int, *chosen: str) -> Told:
    web.asked.clear()
    wanted = [s for s in sources() if not chosen or s.id.removeprefix("test-") in chosen]
    report = crawl(settings, wanted, run_id=run_id, replica_port=web.port)
    store = open_store(settings)
    with store.read() as session:
        seen = {row.url: row for row in session.scalars(select(Address))}
    store.close()
    return Told(report, web.urls(), seen)


def bytes_at(settings: Settings, told: Told, url: str) -> bytes:
    store = open_store(settings)
    try:
        return store.blobs.get(told.seen[url].sha256)
    finally:
        store.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("hjem æøå"), database_url=None, contact=CONTACT)


@pytest.fixture(scope="module")
def runs(home: Settings) -> Iterator[list[Told]]:
    """Three runs: all new, nothing new, one thing changed in each catalogue."""
    with served(ApiWeb()) as web:
        assert isinstance(web, ApiWeb)
        fill(web)
        know_doi(home, DOI, "10.5555/unknown")
        told = [run_once(web, home, 1), run_once(web, home, 2)]
        web.nva.append(nva_record(7, modifiedDate="2999-01-01T00:00:00Z"))
        web.nva[0] = nva_record(1, status="DELETED", modifiedDate="2999-01-01T00:00:00Z")
        this_year = "2026-01-02"
        web.kudos.insert(0, kudos_document(99, publish_date=this_year))
        web.openalex.append(openalex_work(9, publication_date="2999-01-01", is_retracted=True))
        web.finna.append(finna_record(9, indexed="2999-01-01"))
        told.append(run_once(web, home, 3))
        yield told


def test_every_page_is_read(runs: list[Told]) -> None:
    first = runs[0]
    assert {s.source_id: s.items for s in first.report.sources} == {
        "test-nva": 5,
        "test-kudos": 61,
        "test-openalex": 3,
        "test-crossref": 1,
        "test-finna": 3,
    }
    assert first.report.failed_sources == ()
    assert [url for url in first.asked if "searchAfter" in url]
    assert [url for url in first.asked if "published_year_from=2021" in url and "page=2" in url]


def test_records_are_kept_under_the_catalogues_own_pages(runs: list[Told], home: Settings) -> None:
    first = runs[0]
    nva = f"http://api.nva.test/publication/{NVA_ID.format(1)}"
    assert first.seen[nva].item == f"http://nva.test/registration/{NVA_ID.format(1)}"
    assert first.seen[nva].role == "record"
    origin, _, record = unwrap_record(bytes_at(home, first, nva))
    assert (origin, record["entityDescription"]["mainTitle"][:11]) == ("nva", "Tverrfaglig")
    assert "indexDocumentCreatedAt" not in record
    kudos = f"http://kudos.test/api/v0/documents/{UUID.format(1)}"
    assert first.seen[kudos].item == f"http://kudos.test/dokument/{UUID.format(1)}"
    assert first.seen["http://api.openalex.test/works/W1"].item == "http://openalex.test/W1"
    finna = "http://api.finna.test/v1/record?id=fikka.1"
    assert first.seen[finna].item == "http://finna.test/Record/fikka.1"
    crossref = f"http://api.crossref.test/works/{DOI.replace('/', '%2F')}"
    assert first.seen[crossref].item == f"https://doi.org/{DOI}"
    work = unwrap_record(bytes_at(home, first, crossref)).record
    assert "score" not in work


def test_open_files_belong_to_their_record(runs: list[Told]) -> None:
    first = runs[0]
    links = first.files("document", "http://api.nva.test/")
    assert len(links) == 5
    link = f"http://api.nva.test/publication/{NVA_ID.format(1)}/filelink/{UUID.format(1)}"
    assert links[link] == f"http://nva.test/registration/{NVA_ID.format(1)}"
    assert first.seen[link].filename == "rapport 1 æøå.pdf"
    assert not [url for url in first.seen if "sig=" in url]
    assert not [url for url in first.asked if UUID.format(901) in url]
    kudos = first.files("document", "http://kudos.test/dokument/")
    assert list(kudos.values()) == [
        f"http://kudos.test/dokument/{UUID.format(number)}" for number in (1, 61)
    ]
    assert first.seen["http://s3.test/oa-1.pdf"].item == "http://openalex.test/W1"
    assert first.seen["http://s3.test/thl-1.pdf"].item == "http://finna.test/Record/fikka.1"


def test_who_asks_is_said_where_a_catalogue_wants_it(runs: list[Told]) -> None:
    polite = [url for url in runs[0].asked if "mailto=post%40example.org" in url]
    assert {url.split("/")[2] for url in polite} == {"api.openalex.test", "api.crossref.test"}


def test_an_unknown_doi_is_no_problem_and_not_asked_again(runs: list[Told]) -> None:
    assert runs[0].source("crossref").gone == 1
    assert runs[0].said("crossref") == []
    assert not [url for url in runs[1].asked if "crossref" in url]
    assert runs[1].said("crossref") == []


def test_a_second_run_asks_for_nothing_it_has(runs: list[Told]) -> None:
    second = runs[1]
    assert sum(source.stored for source in second.report.sources) == 0
    assert [url for url in second.asked if url.endswith(".pdf") or "filelink" in url] == []
    kudos = [url for url in second.asked if "kudos" in url]
    assert len(kudos) == 3  # next year, this year and the last
    assert all("modified_since=" in url for url in second.asked if "api.nva" in url)
    assert all("last_indexed" in url for url in second.asked if "finna" in url)
    assert all("from_publication_date" in url for url in second.asked if "openalex" in url)
    assert {s.source_id: s.items for s in second.report.sources}["test-kudos"] == 61
    assert second.report.failed_sources == ()


def test_a_third_run_takes_only_what_is_new(runs: list[Told]) -> None:
    third = runs[2]
    new = {url for url in third.seen if url not in runs[1].seen}
    assert new == {
        f"http://api.nva.test/publication/{NVA_ID.format(7)}",
        f"http://api.nva.test/publication/{NVA_ID.format(7)}/filelink/{UUID.format(7)}",
        f"http://kudos.test/api/v0/documents/{UUID.format(99)}",
        f"http://kudos.test/dokument/{UUID.format(99)}/filer/{UUID.format(99)}.pdf",
        "http://api.openalex.test/works/W9",
        "http://s3.test/oa-9.pdf",
        "http://api.finna.test/v1/record?id=fikka.9",
        "http://s3.test/thl-9.pdf",
    }
    deleted = third.seen[f"http://api.nva.test/publication/{NVA_ID.format(1)}"]
    assert deleted.gone_at is not None
    assert any("W9" in message and "retracted" in message for message in third.said("openalex"))


@pytest.fixture
def web() -> Iterator[ApiWeb]:
    with served(ApiWeb()) as running:
        assert isinstance(running, ApiWeb)
        fill(running)
        yield running


def settings_in(tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    return Settings(home=home, database_url=None, contact=CONTACT)


def test_a_broken_page_loses_only_its_own_listing(web: ApiWeb, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    real = web.routes.routes["http://kudos.test/api/v0/documents"]

    def broken(path: str, query: dict[str, list[str]]) -> Reply:
        answer = real(path, query)
        cut = query.get("published_year_from") == ["2021"] and query["page"] == ["2"]
        return Reply(answer.body[:200], "application/json", etag=False) if cut else answer

    web.routes.routes["http://kudos.test/api/v0/documents"] = broken
    told = run_once(web, settings, 1, "kudos")
    (said,) = told.said("kudos")
    assert "Expected a page of records at" in said
    assert "is no JSON" in said
    assert told.source("kudos").failed == 1
    assert told.source("kudos").items == 61  # the question without years has them too
    web.routes.routes["http://kudos.test/api/v0/documents"] = real
    again = run_once(web, settings, 2, "kudos")
    assert [url for url in again.asked if "published_year_from=2021" in url and "page=2" in url]
    assert again.said("kudos") == []


def test_too_many_requests_are_waited_for(web: ApiWeb, tmp_path: Path) -> None:
    real = web.routes.routes["http://api.openalex.test/works"]
    refusals = iter([reply({"error": "Rate limit exceeded"}, 429, headers={"Retry-After": "0"})])
    web.routes.routes["http://api.openalex.test/works"] = lambda path, query: (
        next(refusals, None) or real(path, query)
    )
    told = run_once(web, settings_in(tmp_path), 1, "openalex")
    assert told.source("openalex").items == 3
    assert told.said("openalex") == []


@pytest.mark.parametrize("cursors", [("A", "B", "A"), None], ids=["ring", "endless"])
def test_a_cursor_that_repeats_ends_the_listing(
    web: ApiWeb, tmp_path: Path, cursors: tuple[str, ...] | None
) -> None:
    """A ring of pages, and ever new pages with the same records."""
    count = 0

    def answer(path: str, query: dict[str, list[str]]) -> Reply:
        nonlocal count
        if len(query["query"][0]) != len('"tverrfaglig samarbeid"'):
            return reply({"hits": [], "totalHits": 0})
        cursor = cursors[min(count, len(cursors) - 1)] if cursors else str(count)
        count += 1
        hits = [nva_record(count)] if cursors else [nva_record(1)]
        url = f"http://api.nva.test/search/resources?query={query['query'][0]}&searchAfter={cursor}"
        return reply({"hits": hits, "nextSearchAfterResults": url})

    web.routes.routes["http://api.nva.test/search/resources"] = answer
    told = run_once(web, settings_in(tmp_path), 1, "nva")
    assert count <= 4
    (said,) = told.said("nva")
    assert "repeats itself" in said


def test_a_next_page_elsewhere_is_not_asked(web: ApiWeb, tmp_path: Path) -> None:
    elsewhere = "http://evil.test/search/resources?searchAfter=1"
    web.routes.routes["http://api.nva.test/search/resources"] = lambda path, query: reply(
        {"hits": [nva_record(1)], "nextSearchAfterResults": elsewhere}
    )
    told = run_once(web, settings_in(tmp_path), 1, "nva")
    assert not [url for url in told.asked if "evil" in url]
    assert any("another host" in message for message in told.said("nva"))


def test_short_records_are_asked_for_whole(web: ApiWeb, tmp_path: Path) -> None:
    address = f"http://api.nva.test/publication/{NVA_ID.format(1)}"
    short = {
        "id": address,
        "type": "ReportResearch",
        "mainTitle": "Tverrfaglig samarbeid, kort",
        "recordMetadata": {"status": "PUBLISHED", "modifiedDate": "2024-05-06"},
    }
    web.nva = [{**short, "identifier": NVA_ID.format(1)}]
    web.put(address, json.dumps(nva_record(1)), media_type="application/json")
    told = run_once(web, settings_in(tmp_path), 1, "nva")
    assert told.asked.count(address) == 1
    assert told.seen[address].role == "record"
    assert len(told.files("document", "http://api.nva.test")) == 1
    again = run_once(web, settings_in(tmp_path), 2, "nva")
    assert address not in again.asked


def test_a_file_that_is_an_error_page_is_not_kept(web: ApiWeb, tmp_path: Path) -> None:
    web.routes.routes["http://s3.test/"] = lambda path, query: Reply(
        b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "application/xml"
    )
    told = run_once(web, settings_in(tmp_path), 1, "nva")
    assert told.files("document", "http") == {}
    assert all("found a page or an error" in message for message in told.said("nva"))
    assert told.source("nva").items == 5


def test_files_whose_addresses_expired_are_asked_for_in_the_next_run(
    web: ApiWeb, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path)
    real = web.routes.routes["http://s3.test/"]
    web.routes.routes["http://s3.test/"] = lambda path, query: Reply(b"Expired", status=403)
    first = run_once(web, settings, 1, "nva")
    assert first.files("document", "http") == {}
    web.routes.routes["http://s3.test/"] = real
    web.nva.clear()  # nothing was modified, so no list names them
    second = run_once(web, settings, 2, "nva")
    assert len(second.files("document", "http://api.nva.test/")) == 5
    third = run_once(web, settings, 3, "nva")
    assert not [url for url in third.asked if "filelink" in url or url.endswith(".pdf")]


def test_a_file_follows_its_link_at_once(web: ApiWeb, tmp_path: Path) -> None:
    web.nva = [nva_record(number) for number in range(1, 90)]
    told = run_once(web, settings_in(tmp_path), 1, "nva")
    assert len(told.files("document", "http://api.nva.test/")) == 89
    waiting = longest = 0
    for url in told.asked:
        waiting += ("filelink" in url) - url.startswith("http://s3.test/")
        longest = max(longest, waiting)
    assert longest <= UNDER_WAY


def test_an_alias_joins_the_publication_that_has_it(web: ApiWeb, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    know_doi(settings, "10.5555/old")
    web.crossref = {"10.5555/old": crossref_work(DOI="10.5555/new")}
    told = run_once(web, settings, 1, "crossref")
    work = unwrap_record(
        bytes_at(settings, told, "http://api.crossref.test/works/10.5555%2Fold")
    ).record
    assert (work["DOI"], work["alias"]) == ("10.5555/new", "10.5555/old")


def test_kept_records_say_what_they_are(runs: list[Told], home: Settings) -> None:
    store = open_store(home)
    with store.read() as session:
        query = select(File.media_type).join(Address, Address.sha256 == File.sha256)
        types = session.scalars(query.where(Address.role == "record")).all()
    store.close()
    assert len(types) >= 70
    assert set(types) == {MEDIA_TYPE}
