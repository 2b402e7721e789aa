"""What a check asked of each source and what came of it; frozen and JSON-able.

Owns the shapes that pass from the check in the crawl's child to whoever judges it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ROBOTS = "robots"  # of the `what` of a probe; the others are kinds of address
CONTENT = ("landing", "chapter", "document")  # a publication's own; the rest leads to them
PATTERN_FIELDS = ("listing_patterns", "document_patterns", "pdf_patterns")


@dataclass(frozen=True)
class Probe:
    """One address that was asked: `what` is robots, or the kind of address that it is.

    `links` counts what it led to by kind, `anchors` all links of the page, `records` what it kept.
    `kind` and `message` say what is wrong, where something is. `body` names the file in the check's
    folder that holds what is to be read of it.
    """

    what: str
    url: str
    final_url: str | None = None
    status: int | None = None
    media_type: str | None = None
    size: int = 0
    seconds: float = 0.0
    links: dict[str, int] = field(default_factory=dict)
    anchors: int = 0
    records: int = 0
    kind: str | None = None
    message: str | None = None
    body: str | None = None


@dataclass(frozen=True)
class Probed:
    """All that was asked of one source.

    `matches` has, for each field of patterns, how many of the addresses met each one matches.
    `sitemaps` and `crawl_delay_s` are what robots.txt says; `silent` says that nothing was due.
    """

    source_id: str
    probes: tuple[Probe, ...] = ()
    matches: dict[str, list[int]] = field(default_factory=dict)
    sitemaps: tuple[str, ...] = ()
    crawl_delay_s: float | None = None
    silent: bool = False
    seconds: float = 0.0


def read_probed(data: Mapping[str, Any]) -> Probed:
    """Read what was asked of a source from an event's data."""
    probes = tuple(Probe(**probe) for probe in data.get("probes", ()))
    return Probed(**{**data, "probes": probes, "sitemaps": tuple(data.get("sitemaps", ()))})
