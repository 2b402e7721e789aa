"""What a saved page of a source leads to and says, as the crawler and the extraction see it.

Owns finding the golden folders, reading their pages without any network, and the plain JSON that
is compared with `expected.json`. What must hold of them is the tests' business.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from corpora.registry import Source
from kb.frontier import Known, Wanted
from pipeline.crawl.spiders import Answer, Found
from pipeline.crawl.spiders.oai_pmh import OaiSpider
from pipeline.crawl.spiders.site import SiteSpider
from pipeline.extract.dispatch import read_job
from pipeline.extract.job import Job
from pipeline.records import EVIDENCE_KINDS

GOLDEN = Path(__file__).parent
SYNTHETIC = "Samvirke synthetic golden page"
"""What the generator mark of a page says that nobody has saved from the web yet."""
TYPES = {
    ".html": "text/html",
    ".xml": "text/xml",
    ".json": "application/json",
    ".pdf": "application/pdf",
}
PATTERNS = {"listing": "listing", "landing": "document", "document": "pdf", "chapter": "chapter"}
"""The crawler's kinds of address, by the name of the pattern field they come from."""
FIRST_WORDS = 8  # words of each piece of evidence that are kept, enough to know it again


@dataclass(frozen=True)
class SavedPage:
    """One page of a golden folder: where it was met, as what, and when (None: synthetic)."""

    path: Path
    url: str
    kind: str
    saved: date | None

    @property
    def is_marked_synthetic(self) -> bool:
        """Whether the page says itself that it is ours."""
        return b"Synthetic page:" in self.path.read_bytes()[:600]


class NothingKnown:
    """A record that remembers nothing, for spiders that ask one."""

    def known(self, url: str) -> Known | None:
        return None

    def item_at(self, url: str) -> str | None:
        return None


def golden_folders() -> dict[str, Path]:
    """Return every golden folder by the id it is named by."""
    folders = (path for path in GOLDEN.iterdir() if path.is_dir() and path.name[0] not in "_.")
    return {path.name: path for path in sorted(folders)}


def saved_pages(folder: Path) -> dict[str, SavedPage]:
    """Return a folder's pages by file name, as its `saved.json` describes them."""
    described = json.loads((folder / "saved.json").read_text(encoding="utf-8"))
    return {
        name: SavedPage(
            folder / name,
            entry["url"],
            entry["kind"],
            date.fromisoformat(entry["date"]) if entry["date"] else None,
        )
        for name, entry in described.items()
    }


def read_golden(source: Source, folder: Path) -> dict[str, Any]:
    """Return what each page of a folder comes to; this is what `expected.json` holds."""
    return {name: _read_page(source, page) for name, page in saved_pages(folder).items()}


def _read_page(source: Source, page: SavedPage) -> dict[str, Any]:
    found = _ask(source, page)
    comes_to: dict[str, Any] = {"links": _links(found)}
    if page.kind == "oai-page":
        comes_to["records"] = [
            {"item": sighting.item, **_extracted(body, sighting.url, "text/xml")}
            for body, sighting in found.files
        ]
        comes_to["gone"] = list(found.gone)
    for body, sighting in found.files if page.kind != "oai-page" else ():
        comes_to["item"] = sighting.item
        comes_to |= _extracted(body, sighting.url, sighting.media_type)
    return comes_to


def _ask(source: Source, page: SavedPage) -> Found:
    headers = {"content-type": TYPES[page.path.suffix]}
    wanted = Wanted(page.url, source.id, page.kind)
    spider: SiteSpider | OaiSpider = SiteSpider(source)
    if page.kind == "oai-page":
        spider = OaiSpider(source, NothingKnown())
        wanted = _list_request(spider, page.url)
    return spider.read(Answer(wanted, page.url, page.path.read_bytes(), headers))


def _list_request(spider: OaiSpider, url: str) -> Wanted:
    """The spider's own request for a list: the one it makes after a repository's Identify."""
    body = (
        "<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'>"
        "<Identify><granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify></OAI-PMH>"
    )
    asked = [
        request
        for start in spider.start()
        for request in spider.read(Answer(start, start.url, body.encode())).links
    ]
    return next(request for request in asked if request.url == url)


def _links(found: Found) -> dict[str, list[str]]:
    links: dict[str, list[str]] = {}
    for link in found.links:
        urls = links.setdefault(PATTERNS.get(link.kind, link.kind), [])
        if link.url not in urls:
            urls.append(link.url)
    return links


def _extracted(body: bytes, url: str, media_type: str | None) -> dict[str, Any]:
    read = read_job(Job(body, media_type=media_type, url=url))
    comes_to: dict[str, Any] = {
        "language": read.language,
        "metadata": {key: field.value for key, field in sorted(read.metadata.items())},
        "evidence": [
            " ".join(block.text.split()[:FIRST_WORDS])
            for block in read.blocks
            if block.kind in EVIDENCE_KINDS
        ],
    }
    return comes_to if read.reason is None else {**comes_to, "reason": read.reason}
