"""Backup and restore: one archive of the record and the files, whatever database holds them.

Owns the archive's form: a tar with `manifest.json`, `tables/<table>.jsonl`, `blobs/<sha256>` and,
where the data home has one of its own, `codebook.yaml`. Derived state is not in it; `samvirke
index` builds that again.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy import DateTime, Table, func, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from kb.errors import RecordError
from kb.migrations import HEAD
from kb.settings import Settings
from kb.store import Store
from kb.tables import Base, UtcDateTime

FORMAT = 1
ROWS_AT_ONCE = 1000
IN_MEMORY = 16_000_000  # bytes of one table's lines kept in memory; more goes to the disk
CODEBOOK = "codebook.yaml"
Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


@contextmanager
def _silent(stage: str, total: int) -> Iterator[Callable[[int], None]]:
    yield lambda _: None


def default_archive(settings: Settings) -> Path:
    """Where a backup goes unless said: in the data home, named by the moment."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return settings.home / "backups" / f"samvirke-{moment}.tar"


def write_archive(store: Store, path: Path, *, progress: Progress = _silent) -> dict[str, Any]:
    """Write the whole record and every file into `path`; say what is in it.

    The tables are read in one transaction, so the archive is of one moment. It gets its name only
    when it is whole. Raises RecordError where it cannot be written.
    """
    part = path.with_name(f".{path.name}.part-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(part, "w") as tar:
            tables = _write_tables(store, tar, path.parent)
            codebook = store.settings.home / CODEBOOK
            if codebook.is_file():
                _add(tar, CODEBOOK, codebook.read_bytes())
            hashes = list(store.blobs)
            with progress("backup", len(hashes)) as step:
                for sha256 in hashes:
                    tar.add(store.blobs.path(sha256), arcname=f"blobs/{sha256}", recursive=False)
                    step(1)
            report = {"schema": HEAD, "tables": tables, "files": len(hashes)}
            _add(tar, "manifest.json", json.dumps({"format": FORMAT, **report}).encode())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):  # the folder itself may be what is wrong
            part.unlink()
        raise RecordError(
            f"The archive {path} cannot be written ({error.strerror}); choose another --output."
        ) from error
    return {"archive": str(path), "bytes": path.stat().st_size, **report}


def restore_archive(store: Store, path: Path, *, progress: Progress = _silent) -> dict[str, Any]:
    """Put an archive back into an empty record; all of it or nothing.

    A codebook that stands in the data home already is kept. Raises RecordError where the record
    is not empty, or the archive is not one of ours, is cut off, was made by a newer schema, holds
    other row counts than it says, or a file in it does not have the bytes its name says.
    """
    with store.read() as session:
        _require_empty(session)
    try:
        with tarfile.open(path, "r:") as tar:
            manifest = _manifest(tar, path)
            files = _restore_blobs(store, tar, manifest["files"], progress)
            with store.write() as session:
                _require_empty(session)  # again: now no other program can write
                tables = {
                    table.name: _restore_table(session, tar, table)
                    for table in Base.metadata.sorted_tables
                }
                if tables != manifest["tables"]:
                    raise ValueError("it holds other row counts than its manifest says")
                _reset_sequences(session)
                codebook = _restore_codebook(store.settings, tar)
    except (OSError, tarfile.TarError, KeyError, ValueError, SQLAlchemyError) as error:
        reason = str(error).partition("\n")[0]
        raise RecordError(
            f"{path} is not a whole archive of `samvirke backup` ({reason}); nothing was restored: "
            "try an older archive."
        ) from error
    return {"archive": str(path), "tables": tables, "files": files, "codebook": codebook}


def _require_empty(session: Session) -> None:
    """Refuse a record with a row in any table: each may be people's work, or lead to it."""
    for table in Base.metadata.sorted_tables:
        if session.execute(select(table).limit(1)).first() is not None:
            raise RecordError(
                f"The record is not empty (it has a {table.name}), and restoring would mix or "
                "replace people's work; set SAMVIRKE_HOME to a new folder and restore there."
            )


