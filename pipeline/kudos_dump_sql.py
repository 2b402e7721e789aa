"""The rows of a SQL dump, one after the other: MySQL's and MariaDB's INSERT, PostgreSQL's COPY.

Owns the part of SQL's grammar that dump programs write; nothing is executed. A dump is bytes (it
holds compressed columns), so values are bytes, and it is read in pieces: no more than one value
and one piece are in memory. There is no kept library that does this: parsers of SQL (sqlglot,
sqlparse) hold whole statements as text, and those of dumps know one program's layout only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from pipeline.errors import InputError

PIECE_BYTES = 1 << 20
MAX_VALUE_BYTES = 256 << 20  # one value; MariaDB's largest packet is 1 GiB, no document is so long
_HEAD_BYTES = 4096

Values = tuple[bytes | None, ...]

_NAME = rb"(?:[`\"]?\w+[`\"]?\s*\.\s*)?[`\"]?(\w+)[`\"]?"
_SPACE = re.compile(rb"(?:\s++|--[^\n]*+\n|#[^\n]*+\n|/\*[^!].*?\*/)*+", re.DOTALL)
_INSERT = re.compile(
    rb"(?:INSERT|REPLACE)(?:\s+IGNORE)?\s+INTO\s+" + _NAME + rb"\s*(\([^()']*\))?\s*VALUES?\s*",
    re.IGNORECASE,
)
_COPY = re.compile(
    rb"COPY\s+" + _NAME + rb"\s*(\([^()']*\))?\s*FROM\s+stdin[^;]*;[^\n]*\n", re.IGNORECASE
)
_CREATE = re.compile(
    rb"CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?" + _NAME + rb"\s*\(", re.IGNORECASE
)
_KEYWORDS = re.compile(rb"(?:INSERT|REPLACE|COPY|CREATE\s+TABLE)\b", re.IGNORECASE)
_COLUMN = re.compile(rb"^\s*(?:[`\"](\w+)[`\"]|(\w+))\s+\w", re.MULTILINE)
_NO_COLUMN = frozenset(
    b"key primary unique constraint index foreign fulltext spatial check exclude like".split()
)
_ESCAPED_STRING = rb"'(?:[^'\\]++|\\.|'')*+'(?!')"
_PLAIN_STRING = rb"'(?:[^']++|'')*+'(?!')"
_OTHER = rb"0[xX][0-9a-fA-F]*+|[-+]?[\d.][\w.+-]*+|\w++(?:\(\))?"
_MYSQL_ESCAPES = {b"0": b"\x00", b"b": b"\b", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"Z": b"\x1a"}
_COPY_ESCAPES = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_COPY_ESCAPE = re.compile(rb"\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", re.DOTALL)


@dataclass(frozen=True)
class Table:
    """A table met in the dump, with its columns where they are known."""

    name: str
    columns: tuple[str, ...]


@dataclass
class DumpReader:
    """Reads a dump's rows from a stream of bytes.

    `wanted` says of each table whether its rows are read; `read_bytes` counts what came so far.
    """

    stream: BinaryIO
    wanted: Callable[[Table], bool]
    tables: dict[str, Table] = field(default_factory=dict)
    read_bytes: int = 0

    def __post_init__(self) -> None:
        self._buffer, self._at, self._ended = b"", 0, False
        while len(self._buffer) < _HEAD_BYTES and self._fill():
            pass
        head = self._buffer[:_HEAD_BYTES]
        self._escapes = b"`" in head or b"PostgreSQL" not in head
        string = _ESCAPED_STRING if self._escapes else _PLAIN_STRING
        self._string = re.compile(string, re.DOTALL)
        self._statement = re.compile(rb"(?:[^';]++|" + string + rb")*+;", re.DOTALL)
        self._value = re.compile(
            rb"\s*+(?:_\w+\s+)?(?:[nN](?='))?(?:([eExX])(?='))?(" + string + rb"|" + _OTHER + rb")"
            rb"(?:::[\w\s.]+)?\s*+([,)])",
            re.DOTALL,
        )

    def rows(self) -> Iterator[tuple[Table, Values]]:
        """Yield each row of the wanted tables with its table.

        Raises InputError for a dump that is cut off or none, with the byte it was met at.
        """
        found = False
        while self._skip_space():
            if self._match(_KEYWORDS) is None:
                self._skip_statement()
                continue
            found = True
            if (match := self._match(_INSERT)) is not None:
                yield from self._insert(self._take(match), match)
            elif (match := self._match(_COPY)) is not None:
                yield from self._copy(self._take(match), match)
            elif (match := self._match(_CREATE)) is not None:
                self._create(self._take(match))
            else:
                self._skip_statement()
        if not found:
            raise InputError(
                "Expected a SQL dump with CREATE TABLE and INSERT or COPY statements, found none "
                "in the file; give the dump itself, unpacked or as .gz."
            )

    def _take(self, match: re.Match[bytes]) -> Table:
        """Step over a statement's beginning; return its table."""
        self._at = match.end()
        name = match.group(1).decode("ascii", "replace").lower()
        given = match.group(2) if match.re.groups > 1 else None
        known = self.tables.get(name)
        if given:
            known = Table(name, tuple(_identifiers(given)))
        found = known or Table(name, ())
        self.tables.setdefault(name, found)
        return found

    def _create(self, table: Table) -> None:
        """Note the columns of a table."""
        match = self._match(self._statement)
        if match is None:
            raise self._cut_off(table)
        self._at = match.end()
        names = [
            (match.group(1) or match.group(2)).lower()
            for match in _COLUMN.finditer(match.group())
            if match.group(1) or match.group(2).lower() not in _NO_COLUMN
        ]
        columns = tuple(name.decode("ascii", "replace") for name in names)
        self.tables[table.name] = Table(table.name, columns)

    def _insert(self, table: Table, match: re.Match[bytes]) -> Iterator[tuple[Table, Values]]:
        if not self.wanted(table):
            self._skip_statement()
            return
        while True:
            self._skip_space()
            if self._byte() != b"(":
                raise self._cut_off(table)
            self._at += 1
            yield table, self._row(table)
            self._skip_space()
            separator = self._byte()
            self._at += 1
            if separator == b",":
                continue
            if separator != b";":  # ON DUPLICATE KEY ..., ON CONFLICT ...
                self._skip_statement()
            return

    def _row(self, table: Table) -> Values:
        values: list[bytes | None] = []
        while True:
            match = self._match(self._value)
            if match is None:
                raise self._cut_off(table)
            self._at = match.end()
            values.append(self._read_value(match.group(1), match.group(2)))
            if match.group(3) == b")":
                return tuple(values)

    def _read_value(self, mark: bytes | None, value: bytes) -> bytes | None:
        if value.upper() == b"NULL":
            return None
        if value[:2].lower() == b"0x":
            return _from_hex(value[2:])
        if not value.startswith(b"'"):
            return value
        inner = value[1:-1]
        if mark in (b"x", b"X"):
            return _from_hex(inner)
        if self._escapes or mark in (b"e", b"E"):
            if b"\\" not in inner and b"''" not in inner:
                return inner
            return re.sub(rb"\\(.)|''", _unescape, inner, flags=re.DOTALL)
        return inner.replace(b"''", b"'")

    def _copy(self, table: Table, match: re.Match[bytes]) -> Iterator[tuple[Table, Values]]:
        wanted = self.wanted(table)
        while (line := self._line()) is not None:
            if line == b"\\.":
                return
            if wanted:
                yield table, tuple(map(_copied, line.split(b"\t")))
        raise self._cut_off(table)

    def _line(self) -> bytes | None:
        """The next line without its end; None at the end of the dump."""
        while (end := self._buffer.find(b"\n", self._at)) < 0:
            if not self._fill():
                return None
        line = self._buffer[self._at : end]
        self._at = end + 1
        return line.removesuffix(b"\r")

    def _skip_space(self) -> bool:
        """Step over blanks and comments; whether anything is left."""
        while True:
            match = self._match(_SPACE)
            self._at = match.end() if match else self._at
            if self._at < len(self._buffer):
                return True
            if not self._fill():
                return False

    def _skip_statement(self) -> None:
        while not self._ends_statement():
            pass

    def _ends_statement(self) -> bool:
        """Step over one stretch of a statement; whether it, or the dump, has ended."""
        if self._at >= len(self._buffer) and not self._fill():
            return True
        letter = self._byte()
        if letter == b";":
            self._at += 1
            return True
        if letter == b"'":
            match = self._match(self._string)
            self._at = match.end() if match else self._at + 1
            return False
        ends = [at for mark in (b";", b"'") if (at := self._buffer.find(mark, self._at)) >= 0]
        self._at = min(ends, default=len(self._buffer))
        return False

    def _byte(self) -> bytes:
        if self._at >= len(self._buffer):
            self._fill()
        return self._buffer[self._at : self._at + 1]

    def _match(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """Match at the present place, reading on while more could change the answer."""
        while True:
            match = pattern.match(self._buffer, self._at)
            if match is not None and (match.end() < len(self._buffer) or self._ended):
                return match
            could_go_on = match is not None or len(self._buffer) - self._at < self._enough(pattern)
            if not could_go_on or not self._fill():
                return match

    def _enough(self, pattern: re.Pattern[bytes]) -> int:
        """How many bytes decide that a pattern is not there: values can be long, words cannot."""
        long = (self._value, self._string, self._statement)
        return MAX_VALUE_BYTES if pattern in long else _HEAD_BYTES

    def _fill(self) -> bool:
        """Read on, dropping what was read; whether anything came. Pieces grow with what is kept,
        so that a long value is not looked at again for every piece.
        """
        kept = len(self._buffer) - self._at
        piece = self.stream.read(max(PIECE_BYTES, kept)) if not self._ended else b""
        self._ended = not piece
        self.read_bytes += len(piece)
        if piece:
            self._buffer, self._at = self._buffer[self._at :] + piece, 0
        return bool(piece)

    def _cut_off(self, table: Table) -> InputError:
        at = self.read_bytes - len(self._buffer) + self._at
        return InputError(
            f"The dump breaks off, or is damaged, in the table {table.name} at byte {at}; "
            "download it again."
        )


def _identifiers(given: bytes) -> Iterator[str]:
    for name in given.strip(b"()").split(b","):
        yield name.strip(b' `"\n\r\t').decode("ascii", "replace").lower()


def _unescape(match: re.Match[bytes]) -> bytes:
    letter = match.group(1)
    return b"'" if letter is None else _MYSQL_ESCAPES.get(letter, letter)


def _from_hex(digits: bytes) -> bytes:
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return digits


def _copied(value: bytes) -> bytes | None:
    if value == b"\\N":
        return None
    return _COPY_ESCAPE.sub(_copy_unescape, value) if b"\\" in value else value


def _copy_unescape(match: re.Match[bytes]) -> bytes:
    said = match.group(1)
    if said[:1] == b"x" and len(said) > 1:
        return bytes([int(said[1:], 16)])
    if said.isdigit():
        return bytes([int(said, 8) & 0xFF])
    return _COPY_ESCAPES.get(said, said)
