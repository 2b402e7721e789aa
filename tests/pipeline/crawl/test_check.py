"""A look at sources in the crawl's child: what is asked, what is read, what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb.settings import Settings
from kb.store import open_store
from kb.tables import Address, FrontierEntry
from pipeline.crawl import Probe, Probed, probe_sources
from pipeline.crawl.check_report import read_probed
from pipeline.errors import CrawlError
from tests.pipeline.crawl.test_walls import CLOUDFLARE
from tests.pipeline.crawl.web import Asked, Web, make_source, oai_answer, oai_record, page, served

GOOD = make_source("good.test", sitemap="http://good.test/sitemap.xml")
DEEP = make_source("deep.test", listing_patterns=(r"^http://deep\.test/(list|year/\d+)$",))
WALLED = make_source("walled.test")
EMPTY = make_source("empty.test")
CLOSED = make_source("closed.test")
DOWN = make_source("down.test")
RESERVED = make_source("reserved.test")
ARCHIVE = make_source("archive.test", start_urls=(), oai={"url": "http://archive.test/oai"})
NOWHERE = make_source("nowhere.test", start_urls=())
SOURCES = [GOOD, DEEP, WALLED, EMPTY, CLOSED, DOWN, RESERVED, ARCHIVE, NOWHERE]
HEAD = '<meta name="citation_title" content="Samarbeid &amp; tillit – æøå">'


def build(web: Web) -> None:
    """A web in which each source has its own trouble."""
    rules = "User-agent: *\nCrawl-delay: 0.01\nSitemap: http://good.test/sitemap.xml\n"
    web.put("http://good.test/robots.txt", rules, media_type="text/plain")
    web.put("http://good.test/list", page("/report/1/", "/report/2/", "/list?page=2", "/about"))
    web.put("http://good.test/report/1/", page("/files/1.pdf", head=HEAD))
    web.put("http://good.test/files/1.pdf", b"%PDF-1.7 one", media_type="application/pdf")
    entries = "".join(f"<url><loc>http://good.test/report/{n}/</loc></url>" for n in range(5))
    namespace = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    web.put("http://good.test/sitemap.xml", f"<urlset {namespace}>{entries}</urlset>")

    web.put("http://deep.test/list", page("/year/2020", "/year/2021"))
    web.put("http://deep.test/year/2020", page("/list"))
    web.put("http://deep.test/year/2021", page("/report/dead/", "/report/1/"))
    web.put("http://deep.test/report/1/", page(head=HEAD))

    web.put("http://walled.test/list", CLOUDFLARE, status=403)
    web.put("http://empty.test/list", page("/other/1", "/other/2"))
    web.put("http://closed.test/robots.txt", "User-agent: *\nDisallow: /\n")
    web.put("http://closed.test/list", page("/report/1/"))
    web.put("http://down.test/robots.txt", "Oh no", status=500)
    web.put("http://reserved.test/list", page("/report/1/"), headers={"tdm-reservation": "1"})

    web.put(
        "http://archive.test/oai?verb=Identify", oai_answer("<Identify/>"), media_type="text/xml"
    )
    records = oai_record("oai:1", "http://archive.test/report/1/") + oai_record("oai:2")
    web.put(
        "http://archive.test/oai?verb=ListRecords&metadataPrefix=oai_dc",
        oai_answer(f"<ListRecords>{records}</ListRecords>"),
        media_type="text/xml",
    )
    web.put("http://archive.test/report/1/", page(head=HEAD))


@dataclass
class Looked:
    """What a look at all sources came to, and what the web was asked."""

    found: dict[str, Probed]
    asked: list[Asked]
    settings: Settings
    folder: Path
    told: list[str]

    def of(self, host: str) -> dict[str, list[Probe]]:
        """The probes of a source by what was asked."""
        by_kind: dict[str, list[Probe]] = {}
        for probe in self.found[f"test-{host}"].probes:
            by_kind.setdefault(probe.what, []).append(probe)
        return by_kind


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looked]:
    settings = Settings(home=tmp_path_factory.mktemp("hjem"), database_url=None)
    folder = tmp_path_factory.mktemp("æ folder")
    told: list[str] = []
    with served(Web()) as web:
        build(web)
        found = probe_sources(
            settings, SOURCES, folder, replica_port=web.port, on_source=told.append
        )
    yield Looked({one.source_id: one for one in found}, web.asked, settings, folder, told)


def test_every_source_is_told_once_and_in_the_order_asked(looked: Looked) -> None:
    assert list(looked.found) == [source.id for source in SOURCES]
    assert sorted(looked.told) == sorted(looked.found)


def test_a_good_source_is_asked_from_robots_to_the_file(looked: Looked) -> None:
    good = looked.of("good")
    (robots,), (sitemap,), (listing,) = good["robots"], good["sitemap"], good["listing"]
    assert (robots.status, robots.kind) == (200, None)
    assert listing.links == {"landing": 2, "listing": 1}
    assert listing.anchors == 4
    assert sitemap.links == {"landing": 5}
    (landing,), (file,) = good["landing"], good["document"]
    assert landing.url == "http://good.test/report/1/"
    assert landing.body and b"citation_title" in (looked.folder / landing.body).read_bytes()
    assert (file.media_type, file.kind, file.size) == ("application/pdf", None, 12)
    whole = looked.found["test-good"]
    assert whole.crawl_delay_s == 0.01
    assert whole.sitemaps == ("http://good.test/sitemap.xml",)
    assert whole.matches == {
        "listing_patterns": [2],
        "document_patterns": [5, 0],
        "pdf_patterns": [1],
    }


def test_lists_of_lists_are_followed_and_a_dead_link_is_passed_over(looked: Looked) -> None:
    deep = looked.of("deep")
    assert [probe.url[-4:] for probe in deep["listing"]] == ["list", "2020", "2021"]
    dead, alive = deep["landing"]
    assert (dead.status, dead.kind) == (404, "http_error")
    assert (alive.kind, alive.records) == (None, 1)


@pytest.mark.parametrize(
    ("host", "what", "kind"),
    [
        ("walled", "listing", "challenge_page"),
        ("closed", "listing", "robots"),
        ("down", "robots", "robots_unread"),
        ("down", "listing", "robots_unread"),
        ("reserved", "listing", "reserved"),
    ],
)
def test_what_is_wrong_has_its_kind(looked: Looked, host: str, what: str, kind: str) -> None:
    (probe,) = looked.of(host)[what]
    assert probe.kind == kind
    assert probe.message and probe.message.endswith(".")
    assert "landing" not in looked.of(host)


def test_a_list_of_other_things_leads_nowhere(looked: Looked) -> None:
    (listing,) = looked.of("empty")["listing"]
    assert (listing.kind, listing.links, listing.anchors) == (None, {}, 2)


def test_a_repository_is_identified_and_listed(looked: Looked) -> None:
    archive = looked.of("archive")
    assert len(archive["oai-identify"]) == 1
    (listed,) = archive["oai-page"]
    assert (listed.records, listed.links) == (2, {"landing": 1})
    assert listed.body is not None
    assert archive["landing"][0].url == "http://archive.test/report/1/"


def test_a_source_with_nothing_to_begin_with_is_only_asked_for_its_rules(looked: Looked) -> None:
    assert list(looked.of("nowhere")) == ["robots"]


def test_what_robots_forbid_is_not_asked(looked: Looked) -> None:
    asked = {entry.url for entry in looked.asked}
    assert "http://closed.test/list" not in asked
    assert "http://down.test/list" not in asked
    assert all("Samvirke/" in entry.headers["user-agent"] for entry in looked.asked)


def test_a_look_leaves_nothing_in_the_record(looked: Looked) -> None:
    store = open_store(looked.settings)
    with store.read() as session:
        assert session.query(FrontierEntry).count() == session.query(Address).count() == 0
    store.close()


def test_what_was_found_survives_the_pipe() -> None:
    probe = Probe("listing", "http://x.test/å", status=200, links={"landing": 1})
    found = Probed("test-x", (probe,), {"pdf_patterns": [1]}, ("s",), 1.5, False, 2.0)
    values = {**vars(found), "probes": [vars(probe)], "sitemaps": ["s"]}
    assert read_probed(values) == found


def test_a_live_look_needs_a_contact(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(CrawlError, match="SAMVIRKE_CONTACT"):
        probe_sources(settings, [GOOD], tmp_path)
    assert probe_sources(Settings(home=settings.home, contact="a@b.no"), [], tmp_path) == []
