"""A look through every way of harvesting, at sites that have moved, and at what takes too long."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.settings import Settings
from kb.store import Store
from pipeline.crawl import Probe, Probed, check, probe_sources
from pipeline.crawl.check import MAX_LISTS, MAX_STARTS, Blank, CheckSources
from pipeline.crawl.check_report import read_probed
from pipeline.crawl.messages import CrawlEvent
from tests.pipeline.crawl.api.samples import fill
from tests.pipeline.crawl.api.samples import sources as catalogues
from tests.pipeline.crawl.api_server import ApiWeb
from tests.pipeline.crawl.test_walls import CLOUDFLARE
from tests.pipeline.crawl.web import make_source, oai_answer, page, served

MOVED = make_source("moved.test")
NEW = "http://new.moved.test/"
FILES = make_source("files.test")
INDEX = make_source("index.test", start_urls=(), sitemap="http://index.test/index.xml")
PLATFORM = make_source(
    "platform.test",
    start_urls=(),
    oai={
        "url": "http://platform.test/oai",
        "endpoints": tuple(
            {"id": f"e{n}", "name": "Arkiv", "url": f"http://platform.test/{n}/oai"}
            for n in range(30)
        ),
    },
)
LISTED = make_source("listed.test", start_urls=("http://listed.test/report/1/",))


def build(web: ApiWeb) -> None:
    """Catalogues that answer in JSON, and sites that do what sites do."""
    fill(web)
    web.put("http://moved.test/list", "", status=301, headers={"Location": NEW + "list"})
    web.put(NEW + "list", page("/report/1/"))

    web.put("http://files.test/list", page("/files/a.pdf", "/files/b.pdf", "/files/c.pdf"))
    web.put("http://files.test/files/a.pdf", CLOUDFLARE)
    web.put("http://files.test/files/b.pdf", b"%PDF-1.7 b", media_type="application/pdf")

    namespace = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    parts = "".join(f"<sitemap><loc>http://index.test/{n}.xml</loc></sitemap>" for n in range(9))
    web.put("http://index.test/index.xml", f"<sitemapindex {namespace}>{parts}</sitemapindex>")
    web.put("http://index.test/0.xml", "Not a sitemap")
    for number in range(1, 9):
        web.put(f"http://index.test/{number}.xml", f"<urlset {namespace}></urlset>")

    for number in range(30):
        url = f"http://platform.test/{number}/oai?verb=Identify"
        web.put(url, oai_answer("<Identify/>"), media_type="text/xml")
    web.put("http://listed.test/report/1/", page("/files/1.pdf"))
    web.put("http://listed.test/files/1.pdf", page("Not a PDF"))


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Probed]]:
    settings = Settings(
        home=tmp_path_factory.mktemp("hjem"), database_url=None, contact="post@example.org"
    )
    chosen = [*catalogues(), MOVED, FILES, INDEX, PLATFORM, LISTED]
    with served(ApiWeb()) as web:
        assert isinstance(web, ApiWeb)
        build(web)
        folder = tmp_path_factory.mktemp("folder")
        found = probe_sources(settings, chosen, folder, replica_port=web.port)
    yield {one.source_id: one for one in found}


def probes(found: Probed, what: str) -> list[Probe]:
    """The probes of one kind of address."""
    return [probe for probe in found.probes if probe.what == what]


@pytest.mark.parametrize("name", ["openalex", "finna"])
def test_a_catalogue_is_asked_for_a_page_of_records(looked: dict[str, Probed], name: str) -> None:
    pages = probes(looked[f"test-{name}"], "api-page")
    assert 1 <= len(pages) <= MAX_LISTS
    assert pages[-1].records > 0
    assert pages[-1].body is not None
    assert {probe.kind for probe in looked[f"test-{name}"].probes} <= {None, "http_error"}


def test_a_catalogue_with_nothing_in_its_newest_years_is_asked_for_a_few(
    looked: dict[str, Probed],
) -> None:
    pages = probes(looked["test-kudos"], "api-page")
    assert len(pages) == MAX_LISTS
    assert {(probe.kind, probe.records) for probe in pages} == {(None, 0)}


def test_a_catalogue_that_is_only_asked_for_what_is_known_is_silent(
    looked: dict[str, Probed],
) -> None:
    found = looked["test-crossref"]
    assert found.silent
    assert {probe.what for probe in found.probes} == {"robots"}


def test_a_list_that_has_moved_says_where_to(looked: dict[str, Probed]) -> None:
    (listing,) = probes(looked["test-moved"], "listing")
    assert (listing.url, listing.final_url) == ("http://moved.test/list", NEW + "list")
    assert (listing.links, listing.anchors) == ({}, 1)


def test_files_that_are_linked_directly_are_tried_until_one_is_there(
    looked: dict[str, Probed],
) -> None:
    wall, file = probes(looked["test-files"], "document")
    assert (wall.kind, file.kind) == ("challenge_page", None)
    assert (file.records, file.media_type) == (1, "application/pdf")


def test_an_index_of_sitemaps_is_followed_a_little(looked: dict[str, Probed]) -> None:
    asked = probes(looked["test-index"], "sitemap")
    assert [probe.kind for probe in asked] == [None, "bad_sitemap", None]
    assert asked[0].links == {"sitemap": 9}


def test_a_platform_is_asked_for_many_repositories_and_not_for_all(
    looked: dict[str, Probed],
) -> None:
    asked = probes(looked["test-platform"], "oai-identify")
    assert len(asked) == MAX_STARTS
    assert asked[0].status == 404  # the platform's own address answers nothing
    assert {probe.kind for probe in asked[1:]} == {None}
    assert {probe.what for probe in looked["test-platform"].probes} >= {"oai-page"}


def test_a_start_page_that_is_a_publication_is_read_as_one(looked: dict[str, Probed]) -> None:
    found = looked["test-listed"]
    assert probes(found, "listing") == []
    assert [probe.url for probe in probes(found, "landing")] == ["http://listed.test/report/1/"]
    assert len(probes(found, "document")) == 1


class TestWithoutNetwork:
    """What happens around the asking: time, faults, and that each source is told once."""

    def run(self, store: Store, folder: Path) -> list[Probed]:
        told: list[CrawlEvent] = []
        spider = CheckSources([MOVED, FILES], Blank(store, 0), folder, told.append)

        async def start() -> list[object]:
            return [request async for request in spider.start()]

        assert asyncio.run(start()) == []
        assert [event.kind for event in told] == ["checked", "checked"]
        return [read_probed(event.data) for event in told]

    def test_a_source_that_takes_too_long_is_left(
        self, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def dawdle(spider: CheckSources, look: object) -> None:
            await asyncio.sleep(60)

        monkeypatch.setattr(check, "CHECK_S", 0.01)
        monkeypatch.setattr(CheckSources, "_look_at", dawdle)
        for found in self.run(store, tmp_path):
            assert [probe.kind for probe in found.probes] == ["timeout"]
            assert "took longer than" in (found.probes[0].message or "")

    def test_a_source_that_breaks_the_check_does_not_stop_the_others(
        self, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def stumble(spider: CheckSources, look: check._Look) -> None:
            if look.source is MOVED:
                raise ZeroDivisionError("secret")

        monkeypatch.setattr(CheckSources, "_look_at", stumble)
        broken, whole = self.run(store, tmp_path)
        assert [probe.kind for probe in broken.probes] == ["unreadable_page"]
        assert "ZeroDivisionError" in (broken.probes[0].message or "")
        assert "secret" not in (broken.probes[0].message or "")
        assert whole.probes == ()

    def test_a_memory_that_is_blank_knows_nothing(self, store: Store) -> None:
        memory = Blank(store, 0)
        assert memory.known("http://x.test/") is None
        assert memory.item_at("http://x.test/") is None
