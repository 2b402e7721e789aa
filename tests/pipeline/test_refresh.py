"""Refreshing the replica: once everything, then only what changed; killed, spoiled, locked."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from corpora.replica.faults import Fault
from kb.coding.codings import record_coding
from kb.doctor import examine
from kb.errors import GenerationError
from kb.generation import current_generation
from kb.knowledge_base import open_knowledge_base
from kb.library import list_publications, present_passages, publication_detail
from kb.runs import list_runs, show_run
from kb.settings import Settings
from kb.store import Store, open_store
from pipeline.errors import RefreshError
from pipeline.gathering import choose_sources
from pipeline.refresh import ChangeReport, refresh_lock, source_countries
from tests.command_line import start_program
from tests.models import shared_embedder
from tests.pipeline.replicas import ARCHIVE, NORDEN, Replica
from tests.sample import copy_home, pdf_bytes, warm_home

pytestmark = pytest.mark.xdist_group("refresh")  # what they share is built once


ASKED_OF_EVERY_HOST = ("/robots.txt", "/.well-known/tdmrep.json")


@dataclass(frozen=True)
class Built:
    """A data home after two refreshes, with what each reported and what was asked."""

    settings: Settings
    first: ChangeReport
    second: ChangeReport
    answers: list[tuple[str, int]]
    conditional: int


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    replica = Replica(Settings(home=warm_home(tmp_path_factory.mktemp("refresh") / "hjem")))
    first = replica.refresh()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shared_embedder(), "embed_passages", _never)
        second = replica.refresh()
    asked = [entry for entry in replica.log if entry.path not in ASKED_OF_EVERY_HOST]
    return Built(
        replica.settings,
        first,
        second,
        [(entry.path, entry.status) for entry in asked],
        sum("if-none-match" in entry.headers for entry in asked),
    )


def _never(*_: object) -> None:
    raise AssertionError("the second refresh embedded something")


@pytest.fixture
def replica(built: Built, tmp_path: Path) -> Replica:
    """A copy of the refreshed home, to refresh again."""
    return Replica(copy_home(built.settings.home, tmp_path / "kopi"))


@contextmanager
def opened(replica: Replica) -> Iterator[Store]:
    """The record of a replica's home."""
    store = open_store(replica.settings)
    try:
        yield store
    finally:
        store.close()


def test_the_first_refresh_does_everything(built: Built) -> None:
    stages = built.first.stages
    assert {name: source["items"] for name, source in stages["crawl"].items()} == {
        ARCHIVE: 3,
        NORDEN: 5,
    }
    assert stages["extract"]["read"] == sum(s["stored"] for s in stages["crawl"].values())
    assert stages["publications"]["added"] == 8
    assert stages["code"]["new"] == stages["code"]["passages"] == stages["passages"]["added"] > 30
    assert (stages["index"]["built"], stages["index"]["generation"]) == (True, 1)
    assert built.first.failed_sources == []
    timed = {"crawl", "extract", "passages", "code", "index", "saved_searches"}
    assert set(built.first.seconds) == timed


def test_the_second_refresh_transfers_reads_embeds_and_builds_nothing(built: Built) -> None:
    stages = built.second.stages
    assert all(source["stored"] == 0 for source in stages["crawl"].values())
    assert {status for _, status in built.answers} == {304}
    assert built.conditional == len(built.answers) > 5  # what a sitemap dates is not asked at all
    assert (stages["extract"]["read"], stages["extract"]["unchanged"]) == (
        0,
        built.first.stages["extract"]["read"],
    )
    assert stages["publications"] == {"unchanged": 8}
    assert stages["passages"] == {"unchanged_publications": 8}
    assert set(stages["screening"]) == {"unchanged"}
    assert stages["code"]["new"] == 0
    assert (stages["index"]["built"], stages["index"]["generation"]) == (False, 1)
    assert current_generation(built.settings.generations_folder).number == 1


def test_the_real_addresses_stand_in_the_record(built: Built) -> None:
    with opened(Replica(built.settings)) as store:
        urls = [str(view.url) for view in list_publications(store)]
        assert examine(built.settings, store) == []
    assert urls
    assert not [url for url in urls if ".test" in url]


def test_every_run_is_in_the_record_with_its_report(built: Built) -> None:
    with opened(Replica(built.settings)) as store:
        newest, oldest = list_runs(store)
    assert (oldest.kind, oldest.status, newest.status) == ("demo", "done", "done")
    assert newest.report["stages"] == json.loads(json.dumps(built.second.stages))
    assert oldest.report["seconds"] == built.first.seconds


def test_a_source_that_fails_does_not_stop_the_others(replica: Replica) -> None:
    replica.spoil(NORDEN, Fault.server_error)
    report = replica.refresh()
    assert report.failed_sources == [NORDEN]
    assert report.stages["crawl"][ARCHIVE]["unchanged"] > 0
    assert report.stages["index"]["passages"] > 30
    with opened(replica) as store:
        run = list_runs(store, 1)[0]
        problems = show_run(store, run.id).problems
        assert len(list_publications(store)) == 8
    assert run.status == "done"
    assert {problem.source_id for problem in problems} == {NORDEN}
    assert any("500" in problem.message for problem in problems)


def test_a_changed_file_is_read_and_a_persons_work_on_it_is_kept(replica: Replica) -> None:
    with opened(replica) as store:
        address, passage = _some_pdf(store)
        knowledge = open_knowledge_base(replica.settings)
        record_coding(
            store,
            knowledge.codebook,
            passage,
            factor="leadership",
            direction="barrier",
            act="add",
            coder="Åse",
        )
    host, _, path = address.removeprefix("http://").partition("/")
    replica.faults[(host, f"/{path}")] = Fault.replaced(pdf_bytes(), "application/pdf")
    report = replica.refresh()
    assert report.stages["extract"]["read"] == 1
    change = report.stages["passages"]
    assert (change["retired"] > 0, change["added"] > 0, change["lost"]) == (True, True, 1)
    assert (report.stages["index"]["built"], report.stages["index"]["generation"]) == (True, 2)
    with opened(replica) as store:
        work = [finding for finding in examine(replica.settings, store) if finding.where == "work"]
    assert "Åse's coding of leadership has lost its passage" in work[0].message


