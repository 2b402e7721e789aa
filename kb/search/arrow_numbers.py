"""Arrow's arrays of numbers as NumPy's and back, without pandas.

Owns the two ways. Arrow's own `to_numpy` and `pa.array` import pandas, which takes half a second
of every search from the shell.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa


def to_numbers(array: pa.Array, kind: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """Return an array of numbers, which Arrow keeps as `kind`; -1 where absent."""
    valid, values = array.buffers()
    found = np.frombuffer(values or b"", kind)[array.offset :][: len(array)].copy()
    if array.null_count:
        bits = np.unpackbits(np.frombuffer(valid, np.uint8), bitorder="little")
        found[bits[array.offset :][: len(array)] == 0] = -1
    return found


def from_numbers(numbers: np.ndarray[Any, Any]) -> pa.Array:
    """Return row numbers (int64) as Arrow's; a negative one is null."""
    flat = np.ascontiguousarray(numbers, dtype=np.int64)
    valid = np.packbits(flat >= 0, bitorder="little")
    return pa.Array.from_buffers(pa.int64(), len(flat), [pa.py_buffer(valid), pa.py_buffer(flat)])


def from_texts(texts: list[str]) -> pa.Array:
    """Return texts as Arrow's."""
    data = [text.encode() for text in texts]
    ends = np.cumsum([0, *(len(one) for one in data)]).astype(np.int32)
    buffers = pa.py_buffer(ends), pa.py_buffer(b"".join(data))
    return pa.StringArray.from_buffers(len(data), *buffers)
