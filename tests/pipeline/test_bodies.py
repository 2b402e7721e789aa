"""Bodies: which files' text a publication's passages are, each text once."""

from __future__ import annotations

import pytest

from kb.frontier import Frontier, Sighting
from kb.library import present_passages
from kb.publications import PassageChange, assign_item, save_publication
from kb.store import Store
from pipeline.bodies import store_passages
from pipeline.records import Block, Extracted
from tests.builders import publication

LEADERSHIP = (
    "Kommunedirektøren hadde gjort samarbeidet mellom skole, barnevern og helsestasjon til en del "
    "av lederavtalene, og enhetslederne møttes hver fjortende dag for å følge opp felles mål. "
    "Ansatte sa at dette ga dem ryggdekning til å bruke tid på saker som lå mellom tjenestene."
)
SECRECY = (
    "Flere tjenester var usikre på hva taushetsplikten tillot, og lot være å ringe hverandre selv "
    "der foreldrene hadde samtykket. Først da kommuneadvokaten holdt felles opplæring, ble det "
    "klart at loven åpnet for langt mer samarbeid enn de hadde trodd."
)
MONEY = (
    "Prosjektmidlene tok slutt etter tre år, og koordinatorstillingen ble ikke videreført i "
    "budsjettet. Nettverket av kontaktpersoner ble gradvis borte, og familiene måtte igjen selv "
    "holde rede på hvem som hadde ansvar for hva i de ulike tjenestene."
)


class Shelf:
    """A publication whose items and texts a test chooses."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.frontier = Frontier(store, 1)
        self.read: dict[str, Extracted] = {}
        with store.write() as session:
            self.id, _ = save_publication(session, None, publication())

    def put(self, url: str, role: str, *texts: str, item: str = "h://a", at: int = 0) -> str:
        """Store a file with these paragraphs, each under a heading of its own."""
        sighting = Sighting(url, "a", item, role, position=at)
        sha256 = self.frontier.store_file((url + "".join(texts)).encode(), sighting)
        blocks = tuple(Block("paragraph", text, (text.split()[0],)) for text in texts)
        self.read[sha256] = Extracted("read", None, "text/html", "nb", {}, (), blocks)
        with self.store.write() as session:
            assign_item(session, item, self.id, "hash", "test")
        return sha256

    def passages(self, version: int = 1) -> PassageChange | None:
        """Run the stage."""
        return store_passages(self.store, self.read.__getitem__, self.id, read_version=version)

    @property
    def texts(self) -> list[str]:
        """The present passages' texts, in order."""
        return [entry.text for entry in present_passages(self.store, self.id)]


@pytest.fixture
def shelf(store: Store) -> Shelf:
    return Shelf(store)


def test_the_landing_page_is_the_body_where_there_is_nothing_else(shelf: Shelf) -> None:
    shelf.put("h://a", "landing", LEADERSHIP)
    shelf.passages()
    assert shelf.texts == [LEADERSHIP]


def test_the_document_is_the_body_where_there_is_one(shelf: Shelf) -> None:
    shelf.put("h://a", "landing", "Les rapporten om samarbeid mellom tjenester her.")
    sha256 = shelf.put("h://a.pdf", "document", LEADERSHIP, SECRECY)
    shelf.passages()
    assert shelf.texts == [LEADERSHIP, SECRECY]
    assert {entry.sha256 for entry in present_passages(shelf.store, shelf.id)} == {sha256}


def test_chapters_are_read_in_their_order(shelf: Shelf) -> None:
    shelf.put("h://a", "landing", "Innhold i rapporten om samarbeid.")
    shelf.put("h://a/b", "chapter", SECRECY, at=2)
    shelf.put("h://a/c", "chapter", LEADERSHIP, at=1)
    shelf.passages()
    assert shelf.texts == [LEADERSHIP, SECRECY]


def test_the_same_text_at_another_address_is_there_once(shelf: Shelf) -> None:
    shelf.put("h://a.pdf", "document", LEADERSHIP, SECRECY)
    shelf.put("h://b/1", "chapter", LEADERSHIP, item="h://b")
    shelf.passages()
    assert sorted(shelf.texts) == sorted([LEADERSHIP, SECRECY])


def test_another_text_of_the_same_publication_is_added(shelf: Shelf) -> None:
    shelf.put("h://a.pdf", "document", LEADERSHIP, SECRECY)
    shelf.put("upload:x", "document", MONEY, item="upload:x")
    shelf.passages()
    assert set(shelf.texts) == {LEADERSHIP, SECRECY, MONEY}


def test_slides_beside_a_report_count_unless_they_repeat_it(shelf: Shelf) -> None:
    shelf.put("h://a.pdf", "document", LEADERSHIP, SECRECY)
    shelf.put("h://a.pptx", "document", MONEY, at=1)
    shelf.put("h://copy.pdf", "document", LEADERSHIP, SECRECY, at=2)
    shelf.passages()
    assert shelf.texts == [LEADERSHIP, SECRECY, MONEY]


def test_nothing_is_done_twice_and_newer_readers_read_again(shelf: Shelf) -> None:
    shelf.put("h://a", "landing", LEADERSHIP)
    assert shelf.passages() == PassageChange(added=1)
    assert shelf.passages() is None
    assert shelf.passages(version=2) == PassageChange(kept=1)


def test_a_document_found_later_takes_over(shelf: Shelf) -> None:
    shelf.put("h://a", "landing", MONEY)
    shelf.passages()
    shelf.put("h://a.pdf", "document", LEADERSHIP)
    assert shelf.passages() == PassageChange(added=1, retired=1)
    assert shelf.texts == [LEADERSHIP]


def test_a_publication_without_text_has_no_passages(shelf: Shelf) -> None:
    shelf.put("h://a", "landing")
    assert shelf.passages() == PassageChange()
    assert shelf.texts == []
