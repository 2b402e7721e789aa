"""Many files in one transaction: what changed, what is refused, and what was known."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import func, select

from kb.bulk_store import hashes_at, known_items, mark_gone, store_files
from kb.frontier import Sighting
from kb.gathering_tables import Tombstone
from kb.known_dois import known_dois
from kb.publications import NewPublication, assign_item, save_publication
from kb.store import Store
from kb.tables import Address, File, Publication


def seen(name: str, item: str | None = None) -> Sighting:
    return Sighting(
        url=f"upload:{name}",
        source_id=None,
        item=item or f"upload:{name}",
        role="document",
        media_type="text/plain",
        filename=f"{name} æøå.txt",
    )


def publication(store: Store, *identifiers: tuple[str, str]) -> str:
    new = NewPublication({"type": "report"}, {}, None, None, None, None, identifiers)
    with store.write() as session:
        return save_publication(session, None, new)[0]


def test_files_and_addresses_are_kept(store: Store) -> None:
    stored = store_files(store, [(b"one", seen("a")), (b"two", seen("b")), (b"one", seen("c"))])
    assert stored.changed == {"upload:a", "upload:b", "upload:c"}
    assert stored.refused == {}
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(File)) == 2
        row = session.get_one(Address, "upload:a")
        assert (row.filename, row.sha256) == ("a æøå.txt", hashlib.sha256(b"one").hexdigest())
    assert store.blobs.get(hashlib.sha256(b"two").hexdigest()) == b"two"


def test_only_new_bytes_count_as_changed(store: Store) -> None:
    store_files(store, [(b"one", seen("a")), (b"two", seen("b"))])
    again = store_files(store, [(b"one", seen("a")), (b"other", seen("b"))])
    assert again.changed == {"upload:b"}


def test_nothing_is_no_work(store: Store) -> None:
    assert store_files(store, []).changed == frozenset()
    assert hashes_at(store, []) == {}
    assert known_items(store, []) == set()
    assert mark_gone(store, []) == 0


@pytest.mark.parametrize("scheme", ["url", "item", "file"])
def test_what_was_removed_is_refused_alone(store: Store, scheme: str) -> None:
    values = {
        "url": "upload:a",
        "item": "upload:a",
        "file": hashlib.sha256(b"one").hexdigest(),
    }
    stone = Tombstone(
        scheme=scheme, value=values[scheme], publication_id="p1", reason="twice", by="Kari"
    )
    with store.write() as session:
        session.add(stone)
    stored = store_files(store, [(b"one", seen("a")), (b"two", seen("b"))])
    assert stored.changed == {"upload:b"}
    assert list(stored.refused) == ["upload:a"]
    assert "a æøå.txt belongs to the publication p1" in stored.refused["upload:a"]
    assert hashlib.sha256(b"one").hexdigest() not in set(store.blobs)


def test_the_hash_at_an_address_is_the_newest_one(store: Store) -> None:
    names = [f"{number:04d}" for number in range(1200)]  # more than one query takes
    store_files(store, [(b"first", seen(name)) for name in names])
    store_files(store, [(b"second", seen("0007"))])
    found = hashes_at(store, {f"upload:{name}" for name in names} | {"upload:unknown"})
    assert len(found) == 1200
    assert found["upload:0007"] == hashlib.sha256(b"second").hexdigest()
    assert found["upload:0008"] == hashlib.sha256(b"first").hexdigest()


def test_items_are_known_once_they_have_a_publication(store: Store) -> None:
    store_files(store, [(b"one", seen("a")), (b"two", seen("b"))])
    assert known_items(store, {"upload:a", "upload:b"}) == set()
    owner = publication(store)
    with store.write() as session:
        assign_item(session, "upload:a", owner, "h", "new")
    assert known_items(store, {"upload:a", "upload:b"}) == {"upload:a"}


def test_gone_is_noted_once_and_the_file_stays(store: Store) -> None:
    store_files(store, [(b"one", seen("a"))])
    assert mark_gone(store, ["upload:a", "upload:never"]) == 1
    with store.read() as session:
        first = session.get_one(Address, "upload:a").gone_at
    assert first is not None
    mark_gone(store, ["upload:a"])
    with store.read() as session:
        assert session.get_one(Address, "upload:a").gone_at == first
    store_files(store, [(b"one", seen("a"))])
    with store.read() as session:
        assert session.get_one(Address, "upload:a").gone_at is None


def test_dois_of_what_is_still_here(store: Store) -> None:
    publication(store, ("doi", "10.2/b"), ("isbn", "9788217040064"))
    publication(store, ("doi", "10.1/a"), ("doi", "10.2/b"))
    removed = publication(store, ("doi", "10.3/c"))
    assert known_dois(store) == ["10.1/a", "10.2/b", "10.3/c"]
    with store.write() as session:
        session.get_one(Publication, removed).removed_reason = "twice"
    assert known_dois(store) == ["10.1/a", "10.2/b"]
