"""Printing: JSON by default where nobody watches, nothing lost, nothing interpreted."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.commands.output import Format, dump, print_record, print_records, write_output
from pipeline.errors import InputError

RECORDS: list[dict[str, Any]] = [
    {"id": "a", "name": "Ærøskøbing", "list": ["NO", "SE"], "none": None},
    {"id": "b", "name": "[bold]not markup[/bold] " + "x" * 100, "list": [], "none": None},
]


@pytest.fixture(autouse=True)
def _wide_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def test_json_is_printed_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    print_records(RECORDS, None)
    shown = capsys.readouterr()
    assert json.loads(shown.out) == RECORDS
    assert "Ærøskøbing" in shown.out
    print_records([], None)
    assert json.loads(capsys.readouterr().out) == []


def test_lines_are_one_record_each(capsys: pytest.CaptureFixture[str]) -> None:
    print_records(iter(RECORDS), Format.jsonl)
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == RECORDS


def test_a_table_shows_its_columns_cut_and_as_plain_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_records(RECORDS, Format.table, ("id", "name", "list"))
    out = capsys.readouterr().out
    assert out.split()[:3] == ["id", "name", "list"]
    assert "[bold]not markup[/bold]" in out
    assert "…" in out
    assert '["NO", "SE"]' in out


def test_a_watched_output_is_a_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    print_records(RECORDS, None)
    assert re.sub(r"\x1b\[\d*m", "", capsys.readouterr().out).split()[:2] == ["id", "name"]
    print_records([], None, empty="Nothing at all.")
    assert capsys.readouterr().err == "Nothing at all.\n"


@pytest.mark.parametrize("form", list(Format))
def test_one_record_in_every_form(capsys: pytest.CaptureFixture[str], form: Format) -> None:
    print_record(RECORDS[0], form)
    out = capsys.readouterr().out
    assert "Ærøskøbing" in out
    if form is not Format.table:
        assert json.loads(out) == RECORDS[0]


def test_moments_and_paths_are_printed_as_text() -> None:
    assert json.loads(dump({"path": Path("/a/b")})) == {"path": "/a/b"}


def test_bytes_go_to_a_file_or_to_standard_output(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for output in (None, Path("-")):
        write_output(b"\x00\xff", output)
        assert capfdbinary.readouterr().out == b"\x00\xff"
    write_output(b"\x00\xff", tmp_path / "new" / "file")
    assert (tmp_path / "new" / "file").read_bytes() == b"\x00\xff"
    with pytest.raises(InputError, match="choose another --output"):
        write_output(b"", tmp_path)
