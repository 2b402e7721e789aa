"""Yields: recorded once by a full crawl, outranked by what an operator writes, renewed by hand."""

from __future__ import annotations

from typing import Any

import pytest

from kb.errors import NotFoundError, RecordError
from kb.runs import end_run, start_run
from kb.source_yields import (
    Yield,
    accept_yield,
    expect_yield,
    list_yields,
    record_yields,
    yield_record,
)
from kb.store import Store
from tests.pipeline.crawl.web import make_source

ID = "test-x"


def report(items: int = 100, **changes: Any) -> dict[str, Any]:
    """What a run keeps of the crawl of one source."""
    whole = {"items": items, "requested": 200, "failed": 0, "complete": True}
    return {**whole, "failed_source": False, **changes}


def run_with(store: Store, crawl: dict[str, Any], kind: str = "refresh") -> int:
    """A run that ended with these reports by source."""
    run_id, _ = start_run(store, kind)
    end_run(store, run_id, "done", {"stages": {"crawl": crawl}})
    return run_id


@pytest.mark.parametrize(
    ("items", "minimum", "maximum"), [(100, 80, 150), (1, 1, 2), (3, 2, 5), (7, 5, 11)]
)
def test_a_full_crawl_records_what_it_found(
    store: Store, items: int, minimum: int, maximum: int
) -> None:
    run_id = run_with(store, {})
    assert record_yields(store, run_id, {ID: report(items)}) == [ID]
    found = list_yields(store)[ID]
    assert (found.items, found.minimum, found.maximum) == (items, minimum, maximum)
    assert found.run_id == run_id
    assert set(yield_record(found)) == {"items", "minimum", "maximum", "run_id", "at"}


@pytest.mark.parametrize(
    "changes",
    [
        {"items": 0},
        {"complete": False},
        {"failed_source": True},
        {"failed": 11},
    ],
)
def test_a_crawl_that_met_only_a_part_is_no_measure(store: Store, changes: dict[str, Any]) -> None:
    assert record_yields(store, run_with(store, {}), {ID: report(**changes)}) == []
    assert list_yields(store) == {}


def test_a_few_dead_links_do_not_matter(store: Store) -> None:
    assert record_yields(store, run_with(store, {}), {ID: report(failed=10)}) == [ID]


def test_a_recorded_yield_is_not_worn_down_by_later_runs(store: Store) -> None:
    record_yields(store, run_with(store, {}), {ID: report(100)})
    assert record_yields(store, run_with(store, {}), {ID: report(85), "test-y": report(5)}) == [
        "test-y"
    ]
    assert {name: found.items for name, found in list_yields(store).items()} == {
        ID: 100,
        "test-y": 5,
    }


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (None, (80, 150)),
        ({}, (80, 150)),
        ({"min_items": 10}, (10, 150)),
        ({"max_items": 1000}, (80, 1000)),
        ({"min_items": 1, "max_items": 2}, (1, 2)),
        ({"min_items": 500}, (500, None)),
        ({"max_items": 20}, (None, 20)),
    ],
)
def test_the_description_outranks_the_record_field_by_field(
    written: dict[str, int] | None, expected: tuple[int | None, int | None]
) -> None:
    source = make_source("x.test", expected=written)
    found = expect_yield(source, Yield(ID, 100, 80, 150, None)).expected
    assert found is not None
    assert (found.min_items, found.max_items) == expected


def test_without_a_record_the_description_stands() -> None:
    source = make_source("x.test", expected={"min_items": 4})
    assert expect_yield(source, None) is source


def test_a_person_takes_the_newest_count_as_the_new_yield(store: Store) -> None:
    record_yields(store, run_with(store, {}), {ID: report(100)})
    run_with(store, {ID: report(90)})
    newest = run_with(store, {ID: report(40, failed_source=True)}, "crawl")
    run_with(store, {"test-y": report(7)})
    found = accept_yield(store, ID)
    assert (found.items, found.minimum, found.maximum, found.run_id) == (40, 32, 60, newest)
    assert list_yields(store)[ID] == found


def test_nothing_is_never_accepted(store: Store) -> None:
    run_with(store, {ID: report(100)})
    run_with(store, {ID: report(0)})
    with pytest.raises(RecordError, match="found nothing at test-x, which is never accepted"):
        accept_yield(store, ID)
    assert list_yields(store) == {}


def test_a_source_that_was_never_crawled_has_nothing_to_accept(store: Store) -> None:
    start_run(store, "refresh")
    with pytest.raises(NotFoundError, match="samvirke crawl --source test-x"):
        accept_yield(store, ID)
