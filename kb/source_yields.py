"""What a source is known to give: recorded by its first full crawl, and what later ones must reach.

Owns the table of yields. A yield that an operator writes into the source's description outranks the
recorded one; judging a run by it is `pipeline.crawl`'s business.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from corpora.registry import Expected, Source
from kb.errors import NotFoundError, RecordError
from kb.gathering_tables import SourceYield
from kb.store import Store
from kb.tables import Run, now

# A publisher takes some old reports down in a year and a night's crawl misses a few; a site that
# was rebuilt or began to refuse gives half or nothing.
MINIMUM_SHARE = 0.8
# Years of growth fit beneath; patterns that take in news or a whole site give many times more.
MAXIMUM_SHARE = 1.5
# Of the addresses asked: a few dead links are usual, more say that the count is no measure.
MAX_FAILED_SHARE = 0.05


@dataclass(frozen=True)
class Yield:
    """How many publications a run found at a source, and the limits for later runs."""

    source_id: str
    items: int
    minimum: int
    maximum: int
    run_id: int | None
    at: datetime | None = None


def list_yields(store: Store) -> dict[str, Yield]:
    """The recorded yields by source."""
    with store.read() as session:
        rows = session.scalars(select(SourceYield).order_by(SourceYield.source_id))
        return {row.source_id: _view(row) for row in rows}


def expect_yield(source: Source, recorded: Yield | None) -> Source:
    """Return the source with what its next crawl must give.

    Its own description comes first, field by field; what it leaves open the record fills in, but
    for a limit that would contradict the description.
    """
    if recorded is None:
        return source
    written = source.expected or Expected()
    low, high = written.min_items, written.max_items
    if low is None and (high is None or recorded.minimum <= high):
        low = recorded.minimum
    if high is None and (low is None or low <= recorded.maximum):
        high = recorded.maximum
    return source.model_copy(update={"expected": Expected(min_items=low, max_items=high)})


def record_yields(store: Store, run_id: int, reports: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Record the yield of each source that had none and was crawled in full; return their ids.

    `reports` are the crawl's reports by source, as a run keeps them.
    """
    known = list_yields(store)
    found = [
        source_id
        for source_id, report in reports.items()
        if source_id not in known and _is_measure(report)
    ]
    with store.write() as session:
        for source_id in found:
            session.merge(_row(source_id, int(reports[source_id]["items"]), run_id))
    return found


def accept_yield(store: Store, source_id: str) -> Yield:
    """Take the newest run's count of a source as what it gives from now on.

    Raises NotFoundError where no run has crawled it, RecordError where the newest found nothing.
    """
    with store.read() as session:
        runs = session.scalars(select(Run).order_by(Run.id.desc()))
        found = next((run for run in runs if source_id in _crawled(run)), None)
    if found is None:
        raise NotFoundError(
            f"No run has crawled the source {source_id} to its end; run `samvirke crawl --source "
            f"{source_id}` first."
        )
    items = int(_crawled(found)[source_id].get("items", 0))
    if items == 0:
        raise RecordError(
            f"The newest run ({found.id}) found nothing at {source_id}, which is never accepted; "
            f"look with `samvirke sources check {source_id}`, or switch the source off."
        )
    row = _row(source_id, items, found.id)
    with store.write() as session:
        session.merge(row)
    return _view(row)


def _crawled(run: Run) -> Mapping[str, Any]:
    """The crawl's reports by source that a run kept."""
    crawled: Mapping[str, Any] = run.report.get("stages", {}).get("crawl", {})
    return crawled


def _is_measure(report: Mapping[str, Any]) -> bool:
    """Whether a crawl met all that a source has, as far as can be known."""
    lost = int(report.get("failed", 0))
    return (
        int(report.get("items", 0)) > 0
        and bool(report.get("complete"))
        and not report.get("failed_source")
        and lost <= MAX_FAILED_SHARE * int(report.get("requested", 0))
    )


def _row(source_id: str, items: int, run_id: int) -> SourceYield:
    return SourceYield(
        source_id=source_id,
        items=items,
        minimum=max(1, math.floor(items * MINIMUM_SHARE)),
        maximum=math.ceil(items * MAXIMUM_SHARE),
        run_id=run_id,
        at=now(),
    )


def _view(row: SourceYield) -> Yield:
    return Yield(row.source_id, row.items, row.minimum, row.maximum, row.run_id, row.at)


def yield_record(found: Yield) -> dict[str, Any]:
    """A yield as plain JSON, without its source."""
    return {name: value for name, value in asdict(found).items() if name != "source_id"}
