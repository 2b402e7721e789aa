"""The passages of a generation as one memory-mapped Arrow file, read by row or by column.

Owns the file's schema. Which rows a filter allows is `kb.search.filters`'s.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from kb.errors import GenerationError
from kb.search.rows import ROW_FIELDS, IndexRow, MachineCoding

_STRINGS = pa.list_(pa.string())
_BOX = pa.struct([("page", pa.int32()), ("box", pa.list_(pa.float32(), 4))])
_CODING = pa.struct(
    [
        ("factor", pa.string()),
        ("direction", pa.string()),
        ("confidence", pa.float32()),
        ("start", pa.int32()),
        ("end", pa.int32()),
    ]
)
_TYPES: dict[str, pa.DataType] = {
    "year": pa.int32(),
    "page": pa.int32(),
    "page_end": pa.int32(),
    "countries": _STRINGS,
    "sectors": _STRINGS,
    "target_groups": _STRINGS,
    "authors": _STRINGS,
    "boxes": pa.list_(_BOX),
    "codings": pa.list_(_CODING),
    "sentences": pa.list_(pa.list_(pa.int32(), 2)),
}
SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in ROW_FIELDS])
BATCH_ROWS = 4096  # rows built up in memory before they are written


def write_table(path: Path, rows: Sequence[IndexRow]) -> None:
    """Write the rows as an Arrow IPC file."""
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, SCHEMA) as writer:
        for start in range(0, len(rows), BATCH_ROWS):
            batch = [_plain(row) for row in rows[start : start + BATCH_ROWS]]
            writer.write_batch(pa.RecordBatch.from_pylist(batch, schema=SCHEMA))


def _plain(row: IndexRow) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ROW_FIELDS}
    plain["boxes"] = [{"page": page, "box": box} for page, box in row.boxes]
    plain["codings"] = [dataclasses.asdict(coding) for coding in row.codings]
    return plain


def _row(plain: dict[str, Any]) -> IndexRow:
    plain["boxes"] = tuple((box["page"], tuple(box["box"])) for box in plain["boxes"])
    plain["codings"] = tuple(MachineCoding(**coding) for coding in plain["codings"])
    plain["sentences"] = tuple((start, end) for start, end in plain["sentences"])
    for name in ("countries", "sectors", "target_groups", "authors"):
        plain[name] = tuple(plain[name])
    return IndexRow(**plain)


class PassageTable:
    """The rows of one generation, read on demand from the mapped file.

    Raises GenerationError where the file is missing, damaged or of another schema.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
        except (OSError, pa.ArrowInvalid) as error:
            raise GenerationError(
                f"The passages of the index in {path} cannot be read ({error}); "
                "run `samvirke index` to build a new one."
            ) from error
        if not self._table.schema.equals(SCHEMA):
            raise GenerationError(
                f"The passages of the index in {path} are of another version's schema; "
                "run `samvirke index` to build a new one."
            )
        ids = self._table.column("passage_id").to_pylist()
        self.numbers: dict[str, int] = {name: number for number, name in enumerate(ids)}

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def row(self, number: int) -> IndexRow:
        """Return row `number` (0-based); raises IndexError beyond the end."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self.rows([number])[0]

    def rows(self, numbers: Sequence[int]) -> list[IndexRow]:
        """Return these rows in the order given; many at once cost a seventh of one by one."""
        return [
            _row(plain) for plain in self._table.take(pa.array(numbers, pa.int64())).to_pylist()
        ]

    def strings(self, name: str) -> np.ndarray[Any, Any]:
        """Return a text column as an array of objects, (n,), None where it is absent."""
        return np.array(self._table.column(name).to_pylist(), dtype=object)

    def years(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the years, (n,), -1 where the year is not known."""
        filled = self._table.column("year").fill_null(-1)
        return np.asarray(filled.to_numpy(), dtype=np.int64)

    def lists(self, name: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Return a list column flat: the row number of each entry, and the entries."""
        column = self._table.column(name).combine_chunks()
        counts = np.asarray(column.value_lengths().to_numpy(zero_copy_only=False), dtype=np.int64)
        owners = np.repeat(np.arange(len(self)), counts)
        return owners, np.array(column.flatten().to_pylist(), dtype=object)
