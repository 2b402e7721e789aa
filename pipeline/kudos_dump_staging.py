"""A Kudos dump's rows laid out for looking up: a small SQLite file beside the record.

Owns which tables and columns of a dump mean what (`kudos_dump.yaml`), and the staged file. A dump
names a document's authors and files before or after it, so its rows are laid out once and read
again by document; the file stays until all of it is in the record, so that a load goes on.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal, cast

from pydantic import Field

from corpora.errors import RegistryError
from corpora.validated import FrozenModel, parse_yaml
from pipeline.errors import InputError
from pipeline.kudos_dump_sql import DumpReader, Table, Values
from pipeline.progress import Progress

PACKAGED_MAPPING = Path(__file__).with_name("kudos_dump.yaml")
ROWS_AT_ONCE = 500
_STAGED = 1  # user_version of a staged file that is whole
_ZSTD = b"\x28\xb5\x2f\xfd"

Logical = Literal["documents", "types", "files", "actors", "actor_links", "authors", "author_links"]
LOGICAL: tuple[Logical, ...] = (
    "documents", "types", "files", "actors", "actor_links", "authors", "author_links",
)  # fmt: skip
_NEEDED: tuple[Logical, ...] = ("documents", "files")
_BINARY = "plaintext"


class TableNames(FrozenModel):
    """The names that a table and its columns may have in a dump, in the order they are tried."""

    tables: tuple[str, ...]
    columns: dict[Annotated[str, Field(pattern=r"^[a-z_0-9]{1,40}$")], tuple[str, ...]]


class DumpMapping(FrozenModel):
    """Which tables and columns of a dump mean what; `roles` names lists of Kudos' API."""

    documents: TableNames
    types: TableNames
    files: TableNames
    actors: TableNames
    actor_links: TableNames
    authors: TableNames
    author_links: TableNames
    roles: dict[str, Literal["owners", "publishers", "authoring_actors", "recipients"]] = Field(
        default_factory=dict
    )

    def names(self, logical: Logical) -> TableNames:
        """The names of one table."""
        return cast(TableNames, getattr(self, logical))

    def logical(self, table: str) -> Logical | None:
        """What a dump's table is to us."""
        return next((name for name in LOGICAL if table in self.names(name).tables), None)


@dataclass
class Staged:
    """A staged dump: `problems` are sentences on what in it is not read."""

    path: Path
    problems: list[str] = field(default_factory=list)


def load_mapping(path: Path | None = None) -> DumpMapping:
    """Read the mapping at `path`, or the packaged one; raises InputError with file and line.

    A column that a mapping does not name is not looked for.
    """
    try:
        packaged = parse_yaml(PACKAGED_MAPPING, DumpMapping, RegistryError)
        given = parse_yaml(path, DumpMapping, RegistryError) if path else packaged
    except RegistryError as error:
        raise InputError(str(error)) from error
    whole: dict[str, TableNames] = {}
    for name in LOGICAL:
        columns = dict.fromkeys(packaged.names(name).columns, ())
        named = given.names(name)
        whole[name] = named.model_copy(update={"columns": {**columns, **named.columns}})
    return given.model_copy(update=whole)


