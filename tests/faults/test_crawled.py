"""Bad answers of publishers' sites: each is told, the rest is gathered, and later it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from corpora.replica.faults import Fault
from kb.doctor import examine
from kb.files import Quarantined, list_quarantined
from kb.library import PublicationView, list_publications, present_passages
from kb.runs import RunView, list_runs, show_run
from kb.settings import Settings
from kb.store import Store, open_store
from pipeline.refresh import ChangeReport
from tests.pipeline.replicas import Replica
from tests.sample import warm_home

pytestmark = pytest.mark.xdist_group("crawled faults")  # what they share is built once
ARCHIVE, NORDEN = "arkiv-replica.test", "norden-replica.test"
CORRUPT = (ARCHIVE, "/download/20520.pdf")
CUT_OFF = (ARCHIVE, "/download/47162.pdf")
BROKEN_PAGE = (NORDEN, "/pub/nordens-born-udvikling-af-nordiske-familiecentre/")
EMPTY = (NORDEN, "/files/family-centre-in-the-nordic-countries-a-meeting-point-for-ch.pdf")
NO_TEXT = (
    NORDEN,
    "/pub/the-first-1000-days-in-the-nordics-identifying-gaps-and-need/aim.html",
)
MISNAMED = (NORDEN, "/files/barn-kan-inte-vanta-oversikt-av-kunskapslaget-och-exempel-pa.pptx")
FAULTS = {
    CORRUPT: Fault.replaced(b"%PDF-1.7\nnot a PDF", "application/pdf"),
    CUT_OFF: Fault.truncated(900),
    BROKEN_PAGE: Fault.server_error(),
    EMPTY: Fault.empty(),
    NO_TEXT: Fault.replaced(b"<html><body><nav>Meny</nav></body></html>", "text/html"),
    MISNAMED: Fault.wrong_type("text/html"),
}


@dataclass(frozen=True)
class Seen:
    """What one refresh left."""

    report: ChangeReport
    run: RunView
    views: dict[str, PublicationView]
    quarantined: dict[str, Quarantined]

    def messages(self, place: tuple[str, str]) -> list[str]:
        """The run's problems with an address."""
        name = place[1].rpartition("/")[2] or place[1]
        return [p.message for p in self.run.problems if name in f"{p.subject} {p.message}"]

    def titled(self, start: str) -> PublicationView:
        """The publication whose title starts so."""
        return next(view for title, view in self.views.items() if title.startswith(start))


@dataclass(frozen=True)
class Twice:
    """A first refresh of spoiled sites, and a second one when they are sound again."""

    settings: Settings
    spoiled: Seen
    sound: Seen


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twice]:
    settings = Settings(home=warm_home(tmp_path_factory.mktemp("feil") / "hjem"))
    replica = Replica(settings)
    store = open_store(settings)
    replica.faults.update(FAULTS)
    spoiled = _seen(store, replica.refresh())
    replica.faults.clear()
    sound = _seen(store, replica.refresh())
    store.close()
    yield Twice(settings, spoiled, sound)


def _seen(store: Store, report: ChangeReport) -> Seen:
    return Seen(
        report,
        show_run(store, list_runs(store, 1)[0].id),
        {str(view.csl.get("title")): view for view in list_publications(store)},
        {entry.address: entry for entry in list_quarantined(store)},
    )


def test_the_run_is_done_and_every_problem_is_one_sentence(twice: Twice) -> None:
    assert twice.spoiled.run.status == "done"
    assert twice.spoiled.report.stages["index"]["built"] is True
    messages = [problem.message for problem in twice.spoiled.run.problems]
    assert messages
    for message in messages:
        assert message.endswith(".")
        assert "Traceback" not in message
        assert "\n" not in message


def test_a_corrupt_pdf_is_set_aside_and_its_landing_page_stays(twice: Twice) -> None:
    entry = twice.spoiled.quarantined["http://" + "".join(CORRUPT)]
    assert entry.reason.startswith("The PDF is damaged")
    assert any("The PDF is damaged" in message for message in twice.spoiled.messages(CORRUPT))
    assert twice.spoiled.titled("Trøbbel i grenseflatene").csl["issued"]


def test_a_500_page_is_told_and_tried_again(twice: Twice) -> None:
    (message,) = twice.spoiled.messages(BROKEN_PAGE)
    assert "500 Internal Server Error; it is tried again in the next run" in message
    assert not [title for title in twice.spoiled.views if title.startswith("Nordens Børn")]


def test_a_file_that_breaks_off_is_told_and_not_kept(twice: Twice) -> None:
    (message,) = twice.spoiled.messages(CUT_OFF)
    assert "broke off" in message or "connection broke" in message
    assert "http://" + "".join(CUT_OFF) not in twice.spoiled.quarantined


def test_an_empty_file_is_told(twice: Twice) -> None:
    (message,) = twice.spoiled.messages(EMPTY)
    assert "empty" in message or "nothing in it" in message
    assert twice.spoiled.titled("Family centre in the Nordic").csl["URL"]


def test_a_page_without_text_is_set_aside_and_the_other_chapters_are_read(twice: Twice) -> None:
    messages = twice.spoiled.messages(NO_TEXT)
    assert any("text" in message for message in messages)
    report = twice.spoiled.titled("The First 1000 Days in the Nordics")
    assert report.passages > 0
    assert twice.sound.titled("The First 1000 Days in the Nordics").passages >= report.passages


def test_a_wrong_content_type_does_not_matter(twice: Twice) -> None:
    assert twice.spoiled.messages(MISNAMED) == []
    deck = twice.spoiled.titled("Barn kan inte vänta")
    assert deck.passages > 0
    assert twice.sound.titled("Barn kan inte vänta").passages == deck.passages


def test_all_that_was_sound_is_there(twice: Twice) -> None:
    assert len(twice.spoiled.views) == 7
    crawl = twice.spoiled.report.stages["crawl"]
    assert crawl["replica-nordic-arkiv"]["stored"] >= 4
    assert crawl["replica-nordic-norden"]["stored"] >= 12


def test_the_next_refresh_mends_everything(twice: Twice) -> None:
    assert len(twice.sound.views) == 8
    assert twice.sound.quarantined == {}
    assert twice.sound.run.problems == ()
    assert twice.sound.report.failed_sources == []
    ids = {view.id for view in twice.sound.views.values()}
    assert {view.id for view in twice.spoiled.views.values()} < ids
    assert sum(view.passages for view in twice.sound.views.values()) > sum(
        view.passages for view in twice.spoiled.views.values()
    )
    store = open_store(twice.settings)
    assert examine(twice.settings, store) == []
    store.close()


def test_a_bad_download_of_a_known_report_takes_nothing_away(twice: Twice) -> None:
    title = "Trøbbel i grenseflatene"
    replica = Replica(twice.settings)
    replica.faults[CORRUPT] = FAULTS[CORRUPT]
    store = open_store(twice.settings)
    publication = twice.sound.titled(title).id
    before = [(entry.id, entry.text) for entry in present_passages(store, publication)]
    broken = _seen(store, replica.refresh())
    assert [(e.id, e.text) for e in present_passages(store, publication)] == before
    assert broken.quarantined["http://" + "".join(CORRUPT)].reason
    assert any("are kept until it can be read again" in said for said in broken.messages(CORRUPT))
    replica.faults.clear()
    mended = _seen(store, replica.refresh())
    assert [(e.id, e.text) for e in present_passages(store, publication)] == before
    assert (mended.quarantined, mended.run.problems) == ({}, ())
    store.close()
