"""A removal takes a publication and its bytes out, keeps people's work, and keeps it out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kb.corrections import correct
from kb.doctor import examine
from kb.errors import BlobError, GroupingError, NotFoundError, RemovedError
from kb.files import find_sighting, list_items
from kb.frontier import Frontier, Outcome, Settled, Sighting, Wanted
from kb.gathering_tables import Tombstone
from kb.grouping import join, undo_decision
from kb.library import list_publications, publication_detail
from kb.needs_look import lost_work
from kb.publications import add_identifiers
from kb.removal import (
    leftovers,
    list_removed,
    remove,
    removed_publications,
    sweep_removed,
    turn_away,
)
from kb.store import Store
from kb.tables import Address, File, FrontierEntry, Passage, Redirect
from kb.tombstones import Stone, find_stones
from tests.kb.curated import ONE, THREE, Desk, two_reports

LANDING = "http://a.no/1"
PDF = "http://a.no/1.pdf"


def take_out(desk: Desk, publication_id: str) -> None:
    remove(desk.store.settings, desk.store, publication_id, reason="trukket", by="Kari")


def cached(desk: Desk, sha256: str) -> list[Path]:
    settings = desk.store.settings
    paths = [
        settings.extracted_folder / sha256[:2] / f"{sha256}-7.json.gz",
        settings.pages_folder / sha256[:2] / f"{sha256}-abc.png",
    ]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return paths


def test_bytes_texts_and_addresses_go_and_the_rest_stays(store: Store) -> None:
    desk, first, second = two_reports(store)
    sha256 = desk.files[PDF]
    paths = cached(desk, sha256)
    done = remove(store.settings, store, first, reason=" trukket tilbake ", by="Kari")
    assert (done.title, done.files, done.addresses, done.passages) == ("Første", 1, 1, 2)
    assert [view.id for view in list_publications(store)] == [second]
    with pytest.raises(BlobError):
        store.blobs.get(sha256)
    assert not any(path.exists() for path in paths)
    assert store.blobs.get(desk.files["http://b.no/2.pdf"])
    assert find_sighting(store, PDF) is None
    with store.read() as session:
        texts = session.scalars(select(Passage.text)).all()
        assert texts == [THREE]
        assert session.get(File, sha256) is None
    (removed,) = list_removed(store)
    assert (removed.id, removed.title, removed.by) == (first, "Første", "Kari")
    assert removed.reason == "trukket tilbake"
    assert publication_detail(store, first).view.removed_reason == "trukket tilbake"
    assert [f for f in examine(store.settings, store) if f.where != "generation"] == []


def test_peoples_work_is_kept_with_its_quotations(store: Store) -> None:
    desk, first, _ = two_reports(store)
    passage_id = publication_detail(store, first).passages[0].id
    desk.code(passage_id)
    desk.cite(first, passage_id)
    desk.cite(first)
    take_out(desk, first)
    assert desk.cited() == [(first, passage_id), (first, None)]
    work = lost_work(store, first)
    assert [coding.quote for coding in work.codings] == [ONE]
    assert [citation.quote for citation in work.citations] == [ONE]
    with store.read() as session:
        row = session.get_one(Passage, passage_id)
        assert (row.text, row.boxes) == ("", []) and row.retired_at is not None


def test_what_was_removed_is_known_by_everything_it_had(store: Store) -> None:
    desk, first, _ = two_reports(store)
    take_out(desk, first)
    with store.read() as session:
        for scheme, value in (
            ("url", PDF),
            ("item", LANDING),
            ("file", desk.files[PDF]),
            ("doi", "10.1234/første"),
        ):
            stone = find_stones(session, scheme, [value])[value]  # type: ignore[arg-type]
            assert (stone.publication_id, stone.by) == (first, "Kari")
        assert "which Kari removed on" in stone.sentence("Filen")
    assert removed_publications(store) == (first,)


def test_the_crawler_neither_asks_for_it_nor_keeps_it(store: Store) -> None:
    desk, first, _ = two_reports(store)
    take_out(desk, first)
    frontier = Frontier(store, 1)
    wanted = [
        Wanted(PDF, "no-x", "document", {"item": LANDING}),
        Wanted("http://a.no/ny.pdf", "no-x", "document", {"item": LANDING}),
        Wanted("http://a.no/annen", "no-x", "landing"),
    ]
    assert [entry.url for entry in frontier.want(wanted)] == ["http://a.no/annen"]
    seen = Sighting("http://mirror.no/1.pdf", "no-x", "http://mirror.no/1", "document")
    others = replace(seen, url="http://a.no/annen", item="http://a.no/annen", role="landing")
    frontier.settle(
        Settled("http://a.no/annen", Outcome("done"), ((b"one", seen), (b"<html>", others)))
    )
    assert not store.blobs.path(desk.files[PDF]).exists()
    assert find_sighting(store, "http://mirror.no/1.pdf") is None
    assert find_sighting(store, "http://a.no/annen") is not None
    with store.read() as session:
        urls = session.scalars(select(FrontierEntry.url)).all()
        assert urls == ["http://a.no/annen"]


def test_a_file_that_another_publication_has_stays_there(store: Store) -> None:
    desk, first, second = two_reports(store)
    desk.document("http://b.no/kopi.pdf", "http://b.no/2", "one")
    take_out(desk, first)
    assert store.blobs.get(desk.files[PDF]) == b"one"
    urls = [a.url for item in list_items(store) for a in item.addresses]
    assert urls == ["http://b.no/2.pdf", "http://b.no/kopi.pdf"]
    with store.read() as session:
        assert find_stones(session, "file", [desk.files[PDF]]) == {}
    assert [view.id for view in list_publications(store)] == [second]


def test_older_bytes_of_its_documents_go_too(store: Store) -> None:
    desk, first, _ = two_reports(store)
    old = desk.files[PDF]
    new = desk.document(PDF, LANDING, "one, corrected")
    with store.write() as session:
        add_identifiers(session, first, [("file", old), ("file", new)])
    take_out(desk, first)
    assert not store.blobs.path(old).exists() and not store.blobs.path(new).exists()


def test_a_removal_that_was_killed_is_ended_by_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, first, second = two_reports(store)

    def killed(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(type(store.blobs), "delete", killed)
        take_out(desk, first)
    assert leftovers(store) == [desk.files[PDF]]
    (finding,) = [f for f in examine(store.settings, store) if f.where == "files"]
    assert "removed publication" in finding.message
    with pytest.raises(GroupingError, match=r"removed already \(trukket\)"):
        take_out(desk, first)
    assert leftovers(store) == []
    assert sweep_removed(store.settings, store) == 0
    assert [view.id for view in list_publications(store)] == [second]


def test_an_item_that_turns_out_to_be_of_it_is_turned_away(store: Store) -> None:
    desk, first, second = two_reports(store)
    take_out(desk, first)
    with store.read() as session:
        stone: Stone = find_stones(session, "doi", ["10.1234/første"])["10.1234/første"]
    turn_away(store.settings, store, "http://b.no/2", stone)
    assert list_items(store) == []
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Address)) == 0
        assert find_stones(session, "url", ["http://b.no/2.pdf"])
    assert publication_detail(store, second).view.removed_reason is None


def test_ids_that_were_joined_into_it_are_hidden_too(store: Store) -> None:
    desk, first, second = two_reports(store)
    join(store, first, second, "Kari")
    take_out(desk, second)
    assert set(removed_publications(store)) == {first, second}
    with pytest.raises(RemovedError, match="was removed"):
        join(store, first, desk.publication("Ny", "http://c.no/3"), "Kari")


def test_what_was_joined_into_it_neither_comes_back_nor_keeps_what_it_said(store: Store) -> None:
    _, first, second = two_reports(store)
    correct(store, second, "publisher", "Fafo", "Åsa")
    join(store, first, second, "Kari")
    with store.read() as session:
        assert (session.get_one(Redirect, second).moved or {})["given"] == {"publisher": "Fafo"}
    remove(store.settings, store, first, reason="trukket", by="Kari")
    with store.read() as session:
        assert "given" not in (session.get_one(Redirect, second).moved or {})
    with pytest.raises(RemovedError, match="was removed"):
        undo_decision(store, second, "Kari")
    assert list_publications(store) == []


@pytest.mark.parametrize(("reason", "by"), [("", "Kari"), ("trukket", " ")])
def test_a_removal_needs_a_reason_and_a_name(store: Store, reason: str, by: str) -> None:
    _, first, _ = two_reports(store)
    with pytest.raises(GroupingError, match="needs a reason and the name"):
        remove(store.settings, store, first, reason=reason, by=by)
    with pytest.raises(NotFoundError):
        remove(store.settings, store, "p-none", reason="trukket", by="Kari")
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Tombstone)) == 0
