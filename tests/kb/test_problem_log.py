"""The log of problems: whole lines, one for each, that other programs can read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kb import problem_log
from kb.problem_log import log_problem
from kb.runs import ProblemView, add_problem, start_run
from kb.settings import Settings
from kb.store import Store


def lines(settings: Settings) -> list[dict[str, Any]]:
    """What the log holds."""
    text = problem_log.problem_log(settings).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_recorded_problem_is_one_line_with_run_and_time(store: Store) -> None:
    run_id, _ = start_run(store, "refresh")
    said = "Ligner på en felle\n\u2028 – þörf á aðstoð."
    add_problem(store, run_id, ProblemView("crawl", "no-ks", "https://ks.no/å", said, "trap"))
    add_problem(store, None, ProblemView("extract", None, "fil.pdf", "Tom.", advice="Se etter."))
    first, second = lines(store.settings)
    assert {key: first[key] for key in ("run", "stage", "source_id", "subject", "kind")} == {
        "run": run_id,
        "stage": "crawl",
        "source_id": "no-ks",
        "subject": "https://ks.no/å",
        "kind": "trap",
    }
    assert first["message"] == said
    assert "listing_patterns" in first["advice"]
    assert first["at"].endswith("+00:00")
    assert (second["run"], second["kind"], second["advice"]) == (None, "other", "Se etter.")


def test_a_log_that_has_grown_becomes_the_old_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(problem_log, "MAX_LOG_BYTES", 100)
    for number in range(4):
        log_problem(settings, 1, {"message": "m" * 120, "number": number})
    assert [line["number"] for line in lines(settings)] == [3]
    old = problem_log.problem_log(settings).with_name("problems.old.jsonl")
    assert json.loads(old.read_text())["number"] == 2


def test_a_log_that_was_deleted_begins_again(settings: Settings) -> None:
    log_problem(settings, 1, {"number": 1})
    problem_log.problem_log(settings).unlink()
    log_problem(settings, 1, {"number": 2})
    assert [line["number"] for line in lines(settings)] == [2]
