"""The screening stage: a verdict for each changed publication, and a person's stands above it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from kb.library import list_publications, machine_screening
from kb.publications import record_screening, replace_passages, save_publication
from kb.settings import Settings
from kb.store import Store
from kb.tables import Screening
from pipeline import screening_stage
from pipeline.screening_stage import screen_publications
from tests.builders import TEXTS, Shelf, passage, publication

PRINTER = (
    "Connect the printer to the mains and press the green button until the lamp blinks twice. Put "
    "plain paper into the tray, slide the guides until they touch the sheets, close the cover and "
    "wait until the lamp is green. Replace the toner when the lamp is red."
)


def screen(settings: Settings, store: Store) -> dict[str, int]:
    """Run the stage over every publication."""
    return screen_publications(settings, store, list_publications(store))


def rows(store: Store) -> int:
    """How many verdicts the record holds."""
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(Screening)) or 0


def test_a_publication_on_the_subject_is_included_with_reasons(
    shelf: Shelf, settings: Settings
) -> None:
    assert screen(settings, shelf.store) == {"include": 1}
    (view,) = list_publications(shelf.store)
    assert (view.verdict, view.verdict_by, view.verdict_reason) == ("include", "machine", None)
    verdict = machine_screening(shelf.store, shelf.publication_id)
    assert verdict is not None
    assert 0.5 < verdict["score"] <= 1.0
    assert verdict["reasons"]


def test_one_on_another_subject_is_excluded_with_a_reason_of_the_codebook(
    settings: Settings, store: Store
) -> None:
    with store.write() as session:
        made = publication("Printer manual", language="en")
        publication_id, _ = save_publication(session, None, made)
        replace_passages(session, publication_id, [passage(PRINTER, language="en")])
    assert screen(settings, store) == {"exclude": 1}
    (view,) = list_publications(store)
    assert view.verdict_reason in {"not_collaboration", "not_children_families"}


def test_nothing_is_screened_twice(shelf: Shelf, settings: Settings) -> None:
    screen(settings, shelf.store)
    assert screen(settings, shelf.store) == {"unchanged": 1}
    assert rows(shelf.store) == 1


def test_other_text_another_title_or_year_is_screened_again(
    shelf: Shelf, settings: Settings
) -> None:
    screen(settings, shelf.store)
    shelf.put(*map(passage, TEXTS[:2]))
    assert "unchanged" not in screen(settings, shelf.store)
    with shelf.store.write() as session:
        save_publication(session, shelf.publication_id, publication("Utsatte barn i skolen"))
    assert "unchanged" not in screen(settings, shelf.store)
    assert screen(settings, shelf.store) == {"unchanged": 1}


def test_newer_rules_screen_everything_again(
    shelf: Shelf, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen(settings, shelf.store)
    monkeypatch.setattr(screening_stage, "SCREENING_VERSION", 99)
    assert screen(settings, shelf.store) == {"include": 1}
    assert rows(shelf.store) == 2


def test_a_year_that_is_too_early_excludes_when_the_setting_says_so(
    shelf: Shelf, settings: Settings
) -> None:
    screen(settings, shelf.store)
    later = settings.model_copy(update={"year_from": 2021})
    assert screen(later, shelf.store) == {"exclude": 1}
    (view,) = list_publications(shelf.store)
    assert view.verdict_reason == "too_old"
    assert screen(settings, shelf.store) == {"include": 1}


def test_a_persons_verdict_stands_whatever_the_machine_says_later(
    shelf: Shelf, settings: Settings
) -> None:
    with shelf.store.write() as session:
        record_screening(
            session,
            shelf.publication_id,
            verdict="exclude",
            reason="not_collaboration",
            score=None,
            reasons=["read it"],
            by="Åse",
            version="person",
        )
    assert screen(settings, shelf.store) == {"include": 1}
    (view,) = list_publications(shelf.store)
    assert (view.verdict, view.verdict_by) == ("exclude", "Åse")


def test_a_country_a_person_gave_is_believed(settings: Settings, store: Store) -> None:
    text = (
        "School and child protection worked together on plans for children and their families. The "
        "services met every week, and parents said that cooperation made help come sooner."
    )
    made = publication("Shared plans", language="en", source_country=None, source_id=None)
    with store.write() as session:
        publication_id, _ = save_publication(session, None, made)
        replace_passages(session, publication_id, [passage(text, language="en")])
    assert screen(settings, store) == {"undecided": 1}
    with store.write() as session:
        given = publication(
            "Shared plans",
            language="en",
            source_country=None,
            source_id=None,
            given={"countries": ["IS"]},
        )
        save_publication(session, publication_id, given)
    assert screen(settings, store) == {"include": 1}


def test_only_the_publications_handed_over_are_screened(shelf: Shelf, settings: Settings) -> None:
    assert screen_publications(settings, shelf.store, []) == {}
    assert machine_screening(shelf.store, shelf.publication_id) is None
