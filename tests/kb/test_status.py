"""The status record: counts of what there is, also where there is nothing yet."""

from __future__ import annotations

from kb.citations import sets
from kb.coding.codings import record_coding
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from kb.status import describe_status
from kb.store import Store
from tests.app.sample_base import CODER_VERSION, SKETCHES, Sample


def test_an_empty_home_has_counts_of_nothing(settings: Settings, store: Store) -> None:
    found = describe_status(settings, store)
    assert found["home"] == str(settings.home)
    assert (found["generation"], found["last_run"]) == (None, None)
    assert found["record"] == {
        "publications": 0,
        "passages": 0,
        "files": 0,
        "screening": {},
        "languages": {},
        "codings_by_people": 0,
        "citation_sets": 0,
        "quarantined_files": 0,
    }


def test_the_record_the_generation_and_the_last_run_are_counted(
    sample: tuple[KnowledgeBase, Sample],
) -> None:
    _, own = sample
    found = describe_status(own.settings, own.store)
    assert found["record"]["publications"] == 6
    assert found["record"]["passages"] == sum(len(sketch.passages) for sketch in SKETCHES)
    assert found["record"]["screening"] == {"include": 5, "exclude": 1}
    assert found["record"]["languages"] == {"nb": 1, "sv": 1, "en": 3, "fi": 1}
    assert found["record"]["quarantined_files"] == 1
    described = {"model": "bundled", "coder": CODER_VERSION, "format": 1, "number": 1}
    assert found["generation"] == described
    assert (found["last_run"]["kind"], found["last_run"]["status"]) == ("refresh", "done")
    assert found["last_run"]["ended_at"] >= found["last_run"]["started_at"]


def test_peoples_work_is_counted_and_removed_sets_are_not(
    sample: tuple[KnowledgeBase, Sample],
) -> None:
    knowledge, own = sample
    record_coding(
        own.store,
        knowledge.codebook,
        own.passage("Ledelse").id,
        factor="leadership",
        direction="facilitator",
        act="accept",
        coder="Åse",
    )
    kept, removed = sets.create_set(own.store, "Én"), sets.create_set(own.store, "To")
    sets.remove_set(own.store, removed)
    record = describe_status(own.settings, own.store)["record"]
    assert (record["codings_by_people"], record["citation_sets"]) == (1, 1)
    assert kept != removed
