"""Lists of publications that are no web pages: JSON answers, RSS and Atom feeds; pure.

Owns finding every address in them. Which of the addresses are followed is decided by a source's
patterns, as on any other listing; what the answer says of them is left unread.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import lxml.etree

from pipeline.crawl.addresses import clean_address
from pipeline.crawl.hypertext import MAX_LINKS, Anchor, parse_xml

_FEEDS = frozenset({"rss", "feed", "RDF"})
_FEED_LINKS = frozenset({"link", "guid", "id", "enclosure"})
_LONGEST = 2000  # characters of an address; a longer text is prose


def read_listed(body: bytes, url: str) -> tuple[Anchor, ...] | None:
    """Return the addresses of a JSON answer or a feed in order, or None where it is neither."""
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in (b"{", b"["):
        texts = _json_texts(body)
    elif start[:1] == b"<":
        texts = _feed_texts(body)
    else:
        return None
    if texts is None:
        return None
    found: dict[str, None] = {}
    for text in texts:
        address = _address(text.strip(), url)
        if address is not None:
            found[address] = None
        if len(found) >= MAX_LINKS:
            break
    return tuple(Anchor(address) for address in found)


def _address(text: str, url: str) -> str | None:
    """A text that is an address: in full, without its scheme, or from the root of the site."""
    if len(text) > _LONGEST or not text.startswith(("http://", "https://", "/")):
        return None
    try:
        return clean_address(urljoin(url, text))
    except ValueError:
        return None


def _json_texts(body: bytes) -> Iterator[str] | None:
    try:
        return _strings(json.loads(body))
    except (ValueError, RecursionError):
        return None


def _strings(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))


def _feed_texts(body: bytes) -> Iterator[str] | None:
    root = parse_xml(body)
    if root is None or lxml.etree.QName(root).localname not in _FEEDS:
        return None
    return (
        text
        for element in root.iter("{*}*")
        if lxml.etree.QName(element).localname in _FEED_LINKS
        for text in (element.text or "", element.get("href") or "", element.get("url") or "")
    )
