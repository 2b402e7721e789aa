"""The site's own name behind a title is no part of it; anything else is."""

from __future__ import annotations

import pytest

from pipeline.extract.html_tree import parse
from pipeline.extract.metadata.landing import read_landing
from pipeline.extract.metadata.site_name import without_site
from pipeline.records import Field


def title_of(head: str, url: str = "https://www.nkvts.no/rapport/a/") -> object:
    tree = parse(f"<html><head>{head}</head><body><main><p>Tekst.</p></main></body></html>")
    assert tree is not None
    return read_landing(tree, url)["title"].value


def test_yoasts_graph_names_page_and_site() -> None:
    graph = """<script type="application/ld+json">{"@graph": [
        {"@type": "WebPage", "name": "Barn som väntar - Vård- och omsorgsanalys"},
        {"@type": "WebSite", "name": "Vård- och omsorgsanalys"}]}</script>"""
    assert title_of(graph) == "Barn som väntar"


def test_open_graphs_site_name_and_the_host_count() -> None:
    named = '<meta property="og:site_name" content="Itla">'
    assert title_of(f'{named}<meta property="og:title" content="Varhainen tuki - Itla">') == (
        "Varhainen tuki"
    )
    assert title_of("<title>Samarbeid i barnehus | NKVTS</title>") == "Samarbeid i barnehus"
    assert title_of("<title>Útgáfa – nkvts.no</title>") == "Útgáfa"


@pytest.mark.parametrize(
    "title",
    ["Trøbbel i grenseflatene – Samordnet innsats", "Fafo", "0–24-samarbeidet", "A-Fafo", "- Fafo"],
)
def test_a_subtitle_and_a_title_of_its_own_stay(title: str) -> None:
    field = Field(title, "json-ld", 0.9)
    assert without_site(field, frozenset({"Fafo", "fafo", ""})) == field


def test_an_address_that_is_none_names_nobody() -> None:
    assert title_of("<title>Møter | Etaten</title>", "http://[::1") == "Møter | Etaten"
