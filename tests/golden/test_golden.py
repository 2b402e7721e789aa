"""Every source has saved pages, and from them is read what a person has agreed to.

A source without pages fails and says what to do; a missing `expected.json` is written, and then
the test fails until a person has looked at it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpora.registry import Source, load_sources
from pipeline.crawl.addresses import clean_address
from pipeline.crawl.hypertext import read_hypertext
from pipeline.crawl.spiders.oai_pmh import OaiSpider
from pipeline.crawl.spiders.site import SiteSpider
from tests.golden.reading import (
    GOLDEN,
    SYNTHETIC,
    NothingKnown,
    SavedPage,
    golden_folders,
    read_golden,
    saved_pages,
)

SOURCES = load_sources()
FOLDERS = golden_folders()
MAX_PAGE_BYTES = 60_000  # a saved page may be larger than ours; scripts and styles are cut from it
MAX_ALL_BYTES = 4_000_000  # of every golden page, so that a checkout stays small
FURNITURE = re.compile(r"cookie|informasjonskaps|kakor|evästeit|vafrakök|©|Facebook", re.IGNORECASE)


def needs_pages(source: Source) -> bool:
    """Whether anything of a source is read from pages or records, and not from an interface."""
    return bool(source.document_patterns or source.pdf_patterns or source.oai)


def asks_pages(source: Source) -> bool:
    """Whether a crawl begins at a listing, a sitemap or a repository."""
    return bool(SiteSpider(source).start() or OaiSpider(source, NothingKnown()).start())


def all_pages() -> Iterator[tuple[str, SavedPage]]:
    for source_id, folder in FOLDERS.items():
        for page in saved_pages(folder).values():
            yield source_id, page


PAGES = [pytest.param(i, page, id=f"{i}-{page.path.name}") for i, page in all_pages()]


@pytest.mark.parametrize("source_id", [i for i, s in SOURCES.items() if needs_pages(s)])
def test_every_source_has_its_pages(source_id: str) -> None:
    source = SOURCES[source_id]
    assert source_id in FOLDERS, (
        f"Expected golden pages of {source_id} in {GOLDEN / source_id}, found none: save a listing "
        "and a document page there, as tests/golden/README.md says."
    )
    pages = saved_pages(FOLDERS[source_id])
    kinds = {page.kind for page in pages.values()}
    by_interface = source.api is not None and source.api.adapter is not None
    if asks_pages(source) and not by_interface:
        assert kinds & {"listing", "oai-page"}, f"{source_id}: no page that leads to publications"
    if source.document_patterns and not by_interface:
        assert "landing" in kinds, f"{source_id}: no page of a publication"
    if source.oai is not None and OaiSpider(source, NothingKnown()).start():
        assert "oai-page" in kinds, f"{source_id}: no answer of its OAI-PMH"


def test_no_folder_is_left_without_a_source() -> None:
    strangers = sorted(set(FOLDERS) - set(SOURCES))
    assert not strangers, f"{strangers}: no source has these ids; rename or remove the folders"


@pytest.mark.parametrize("source_id", [i for i in FOLDERS if i in SOURCES])
def test_what_is_read_is_what_was_agreed(source_id: str) -> None:
    folder = FOLDERS[source_id]
    found = json.loads(json.dumps(read_golden(SOURCES[source_id], folder)))
    expected = folder / "expected.json"
    if not expected.exists():
        written = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
        expected.write_text(written, encoding="utf-8")
        pytest.fail(f"{expected} was missing and has been written: look at it, then run this again")
    agreed = json.loads(expected.read_text(encoding="utf-8"))
    assert set(found) == set(agreed), f"{folder}: saved.json and expected.json name other pages"
    for name in agreed:
        assert found[name] == agreed[name], f"{folder / name}: see tests/golden/README.md"


@pytest.mark.parametrize(("source_id", "page"), PAGES)
def test_a_page_is_marked_synthetic_or_says_when_it_was_saved(
    source_id: str, page: SavedPage
) -> None:
    assert page.path.is_file(), f"saved.json names {page.path.name}, which is not there"
    assert page.is_marked_synthetic == (page.saved is None), (
        f"{page.path}: a page of ours opens with the comment 'Synthetic page:', and one from the "
        "web has its date in saved.json"
    )
    if page.saved is None and page.path.suffix == ".html":
        assert SYNTHETIC in page.path.read_bytes()[:1500].decode("utf-8", "replace")
    assert page.path.stat().st_size <= MAX_PAGE_BYTES


@pytest.mark.parametrize(("source_id", "page"), PAGES)
def test_a_page_lies_where_the_patterns_say(source_id: str, page: SavedPage) -> None:
    """The address of a listing is a listing's, that of a publication a publication's."""
    if page.kind != "oai-page":
        assert SiteSpider(SOURCES[source_id]).kind_of(page.url) == page.kind


def test_folders_hold_nothing_else() -> None:
    for folder in FOLDERS.values():
        named = {"saved.json", "expected.json", *saved_pages(folder)}
        assert {path.name for path in folder.iterdir()} <= named, folder
    sizes = (path.stat().st_size for path in GOLDEN.rglob("*") if path.is_file())
    assert sum(sizes) <= MAX_ALL_BYTES


def agreed_pages(kind: str) -> Iterator[Any]:
    for source_id, folder in FOLDERS.items():
        path = folder / "expected.json"
        agreed = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        for name, page in saved_pages(folder).items():
            if page.kind == kind and name in agreed:
                yield pytest.param(page, agreed[name], id=f"{source_id}-{name}")


@pytest.mark.parametrize(("page", "agreed"), list(agreed_pages("listing")))
def test_a_listing_leads_to_publications_and_nowhere_else(
    page: SavedPage, agreed: dict[str, Any]
) -> None:
    links = agreed["links"]
    publications = links.get("document", []) + links.get("pdf", [])
    assert len(publications) >= 3
    assert set(links) <= {"listing", "document", "pdf"}
    assert page.url not in publications
    if page.path.suffix != ".html":
        return
    anchors = read_hypertext(page.path.read_bytes(), page.url, "text/html").anchors
    assert len({anchor.url for anchor in anchors}) > len(publications), "no menu, no footer?"


@pytest.mark.parametrize(("page", "agreed"), list(agreed_pages("landing")))
def test_a_publications_page_says_what_it_is(page: SavedPage, agreed: dict[str, Any]) -> None:
    metadata = agreed["metadata"]
    assert len(metadata["title"]) > 3
    assert "reason" not in agreed
    assert clean_address(agreed["item"]) == agreed["item"]
    assert agreed["item"] not in agreed["links"].get("document", [])
    assert not [words for words in agreed["evidence"] if FURNITURE.search(words)]
    assert set(agreed["links"]) <= {"document", "pdf", "chapter"}


@pytest.mark.parametrize(("page", "agreed"), list(agreed_pages("oai-page")))
def test_a_repository_tells_of_records(page: SavedPage, agreed: dict[str, Any]) -> None:
    assert agreed["records"]
    for record in agreed["records"]:
        assert record["metadata"]["title"] and record["metadata"]["year"]
        assert re.match(r"https?://", record["item"]), "a record is known by its page"
    deleted = page.path.read_bytes().count(b'status="deleted"')
    assert len(agreed["gone"]) == deleted


def test_a_new_source_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copied folder without its agreed reading is read, written, and refused once."""
    folder = tmp_path / "no-fafo"
    folder.mkdir()
    for path in FOLDERS["no-fafo"].iterdir():
        if path.name != "expected.json":
            (folder / path.name).write_bytes(path.read_bytes())
    monkeypatch.setitem(FOLDERS, "no-fafo", folder)
    with pytest.raises(pytest.fail.Exception, match="look at it"):
        test_what_is_read_is_what_was_agreed("no-fafo")
    test_what_is_read_is_what_was_agreed("no-fafo")
    agreed = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    agreed["document.html"]["metadata"]["year"] = 1999
    (folder / "expected.json").write_text(json.dumps(agreed), encoding="utf-8")
    with pytest.raises(AssertionError, match=r"document\.html"):
        test_what_is_read_is_what_was_agreed("no-fafo")
