"""The stage after the index: saved searches asked again, problems told, feeds published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kb.runs import show_run, start_run
from kb.saved_searches import get_search, save_search
from kb.search.rows import Filters
from kb.settings import Settings
from kb.store import Store, open_store
from pipeline.progress import Step
from pipeline.refresh import refresh
from pipeline.saved_search_stage import STAGE, ask_saved_searches
from tests.warm_parts import warm_parts


def test_without_saved_searches_nothing_is_opened_or_written(store: Store) -> None:
    report = ask_saved_searches(store.settings, store, None)
    assert report.counts() == {"searches": 0, "new": 0, "failed": 0}
    assert not store.settings.publish_folder.exists()


def test_each_is_asked_and_one_that_fails_is_a_problem_of_the_run(own_home: Settings) -> None:
    store = open_store(own_home)
    fine = save_search(store, "Hel", "ledelse", Filters())
    save_search(store, "Ødelagt", "ledelse", Filters(factors=("magic",)))
    run_id, _ = start_run(store, "refresh")
    shown: list[tuple[str, int]] = []

    @contextmanager
    def progress(stage: str, total: int) -> Iterator[Step]:
        yield lambda count: shown.append((stage, count))

    with warm_parts():
        report = ask_saved_searches(own_home, store, run_id, progress=progress)
    assert report.counts() == {"searches": 2, "new": 0, "failed": 1}
    assert shown == [("saved", 1), ("saved", 1)]
    (problem,) = show_run(store, run_id).problems
    assert (problem.stage, problem.subject) == (STAGE, "Ødelagt")
    assert "magic" in problem.message and "remove it" in problem.advice
    assert get_search(store, fine).baseline_at is not None
    assert len(list((own_home.publish_folder / "feeds").iterdir())) == 2
    store.close()


def test_a_feed_that_cannot_be_written_stops_nothing(own_home: Settings) -> None:
    store = open_store(own_home)
    save_search(store, "Hel", "ledelse", Filters())
    own_home.publish_folder.write_text("a file stands in the way")
    run_id, _ = start_run(store, "refresh")
    with warm_parts():
        report = ask_saved_searches(own_home, store, run_id)
    assert report.counts()["failed"] == 0
    (problem,) = show_run(store, run_id).problems
    assert problem.subject == "feeds" and "cannot be written" in problem.message
    store.close()


def test_a_refresh_ends_with_it_and_leaves_its_report(own_home: Settings) -> None:
    store = open_store(own_home)
    save_search(store, "Hel æøå", "ledelse", Filters())
    with warm_parts():
        report = refresh(own_home, store, stages=("code", "index"))
    assert [(one["name"], one["new"]) for one in report.saved_searches] == [("Hel æøå", 0)]
    assert list(report.stages)[-1] == STAGE and STAGE in report.seconds
    html, markdown = sorted(own_home.reports_folder.iterdir())
    assert "Hel æøå" in html.read_text("utf-8") and "Hel æøå" in markdown.read_text("utf-8")
    store.close()


def test_a_report_that_cannot_be_written_does_not_fail_the_run(own_home: Settings) -> None:
    store = open_store(own_home)
    own_home.reports_folder.write_text("a file stands in the way")
    said: list[str] = []
    with warm_parts():
        refresh(own_home, store, stages=("code", "index"), say=said.append)
    assert any("change report cannot be written" in line for line in said)
    store.close()
