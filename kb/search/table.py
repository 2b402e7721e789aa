"""The passages of a generation as one memory-mapped Arrow file, read by row or by column.

Owns the file's schema. Columns are read as arrays of codes, never as one Python object a row, so
that opening a million passages takes seconds and some hundred megabytes. Which rows a filter
allows is `kb.search.filters`'s.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute

from kb.search.arrow_files import open_table, reading_arrow
from kb.search.arrow_numbers import from_numbers, to_numbers
from kb.search.codes_now import CodesNow, table_now
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
_WHAT = "The passages of the index"
BATCH_ROWS = 4096  # rows built up in memory before they are written

# Rows of a batch from which taking them together is quicker than reading cell by cell.
LEAST_TAKEN = 4

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Codes = np.ndarray[Any, np.dtype[np.int32]]


class Coded(NamedTuple):
    """A column: its distinct values (None for absent ones), and for each entry which it is."""

    values: tuple[str | None, ...]
    codes: Codes

    def among(self, wanted: Sequence[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Say of each entry whether its value is one of `wanted`."""
        chosen = set(wanted)
        kept = np.array([value in chosen for value in self.values], dtype=bool)
        return kept[self.codes] if len(kept) else np.zeros(len(self.codes), dtype=bool)


class RowNumbers(Mapping[str, int]):
    """The number of each passage's row by its id; an order is made of the ids when first asked."""

    def __init__(self, ids: pa.ChunkedArray, path: Path) -> None:
        self._ids, self._path = ids.combine_chunks(), path

    @cached_property
    def _order(self) -> Numbers:
        order = to_numbers(pa.compute.sort_indices(self._ids), np.dtype(np.uint64))
        return order.astype(np.int64)

    def __getitem__(self, passage_id: str) -> int:
        order, wanted = self._order, passage_id.encode("utf-8", "replace")
        place = bisect_left(
            range(len(order)), wanted, key=lambda at: self._id(int(order[at])).encode()
        )
        if place < len(order) and self._id(int(order[place])) == passage_id:
            return int(order[place])
        raise KeyError(passage_id)

    def __iter__(self) -> Iterator[str]:
        with reading_arrow(self._path, _WHAT):
            names = self._ids.to_pylist()
        return iter(names)

    def __len__(self) -> int:
        return len(self._ids)

    def _id(self, number: int) -> str:
        with reading_arrow(self._path, _WHAT):
            return str(self._ids[number].as_py())


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


def _cells(batch: pa.RecordBatch, number: int) -> dict[str, Any]:
    cells = (column[number].as_py() for column in batch.columns)
    return dict(zip(ROW_FIELDS, cells, strict=True))


class PassageTable:
    """The rows of one generation, read on demand from the mapped file.

    With `codes`, what the machine suggested reads as that codebook calls it now. Raises
    GenerationError where the file is missing, damaged or of another schema.
    """

    def __init__(self, path: Path, codes: CodesNow | None = None) -> None:
        self._path = path
        self._table = open_table(path, SCHEMA, _WHAT)
        if codes is not None:
            with reading_arrow(path, _WHAT):
                self._table = table_now(self._table, codes)
        self._batches = self._table.to_batches()
        self._starts = np.cumsum([0, *(batch.num_rows for batch in self._batches)])
        self.numbers = RowNumbers(self._table.column("passage_id"), path)

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def check(self) -> None:
        """Read everything once; raises GenerationError where some of it is damaged."""
        with reading_arrow(self._path, _WHAT):
            self._table.validate(full=True)

    def row(self, number: int) -> IndexRow:
        """Return row `number` (0-based); raises IndexError beyond the end."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self.rows([number])[0]

    def rows(self, numbers: Sequence[int]) -> list[IndexRow]:
        """Return these rows in the order given."""
        wanted = np.asarray(numbers, dtype=np.int64)
        found: dict[int, IndexRow] = {}
        for batch, places, within in self._places(wanted):
            with reading_arrow(self._path, _WHAT):
                if len(places) < LEAST_TAKEN:
                    plain = [_cells(batch, number) for number in within]
                else:  # a take over the whole table would join its batches
                    plain = batch.take(from_numbers(np.asarray(within))).to_pylist()
                found.update(zip(places, map(_row, plain), strict=True))
        return [found[place] for place in range(len(wanted))]

    def texts(self, numbers: Sequence[int]) -> list[tuple[str, str]]:
        """Return the language and the text of these rows, in the order given."""
        wanted = np.asarray(numbers, dtype=np.int64)
        found: dict[int, tuple[str, str]] = {}
        for batch, places, within in self._places(wanted):
            languages, texts = batch.column("language"), batch.column("text")
            with reading_arrow(self._path, _WHAT):
                for place, number in zip(places, within, strict=True):
                    found[place] = languages[number].as_py(), texts[number].as_py()
        return [found[place] for place in range(len(wanted))]

    def _places(self, wanted: Numbers) -> Iterator[tuple[pa.RecordBatch, list[int], list[int]]]:
        """Yield each batch that holds some of the rows: their places in `wanted`, and in it."""
        batches = np.searchsorted(self._starts, wanted, side="right") - 1
        for number in np.unique(batches):
            places = np.flatnonzero(batches == number)
            within = wanted[places] - self._starts[number]
            yield self._batches[number], places.tolist(), within.tolist()

    def column(self, name: str) -> Coded:
        """Return a text column, (n,), None where it is absent."""
        with reading_arrow(self._path, _WHAT):
            return _coded(self._table.column(name).combine_chunks())

    def years(self) -> np.ndarray[Any, np.dtype[np.int32]]:
        """Return the years, (n,), -1 where the year is not known."""
        return to_numbers(self._table.column("year").combine_chunks(), np.dtype(np.int32))

    def lists(self, name: str, *parts: str) -> tuple[Numbers, tuple[Coded, ...]]:
        """Return a list column flat: the row number of each entry, and the entries.

        Of a column whose entries are structs the `parts` named are returned.
        """
        column = self._table.column(name).combine_chunks()
        counts = to_numbers(column.value_lengths(), np.dtype(np.int32))
        owners = np.repeat(np.arange(len(self)), counts)
        flat = column.flatten()
        columns = [flat.field(part) for part in parts] if parts else [flat]
        with reading_arrow(self._path, _WHAT):
            return owners, tuple(_coded(found) for found in columns)


def _coded(column: pa.Array) -> Coded:
    made = column.dictionary_encode("encode")
    return Coded(
        tuple(made.dictionary.to_pylist()),
        to_numbers(made.indices, np.dtype(np.int32)),
    )
