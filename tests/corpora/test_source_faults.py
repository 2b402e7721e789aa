"""Faults that a description shows without asking anybody; the packaged registry has none."""

from __future__ import annotations

from typing import Any

import pytest

from corpora.registry import load_sources
from corpora.replica import replica_sources
from corpora.source_faults import find_doubts, find_faults, matches
from tests.pipeline.crawl.web import make_source

HOST = r"^http://x\.test"


@pytest.mark.parametrize("sources", [load_sources(), replica_sources()], ids=["real", "replica"])
def test_the_packaged_sources_have_no_faults(sources: dict[str, Any]) -> None:
    faulty = {name: faults for name, source in sources.items() if (faults := find_faults(source))}
    assert faulty == {}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"enabled": True, "start_urls": ()}, "start_urls", "nothing to begin with"),
        ({"pdf_patterns": (r"https?://.*\.pdf$",)}, "pdf_patterns", "any site"),
        ({"listing_patterns": (r".*rapport.*",)}, "listing_patterns", "any site"),
        (
            {"document_patterns": (HOST + r"/(list|report/\d+)$",)},
            "document_patterns",
            "takes the start page http://x.test/list for a publication",
        ),
        ({"pdf_patterns": (HOST + "/li.*",)}, "pdf_patterns", "takes the start page"),
        ({"document_patterns": (HOST + "/$",)}, "document_patterns", "takes the front page"),
        (
            {"listing_patterns": (HOST + "/a$",), "document_patterns": (HOST + "/a$",)},
            "listing_patterns",
            "is also one of publications",
        ),
        (
            {"enabled": True, "document_patterns": (), "pdf_patterns": ()},
            "document_patterns",
            "no pattern says which pages are publications",
        ),
        (
            {
                "enabled": True,
                "start_urls": (),
                "oai": {"url": "https://x.test/oai/<archive>"},
            },
            "start_urls",
            "without a placeholder",
        ),
    ],
)
def test_faults(changes: dict[str, Any], field: str, words: str) -> None:
    found = find_faults(make_source("x.test", **changes))
    assert any(name == field and words in sentence for name, sentence in found)
    for _, sentence in found:
        assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"start_urls": ("http://x.test/news",)}, "start_urls", "No listing pattern matches"),
        ({"seen_in": ("http://x.test/old/1.html",)}, "seen_in", "No pattern matches"),
        ({"start_urls": ("http://x.test/list",) * 2}, "start_urls", "stands there twice"),
    ],
)
def test_doubts_are_no_faults(changes: dict[str, Any], field: str, words: str) -> None:
    source = make_source("x.test", **changes)
    assert find_faults(source) == ()
    assert [(name, words in sentence) for name, sentence in find_doubts(source)] == [(field, True)]


@pytest.mark.parametrize(
    "address",
    [
        "http://x.test/report/1/",
        "http://x.test/oai/request?verb=Identify",
        "http://x.test/sitemap.xml",
        "http://elsewhere.test/old/1.html",
        "http://x.test/",
    ],
)
def test_addresses_for_programs_and_of_other_hosts_need_no_pattern(address: str) -> None:
    assert find_doubts(make_source("x.test", seen_in=(address,))) == ()


def test_a_sound_source_has_neither() -> None:
    source = make_source("x.test", enabled=True)
    assert find_faults(source) == find_doubts(source) == ()
    assert matches(source, "listing_patterns", "http://x.test/list?page=2")
    assert matches(source, "pdf_patterns", "http://x.test/list") == []


@pytest.mark.parametrize(
    "way",
    [
        {"sitemap": "http://x.test/sitemap.xml"},
        {"oai": {"url": "http://x.test/oai"}},
        {"api": {"url": "http://x.test/api", "adapter": "finna"}},
    ],
)
def test_each_way_is_something_to_begin_with(way: dict[str, Any]) -> None:
    assert find_faults(make_source("x.test", enabled=True, start_urls=(), **way)) == ()
