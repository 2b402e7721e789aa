"""Pages that stand in front of what was asked for: challenges, log-ins, cookie walls, errors.

Owns telling such a page from a real one; pure, nothing is fetched. A wall is a page with hardly any
text of its own, so a report about passwords or cookies is none, nor is a page with a banner, a
log-in box in its menu or a newsletter form. Where in doubt a page is no wall: what it was taken for
is found out by the source's expected yield.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

import lxml.etree
import lxml.html

from kb.problem_kinds import ProblemKind
from pipeline.crawl import wall_words as words
from pipeline.crawl.hypertext import parse_html

WALL_WORDS = 120  # words outside menus; a landing page's abstract has more, or it has metadata
WIDGET_WORDS = 40  # words around a captcha alone; a short page with a form of comments has more
SHELL_WORDS = 25  # words of a page that is drawn by scripts: a title and "enable JavaScript"
WALL_LINKS = 8  # links outside menus; a listing has more, a wall leads to help and terms
MAX_WALL_BYTES = 400_000  # no wall is longer, scripts in the page included
SHORT_BYTES = 2_500  # so short a page is looked at without any hint
_READ_STATUSES = frozenset({401, 403, 405, 429, 503})  # beside 2xx: what walls are served with

_STRONG = (
    b"window._cf_chl_opt",
    b"/_sec/cp_challenge/",
    b'id="anubis_challenge"',
    b"awswafcookiedomainlist",
    b"gokuprops",
)
"""What only the challenge itself has. Not /cdn-cgi/challenge-platform/ nor a bare
_Incapsula_Resource: those scripts stand in real pages too."""
_WEAK = (
    b"_incapsula_resource",
    b"captcha-delivery.com",
    b"px-captcha",
    b"sucuri_cloudproxy_js",
    b"g-recaptcha",
    b"h-captcha",
    b"cf-turnstile",
    b"challenge-form",
    b"cf-error-details",
    b"distil_r_captcha",
    b"ddos-guard",
)
"""What counts on a page with hardly any text."""
_TITLE = re.compile(rb"<(?:title|h1)[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)
_HTML = re.compile(
    rb"\s*+(<\?xml[^>]*+>\s*+)?+(<!--((?!-->).)*+-->\s*+)*+<(!doctype\s+html|html|head|body)",
    re.IGNORECASE | re.DOTALL,
)
"""Nothing is tried twice: a run of comments would otherwise be read in ever other ways."""
_WORD = re.compile(r"\w{2,}")
_SILENT = ("script", "style", "template", "svg", "noscript", "iframe", "object")
_MENUS = ("nav", "header", "footer", "aside")
_BANNER = re.compile(r"cookie|consent|gdpr|kapsl", re.IGNORECASE)
_CITED = re.compile(r"^(citation_|dc\.|dcterms\.|eprints\.|prism\.|bepress_)", re.IGNORECASE)


@dataclass(frozen=True)
class _Page:
    """What a page says about itself, with as much of its text as tells it from a wall.

    All text is in lower case.
    """

    titles: tuple[str, ...]  # its title and its first heading
    text: str  # outside menus and consent banners
    whole: str  # everything a reader sees
    links: int  # outside menus
    password: bool  # a field for one, outside menus
    script_only: str  # what it says to browsers without scripts
    cited: bool  # carries bibliographic metadata
    mount: bool  # has an element that scripts are to fill, and nothing in it

    @cached_property
    def words(self) -> int:
        return len(_WORD.findall(self.text))

    def is_titled(self, pattern: re.Pattern[str]) -> bool:
        return any(pattern.search(title) for title in self.titles)


def recognise_wall(
    status: int, headers: Mapping[str, str], body: bytes, url: str
) -> ProblemKind | None:
    """Return the kind of page that stands in the way of what was asked for, or None.

    `headers` have lower-case names; `url` is where the answer came from after redirects. The kinds
    are challenge_page, login_wall, cookie_wall, script_shell and error_page.
    """
    if "challenge" in headers.get("cf-mitigated", "") or headers.get("x-amzn-waf-action"):
        return "challenge_page"
    if status == 401:
        return "login_wall"
    if not (200 <= status < 300 or status in _READ_STATUSES):
        return None
    if len(body) > MAX_WALL_BYTES or not _is_html(headers, body):
        return None
    lowered = body.lower()
    if any(mark in lowered for mark in _STRONG):
        return "challenge_page"
    if 200 <= status < 300 and not _is_suspect(lowered, url):
        return None
    root = parse_html(body, headers.get("content-type"))
    if root is None:
        return None
    page = _look(root)
    if 200 <= status < 300 and page.cited:
        return None
    return _judge(status, page, lowered, url)


def _judge(status: int, page: _Page, lowered: bytes, url: str) -> ProblemKind | None:
    """Say what a page is, given that it may be a wall."""
    if page.links > WALL_LINKS or page.words > WALL_WORDS:
        return None
    to_login = _leads(words.LOGIN_ADDRESS, url)
    to_consent = _leads(words.CONSENT_ADDRESS, url)
    asks_login = page.is_titled(words.LOGIN)
    if _asks_for_proof(page, lowered):
        return "challenge_page"
    if page.password and (asks_login or to_login or status == 403):
        return "login_wall"
    if to_login and (asks_login or page.words <= SHELL_WORDS):
        return "login_wall"
    if (to_consent and words.COOKIES.search(page.whole)) or _only_cookies(page):
        return "cookie_wall"
    if not 200 <= status < 300:
        return None
    if page.is_titled(words.NOT_FOUND_TITLE):
        return "error_page"
    return "script_shell" if _is_shell(page) else None


def _asks_for_proof(page: _Page, lowered: bytes) -> bool:
    """Whether a page wants to be shown that a person asks."""
    bare = page.words <= WIDGET_WORDS and page.links <= 2 and not page.password
    if bare and any(mark in lowered for mark in _WEAK):
        return True
    return page.is_titled(words.BLOCKED) or bool(words.BLOCKED.search(page.text))


def _only_cookies(page: _Page) -> bool:
    """Whether a page has nothing but a question about cookies."""
    if page.is_titled(words.COOKIES) and page.is_titled(words.ACCEPT):
        return True
    if page.words > SHELL_WORDS or page.links > 2:
        return False
    asks = bool(words.COOKIES.search(page.whole) and words.ACCEPT.search(page.whole))
    return asks and all(words.COOKIES.search(heading) for heading in page.titles[1:])


def _is_shell(page: _Page) -> bool:
    """Whether a page waits for scripts to draw it."""
    told = bool(words.NEEDS_SCRIPTS.search(page.script_only))
    empty = page.words <= SHELL_WORDS and page.links <= 2 and not page.titles[1:]
    return empty and (page.mount or told)


def _is_suspect(lowered: bytes, url: str) -> bool:
    """Whether a page is worth parsing: most carry no hint of a wall, and parsing is what costs."""
    if b'="citation_' in lowered or b'="dc.' in lowered:
        return False
    if len(lowered) <= SHORT_BYTES or any(hint in lowered for hint in (*words.HINTS, *_WEAK)):
        return True
    titles = (found.decode("utf-8", "replace") for found in _TITLE.findall(lowered))
    return (
        any(words.NOT_FOUND_TITLE.search(" ".join(title.split())) for title in titles)
        or _leads(words.LOGIN_ADDRESS, url)
        or _leads(words.CONSENT_ADDRESS, url)
    )


def _leads(pattern: re.Pattern[str], url: str) -> bool:
    """Whether an address is one of those that a pattern of hosts and paths means."""
    parts = urlsplit(url.lower())
    return bool(pattern.search(parts.hostname or "") or pattern.search(parts.path))


def _is_html(headers: Mapping[str, str], body: bytes) -> bool:
    head = body[:1024].lstrip(b"\xef\xbb\xbf")
    if head.startswith((b"%PDF", b"PK\x03\x04", b"\x1f\x8b")):
        return False
    return bool(_HTML.match(head)) or "html" in headers.get("content-type", "")


def _look(root: lxml.html.HtmlElement) -> _Page:
    """Read a page once from its beginning to its end; it is hostile, so without recursion."""
    names = (node.get("name") or node.get("property") or "" for node in root.iter("meta"))
    firsts = (next(root.iter(tag), None) for tag in ("title", "h1"))
    body = root.find("body")
    seen = _Seen()
    for event, node in lxml.etree.iterwalk(
        root if body is None else body, events=("start", "end", "comment", "pi")
    ):
        if event == "start":
            seen.enter(node)
        else:
            seen.leave(node, element=event == "end")
    return _Page(
        titles=tuple(_text(node) for node in firsts if node is not None and _text(node)),
        text=_joined(seen.own),
        whole=_joined(seen.whole),
        links=seen.links,
        password=seen.password,
        script_only=" ".join(_text(node) for node in root.iter("noscript")),
        cited=any(_CITED.match(name) for name in names),
        mount=seen.mount,
    )


class _Seen:
    """What was met on the way through a page; menus and banners are apart from its own."""

    def __init__(self) -> None:
        self.whole: list[str] = []
        self.own: list[str] = []
        self.links = 0
        self.password = self.mount = False
        self._silent = self._apart = 0  # how many elements around here are so
        self._marks: list[tuple[bool, bool]] = []  # of the elements around here

    def enter(self, node: lxml.html.HtmlElement) -> None:
        tag = node.tag
        silent, apart = tag in _SILENT, tag in _MENUS or _is_banner(node)
        self._marks.append((silent, apart))
        self._silent += silent
        self._apart += apart
        self._take(node.text)
        if self._silent:
            return
        self.mount = self.mount or _is_mount(node)
        if not self._apart:
            self.links += tag == "a" and bool(node.get("href"))
            self.password = self.password or (
                tag == "input" and (node.get("type") or "").lower() == "password"
            )

    def leave(self, node: lxml.html.HtmlElement, *, element: bool) -> None:
        if element:
            silent, apart = self._marks.pop()
            self._silent -= silent
            self._apart -= apart
        if self._marks:  # what follows the outermost element is none of it
            self._take(node.tail)

    def _take(self, text: str | None) -> None:
        if text and not self._silent:
            self.whole.append(text)
            if not self._apart:
                self.own.append(text)


def _is_mount(node: lxml.html.HtmlElement) -> bool:
    if len(node) or (node.text or "").strip():
        return False
    return "-" in node.tag or bool(words.MOUNTS.fullmatch(node.get("id") or ""))


def _is_banner(node: lxml.html.HtmlElement) -> bool:
    if node.tag not in ("div", "section", "dialog"):
        return False
    named = _BANNER.search(f"{node.get('id') or ''} {node.get('class') or ''}")
    return bool(named and words.COOKIES.search(_text(node)))


def _text(node: lxml.html.HtmlElement) -> str:
    return _joined(node.xpath(".//text()"))


def _joined(texts: list[str]) -> str:
    return " ".join(" ".join(texts).split()).lower()
