"""Publishers' sites: listings and sitemaps to landing pages, from there to files and chapters.

Owns what the links of a site mean. Patterns come from the source's description; they are tested
files before landing pages before listings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlsplit

from corpora.registry import Source
from kb.frontier import Sighting, Wanted
from pipeline.crawl.addresses import clean_address, ends_in, file_name, is_beneath
from pipeline.crawl.hypertext import Anchor, Hypertext, read_hypertext
from pipeline.crawl.listed import read_listed
from pipeline.crawl.sitemap import Sitemap, read_sitemap
from pipeline.crawl.spiders import Answer, Found
from pipeline.crawl.spiders.oddities import find_oddity

SITEMAP = "sitemap"
MAX_SITEMAP_DEPTH = 3  # an index of indexes is rare, more is a loop
_OFFICE_SUFFIXES = (".docx", ".pptx")
_FILE_SUFFIXES = (".pdf", *_OFFICE_SUFFIXES)
_RECORD_VIEW = re.compile(r"/(full|statistics)/?$")
"""Other views of a repository's record (DSpace): beneath its page, but no part of what it says."""
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_HTML_START = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html)", re.I | re.S
)


class SiteSpider:
    """Harvests the pages of one publisher's site."""

    kinds = frozenset({"listing", SITEMAP, "landing", "document", "chapter"})

    def __init__(self, source: Source) -> None:
        self.source = source
        patterns = (
            (source.pdf_patterns, "document"),
            (source.document_patterns, "landing"),
            (source.listing_patterns, "listing"),
        )
        self._patterns = tuple(
            (re.compile(pattern).match, kind) for group, kind in patterns for pattern in group
        )
        self.kind_of = lru_cache(maxsize=4096)(self._find_kind)
        """What an address is by the source's patterns: document, landing, listing or None."""

    def start(self) -> tuple[Wanted, ...]:
        """The source's own start pages and its sitemap."""
        found: list[Wanted] = []
        for address in self.source.start_urls:
            url = clean_address(address)
            if url:
                kind = self.kind_of(url) or "listing"
                found.append(self._want(url, "listing" if kind == "listing" else kind))
        if self.source.sitemap and (url := clean_address(self.source.sitemap)):
            found.append(self._want(url, SITEMAP, depth=1))
        return tuple(found)

    def _find_kind(self, url: str) -> str | None:
        return next((kind for matches, kind in self._patterns if matches(url)), None)

    def read(self, answer: Answer) -> Found:
        """Say what a page, sitemap or file came to."""
        kind = answer.wanted.kind
        if kind == SITEMAP:
            return self._read_sitemap(answer)
        if not _is_html(answer):
            listed = read_listed(answer.body, answer.url) if kind == "listing" else None
            if listed is None:
                return self._read_file(answer)
            return Found(links=tuple(self._listed(answer, Hypertext(listed))))
        page = read_hypertext(answer.body, answer.url, answer.headers.get("content-type"))
        if page.reserved:
            return Found(reserved=True)
        if kind == "listing":
            found = Found(links=tuple(self._listed(answer, page)))
        elif kind == "document":
            found = self._read_file(answer)
        else:
            found = self._read_landing(answer, page)
        return replace(found, reserved=page.reserved)

    def _read_sitemap(self, answer: Answer) -> Found:
        sitemap = read_sitemap(answer.body)
        if sitemap is None:
            said = f"Expected a sitemap at {answer.wanted.url}, found something else."
            return Found(problem=said, kind="bad_sitemap", failed=True)
        links, problem = self._further_sitemaps(answer, sitemap)
        known = {url: self.kind_of(url) for url, _ in sitemap.pages}
        landings = _Tops(url for url, kind in known.items() if kind == "landing")
        for url, lastmod in sitemap.pages:
            what = known[url]
            if what == "document" or (what == "landing" and not landings.cover(url)):
                links.append(self._want(url, what, lastmod=lastmod))
        return Found(links=tuple(links), problem=problem, kind="bad_sitemap")

    def _further_sitemaps(
        self, answer: Answer, sitemap: Sitemap
    ) -> tuple[list[Wanted], str | None]:
        """The sitemaps that an index names, to a depth; and what is wrong with it."""
        depth = int(answer.wanted.context.get("depth", 1))
        above = (*answer.wanted.context.get("above", ()), answer.wanted.url, answer.url)
        further = [url for url in sitemap.sitemaps if url not in above]
        problem = None
        if len(further) < len(sitemap.sitemaps):
            problem = f"The sitemap {answer.wanted.url} names itself or one that named it."
        elif further and depth >= MAX_SITEMAP_DEPTH:
            problem = (
                f"The sitemap {answer.wanted.url} goes deeper than {MAX_SITEMAP_DEPTH} levels; "
                "what is below is left out."
            )
        if depth >= MAX_SITEMAP_DEPTH:
            further = []
        links = [self._want(url, SITEMAP, depth=depth + 1, above=above) for url in further]
        return links, problem

    def _listed(self, answer: Answer, page: Hypertext) -> Iterable[Wanted]:
        known = {anchor.url: self.kind_of(anchor.url) for anchor in page.anchors}
        landings = _Tops(url for url, kind in known.items() if kind == "landing")
        host = urlsplit(answer.url).netloc
        for anchor in page.anchors:
            kind = known[anchor.url]
            if kind == "landing" and not landings.cover(anchor.url):
                yield self._want(anchor.url, kind)
            elif kind == "document":
                yield self._want(anchor.url, kind, language=anchor.language)
            elif kind == "listing" or (
                kind is None and "next" in anchor.rel and urlsplit(anchor.url).netloc == host
            ):
                yield self._want(anchor.url, "listing")

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
            links += [self._want(url, "landing") for url in self._others(page, own, top)]
        oddity = find_oddity(answer, is_page=True)
        return Found(files=((answer.body, sighting),), links=tuple(links), **oddity)

    def _others(self, page: Hypertext, own: set[str], top: str) -> Iterable[str]:
        """Other landing pages that one names.

        None where OAI-PMH alone lists the publications: a repository's breadcrumbs and "recent
        items" lead from any page to all of it, whatever sets were asked for.
        """
        if self.source.oai is not None and not self.source.listing_patterns:
            return
        for anchor in page.anchors:
            other = self.kind_of(anchor.url) == "landing" and anchor.url not in own
            if other and not is_beneath(anchor.url, top):
                yield anchor.url

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
        if self.kind_of(anchor.url) == "document":
            return True
        suffixes = _OFFICE_SUFFIXES if self.source.pdf_patterns else _FILE_SUFFIXES
        if anchor.chrome or not ends_in(anchor.url, suffixes):
            return False
        return urlsplit(anchor.url).netloc == urlsplit(page_url).netloc

    def _is_chapter(self, url: str, top: str) -> bool:
        """Whether a page is a part of the landing page: beneath it, and no list or file."""
        beneath = is_beneath(url, top) and not _RECORD_VIEW.search(urlsplit(url).path)
        return beneath and self.kind_of(url) in (None, "landing")

    def _read_file(self, answer: Answer) -> Found:
        wanted, context = answer.wanted, answer.wanted.context
        if wanted.kind == "listing":
            problem = f"Expected a page that lists publications at {wanted.url}, found a file."
            return Found(problem=problem, kind="not_a_listing", failed=True)
        oddity = find_oddity(answer, is_page=_is_html(answer))
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
        return Found(files=((answer.body, sighting),), **oddity)

    def _want(self, url: str, kind: str, **context: object) -> Wanted:
        kept = {name: value for name, value in context.items() if value is not None}
        return Wanted(url, self.source.id, kind, kept)


class _Tops:
    """The landing pages named beside one another; a chapter of one of them is none of its own."""

    def __init__(self, urls: Iterable[str]) -> None:
        self.by_stem: dict[str, list[str]] = {}
        for url in urls:
            self.by_stem.setdefault(_without_suffix(url), []).append(url)

    def cover(self, url: str) -> bool:
        """Whether an address is a part of one of them; looks only at those above it."""
        at = _without_suffix(url)
        while at.count("/") > 2:
            if any(is_beneath(url, top) for top in self.by_stem.get(at, ())):
                return True
            at = at.rpartition("/")[0]
        return False


def _without_suffix(url: str) -> str:
    path = url.partition("?")[0]
    return re.sub(r"(/index)?\.html?$", "", path).rstrip("/")


def _is_html(answer: Answer) -> bool:
    """Whether an answer is a page, by its first bytes first and its given type second."""
    head = answer.body[:2048]
    if head.startswith((b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return False
    return bool(_HTML_START.match(head.lstrip(b"\xef\xbb\xbf"))) or answer.media_type in _HTML_TYPES
