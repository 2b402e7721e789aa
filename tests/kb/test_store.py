"""The store: schema, transactions, and a database that cannot be opened."""

from __future__ import annotations

import sqlite3
import threading
import time

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text

from kb.errors import RecordError
from kb.migrations import HEAD
from kb.settings import Settings
from kb.store import Store, open_store
from kb.tables import Base, CitationSet, Run


def test_the_migrations_make_exactly_the_tables(store: Store) -> None:
    with store._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory("kb/migrations").get_current_head() == HEAD


def test_opening_again_changes_nothing(settings: Settings, store: Store) -> None:
    with store.write() as session:
        session.add(CitationSet(name="kapittel 3"))
    again = open_store(settings)
    with again.read() as session:
        assert session.scalars(select(CitationSet.name)).all() == ["kapittel 3"]
    again.close()


def test_wal_and_foreign_keys_are_on(store: Store) -> None:
    with store.read() as session:
        assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert session.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_what_is_committed_outlasts_a_power_cut(store: Store) -> None:
    full = 2
    with store.write() as session:
        assert session.execute(text("PRAGMA synchronous")).scalar() == full


def test_a_failed_write_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as session:
        session.add(CitationSet(name="half"))
        session.flush()
        _ = 1 / 0
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(CitationSet)) == 0


def test_what_is_done_in_a_read_is_not_kept(store: Store) -> None:
    with store.read() as session:
        session.add(CitationSet(name="by mistake"))
        session.flush()
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(CitationSet)) == 0


def test_moments_come_back_in_utc(store: Store) -> None:
    with store.write() as session:
        session.add(Run(kind="refresh", status="running", report={}))
    with store.read() as session:
        started = session.scalars(select(Run.started_at)).one()
    assert started.utcoffset() is not None
    assert started.utcoffset().total_seconds() == 0  # type: ignore[union-attr]


def test_a_writer_waits_for_the_other_one(store: Store) -> None:
    """BEGIN IMMEDIATE: two writers never read the same state and then overwrite each other."""
    entered = threading.Event()

    def slow() -> None:
        with store.write() as session:
            session.add(CitationSet(name="first"))
            session.flush()
            entered.set()
            time.sleep(0.3)

    thread = threading.Thread(target=slow)
    thread.start()
    entered.wait()
    with store.write() as session:
        assert session.scalars(select(CitationSet.name)).all() == ["first"]
        session.add(CitationSet(name="second"))
    thread.join()
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(CitationSet)) == 2


def test_readers_do_not_wait_for_a_writer(store: Store) -> None:
    with store.write() as session:
        session.add(CitationSet(name="unfinished"))
        session.flush()
        with store.read() as reader:
            assert reader.scalar(select(func.count()).select_from(CitationSet)) == 0


def test_a_file_that_is_no_database_says_what_to_do(settings: Settings) -> None:
    (settings.home / "record.sqlite").write_bytes(b"this is not a database, it is a text" * 40)
    with pytest.raises(RecordError, match=r"cannot be opened .*restore a backup"):
        open_store(settings)


def test_a_record_of_a_newer_version_is_left_alone(settings: Settings, store: Store) -> None:
    store.close()
    with sqlite3.connect(settings.home / "record.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(RecordError, match="newer version"):
        open_store(settings)


def test_a_password_is_never_said(settings: Settings) -> None:
    url = "postgresql://samvirke:hemmelig@127.0.0.1:1/none"
    with pytest.raises(RecordError) as caught:
        open_store(settings.model_copy(update={"database_url": url}))
    assert "hemmelig" not in str(caught.value)


def test_a_locked_database_is_said_and_nothing_is_written(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.store.BUSY_TIMEOUT_MS", 50)
    waiting = open_store(settings)
    with store.write() as session:
        session.add(CitationSet(name="first"))
        session.flush()
        locked = pytest.raises(RecordError, match=r"did not answer .*locked.*try again")
        with locked, waiting.write() as other:
            other.add(CitationSet(name="second"))
    with waiting.read() as session:
        assert session.scalars(select(CitationSet.name)).all() == ["first"]
    waiting.close()