def _some_pdf(store: Store) -> tuple[str, str]:
    """The address of a PDF that one publication stands in, and one of its passages."""
    for view in list_publications(store):
        detail = publication_detail(store, view.id)
        if view.source_id != ARCHIVE:  # the other one's sitemap says that nothing has changed
            continue
        pdfs = [a for a in detail.addresses if a.media_type == "application/pdf"]
        if len(pdfs) == 1 and len({a.item for a in detail.addresses}) == 1:
            return pdfs[0].url, present_passages(store, view.id)[0].id
    raise AssertionError("no publication stands in one PDF")


def test_a_killed_refresh_goes_on_where_it_stopped(tmp_path: Path) -> None:
    home = warm_home(tmp_path / "drept")
    process = start_program(home, "refresh", "--demo", "--source", NORDEN)
    try:
        done = _wait_for_files(home / "record.sqlite", 5)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    settled = _settled(home / "record.sqlite")
    assert settled >= done
    replica = Replica(Settings(home=home))
    report = replica.refresh(NORDEN)
    assert replica.said[0] == "Going on with run 1, which was interrupted."
    assert not replica.asked() & settled
    assert report.stages["publications"] == {"added": 5}
    with opened(replica) as store:
        assert [(run.id, run.status) for run in list_runs(store)] == [(1, "done")]
        assert examine(replica.settings, store) == []
        assert len(list_publications(store)) == 5


def _wait_for_files(database: Path, least: int) -> set[str]:
    for _ in range(600):
        done = _settled(database) if database.exists() else set()
        if len(done) >= least:
            return done
        time.sleep(0.02)
    raise AssertionError("the crawl did not begin")


def _settled(database: Path) -> set[str]:
    with closing(sqlite3.connect(database)) as connection:
        try:
            rows = connection.execute("SELECT url FROM frontier WHERE state = 'done'").fetchall()
        except sqlite3.OperationalError:
            return set()
    return {row[0] for row in rows if row[0].startswith("http")}


def test_an_interrupted_refresh_is_said_to_be_and_goes_on(replica: Replica) -> None:
    @contextmanager
    def stop(stage: str, total: int) -> Iterator[Any]:
        yield lambda count: None
        if stage == "passages":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replica.refresh(progress=stop, stages=("extract",))
    with opened(replica) as store:
        run = list_runs(store, 1)[0]
    assert run.status == "interrupted"
    replica.refresh(stages=("extract",))
    assert replica.said == [f"Going on with run {run.id}, which was interrupted."]


def test_two_refreshes_at_once_are_refused(replica: Replica) -> None:
    with (
        FileLock(replica.settings.home / "refresh.lock"),
        pytest.raises(RefreshError, match=r"Another refresh is running.*wait until it has ended"),
    ):
        replica.refresh()
    with opened(replica) as store:
        assert len(list_runs(store)) == 2


def test_a_refresh_that_never_ends_is_not_waited_for_for_ever(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.refresh.LOCK_WAIT_S", 0.05)
    said: list[str] = []
    with (
        FileLock(settings.home / "refresh.lock"),
        pytest.raises(RefreshError, match=r"stop it, and try again"),
        refresh_lock(settings, wait=True, say=said.append),
    ):
        pass
    assert said == ["A refresh is running; this goes on as soon as it has ended."]


def test_the_lock_is_free_again_after_a_failure(settings: Settings) -> None:
    for _ in range(2):
        with (
            pytest.raises(ValueError, match="broken"),
            refresh_lock(settings, wait=False, say=print),
        ):
            raise ValueError("broken")


def test_a_source_that_is_not_known_is_refused_before_anything_starts(replica: Replica) -> None:
    with pytest.raises(RefreshError, match="no source 'replica-nowhere'; `samvirke sources`"):
        replica.refresh("replica-nowhere")
    with opened(replica) as store:
        assert len(list_runs(store)) == 2


def test_stages_can_be_run_one_by_one(tmp_path: Path) -> None:
    replica = Replica(Settings(home=warm_home(tmp_path / "trinn")))
    with opened(replica) as store:
        assert set(replica.refresh(ARCHIVE, stages=("crawl",)).stages) == {"crawl"}
        assert list_publications(store) == []
        read = replica.refresh(stages=("extract",)).stages
        assert set(read) == {"extract", "publications", "passages", "screening"}
        assert len(list_publications(store)) == 3
        coded = replica.refresh(stages=("code",)).stages["code"]
        assert coded["new"] == coded["passages"] > 0
        with pytest.raises(GenerationError):
            current_generation(replica.settings.generations_folder)
        assert replica.refresh(stages=("index",)).stages["index"]["built"] is True
        assert replica.log and replica.asked()
    assert current_generation(replica.settings.generations_folder).number == 1


def test_sources_are_those_named_or_all_that_are_switched_on() -> None:
    assert [source.id for source in choose_sources([NORDEN], demo=True)] == [NORDEN]
    everything = choose_sources([], demo=True)
    assert len(everything) == 10
    live = choose_sources([], demo=False)
    assert live
    assert all(source.enabled and not source.id.startswith("replica") for source in live)


def test_every_source_has_a_country_for_its_publications() -> None:
    countries = source_countries()
    assert countries[ARCHIVE]
    assert countries["no-fafo"] == "NO"
