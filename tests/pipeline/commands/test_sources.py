"""`samvirke sources`: list, check, accept."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from corpora.registry import load_sources
from kb.runs import end_run, start_run
from kb.settings import Settings
from kb.source_checks import last_checks, record_check
from kb.source_yields import list_yields
from kb.store import open_store
from pipeline.crawl import Probed
from pipeline.source_check import Misfit, judge
from tests.command_line import run_here
from tests.pipeline.crawl.web import make_source

ARCHIVE, FAFO = "replica-nordic-arkiv", "replica-no-fafo"


def test_the_registry_is_listed(tmp_path: Path) -> None:
    ran = run_here(tmp_path, "sources", "--format", "jsonl")
    assert ran.status == 0
    assert [source["id"] for source in ran.lines] == list(load_sources())
    assert ran.lines[0]["yield"] is None
    assert ran.lines[0]["checked"] is None
    table = run_here(tmp_path, "sources", "--format", "table").out
    assert table.split()[:5] == ["id", "name", "country", "yield", "checked"]


def test_yield_and_last_check_of_a_source_are_shown(settings: Settings) -> None:
    store = open_store(settings)
    run_id, _ = start_run(store, "crawl")
    end_run(store, run_id, "done", {"stages": {"crawl": {"no-fafo": {"items": 200}}}})
    record_check(store, "no-fafo", fits=False, result={"misfits": [{"kind": "moved"}], "x": 1})
    store.close()
    accepted = run_here(settings.home, "sources", "accept", "no-fafo")
    assert accepted.status == 0
    assert (accepted.json["items"], accepted.json["minimum"]) == (200, 160)
    fafo = next(one for one in run_here(settings.home, "sources").json if one["id"] == "no-fafo")
    assert (fafo["yield"]["items"], fafo["yield"]["run_id"]) == (200, run_id)
    assert fafo["checked"]["fits"] is False
    assert fafo["checked"]["misfits"] == [{"kind": "moved"}]
    table = run_here(settings.home, "sources", "--format", "table", COLUMNS="200").out
    (line,) = [line for line in table.splitlines() if line.startswith("no-fafo ")]
    assert "200 (160 to 300)" in line
    assert re.search(r"misfits \d{4}-\d\d-\d\d", line)


def test_nothing_to_accept_is_said(tmp_path: Path) -> None:
    ran = run_here(tmp_path, "sources", "accept", "no-fafo")
    assert (ran.status, ran.out) == (1, "")
    assert "No run has crawled the source no-fafo" in ran.said


def test_the_descriptions_are_checked_without_asking_anybody(tmp_path: Path) -> None:
    ran = run_here(tmp_path, "sources", "check", "--offline")
    assert (ran.status, ran.err) == (0, "")
    enabled = [source.id for source in load_sources().values() if source.enabled]
    assert [record["source"] for record in ran.json] == enabled
    assert all(record["fits"] for record in ran.json)
    assert not (tmp_path / "record.sqlite").exists()


def test_a_faulty_description_makes_the_status_1(tmp_path: Path) -> None:
    faulty = make_source("x.test", pdf_patterns=(".*pdf",))
    with mock.patch("pipeline.commands.sources.choose_sources", return_value=[faulty]):
        ran = run_here(tmp_path, "sources", "check", "--offline")
    assert ran.status == 1
    assert "matches addresses of any site" in ran.json[0]["faults"][0]
    assert ran.said == "samvirke: 1 of 1 source(s) do not fit: test-x."


def test_the_replica_is_checked_through_the_crawl(settings: Settings) -> None:
    args = ("sources", "check", ARCHIVE, FAFO, "--demo", "--write")
    ran = run_here(settings.home, *args)
    assert ran.status == 0, ran.err
    archive, fafo = ran.json
    assert (archive["source"], archive["fits"], archive["allowed"]) == (ARCHIVE, True, True)
    assert fafo["links"]["landing"] > 3
    assert fafo["metadata"]["title"]
    assert fafo["file"].endswith(".pdf")
    assert "check: 2/2" in ran.err
    store = open_store(settings)
    kept = last_checks(store)
    store.close()
    assert set(kept) == {ARCHIVE, FAFO}
    assert kept[FAFO].result["metadata"] == fafo["metadata"]


def test_a_misfit_stands_in_the_table_and_is_said_with_what_to_do(settings: Settings) -> None:
    misfit = Misfit("tls_failure", "http://x.test/", "It is not sound.", "Open it.")
    verdict = replace(judge(make_source("x.test"), Probed("test-x"), None), misfits=(misfit,))
    with mock.patch("pipeline.commands.sources.check_sources", return_value=[verdict]):
        ran = run_here(
            settings.home, "sources", "check", ARCHIVE, "--demo", "--format", "table", COLUMNS="200"
        )
    assert ran.status == 1
    head, line = ran.out.splitlines()
    assert head.split()[:4] == ["source", "fits", "reachable", "allowed"]
    assert line.split()[:5] == ["test-x", "NO", "NO", "yes", "none"]
    assert "tls_failure" in line
    assert "test-x: tls_failure: It is not sound. Open it." in ran.err
    assert ran.said == "samvirke: 1 of 1 source(s) do not fit: test-x."


def test_without_a_contact_nobody_is_asked(tmp_path: Path) -> None:
    ran = run_here(tmp_path, "sources", "check", "no-fafo")
    assert (ran.status, ran.out) == (1, "")
    assert "SAMVIRKE_CONTACT" in ran.said


@pytest.mark.parametrize(
    ("args", "status", "sentence"),
    [
        (["check", "no-such"], 1, "There is no source 'no-such'"),
        (["check", "no-fafo", "--demo"], 1, "There is no source 'no-fafo'"),
        (["delete"], 2, "No such command 'delete'"),
    ],
)
def test_what_there_is_not(tmp_path: Path, args: list[str], status: int, sentence: str) -> None:
    ran = run_here(tmp_path, "sources", *args)
    assert (ran.status, ran.out) == (status, "")
    assert sentence in ran.err


def test_a_check_that_is_not_to_be_written_is_not(settings: Settings) -> None:
    with mock.patch("pipeline.commands.sources.check_sources", return_value=[]):
        assert run_here(settings.home, "sources", "check", ARCHIVE, "--demo").status == 0
    store = open_store(settings)
    assert (last_checks(store), list_yields(store)) == ({}, {})
    store.close()


def test_a_source_there_is_not_is_not_accepted(tmp_path: Path) -> None:
    ran = run_here(tmp_path, "sources", "accept", "nosuch")
    assert ran.status == 1
    assert "There is no source 'nosuch'; `samvirke sources` lists" in ran.said
