"""One PDF linked from several landing pages belongs to each of them, and from many to none."""

from __future__ import annotations

import hashlib

import pytest

from kb.files import items_of, list_items
from kb.frontier import Frontier, Outcome, Settled, Sighting, Wanted
from kb.publications import assign_item, save_publication
from kb.removal import remove
from kb.shared_addresses import SHARED_BY_MOST, files_of_others, item_files
from kb.store import Store
from tests.builders import publication

PDF = "http://a.no/rapport.pdf"


class Site:
    """A crawl of landing pages that link documents."""

    def __init__(self, store: Store, run_id: int = 1) -> None:
        self.store = store
        self.frontier = Frontier(store, run_id)

    def page(self, name: str, *documents: str) -> None:
        """A landing page is read, and the documents that it links are wanted for it."""
        url = f"http://a.no/{name}"
        self.frontier.want([Wanted(url, "no-a", "landing")])
        seen = Sighting(url, "no-a", url, "landing")
        links = tuple(
            Wanted(pdf, "no-a", "document", {"item": url, "position": at})
            for at, pdf in enumerate(documents)
        )
        self.frontier.settle(Settled(url, Outcome("done"), ((url.encode(), seen),), links))

    def fetch(self, pdf: str = PDF, body: bytes | None = None) -> None:
        """A document is fetched for the item that it waits for."""
        known = self.frontier.known(pdf)
        assert known is not None
        item = str(known.wanted.context["item"])
        seen = Sighting(pdf, "no-a", item, "document")
        self.frontier.settle(Settled(pdf, Outcome("done"), ((body or pdf.encode(), seen),)))

    def items(self) -> dict[str, list[str]]:
        """Items with their documents."""
        return {
            item.key.removeprefix("http://a.no/"): [
                a.url for a in item.addresses if a.role == "document"
            ]
            for item in list_items(self.store)
        }


def test_a_document_of_two_pages_belongs_to_both(store: Store) -> None:
    site = Site(store)
    site.page("1", PDF)
    site.page("2", "http://a.no/2.pdf", PDF)
    site.fetch()
    site.fetch("http://a.no/2.pdf")
    assert site.items() == {"1": [PDF], "2": ["http://a.no/2.pdf", PDF]}
    (second,) = list_items(store, {"http://a.no/2"})
    places = [(a.item, a.position) for a in second.addresses if a.role == "document"]
    assert places == [("http://a.no/2", 0), ("http://a.no/2", 1)]


@pytest.mark.parametrize("order", [("1", "2", "3"), ("3", "2", "1")])
def test_it_does_not_matter_which_page_came_first(store: Store, order: tuple[str, ...]) -> None:
    site = Site(store)
    for name in order:
        site.page(name, PDF)
    site.fetch()
    assert site.items() == {"1": [PDF], "2": [PDF], "3": [PDF]}


def test_what_many_pages_link_is_an_item_of_its_own(store: Store) -> None:
    site = Site(store)
    for name in range(SHARED_BY_MOST + 1):
        site.page(str(name), PDF)
    site.fetch()
    assert site.items() == {**{str(n): [] for n in range(SHARED_BY_MOST + 1)}, "rapport.pdf": [PDF]}
    (own,) = list_items(store, {PDF})
    assert [a.item for a in own.addresses] == [PDF]
    with store.read() as session:
        assert len(item_files(session, ["http://a.no/0"])) == 1
        assert len(item_files(session, [PDF])) == 1


def test_the_next_night_changes_nothing(store: Store) -> None:
    site = Site(store)
    site.page("1", PDF)
    site.page("2", PDF)
    site.fetch()
    before = site.items()
    again = Site(store, run_id=2)
    again.page("2", PDF)
    again.page("1", PDF)
    again.fetch()
    assert again.items() == before
    known = again.frontier.known(PDF)
    assert known is not None and known.wanted.context["item"] == "http://a.no/1"


def test_a_shared_document_is_kept_up_to_date_when_its_first_owner_is_removed(
    store: Store,
) -> None:
    site = Site(store)
    site.page("1", PDF)
    site.page("2", PDF)
    site.fetch()
    with store.write() as session:
        found, _ = save_publication(session, None, publication())
        assign_item(session, "http://a.no/1", found, "hash", "test")
    remove(store.settings, store, found, reason="trukket", by="Kari")
    known = site.frontier.known(PDF)
    assert known is not None and known.wanted.context["item"] == "http://a.no/2"
    again = Site(store, run_id=2)
    again.page("2", PDF)
    again.fetch(body=b"a corrected version")
    assert again.items() == {"2": [PDF]}
    sha256 = hashlib.sha256(b"a corrected version").hexdigest()
    (item,) = list_items(store)
    assert sha256 in {a.sha256 for a in item.addresses}


def test_a_document_waits_for_no_removed_item(store: Store) -> None:
    site = Site(store)
    site.page("1", PDF)  # never fetched: no address of it is known
    with store.write() as session:
        found, _ = save_publication(session, None, publication())
        assign_item(session, "http://a.no/1", found, "hash", "test")
    remove(store.settings, store, found, reason="trukket", by="Kari")
    again = Site(store, run_id=2)
    again.page("2", PDF)
    again.fetch()
    assert again.items() == {"2": [PDF]}


def test_a_shared_file_is_among_both_items_files(store: Store) -> None:
    site = Site(store)
    site.page("1", PDF)
    site.page("2", PDF)
    site.fetch()
    with store.write() as session:
        found, _ = save_publication(session, None, publication())
        assign_item(session, "http://a.no/2", found, "hash", "test")
        assert len(item_files(session, ["http://a.no/2"])) == 2
        assert item_files(session, []) == set()
    (item,) = items_of(store, found)
    assert [a.url for a in item.addresses] == [PDF, "http://a.no/2"]


@pytest.mark.parametrize(("pages", "holders"), [(2, {"0", "1"}), (SHARED_BY_MOST + 1, {PDF})])
def test_which_further_items_have_a_file(store: Store, pages: int, holders: set[str]) -> None:
    site = Site(store)
    for number in range(pages):
        site.page(str(number), PDF)
    site.fetch()
    with store.write() as session:
        (pdf,) = item_files(session, [PDF]) if pages > 2 else {sha256_of(PDF)}
        assert pdf == sha256_of(PDF)
        assert files_of_others(session, [pdf], []) == set()  # nobody is a publication's item yet
        found, _ = save_publication(session, None, publication())
        names = [one if one == PDF else f"http://a.no/{one}" for one in sorted(holders)]
        for name in names:
            assign_item(session, name, found, "hash", "test")
        session.flush()
        assert files_of_others(session, [pdf, "none"], names[1:]) == {pdf}
        assert files_of_others(session, [pdf], names) == set()


def test_more_items_and_addresses_than_a_query_may_name(store: Store) -> None:
    site = Site(store)
    site.page("1", PDF)
    site.page("2", PDF)
    site.fetch()
    many = [f"http://b.no/{number}" for number in range(40_000)]
    with store.read() as session:
        assert item_files(session, [*many, "http://a.no/2"]) == {
            sha256_of(PDF),
            sha256_of("http://a.no/2"),
        }
        assert files_of_others(session, many, many) == set()


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
