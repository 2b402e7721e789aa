"""A kept answer is fresh until somebody codes a passage or changes a publication."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpora.codebook import load_codebook
from kb import publications
from kb.coding.codings import record_coding
from kb.library import present_passages
from kb.settings import Settings
from kb.store import Store, open_store
from kb.work_stamp import work_stamp


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty record."""
    opened = open_store(Settings(home=tmp_path))
    yield opened
    opened.close()


def save(store: Store, publication_id: str | None, title: str) -> str:
    """Save a publication with one passage; its id."""
    new = publications.NewPublication(
        {"type": "report", "title": title}, {}, "no-example", "NO", None, "nb"
    )
    with store.write() as session:
        saved, _ = publications.save_publication(session, publication_id, new)
        draft = publications.NewPassage(
            sha256="0" * 64,
            text="Ledelsen tok seg tid.",
            section="",
            language="nb",
            page=0,
            page_end=0,
            page_label="1",
            page_label_end="1",
            kind="body",
            ocr=False,
            boxes=[],
            sentences=[[0, 21]],
        )
        publications.replace_passages(session, saved, [draft])
    return saved


def test_the_stamp_changes_with_every_act_and_every_changed_publication(store: Store) -> None:
    stamps = [work_stamp(store)]
    publication_id = save(store, None, "Samarbeid")
    stamps.append(work_stamp(store))
    passage = only_passage(store, publication_id)
    for act in ("add", "withdraw"):
        record_coding(
            store,
            load_codebook(),
            passage,
            factor="leadership",
            direction="facilitator",
            act=act,
            coder="Kari",
        )
        stamps.append(work_stamp(store))
    save(store, publication_id, "Samarbeid om barn")
    stamps.append(work_stamp(store))
    assert len(set(stamps)) == len(stamps)
    assert work_stamp(store) == stamps[-1]


def only_passage(store: Store, publication_id: str) -> str:
    """The publication's only passage."""
    (passage,) = present_passages(store, publication_id)
    return passage.id
