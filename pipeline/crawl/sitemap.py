"""Reading sitemaps and sitemap indexes (the protocol of sitemaps.org); pure, nothing is fetched.

Owns their XML, plain or gzipped, and how far what they say of changes is believed. Which addresses
are followed is the spiders' business.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import lxml.etree

from pipeline.crawl.addresses import clean_address
from pipeline.crawl.hypertext import parse_xml

MAX_SITEMAP_BYTES = 60 * 1024 * 1024  # 50 MB is the protocol's own limit
MAX_ENTRIES = 50_000  # of one sitemap, the protocol's own limit
SAME_AT_LEAST = 10  # entries with one and the same moment: when the sitemap was made, not the pages
DAY_ENDS = timedelta(days=1, hours=4)  # after midnight UTC, wherever in the Nordic countries
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Sitemap:
    """A sitemap's pages, or the sitemaps that an index names.

    With each page comes the moment it last changed, as ISO with its zone, where that is believed.
    """

    pages: tuple[tuple[str, str | None], ...] = ()
    sitemaps: tuple[str, ...] = ()


def read_sitemap(body: bytes) -> Sitemap | None:
    """Read a sitemap or a sitemap index, or return None where it is neither."""
    if body[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as unpacked:
                body = unpacked.read(MAX_SITEMAP_BYTES)
        except (OSError, EOFError, zlib.error):
            return None
    root = parse_xml(body)
    kind = lxml.etree.QName(root).localname if root is not None else ""
    if root is None or kind not in ("urlset", "sitemapindex"):
        return None
    found: dict[str, str | None] = {}
    for entry in root.iterchildren("{*}url", "{*}sitemap"):
        url = clean_address((entry.findtext("{*}loc") or "").strip())
        if url:
            found[url] = read_lastmod(entry.findtext("{*}lastmod") or "")
        for link in entry.iterchildren("{*}link"):
            other = clean_address((link.get("href") or "").strip())
            if other and link.get("rel") == "alternate":
                found.setdefault(other, None)
        if len(found) >= MAX_ENTRIES:
            break
    if kind == "sitemapindex":
        return Sitemap(sitemaps=tuple(found))
    doubted = _doubtful(found.values())
    return Sitemap(pages=tuple((url, None if at in doubted else at) for url, at in found.items()))


def read_lastmod(text: str) -> str | None:
    """Return the latest moment that a lastmod can mean, as ISO with its zone, or None.

    A day means its end; a moment without a zone is taken for UTC; less than a day says nothing.
    """
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text)
        if _DAY.fullmatch(text):
            moment += DAY_ENDS
    except (ValueError, OverflowError):  # the last of all days has no end
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.isoformat()


def _doubtful(moments: Iterable[str | None]) -> set[str]:
    """Moments that stand at too many pages to be theirs."""
    counts = Counter(moment for moment in moments if moment is not None)
    total = sum(counts.values())
    return {at for at, n in counts.items() if n >= SAME_AT_LEAST and n * 2 > total}
