"""The Library's views: publications, files and passages as the record holds them."""

from __future__ import annotations

import pytest

from kb.errors import NotFoundError
from kb.files import (
    files_to_read,
    items_of,
    list_items,
    list_quarantined,
    record_extraction,
    store_upload,
)
from kb.frontier import Sighting
from kb.library import (
    list_publications,
    machine_screening,
    passages_by_publication,
    present_passages,
    publication_detail,
)
from kb.publications import MACHINE, record_screening, replace_passages, save_publication
from kb.store import Store
from tests.builders import TEXTS, Shelf, passage, publication, put_file


def test_publications_are_listed_with_what_is_known(shelf: Shelf) -> None:
    (view,) = list_publications(shelf.store)
    assert view.id == shelf.publication_id
    assert view.csl["title"] == "Samarbeid om utsatte barn"
    assert (view.passages, view.verdict, view.source_country) == (3, None, "NO")
    assert "Ærøskøbing" in view.label


def test_the_list_is_by_title_and_can_be_narrowed(shelf: Shelf) -> None:
    with shelf.store.write() as session:
        save_publication(session, None, publication("Barnahus på Island"))
        save_publication(session, None, publication("Åpne dører"))
    titles = [view.csl["title"] for view in list_publications(shelf.store)]
    assert titles == ["Barnahus på Island", "Samarbeid om utsatte barn", "Åpne dører"]
    assert [v.csl["title"] for v in list_publications(shelf.store, "BARNAHUS")] == titles[:1]


def test_a_publication_is_shown_whole(shelf: Shelf) -> None:
    shelf.put(passage(TEXTS[0]), passage(TEXTS[1]))
    detail = publication_detail(shelf.store, shelf.publication_id)
    assert [entry.retired for entry in detail.passages] == [False, False, True]
    assert detail.passages[0].text == TEXTS[0]
    assert detail.passages[0].section == "Funn › Ledelse"
    assert detail.origins["title"]["origin"] == "citation_title"
    assert [(a.role, a.filename) for a in detail.addresses] == [("document", "rapport.pdf")]


def test_all_present_passages_are_those_of_each_publication(shelf: Shelf) -> None:
    with shelf.store.write() as session:
        other, _ = save_publication(session, None, publication("Åpne dører"))
        replace_passages(session, other, [passage(TEXTS[1]), passage(TEXTS[0])])
        replace_passages(session, shelf.publication_id, [passage(TEXTS[2])])
        save_publication(session, None, publication("Uten avsnitt"))
    found = passages_by_publication(shelf.store)
    assert found == {
        name: present_passages(shelf.store, name) for name in (shelf.publication_id, other)
    }
    assert [one.text for one in found[other]] == [TEXTS[1], TEXTS[0]]
    assert not any(one.retired for passages in found.values() for one in passages)


def test_an_unknown_publication_is_said(store: Store) -> None:
    with pytest.raises(NotFoundError, match="no publication 'p0'"):
        publication_detail(store, "p0")


def test_the_verdict_that_counts_is_shown_with_its_giver(shelf: Shelf) -> None:
    for verdict, by, reason in (("exclude", MACHINE, "not_nordic"), ("include", "Åsa", None)):
        with shelf.store.write() as session:
            record_screening(
                session,
                shelf.publication_id,
                verdict=verdict,
                reason=reason,
                score=0.2,
                reasons=["no Nordic country named"],
                by=by,
                version="1",
            )
    (view,) = list_publications(shelf.store)
    assert (view.verdict, view.verdict_by) == ("include", "Åsa")
    machine = machine_screening(shelf.store, shelf.publication_id)
    assert machine == {"score": 0.2, "verdict": "exclude", "reasons": ["no Nordic country named"]}


def test_a_publication_never_screened_has_no_machine_verdict(shelf: Shelf) -> None:
    assert machine_screening(shelf.store, shelf.publication_id) is None


def test_given_countries_are_shown(shelf: Shelf) -> None:
    with shelf.store.write() as session:
        save_publication(session, shelf.publication_id, publication(given={"countries": ["IS"]}))
    assert list_publications(shelf.store)[0].given_countries == ("IS",)


def test_present_passages_come_in_order(shelf: Shelf) -> None:
    shelf.put(passage(TEXTS[2]), passage(TEXTS[0]))
    found = present_passages(shelf.store, shelf.publication_id)
    assert [entry.text for entry in found] == [TEXTS[2], TEXTS[0]]


def test_an_upload_is_an_item_of_its_own(store: Store) -> None:
    sighting = store_upload(store, b"tekst", filename="tåke.txt", media_type=None)
    assert sighting.item == sighting.url
    assert [item.key for item in list_items(store)] == [sighting.item]
    assert list_items(store)[0].addresses[0].filename == "tåke.txt"


def test_only_files_not_read_by_this_version_are_to_be_read(store: Store) -> None:
    hashes = [
        store_upload(store, data, filename="a.txt", media_type=None).item.removeprefix("upload:")
        for data in (b"one", b"two")
    ]
    record_extraction(store, hashes[0], 1, status="read", reason=None, extractor="text", pages=1)
    assert [view.sha256 for view in files_to_read(store, 1)] == hashes[1:]
    assert {view.sha256 for view in files_to_read(store, 2)} == set(hashes)
    assert files_to_read(store, 1, [hashes[0]]) == []


def test_quarantined_files_are_listed_until_newer_readers_read_them(store: Store) -> None:
    sha256 = store_upload(
        store, b"%PDF broken", filename="ødelagt.pdf", media_type=None
    ).item.removeprefix("upload:")
    record_extraction(
        store, sha256, 1, status="quarantined", reason="damaged", extractor="pdf", pages=0
    )
    (entry,) = list_quarantined(store)
    assert (entry.filename, entry.reason) == ("ødelagt.pdf", "damaged")
    record_extraction(store, sha256, 2, status="read", reason=None, extractor="pdf", pages=3)
    assert list_quarantined(store) == []


def test_main_versions_come_before_their_translations(store: Store) -> None:
    put_file(store, b"en", Sighting("h://a/en", "a", "h://a/en", "landing", version_of="h://a/no"))
    put_file(store, b"no", Sighting("h://a/no", "a", "h://a/no", "landing"))
    assert [item.key for item in list_items(store)] == ["h://a/no", "h://a/en"]


def test_the_items_of_a_publication_are_found(shelf: Shelf) -> None:
    (item,) = items_of(shelf.store, shelf.publication_id)
    assert item.publication_id == shelf.publication_id
    assert items_of(shelf.store, "p-none") == []