def _write_tables(store: Store, tar: tarfile.TarFile, folder: Path) -> dict[str, int]:
    """Write every table as it stands at one moment; `folder` has room for one of them beside."""
    counts = {}
    with store.read() as session:
        if session.get_bind().dialect.name == "postgresql":
            # Its default lets each query see what was committed meanwhile; SQLite's does not.
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        for table in Base.metadata.sorted_tables:
            rows = session.execute(
                select(table).order_by(*table.primary_key.columns),
                execution_options={"yield_per": ROWS_AT_ONCE},
            ).mappings()
            with tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(folder)) as buffer:
                count = 0
                for row in rows:
                    line = json.dumps(dict(row), ensure_ascii=False, default=_moment)
                    buffer.write(line.encode() + b"\n")
                    count += 1
                _add_stream(tar, f"tables/{table.name}.jsonl", buffer)
            counts[table.name] = count
    return counts


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    _add_stream(tar, name, io.BytesIO(data))


def _add_stream(tar: tarfile.TarFile, name: str, stream: IO[bytes]) -> None:
    info = tarfile.TarInfo(name)
    info.size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    tar.addfile(info, stream)


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"cannot write {type(value).__name__}")


def _manifest(tar: tarfile.TarFile, path: Path) -> dict[str, Any]:
    manifest = json.loads(_member(tar, "manifest.json").read())
    if manifest.get("format") != FORMAT or manifest.get("schema", "") > HEAD:
        raise RecordError(
            f"{path} was made by a newer version of Samvirke (schema {manifest.get('schema')}); "
            "update the program and restore again."
        )
    return dict(manifest)


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    stream = tar.extractfile(name)
    if stream is None:
        raise ValueError(f"its member {name} is no file")
    return stream


def _restore_blobs(store: Store, tar: tarfile.TarFile, expected: int, progress: Progress) -> int:
    """Read every file by its member, never by the name it has there as a path."""
    count = 0
    with progress("restore", expected) as step:
        for member in tar:
            if not member.name.startswith("blobs/"):
                continue
            stream = tar.extractfile(member)
            data = stream.read() if stream else b""
            if hashlib.sha256(data).hexdigest() != member.name.removeprefix("blobs/"):
                raise ValueError(f"the file {member.name} has other bytes than its name says")
            store.blobs.put(data)
            count += 1
            step(1)
    if count != expected:
        raise ValueError(f"it holds {count} files and should hold {expected}")
    return count


def _restore_table(session: Session, tar: tarfile.TarFile, table: Table) -> int:
    moments = [
        column.name for column in table.columns if isinstance(column.type, (DateTime, UtcDateTime))
    ]
    count = 0
    with _member(tar, f"tables/{table.name}.jsonl") as lines:
        while rows := [json.loads(line) for line in islice(lines, ROWS_AT_ONCE)]:
            for row in rows:
                for name in moments:
                    row[name] = datetime.fromisoformat(row[name]) if row[name] else None
            session.execute(insert(table), rows)
            count += len(rows)
    return count


def _restore_codebook(settings: Settings, tar: tarfile.TarFile) -> str:
    """Put the archive's codebook into the data home, which may have its own; say what was done."""
    if CODEBOOK not in tar.getnames():
        return "none in the archive"
    path = settings.home / CODEBOOK
    if path.exists():
        return "kept the one there"
    part = path.with_name(f".{CODEBOOK}.{os.getpid()}")
    part.write_bytes(_member(tar, CODEBOOK).read())
    part.replace(path)
    return "restored"


def _reset_sequences(session: Session) -> None:
    """PostgreSQL counts ids apart from the rows; go on after the highest one restored."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            name = func.pg_get_serial_sequence(table.name, column.name)
            highest = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
            session.execute(select(func.setval(name, highest, False)))
