"""What the pages of a publisher's site lead to, page by page, without any network."""

from __future__ import annotations

from typing import Any

import pytest

from kb.frontier import Wanted
from pipeline.crawl.spiders import Answer, Found
from pipeline.crawl.spiders.site import SiteSpider
from tests.pipeline.crawl.web import make_source, page

LANDING = "http://x.test/report/a/"


def read(
    kind: str, url: str, body: str | bytes, spider: SiteSpider | None = None, **context: Any
) -> Found:
    spider = spider or SiteSpider(make_source("x.test"))
    headers = {"content-type": "text/html"} if isinstance(body, str) else {}
    headers.update(context.pop("headers", {}))
    data = body.encode() if isinstance(body, str) else body
    return spider.read(Answer(Wanted(url, "test-x", kind, context), url, data, headers))


def kinds(found: Found) -> dict[str, str]:
    return {link.url: link.kind for link in found.links}


def test_it_starts_at_start_pages_and_the_sitemap() -> None:
    source = make_source(
        "x.test",
        start_urls=("http://x.test/list", LANDING, "http://x.test/files/a.pdf", "http://x.test/"),
        sitemap="http://x.test/sitemap.xml",
    )
    assert {entry.url: entry.kind for entry in SiteSpider(source).start()} == {
        "http://x.test/list": "listing",
        LANDING: "landing",
        "http://x.test/files/a.pdf": "document",
        "http://x.test/": "listing",
        "http://x.test/sitemap.xml": "sitemap",
    }


def test_a_listing_leads_to_landing_pages_files_and_further_listings() -> None:
    body = page("/report/a/", "/files/b.pdf", "/list?p=2", "/about", "http://y.test/report/c/")
    found = read("listing", "http://x.test/list", body)
    assert found.files == ()
    assert kinds(found) == {
        LANDING: "landing",
        "http://x.test/files/b.pdf": "document",
        "http://x.test/list?p=2": "listing",
    }


def test_a_next_link_is_followed_without_a_pattern_on_the_same_host_only() -> None:
    head = '<link rel="next" href="/browse/2"><link rel="next" href="http://y.test/2">'
    found = read("listing", "http://x.test/list", page(head=head))
    assert kinds(found) == {"http://x.test/browse/2": "listing"}


def test_chapters_named_beside_their_report_are_left_to_its_landing_page() -> None:
    source = make_source("x.test", document_patterns=(r"^http://x\.test/report/.+/$",))
    spider = SiteSpider(source)
    found = read("listing", "http://x.test/list", page(LANDING, LANDING + "2-more/"), spider)
    assert kinds(found) == {LANDING: "landing"}
    sitemap = f"<urlset><url><loc>{LANDING}</loc></url><url><loc>{LANDING}2/</loc></url></urlset>"
    found = read("sitemap", "http://x.test/sitemap.xml", sitemap.encode(), spider)
    assert kinds(found) == {LANDING: "landing"}


def test_a_landing_page_is_kept_with_its_files_and_chapters_in_order() -> None:
    body = page("/files/a.pdf", "1-first/", "2-second/", "/files/a.docx", "/list", "/report/b/")
    found = read("landing", LANDING, body)
    ((data, sighting),) = found.files
    assert data == body.encode()
    assert (sighting.url, sighting.item, sighting.role) == (LANDING, LANDING, "landing")
    assert (sighting.language, sighting.version_of) == ("nb", None)
    assert [(link.url, link.kind, link.context.get("position")) for link in found.links] == [
        ("http://x.test/files/a.pdf", "document", 0),
        ("http://x.test/files/a.docx", "document", 1),
        (LANDING + "1-first/", "chapter", 1),
        (LANDING + "2-second/", "chapter", 2),
        ("http://x.test/report/b/", "landing", None),
    ]
    assert all(link.context["item"] == LANDING for link in found.links[:4])
    assert "item" not in found.links[4].context


def test_files_in_menus_and_on_other_hosts_are_not_of_the_report() -> None:
    source = make_source("x.test", pdf_patterns=())
    body = (
        "<html><body><footer><a href='/privacy.pdf'>p</a></footer>"
        "<a href='/a.pdf'>a</a><a href='http://y.test/b.pdf'>b</a></body></html>"
    )
    found = read("landing", LANDING, body, SiteSpider(source))
    assert kinds(found) == {"http://x.test/a.pdf": "document"}


def test_citation_pdf_url_counts_on_the_same_host() -> None:
    head = '<meta name="citation_pdf_url" content="/get?id=7">'
    found = read("landing", LANDING, page("/files/a.pdf", head=head))
    assert [link.url for link in found.links] == [
        "http://x.test/get?id=7",
        "http://x.test/files/a.pdf",
    ]
    away = head.replace("/get", "http://y.test/get")
    assert kinds(read("landing", LANDING, page(head=away))) == {}


def test_chapters_by_query_and_a_chapter_that_knows_the_next_one() -> None:
    found = read("landing", LANDING, page("?ch=1", "?ch=2", "?print=1"))
    assert kinds(found) == {LANDING + "?ch=1": "chapter", LANDING + "?ch=2": "chapter"}
    chapter = read(
        "chapter",
        LANDING + "?ch=2",
        page("?ch=3", "/report/other/"),
        item="the-item",
        landing=LANDING,
        position=2,
    )
    ((_, sighting),) = chapter.files
    assert (sighting.role, sighting.item, sighting.position) == ("chapter", "the-item", 2)
    assert [(link.url, link.context["position"]) for link in chapter.links] == [
        (LANDING + "?ch=3", 3)
    ]


