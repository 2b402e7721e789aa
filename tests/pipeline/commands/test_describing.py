"""status, sources, runs and doctor as commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kb.runs import ProblemView, add_problem, end_run, start_run
from kb.settings import Settings
from kb.store import open_store
from tests.command_line import run_here, run_program


def test_status_says_what_there_is(ready_home: Path) -> None:
    ran = run_here(ready_home, "status")
    assert (ran.status, ran.err) == (0, "")
    assert ran.json["record"]["publications"] == 3
    assert ran.json["generation"]["passages"] == 5
    assert ran.json["last_run"]["kind"] == "add"
    table = run_here(ready_home, "status", "--format", "table").out
    assert "record" in table
    assert str(ready_home)[:20] in table


def test_status_of_a_new_home(tmp_path: Path) -> None:
    ran = run_program(tmp_path / "ny heim", "status")
    assert (ran.status, ran.err) == (0, "")
    assert ran.json["generation"] is None
    assert (tmp_path / "ny heim" / "record.sqlite").exists()


def test_runs_are_listed_newest_first_and_shown_whole(own_home: Settings) -> None:
    store = open_store(own_home)
    run_id, _ = start_run(store, "refresh")
    said = "It answered 500."
    add_problem(store, run_id, ProblemView("crawl", "no-fafo", "https://x.no", said, "http_error"))
    end_run(store, run_id, "done", {"stages": {"crawl": {}}})
    store.close()
    listed = run_here(own_home.home, "runs").json
    assert [run["kind"] for run in listed] == ["refresh", "add"]
    newest = run_here(own_home.home, "runs", "show").json
    (problem,) = newest["problems"]
    assert (newest["id"], problem["message"], problem["kind"]) == (run_id, said, "http_error")
    assert problem["advice"].startswith("Wait for the next run")
    table = run_here(own_home.home, "runs", "show", "--format", "table", COLUMNS="200").out
    assert re.search(r"no-fafo +http_error +https://x\.no +It answered 500\. Wait for", table)
    assert "No problems." in run_here(own_home.home, "runs", "show", 1, "--format", "table").err
    assert run_here(own_home.home, "runs", "show", 1).json["kind"] == "add"


@pytest.mark.parametrize(
    ("args", "status", "sentence"),
    [
        (["runs", "show", "99"], 1, "There is no run 99 in the record"),
        (["runs", "delete"], 2, "expected list or show"),
        (["runs", "show", "first"], 2, "Usage: samvirke runs"),
    ],
)
def test_a_run_there_is_not(ready_home: Path, args: list[str], status: int, sentence: str) -> None:
    ran = run_here(ready_home, *args)
    assert (ran.status, ran.out) == (status, "")
    assert sentence in ran.err


def test_no_run_yet(tmp_path: Path) -> None:
    assert run_here(tmp_path, "runs").json == []
    ran = run_here(tmp_path, "runs", "show")
    assert ran.status == 1
    assert ran.said == "samvirke: There has been no run yet; `samvirke refresh` is one."
    assert "no run yet" in run_here(tmp_path, "runs", "--format", "table").err


def test_a_sound_home_passes_the_doctor(ready_home: Path) -> None:
    ran = run_here(ready_home, "doctor")
    assert (ran.status, ran.json, ran.err) == (0, [], "")
    table = run_here(ready_home, "doctor", "--format", "table")
    assert table.err == "All is well: record, files and generation agree.\n"


def test_the_doctors_findings_make_the_status_1(own_home: Settings) -> None:
    (own_home.generations_folder / "current").unlink()
    ran = run_here(own_home.home, "doctor")
    assert ran.status == 1
    (finding,) = ran.json
    assert (finding["where"], finding["subject"]) == ("generation", "current")
    assert ran.err == "samvirke: 1 finding(s); nothing was changed.\n"


def test_a_number_for_runs_is_answered_with_what_was_meant(ready_home: Path) -> None:
    ran = run_here(ready_home, "runs", 1)
    assert ran.status == 2
    assert "`samvirke runs show 1`" in " ".join(ran.err.replace("│", " ").split())
