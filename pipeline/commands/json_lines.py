"""JSON lines that a person hands in: one record a line, and a fault is said with its line.

Owns reading lines and decoding them. What a record must hold is the command's business.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.errors import InputError

STDIN = "-"
_SHOWN_CHARS = 60  # characters of a faulty line


def read_json_lines(path: Path, wanted: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each line's object, and where it stands ("Line 3 of x.jsonl"); blank lines are none.

    Lines end at a line feed and nowhere else: JSON text may hold other separators. Raises
    InputError where the file cannot be read, is not UTF-8, or a line is not `wanted`.
    """
    try:
        stream: BinaryIO = sys.stdin.buffer if str(path) == STDIN else path.open("rb")
    except OSError as error:
        raise InputError(f"The file {path} cannot be read ({error.strerror}).") from error
    with stream:
        for number, data in enumerate(stream, start=1):
            where = f"Line {number} of {path}"
            try:
                line = data.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            except UnicodeDecodeError as error:
                raise InputError(
                    f"{where} should be UTF-8, found the byte 0x{data[error.start]:02x} at "
                    f"position {error.start + 1}; save the file as UTF-8."
                ) from error
            if not line:
                continue
            record = _parse(line)
            if not isinstance(record, dict):
                raise refuse_line(where, wanted, line)
            yield record, where


def refuse_line(where: str, wanted: str, found: object) -> InputError:
    """The error for a line that is not what it should be."""
    line = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    return InputError(f"{where} should be {wanted}; found {line[:_SHOWN_CHARS]!r}.")


def _parse(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
