"""What checks of the sources found: kept with their date, the newest one of a source counts.

Owns the table of checks. Checking itself is `pipeline.source_check`'s business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from kb.gathering_tables import SourceCheck
from kb.store import Store


@dataclass(frozen=True)
class CheckView:
    """One check of a source: whether everything still fits, and all that was found."""

    source_id: str
    fits: bool
    result: dict[str, Any]
    at: datetime


def record_check(store: Store, source_id: str, *, fits: bool, result: dict[str, Any]) -> None:
    """Keep what a check of a source found; earlier checks stay."""
    with store.write() as session:
        session.add(SourceCheck(source_id=source_id, fits=fits, result=result))


def last_checks(store: Store, source_ids: Sequence[str] = ()) -> dict[str, CheckView]:
    """The newest check of each source that was ever checked, or of those named."""
    newest = select(func.max(SourceCheck.id)).group_by(SourceCheck.source_id)
    asked = select(SourceCheck).where(SourceCheck.id.in_(newest)).order_by(SourceCheck.source_id)
    if source_ids:
        asked = asked.where(SourceCheck.source_id.in_(source_ids))
    with store.read() as session:
        return {
            row.source_id: CheckView(row.source_id, row.fits, dict(row.result), row.at)
            for row in session.scalars(asked)
        }
