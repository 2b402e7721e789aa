"""The record's one door: opens the database, migrates it, and hands out transactions.

Owns connections and transactions. What is written is decided by the modules of `kb` that take a
session (`publications`, `frontier`, `runs`, `coding.codings`, `citations.sets`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

import kb.codebook_tables
import kb.coding_tables
import kb.gathering_tables
import kb.queue_tables  # noqa: F401 - registers its tables
from kb.blobs import Blobs
from kb.errors import RecordError
from kb.migrations import HEAD
from kb.settings import Settings

BUSY_TIMEOUT_MS = 30_000  # a writer waits this long for another one's short transaction
_WRITES = "samvirke_writes"


class Store:
    """The record: short read and write transactions over one database, and the blobs beside it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.blobs = Blobs(settings.blobs_folder)
        self._engine = _open_engine(settings.record_url)
        self._writer = self._engine.execution_options(**{_WRITES: True})

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A read transaction; nothing done in it is kept.

        Raises RecordError where the database cannot answer (locked, gone, disk full).
        """
        with self._answering(), Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A write transaction: committed at the end, rolled back on any error.

        Keep it short: no parsing, no model, no network inside. Raises RecordError where the
        database cannot take it (locked, gone, disk full).
        """
        with (
            self._answering(),
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise RecordError(
                f"The record at {_shown(self.settings.record_url)} did not answer "
                f"({str(error.orig).splitlines()[0]}); nothing of this step was written: "
                "free disk space or end the program that holds it, and try again."
            ) from error

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def open_store(settings: Settings) -> Store:
    """Open the record, creating or migrating it where needed.

    Raises RecordError where the database cannot be opened or is newer than this program.
    """
    store = Store(settings)
    try:
        if _revision(store) != HEAD:
            with FileLock(settings.home / "migrate.lock"):
                _migrate(store)
    except (DatabaseError, OperationalError) as error:
        store.close()
        raise RecordError(
            f"The record at {_shown(settings.record_url)} cannot be opened "
            f"({str(error.orig).splitlines()[0]}); check SAMVIRKE_DATABASE_URL or restore a backup."
        ) from error
    return store


def _open_engine(url: str) -> Engine:
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours, see _begin_sqlite
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    # NORMAL would let a power cut take back the last commits: a coding that a person was told is
    # kept must be. One more fsync for each write, a few milliseconds.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _revision(store: Store) -> str | None:
    try:
        with Session(store._engine) as session:
            return session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except (OperationalError, ProgrammingError) as error:
        if "alembic_version" not in str(error.orig):
            raise
        return None


def _migrate(store: Store) -> None:
    """Bring the database to the newest schema; Alembic is imported only when there is work."""
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with store._writer.connect() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise RecordError(
                f"The record was made by a newer version of Samvirke ({error}); "
                "update the program, or restore a backup made by this one."
            ) from error
        connection.commit()


def _shown(url: str) -> str:
    """A database address without its password."""
    head, at, tail = url.rpartition("@")
    return head.split("://")[0] + "://…@" + tail if at else url
