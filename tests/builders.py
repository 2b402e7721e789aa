"""Things tests build: passages, publications, records with something in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from kb.frontier import Sighting, record_sighting
from kb.library import present_passages
from kb.publications import (
    NewPassage,
    NewPublication,
    PassageChange,
    assign_item,
    replace_passages,
    save_publication,
)
from kb.store import Store

TEXTS = (
    "Ledelsen forankret samarbeidet mellom skole og barnevern i en felles plan for kommunen.",
    "Taushetsplikten ble ofte oppfattet som et hinder, også der loven åpnet for å dele.",
    "Koordinatoren fulgte familien gjennom hele forløpet og holdt i avtalene om møter.",
)


def passage(text: str, **changes: Any) -> NewPassage:
    """A passage of a PDF's third page unless said otherwise."""
    made = NewPassage(
        sha256="0" * 64,
        text=text,
        section="Funn › Ledelse",
        language="nb",
        page=2,
        page_end=2,
        page_label="1",
        page_label_end="1",
        kind="body",
        ocr=False,
        boxes=[[2, [0.1, 0.2, 0.9, 0.3]]],
        sentences=[[0, len(text)]],
    )
    return replace(made, **changes)


def publication(title: str = "Samarbeid om utsatte barn", **changes: Any) -> NewPublication:
    """A Norwegian report of 2020 unless said otherwise."""
    made = NewPublication(
        csl={
            "type": "report",
            "title": title,
            "author": [{"family": "Ærøskøbing", "given": "Åse"}],
            "issued": {"date-parts": [[2020]]},
            "publisher": "Fafo",
        },
        origins={"title": {"origin": "citation_title", "confidence": 0.9}},
        source_id="no-fafo",
        source_country="NO",
        url="https://example.org/rapport",
        language="nb",
    )
    return replace(made, **changes)


def put_file(store: Store, data: bytes, sighting: Sighting) -> str:
    """Keep bytes and where they were seen; return their SHA-256."""
    sha256 = store.blobs.put(data)
    with store.write() as session:
        record_sighting(session, sha256, len(data), sighting)
    return sha256


@dataclass
class Shelf:
    """A record with one publication; the ids are what tests ask by."""

    store: Store
    publication_id: str
    passage_ids: list[str]

    @classmethod
    def with_one_publication(cls, store: Store) -> Shelf:
        """Put one publication with the three TEXTS, and its file and address, into a record."""
        sha256 = store.blobs.put(b"%PDF-1.7 a report")
        with store.write() as session:
            key = "https://example.org/rapport"
            record_sighting(
                session,
                sha256,
                17,
                Sighting(
                    key, "no-fafo", key, "document", "application/pdf", filename="rapport.pdf"
                ),
            )
            publication_id, _ = save_publication(session, None, publication())
            assign_item(session, key, publication_id, "hash", "not known before")
        shelf = cls(store, publication_id, [])
        shelf.put(*(passage(text, sha256=sha256, page=n) for n, text in enumerate(TEXTS)))
        return shelf

    def put(self, *passages: NewPassage) -> PassageChange:
        """Make these the publication's passages."""
        with self.store.write() as session:
            change = replace_passages(session, self.publication_id, passages)
        self.passage_ids = [p.id for p in present_passages(self.store, self.publication_id)]
        return change
