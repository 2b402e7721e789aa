"""Printing: JSON by default where nobody watches, nothing lost, nothing interpreted."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.commands.output import (
    Format,
    dump,
    fit_widths,
    print_record,
    print_records,
    write_output,
)
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
    assert "NO, SE" in out


def test_values_in_a_table_read_as_words(capsys: pytest.CaptureFixture[str]) -> None:
    record = {
        "yes": True, "no": False, "keys": {"a": 1, "b": ["x", "y"]}, "empty": {},
        "said": ["One thing.", "Another."], "many": [{"n": "å"}, {"n": "ø"}],
    }  # fmt: skip
    print_records([record], Format.table)
    line = capsys.readouterr().out.splitlines()[1]
    assert re.split(r" {2,}", line.strip()) == [
        "yes", "no", "a: 1, b: x, y", "One thing. Another.", "n: å; n: ø",
    ]  # fmt: skip


def test_one_record_shows_what_lies_deeper_on_lines_of_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_record({"flow": {"found": {"no-fafo": 3, "se-ivo": 2}, "excluded": {}}, "n": 5}, None)
    assert json.loads(capsys.readouterr().out)["flow"]["found"] == {"no-fafo": 3, "se-ivo": 2}
    print_record(
        {"flow": {"found": {"no-fafo": 3, "se-ivo": 2}, "excluded": {}}, "n": 5}, Format.table
    )
    lines = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert lines == [
        ["flow.found.no-fafo", "3"], ["flow.found.se-ivo", "2"], ["flow.excluded"], ["n", "5"],
    ]  # fmt: skip
    print_record({}, Format.table)
    assert "value" in capsys.readouterr().out


def test_a_folded_column_is_read_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    sentence = "Open the file in its own program and save it again. " * 4
    print_records([{"kind": "bad", "why": sentence}], Format.table, fold=True)
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 60 and "…" not in out
    assert " ".join(out.replace("bad", "").split()[2:]) == sentence.strip()


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


@pytest.mark.parametrize(
    ("wanted", "room", "found"),
    [
        ([10, 20, 5], 40, [10, 20, 5]),
        ([10, 70, 5], 40, [10, 25, 5]),
        ([10, 70, 60], 40, [10, 15, 15]),
        ([70, 8], 40, [20, 8]),
        ([70], 40, [40]),
        ([30, 6, 6, 6], 24, [9, 5, 5, 5]),
        ([6, 6, 6, 6], 3, [5, 5, 5, 5]),
    ],
)
def test_the_widest_column_is_narrowed_first(
    wanted: list[int], room: int, found: list[int]
) -> None:
    assert fit_widths(wanted, room) == found


def test_headings_are_kept_as_long_as_the_first_column_has_something_to_give() -> None:
    heads = [5, 6, 9, 6]
    assert fit_widths([60, 11, 9, 40], 60, heads) == [30, 10, 9, 11]
    assert fit_widths([60, 11, 9, 40], 30, heads) == [9, 6, 9, 6]
    assert fit_widths([60, 11, 9, 40], 23, heads) == [5, 6, 6, 6]


def test_a_table_fits_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    at = datetime(2026, 3, 1, 9, 5, 7, tzinfo=UTC)
    record = {"id": "p0123456789ab", "title": "Ærøskøbing þjónusta " * 6, "who": "x" * 60, "at": at}
    print_records([record], Format.table)
    head, line = capsys.readouterr().out.splitlines()
    assert len(line.rstrip()) <= 80
    assert len(head) <= 80
    assert line.startswith("p0123456789ab  Ærøskøbing")
    assert line.count("…") == 2
    assert line.rstrip().endswith("2026-03-01 09:05")
    print_record(record, Format.table)
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= 80
    print_records([record], Format.json)
    assert json.loads(capsys.readouterr().out)[0]["title"] == record["title"]


def test_a_table_through_a_pipe_is_not_cut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS")
    record = {"id": "22feffd019f9073817ec" * 3, "title": "Ærøskøbing " * 20, "who": "x" * 90}
    print_records([record], Format.table)
    head, line = capsys.readouterr().out.splitlines()
    assert head.split() == ["id", "title", "who"]
    assert line.split()[0] == record["id"]
    assert line.split()[-1] == record["who"]
    assert "…" not in line
