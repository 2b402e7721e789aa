"""Bodies: which files' text a publication's passages are, each text once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kb.frontier import Sighting
from kb.library import present_passages
from kb.publications import PassageChange, add_identifiers, assign_item, save_publication
from kb.runs import show_run, start_run
from kb.store import Store
from kb.tables import Address, now
from pipeline.bodies import store_passages
from pipeline.records import Block, Extracted, Field, Line
from tests.builders import publication, put_file

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
        self.read: dict[str, Extracted] = {}
        with store.write() as session:
            self.id, _ = save_publication(session, None, publication())

    def put(
        self,
        url: str,
        role: str,
        *texts: str,
        item: str = "h://a",
        at: int = 0,
        broken: str | None = None,
        retry: bool = False,
        title: str | None = None,
    ) -> str:
        """Store a file with these paragraphs, each under a heading of its own.

        `broken` says why the file cannot be read.
        """
        sighting = Sighting(url, "a", item, role, position=at)
        body = url + "".join(texts) + (broken or "")
        sha256 = put_file(self.store, body.encode(), sighting)
        blocks = tuple(Block("paragraph", text, (text.split()[0],)) for text in texts)
        fields = {"title": Field(title, "test", 0.9)} if title else {}
        self.read[sha256] = Extracted(
            "quarantined" if broken else "read",
            broken,
            "text/html",
            "nb",
            fields,
            (),
            blocks,
            retry=retry,
        )
        with self.store.write() as session:
            assign_item(session, item, self.id, "hash", "test")
            if role == "document":
                add_identifiers(session, self.id, [("file", sha256)])
        return sha256

    def age(self, url: str, *, days: int = 0, gone: bool = False) -> None:
        """Let an address have been first seen days earlier, or be gone."""
        with self.store.write() as session:
            row = session.get_one(Address, url)
            row.first_seen -= timedelta(days=days)
            row.gone_at = now() if gone else None

    def passages(self, version: int = 1, run_id: int | None = None) -> PassageChange | None:
        """Run the stage."""
        return store_passages(
            self.store, self.read.__getitem__, self.id, read_version=version, run_id=run_id
        )

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


@pytest.mark.parametrize("paged", ["h://a", "h://b"])
def test_of_the_same_text_twice_the_one_with_pages_counts(shelf: Shelf, paged: str) -> None:
    for item in ("h://a", "h://b"):
        sha256 = shelf.put(f"{item}.pdf", "document", LEADERSHIP, SECRECY, item=item)
        if item == paged:
            with_pages = sha256
            read = shelf.read[sha256]
            boxes = tuple(
                replace(block, lines=(Line(0, len(block.text), 3, (0.1, 0.1, 0.9, 0.2)),))
                for block in read.blocks
            )
            shelf.read[sha256] = replace(read, blocks=boxes)
    shelf.passages()
    present = present_passages(shelf.store, shelf.id)
    assert {entry.sha256 for entry in present} == {with_pages}
    assert {entry.page for entry in present} == {3}


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


REVISED = "Rapporten er revidert av forfatterne. "
"""What a later edition adds: its text is still, for the most part, the earlier one's."""


def test_a_newer_edition_at_a_later_address_takes_the_place_of_the_old_text(shelf: Shelf) -> None:
    shelf.put("h://a/2019.pdf", "document", LEADERSHIP, SECRECY)
    shelf.age("h://a/2019.pdf", days=400)
    shelf.passages()
    shelf.put("h://a/2020.pdf", "document", REVISED + LEADERSHIP, SECRECY)
    assert shelf.passages() == PassageChange(added=1, kept=1, retired=1)
    assert shelf.texts == [REVISED + LEADERSHIP, SECRECY]


def test_of_two_addresses_found_together_the_first_counts(shelf: Shelf) -> None:
    shelf.put("h://a/1.pdf", "document", LEADERSHIP, SECRECY)
    shelf.put("h://a/2.pdf", "document", REVISED + LEADERSHIP, SECRECY)
    shelf.passages()
    assert shelf.texts == [LEADERSHIP, SECRECY]


def test_an_address_that_is_gone_comes_after_one_that_is_there(shelf: Shelf) -> None:
    shelf.put("h://a/1.pdf", "document", LEADERSHIP, SECRECY)
    shelf.put("h://a/2.pdf", "document", REVISED + LEADERSHIP, SECRECY)
    shelf.age("h://a/2.pdf", days=30)
    shelf.passages()
    assert shelf.texts == [LEADERSHIP, SECRECY]
    shelf.age("h://a/1.pdf", gone=True)
    assert shelf.passages() is not None
    assert shelf.texts == [REVISED + LEADERSHIP, SECRECY]


def test_what_is_gone_everywhere_stays(shelf: Shelf) -> None:
    shelf.put("h://a.pdf", "document", LEADERSHIP)
    shelf.age("h://a.pdf", gone=True)
    shelf.passages()
    assert shelf.texts == [LEADERSHIP]


