"""What passes between the crawl's two processes, and what a crawl reports; frozen and JSON-able.

Owns the shapes and their reading and writing as JSON lines.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

EVENT_KINDS = (
    "fetched",
    "stored",
    "unchanged",
    "failed",
    "forbidden",
    "gone",
    "problem",
    "counts",
    "source_finished",
    "fetched_one",
    "checked",
    "finished",
)


@dataclass(frozen=True)
class Job:
    """What the child is to do: crawl `sources`, or fetch the one address `fetch` into `target`.

    With `check` the sources are only looked at, and `target` is the folder for what is to be read.
    `seeds` are addresses to begin with beside the sources' own: source id, address and kind.
    """

    settings: dict[str, Any]
    run_id: int = 0
    sources: tuple[dict[str, Any], ...] = ()
    seeds: tuple[tuple[str, str, str], ...] = ()
    replica_port: int | None = None
    fetch: str | None = None
    target: str | None = None
    check: bool = False


@dataclass(frozen=True)
class CrawlEvent:
    """One thing that happened: `kind` is one of EVENT_KINDS, `url` where, `message` a sentence.

    `problem` is which kind of problem it is (`kb.problem_kinds`), on events of that kind. `data` is
    filled on `counts` (of a source so far), `source_finished` (a SourceReport), `fetched_one`
    (status, type, name) and `checked` (what a check of a source found).
    """

    kind: str
    source_id: str | None = None
    url: str | None = None
    message: str | None = None
    problem: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CrawlProblem:
    """Something that went wrong with an address of a source, in one sentence.

    `kind` is one of `kb.problem_kinds`.
    """

    source_id: str | None
    url: str
    message: str
    kind: str = "other"


@dataclass(frozen=True)
class SourceReport:
    """What a crawl of one source came to; counts are addresses, `items` publications seen.

    `failed_source` says that the source gave nothing, or less than it must; `complete` that no page
    which leads to publications (listing, sitemap, repository) failed or was left out.
    """

    source_id: str
    requested: int = 0
    stored: int = 0
    unchanged: int = 0
    failed: int = 0
    forbidden: int = 0
    gone: int = 0
    items: int = 0
    failed_source: bool = False
    complete: bool = True
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class CrawlReport:
    """What a crawl came to, source by source, and every problem met."""

    sources: tuple[SourceReport, ...]
    problems: tuple[CrawlProblem, ...]

    def total(self, name: str) -> int:
        """Return a count (`requested`, `stored`, ...) summed over the sources."""
        return sum(int(getattr(source, name)) for source in self.sources)

    @property
    def failed_sources(self) -> tuple[str, ...]:
        """The sources that gave nothing, or less than they must."""
        return tuple(source.source_id for source in self.sources if source.failed_source)

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON."""
        return asdict(self)


def write_line(message: Job | CrawlEvent) -> str:
    """Return a message as one line of JSON."""
    return json.dumps(vars(message), ensure_ascii=True)


def read_job(line: str) -> Job:
    """Read a job; raises ValueError or TypeError where it is none."""
    values = json.loads(line)
    seeds = tuple(tuple(seed) for seed in values.get("seeds", ()))
    return Job(**{**values, "sources": tuple(values.get("sources", ())), "seeds": seeds})


def read_event(line: str) -> CrawlEvent | None:
    """Read an event, or None where the line is none (a library that printed something)."""
    try:
        event = CrawlEvent(**json.loads(line))
    except (ValueError, TypeError):
        return None
    return event if event.kind in EVENT_KINDS else None


def read_source_report(data: dict[str, Any]) -> SourceReport:
    """Read a source's report from an event's data."""
    return SourceReport(**{**data, "warnings": tuple(data.get("warnings", ()))})
