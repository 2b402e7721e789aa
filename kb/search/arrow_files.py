"""Arrow files of a generation, opened so that a damaged one is a sentence and no crash.

Owns the check at opening: Arrow believes the offsets in a file, and reads outside its memory where
they are damaged. They are compared here (some bytes a row and column); the texts are not read, and
one that is no UTF-8 is told when it is asked for (`reading_arrow`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa

from kb.errors import GenerationError


@contextmanager
def reading_arrow(path: Path, what: str) -> Iterator[None]:
    """Raise GenerationError for what reading a damaged file raises; `what` begins the sentence."""
    try:
        yield
    except (OSError, ValueError, TypeError, pa.ArrowException) as error:
        raise GenerationError(
            f"{what} in {path} cannot be read ({error}); run `samvirke index` to build a new one."
        ) from error


def open_table(path: Path, schema: pa.Schema, what: str) -> pa.Table:
    """Return the table of a mapped Arrow file.

    Raises GenerationError where it is missing, damaged or of another schema.
    """
    with reading_arrow(path, what):
        table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
        if table.schema.equals(schema):
            table.validate()
            for column in table.columns:
                for chunk in column.chunks:
                    _check_offsets(chunk)
            return table
    raise GenerationError(
        f"{what} in {path} are of another version's schema; run `samvirke index` to build a new "
        "one."
    )


def _check_offsets(array: pa.Array) -> None:
    """Raise ValueError where an array's entries, or those of its parts, reach outside it."""
    kind = array.type
    if pa.types.is_struct(kind):
        for at in range(kind.num_fields):
            _check_offsets(array.field(at))
    elif pa.types.is_fixed_size_list(kind):
        _check_offsets(array.values)
    elif pa.types.is_list(kind) or pa.types.is_string(kind):
        _, offsets, *data = array.buffers()
        if not len(array):
            return
        ends = np.frombuffer(offsets, np.int32)[array.offset :][: len(array) + 1]
        in_list = pa.types.is_list(kind)
        size = len(array.values) if in_list else (data[0].size if data[0] else 0)
        if len(ends) <= len(array) or ends[0] < 0 or ends[-1] > size or np.any(np.diff(ends) < 0):
            raise ValueError("entries lie outside the file")
        if in_list:
            _check_offsets(array.values)
