"""The first addresses of a live run: where the starter's real publications lie.

Owns which source a publication's address belongs to. Asking the addresses is the crawler's
business; what the starter says of a publication never reaches it, only where it was met.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from corpora.registry import Source
from corpora.starter import StarterPublication, load_starter


@dataclass(frozen=True)
class Seed:
    """One address to begin with: a publication's own page, or its file ("document")."""

    url: str
    kind: Literal["landing", "document"]


def starter_seeds(
    sources: Mapping[str, Source], publications: Sequence[StarterPublication] | None = None
) -> dict[str, tuple[Seed, ...]]:
    """Return for each of `sources` the starter's publications that lie there, by source id.

    Sources without any are left out. Raises StarterError where the starter cannot be read.
    """
    found: dict[str, dict[Seed, None]] = {}
    for url in _addresses(publications):
        placed = place(url, sources)
        if placed is not None:
            found.setdefault(placed[0], {})[placed[1]] = None
    return {source_id: tuple(found[source_id]) for source_id in sorted(found)}


def place(url: str, sources: Mapping[str, Source]) -> tuple[str, Seed] | None:
    """Return the source that an address belongs to and what to ask there, or None.

    Patterns decide first, of the sources on the address's own host before those of many hosts. An
    address that fits none of its host's patterns is asked as it is: a publication lies there.
    """
    host = _bare_host(url)
    at_home = [source for source in sources.values() if host in set(_hosts(source))]
    for source in (*at_home, *sources.values()):
        seed = _fitting(url, source)
        if seed is not None:
            return source.id, seed
    return (at_home[0].id, Seed(url, "landing")) if at_home else None


def _addresses(publications: Sequence[StarterPublication] | None) -> Iterator[str]:
    listed = load_starter() if publications is None else publications
    return (publication.url for publication in listed)


def _fitting(url: str, source: Source) -> Seed | None:
    """The publication's page for an address of it, which may be of one chapter or carry marks."""
    for candidate in _candidates(url):
        if _matches(source.pdf_patterns, candidate):
            return Seed(candidate, "document")
        if _matches(source.document_patterns, candidate):
            return Seed(candidate, "landing")
    return None


def _candidates(url: str) -> Iterator[str]:
    """The folder of a chapter's file, the bare address, the address itself, and those above it."""
    scheme, host, path, query, _ = urlsplit(url)
    folder, _, name = path.rstrip("/").rpartition("/")

    def address(path: str, query: str = "") -> str:
        return urlunsplit((scheme, host, path, query, ""))

    if re.search(r"\.html?$", name) and folder:
        yield address(folder + "/")
    yield address(path)
    yield address(path, query)
    while folder:
        yield address(folder + "/")
        yield address(folder)
        folder = folder.rpartition("/")[0]


def _matches(patterns: Sequence[str], url: str) -> bool:
    return any(re.match(pattern, url) for pattern in patterns)


def _hosts(source: Source) -> Iterator[str]:
    """The hosts that are a source's own; one it shares (a section of a portal) is none of them."""
    patterns = (*source.listing_patterns, *source.document_patterns, *source.pdf_patterns)
    named = [source.homepage, *source.start_urls]
    named += [url for url in source.seen_in if _matches(patterns, url)]
    if urlsplit(source.homepage).path.strip("/"):
        return
    yield from (_bare_host(url) for url in named)


def _bare_host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
