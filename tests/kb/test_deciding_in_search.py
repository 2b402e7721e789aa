"""What people decide about publications counts in search before the index is built anew."""

from __future__ import annotations

import pytest

from kb.corrections import correct
from kb.errors import NotFoundError
from kb.files import items_of
from kb.grouping import join, split
from kb.knowledge_base import KnowledgeBase
from kb.removal import remove
from kb.search.rows import Filters
from tests.app.sample_base import Sample

QUESTION = "ledelse og samarbeid"


def owners(kb: KnowledgeBase) -> dict[str, str]:
    """The publication of each passage that is found."""
    return {hit["passage_id"]: hit["publication_id"] for hit in kb.search(QUESTION, 20)}


def test_passages_are_found_under_the_publication_they_were_joined_to(
    sample: tuple[KnowledgeBase, Sample],
) -> None:
    kb, shelf = sample
    first, second = shelf.publication("Ledelse").id, shelf.publication("Samverkan").id
    before = owners(kb)
    join(kb.store, first, second, "Kari")
    after = owners(kb)
    assert before.keys() == after.keys()
    assert second in before.values() and second not in after.values()
    split(kb.store, first, [items_of(kb.store, first)[1].key], "Kari")
    assert len(set(owners(kb).values())) == len(set(before.values()))


def test_a_removed_publication_is_nowhere_at_once(sample: tuple[KnowledgeBase, Sample]) -> None:
    kb, shelf = sample
    view = shelf.publication("Samverkan")
    passage = shelf.passage("Samverkan")
    other = shelf.passage("Ledelse")
    total = kb.browse(Filters(), 100)[1]
    remove(kb.settings, kb.store, view.id, reason="feil", by="Kari")
    assert view.id not in owners(kb).values()
    assert kb.browse(Filters(), 100)[1] == total - view.passages
    assert view.id not in {hit["publication_id"] for hit in kb.similar(other.id)}
    assert "sv" not in kb.facets()["language"]
    assert sum(kb.facets()["language"].values()) == total - view.passages
    counted = kb.evidence_map().to_json()
    assert view.id not in str(counted)
    with pytest.raises(NotFoundError, match="holds no passage"):
        kb.passage_record(passage.id)


def test_a_corrected_title_is_cited_at_once(sample: tuple[KnowledgeBase, Sample]) -> None:
    kb, shelf = sample
    view = shelf.publication("Ledelse")
    correct(kb.store, view.id, "title", "Ledelse, rettet", "Kari")
    hits = [hit for hit in kb.search(QUESTION, 20) if hit["publication_id"] == view.id]
    assert hits and {hit["citation"]["title"] for hit in hits} == {"Ledelse, rettet"}
