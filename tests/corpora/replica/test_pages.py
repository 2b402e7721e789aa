"""The HTML of the sites: text, links, language versions, and that every page says what it is."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from corpora.replica import Truth, TruthFile, TruthPublication
from corpora.replica.document import Document
from corpora.replica.hosts import HOSTS, host_named
from corpora.replica.meta import HeadMetadata, describe_head, split_pages
from corpora.replica.pages import chapters_of, landing_page, listing_path
from corpora.replica.plan import Form, Placement
from corpora.replica.storage import Site, normalise_path
from corpora.replica.text import texts_for

PageOf = Callable[[str], Any]
PlacementOf = Callable[[str], Placement]


def _html_files(truth: Truth) -> list[tuple[TruthPublication, TruthFile]]:
    return [
        (p, f) for p in truth.publications for f in p.files if f.form in {"chapters", "article"}
    ]


def _paragraphs(page: Any) -> list[str]:
    texts = []
    for paragraph in page.xpath("//main//section/p"):
        for mark in paragraph.xpath("./sup"):
            mark.drop_tree()
        texts.append(paragraph.text_content().strip())
    return texts


def _content(page: Any, name: str) -> list[str]:
    return [
        str(tag) for tag in page.xpath(f"//meta[@name='{name}' or @property='{name}']/@content")
    ]


def test_html_reports_hold_every_passage_in_order(truth: Truth, page_of: PageOf) -> None:
    assert len(_html_files(truth)) >= 10
    for publication, file in _html_files(truth):
        texts = [text for url in file.urls for text in _paragraphs(page_of(url))]
        positions = [texts.index(gold.text) for gold in publication.passages]
        assert positions == sorted(positions), publication.id


def test_passages_stand_under_their_headings(truth: Truth, page_of: PageOf) -> None:
    for publication, file in _html_files(truth):
        headings = {
            text.strip(): section.xpath("string(./h2)")
            for url in file.urls
            for section in page_of(url).xpath("//main//section[h2]")
            for text in _paragraphs_of(section)
        }
        for gold in publication.passages:
            assert headings[gold.text].endswith(gold.section)


def _paragraphs_of(section: Any) -> list[str]:
    return ["".join(p.xpath("./text()")) for p in section.xpath("./p")]


def test_chapters_are_linked_one_to_the_next(truth: Truth, page_of: PageOf) -> None:
    for _, file in _html_files(truth):
        if file.form != "chapters":
            continue
        url, walked = file.landing, []
        while True:
            following = page_of(url).xpath("//link[@rel='next']/@href")
            if not following:
                break
            url = urljoin(url, following[0])
            walked.append(url)
        assert tuple(walked) == file.urls


def test_every_landing_page_has_the_abstract_and_names_the_original(
    truth: Truth, page_of: PageOf
) -> None:
    for publication in truth.publications:
        for url in publication.landings:
            page = page_of(url)
            assert publication.abstract in [text.strip() for text in page.xpath("//p/text()")]
            assert page.xpath("//link[@rel='canonical']/@href") == [publication.original_url]
            notice = page.xpath("//aside[@role='note']")[0].text_content()
            assert publication.original_url in notice
            assert page.xpath("//h1")[0].text_content() == publication.title


def test_every_page_says_that_it_is_a_replica(site: Site, page_of: PageOf) -> None:
    for name, pages in site.hosts.items():
        for path, page in pages.items():
            if page.content_type.startswith("text/html"):
                notice = page_of(f"http://{name}{path}").xpath("//aside[@role='note']")
                text = notice[0].text_content().lower()
                assert re.search("repli[ck]|jäljennös|eftirmynd", text), path


def test_all_links_inside_a_site_lead_somewhere(site: Site, page_of: PageOf) -> None:
    for name, pages in site.hosts.items():
        for path, resource in pages.items():
            if not resource.content_type.startswith("text/html"):
                continue
            for href in page_of(f"http://{name}{path}").xpath("//a/@href"):
                target = urlsplit(urljoin(f"http://{name}{path}", href))
                if target.hostname == name:
                    wanted = f"{target.path}?{target.query}" if target.query else target.path
                    assert normalise_path(wanted) in pages, href


def test_labels_never_reach_a_page(
    site: Site, body_of: Callable[[str], bytes], plan: tuple[Placement, ...]
) -> None:
    words = {
        label
        for place in plan
        for passage in place.publication.passages
        for label in (
            *passage.sectors,
            *passage.target_groups,
            *(code.factor for code in passage.codes),
            place.publication.evidence_type,
        )
        if "_" in label
    }
    queries = {query.q for place in plan for query in place.publication.queries}
    for pages in site.hosts.values():
        for page in pages.values():
            if page.content_type.startswith(("text/html", "application/xml")):
                text = body_of(page.sha256).decode()
                assert not [word for word in words if word in text]
                assert not [query for query in queries if query in text]


def test_what_is_not_known_is_absent(truth: Truth, page_of: PageOf) -> None:
    assert all(
        "None" not in page_of(url).xpath("string(//dl)")
        for publication in truth.publications
        for url in publication.landings
    )
    unknown = truth.publication("is-hi-nd-37270")
    page = page_of(unknown.landings[0])
    assert _content(page, "DCTERMS.issued") == []
    assert _content(page, "DC.creator") == []


def test_citation_tags(truth: Truth, page_of: PageOf) -> None:
    publication = truth.publication("no-fafo-2020-02")
    page = page_of(publication.landings[0])
    assert _content(page, "citation_title") == [publication.title]
    assert _content(page, "citation_author") == [
        "Hansen, Inger Lise Skog",
        "Jensen, Ragnhild Steen",
        "Fløtten, Tone",
    ]
    assert _content(page, "citation_publication_date") == ["2020"]
    assert _content(page, "citation_public_url") == [publication.original_url]
    assert _content(page, "citation_pdf_url") == list(publication.files[0].urls)


def test_article_tags_have_volume_issue_and_pages(placement_of: PlacementOf) -> None:
    tags = {
        (name, value)
        for _, name, value in describe_head(placement_of("se-smt-2007-abrahamsson")).tags
    }
    assert ("citation_volume", "84") in tags
    assert ("citation_issue", "6") in tags
    assert ("citation_firstpage", "529") in tags
    assert ("citation_lastpage", "540") in tags


def test_dublin_core_tags(truth: Truth, page_of: PageOf) -> None:
    publication = truth.publication("no-nou-2009-22")
    page = page_of(publication.landings[0])
    assert _content(page, "DC.title") == [publication.title]
    assert len(_content(page, "DC.creator")) == 9
    assert _content(page, "DCTERMS.source") == [publication.original_url]


def test_json_ld(truth: Truth, page_of: PageOf) -> None:
    publication = truth.publication("dk-vive-2019-01")
    (script,) = page_of(publication.landings[0]).xpath("//script[@type='application/ld+json']")
    found = json.loads(script.text)
    assert found["name"] == publication.title
    assert found["sameAs"] == publication.original_url
    assert found["datePublished"] == "2019"
    assert found["author"][0]["familyName"] == "Mehlbye"
    assert "None" not in script.text


def test_json_ld_cannot_leave_its_script_element() -> None:
    text = HeadMetadata(json_ld={"name": "</script><b>"}).json_ld_text
    assert "<" not in text
    assert json.loads(text) == {"name": "</script><b>"}


def test_open_graph(truth: Truth, page_of: PageOf) -> None:
    publication = truth.publication("se-bra-2015-sspf")
    page = page_of(publication.landings[0])
    assert _content(page, "og:title") == [publication.title]
    assert _content(page, "og:url") == [publication.original_url]


def test_some_sites_say_it_only_in_visible_text(truth: Truth, page_of: PageOf) -> None:
    publication = truth.publication("no-helsetilsynet-2017-03")
    page = page_of(publication.landings[0])
    assert page.xpath("//meta/@name") == ["viewport"]
    assert "2017" in page.xpath("string(//dl)")


@pytest.mark.parametrize(
    ("pages", "parts"),
    [
        ("571–579", ("571", "579")),
        ("529-540", ("529", "540")),
        ("12", ("12", None)),
        (None, (None, None)),
    ],
)
def test_first_and_last_page(pages: str | None, parts: tuple[str | None, str | None]) -> None:
    assert split_pages(pages) == parts


def test_language_versions_point_at_each_other(truth: Truth, page_of: PageOf) -> None:
    landing = page_of(truth.publication("no-fafo-2020-02").landings[0])
    versions = dict(
        zip(
            landing.xpath("//link[@rel='alternate']/@hreflang"),
            landing.xpath("//link[@rel='alternate']/@href"),
            strict=True,
        )
    )
    assert set(versions) == {"nb", "en"}
    english = page_of(versions["en"])
    assert english.xpath("/html/@lang") == ["en"]
    assert english.xpath("//h1")[0].text_content().startswith("Trouble in the interfaces")
    assert "Trøbbel i grenseflatene" in english.xpath("string(//main)")
    assert english.xpath("//link[@rel='alternate']/@href") == list(versions.values())


def test_listing_pages_lead_to_every_publication_but_the_hidden(
    truth: Truth, page_of: PageOf
) -> None:
    hidden = {"nordic-anp-2012-701", "fi-saurama-2015-01"}
    reached: set[str] = set()
    for host in HOSTS:
        url: str | None = f"{host.base}{host.listing}"
        turned = 0
        while url:
            page = page_of(url)
            reached |= {urljoin(url, href) for href in page.xpath("//article//h2/a/@href")}
            following = page.xpath("//nav[@class='turn']//a[@rel='next']/@href")
            url = urljoin(url, following[0]) if following else None
            turned += 1
        assert turned > 1, host.name
    for publication in truth.publications:
        assert (publication.landings[0] in reached) == (publication.id not in hidden)


def test_listing_addresses_count_pages_or_records() -> None:
    assert listing_path(host_named("fafo-replica.test"), 1) == "/publikasjoner/rapporter"
    assert listing_path(host_named("fafo-replica.test"), 2) == "/publikasjoner/rapporter/2"
    assert listing_path(host_named("skemman-replica.test"), 3) == "/browse/date?offset=8"


def test_editions_link_each_other(truth: Truth, page_of: PageOf) -> None:
    publication = truth.publication("no-barneombudet-hvem-skal-jeg-snakke-med-01")
    first, second = publication.landings
    assert urlsplit(second).path in page_of(first).xpath("//a/@href")
    assert urlsplit(first).path in page_of(second).xpath("//a/@href")


def test_hostile_text_is_escaped(placement_of: PlacementOf) -> None:
    place = placement_of("no-fafo-2020-02")
    hostile = place.publication.model_copy(
        update={"title": "<script>alert(1)</script>", "abstract": '"><img src=x onerror=y>'}
    )
    _, html = landing_page(Placement(hostile, place.host, place.forms))
    assert "<script>alert" not in html
    assert "<img" not in html


def test_chapters_hold_a_few_sections_each(
    document_of: Callable[[str, Form], Document],
) -> None:
    document = document_of("no-nou-2009-22", "chapters")
    chapters = chapters_of(document)
    assert [section for chapter in chapters for section in chapter.sections] == list(
        document.sections
    )
    assert [chapter.number for chapter in chapters] == list(range(1, len(chapters) + 1))
    assert chapters[1].path.endswith("?ch=2")


def test_footnotes_table_figure_and_references_are_marked_up(truth: Truth, page_of: PageOf) -> None:
    file = next(f for _, f in _html_files(truth) if f.form == "chapters")
    pages = [page_of(url) for url in file.urls]
    assert any(page.xpath("//section[@class='footnotes']/p") for page in pages)
    assert any(page.xpath("//table/caption") for page in pages)
    assert pages[-1].xpath("//section[@class='references']//li")
    assert not pages[0].xpath("//section[@class='references']")


def test_site_chrome_is_in_the_sites_language(page_of: PageOf) -> None:
    for host in HOSTS:
        page = page_of(f"{host.base}/")
        assert page.xpath("/html/@lang") == [host.language]
        assert texts_for(host.language).word("contact") in page.xpath("string(//footer)")
