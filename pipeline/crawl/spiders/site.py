"""Publishers' sites: listings and sitemaps to landing pages, from there to files and chapters.

Owns what the links of a site mean. Patterns come from the source's description; they are tested
files before landing pages before listings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from corpora.registry import Source
from kb.frontier import Sighting, Wanted
from pipeline.crawl.addresses import clean_address, file_name, is_beneath
from pipeline.crawl.hypertext import Anchor, Hypertext, read_hypertext, read_sitemap
from pipeline.crawl.spiders import Answer, Found

MAX_SITEMAP_DEPTH = 3  # an index of indexes is rare, more is a loop
_FILE_SUFFIX = re.compile(r"\.(pdf|docx|pptx)$", re.IGNORECASE)
_OFFICE_SUFFIX = re.compile(r"\.(docx|pptx)$", re.IGNORECASE)
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_HTML_START = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html)", re.I | re.S
)


class SiteSpider:
    """Harvests the pages of one publisher's site."""

    kinds = frozenset({"listing", "sitemap", "landing", "document", "chapter"})

    def __init__(self, source: Source) -> None:
        self.source = source
        self._files = [re.compile(pattern) for pattern in source.pdf_patterns]
        self._landings = [re.compile(pattern) for pattern in source.document_patterns]
        self._listings = [re.compile(pattern) for pattern in source.listing_patterns]

    def start(self) -> tuple[Wanted, ...]:
        """The source's own start pages and its sitemap."""
        found: list[Wanted] = []
        for address in self.source.start_urls:
            url = clean_address(address)
            if url:
                kind = self.kind_of(url) or "listing"
                found.append(self._want(url, "listing" if kind == "listing" else kind))
        if self.source.sitemap and (url := clean_address(self.source.sitemap)):
            found.append(self._want(url, "sitemap", depth=1))
        return tuple(found)

    def kind_of(self, url: str) -> str | None:
        """What an address is by the source's patterns: document, landing, listing or None."""
        for patterns, kind in (
            (self._files, "document"),
            (self._landings, "landing"),
            (self._listings, "listing"),
        ):
            if any(pattern.match(url) for pattern in patterns):
                return kind
        return None

    def read(self, answer: Answer) -> Found:
        """Say what a page, sitemap or file came to."""
        kind = answer.wanted.kind
        if kind == "sitemap":
            return self._read_sitemap(answer)
        if not _is_html(answer):
            return self._read_file(answer)
        page = read_hypertext(answer.body, answer.url, answer.headers.get("content-type"))
        if page.reserved:
            return Found(reserved=True)
        if kind == "listing":
            return Found(links=tuple(self._listed(answer, page)))
        if kind == "document":
            return self._read_file(answer)
        return self._read_landing(answer, page)

    def _read_sitemap(self, answer: Answer) -> Found:
        sitemap = read_sitemap(answer.body)
        if sitemap is None:
            problem = f"Expected a sitemap at {answer.wanted.url}, found something else."
            return Found(problem=problem, failed=True)
        depth = int(answer.wanted.context.get("depth", 1))
        links = [
            self._want(url, "sitemap", depth=depth + 1)
            for url in sitemap.sitemaps
            if depth < MAX_SITEMAP_DEPTH
        ]
        known = {url: self.kind_of(url) for url, _ in sitemap.pages}
        landings = {url for url, kind in known.items() if kind == "landing"}
        for url, lastmod in sitemap.pages:
            if known[url] == "document" or (
                known[url] == "landing" and not self._part_of(url, landings)
            ):
                links.append(self._want(url, known[url] or "", lastmod=lastmod))
        return Found(links=tuple(links))

    def _listed(self, answer: Answer, page: Hypertext) -> Iterable[Wanted]:
        known = {anchor.url: self.kind_of(anchor.url) for anchor in page.anchors}
        landings = {url for url, kind in known.items() if kind == "landing"}
        host = urlsplit(answer.url).netloc
        for anchor in page.anchors:
            kind = known[anchor.url]
            if kind == "landing" and not self._part_of(anchor.url, landings):
                yield self._want(anchor.url, kind)
            elif kind == "document":
                yield self._want(anchor.url, kind, language=anchor.language)
            elif kind == "listing" or (
                kind is None and "next" in anchor.rel and urlsplit(anchor.url).netloc == host
            ):
                yield self._want(anchor.url, "listing")

    def _part_of(self, url: str, landings: set[str]) -> bool:
        """Whether an address is a chapter of a landing page that is known beside it."""
        return any(is_beneath(url, landing) for landing in landings)

    def _read_landing(self, answer: Answer, page: Hypertext) -> Found:
        wanted, context = answer.wanted, answer.wanted.context
        chapter = wanted.kind == "chapter"
        item = context.get("item") or self._item(answer, page)
        own = {item, answer.url, wanted.url}
        main = context.get("version_of") if chapter else self._main_version(own, page)
        sighting = Sighting(
            url=wanted.url,
            source_id=self.source.id,
            item=item,
            role=wanted.kind,
            media_type=answer.media_type,
            position=int(context.get("position", 0)),
            language=context.get("language") or page.language,
            version_of=main,
        )
        top = context.get("landing", answer.url) if chapter else answer.url
        links = list(self._parts(answer, page, item, main, top))
        if not chapter:
            links += [
                self._want(url, "landing", language=code)
                for code, url in page.versions
                if code != "x-default" and url not in own and self._is_ours(url, answer.url)
            ]
            links += [
                self._want(anchor.url, "landing")
                for anchor in page.anchors
                if not is_beneath(anchor.url, top) and self.kind_of(anchor.url) == "landing"
            ]
        return Found(files=((answer.body, sighting),), links=tuple(links))

    def _item(self, answer: Answer, page: Hypertext) -> str:
        """The landing page's own name for itself, where that is an address of this source."""
        canonical = page.canonical
        same_host = canonical and urlsplit(canonical).netloc == urlsplit(answer.url).netloc
        if canonical and same_host and self.kind_of(canonical) == "landing":
            return canonical
        return clean_address(answer.url) or answer.wanted.url

    def _is_ours(self, url: str, page_url: str) -> bool:
        return urlsplit(url).netloc == urlsplit(page_url).netloc or self.kind_of(url) == "landing"

    def _main_version(self, own: set[str], page: Hypertext) -> str | None:
        """The item of the main language version, or None on the main version itself.

        All versions of a page list the same set, so all of them agree: the one that is also named
        as the default, else the first in the order of the source's languages, else the first.
        """
        versions: dict[str, str] = {}
        for code, url in page.versions:
            versions.setdefault(code, url)
        default = versions.pop("x-default", None)
        if not set(versions.values()) - own:
            return None
        if default not in versions.values():
            order = [*self.source.languages, *versions]
            default = next(versions[code] for code in order if code in versions)
        return None if default in own else default

    def _parts(
        self, answer: Answer, page: Hypertext, item: str, main: str | None, top: str
    ) -> Iterable[Wanted]:
        """The files and chapters of a landing page (or of a chapter, which may know more)."""
        shared = {"item": main or item}  # language versions often share a file: the main one's
        documents = [anchor for anchor in page.anchors if self._is_file(anchor, answer.url)]
        if page.file and urlsplit(page.file).netloc == urlsplit(answer.url).netloc:
            documents.insert(0, Anchor(page.file))
        urls = dict.fromkeys(anchor.url for anchor in documents)
        languages = {anchor.url: anchor.language for anchor in documents}
        for position, url in enumerate(urls):
            language = languages[url] or None
            yield self._want(url, "document", **shared, position=position, language=language)
        chapters = dict.fromkeys(
            anchor.url
            for anchor in page.anchors
            if anchor.url not in urls and self._is_chapter(anchor.url, top)
        )
        before = int(answer.wanted.context.get("position", 0))
        for position, url in enumerate(chapters, start=before + 1):
            yield self._want(
                url, "chapter", item=item, version_of=main, position=position, landing=top
            )

    def _is_file(self, anchor: Anchor, page_url: str) -> bool:
        if any(pattern.match(anchor.url) for pattern in self._files):
            return True
        parts = urlsplit(anchor.url)
        if anchor.chrome or parts.netloc != urlsplit(page_url).netloc:
            return False
        suffix = _OFFICE_SUFFIX if self._files else _FILE_SUFFIX
        return bool(suffix.search(parts.path))

    def _is_chapter(self, url: str, top: str) -> bool:
        """Whether a page is a part of the landing page: beneath it, and no list or file."""
        return is_beneath(url, top) and self.kind_of(url) in (None, "landing")

    def _read_file(self, answer: Answer) -> Found:
        wanted, context = answer.wanted, answer.wanted.context
        if wanted.kind == "listing":
            problem = f"Expected a page that lists publications at {wanted.url}, found a file."
            return Found(problem=problem, failed=True)
        sighting = Sighting(
            url=wanted.url,
            source_id=self.source.id,
            item=context.get("item") or clean_address(answer.url) or wanted.url,
            role="document",
            media_type=answer.media_type,
            position=int(context.get("position", 0)),
            filename=file_name(answer.url, answer.headers.get("content-disposition")),
            language=context.get("language"),
            version_of=context.get("version_of"),
        )
        return Found(files=((answer.body, sighting),))

    def _want(self, url: str, kind: str, **context: object) -> Wanted:
        kept = {name: value for name, value in context.items() if value is not None}
        return Wanted(url, self.source.id, kind, kept)


def _is_html(answer: Answer) -> bool:
    """Whether an answer is a page, by its first bytes first and its given type second."""
    head = answer.body[:2048]
    if head.startswith((b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return False
    return bool(_HTML_START.match(head.lstrip(b"\xef\xbb\xbf"))) or answer.media_type in _HTML_TYPES
