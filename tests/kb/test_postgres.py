"""The record on PostgreSQL: the same schema, the same work, and a way between the two databases."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select

from corpora.codebook import load_codebook
from kb import backup
from kb.backup import restore_archive, write_archive
from kb.citations.sets import add_item, create_set, list_items
from kb.coding.acts import list_acts, undo
from kb.coding.agreement import measure_agreement
from kb.coding.codings import StoredCodings, record_coding
from kb.coding.comparison import compare_round, settle
from kb.coding.queue import open_queue
from kb.coding.rounds import close_round, create_round, mark_done
from kb.doctor import examine
from kb.library import list_publications
from kb.queue_tables import LearningQueue
from kb.runs import start_run
from kb.settings import Settings
from kb.store import Store, open_store
from kb.tables import Base
from tests.builders import TEXTS, Shelf, passage
from tests.kb.coding.coded import ÅSA, ÞÓR, add
from tests.kb.coding.concurrent import at_once, chain, windows
from tests.programs import require_postgres

pytestmark = pytest.mark.xdist_group("postgres")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL server of our own on loopback; its address without a database name."""
    programs = require_postgres()
    folder = Path(tempfile.mkdtemp(prefix="samvirke-pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    port = _free_port()

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, cwd="/", capture_output=True, timeout=60)

    data = str(folder / "data")
    control = str(programs / "pg_ctl")
    run(str(programs / "initdb"), "-D", data, "-U", "samvirke", "-A", "trust", "-E", "UTF8")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
    run(control, "-D", data, "-o", options, "-w", "-l", str(folder / "log"), "start")
    try:
        yield f"postgresql://samvirke@127.0.0.1:{port}"
    finally:
        run(control, "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres(server: str, tmp_path: Path) -> Iterator[Store]:
    """An empty record on PostgreSQL, with its blobs in a home of its own."""
    import psycopg

    name = f"t{abs(hash(tmp_path.name))}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    home = tmp_path / "pg-home"
    home.mkdir()
    store = open_store(Settings(home=home, database_url=f"{server}/{name}"))
    yield store
    store.close()


def test_the_migrations_make_exactly_the_tables(postgres: Store) -> None:
    with postgres._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_people_work_as_on_sqlite(postgres: Store) -> None:
    shelf = Shelf.with_one_publication(postgres)
    set_id = create_set(postgres, "kapittel þ")
    add_item(postgres, set_id, shelf.publication_id, shelf.passage_ids[1])
    record_coding(
        postgres, load_codebook(), shelf.passage_ids[1],
        factor="information_sharing", direction="barrier", act="add", coder="Åse",
    )  # fmt: skip
    edited = TEXTS[1].replace("ofte ", "svært ofte ")
    assert shelf.put(passage(TEXTS[0]), passage(edited)).moved == 2
    assert list_items(postgres, set_id)[0].passage_id == shelf.passage_ids[1]
    assert set(StoredCodings(postgres).coded()) == {shelf.passage_ids[1]}
    assert [view.passages for view in list_publications(postgres)] == [2]


def test_a_record_moves_from_sqlite_to_postgres(
    shelf: Shelf, postgres: Store, tmp_path: Path
) -> None:
    set_id = create_set(shelf.store, "kapittel")
    add_item(shelf.store, set_id, shelf.publication_id, shelf.passage_ids[0])
    start_run(shelf.store, "refresh")
    report = write_archive(shelf.store, tmp_path / "b.tar")
    assert restore_archive(postgres, tmp_path / "b.tar")["tables"] == report["tables"]
    assert list_publications(postgres) == list_publications(shelf.store)
    assert list_items(postgres, set_id) == list_items(shelf.store, set_id)
    assert start_run(postgres, "add")[0] == 2  # ids go on after the restored ones


def test_a_backup_is_of_one_moment(
    postgres: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs are read after citation sets; one begun while sets are written is not in the archive."""
    Shelf.with_one_publication(postgres)
    added: list[tuple[int, bool]] = []
    add_stream = backup._add_stream

    def slowly(*what: Any) -> None:
        add_stream(*what)
        if not added:
            added.append(start_run(postgres, "refresh"))

    monkeypatch.setattr(backup, "_add_stream", slowly)
    report = write_archive(postgres, tmp_path / "b.tar")
    assert added
    assert report["tables"]["run"] == 0
    monkeypatch.undo()
    assert write_archive(postgres, tmp_path / "c.tar")["tables"]["run"] == 1


def test_the_doctor_works_here_too(postgres: Store) -> None:
    Shelf.with_one_publication(postgres)
    findings = examine(postgres.settings, postgres)
    assert [finding.where for finding in findings] == ["generation"]


def test_two_windows_at_once_lose_nothing(postgres: Store) -> None:
    """Acts of one person in two windows are one chain; two undos at once take back two acts."""
    shelf = Shelf.with_one_publication(postgres)
    seen = windows(shelf, 2)
    assert at_once(*(lambda seen=one: [add(seen) for _ in range(4)] for one in seen)) == []
    acts = chain(postgres, ÅSA)
    assert len(acts) == 8
    assert all(later[1] == earlier[0] for earlier, later in pairwise(acts))
    assert at_once(*(lambda seen=one: undo(seen.store, ÅSA) for one in seen)) == []
    undone = [act.of for act in list_acts(postgres, ÅSA) if act.kind == "undo"]
    assert len(set(undone)) == 2
    for one in seen:
        one.store.close()


def test_a_blind_round_as_on_sqlite(postgres: Store) -> None:
    shelf = Shelf.with_one_publication(postgres)
    number = create_round(postgres, "pilot þ", shelf.passage_ids, [ÅSA, ÞÓR], by="Kari").id
    taken = add(shelf, ÅSA, span=(0, 20), round_id=number)
    add(shelf, ÞÓR, direction="facilitator", round_id=number)
    for place in shelf.passage_ids:
        mark_done(postgres, number, place, coder=ÅSA)
        mark_done(postgres, number, place, coder=ÞÓR)
    assert StoredCodings(postgres).coded() == {}
    close_round(postgres, number, by="Kari")
    (found,) = compare_round(postgres, number)
    assert found.difference == "direction"
    settle(
        postgres, load_codebook(), number, shelf.passage_ids[0], "leadership", by="Kari",
        coding_id=taken,
    )  # fmt: skip
    (settled,) = StoredCodings(postgres).coded()[shelf.passage_ids[0]]
    assert (settled.coder, settled.direction) == ("Kari", "barrier")
    assert measure_agreement(postgres, load_codebook(), (), "pilot þ").shared == 3


def test_a_queue_that_several_open_at_once_is_one(postgres: Store) -> None:
    shelf = Shelf.with_one_publication(postgres)
    seen, book = windows(shelf, 4), load_codebook()
    assert at_once(*(lambda seen=one: open_queue(seen.store, book) for one in seen)) == []
    with postgres.read() as session:
        assert len(session.scalars(select(LearningQueue)).all()) == 1
    for one in seen:
        one.store.close()
