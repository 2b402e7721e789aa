"""Runs: begun, resumed, ended, with their problems."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kb.errors import NotFoundError
from kb.runs import ProblemView, add_problem, end_run, list_runs, show_run, start_run
from kb.store import Store
from kb.tables import Run, now


def test_an_interrupted_run_is_gone_on_with(store: Store) -> None:
    first, resumed = start_run(store, "refresh")
    assert not resumed
    assert start_run(store, "refresh") == (first, True)
    end_run(store, first, "interrupted", {})
    assert start_run(store, "refresh") == (first, True)


@pytest.mark.parametrize(("hours", "resumed"), [(23, True), (25, False)])
def test_only_a_run_of_the_last_day_is_gone_on_with(
    store: Store, hours: int, resumed: bool
) -> None:
    first, _ = start_run(store, "refresh")
    with store.write() as session:
        session.get_one(Run, first).started_at = now() - timedelta(hours=hours)
    second, went_on = start_run(store, "refresh")
    assert (second == first, went_on) == (resumed, resumed)
    old = show_run(store, first)
    assert old.status == ("running" if resumed else "interrupted")
    assert (old.ended_at is None) == resumed
    assert start_run(store, "refresh") == (second, True)


def test_a_finished_run_is_not_gone_on_with(store: Store) -> None:
    first, _ = start_run(store, "refresh")
    end_run(store, first, "done", {"stages": {}})
    second, resumed = start_run(store, "refresh")
    assert (second != first, resumed) == (True, False)


def test_runs_of_another_kind_are_their_own(store: Store) -> None:
    first, _ = start_run(store, "refresh")
    second, resumed = start_run(store, "add")
    assert (second != first, resumed) == (True, False)


def test_a_run_is_shown_with_its_report_and_problems(store: Store) -> None:
    run_id, _ = start_run(store, "refresh")
    problem = ProblemView("crawl", "no-fafo", "http://x.test/1", "The server answered 500.")
    add_problem(store, run_id, problem)
    add_problem(store, None, ProblemView("extract", None, "other.pdf", "empty"))
    end_run(store, run_id, "done", {"seconds": {"crawl": 1.5}})
    shown = show_run(store, run_id)
    assert shown.problems == (problem,)
    assert shown.report == {"seconds": {"crawl": 1.5}}
    assert shown.ended_at is not None
    assert shown.ended_at >= shown.started_at


def test_the_newest_run_is_listed_first(store: Store) -> None:
    ids = []
    for _ in range(3):
        run_id, _ = start_run(store, "refresh")
        end_run(store, run_id, "done", {})
        ids.append(run_id)
    assert [run.id for run in list_runs(store)] == ids[::-1]
    assert len(list_runs(store, limit=2)) == 2


def test_an_unknown_run_says_where_to_look(store: Store) -> None:
    with pytest.raises(NotFoundError, match="`samvirke runs` lists"):
        show_run(store, 99)
