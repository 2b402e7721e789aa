"""Addresses as keys: one spelling per page, so that no page is fetched twice under two spellings.

Owns cleaning of addresses and the question whether one page lies beneath another.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from w3lib.url import safe_url_string

_SESSION_OR_TRACKING = re.compile(
    r"(utm_\w+|fbclid|gclid|mc_[ce]id|phpsessid|jsessionid|aspsessionid\w*|sessionid|s_cid)",
    re.IGNORECASE,
)
_LONG_SID = re.compile(r"sid=[\w-]{16,}", re.IGNORECASE | re.ASCII)
"""A session's `sid`; a short one is the page's own number (a section, a story)."""
_SESSION_IN_PATH = re.compile(r";(jsessionid=[^/?#;]*|sid=[\w-]{16,})", re.IGNORECASE | re.ASCII)
_COOKIELESS = re.compile(r"/\([A-Za-z]\([a-z0-9]{20,}\)\)/")  # a session id of ASP.NET
MAX_NAME = 200  # characters of a file's name; most file systems take 255 bytes
_CHAPTER_QUERY = re.compile(r"(ch|chapter|kap|kapit(tel|el|li)|kafli|luku|part|section)", re.I)
_CLEAN = re.compile(r"https?://[a-z0-9][a-z0-9.-]*/[A-Za-z0-9/_.~-]*", re.ASCII)
"""An address that is as it should be; most are."""
_DEFAULT_PORTS = {"http": 80, "https": 443}


def clean_address(url: str) -> str | None:
    """Return an absolute web address in its one spelling, or None where it is none.

    The fragment, a default port, session ids and tracking marks go; the rest stays as it was.
    """
    if _CLEAN.fullmatch(url):
        return url
    try:
        parts = urlsplit(str(safe_url_string(url.strip())))
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    netloc = f"[{host}]" if ":" in host else host
    if "@" in parts.netloc:
        netloc = parts.netloc.rpartition("@")[0] + "@" + netloc
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        netloc += f":{port}"
    kept = [
        pair
        for pair in parts.query.split("&")
        if pair
        and not _SESSION_OR_TRACKING.fullmatch(pair.partition("=")[0])
        and not _LONG_SID.fullmatch(pair)
    ]
    path = _COOKIELESS.sub("/", _SESSION_IN_PATH.sub("", parts.path)) or "/"
    return urlunsplit((parts.scheme, netloc, path, "&".join(kept), ""))


def is_beneath(url: str, landing: str) -> bool:
    """Whether a page is a part of another one by its address.

    It is where its path goes on from the landing page's (with or without ".html"), or where it is
    the same page with a chapter in the query.
    """
    if not url.startswith(_stem(landing)) or url == landing:
        return False  # as most links of a page are
    page, top = urlsplit(url), urlsplit(landing)
    if page.netloc != top.netloc:
        return False
    if page.path.rstrip("/") == top.path.rstrip("/"):
        added = set(parse_qsl(page.query)) - set(parse_qsl(top.query))
        return bool(added) and all(_CHAPTER_QUERY.fullmatch(name) for name, _ in added)
    stem = re.sub(r"(/index)?\.html?$", "", top.path).rstrip("/")
    return stem.count("/") >= 1 and page.path.startswith(stem + "/")


@lru_cache(maxsize=256)
def _stem(landing: str) -> str:
    """What the address of every part of a page begins with."""
    parts = urlsplit(landing)
    path = re.sub(r"(/index)?\.html?$", "", parts.path)
    return f"{parts.scheme}://{parts.netloc}{path.rstrip('/')}"


def ends_in(url: str, suffixes: tuple[str, ...]) -> bool:
    """Whether the path of an address ends in one of these, such as ".pdf"."""
    return url.partition("?")[0][-5:].lower().endswith(suffixes)


def file_name(url: str, disposition: str | None) -> str | None:
    """Return what a server calls a file, for showing only: no folders, no control characters."""
    name = given_name(disposition) or unquote(urlsplit(url).path.rpartition("/")[2])
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(letter for letter in name if letter.isprintable()).strip(" .")
    return name[:MAX_NAME] or None


def given_name(disposition: str | None) -> str | None:
    """Return the file name in a Content-Disposition header, as it stands there, or None."""
    header = disposition or ""
    extended = re.search(r"filename\*=(?:utf-8|iso-8859-1)''([^;]+)", header, re.IGNORECASE)
    if extended:
        return unquote(extended.group(1))
    plain = re.search(r'filename="?([^";]+)"?', header, re.IGNORECASE)
    return plain.group(1) if plain else None
