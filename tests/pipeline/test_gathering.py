"""The crawl as a stage: yields are recorded and kept to, problems reach record and log at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from corpora.registry import Source
from kb.problem_kinds import ADVICE
from kb.problem_log import problem_log
from kb.runs import RunView, end_run, show_run, start_run
from kb.source_yields import accept_yield, list_yields
from kb.store import Store
from pipeline import gathering
from pipeline.crawl import CrawlEvent, CrawlReport
from pipeline.gathering import choose_sources, gather
from tests.pipeline.crawl.test_walls import CLOUDFLARE, login
from tests.pipeline.crawl.web import Web, make_source, page, served

SOURCE = make_source("site.test")
BROKEN = make_source(
    "broken.test", start_urls=("http://broken.test/list", "http://broken.test/list?2")
)
WALLED = make_source(
    "walled.test", start_urls=("http://walled.test/list", "http://walled.test/list?2")
)
EMPTY = make_source("empty.test")
SOURCES = (SOURCE, BROKEN, WALLED, EMPTY)


class House:
    """A record, a small web, and crawls of it as a refresh makes them."""

    def __init__(self, store: Store, web: Web) -> None:
        self.store, self.web = store, web
        self.shown: list[CrawlEvent] = []

    def publish(self, host: str, count: int) -> None:
        """Let a site list so many publications."""
        self.web.put(f"http://{host}/list", page(*(f"/report/{n}/" for n in range(count))))
        for number in range(count):
            self.web.put(f"http://{host}/report/{number}/", page(head=f"<title>{number}</title>"))

    def gather(self, *sources: Source, resumed: bool = False) -> tuple[CrawlReport, RunView]:
        """Crawl sources in a run of their own."""

        @contextmanager
        def watch(source_ids: Any) -> Iterator[Any]:
            yield self.shown.append

        run_id, _ = start_run(self.store, "crawl")
        settings = self.store.settings
        report = gather(
            settings,
            self.store,
            sources,
            demo=False,
            run_id=run_id,
            resumed=resumed,
            watch=watch,
        )
        crawled = {one.source_id: vars(one) for one in report.sources}
        end_run(self.store, run_id, "done", {"stages": {"crawl": crawled}})
        return report, show_run(self.store, run_id)


@pytest.fixture
def house(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    with served(Web()) as web:

        @contextmanager
        def loopback(*_: Any, **__: Any) -> Iterator[int]:
            yield web.port

        monkeypatch.setattr(gathering, "reached_web", loopback)
        yield House(store, web)


def kinds(run: RunView) -> list[tuple[str | None, str]]:
    """The source and kind of each problem of a run."""
    return [(problem.source_id, problem.kind) for problem in run.problems]


def test_the_first_full_crawl_says_what_later_ones_must_give(house: House) -> None:
    house.publish("site.test", 10)
    first, run = house.gather(SOURCE)
    assert (first.failed_sources, run.problems) == ((), ())
    assert list_yields(house.store)[SOURCE.id].minimum == 8

    house.publish("site.test", 7)
    second, run = house.gather(SOURCE)
    assert second.failed_sources == (SOURCE.id,)
    assert kinds(run) == [(SOURCE.id, "too_few")]
    assert "at least 8" in run.problems[0].message
    assert run.problems[0].advice == ADVICE["too_few"]

    accept_yield(house.store, SOURCE.id)
    house.publish("site.test", 12)
    third, run = house.gather(SOURCE)
    assert third.failed_sources == ()
    assert kinds(run) == [(SOURCE.id, "too_many")]
    assert list_yields(house.store)[SOURCE.id].items == 7


def test_a_part_of_a_source_is_no_measure_and_walls_fail_it(house: House) -> None:
    house.publish("site.test", 2)
    house.publish("broken.test", 3)
    house.publish("walled.test", 3)
    house.web.put("http://broken.test/report/1/", login("Logg inn"))
    house.web.put("http://broken.test/list?2", "Oh no", status=403)
    house.web.put("http://walled.test/list?2", CLOUDFLARE)
    house.web.put("http://empty.test/list", page("/about"))
    report, run = house.gather(*SOURCES)
    assert set(report.failed_sources) == {WALLED.id, EMPTY.id}
    assert set(list_yields(house.store)) == {SOURCE.id}
    assert set(kinds(run)) == {
        (BROKEN.id, "http_error"),
        (BROKEN.id, "login_wall"),
        (WALLED.id, "challenge_page"),
        (EMPTY.id, "nothing_found"),
    }
    log = problem_log(house.store.settings).read_text(encoding="utf-8").splitlines()
    logged = [json.loads(line) for line in log]
    assert [(line["source_id"], line["kind"]) for line in logged] == kinds(run)
    assert {line["run"] for line in logged} == {run.id}
    assert all(line["advice"] and line["subject"].startswith("http://") for line in logged)
    finished = {event.source_id for event in house.shown if event.kind == "source_finished"}
    assert finished == {source.id for source in SOURCES}
    counted = [event.data for event in house.shown if event.kind == "counts"]
    assert counted
    assert all(0 <= data["waiting"] <= 5 for data in counted)


def test_a_run_that_was_interrupted_is_no_measure(house: House) -> None:
    house.publish("site.test", 3)
    report, run = house.gather(SOURCE, resumed=True)
    assert (report.sources[0].complete, run.problems) == (True, ())
    assert list_yields(house.store) == {}


def test_sources_are_chosen_by_name_or_all_that_are_switched_on() -> None:
    assert [source.id for source in choose_sources(["no-fafo"], demo=False)] == ["no-fafo"]
    assert all(source.enabled for source in choose_sources([], demo=False))
    assert all(source.id.startswith("replica-") for source in choose_sources([], demo=True))
