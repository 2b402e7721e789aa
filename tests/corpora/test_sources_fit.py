"""The packaged registry fits itself: starts, patterns and notes of every source agree.

What a page really leads to is the golden pages' business; here only the descriptions are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpora.registry import Source, load_sources
from corpora.source_faults import find_faults

SOURCES = load_sources()
KINDS = ("pdf_patterns", "document_patterns", "listing_patterns")
UNREADABLE = re.compile(r"\.(xlsx?|zip|png|jpe?g|mp4)\b", re.IGNORECASE)


def kind_of(source: Source, url: str) -> str | None:
    """The first kind whose patterns match, in the order in which a crawl tests them."""
    for kind in KINDS:
        if any(re.match(pattern, url) for pattern in getattr(source, kind)):
            return kind
    return None


def starts() -> Iterator[tuple[Source, str]]:
    return ((source, url) for source in SOURCES.values() for url in source.start_urls)


def test_no_fault_can_be_seen_without_asking() -> None:
    faults = {source.id: find_faults(source) for source in SOURCES.values()}
    assert {source_id: found for source_id, found in faults.items() if found} == {}


def test_every_start_page_is_one_of_its_sources_listings() -> None:
    others = [(s.id, url) for s, url in starts() if kind_of(s, url) != "listing_patterns"]
    assert others == []
    assert [url for _, url in starts() if url.endswith(".xml")] == [], "sitemap is its own field"


def test_further_pages_of_a_list_are_no_publications() -> None:
    """WordPress numbers pages in the path, most others in the query."""
    taken = []
    for source, url in starts():
        further = [url + ("&" if "?" in url else "?") + "page=2"]
        if any("wp-content" in pattern for pattern in source.pdf_patterns):
            further.append(url.rstrip("/") + "/page/2/")
        taken += [page for page in further if kind_of(source, page) == "document_patterns"]
    assert taken == []


def test_files_that_were_seen_are_files_and_pages_are_pages() -> None:
    wrong = []
    for source in SOURCES.values():
        for url in source.seen_in:
            kind = kind_of(source, url)
            is_pdf = url.lower().partition("?")[0].endswith(".pdf")
            if kind is not None and is_pdf != (kind == "pdf_patterns"):
                wrong.append((source.id, url))
    without_suffix = ("/content", "/download", "getfile.aspx")
    assert [w for w in wrong if not any(part in w[1] for part in without_suffix)] == []


def test_files_are_of_kinds_that_are_read() -> None:
    for source in SOURCES.values():
        for pattern in source.pdf_patterns:
            taken = re.sub(r"\(\?![^[]*", "", pattern)  # what it says must not follow
            assert not UNREADABLE.search(taken.replace("\\", "")), (source.id, pattern)


def test_a_source_that_is_on_has_somewhere_to_begin() -> None:
    for source in SOURCES.values():
        adapter = source.api is not None and source.api.adapter is not None
        repository = source.oai is not None and "<" not in source.oai.url
        begins = source.start_urls or source.sitemap or repository or adapter
        assert begins or not source.enabled, source.id


def test_what_is_marked_unverified_is_there() -> None:
    for source in SOURCES.values():
        assert len(set(source.unverified)) == len(source.unverified), source.id
        for path in source.unverified:
            match = re.fullmatch(r"(\w+)\[(\d+)\]", path)
            if match:
                held = getattr(source, match.group(1))
                assert int(match.group(2)) < len(held), (source.id, path)


def test_a_repositorys_records_are_asked_for_in_dublin_core() -> None:
    """OAI-PMH 2.0 requires oai_dc of every repository, and it names the page of a record."""
    without = {
        source.id
        for source in SOURCES.values()
        if source.oai is not None and "oai_dc" not in source.oai.prefixes
    }
    assert without == {"se-universities-other"}, "Swepub's harvester asks these for MODS alone"


def test_nobody_crawls_a_portal_that_reserves_mining() -> None:
    universities = SOURCES["dk-pure-universities"]
    for url in (
        "https://pure.au.dk/portal/da/publications/en-rapport",
        "https://pure.au.dk/ws/files/123/en-rapport.pdf",
    ):
        assert kind_of(universities, url) is None
    assert universities.oai is not None
    assert "https://pure.au.dk/ws/oai" in {end.url for end in universities.oai.endpoints}


def test_images_of_the_danish_audit_are_no_files() -> None:
    audit = SOURCES["dk-rigsrevisionen"]
    seen = "http://www.rigsrevisionen.dk/media/1943070/den-offentlige-ejendomsvurdering.pdf"
    assert kind_of(audit, seen) == "pdf_patterns"
    assert kind_of(audit, "https://www.rigsrevisionen.dk/media/2101/logo.png?width=200") is None


def test_a_law_and_its_annex_in_the_faroes_are_told_apart() -> None:
    parliament = SOURCES["fo-logting"]
    folder = "https://logting.elektron.fo/logtingsmal/Logtingsmal04/VanligTingmal/"
    assert kind_of(parliament, folder) == "listing_patterns"
    assert kind_of(parliament, folder + "010.04Barnaverndarlog.htm") == "document_patterns"
    assert kind_of(parliament, folder + "010.04Fylgiskjal.pdf") == "pdf_patterns"
    assert kind_of(parliament, "https://logting.elektron.fo/logtingsmal/default.htm") is None
