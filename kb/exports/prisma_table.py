"""The PRISMA flow and the search log as CSV, every cell safe in a spreadsheet.

Owns their columns; the counts are `kb.prisma`'s.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from kb.exports.cells import safe_row
from kb.prisma import Flow, SearchView


def flow_csv(flow: Flow) -> bytes:
    """Return the flow as rows of stage, what (source or reason) and n."""
    rows: list[Sequence[object]] = [("stage", "what", "n")]
    rows += [("identified", key, number) for key, number in flow.identified.items()]
    rows += [
        (name, "", getattr(flow, name))
        for name in ("duplicates", "not_retrieved", "removed", "screened")
    ]
    rows += [("excluded", key, number) for key, number in flow.excluded.items()]
    rows += [(name, "", getattr(flow, name)) for name in ("undecided", "included", "by_people")]
    return _write(rows)


def searches_csv(searches: Iterable[SearchView]) -> bytes:
    """Return the search log, one row a search."""
    rows: list[Sequence[object]] = [
        ("run", "source", "kind", "address", "rule", "hits", "new", "at")
    ]
    rows += [
        (e.run_id, e.source_id, e.kind, e.address, e.rule, e.hits, e.new, e.at.isoformat())
        for e in searches
    ]
    return _write(rows)


def _write(rows: Iterable[Sequence[object]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows(safe_row(row) for row in rows)
    return stream.getvalue().encode("utf-8-sig")  # the mark without which Excel garbles letters
