"""Counts, events and the judgement of a source; the lines that pass between the processes."""

from __future__ import annotations

import json

import pytest

from pipeline.crawl.messages import (
    CrawlEvent,
    CrawlProblem,
    CrawlReport,
    Job,
    SourceReport,
    read_event,
    read_job,
    read_source_report,
    write_line,
)
from pipeline.crawl.tally import Tally, judge_shortfall, judge_surplus
from tests.pipeline.crawl.web import make_source


@pytest.mark.parametrize(
    ("least", "items", "fails"),
    [(None, 0, True), (None, 1, False), (3, 2, True), (3, 3, False), (0, 0, True)],
)
def test_a_source_must_give_something_and_its_minimum(
    least: int | None, items: int, fails: bool
) -> None:
    source = make_source("x.test", expected={"min_items": least})
    said = judge_shortfall(source, items)
    assert (said is not None) is fails
    if said:
        assert f"found {items}" in said
        assert source.id in said
        assert said.endswith(".")


def test_a_source_without_expectations_must_give_something() -> None:
    assert judge_shortfall(make_source("x.test"), 0)
    assert judge_shortfall(make_source("x.test"), 1) is None
    assert judge_surplus(make_source("x.test"), 10_000) == ()


def test_more_than_the_maximum_only_warns() -> None:
    source = make_source("x.test", expected={"min_items": 1, "max_items": 5})
    assert judge_surplus(source, 5) == ()
    assert "at most 5" in judge_surplus(source, 6)[0]
    assert judge_shortfall(source, 6) is None


def test_everything_is_counted_and_told() -> None:
    told: list[CrawlEvent] = []
    tally = Tally(told.append)
    source = make_source("x.test")
    for kind in ("fetched", "stored", "stored", "unchanged", "failed", "forbidden", "gone"):
        tally.requested(source.id)
        tally.add(kind, source.id, "http://x.test/1")
    tally.wait(source.id, 9)
    tally.wait(source.id, -7)
    tally.problem(source.id, "http://x.test/1", "It broke.", "timeout")
    report = tally.close(source, items=2)
    assert report == SourceReport(
        source.id, requested=7, stored=2, unchanged=1, failed=1, forbidden=1, gone=1, items=2
    )
    assert tally.closed == {source.id}
    assert [event.kind for event in told][-2:] == ["problem", "source_finished"]
    assert told[-2].problem == "timeout"
    assert read_source_report(told[-1].data) == report
    assert tally.counts[source.id]["waiting"] == 2
    assert tally.counts[source.id]["problems"] == 1


def test_a_source_that_gives_nothing_is_a_problem_before_it_is_finished() -> None:
    told: list[CrawlEvent] = []
    report = Tally(told.append).close(make_source("x.test"), items=0)
    assert report.failed_source
    assert [event.kind for event in told] == ["problem", "source_finished"]
    assert told[0].problem == "nothing_found"


def test_too_few_fails_and_too_many_is_only_told() -> None:
    told: list[CrawlEvent] = []
    few = make_source("x.test", expected={"min_items": 3})
    many = make_source("y.test", expected={"max_items": 3})
    assert Tally(told.append).close(few, items=2).failed_source
    report = Tally(told.append).close(many, items=4)
    assert (report.failed_source, len(report.warnings)) == (False, 1)
    assert [event.problem for event in told] == ["too_few", None, "too_many", None]


def test_counts_are_told_at_a_pace_and_not_with_every_address() -> None:
    told: list[CrawlEvent] = []
    tally = Tally(told.append)
    for _ in range(500):
        tally.requested("a")
        tally.requested("b")
    assert {(event.kind, event.source_id) for event in told} == {("counts", "a"), ("counts", "b")}
    assert len(told) < 100
    assert told[0].data == {"requested": 1}


def test_a_source_whose_list_is_a_wall_fails_and_is_no_measure() -> None:
    tally = Tally(lambda event: None)
    source, other = make_source("x.test"), make_source("y.test")
    tally.mark_incomplete(source.id, walled=True)
    tally.mark_incomplete(other.id)
    walled, failed = tally.close(source, items=5), tally.close(other, items=5)
    assert (walled.failed_source, walled.complete) == (True, False)
    assert (failed.failed_source, failed.complete) == (False, False)


def test_events_survive_the_pipe() -> None:
    said = "Sætning\nmed linjeskift \u2028."
    event = CrawlEvent("problem", "no-fhi", "http://x.test/å", said, "too_large")
    line = write_line(event)
    assert len(line.splitlines()) == 1
    assert read_event(line) == event


@pytest.mark.parametrize(
    "line",
    ["", "Scrapy says hello", "[]", "{}", '{"kind": "made up"}', '{"kind": "stored", "x": 1}'],
)
def test_lines_that_are_no_events_are_passed_over(line: str) -> None:
    assert read_event(line) is None


def test_jobs_survive_the_pipe() -> None:
    source = make_source("x.test").model_dump(mode="json")
    job = Job({"home": "/tmp/x"}, 3, (source,), replica_port=8600, check=True)
    assert read_job(write_line(job)) == job
    with pytest.raises((ValueError, TypeError)):
        read_job("{}")


def test_a_report_adds_up_and_is_json() -> None:
    report = CrawlReport(
        (SourceReport("a", stored=2, items=1), SourceReport("b", stored=3, failed_source=True)),
        (CrawlProblem("b", "http://b.test/", "It broke."),),
    )
    assert report.total("stored") == 5
    assert report.failed_sources == ("b",)
    assert json.loads(json.dumps(report.to_json()))["problems"][0]["message"] == "It broke."
