"""Which source the starter's publications belong to, and what is asked first of each."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

import pytest

from corpora.registry import Source, load_sources
from corpora.seeds import Seed, place, starter_seeds
from corpora.starter import load_starter


@pytest.fixture(scope="module")
def sources() -> dict[str, Source]:
    return load_sources()


def made(source_id: str, homepage: str = "https://prove.test", **fields: object) -> Source:
    return Source.model_validate(
        {
            "id": source_id,
            "name": "Prøve",
            "country": "NO",
            "kind": "agency",
            "priority": 1,
            "homepage": homepage,
            "languages": ["nb"],
            "document_form": "html_page",
            **fields,
        }
    )


def test_every_publication_is_placed_or_named_as_uncovered(sources: dict[str, Source]) -> None:
    seeds = starter_seeds(sources)
    placed = [seed for found in seeds.values() for seed in found]
    urls = {publication.url for publication in load_starter()}
    uncovered = {url for url in urls if place(url, sources) is None}
    assert len(placed) + len(uncovered) == len(urls)
    assert len(placed) >= 24
    assert set(seeds) <= set(sources)
    assert max(Counter(seed.url for seed in placed).values()) == 1
    assert not {seed.url for seed in placed} & uncovered


def test_seeds_lie_with_their_publisher(sources: dict[str, Source]) -> None:
    seeds = starter_seeds(sources)
    assert Seed("https://skemman.is/handle/1946/26414", "landing") in seeds["is-skemman"]
    assert len(seeds["dk-ft"]) == 3
    assert {urlsplit(seed.url).hostname for seed in seeds["is-rikisendurskodun"]} == {
        "www.rikisend.is"
    }
    copies = ("9pdf", "docplayer", "yumpu", "studylib", "5dok", "vdocuments")
    placed = (seed.url for found in seeds.values() for seed in found)
    assert not [url for url in placed if any(copy in url for copy in copies)]


@pytest.mark.parametrize(
    ("url", "source_id", "asked"),
    [
        (
            "https://www.regjeringen.no/no/dokumenter/nou-2009-22/id587673/?ch=4",
            "no-regjeringen",
            "https://www.regjeringen.no/no/dokumenter/nou-2009-22/id587673/",
        ),
        (
            "https://pub.norden.org/nord2026-002/introducion.html",
            "nordic-pub-norden",
            "https://pub.norden.org/nord2026-002/",
        ),
        (
            "https://www.rikisend.is/skyrslur/nanar?id=269",
            "is-rikisendurskodun",
            "https://www.rikisend.is/skyrslur/nanar?id=269",
        ),
        (
            "https://bravo.hivolda.no/hivolda-xmlui/handle/11250/2623092?show=full",
            "no-brage-legacy",
            "https://bravo.hivolda.no/hivolda-xmlui/handle/11250/2623092",
        ),
        (
            "https://socialstyrelsen.dk/projekter-og-initiativer/unge/nordiske-unge-i-mistrivsel",
            "dk-sbst",
            "https://socialstyrelsen.dk/projekter-og-initiativer/unge/nordiske-unge-i-mistrivsel",
        ),
    ],
)
def test_a_chapter_or_a_marked_address_leads_to_the_publications_page(
    sources: dict[str, Source], url: str, source_id: str, asked: str
) -> None:
    assert place(url, sources) == (source_id, Seed(asked, "landing"))


def test_a_chapter_beneath_its_page_leads_up_to_it() -> None:
    pattern = r"^https://prove\.test/rapport/[^/?#]+/$"
    sources = {"no-a": made("no-a", document_patterns=(pattern,))}
    assert place("https://prove.test/rapport/a/del/sammendrag?b=toc_1", sources) == (
        "no-a",
        Seed("https://prove.test/rapport/a/", "landing"),
    )


def test_a_file_is_asked_as_a_file() -> None:
    sources = {"no-a": made("no-a", pdf_patterns=(r"^https://prove\.test/[^?#]+\.pdf$",))}
    assert place("https://prove.test/fil/a.pdf?utm_source=x", sources) == (
        "no-a",
        Seed("https://prove.test/fil/a.pdf", "document"),
    )


def test_a_source_on_the_host_comes_before_one_of_many_hosts() -> None:
    wide = made("no-a", "https://annen.test", document_patterns=(r"^https://[a-z.]+/handle/\d+$",))
    own = made("no-b", document_patterns=(r"^https://prove\.test/handle/\d+$",))
    sources = {"no-a": wide, "no-b": own}
    assert place("https://prove.test/handle/1", sources) == (
        "no-b",
        Seed("https://prove.test/handle/1", "landing"),
    )
    assert place("https://tredje.test/handle/1", sources) is not None


def test_a_section_of_a_portal_does_not_own_the_portal() -> None:
    sources = {"no-a": made("no-a", "https://portal.test/s/etat")}
    assert place("https://portal.test/s/annen/rapport", sources) is None
    assert not [p.url for p in load_starter() if place(p.url, sources)]
    assert starter_seeds(sources) == {}
