"""The machine's suggestions under the codebook of now: an index keeps the codes of its own night.

Owns how a row's codings, sectors, target groups and evidence type follow a codebook that was
changed since: renamed and merged codes map along, those no longer in use vanish. What stands for
which is the codebook's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from corpora.codebook import Kind
from kb.search.arrow_numbers import from_numbers, from_texts, to_numbers

COLUMNS: Mapping[str, Kind] = {
    "codings": "factors",
    "sectors": "sectors",
    "target_groups": "target_groups",
    "evidence_type": "evidence_types",
}

Numbers = np.ndarray[Any, np.dtype[np.int64]]


class CodesNow(Protocol):
    """What an index asks of a codebook."""

    def suggested(self, kind: Kind, code: str) -> str | None:
        """Return the code in use that a suggestion of `code` counts under, if any."""
        ...


def table_now(table: pa.Table, codes: CodesNow) -> pa.Table:
    """Return an index's rows as a codebook calls them; columns in which nothing changed are kept.

    A changed column is made anew in memory, in the batches it had, without an object for a row.
    """
    for column, kind in COLUMNS.items():
        now = {code: codes.suggested(kind, code) for code in _distinct(table.column(column))}
        if all(code == stands for code, stands in now.items()):
            continue
        written = table.column(column)
        cells = [_chunk_now(column, chunk, now) for chunk in written.chunks]
        place = table.schema.get_field_index(column)
        made = pa.chunked_array(cells, written.type)
        table = table.set_column(place, table.schema.field(column), made)
    return table


def _distinct(column: pa.ChunkedArray) -> Iterable[str]:
    found: set[str | None] = set()
    for chunk in column.chunks:
        values = chunk.flatten() if pa.types.is_list(chunk.type) else chunk
        values = values.field("factor") if pa.types.is_struct(values.type) else values
        found.update(values.unique().to_pylist())
    return sorted(code for code in found if code is not None)


def _chunk_now(column: str, chunk: pa.Array, now: Mapping[str, str | None]) -> pa.Array:
    """Return one batch of a column under present codes."""
    if column == "evidence_type":
        values, codes = _codes_now(chunk, now)
        return _taken(values, codes)
    counts = to_numbers(chunk.value_lengths(), np.dtype(np.int32))
    owners, flat = np.repeat(np.arange(len(chunk)), counts), chunk.flatten()
    if column == "codings":
        values, codes = _codes_now(flat.field("factor"), now)
        sure = -to_numbers(flat.field("confidence"), np.dtype(np.float32))
        places, kept = _one_each(owners, codes, sure)
        fields = [flat.field(at).take(from_numbers(kept)) for at in range(flat.type.num_fields)]
        fields[flat.type.get_field_index("factor")] = _taken(values, codes[kept])
        entries = pa.StructArray.from_arrays(fields, fields=list(flat.type))
    else:
        values, codes = _codes_now(flat, now)
        places, kept = _one_each(owners, codes, np.zeros(len(codes)))
        entries = _taken(values, codes[kept])
    starts = np.concatenate([[0], np.cumsum(np.bincount(places, minlength=len(chunk)))])
    return pa.ListArray.from_buffers(
        chunk.type, len(chunk), [None, pa.py_buffer(starts.astype(np.int32))], children=[entries]
    )


def _codes_now(values: pa.Array, now: Mapping[str, str | None]) -> tuple[list[str], Numbers]:
    """Return the present codes, and for each value which of them it is; -1 where it is none."""
    coded = values.dictionary_encode()
    present = sorted({code for code in now.values() if code is not None})
    stands = [now.get(code) for code in coded.dictionary.to_pylist()]
    of = np.array([present.index(code) if code else -1 for code in (*stands, None)])
    written = to_numbers(coded.indices, np.dtype(np.int32))
    return present, of[written]


def _one_each(
    owners: Numbers, codes: Numbers, order: np.ndarray[Any, Any]
) -> tuple[Numbers, Numbers]:
    """Return the rows and places of the entries that stay: a code stands once in a row.

    Of several the one that is least by `order` stays, where the first of them stood.
    """
    there = np.flatnonzero(codes >= 0)
    ranked = there[np.lexsort((there, order[there], codes[there], owners[there]))]
    groups = np.stack([owners[ranked], codes[ranked]])
    begins = (np.diff(groups, prepend=-1) != 0).any(axis=0)
    starts = np.flatnonzero(begins)
    first = np.minimum.reduceat(ranked, starts) if len(ranked) else ranked
    kept = ranked[starts][np.argsort(first)]
    return owners[kept], kept


def _taken(names: Sequence[str], codes: Numbers) -> pa.Array:
    """Return texts by their numbers, null where it is -1."""
    return from_texts(list(names)).take(from_numbers(codes))
