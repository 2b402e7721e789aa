"""The machine's suggestions under the codebook of now: an index keeps the codes of its own night.

Owns how a row's codings, sectors, target groups and evidence type follow a codebook that was
changed since: renamed and merged codes map along, those no longer in use vanish. What stands for
which is the codebook's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import pyarrow as pa

from corpora.codebook import Kind

COLUMNS: Mapping[str, Kind] = {
    "codings": "factors",
    "sectors": "sectors",
    "target_groups": "target_groups",
    "evidence_type": "evidence_types",
}


class CodesNow(Protocol):
    """What an index asks of a codebook."""

    def suggested(self, kind: Kind, code: str) -> str | None:
        """Return the code in use that a suggestion of `code` counts under, if any."""
        ...


def table_now(table: pa.Table, codes: CodesNow) -> pa.Table:
    """Return an index's rows as a codebook calls them; columns in which nothing changed are kept.

    A changed column is read into memory, in the batches it had.
    """
    for column, kind in COLUMNS.items():
        now = {code: codes.suggested(kind, code) for code in _distinct(table, column)}
        if all(code == stands for code, stands in now.items()):
            continue
        written = table.column(column)
        cells = [
            pa.array([_cell_now(column, cell, now) for cell in chunk.to_pylist()], written.type)
            for chunk in written.chunks
        ]
        place = table.schema.get_field_index(column)
        table = table.set_column(place, table.schema.field(column), pa.chunked_array(cells))
    return table


def _distinct(table: pa.Table, column: str) -> Iterable[str]:
    values = table.column(column).combine_chunks()
    if pa.types.is_list(values.type):
        values = values.flatten()
    if pa.types.is_struct(values.type):
        values = values.field("factor")
    return [str(code) for code in values.unique().to_pylist() if code is not None]


def _cell_now(column: str, cell: Any, now: Mapping[str, str | None]) -> Any:
    if column == "codings":
        return codings_now(cell, now)
    if column == "evidence_type":
        return now.get(cell)
    return values_now(cell, now)


def codings_now(
    codings: Iterable[Mapping[str, Any]], now: Mapping[str, str | None]
) -> list[dict[str, Any]]:
    """Return a row's codings under present factors; of two that became one the surer stays."""
    best: dict[str, dict[str, Any]] = {}
    for coding in codings:
        factor = now.get(coding["factor"])
        if factor is None:
            continue
        if factor not in best or coding["confidence"] > best[factor]["confidence"]:
            best[factor] = {**coding, "factor": factor}
    return list(best.values())


def values_now(values: Sequence[str], now: Mapping[str, str | None]) -> list[str]:
    """Return a row's labels under present codes, each once."""
    found = (now.get(value) for value in values)
    return list(dict.fromkeys(value for value in found if value is not None))
