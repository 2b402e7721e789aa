"""How commands print: JSON, JSON lines or a table, records on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from pipeline.errors import InputError

CELL_CHARS = 70  # characters of a value in a table on a terminal; elsewhere nothing is cut
LEAST_WIDTH = 5  # characters a column keeps where a table must be narrowed
GAP = 2  # blanks between two columns


class Format(StrEnum):
    """How records are printed."""

    json = "json"
    jsonl = "jsonl"
    table = "table"


FormatOption = Annotated[
    Format | None,
    typer.Option("--format", help="json, jsonl or table; JSON where output is no terminal."),
]


def print_records(
    records: Iterable[Mapping[str, Any]],
    form: Format | None,
    columns: Sequence[str] = (),
    empty: str = "Nothing found.",
    *,
    fold: bool = False,
) -> None:
    """Print records; `columns` are those a table shows (all unless said).

    With `fold` what is too wide for a table's last column goes on below, to be read whole.
    """
    chosen = form or (Format.table if sys.stdout.isatty() else Format.json)
    if chosen is Format.jsonl:
        for record in records:
            print(dump(record))
        return
    found = list(records)
    if chosen is Format.json:
        print(json.dumps(found, ensure_ascii=False, indent=2, default=str))
    elif not found:
        say(empty)
    else:
        _print_table(found, columns or list(found[0]), fold=fold)


def print_record(record: Mapping[str, Any], form: Format | None) -> None:
    """Print one record; a table has a line for each key, keys in keys written `outer.inner`."""
    chosen = form or (Format.table if sys.stdout.isatty() else Format.json)
    if chosen is Format.table:
        lines = [{"": key, "value": value} for key, value in _flat(record)]
        _print_table(lines or [{"": "", "value": ""}], fold=True)
    elif chosen is Format.jsonl:
        print(dump(record))
    else:
        print(json.dumps(record, ensure_ascii=False, indent=2, default=str))


def shows_table(form: Format | None) -> bool:
    """Whether records are shown as a table: where asked for, or on a terminal."""
    return (form or (Format.table if sys.stdout.isatty() else Format.json)) is Format.table


def in_words(counts: Mapping[str, Any]) -> str:
    """Counts as a person reads them, zeros left out: `stored 3, failed 1`."""
    shown = [
        f"{name.replace('_', ' ')} {value}"
        for name, value in counts.items()
        if isinstance(value, int) and not isinstance(value, bool) and value
    ]
    return ", ".join(shown) or "nothing new"


def dump(record: Mapping[str, Any]) -> str:
    """One line of JSON."""
    return json.dumps(record, ensure_ascii=False, default=str)


def say(sentence: str) -> None:
    """Tell the person something, on standard error."""
    print(sentence, file=sys.stderr)


def write_output(data: bytes, output: Path | None) -> None:
    """Write bytes to a file, or to standard output where none is named (or `-`).

    Raises InputError where the file cannot be written.
    """
    if output is None or str(output) == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(data)
    except OSError as error:
        raise InputError(
            f"The file {output} cannot be written ({error.strerror}); choose another --output."
        ) from error
    say(f"Written: {output} ({len(data)} bytes).")


def _flat(record: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a record with the path of keys that leads to it."""
    for key, value in record.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _print_table(
    records: Sequence[Mapping[str, Any]], columns: Sequence[str] = (), *, fold: bool = False
) -> None:
    """Print within the terminal's width, or whole where nobody watches (but for COLUMNS).

    What is too wide is cut short; with `fold` the last column's goes on below, uncut. The first
    column says which record it is and is cut last.
    """
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cut = sys.stdout.isatty() or "COLUMNS" in os.environ
    console = Console() if cut else Console(width=sys.maxsize)
    names = list(columns or records[0])
    folded = names[-1] if fold else None
    rows = [
        [_cell(record.get(name), whole=not cut or name == folded) for name in names]
        for record in records
    ]
    wanted = [max(map(cell_len, column)) for column in zip(names, *rows, strict=True)]
    room = console.width - GAP * (len(names) - 1)
    widths = fit_widths(wanted, room, [cell_len(name) for name in names]) if cut else wanted
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name, width in zip(names, widths, strict=True):
        overflow: Literal["fold", "ellipsis"] = "fold" if name == folded else "ellipsis"
        table.add_column(name, overflow=overflow, no_wrap=name != folded, width=width)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def fit_widths(wanted: Sequence[int], room: int, heads: Sequence[int] = ()) -> list[int]:
    """Widths of columns, in characters, that together take no more than `room`.

    The widest is narrowed first, down to its heading (`heads` are their widths); then the first
    column, which begins with no more than half of the room; headings are cut last of all.
    """
    widths = list(wanted)
    if len(widths) > 1:
        widths[0] = min(widths[0], max(room // 2, LEAST_WIDTH))
    others = range(1, len(widths))
    floors = [max(LEAST_WIDTH, head) for head in heads] or [LEAST_WIDTH] * len(widths)
    for places, least in (
        (others, floors),
        (range(1), [LEAST_WIDTH]),
        (others, [LEAST_WIDTH] * len(widths)),
    ):
        while sum(widths) > room:
            wide = [at for at in places if widths[at] > least[at]]
            if not wide:
                break
            widths[max(wide, key=lambda at: widths[at])] -= 1
    return widths


def _cell(value: Any, *, whole: bool = False) -> str:
    """A value in words, on one line; cut to CELL_CHARS unless it is wanted `whole`."""
    text = " ".join(_words(value).split())
    return text if whole or len(text) <= CELL_CHARS else text[: CELL_CHARS - 1] + "…"


def _words(value: Any) -> str:
    """A value as a person reads it: lists and keys without the punctuation of JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_words(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        parts = [_words(inner) for inner in value]
        sentences = bool(parts) and all(part.endswith(".") for part in parts)
        many = any(isinstance(inner, Mapping) for inner in value)
        return (" " if sentences else "; " if many else ", ").join(parts)
    return str(value)