@pytest.mark.parametrize("newer", [True, False])
def test_a_newer_edition_that_is_an_item_of_its_own(shelf: Shelf, newer: bool) -> None:
    shelf.put("h://a.pdf", "document", REVISED + LEADERSHIP, SECRECY)
    shelf.put("h://b.pdf", "document", LEADERSHIP, SECRECY, item="h://b")
    shelf.age("h://a.pdf" if newer else "h://b.pdf", days=400)
    shelf.passages()
    assert shelf.texts == [LEADERSHIP if newer else REVISED + LEADERSHIP, SECRECY]


@pytest.mark.parametrize("later", ["2. utgave", "revidert utgave"])
def test_of_two_editions_the_later_one_is_the_text(shelf: Shelf, later: str) -> None:
    shelf.put("h://a.pdf", "document", LEADERSHIP, SECRECY, title="Møter")
    revised = ("h://b.pdf", "document", LEADERSHIP, MONEY)
    shelf.put(*revised, item="h://b", title=f"Møter. {later}")
    shelf.age("h://b.pdf", days=400)  # it was only found before
    shelf.passages()
    assert shelf.texts == [LEADERSHIP, MONEY]


def test_a_translation_adds_its_text(shelf: Shelf) -> None:
    shelf.put("h://a.pdf", "document", LEADERSHIP, title="Møter")
    shelf.put("h://en.pdf", "document", SECRECY, item="h://en", title="Meetings, 2nd edition")
    shelf.passages()
    assert set(shelf.texts) == {LEADERSHIP, SECRECY}


def test_a_newer_excerpt_does_not_take_the_place_of_the_report(shelf: Shelf) -> None:
    shelf.put("h://a.pdf", "document", LEADERSHIP, SECRECY, MONEY)
    shelf.age("h://a.pdf", days=400)
    shelf.put("h://b", "landing", MONEY, item="h://b")
    shelf.passages()
    assert shelf.texts == [LEADERSHIP, SECRECY, MONEY]


def test_a_bad_download_takes_nothing_away_and_is_tried_again(shelf: Shelf) -> None:
    run_id, _ = start_run(shelf.store, "refresh")
    shelf.put("h://a", "landing", "Les rapporten om samarbeid mellom tjenester her.")
    shelf.put("h://a.pdf", "document", LEADERSHIP, SECRECY)
    shelf.passages()
    shelf.put("h://a.pdf", "document", broken="The PDF is damaged. Fetch it again.")
    for _ in range(2):  # it is tried at each run
        assert shelf.passages(run_id=run_id) is None
        assert shelf.texts == [LEADERSHIP, SECRECY]
    problem, _ = show_run(shelf.store, run_id).problems
    assert (problem.stage, problem.subject) == ("extract", "h://a.pdf")
    assert problem.message == (
        "The passages read from an earlier copy of this document are kept until it can be read "
        "again: the PDF is damaged; Fetch it again."
    )
    shelf.put("h://a.pdf", "document", LEADERSHIP, MONEY)
    assert shelf.passages() == PassageChange(added=1, kept=1, retired=1)


def test_a_document_that_newer_readers_cannot_read_keeps_its_passages(shelf: Shelf) -> None:
    sha256 = shelf.put("h://a.pdf", "document", LEADERSHIP)
    shelf.put("h://a", "landing", MONEY)
    shelf.passages()
    shelf.read[sha256] = Extracted("quarantined", "Too late.", "application/pdf", None, retry=True)
    assert shelf.passages(version=2) is None
    assert shelf.texts == [LEADERSHIP]


def test_one_of_two_documents_that_breaks_keeps_both(shelf: Shelf) -> None:
    shelf.put("h://a.pdf", "document", LEADERSHIP, SECRECY)
    shelf.put("h://a.pptx", "document", MONEY, at=1)
    shelf.passages()
    shelf.put("h://a.pdf", "document", broken="The PDF is damaged.")
    assert shelf.passages() is None
    assert shelf.texts == [LEADERSHIP, SECRECY, MONEY]


def test_a_document_that_never_could_be_read_holds_nothing_up(shelf: Shelf) -> None:
    shelf.put("h://a", "landing", SECRECY)
    shelf.put("h://a.doc", "document", broken="It is encrypted.", at=1)
    assert shelf.passages() == PassageChange(added=1)
    shelf.put("h://a.pdf", "document", LEADERSHIP)
    assert shelf.passages() == PassageChange(added=1, retired=1)
    shelf.put("h://a.pdf", "document", MONEY)
    assert shelf.passages() == PassageChange(added=1, retired=1)
    assert shelf.texts == [MONEY]


def test_what_is_to_be_read_again_is_looked_at_again(shelf: Shelf) -> None:
    shelf.put("h://a", "landing", MONEY)
    sha256 = shelf.put("h://a.pdf", "document", broken="It took too long.", retry=True)
    assert shelf.passages() == PassageChange(added=1)
    assert shelf.passages() == PassageChange(kept=1)
    block = Block("paragraph", LEADERSHIP, ("Funn",))
    shelf.read[sha256] = Extracted("read", None, "application/pdf", "nb", {}, (), (block,))
    assert shelf.passages() == PassageChange(added=1, retired=1)
    assert shelf.passages() is None
    assert shelf.texts == [LEADERSHIP]
