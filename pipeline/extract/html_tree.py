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
_XML_ENCODING = re.compile(rb"\s*<\?xml[^>]+encoding\s*=\s*[\"']([\w-]+)", re.IGNORECASE)
_CHARSET_SAID = re.compile(r"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
MAX_BYTES = 10 * 1024 * 1024
"""Bytes of a page or text that are read; a book of 1,000 pages has three million letters."""
TOO_LONG = "Only the beginning was read: it is longer than any report."
_WIDER = dict.fromkeys(("iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii"), "cp1252")
"""What browsers take these charsets for: pages that name them hold Windows' dashes and quotes."""
_BOXES = re.compile(
    r"</?(?:div|span|font|center|section|b|i|em|strong|big|small|blockquote)\b[^>]{0,2000}>",
    re.IGNORECASE,
)
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
    r"chrome|tools|download-list|recommend\w*|tip-?en-?venn|samtykke\w*|sidefot|bunntekst|meny"
    r"|hovedmeny|toppmeny|sidfot|kakor|evästeet|murupolku|leivänmuru|brødkrumme\w*)(?:$|[\s_-])"
    r"|cookiebot|onetrust|didomi|usercentrics|cookie-?(?:consent|banner|notice|law)|consentmanager",
    re.IGNORECASE,
)
_MAIN = (
    "//main",
    "//*[@role='main']",
    "//article",
    "//*[@id='main-content' or @id='maincontent' or @id='main' or @id='content']",
)
_MUCH_TEXT = 200  # characters in paragraphs; an element with fewer is no page's text
_MOST = 0.6  # of a page's paragraphs; an element holding more is the page's text itself
_HEADING_TAGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_MAIN_SHARE = 0.2  # a named main part holding less of the page's prose than this is not believed


_LABEL_CLASS = re.compile(r"(?:^|[_-])(?:label|term)$", re.IGNORECASE)
_VALUE_CLASS = re.compile(r"(?:^|[_-])(?:items?|values?|content|data|definition)$", re.IGNORECASE)


def beginning(data: bytes) -> bytes:
    """Return what is read of a page or text: all of it, or up to a space near the limit."""
    if len(data) <= MAX_BYTES:
        return data
    end = max(data.rfind(mark, MAX_BYTES - 4096, MAX_BYTES) for mark in (b" ", b"\n", b">"))
    return data[: end + 1] if end > 0 else data[:MAX_BYTES]


def decode(data: bytes, media_type: str | None = None) -> str:
    """Return the text of a file: by its byte order mark, declared charset, UTF-8, else cp1252.

    `media_type` is what the server said ("text/html; charset=iso-8859-1"); the page's own word for
    it counts first where both can be true.
    """
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(name, errors="replace")
    head = data[:_HEAD_BYTES]
    found = [_CHARSET.search(head), _XML_ENCODING.match(head)]
    said = _CHARSET_SAID.search(media_type or "")
    names = [match.group(1).decode("ascii", errors="replace") for match in found if match]
    names += [said.group(1)] if said else []
    names += ["utf-8", "cp1252"]
    for name in names:
        name = _WIDER.get(name.lower(), name)
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
        tree = lxml_html.document_fromstring(text, parser=parser)
    except lxml_html.etree.XMLSyntaxError as error:
        raise MemoryError(str(error)) from error
    except (ValueError, lxml_html.etree.ParserError):
        return None
    _part_headings(tree)
    return tree


def _part_headings(tree: HtmlElement) -> None:
    """Take headings out of a heading that is not closed before them, as browsers do."""
    for tag in _HEADING_TAGS:
        for outer in list(tree.iter(tag)):
            for inner in reversed([one for one in outer.iter(*_HEADING_TAGS) if one is not outer]):
                outer.addnext(inner)


def parse_deep(text: str) -> HtmlElement | None:
    """Return a page that is nested deeper than the parser follows, its boxes taken off first."""
    return parse(_BOXES.sub("\n", text))


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
    if not _CLASSES.search(named) or element.find(".//h1") is not None:
        return False
    return not _holds_the_text(element)


def _holds_the_text(element: HtmlElement) -> bool:
    """Return whether most of a page's paragraphs stand in an element, whatever its class is.

    "social" is a share bar on one site and the name of a department on another.
    """
    own = sum(len(p.text_content()) for p in element.iter("p"))
    if own < _MUCH_TEXT:
        return False
    total = 0
    for paragraph in element.getroottree().getroot().iter("p"):
        total += len(paragraph.text_content())
        if own <= _MOST * total:  # a page of many such elements is not counted out for each
            return False
    return True


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


def label_line(element: HtmlElement) -> str | None:
    """Return "label: value" for either half of a pair that stands in two elements, else None.

    Pairs are known by their tags (dt, dd) or by the ends of their classes ("field__label" and
    "field__item"); the colon between them is often the style sheet's.
    """
    if _is_half(element, "dt", _LABEL_CLASS):
        label, value = element, element.getnext()
    else:
        label, value = element.getprevious(), element
    if label is None or value is None:
        return None
    if not (_is_half(label, "dt", _LABEL_CLASS) and _is_half(value, "dd", _VALUE_CLASS)):
        return None
    name, said = (" ".join(half.text_content().split()) for half in (label, value))
    return f"{name.rstrip(' :')}: {said}"


def _is_half(element: HtmlElement, tag: str, named: re.Pattern[str]) -> bool:
    classes = (element.get("class") or "").split()
    return element.tag == tag or any(named.search(name) for name in classes)
