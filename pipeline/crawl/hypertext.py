"""Reading addresses out of web pages and sitemaps; pure, nothing is fetched.

Owns anchors, language versions, canonical addresses, sitemaps and text-and-data-mining
reservations. Which of the addresses are followed is the spiders' business. Pages are hostile:
no entities are expanded and nothing is loaded.
"""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass
from urllib.parse import urljoin

import lxml.etree
import lxml.html
from w3lib.encoding import html_to_unicode

from pipeline.crawl.addresses import clean_address

MAX_SITEMAP_BYTES = 60 * 1024 * 1024  # 50 MB is the protocol's own limit
MAX_LINKS = 20_000  # on one page; a real listing has at most some hundred
_CHROME = frozenset({"nav", "header", "footer", "aside"})


@dataclass(frozen=True)
class Anchor:
    """A link of a page; `chrome` where it stands in a menu, header, footer or side column."""

    url: str
    rel: frozenset[str] = frozenset()
    language: str | None = None
    media_type: str | None = None
    chrome: bool = False


@dataclass(frozen=True)
class Hypertext:
    """What a page says about addresses: its links in order, itself, its language versions."""

    anchors: tuple[Anchor, ...] = ()
    canonical: str | None = None
    versions: tuple[tuple[str, str], ...] = ()  # (language or "x-default", address)
    language: str | None = None
    file: str | None = None  # citation_pdf_url
    reserved: bool = False  # text and data mining is reserved


@dataclass(frozen=True)
class Sitemap:
    """A sitemap's pages (address, lastmod) or, for an index, the sitemaps it names."""

    pages: tuple[tuple[str, str | None], ...] = ()
    sitemaps: tuple[str, ...] = ()


def read_hypertext(body: bytes, url: str, content_type: str | None) -> Hypertext:
    """Read a page's addresses; a page that cannot be parsed has none."""
    root = _parse_html(body, content_type)
    if root is None:
        return Hypertext()
    base = next((_absolute(url, node.get("href")) for node in root.xpath("//base[@href]")), url)
    base = base or url
    meta = _meta(root)
    file = meta.get("citation_pdf_url")
    canonical = root.xpath("//link[@rel='canonical']/@href")
    return Hypertext(
        anchors=_anchors(root, base),
        canonical=_absolute(base, canonical[0]) if canonical else None,
        versions=_versions(root, base),
        language=language_code(root.get("lang") or root.get("{xml}lang")),
        file=_absolute(base, file) if file else None,
        reserved=meta.get("tdm-reservation") == "1",
    )


def language_code(tag: str | None) -> str | None:
    """Return the language of a tag like "nb-NO", in lower case, or None."""
    code = (tag or "").strip().lower().replace("_", "-")
    if code == "x-default":
        return code
    primary = code.partition("-")[0]
    return primary if primary.isalpha() and 2 <= len(primary) <= 3 else None


def read_sitemap(body: bytes) -> Sitemap | None:
    """Read a sitemap or a sitemap index (gzipped or not), or None where it is neither."""
    if body[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as unpacked:
                body = unpacked.read(MAX_SITEMAP_BYTES)
        except (OSError, EOFError):
            return None
    root = parse_xml(body)
    kind = lxml.etree.QName(root).localname if root is not None else ""
    if root is None or kind not in ("urlset", "sitemapindex"):
        return None
    found: dict[str, str | None] = {}
    for entry in root.iterchildren("{*}url", "{*}sitemap"):
        url = clean_address(entry.findtext("{*}loc") or "")
        if url:
            found[url] = (entry.findtext("{*}lastmod") or "").strip() or None
        for link in entry.iterchildren("{*}link"):
            other = clean_address(link.get("href") or "")
            if other and link.get("rel") == "alternate":
                found.setdefault(other, None)
    if kind == "sitemapindex":
        return Sitemap(sitemaps=tuple(found))
    return Sitemap(pages=tuple(found.items()))


def parse_xml(body: bytes) -> lxml.etree._Element | None:
    """Parse XML, or return None where it is none or brings its own entities."""
    parser = lxml.etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        root = lxml.etree.fromstring(body, parser)
    except (lxml.etree.XMLSyntaxError, ValueError):
        return None
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        return None  # neither sitemaps nor OAI-PMH need a document type
    return root


def _parse_html(body: bytes, content_type: str | None) -> lxml.html.HtmlElement | None:
    if not body.strip():
        return None
    _, text = html_to_unicode(content_type, body)
    parser = lxml.html.HTMLParser(no_network=True, huge_tree=False, encoding="utf-8")
    try:
        return lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError):
        return None


def _meta(root: lxml.html.HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in root.iter("meta"):
        name = (node.get("name") or node.get("property") or "").strip().lower()
        found.setdefault(name, (node.get("content") or "").strip())
    return found


def _absolute(base: str, href: str) -> str | None:
    try:
        return clean_address(urljoin(base, href.strip()))
    except ValueError:
        return None


def _anchors(root: lxml.html.HtmlElement, base: str) -> tuple[Anchor, ...]:
    found: list[Anchor] = []
    for node in root.iter("a", "link"):
        rel = frozenset((node.get("rel") or "").lower().split())
        href = node.get("href")
        if not href or (node.tag == "link" and not rel & {"next", "prev"}):
            continue
        url = _absolute(base, href)
        if url is None:
            continue
        chrome = any(parent.tag in _CHROME for parent in node.iterancestors())
        language = language_code(node.get("hreflang"))
        found.append(Anchor(url, rel, language, node.get("type"), chrome))
        if len(found) >= MAX_LINKS:
            break
    return tuple(found)


def _versions(root: lxml.html.HtmlElement, base: str) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for node in root.iter("link"):
        code = language_code(node.get("hreflang"))
        if code and "alternate" in (node.get("rel") or "").lower().split():
            url = _absolute(base, node.get("href") or "")
            if url:
                found.append((code, url))
    return tuple(found)
