"""The crawl's memory: what is asked once in a run, what is kept, what is known the next time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kb.frontier import QUERY_SIZE, Frontier, Outcome, Settled, Sighting, Wanted, record_sighting
from kb.frontier_batch import TRUST_LASTMOD
from kb.store import Store
from kb.tables import Address, now
from tests.builders import put_file

LIST, A, B = "http://x.test/list", "http://x.test/a", "http://x.test/b"


def wanted(url: str, kind: str = "landing", **context: object) -> Wanted:
    return Wanted(url, "x", kind, dict(context))


def sighting(url: str, item: str | None = None, role: str = "landing", **more: object) -> Sighting:
    values = {"version_of": None, **more}
    return Sighting(url, "x", item or url, role, **values)  # type: ignore[arg-type]


def address(store: Store, url: str) -> Address:
    with store.read() as session:
        found = session.get(Address, url)
    assert found is not None
    return found


def test_an_address_is_wanted_once_in_a_run(store: Store) -> None:
    first = Frontier(store, 1)
    assert first.want([wanted(A), wanted(A), wanted(B)]) == [wanted(A), wanted(B)]
    assert first.want([wanted(A)]) == []
    first.settle(Settled(A, Outcome("done")))
    assert first.want([wanted(A)]) == []
    assert Frontier(store, 2).want([wanted(A)]) == [wanted(A)]


def test_a_whole_sitemap_is_wanted_at_once(store: Store) -> None:
    frontier = Frontier(store, 1)
    many = [wanted(f"http://x.test/{n}") for n in range(QUERY_SIZE * 2 + 7)]
    assert len(frontier.want(many)) == len(many)
    assert frontier.want(many) == []
    assert frontier.count_waiting("x") == len(many)
    assert frontier.count_waiting("y") == 0


def test_taking_leaves_out_what_is_under_way(store: Store) -> None:
    frontier = Frontier(store, 1)
    frontier.want([wanted(A, position=3), wanted(B)])
    assert {known.wanted.url for known in frontier.take("x", 10)} == {A, B}
    (known,) = frontier.take("x", 10, {B})
    assert known.wanted == wanted(A, position=3)
    assert len(frontier.take("x", 1)) == 1
    frontier.settle(Settled(A, Outcome("done")))
    assert [known.wanted.url for known in frontier.take("x", 10)] == [B]
    assert Frontier(store, 2).take("x", 10) == []


def test_settling_keeps_files_links_and_validators_together(store: Store) -> None:
    frontier = Frontier(store, 1)
    frontier.want([wanted(A)])
    link = wanted(B, "document", item=A)
    outcome = Outcome("done", 200, '"tag"', "Mon, 01 Jan 2024 00:00:00 GMT", links=(link,))
    receipt = frontier.settle(Settled(A, outcome, ((b"page", sighting(A)),), (link,)))
    assert receipt.new == (link,)
    assert receipt.changed == (A,)
    assert store.blobs.get(address(store, A).sha256) == b"page"
    known = frontier.known(A)
    assert known is not None
    assert (known.state, known.etag, known.links) == ("done", '"tag"', (link,))
    assert frontier.item_at(A) == A
    assert frontier.item_at(B) is None


def test_a_batch_is_one_transaction_and_sees_itself(store: Store) -> None:
    frontier = Frontier(store, 1)
    frontier.want([wanted(A), wanted(B)])
    link = wanted(LIST, "listing")
    batch = [
        Settled(A, Outcome("done"), ((b"same", sighting(A)),), (link,)),
        Settled(B, Outcome("done"), ((b"same", sighting(B)), (b"new", sighting(A))), (link,)),
    ]
    first, second = frontier.settle_all(batch)
    assert (first.new, second.new) == ((link,), ())
    assert (first.changed, second.changed) == ((A,), (B, A))
    assert store.blobs.get(address(store, A).sha256) == b"new"
    assert frontier.settle_all([]) == []


def test_unchanged_keeps_what_was_known(store: Store) -> None:
    frontier = Frontier(store, 1)
    frontier.want([wanted(A)])
    outcome = Outcome("done", 200, '"tag"', links=(wanted(B),))
    frontier.settle(Settled(A, outcome, ((b"page", sighting(A)),)))
    before = address(store, A)
    second = Frontier(store, 2)
    second.want([wanted(A)])
    second.settle(Settled(A, Outcome("unchanged", 304)))
    known = second.known(A)
    assert known is not None
    assert (known.state, known.etag, known.links, known.run_id) == (
        "done",
        '"tag"',
        (wanted(B),),
        2,
    )
    assert address(store, A).last_seen > before.last_seen
    assert address(store, A).first_seen == before.first_seen


def test_the_same_bytes_again_are_no_change(store: Store) -> None:
    frontier = Frontier(store, 1)
    frontier.want([wanted(A)])
    assert frontier.settle(Settled(A, Outcome("done"), ((b"1", sighting(A)),))).changed == (A,)
    assert frontier.settle(Settled(A, Outcome("done"), ((b"1", sighting(A)),))).changed == ()
    assert frontier.settle(Settled(A, Outcome("done"), ((b"2", sighting(A)),))).changed == (A,)
    with store.write() as session:
        assert record_sighting(session, "0" * 64, 1, sighting(B))


def test_gone_is_dated_once_and_back_again_is_recognised(store: Store) -> None:
    frontier = Frontier(store, 1)
    frontier.want([wanted(A), wanted(LIST, "oai-page")])
    frontier.settle(Settled(A, Outcome("done"), ((b"1", sighting(A)),)))
    frontier.settle(Settled(A, Outcome("gone", 410)))
    gone_at = address(store, A).gone_at
    assert gone_at is not None
    frontier.settle(Settled(LIST, Outcome("done"), gone=(A, "http://x.test/never-seen")))
    assert address(store, A).gone_at == gone_at
    assert store.blobs.get(address(store, A).sha256) == b"1"
    frontier.settle(Settled(A, Outcome("done"), ((b"1", sighting(A)),)))
    assert address(store, A).gone_at is None


def test_failed_keeps_the_validators_of_the_last_success(store: Store) -> None:
    frontier = Frontier(store, 1)
    frontier.want([wanted(A)])
    frontier.settle(Settled(A, Outcome("done", 200, '"tag"')))
    frontier.settle(Settled(A, Outcome("failed", 500, message="It broke.")))
    known = frontier.known(A)
    assert known is not None
    assert (known.state, known.etag) == ("failed", '"tag"')


def test_a_harvest_is_remembered_without_being_asked(store: Store) -> None:
    frontier = Frontier(store, 1)
    entry = wanted("http://x.test/oai#harvested", "oai-harvest")
    for date in ("2024-01-01", "2024-02-01"):
        frontier.remember(entry, Outcome("done", last_modified=date))
    known = frontier.known(entry.url)
    assert known is not None
    assert known.last_modified == "2024-02-01"
    assert frontier.take("x", 10) == []


@pytest.mark.parametrize(("version_of", "count"), [(None, 2), (A, 1)])
def test_items_are_counted_with_their_versions_as_one(
    store: Store, version_of: str | None, count: int
) -> None:
    frontier = Frontier(store, 1)
    frontier.want([wanted(A), wanted(B), wanted(LIST, "listing")])
    frontier.settle(Settled(LIST, Outcome("done")))
    frontier.settle(Settled(A, Outcome("done"), ((b"1", sighting(A)),)))
    frontier.settle(Settled(B, Outcome("done"), ((b"2", sighting(B, version_of=version_of)),)))
    assert frontier.count_items("x") == count
    assert frontier.count_items("y") == 0
    assert Frontier(store, 2).count_items("x") == 0


def test_records_of_earlier_runs_count_until_they_are_gone(store: Store) -> None:
    frontier = Frontier(store, 1)
    frontier.want([wanted(LIST, "oai-page")])
    records = tuple((bytes(url, "ascii"), sighting(url, role="record")) for url in (A, B))
    frontier.settle(Settled(LIST, Outcome("done"), records))
    second = Frontier(store, 2)
    assert second.count_items("x") == 2
    second.want([wanted(LIST, "oai-page")])
    second.settle(Settled(LIST, Outcome("done"), gone=(B,)))
    assert second.count_items("x") == 1


LASTMOD = "2020-01-01T04:00:00+00:00"


def fetched(frontier: Frontier, url: str, *links: Wanted) -> None:
    """Have an address fetched well, with what it led to."""
    frontier.want([wanted(url)])
    outcome = Outcome("done", 200, '"tag"', links=links)
    frontier.settle(Settled(url, outcome, ((url.encode(), sighting(url)),), links))


def test_what_did_not_change_since_it_was_fetched_is_met_and_not_asked(store: Store) -> None:
    chapter, file = wanted(B, "chapter"), wanted("http://x.test/a.pdf", "document")
    first = Frontier(store, 1)
    fetched(first, B, file)
    fetched(first, A, chapter)
    fetched(first, file.url)
    second = Frontier(store, 2)
    sitemap = Settled(LIST, Outcome("done"), wanted=(wanted(A, lastmod=LASTMOD),))
    receipt = second.settle(sitemap)
    assert receipt.new == ()
    assert set(receipt.met) == {A, B, file.url}
    assert second.count_waiting("x") == 0
    assert second.count_items("x") == 3


@pytest.mark.parametrize("lastmod", ["2999-01-01T00:00:00+00:00", None])
def test_what_changed_since_is_asked(store: Store, lastmod: str | None) -> None:
    fetched(Frontier(store, 1), A)
    second = Frontier(store, 2)
    receipt = second.settle(Settled(LIST, Outcome("done"), wanted=(wanted(A, lastmod=lastmod),)))
    assert [entry.url for entry in receipt.new] == [A]
    assert receipt.met == ()


@pytest.mark.parametrize("state", ["failed", "gone", "forbidden"])
def test_what_did_not_go_well_is_asked_whatever_the_sitemap_says(store: Store, state: str) -> None:
    first = Frontier(store, 1)
    first.want([wanted(A)])
    first.settle(Settled(A, Outcome(state, 500)))
    assert Frontier(store, 2).want([wanted(A, lastmod=LASTMOD)]) != []


def test_after_a_month_a_sitemap_is_not_believed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched(Frontier(store, 1), A)
    later = now() + TRUST_LASTMOD + timedelta(hours=1)
    monkeypatch.setattr("kb.frontier_batch.now", lambda: later)
    assert Frontier(store, 2).want([wanted(A, lastmod=LASTMOD)]) != []


def test_a_listing_that_came_first_does_not_undo_what_the_sitemap_says(store: Store) -> None:
    fetched(Frontier(store, 1), A)
    second = Frontier(store, 2)
    assert second.want([wanted(A)]) == [wanted(A)]
    second.want([wanted(A, lastmod=LASTMOD)])
    assert second.take("x", 10) == []


def test_the_oldest_is_asked_first_and_the_never_asked_before_it(store: Store) -> None:
    first = Frontier(store, 1)
    fetched(first, B)
    fetched(first, A)
    second = Frontier(store, 2)
    second.want([wanted(A), wanted(B), wanted(LIST)])
    assert [known.wanted.url for known in second.take("x", 10)] == [LIST, B, A]


def test_some_kinds_come_before_all_others(store: Store) -> None:
    first = Frontier(store, 1)
    fetched(first, B)
    second = Frontier(store, 2)
    second.want([wanted(A), wanted(LIST), wanted(B, "brief")])
    assert [known.wanted.url for known in second.take("x", 1, (), {"brief"})] == [B]
    assert second.take("x", 1)[0].wanted.url != B


def test_links_that_gave_no_file_are_known(store: Store) -> None:
    frontier = Frontier(store, 1)
    frontier.want([wanted(A, "link", name="a"), wanted(B, "link"), wanted(LIST, "listing")])
    assert frontier.without_file("x", "link") == []
    for url in (A, B, LIST):
        frontier.settle(Settled(url, Outcome("done")))
    put_file(store, b"file", sighting(B, role="document"))
    assert frontier.without_file("x", "link") == [wanted(A, "link", name="a")]
    frontier.want([wanted("http://x.test/file", "file")])
    frontier.settle(
        Settled("http://x.test/file", Outcome("done"), ((b"a", sighting(A, role="document")),))
    )
    assert frontier.without_file("x", "link") == []
    frontier.settle(Settled(A, Outcome("failed", 500)))  # asked anew, the file is the former one
    assert frontier.without_file("x", "link") == [wanted(A, "link", name="a")]
    assert frontier.without_file("y", "link") == []


def test_a_new_run_goes_on_with_what_an_earlier_one_left(store: Store) -> None:
    first = Frontier(store, 1)
    first.begin({"x": [wanted(LIST, "listing")]}, {"x": "rules"})
    first.want([wanted(A)])
    second = Frontier(store, 2)
    begun = second.begin({"x": [wanted(LIST, "listing")]}, {"x": "rules"})["x"]
    assert begun.waiting == 2
    assert {known.wanted.url for known in second.take("x", 10)} == {A, LIST}
    changed = Frontier(store, 3).begin({"x": []}, {"x": "other rules"})["x"]
    assert changed.read_since > begun.read_since
    assert (changed.wanted, changed.waiting) == (1, 0)
    again = Frontier(store, 4).begin({"x": []}, {"x": "other rules"})["x"]
    assert again.read_since == changed.read_since
