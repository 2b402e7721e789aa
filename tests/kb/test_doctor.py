"""The doctor: says what does not fit, each in one sentence, and changes nothing."""

from __future__ import annotations

import shutil

import pytest
from sqlalchemy import text

from kb.citations import sets
from kb.coding.codings import record_coding
from kb.doctor import Finding, examine
from kb.knowledge_base import KnowledgeBase
from kb.publications import replace_passages
from kb.settings import Settings
from kb.store import Store
from tests.app.sample_base import Sample
from tests.builders import Shelf, passage

Opened = tuple[KnowledgeBase, Sample]


def findings(opened: Opened) -> list[Finding]:
    """What the doctor says of the sample."""
    return examine(opened[1].settings, opened[1].store)


def test_a_sound_home_and_an_empty_one_have_no_findings(
    sample: Opened, settings: Settings, store: Store
) -> None:
    assert findings(sample) == []
    assert examine(settings, store) == []


def test_a_file_that_is_missing_or_altered_is_named(sample: Opened) -> None:
    _, own = sample
    first, second = own.passage("Ledelse").sha256, own.passage("Samverkan").sha256
    own.store.blobs.path(first).unlink()
    changed = own.store.blobs.path(second)
    changed.chmod(0o644)
    changed.write_bytes(b"other bytes")
    found = {finding.subject: finding for finding in findings(sample)}
    assert set(found) == {first, second}
    assert {finding.where for finding in found.values()} == {"files"}
    assert "altered" in found[second].message


def test_a_file_the_record_does_not_know_is_named(sample: Opened) -> None:
    stray = sample[1].store.blobs.put(b"nobody knows me")
    (finding,) = findings(sample)
    assert (finding.where, finding.subject) == ("files", stray)
    assert "does not know" in finding.message


def test_a_row_that_points_to_nothing_is_found(sample: Opened) -> None:
    _, own = sample
    with own.store.write() as session:
        session.execute(text("PRAGMA defer_foreign_keys=ON"))
        connection = session.connection().connection.dbapi_connection
        assert connection is not None
    connection.execute("PRAGMA foreign_keys=OFF")
    with own.store.write() as session:
        session.execute(text("DELETE FROM publication WHERE id = :id"), {"id": _id(own)})
    found = [finding for finding in findings(sample) if finding.where == "record"]
    assert {"passage", "item", "screening"} <= {finding.subject for finding in found}
    assert "points to nothing in publication" in found[0].message


def _id(own: Sample) -> str:
    return own.publication("Yhteinen").id


def test_peoples_work_that_has_lost_its_passage_is_named(sample: Opened) -> None:
    knowledge, own = sample
    lost = own.passage("Confidentiality")
    record_coding(
        own.store,
        knowledge.codebook,
        lost.id,
        factor="information_sharing",
        direction="barrier",
        act="accept",
        coder="Åse",
    )
    number = sets.create_set(own.store, "Kapittel 1")
    sets.add_item(own.store, number, lost.publication_id, lost.id)
    with own.store.write() as session:
        replace_passages(session, lost.publication_id, [passage("A wholly different text.")])
    found = [finding for finding in findings(sample) if finding.where == "work"]
    assert [finding.subject.split()[0] for finding in found] == ["coding", "citation"]
    assert "Åse's coding of information_sharing has lost its passage" in found[0].message


def test_a_missing_generation_is_a_finding_where_there_is_something_to_search(
    shelf: Shelf, settings: Settings
) -> None:
    (finding,) = examine(settings, shelf.store)
    assert (finding.where, finding.subject) == ("generation", "current")
    assert "run `samvirke index`" in finding.message


def test_a_build_that_was_stopped_half_way_is_named_and_left(sample: Opened) -> None:
    left = sample[1].settings.generations_folder / ".building-000002"
    left.mkdir()
    (finding,) = findings(sample)
    assert finding.subject == ".building-000002"
    assert left.is_dir()
    assert sample[0].search("ledelse", 1)


@pytest.mark.parametrize("name", ["passages.arrow", "vectors.npy", "means.safetensors"])
def test_an_altered_or_missing_index_file_is_named(sample: Opened, name: str) -> None:
    path = sample[0].generation().path / name
    path.write_bytes(b"not what it was")
    assert [f.message for f in findings(sample) if name in f.message and "altered" in f.message]
    path.unlink()
    assert [f.message for f in findings(sample) if f"lacks its file {name}" in f.message]


def test_an_index_that_is_behind_the_record_is_named(sample: Opened) -> None:
    _, own = sample
    with own.store.write() as session:
        replace_passages(session, _id(own), [passage("Uusi teksti yhteisestä johtamisesta.")])
    (finding,) = findings(sample)
    assert "1 indexed passages are no longer in the record" in finding.message


def test_a_generation_without_its_manifest_is_named(sample: Opened) -> None:
    folder = sample[0].generation().path
    shutil.move(folder / "manifest.json", folder / "manifest.old")
    (finding,) = findings(sample)
    assert "is incomplete" in finding.message
