"""What can be seen to be wrong with a source's description without asking anybody.

Owns the faults that a well-formed description may still have: patterns that overlap, that take in
other sites, or that leave nothing to begin with. Asking the site itself is `pipeline`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from corpora.registry import Source

STRANGER = "https://www.stranger.example/rapport/1.pdf"
"""An address of no source: a pattern that matches it takes in the whole web."""

_FOR_PROGRAMS = re.compile(r"/(oai|api|dice|wp-json|swagger)\b|\.xml$|<", re.IGNORECASE)
"""Addresses that nobody reads as a page; the description names them in other fields."""

Fault = tuple[str, str]  # the field, and the sentence


def find_faults(source: Source) -> tuple[Fault, ...]:
    """Return what must be corrected before the source is crawled: (field, sentence) pairs."""
    return tuple(
        fault
        for check in (_begins, _greedy, _mistaken_starts, _overlapping, _leading_nowhere)
        for fault in check(source)
    )


def find_doubts(source: Source) -> tuple[Fault, ...]:
    """Return what is worth a look and harms nothing by itself: (field, sentence) pairs."""
    return tuple(
        fault for check in (_strange_starts, _unmet_examples, _twice) for fault in check(source)
    )


def matches(source: Source, field: str, url: str) -> list[str]:
    """The patterns of a field (`listing_patterns`, ...) that match an address."""
    return [pattern for pattern in getattr(source, field) if re.match(pattern, url)]


def _begins(source: Source) -> Iterator[Fault]:
    repositories = [source.oai.url, *(e.url for e in source.oai.endpoints)] if source.oai else []
    asked = [url for url in repositories if "<" not in url]
    if source.enabled and not (
        source.start_urls or source.sitemap or asked or (source.api and source.api.adapter)
    ):
        yield (
            "start_urls",
            "There is nothing to begin with: no start page, sitemap, OAI-PMH address without a "
            "placeholder, or interface with an adapter; add one or switch the source off.",
        )


def _greedy(source: Source) -> Iterator[Fault]:
    for field in ("listing_patterns", "document_patterns", "pdf_patterns"):
        for pattern in matches(source, field, STRANGER):
            yield (
                field,
                f"The pattern {pattern} matches addresses of any site; name the host in it.",
            )


def _mistaken_starts(source: Source) -> Iterator[Fault]:
    for url in source.start_urls:
        for field in ("pdf_patterns", "document_patterns"):
            for pattern in matches(source, field, url):
                yield (
                    field,
                    f"The pattern {pattern} takes the start page {url} for a publication; "
                    "narrow it.",
                )


def _overlapping(source: Source) -> Iterator[Fault]:
    both = set(source.listing_patterns) & (set(source.document_patterns) | set(source.pdf_patterns))
    for pattern in sorted(both):
        yield (
            "listing_patterns",
            f"The pattern {pattern} is also one of publications, which wins; remove one.",
        )
    if re.match(r"https?://[^/]+/?$", source.homepage):
        for pattern in matches(source, "document_patterns", source.homepage):
            yield "document_patterns", f"The pattern {pattern} takes the front page; narrow it."


def _leading_nowhere(source: Source) -> Iterator[Fault]:
    walked = source.start_urls or source.sitemap
    if source.enabled and walked and not (source.document_patterns or source.pdf_patterns):
        yield (
            "document_patterns",
            "The site is walked and no pattern says which pages are publications; add one.",
        )


def _strange_starts(source: Source) -> Iterator[Fault]:
    for url in source.start_urls:
        if source.listing_patterns and not matches(source, "listing_patterns", url):
            yield "start_urls", f"No listing pattern matches the start page {url}."


def _unmet_examples(source: Source) -> Iterator[Fault]:
    hosts = {urlsplit(url).hostname for url in (source.homepage, *source.start_urls)}
    fields = ("listing_patterns", "document_patterns", "pdf_patterns")
    if not any(getattr(source, field) for field in fields):
        return
    for url in source.seen_in:
        parts = urlsplit(url)
        page = len(parts.path) > 1 and not _FOR_PROGRAMS.search(parts.path)
        ours = parts.hostname in hosts and page
        if ours and not any(matches(source, field, url) for field in fields):
            yield "seen_in", f"No pattern matches the address {url}, which was met."


def _twice(source: Source) -> Iterator[Fault]:
    for field in ("start_urls", "listing_patterns", "document_patterns", "pdf_patterns"):
        values = getattr(source, field)
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield field, f"{value} stands there twice."
