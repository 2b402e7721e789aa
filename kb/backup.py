"""Backup and restore: one archive of the record and the files, whatever database holds them.

Owns the archive's form: a tar with `manifest.json`, `tables/<table>.jsonl` and `blobs/<sha256>`.
Derived state is not in it; `samvirke index` builds that again.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Table, func, insert, select
from sqlalchemy.orm import Session

from kb.errors import RecordError
from kb.migrations import HEAD
from kb.settings import Settings
from kb.store import Store
from kb.tables import Base, UtcDateTime

FORMAT = 1
ROWS_AT_ONCE = 1000
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
            tables = _write_tables(store, tar)
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

    Raises RecordError where the record is not empty, or the archive is not one of ours, is cut
    off, was made by a newer schema, or a file in it does not have the bytes its name says.
    """
    with store.read() as session:
        if session.scalar(select(func.count()).select_from(Base.metadata.tables["publication"])):
            raise RecordError(
                "The record is not empty, and restoring would replace people's work; "
                "set SAMVIRKE_HOME to a new folder and restore there."
            )
    try:
        with tarfile.open(path, "r:") as tar:
            manifest = _manifest(tar, path)
            files = _restore_blobs(store, tar, manifest["files"], progress)
            with store.write() as session:
                tables = {
                    table.name: _restore_table(session, tar, table)
                    for table in Base.metadata.sorted_tables
                }
                _reset_sequences(session)
    except (OSError, tarfile.TarError, KeyError, ValueError) as error:
        raise RecordError(
            f"{path} is not a whole archive of `samvirke backup` ({error}); nothing was restored: "
            "try an older archive."
        ) from error
    if tables != manifest["tables"]:
        raise RecordError(
            f"{path} holds other row counts than its manifest says; try an older one."
        )
    return {"archive": str(path), "tables": tables, "files": files}


def _write_tables(store: Store, tar: tarfile.TarFile) -> dict[str, int]:
    counts = {}
    with store.read() as session:
        for table in Base.metadata.sorted_tables:
            order = list(table.primary_key.columns)
            buffer = io.BytesIO()
            count = 0
            for row in session.execute(select(table).order_by(*order)).mappings():
                line = json.dumps(dict(row), ensure_ascii=False, default=_moment)
                buffer.write(line.encode() + b"\n")
                count += 1
            _add(tar, f"tables/{table.name}.jsonl", buffer.getvalue())
            counts[table.name] = count
    return counts


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"cannot write {type(value).__name__}")


def _manifest(tar: tarfile.TarFile, path: Path) -> dict[str, Any]:
    manifest = json.loads(_member(tar, "manifest.json"))
    if manifest.get("format") != FORMAT or manifest.get("schema", "") > HEAD:
        raise RecordError(
            f"{path} was made by a newer version of Samvirke (schema {manifest.get('schema')}); "
            "update the program and restore again."
        )
    return dict(manifest)


def _member(tar: tarfile.TarFile, name: str) -> bytes:
    stream = tar.extractfile(name)
    if stream is None:
        raise ValueError(f"its member {name} is no file")
    return stream.read()


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
    rows = [json.loads(line) for line in _member(tar, f"tables/{table.name}.jsonl").splitlines()]
    for row in rows:
        for name in moments:
            row[name] = datetime.fromisoformat(row[name]) if row[name] else None
    session.execute(table.delete())
    for start in range(0, len(rows), ROWS_AT_ONCE):
        session.execute(insert(table), rows[start : start + ROWS_AT_ONCE])
    return len(rows)


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
