"""What answers in queues say of passages: negatives to learn from, and which of them hold."""

from __future__ import annotations

import pytest

from corpora.categories import Category
from kb import codebook_editing as editing
from kb.active_codebook import active_codebook
from kb.coding.acts import redo, undo
from kb.coding.answered import Answered, answered_passages
from kb.coding.queue_acts import append_queue_act
from kb.coding.rounds import close_round, create_round
from kb.queue_tables import LearningQueue
from tests.builders import Shelf, passage
from tests.kb.coding.coded import KARI, ÅSA, ÞÓR, add, fill

THROUGH = Answered(True, frozenset())


@pytest.fixture
def shelf(shelf: Shelf) -> Shelf:
    """A shelf with five passages."""
    fill(shelf, 5)
    return shelf


def queue(shelf: Shelf, factor: str = "", kind: str = "coding") -> int:
    """A queue for a factor, or for all; returns its number."""
    with shelf.store.write() as session:
        row = LearningQueue(kind=kind, factor=factor, seed=1)
        session.add(row)
        session.flush()
        return row.id


def say(shelf: Shelf, number: int, at: int, act: str = "answer", by: str = ÅSA) -> int:
    """Answer a passage of the shelf in a queue, or pass it over; returns the act."""
    with shelf.store.write() as session:
        return append_queue_act(session, number, shelf.passage_ids[at], act, by)


def found(shelf: Shelf) -> dict[int, Answered]:
    """What is answered, by place on the shelf."""
    places = {name: at for at, name in enumerate(shelf.passage_ids)}
    return {places[name]: said for name, said in answered_passages(shelf.store).items()}


def looked_for(*factors: str) -> Answered:
    return Answered(False, frozenset(factors))


def test_nobody_has_answered(shelf: Shelf) -> None:
    queue(shelf)
    add(shelf)
    assert answered_passages(shelf.store) == {}


def test_answers_count_and_passing_over_does_not(shelf: Shelf) -> None:
    everything, one = queue(shelf), queue(shelf, "continuity")
    say(shelf, everything, 0)
    say(shelf, one, 1)
    say(shelf, everything, 2, "pass")
    say(shelf, one, 3, "pass")
    assert found(shelf) == {0: THROUGH, 1: looked_for("continuity")}


def test_one_who_passes_over_takes_nothing_from_another_who_answers(shelf: Shelf) -> None:
    number = queue(shelf)
    say(shelf, number, 0, by=ÅSA)
    say(shelf, number, 0, "pass", ÞÓR)
    assert found(shelf) == {0: THROUGH}


def test_queues_for_several_factors_add_up(shelf: Shelf) -> None:
    say(shelf, queue(shelf, "continuity"), 0)
    say(shelf, queue(shelf, "culture"), 0, by=ÞÓR)
    assert found(shelf) == {0: looked_for("continuity", "culture")}
    say(shelf, queue(shelf), 0)
    assert found(shelf)[0].through


def test_an_answer_that_is_undone_says_nothing_until_it_is_redone(shelf: Shelf) -> None:
    say(shelf, queue(shelf), 0)
    undo(shelf.store, ÅSA)
    assert found(shelf) == {}
    redo(shelf.store, ÅSA)
    assert found(shelf) == {0: THROUGH}


def test_publications_that_were_screened_are_no_passages(shelf: Shelf) -> None:
    number = queue(shelf, kind="screening")
    with shelf.store.write() as session:
        append_queue_act(session, number, shelf.publication_id, "answer", ÅSA)
    say(shelf, number, 0)
    assert found(shelf) == {}


def test_a_text_that_was_replaced_does_not_look_empty(shelf: Shelf) -> None:
    add(shelf, at=0)
    say(shelf, queue(shelf), 0)
    say(shelf, 1, 1)
    kept = shelf.passage_ids[1]
    text = "Funn nummer 0 om samarbeid i kommune 0, og mer om det samme på Åsen."
    shelf.put(passage(text), passage("Funn nummer 1 om samarbeid i kommune 1."))
    assert kept in shelf.passage_ids
    assert list(answered_passages(shelf.store)) == [kept]


def test_what_a_coder_finds_blind_does_not_look_empty_meanwhile(shelf: Shelf) -> None:
    number = queue(shelf)
    for by in (ÅSA, KARI):
        say(shelf, number, 0, by=by)
    say(shelf, number, 1)
    opened = create_round(shelf.store, "prøve", shelf.passage_ids[:2], [ÅSA, ÞÓR], by=KARI)
    assert found(shelf) == {0: THROUGH}
    close_round(shelf.store, opened.id, by=KARI)
    assert found(shelf) == {0: THROUGH, 1: THROUGH}


def test_a_renamed_factor_takes_its_answers_along(shelf: Shelf) -> None:
    say(shelf, queue(shelf, "continuity"), 0)
    editing.rename_code(shelf.store, "factors", "continuity", by=ÅSA, new_id="staying")
    assert found(shelf) == {0: looked_for("staying")}


def test_a_split_factor_is_in_none_of_its_parts(shelf: Shelf) -> None:
    say(shelf, queue(shelf, "continuity"), 0)
    parts = [Category(id=name, labels={"en": name}) for name in ("people", "services")]
    editing.split_code(shelf.store, "factors", "continuity", parts, "people", by=ÅSA)
    assert found(shelf) == {0: looked_for("people", "services")}


def test_an_answer_does_not_speak_of_a_factor_merged_in_since(shelf: Shelf) -> None:
    say(shelf, queue(shelf, "continuity"), 0)
    say(shelf, queue(shelf, "culture"), 1)
    change = editing.merge_codes(shelf.store, "factors", "continuity", "culture", by=ÅSA)
    assert found(shelf) == {}
    say(shelf, 2, 2)
    assert found(shelf) == {2: looked_for("culture")}
    editing.undo_change(shelf.store, change.id, by=ÅSA)
    assert found(shelf)[0] == looked_for("continuity")
    assert "culture" in active_codebook(shelf.store).ids("factors")
