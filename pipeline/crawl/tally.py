"""Counting a crawl: per source what was asked, stored, unchanged, and what went wrong.

Owns the counts, the events that tell of them, and the judgement whether a source gave enough.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from corpora.registry import Source
from kb.problem_kinds import ProblemKind
from pipeline.crawl.messages import CrawlEvent, SourceReport

COUNTED = ("stored", "unchanged", "failed", "forbidden", "gone")
TOLD_EVERY_S = 0.5  # the counts of a source; more often than an eye can follow is only traffic


class Tally:
    """The counts of one crawl; every change is told to `emit`, the counts themselves at a pace."""

    def __init__(self, emit: Callable[[CrawlEvent], None]) -> None:
        self.emit = emit
        self.counts: dict[str, Counter[str]] = {}
        self.closed: set[str] = set()
        self._incomplete: set[str] = set()
        self._walled: set[str] = set()
        self._told_at: dict[str, float] = {}  # source -> time.monotonic()

    def requested(self, source_id: str) -> None:
        """An address of a source is being asked."""
        self._of(source_id)["requested"] += 1
        self._tell_counts(source_id)

    def wait(self, source_id: str, more: int) -> None:
        """So many more addresses of a source wait to be asked (fewer where `more` is negative)."""
        self._of(source_id)["waiting"] += more

    def add(self, kind: str, source_id: str, url: str) -> None:
        """Something came of an address: `fetched`, or one of COUNTED."""
        if kind in COUNTED:
            self._of(source_id)[kind] += 1
        self.emit(CrawlEvent(kind, source_id, url))

    def problem(self, source_id: str, url: str, message: str, kind: ProblemKind) -> None:
        """Something went wrong; `message` is the sentence to show."""
        self._of(source_id)["problems"] += 1
        self.emit(CrawlEvent("problem", source_id, url, message, problem=kind))

    def mark_incomplete(self, source_id: str, *, walled: bool = False) -> None:
        """Not all that a source has was met, so what was met is no measure of the source.

        With `walled` a list of it was a challenge or the like, which fails the source.
        """
        self._incomplete.add(source_id)
        if walled:
            self._walled.add(source_id)

    def close(self, source: Source, items: int, *, paused: bool = False) -> SourceReport:
        """Judge a source that has nothing left to ask; `items` publications were met.

        One that is only `paused` until its next hours is not judged.
        """
        counts = self._of(source.id)
        self.closed.add(source.id)
        shortfall = None if paused else judge_shortfall(source, items)
        if shortfall:
            kind: ProblemKind = "too_few" if items else "nothing_found"
            self.problem(source.id, source.homepage, shortfall, kind)
        warnings = judge_surplus(source, items)
        for warning in warnings:
            self.problem(source.id, source.homepage, warning, "too_many")
        report = SourceReport(
            source_id=source.id,
            requested=counts["requested"],
            **{name: counts[name] for name in COUNTED},
            items=items,
            failed_source=shortfall is not None or source.id in self._walled,
            complete=source.id not in self._incomplete,
            warnings=warnings,
        )
        self.emit(
            CrawlEvent("source_finished", source.id, source.homepage, data=vars(report).copy())
        )
        return report

    def _tell_counts(self, source_id: str) -> None:
        at = time.monotonic()
        if at - self._told_at.get(source_id, -TOLD_EVERY_S) >= TOLD_EVERY_S:
            self._told_at[source_id] = at
            self.emit(CrawlEvent("counts", source_id, data=dict(self._of(source_id))))

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