def stage_dump(
    dump: Path, folder: Path, mapping: DumpMapping, *, with_text: bool, progress: Progress
) -> Staged:
    """Lay a dump's rows out in `folder`, or find them laid out already.

    `with_text` keeps the texts that Kudos read out of its files. Raises InputError for a file that
    is no dump or has no documents.
    """
    path = folder / f"kudos-{_fingerprint(dump, mapping, with_text)}.sqlite"
    if path.exists():
        with closing(sqlite3.connect(path)) as known:
            if known.execute("PRAGMA user_version").fetchone()[0] == _STAGED:
                return Staged(path, [row[0] for row in known.execute("SELECT said FROM problems")])
        path.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    staged = Staged(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=OFF")  # made anew if it is not whole
        connection.execute("PRAGMA synchronous=OFF")
        _Stage(connection, mapping, with_text, staged).fill(dump, progress)
        connection.execute(f"PRAGMA user_version={_STAGED}")
    return staged


@dataclass
class _Stage:
    """Filling one staged file."""

    connection: sqlite3.Connection
    mapping: DumpMapping
    with_text: bool
    staged: Staged

    def __post_init__(self) -> None:
        self.columns = {
            name: tuple(
                column
                for column in self.mapping.names(name).columns
                if self.with_text or column != _BINARY
            )
            for name in LOGICAL
        }
        self._places: dict[Table, tuple[Logical, list[int | None]]] = {}
        self._waiting: dict[Logical, list[list[Any]]] = {name: [] for name in LOGICAL}
        self._faulty: dict[str, int] = {}

    def fill(self, dump: Path, progress: Progress) -> None:
        """Read the dump to its end."""
        for name, columns in self.columns.items():
            self.connection.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
        self.connection.execute("CREATE TABLE problems (said)")
        self.connection.execute("BEGIN")
        with open_dump(dump) as (stream, position), progress("dump", dump.stat().st_size) as step:
            reader = DumpReader(stream, lambda table: self.mapping.logical(table.name) is not None)
            at = 0
            for count, row in enumerate(reader.rows(), start=1):
                self._add(*row)
                if count % ROWS_AT_ONCE == 0:
                    step(position() - at)
                    at = position()
        for name in LOGICAL:
            self._write(name)
        self._require_tables(reader)
        for table, rows in self._faulty.items():
            self.staged.problems.append(
                f"{rows} rows of the dump's table {table} have another number of values than it "
                "has columns, so they were left out."
            )
        said = [(problem,) for problem in self.staged.problems]
        self.connection.executemany("INSERT INTO problems VALUES (?)", said)
        self.connection.execute("COMMIT")
        for name in ("files", "actor_links", "author_links"):
            self.connection.execute(f"CREATE INDEX by_{name} ON {name} (document_id)")
        for name in ("actors", "authors", "types"):
            self.connection.execute(f"CREATE INDEX by_{name} ON {name} (id)")

    def _add(self, table: Table, values: Values) -> None:
        if len(values) != len(table.columns):
            self._faulty[table.name] = self._faulty.get(table.name, 0) + 1
            return
        if table not in self._places:
            self._places[table] = self._place(table)
        logical, places = self._places[table]
        row = [
            _as_text(values[at]) if at is not None and column != _BINARY else _value(values, at)
            for column, at in zip(self.columns[logical], places, strict=True)
        ]
        waiting = self._waiting[logical]
        waiting.append(row)
        if len(waiting) >= ROWS_AT_ONCE or (self.with_text and logical == "files"):
            self._write(logical)

    def _place(self, table: Table) -> tuple[Logical, list[int | None]]:
        """Where our columns stand in a dump's table; what nobody reads is told once."""
        logical = self.mapping.logical(table.name)
        assert logical is not None
        names = self.mapping.names(logical).columns
        places: list[int | None] = []
        for column in self.columns[logical]:
            found = next((name for name in names[column] if name in table.columns), None)
            places.append(None if found is None else table.columns.index(found))
        known = {name for candidates in names.values() for name in candidates}
        unknown = [name for name in table.columns if name not in known and name != "id"]
        if unknown:
            self.staged.problems.append(
                f"The dump's table {table.name} has columns that are not read "
                f"({', '.join(unknown[:12])}); name them in a mapping if they matter."
            )
        return logical, places

    def _write(self, logical: Logical) -> None:
        marks = ", ".join("?" * len(self.columns[logical]))
        rows, self._waiting[logical] = self._waiting[logical], []
        insert = f"INSERT INTO {logical} VALUES ({marks})"  # noqa: S608 - our own names
        self.connection.executemany(insert, rows)

    def _require_tables(self, reader: DumpReader) -> None:
        for name in _NEEDED:
            first = f"SELECT 1 FROM {name} LIMIT 1"  # noqa: S608 - our own names
            if self.connection.execute(first).fetchone() is None:
                wanted = " or ".join(self.mapping.names(name).tables)
                there = ", ".join(sorted(reader.tables)[:20]) or "none"
                raise InputError(
                    f"Expected rows of a table {wanted} in the dump, found the tables {there}; "
                    f"correct the names in a copy of {PACKAGED_MAPPING.name} and give it with "
                    "--mapping."
                )


@contextmanager
def open_dump(path: Path) -> Iterator[tuple[BinaryIO, Callable[[], int]]]:
    """Open a dump, unpacking .gz, .bz2 and .xz on the way; also says how far the file was read.

    Raises InputError for a file that cannot be read or unpacked here.
    """
    try:
        with path.open("rb") as raw:
            magic = raw.read(6)
            raw.seek(0)
            if magic.startswith(_ZSTD):
                raise InputError(
                    f"{path.name} is packed with Zstandard, which is not read here; unpack it "
                    f"first with `zstd -d {path.name}`."
                )
            stream: Any = raw
            if magic.startswith(b"\x1f\x8b"):
                stream = gzip.GzipFile(fileobj=raw)
            elif magic.startswith(b"BZh"):
                stream = bz2.BZ2File(raw)
            elif magic == b"\xfd7zXZ\x00":
                stream = lzma.LZMAFile(raw)  # noqa: SIM115 - closed with its file
            yield stream, raw.tell
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(
            f"The dump {path} cannot be read ({said}); see that it is there and whole."
        ) from error


def _fingerprint(dump: Path, mapping: DumpMapping, with_text: bool) -> str:
    try:
        facts = dump.stat()
    except OSError as error:
        raise InputError(
            f"There is no dump {dump} to read ({error.strerror}); check the path."
        ) from error
    said: Sequence[object] = (
        dump.name, facts.st_size, facts.st_mtime_ns, mapping.model_dump_json(), with_text,
    )  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _value(values: Values, at: int | None) -> bytes | None:
    return None if at is None else values[at]


def _as_text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "replace")
