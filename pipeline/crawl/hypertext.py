"""Reading addresses out of web pages; pure, nothing is fetched.

Owns anchors, language versions, canonical addresses and text-and-data-mining reservations. Which of
the addresses are followed is the spiders' business. Pages are hostile: no entities are expanded and
nothing is loaded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin

import lxml.etree
import lxml.html
from w3lib.encoding import html_to_unicode

from pipeline.crawl.addresses import clean_address, ends_in
from pipeline.crawl.reservation import ROBOT_NAME, says_noai

MAX_LINKS = 20_000  # on one page; a real listing has at most some hundred
_CHROME = frozenset({"nav", "header", "footer", "aside"})
_PAGING = frozenset({"next", "prev"})
_NO_RELATION: frozenset[str] = frozenset()
_FILES = (".pdf", ".docx", ".pptx")
_PLAIN_PATH = re.compile(r"/(?!/)[A-Za-z0-9/_.~-]*", re.ASCII)
"""What needs no cleaning: most links of most sites."""
_PLAIN_ROOT = re.compile(r"https?://[a-z0-9.-]+(?=/)", re.ASCII)


@dataclass(frozen=True)
class Anchor:
    """A link of a page; `chrome` where it is to a file and stands in a menu, header or footer."""

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
    reserved: bool | None = None  # text and data mining; None where the page says nothing


def read_hypertext(body: bytes, url: str, content_type: str | None) -> Hypertext:
    """Read a page's addresses; a page that cannot be parsed has none."""
    root = parse_html(body, content_type)
    if root is None:
        return Hypertext()
    first = next((node for node in root.iter("base") if node.get("href")), None)
    base = (_absolute(url, first.get("href")) if first is not None else None) or url
    meta = _meta(root)
    file = meta.get("citation_pdf_url")
    links = list(root.iter("link"))
    canonical = next((node.get("href") for node in links if node.get("rel") == "canonical"), None)
    return Hypertext(
        anchors=_anchors(root, base),
        canonical=_absolute(base, canonical) if canonical else None,
        versions=_versions(links, base),
        language=language_code(root.get("lang") or root.get("{xml}lang")),
        file=_absolute(base, file) if file else None,
        reserved=_reservation(meta),
    )


def _reservation(meta: dict[str, str]) -> bool | None:
    """What a page says of text and data mining, or None where it says nothing."""
    said = meta.get("tdm-reservation")
    if said in ("0", "1"):
        return said == "1"
    words = (meta.get("robots"), meta.get(ROBOT_NAME))
    return True if any(says_noai(word) for word in words if word) else None


def language_code(tag: str | None) -> str | None:
    """Return the language of a tag like "nb-NO", in lower case, or None."""
    code = (tag or "").strip().lower().replace("_", "-")
    if code == "x-default":
        return code
    primary = code.partition("-")[0]
    return primary if primary.isalpha() and 2 <= len(primary) <= 3 else None


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


def parse_html(body: bytes, content_type: str | None) -> lxml.html.HtmlElement | None:
    """Parse a page in its own encoding, or return None where there is nothing to parse."""
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


@lru_cache(maxsize=8192)  # the menus of a site are the same on all of its pages
def _absolute_from(base: str, href: str) -> str | None:
    if _PLAIN_PATH.fullmatch(href) and "/." not in href:
        root = _PLAIN_ROOT.match(base)
        if root is not None:
            return root[0] + href
    try:
        return clean_address(urljoin(base, href))
    except ValueError:
        return None


def _absolute(base: str, href: str) -> str | None:
    """The address that a link means, in its one spelling, or None where it means none."""
    href = href.strip()
    if href.startswith("/") and not href.startswith("//"):
        base = base[: base.find("/", base.find("//") + 2) + 1] or base  # it is the same for all
    return _absolute_from(base, href)


def _anchors(root: lxml.html.HtmlElement, base: str) -> tuple[Anchor, ...]:
    found: list[Anchor] = []
    for node in root.iter("a", "link"):
        href = node.get("href")
        if not href:
            continue
        rel = node.get("rel")
        rels = frozenset(rel.lower().split()) if rel else _NO_RELATION
        if node.tag == "link" and not rels & _PAGING:
            continue
        url = _absolute(base, href)
        if url is None:
            continue
        chrome = ends_in(url, _FILES) and any(
            parent.tag in _CHROME for parent in node.iterancestors()
        )
        language = node.get("hreflang")
        found.append(
            Anchor(
                url, rels, language_code(language) if language else None, node.get("type"), chrome
            )
        )
        if len(found) >= MAX_LINKS:
            break
    return tuple(found)


def _versions(links: list[lxml.html.HtmlElement], base: str) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for node in links:
        code = language_code(node.get("hreflang"))
        if code and "alternate" in (node.get("rel") or "").lower().split():
            url = _absolute(base, node.get("href") or "")
            if url:
                found.append((code, url))
    return tuple(found)