VERSIONS = (
    '<link rel="alternate" hreflang="en" href="/en/report/a/">'
    '<link rel="alternate" hreflang="nb" href="/report/a/">'
)


def test_language_versions_point_at_the_main_one() -> None:
    main = read("landing", LANDING, page("/files/a.pdf", head=VERSIONS))
    assert main.files[0][1].version_of is None
    assert kinds(main)["http://x.test/en/report/a/"] == "landing"
    english = "http://x.test/en/report/a/"
    other = read(
        "landing", english, page("/files/a.pdf", "ch1/", head=VERSIONS, lang="en"), language="en"
    )
    sighting = other.files[0][1]
    assert (sighting.item, sighting.language, sighting.version_of) == (english, "en", LANDING)
    by_kind = {link.kind: link.context for link in other.links}
    assert by_kind["document"]["item"] == LANDING
    assert (by_kind["chapter"]["item"], by_kind["chapter"]["version_of"]) == (english, LANDING)


def test_the_default_version_is_the_main_one_only_where_it_is_a_version() -> None:
    default = VERSIONS + '<link rel="alternate" hreflang="x-default" href="/en/report/a/">'
    found = read("landing", LANDING, page(head=default))
    assert found.files[0][1].version_of == "http://x.test/en/report/a/"
    elsewhere = VERSIONS + '<link rel="alternate" hreflang="x-default" href="/">'
    assert read("landing", LANDING, page(head=elsewhere)).files[0][1].version_of is None


def test_the_item_is_the_canonical_address_where_it_is_the_sources_own() -> None:
    canonical = '<link rel="canonical" href="/report/main/">'
    found = read("landing", LANDING, page(head=canonical))
    assert found.files[0][1].item == "http://x.test/report/main/"
    away = '<link rel="canonical" href="http://y.test/report/main/">'
    assert read("landing", LANDING, page(head=away)).files[0][1].item == LANDING
    home = '<link rel="canonical" href="/">'
    assert read("landing", LANDING, page(head=home)).files[0][1].item == LANDING
    given = read("landing", LANDING, page(head=canonical), item="oai:x:1")
    assert given.files[0][1].item == "oai:x:1"


def test_a_file_is_kept_whatever_its_type_says() -> None:
    pdf = b"%PDF-1.7 x"
    found = read("landing", LANDING, pdf, headers={"content-type": "text/html"})
    ((data, sighting),) = found.files
    assert (data, sighting.role, sighting.media_type) == (pdf, "document", "text/html")
    url = "http://x.test/files/a.pdf"
    disposition = {"content-type": "application/pdf", "content-disposition": 'x; filename="r.pdf"'}
    found = read("document", url, pdf, item=LANDING, position=1, headers=disposition)
    sighting = found.files[0][1]
    assert (sighting.item, sighting.position, sighting.filename) == (LANDING, 1, "r.pdf")
    page_called_pdf = read("document", url, page())
    assert page_called_pdf.files[0][1].role == "document"
    assert page_called_pdf.files[0][1].media_type == "text/html"


def test_a_file_on_a_listing_pages_own_address_is_a_problem() -> None:
    found = read("listing", "http://x.test/list", b"%PDF-1.7")
    assert found.failed
    assert found.problem is not None
    assert "http://x.test/list" in found.problem


@pytest.mark.parametrize("kind", ["listing", "landing", "chapter", "document"])
def test_a_reservation_keeps_everything_out(kind: str) -> None:
    head = '<meta name="tdm-reservation" content="1">'
    found = read(kind, LANDING, page("/files/a.pdf", head=head))
    assert found.reserved
    assert found.files == ()
    assert found.links == ()


def test_sitemaps_lead_on_to_a_depth_only() -> None:
    body = b"<sitemapindex><sitemap><loc>http://x.test/s2.xml</loc></sitemap></sitemapindex>"
    url = "http://x.test/sitemap.xml"
    (link,) = read("sitemap", url, body, depth=1).links
    assert (link.kind, link.context["depth"]) == ("sitemap", 2)
    assert read("sitemap", url, body, depth=3).links == ()
    wrong = read("sitemap", url, page("/report/a/"))
    assert wrong.failed
    assert wrong.links == ()


def test_a_sitemap_leads_to_what_fits_the_patterns() -> None:
    body = (
        b"<urlset><url><loc>http://x.test/report/a/</loc><lastmod>2024-05-01</lastmod></url>"
        b"<url><loc>http://x.test/files/a.pdf</loc></url>"
        b"<url><loc>http://x.test/list?p=1</loc></url><url><loc>http://x.test/om</loc></url></urlset>"
    )
    found = read("sitemap", "http://x.test/sitemap.xml", body)
    assert kinds(found) == {LANDING: "landing", "http://x.test/files/a.pdf": "document"}
    assert found.links[0].context == {"lastmod": "2024-05-02T04:00:00+00:00"}
