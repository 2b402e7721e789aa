"""Work that lost its passage is found with its quotation; what stands or is undone is not."""

from __future__ import annotations

from corpora.codebook import load_codebook
from kb.citations.sets import add_item, create_set, remove_item, remove_set
from kb.coding.codings import record_coding
from kb.needs_look import LostWork, lost_work
from tests.builders import TEXTS, Shelf, passage


def code(shelf: Shelf, passage_id: str, act: str, coder: str = "Kari") -> None:
    """Say something of leadership in a passage."""
    record_coding(
        shelf.store,
        load_codebook(),
        passage_id,
        factor="leadership",
        direction="facilitator",
        act=act,
        coder=coder,
    )


def test_nothing_needs_a_look_while_the_passages_stand(shelf: Shelf) -> None:
    code(shelf, shelf.passage_ids[0], "accept")
    set_id = create_set(shelf.store, "Kapittel 3")
    add_item(shelf.store, set_id, shelf.publication_id, shelf.passage_ids[0])
    add_item(shelf.store, set_id, shelf.publication_id)
    found = lost_work(shelf.store, shelf.publication_id)
    assert (found, len(found)) == (LostWork((), ()), 0)
    assert len(lost_work(shelf.store, "no-such")) == 0


def test_what_lost_its_passage_is_found_with_its_words(shelf: Shelf) -> None:
    kept, gone, _ = shelf.passage_ids
    for coder in ("Kari", "Ola"):
        code(shelf, gone, "accept", coder)
    code(shelf, gone, "reject")
    code(shelf, kept, "add")
    set_id = create_set(shelf.store, "Kapittel 3", owner="Åse")
    for passage_id in (kept, gone):
        add_item(shelf.store, set_id, shelf.publication_id, passage_id)
    shelf.put(passage(TEXTS[0]))

    found = lost_work(shelf.store, shelf.publication_id)
    assert [(c.coder, c.act, c.quote) for c in found.codings] == [
        ("Kari", "reject", TEXTS[1]),
        ("Ola", "accept", TEXTS[1]),
    ]
    assert {(c.factor, c.direction) for c in found.codings} == {("leadership", "facilitator")}
    (citation,) = found.citations
    assert (citation.quote, citation.set_id, citation.set_name, citation.owner) == (
        TEXTS[1], set_id, "Kapittel 3", "Åse",
    )  # fmt: skip
    assert len(found) == 3

    shelf.put(passage(TEXTS[0]), passage(TEXTS[1]))  # the words are back
    assert len(lost_work(shelf.store, shelf.publication_id)) == 0


def test_what_was_taken_back_needs_no_look(shelf: Shelf) -> None:
    gone, other, _ = shelf.passage_ids
    code(shelf, gone, "accept")
    code(shelf, gone, "withdraw")
    sets = [create_set(shelf.store, name) for name in ("A", "B")]
    item = add_item(shelf.store, sets[0], shelf.publication_id, gone)
    add_item(shelf.store, sets[1], shelf.publication_id, other)
    remove_item(shelf.store, item)
    remove_set(shelf.store, sets[1])
    shelf.put(passage(TEXTS[2]))
    assert len(lost_work(shelf.store, shelf.publication_id)) == 0
    remove_set(shelf.store, sets[1], restore=True)
    assert len(lost_work(shelf.store, shelf.publication_id)) == 1
