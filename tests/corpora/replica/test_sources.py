"""The replica's source descriptions, robots.txt and sitemaps against what the sites really hold."""

import re
from collections.abc import Callable
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest
from lxml import etree

from corpora.registry import Source
from corpora.replica import Truth, replica_sources
from corpora.replica.hosts import HOSTS, Host
from corpora.replica.plan import ONLY_IN_OAI, ONLY_IN_SITEMAP
from corpora.replica.signposts import FORBIDDEN_PATH, robots_txt, sitemap_address
from corpora.replica.storage import Site
from corpora.replica.truth import TruthPublication
from tests.corpora.replica.conftest import Browser

SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def _matches(patterns: tuple[str, ...], url: str) -> bool:
    return any(re.match(pattern, url) for pattern in patterns)


@pytest.fixture(params=HOSTS, ids=lambda host: host.name)
def host(request: pytest.FixtureRequest) -> Host:
    """Each site in turn."""
    found: Host = request.param
    return found


@pytest.fixture
def source(host: Host) -> Source:
    """The site's source description."""
    return replica_sources()[host.source]


def test_every_site_has_a_source_and_no_source_lacks_a_site() -> None:
    assert set(replica_sources()) == {host.source for host in HOSTS}


def test_a_source_names_its_site(host: Host, source: Source) -> None:
    assert source.homepage == f"{host.base}/"
    assert source.start_urls == (f"{host.base}{host.listing}",)
    assert source.enabled
    assert (source.sitemap is None) == (host.sitemap == "none")
    assert (source.oai is None) == (host.oai is None)
    if source.oai:
        assert source.oai.url == f"{host.base}{host.oai}"
    if source.sitemap:
        assert source.sitemap == sitemap_address(host)


EARLIER_EDITIONS = {"tilsyn-replica.test": 1}  # with a landing page of its own


def shown_on(host: Host, truth: Truth) -> list[TruthPublication]:
    return [p for p in truth.publications if host.name in p.hosts]


def test_expected_yields_are_tight(host: Host, source: Source, truth: Truth) -> None:
    count = len(shown_on(host, truth)) + EARLIER_EDITIONS.get(host.name, 0)
    assert source.expected is not None
    assert source.expected.min_items == source.expected.max_items == count


def test_languages_are_those_of_its_publications(host: Host, source: Source, truth: Truth) -> None:
    assert {p.language for p in shown_on(host, truth)} <= set(source.languages)


def test_patterns_tell_listings_documents_and_files_apart(
    host: Host, source: Source, truth: Truth, site: Site
) -> None:
    files: set[str] = set()
    documents: set[str] = set()
    for publication in shown_on(host, truth):
        for file in publication.files:
            if file.host == host.name:
                documents.add(file.landing)
                (documents if file.media_type == "text/html" else files).update(file.urls)
    for url in files:
        assert _matches(source.pdf_patterns, url), url
    for url in documents:
        assert _matches(source.document_patterns, url), url
        assert not _matches(source.pdf_patterns, url), url
        assert not _matches(source.listing_patterns, url), url
    for path in ("/", "/om/", FORBIDDEN_PATH, "/robots.txt"):
        url = host.base + path
        every = (*source.listing_patterns, *source.document_patterns, *source.pdf_patterns)
        assert not _matches(every, url)
        assert path in site.hosts[host.name]


def test_every_page_of_the_site_is_known_to_the_patterns(
    host: Host, source: Source, site: Site
) -> None:
    furniture = {"/", "/om/", FORBIDDEN_PATH, "/robots.txt"}
    for path, page in site.hosts[host.name].items():
        if path in furniture or page.location or page.content_type == "application/xml":
            continue
        url = host.base + path
        if "browse?" in url:
            url = f"{host.base}/browse?type=dateissued&offset=3"
        every = (*source.pdf_patterns, *source.document_patterns, *source.listing_patterns)
        assert _matches(every, url), url


def test_robots_txt_forbids_a_path_and_says_the_delay(host: Host, browser: Browser) -> None:
    reply = browser.get(f"{host.base}/robots.txt")
    assert reply.headers["content-type"].startswith("text/plain")
    assert reply.text == robots_txt(host)
    robots = RobotFileParser()
    robots.parse(reply.text.splitlines())
    assert not robots.can_fetch("samvirke", f"{host.base}{FORBIDDEN_PATH}")
    assert robots.can_fetch("samvirke", f"{host.base}{host.listing}")
    assert (f"Crawl-delay: {host.crawl_delay}" in reply.text) == (host.crawl_delay is not None)
    assert (f"Sitemap: {host.base}" in reply.text) == (host.sitemap != "none")


def _locations(browser: Browser, url: str) -> list[str]:
    """Return the pages of a sitemap, of all parts of a sitemap index."""
    tree: Any = etree.fromstring(browser.get(url).body)
    found = [str(text) for text in tree.xpath("//s:loc/text()", namespaces=SITEMAP)]
    if tree.tag.endswith("sitemapindex"):
        return [page for part in found for page in _locations(browser, part)]
    return found


def test_sitemaps_name_the_sites_documents(host: Host, browser: Browser, truth: Truth) -> None:
    if host.sitemap == "none":
        assert browser.get(f"{host.base}/sitemap.xml").status == 404
        return
    pages = _locations(browser, sitemap_address(host))
    assert len(set(pages)) == len(pages)
    landings = {
        file.landing
        for p in shown_on(host, truth)
        for file in p.files
        if file.host == host.name and p.id not in ONLY_IN_OAI
    }
    assert landings <= set(pages)
    assert all(browser.get(page, method="HEAD").status == 200 for page in pages)


def test_what_listings_hide_is_in_the_sitemap_or_the_repository(
    browser: Browser, truth: Truth, site: Site
) -> None:
    (hidden,) = (truth.publication(name) for name in ONLY_IN_SITEMAP)
    assert hidden.landings[0] in _locations(browser, "http://norden-replica.test/sitemap.xml")
    (record,) = (truth.publication(name) for name in ONLY_IN_OAI)
    payloads = [r.payloads.get("oai_dc", "") for r in site.repositories[record.hosts[0]].records]
    assert any(record.original_url in payload for payload in payloads)


def test_every_publication_is_reached_by_following_a_source(
    truth: Truth, page_of: Callable[[str], Any], browser: Browser, site: Site
) -> None:
    reached: set[str] = set()
    for one in HOSTS:
        source = replica_sources()[one.source]
        todo = list(source.start_urls)
        if source.sitemap:
            todo += _locations(browser, source.sitemap)
        if source.oai:
            todo += [
                url
                for record in site.repositories[one.name].records
                for url in re.findall(rf"{one.base}[^<]+", record.payloads.get("oai_dc", ""))
            ]
        while todo:
            url = todo.pop()
            if url in reached:
                continue
            reached.add(url)
            if _matches(source.pdf_patterns, url):
                continue
            page = page_of(url)
            page.make_links_absolute(url)
            every = (*source.pdf_patterns, *source.document_patterns, *source.listing_patterns)
            links = [str(href).split("#")[0] for href in page.xpath("//a/@href")]
            todo += [link for link in links if _matches(every, link)]
    for publication in truth.publications:
        for file in publication.files:
            assert set(file.urls) <= reached, publication.id
    assert not reached & set(truth.forbidden)
