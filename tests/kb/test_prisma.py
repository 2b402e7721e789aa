"""The flow's counts add up, run by run, and the search log keeps what was asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corpora.codebook import load_codebook
from kb.errors import NotFoundError
from kb.frontier import Sighting, record_sighting
from kb.prisma import (
    BY_HAND,
    IMPORTED,
    Flow,
    SearchView,
    count_flow,
    count_new_items,
    flow_of_run,
    list_searches,
    read_flow,
    record_searches,
)
from kb.publications import assign_item, save_publication
from kb.removal import remove
from kb.runs import end_run, start_run
from kb.screening import decide
from kb.store import Store
from kb.tables import Address, Publication, now
from tests.builders import Shelf, publication


def see(store: Store, key: str, source_id: str | None, publication_id: str | None) -> None:
    """Let an item be seen, and (where a publication is named) be taken for it."""
    data = key.encode()
    sha256 = store.blobs.put(data)
    with store.write() as session:
        record_sighting(session, sha256, len(data), Sighting(key, source_id, key, "document"))
        if publication_id is not None:
            assign_item(session, key, publication_id, "hash", "same DOI")


def other_publication(store: Store, title: str) -> str:
    """One more publication."""
    with store.write() as session:
        return save_publication(session, None, publication(title))[0]


def balance(flow: Flow) -> bool:
    """Whether what was identified is accounted for."""
    kept = flow.not_retrieved + flow.duplicates + flow.removed + flow.screened
    judged = flow.included + flow.undecided + sum(flow.excluded.values())
    return flow.found == kept and flow.screened == judged


def test_an_empty_record_has_an_empty_flow(store: Store) -> None:
    assert count_flow(store) == Flow()


def test_every_item_is_counted_once_and_where_it_went(shelf: Shelf) -> None:
    store = shelf.store
    see(store, "https://arkiv.example/1", "se-arkiv", shelf.publication_id)  # a duplicate
    see(store, "https://arkiv.example/broken", "se-arkiv", None)  # could not be read
    left_out = other_publication(store, "Skogsbruk")
    see(store, "https://arkiv.example/2", "se-arkiv", left_out)
    gone = other_publication(store, "Tatt ut")
    see(store, "upload:1", None, gone)
    codebook = load_codebook()
    decide(store, codebook, left_out, "exclude", by="Åsa", reason="not_children_families")
    decide(store, codebook, shelf.publication_id, "include", by="Åsa")
    with store.write() as session:
        session.get_one(Publication, gone).removed_reason = "wrong file"
    flow = count_flow(store)
    assert flow.identified == {BY_HAND: 1, "no-fafo": 1, "se-arkiv": 3}
    assert (flow.found, flow.not_retrieved, flow.duplicates, flow.removed) == (5, 1, 1, 1)
    assert flow.excluded == {"not_children_families": 1}
    assert (flow.screened, flow.included, flow.undecided, flow.by_people) == (2, 1, 0, 2)
    assert balance(flow)


def test_a_removed_publication_stays_in_the_flow(shelf: Shelf) -> None:
    see(shelf.store, "https://arkiv.example/1", "se-arkiv", shelf.publication_id)
    before = count_flow(shelf.store)
    settings = shelf.store.settings
    remove(settings, shelf.store, shelf.publication_id, reason="trukket tilbake", by="Åsa")
    flow = count_flow(shelf.store)
    assert (flow.found, flow.duplicates) == (before.found, before.duplicates) == (2, 1)
    assert (flow.removed, flow.screened) == (1, 0)
    assert balance(flow)


def test_what_nobody_judged_yet_counts_as_undecided(shelf: Shelf) -> None:
    flow = count_flow(shelf.store)
    assert (flow.screened, flow.undecided, flow.by_people) == (1, 1, 0)
    assert balance(flow)


def test_a_run_keeps_its_flow_and_knows_the_one_before(shelf: Shelf) -> None:
    numbers = []
    for included in (3, 5):
        number, _ = start_run(shelf.store, "refresh")
        end_run(shelf.store, number, "done", {"flow": Flow(included=included).to_json()})
        numbers.append(number)
    flow, before = flow_of_run(shelf.store, numbers[1])
    assert (flow.included, before and before.included) == (5, 3)
    first, none = flow_of_run(shelf.store, numbers[0])
    assert (first.included, none) == (3, None)
    present, last = flow_of_run(shelf.store)
    assert present == count_flow(shelf.store)
    assert last is not None
    assert last.included == 5


def test_a_run_that_is_not_there_or_kept_no_flow_is_said(shelf: Shelf) -> None:
    number, _ = start_run(shelf.store, "extract")
    end_run(shelf.store, number, "done", {})
    for asked in (number, 99):
        with pytest.raises(NotFoundError, match=f"found none under {asked}; no run kept one"):
            flow_of_run(shelf.store, asked)


def test_a_flow_of_a_newer_version_is_still_read() -> None:
    assert read_flow({"included": 4, "weighed": 9}) == Flow(included=4)


def test_new_items_are_those_first_seen_since_then(shelf: Shelf) -> None:
    moment = now()
    see(shelf.store, "https://arkiv.example/ny", "se-arkiv", None)
    assert count_new_items(shelf.store, moment) == {"se-arkiv": 1}
    assert count_new_items(shelf.store, moment - timedelta(days=1)) == {
        "no-fafo": 1,
        "se-arkiv": 1,
    }


def test_searches_are_kept_by_run_newest_first(store: Store) -> None:
    runs = [start_run(store, kind)[0] for kind in ("refresh", "demo")]
    for run_id in runs:
        found = [
            SearchView(
                run_id, source, "site", "https://a.example", "pages that fit /r/", 7, 2, now()
            )
            for source in ("se-b", "no-a")
        ]
        record_searches(store, found)
    everything = list_searches(store)
    assert [(entry.run_id, entry.source_id) for entry in everything] == [
        (runs[1], "no-a"),
        (runs[1], "se-b"),
        (runs[0], "no-a"),
        (runs[0], "se-b"),
    ]
    (first, _) = list_searches(store, runs[0])
    assert (first.hits, first.new, first.rule) == (7, 2, "pages that fit /r/")


def test_what_was_imported_is_told_from_what_was_added(store: Store) -> None:
    for key, source_id in (("upload:1", IMPORTED), ("upload:2", None)):
        see(store, key, source_id, other_publication(store, key))
    assert count_flow(store).identified == {BY_HAND: 1, IMPORTED: 1}
    see(store, "upload:1", None, None)  # handed in again, the other way
    see(store, "upload:2", IMPORTED, None)
    flow = count_flow(store)
    assert flow.identified == {BY_HAND: 1, IMPORTED: 1}
    assert balance(flow)


def test_language_versions_of_a_record_count_once(store: Store) -> None:
    begun = now()
    both, apart = other_publication(store, "Begge"), other_publication(store, "Delt")
    for key, place in (("h://a/1", both), ("h://a/2", apart)):
        see(store, key, "no-a", place)
    for key, record, place in (
        ("h://a/en/1", "h://a/1", both),
        ("h://a/en/2", "h://a/2", other_publication(store, "Split off by a person")),
    ):
        see(store, key, "no-a", place)
        with store.write() as session:
            session.get_one(Address, key).version_of = record
    assert count_new_items(store, begun) == {"no-a": 2}
    flow = count_flow(store)
    assert flow.identified == {"no-a": 3}  # what a person split counts for itself
    assert (flow.duplicates, flow.screened) == (0, 3)
    assert balance(flow)
