"""HTML bytes to a tree, and which parts of it are the page's text rather than its furniture.

Owns decoding, safe parsing, and the structural signs of chrome (roles, element names, classes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import html as lxml_html
from lxml.html import HtmlElement

from pipeline.records import LinkFound

_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_HEAD_BYTES = 4096  # bytes searched for a charset; the standard asks for 1024
_MAX_LINKS = 5000  # links kept of one page; a page with more is a link farm
_SKIPPED = frozenset(
    "script style noscript template nav footer aside form button select svg iframe dialog object"
    " audio video canvas map input textarea".split()
)
_ROLES = frozenset(
    "navigation banner contentinfo search complementary dialog alertdialog menu menubar toolbar"
    " doc-pagelist".split()
)
_CLASSES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|navheader|navfooter|menu|submenu|breadcrumbs?|brødsmule|"
    r"cookies?|consent|gdpr|share|sharing|social|some|related|sidebar|footer|banner|toolbar|"
    r"pagination|pager|skip|skiplink|newsletter|subscribe|print|tags?|subjects?|keywords?|login|"
    r"search|contact|comments?|advert|promo|sr-only|visually-hidden|screen-reader-text|"
    r"site-header|page-header-top|topbar|lang-switch|language-switcher|languages|access-notice|"
    r"chrome|tools|download-list|recommend\w*|tip-?en-?venn)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAIN = (
    "//main",
    "//*[@role='main']",
    "//article",
    "//*[@id='main-content' or @id='maincontent' or @id='main' or @id='content']",
)
_MAIN_SHARE = 0.2  # a named main part holding less of the page's prose than this is not believed


def decode(data: bytes) -> str:
    """Return the text of a file: by its byte order mark, declared charset, UTF-8, else cp1252."""
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(name, errors="replace")
    declared = _CHARSET.search(data[:_HEAD_BYTES])
    names = ["utf-8", "cp1252"]
    if declared:
        names.insert(0, declared.group(1).decode("ascii", errors="replace"))
    for name in names:
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")


def parse(text: str) -> HtmlElement | None:
    """Return the parsed page, or None where there is no element in it.

    Raises MemoryError: the parser mends every fault of a page but that one, which it cannot name.
    """
    text = _XML_DECLARATION.sub("", text).replace("\x00", "")
    parser = lxml_html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        return lxml_html.document_fromstring(text, parser=parser)
    except lxml_html.etree.XMLSyntaxError as error:
        raise MemoryError(str(error)) from error
    except (ValueError, lxml_html.etree.ParserError):
        return None


def is_furniture(element: HtmlElement) -> bool:
    """Return whether an element is chrome by its name, role, class or id."""
    if not isinstance(element.tag, str) or element.tag in _SKIPPED:
        return True
    if (element.get("role") or "").lower() in _ROLES or element.get("hidden") is not None:
        return True
    if (element.get("aria-hidden") or "").lower() == "true":
        return True
    if re.search(r"display\s*:\s*none", element.get("style") or ""):
        return True
    if element.tag == "header":
        return element.find(".//h1") is None
    if element.tag in ("html", "body", "main", "article"):
        return False
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    return bool(_CLASSES.search(named)) and element.find(".//h1") is None


def find_main(tree: HtmlElement) -> tuple[HtmlElement, bool]:
    """Return the element that holds the page's text, and whether the page itself names it so."""
    body = tree.find(".//body")
    whole = tree if body is None else body
    prose = _prose_length(whole)
    for path in _MAIN:
        found = [element for element in tree.xpath(path) if not _inside_furniture(element)]
        if not found:
            continue
        if path == "//article" and len(found) > 1:
            continue  # several articles: a list of teasers or a page in parts
        best = max(found, key=_prose_length)
        if _prose_length(best) >= _MAIN_SHARE * prose:
            return best, True
    return whole, False


def _inside_furniture(element: HtmlElement) -> bool:
    return any(is_furniture(parent) for parent in element.iterancestors())


def _prose_length(element: HtmlElement) -> int:
    return sum(len(p.text_content()) for p in element.iter("p", "li", "td", "dd", "pre"))


def content_elements(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the elements of the page's main part in order, furniture and what is in it left out."""
    root, _ = find_main(tree)
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str) or is_furniture(element):
            continue
        yield element
        waiting.extend(reversed(element))


def find_links(tree: HtmlElement, url: str | None) -> tuple[LinkFound, ...]:
    """Return the page's links with absolute addresses, `link` elements with a relation first."""
    found: dict[tuple[str, str], LinkFound] = {}
    for element in tree.iter("link", "a"):
        href = (element.get("href") or "").strip()
        rel = (element.get("rel") or "").strip().lower()
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            continue
        if element.tag == "link" and rel not in ("canonical", "alternate", "next", "prev", "up"):
            continue
        try:
            absolute = urljoin(url or "", href)
        except ValueError:
            continue
        words = " ".join(element.text_content().split())[:200]
        language = element.get("hreflang")
        if language:
            rel = f"{rel} {language}".strip()
        found.setdefault((absolute, rel), LinkFound(absolute, words, rel))
        if len(found) >= _MAX_LINKS:
            break
    return tuple(found.values())
