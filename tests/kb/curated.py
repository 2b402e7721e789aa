"""Records with several publications, items and people's work, for tests of deciding about them."""

from __future__ import annotations

from corpora.codebook import load_codebook
from kb.citations.sets import add_item, create_set, list_items, list_sets
from kb.coding.codings import StoredCodings, record_coding
from kb.frontier import Sighting, record_sighting
from kb.library import present_passages
from kb.publications import (
    NewPublication,
    add_identifiers,
    assign_item,
    record_screening,
    replace_passages,
    save_publication,
)
from kb.store import Store
from tests.builders import passage

ONE = "Ledelsen forankret samarbeidet mellom skole og barnevern i en felles plan for kommunen."
TWO = "Taushetsplikten ble ofte oppfattet som et hinder, også der loven åpnet for å dele."
THREE = "Koordinatoren fulgte familien gjennom hele forløpet og holdt i avtalene om møter."


class Desk:
    """A record into which a test puts publications, and people's work on them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.files: dict[str, str] = {}

    def publication(self, title: str, *items: str) -> str:
        """A publication with these items, none of which has a file yet."""
        csl = {"type": "report", "title": title, "DOI": f"10.1234/{title.lower()}"}
        with self.store.write() as session:
            new = NewPublication(csl, {}, "no-x", "NO", items[0], "nb")
            found, _ = save_publication(session, None, new)
            add_identifiers(session, found, [("doi", csl["DOI"]), *(("item", i) for i in items)])
            for key in items:
                assign_item(session, key, found, "hash", "not known before")
        return found

    def document(self, url: str, item: str, body: str) -> str:
        """A PDF at an address, of an item; returns its hash."""
        sha256 = self.store.blobs.put(body.encode())
        with self.store.write() as session:
            record_sighting(session, sha256, len(body), Sighting(url, "no-x", item, "document"))
        self.files[url] = sha256
        return sha256

    def passages(self, publication_id: str, *texts: tuple[str, str]) -> list[str]:
        """Make (text, address) pairs the publication's passages; returns their ids."""
        drafts = [passage(text, sha256=self.files[url]) for text, url in texts]
        with self.store.write() as session:
            replace_passages(session, publication_id, drafts)
        return [view.id for view in present_passages(self.store, publication_id)]

    def code(self, passage_id: str, coder: str = "Åsa") -> None:
        """Let a person add a coding."""
        record_coding(
            self.store,
            load_codebook(),
            passage_id,
            factor="leadership",
            direction="facilitator",
            act="add",
            coder=coder,
        )

    def cite(self, publication_id: str, passage_id: str | None = None) -> None:
        """Put a passage or a publication into the set "kapittel"."""
        sets = {view.name: view.id for view in list_sets(self.store)}
        number = sets.get("kapittel") or create_set(self.store, "kapittel")
        add_item(self.store, number, publication_id, passage_id)

    def cited(self) -> list[tuple[str, str | None]]:
        """What stands in that set: (publication, passage)."""
        (view,) = list_sets(self.store)
        return [(item.publication_id, item.passage_id) for item in list_items(self.store, view.id)]

    def screen(self, publication_id: str, verdict: str = "include", by: str = "Åsa") -> None:
        """Let a person give a verdict."""
        with self.store.write() as session:
            record_screening(
                session,
                publication_id,
                verdict=verdict,
                reason=None,
                score=None,
                reasons=["lest"],
                by=by,
                version="person",
            )

    def coded(self) -> set[str]:
        """Passages with a standing coding."""
        return set(StoredCodings(self.store).coded())


def two_reports(store: Store) -> tuple[Desk, str, str]:
    """Two publications of one item each, with two and one passages."""
    desk = Desk(store)
    first = desk.publication("Første", "http://a.no/1")
    second = desk.publication("Andre", "http://b.no/2")
    desk.document("http://a.no/1.pdf", "http://a.no/1", "one")
    desk.document("http://b.no/2.pdf", "http://b.no/2", "two")
    desk.passages(first, (ONE, "http://a.no/1.pdf"), (TWO, "http://a.no/1.pdf"))
    desk.passages(second, (THREE, "http://b.no/2.pdf"))
    return desk, first, second
