"""Counting a crawl: per source what was asked, stored, unchanged, and what went wrong.

Owns the counts, the events that tell of them, and the judgement whether a source gave enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from corpora.registry import Source
from pipeline.crawl.messages import CrawlEvent, SourceReport

COUNTED = ("stored", "unchanged", "failed", "forbidden", "gone")


class Tally:
    """The counts of one crawl; every change is told to `emit` at once."""

    def __init__(self, emit: Callable[[CrawlEvent], None]) -> None:
        self.emit = emit
        self.counts: dict[str, Counter[str]] = {}
        self.closed: set[str] = set()

    def requested(self, source_id: str) -> None:
        """An address of a source is being asked."""
        self._of(source_id)["requested"] += 1

    def add(self, kind: str, source_id: str, url: str) -> None:
        """Something came of an address: `fetched`, or one of COUNTED."""
        if kind in COUNTED:
            self._of(source_id)[kind] += 1
        self.emit(CrawlEvent(kind, source_id, url))

    def problem(self, source_id: str, url: str, message: str) -> None:
        """Something went wrong; `message` is the sentence to show."""
        self.emit(CrawlEvent("problem", source_id, url, message))

    def close(self, source: Source, items: int) -> SourceReport:
        """Judge a source that has nothing left to ask; `items` publications were met."""
        counts = self._of(source.id)
        self.closed.add(source.id)
        shortfall = judge_shortfall(source, items)
        if shortfall:
            self.problem(source.id, source.homepage, shortfall)
        report = SourceReport(
            source_id=source.id,
            requested=counts["requested"],
            **{name: counts[name] for name in COUNTED},
            items=items,
            failed_source=shortfall is not None,
            warnings=judge_surplus(source, items),
        )
        self.emit(
            CrawlEvent("source_finished", source.id, source.homepage, None, vars(report).copy())
        )
        return report

    def _of(self, source_id: str) -> Counter[str]:
        return self.counts.setdefault(source_id, Counter())


def judge_shortfall(source: Source, items: int) -> str | None:
    """Return what to say of a source that gave nothing or less than it must, or None."""
    least = source.expected.min_items if source.expected else None
    if items > 0 and (least is None or items >= least):
        return None
    return (
        f"Expected at least {max(least or 0, 1)} publications from {source.name} ({source.id}), "
        f"found {items}: look whether its site has changed, and correct its description in "
        "corpora/sources."
    )


def judge_surplus(source: Source, items: int) -> tuple[str, ...]:
    """Return what to say of a source that gave more than expected; it is kept all the same."""
    most = source.expected.max_items if source.expected else None
    if most is None or items <= most:
        return ()
    return (
        f"Expected at most {most} publications from {source.name} ({source.id}), found {items}: "
        "look whether its patterns take in too much.",
    )
