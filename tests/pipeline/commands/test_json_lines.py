"""JSON lines: cut at line feeds only, and each fault with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.commands.json_lines import read_json_lines
from pipeline.errors import InputError


def lines_of(path: Path, data: bytes) -> list[object]:
    """Write the file and read it."""
    path.write_bytes(data)
    return [record for record, _ in read_json_lines(path, "an object")]


def test_a_line_ends_at_a_line_feed_and_nowhere_else(tmp_path: Path) -> None:
    data = '\ufeff{"text": "a\u2028b\u0085c"}\r\n\n{"text": "d"}'.encode()
    assert lines_of(tmp_path / "a.jsonl", data) == [{"text": "a\u2028b\u0085c"}, {"text": "d"}]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"{}\n\xe6\n", "Line 2 of {} should be UTF-8, found the byte 0xe6 at position 1;"),
        (b"{}\n[1]\n", "Line 2 of {} should be an object; found '[1]'."),
        (b"{}\n\n{\n", "Line 3 of {} should be an object; found '{{'."),
        (b"[" * 100_000, "Line 1 of {} should be an object; found '[["),
    ],
)
def test_a_fault_is_said_with_its_line(tmp_path: Path, data: bytes, sentence: str) -> None:
    path = tmp_path / "a.jsonl"
    with pytest.raises(InputError) as said:
        lines_of(path, data)
    assert str(said.value).startswith(sentence.format(path))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"borte\.jsonl cannot be read"):
        list(read_json_lines(tmp_path / "borte.jsonl", "an object"))
