"""Checks of sources: kept all, the newest one shown."""

from __future__ import annotations

from kb.source_checks import last_checks, record_check
from kb.store import Store


def test_the_newest_check_of_each_source_counts(store: Store) -> None:
    assert last_checks(store) == {}
    record_check(store, "no-fafo", fits=False, result={"misfits": [{"kind": "timeout"}]})
    record_check(store, "se-ivo", fits=True, result={})
    record_check(store, "no-fafo", fits=True, result={"links": {"landing": 3}, "title": "Årbok þ"})
    found = last_checks(store)
    assert list(found) == ["no-fafo", "se-ivo"]
    assert found["no-fafo"].fits
    assert found["no-fafo"].result == {"links": {"landing": 3}, "title": "Årbok þ"}
    assert found["no-fafo"].at >= found["se-ivo"].at


def test_only_the_sources_named_are_told(store: Store) -> None:
    for source_id in ("a-a", "b-b", "c-c"):
        record_check(store, source_id, fits=True, result={})
    assert set(last_checks(store, ["a-a", "c-c", "x-x"])) == {"a-a", "c-c"}
