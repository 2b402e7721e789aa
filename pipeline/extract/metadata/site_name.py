"""Titles as sites write them: "A report - The Agency", "A report | agency.no".

Owns what a site calls itself and taking that from the end of a title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipeline.extract.metadata.linked_data import items_of, linked_data, text_of
from pipeline.records import Field

_SITE_TYPES = frozenset(("WebSite", "Organization", "GovernmentOrganization"))
_MARKS = re.compile(r"\s+[-–—|·•»]\s+")
_GENERAL = frozenset(("www", "com", "org", "net"))  # parts of a host that name nobody


def site_names(
    tree: HtmlElement, metas: Sequence[tuple[str, str]], url: str | None
) -> frozenset[str]:
    """Return what a page's site calls itself, and the names in its host.

    `metas` are the page's (name in lower case, content) pairs.
    """
    named = [content for name, content in metas if name in ("og:site_name", "application-name")]
    for data in linked_data(tree):
        named += [text_of(item) for item in items_of(data, _SITE_TYPES)]
    return frozenset((*named, *_host_names(url)))


def without_site(title: Field, names: frozenset[str]) -> Field:
    """Return a title without the site's name after it."""
    known = {_letters(name) for name in names} - {""}
    for mark in _MARKS.finditer(str(title.value)):
        if mark.start() and _letters(title.value[mark.end() :]) in known:
            return Field(title.value[: mark.start()], title.origin, title.confidence)
    return title


def _host_names(url: str | None) -> Iterator[str]:
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return
    yield host.removeprefix("www.")
    yield from (part for part in host.split(".")[:-1] if part not in _GENERAL)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
