"""Files, items and addresses as the stages read them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.files import (
    BOUND_VALUES,
    count_files,
    files_to_read,
    find_sighting,
    items_of,
    list_items,
    list_quarantined,
    record_extraction,
    store_upload,
)
from kb.frontier import Sighting
from kb.publications import assign_item, save_publication
from kb.store import Store
from tests.builders import publication, put_file

SEEN = Sighting(
    url="https://example.org/a.pdf",
    source_id="no-x",
    item="https://example.org/a",
    role="document",
    media_type="application/pdf",
    position=3,
    filename="Årsrapport æøå.pdf",
    language="nb",
    version_of=None,
)


def put(store: Store, sighting: Sighting, data: bytes = b"bytes") -> str:
    """Keep a file seen so; its SHA-256."""
    return put_file(store, data, sighting)


def test_an_address_is_found_as_it_was_seen(store: Store) -> None:
    assert find_sighting(store, SEEN.url) is None
    put(store, SEEN)
    assert find_sighting(store, SEEN.url) == replace(SEEN, media_type=None)


def test_an_upload_is_known_by_its_bytes(store: Store) -> None:
    first = store_upload(store, b"a note", filename="notat.txt", media_type=None)
    again = store_upload(store, b"a note", filename="kopi.txt", media_type=None)
    assert first.item == again.item == first.url
    assert first.item.startswith("upload:")
    assert count_files(store) == 1
    (item,) = list_items(store)
    assert item.addresses[0].filename == "kopi.txt"


def test_files_wait_until_this_version_has_read_them(store: Store) -> None:
    one, two = (
        put(store, SEEN, b"one"),
        put(store, replace(SEEN, url="https://example.org/b"), b"2"),
    )
    assert [view.sha256 for view in files_to_read(store, 1)] == sorted((one, two))
    record_extraction(store, one, 1, status="read", reason=None, extractor="pdf", pages=2)
    assert [view.sha256 for view in files_to_read(store, 1)] == [two]
    assert len(files_to_read(store, 2)) == 2
    assert files_to_read(store, 2, [one])[0].sha256 == one
    assert files_to_read(store, 2, []) == []


@pytest.mark.parametrize("status", ["quarantined", "partial"])
def test_what_failed_for_a_reason_outside_the_file_waits_again(store: Store, status: str) -> None:
    cured, final = put(store, SEEN, b"one"), put(store, replace(SEEN, url="https://x.test/b"), b"2")
    why = "The time was up."
    for sha256, retry in ((cured, True), (final, False)):
        record_extraction(
            store, sha256, 1,
            status=status, reason=why, extractor="pdf", pages=0, retry=retry,
        )  # fmt: skip
    assert [view.sha256 for view in files_to_read(store, 1)] == [cured]
    assert [view.sha256 for view in files_to_read(store, 1, [cured, final])] == [cured]
    assert {entry.sha256 for entry in list_quarantined(store)} == {cured, final}
    record_extraction(
        store, cured, 1, status="read", reason=None, extractor="pdf", pages=1, retry=True
    )
    assert files_to_read(store, 1) == []


def test_many_files_may_be_asked_for_by_name(store: Store) -> None:
    one = put(store, SEEN, b"one")
    put(store, replace(SEEN, url="https://example.org/b"), b"2")
    others = [f"{number:064x}" for number in range(BOUND_VALUES + 20)]
    assert [view.sha256 for view in files_to_read(store, 1, [*others, one])] == [one]


def test_a_file_at_two_addresses_waits_once(store: Store) -> None:
    put(store, SEEN)
    put(store, replace(SEEN, url="https://example.org/copy.pdf"))
    assert len(files_to_read(store, 1)) == 1
    assert len(list_items(store)[0].addresses) == 2


@pytest.mark.parametrize("wanted", [None, 1, BOUND_VALUES + 20])
def test_items_are_found_whatever_their_number(store: Store, wanted: int | None) -> None:
    urls = [f"https://example.org/{number}" for number in range(3)]
    for url in urls:
        put(store, replace(SEEN, url=url, item=url), url.encode())
    others = [f"https://example.org/none/{number}" for number in range(BOUND_VALUES + 20)]
    keys = None if wanted is None else {*others[:wanted], urls[1]}
    found = [item.key for item in list_items(store, keys)]
    assert found == (urls if wanted is None else [urls[1]])
    assert list_items(store, set()) == []


def test_main_versions_come_before_their_translations(store: Store) -> None:
    main, other = "https://example.org/z", "https://example.org/a"
    put(store, replace(SEEN, url=other, item=other, version_of=main), b"translation")
    put(store, replace(SEEN, url=main, item=main), b"original")
    assert [item.key for item in list_items(store)] == [main, other]


def test_a_publications_items_are_those_assigned_to_it(store: Store) -> None:
    put(store, SEEN)
    put(store, replace(SEEN, url="https://example.org/b", item="https://example.org/b"), b"b")
    with store.write() as session:
        publication_id, _ = save_publication(session, None, publication())
        assign_item(session, SEEN.item, publication_id, "hash", "test", {"publisher": "Fafo"})
    (item,) = items_of(store, publication_id)
    assert (item.key, item.content_hash, item.given) == (SEEN.item, "hash", {"publisher": "Fafo"})
    assert items_of(store, "pnone") == []


def test_what_newer_readers_could_read_is_no_longer_set_aside(store: Store) -> None:
    sha256 = put(store, SEEN)
    bad = "Damaged."
    record_extraction(store, sha256, 1, status="quarantined", reason=bad, extractor="pdf", pages=0)
    (entry,) = list_quarantined(store)
    assert (entry.reason, entry.filename, entry.source_id) == ("Damaged.", SEEN.filename, "no-x")
    record_extraction(store, sha256, 2, status="read", reason=None, extractor="pdf", pages=2)
    assert list_quarantined(store) == []
