"""What is handed to the crawl's memory and got back from it; frozen shapes, no database.

Owns nothing else. `kb.frontier` keeps them, `pipeline.crawl` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Wanted:
    """An address to fetch for a source; `context` travels with it (item, position, language...).

    `context["lastmod"]`, an ISO moment with its zone, says since when the site claims that nothing
    has changed there: an address that was fetched after it is not asked again for a while.
    """

    url: str
    source_id: str
    kind: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What the record knows of an address before it is asked again."""

    wanted: Wanted
    state: str
    run_id: int
    etag: str | None
    last_modified: str | None
    sha256: str | None
    links: tuple[Wanted, ...]
    fetched_at: datetime | None = None


@dataclass(frozen=True)
class Begun:
    """Where a source stands at the beginning of a run.

    `read_since` is when the rules by which its pages are read became what they are; `wanted` counts
    all addresses of this run so far, `waiting` those still to be asked.
    """

    read_since: datetime
    wanted: int
    waiting: int


@dataclass(frozen=True)
class Outcome:
    """What came of fetching: `state` is done, unchanged, failed, gone or forbidden."""

    state: str
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    links: tuple[Wanted, ...] = ()
    message: str | None = None


@dataclass(frozen=True)
class Sighting:
    """A file seen at an address, and the item (landing page, OAI record) it belongs to there."""

    url: str
    source_id: str | None
    item: str
    role: str
    media_type: str | None = None
    position: int = 0
    filename: str | None = None
    language: str | None = None
    version_of: str | None = None


@dataclass(frozen=True)
class Settled:
    """All that came of one address at once: its outcome, the files it gave, where it led to.

    `gone` names other addresses that it said are gone (deleted records of a repository). `remember`
    is kept as known of something that is not fetched itself (how far a list was harvested).
    """

    url: str
    outcome: Outcome
    files: tuple[tuple[bytes, Sighting], ...] = ()
    wanted: tuple[Wanted, ...] = ()
    gone: tuple[str, ...] = ()
    remember: tuple[tuple[Wanted, Outcome], ...] = ()


@dataclass(frozen=True)
class Receipt:
    """What settling changed.

    `new` addresses wait in this run, `changed` ones have new bytes, `met` ones are known to be
    unchanged and are not asked.
    """

    new: tuple[Wanted, ...]
    changed: tuple[str, ...]
    met: tuple[str, ...] = ()
