"""Blind rounds: each coder sees their own, nothing counts until the round is closed."""

from __future__ import annotations

from typing import Any

import pytest

from corpora.categories import Category
from kb.codebook_editing import code_uses, split_code, undecided_codings
from kb.coding.coders import known_coders
from kb.coding.codings import change_coding, remove_coding
from kb.coding.comments import write_comment
from kb.coding.listing import list_codings, passage_codings, passage_history
from kb.coding.round_choice import sample_passages
from kb.coding.rounds import (
    RoundView,
    close_round,
    create_round,
    list_rounds,
    mark_done,
    may_close,
    round_entries,
    show_round,
    unfinished,
)
from kb.doctor import examine
from kb.errors import CodingError, NotFoundError
from kb.needs_look import lost_work
from kb.publications import record_screening
from kb.status import describe_status
from kb.work_stamp import work_stamp
from tests.builders import TEXTS, Shelf, passage
from tests.kb.coding.coded import CODEBOOK, KARI, ÅSA, ÞÓR, add, fill, standing, words


def opened(shelf: Shelf, **more: Any) -> RoundView:
    return create_round(shelf.store, "pilot", shelf.passage_ids, [ÅSA, ÞÓR], by=KARI, **more)


def test_a_round_keeps_how_it_was_made(shelf: Shelf) -> None:
    view = opened(shelf, chosen={"by": "sample", "seed": 7}, note=" første ", shows_machine=True)
    assert view == show_round(shelf.store, "pilot") == show_round(shelf.store, view.id)
    assert (view.coders, view.passages, view.done) == ((ÅSA, ÞÓR), 3, {ÅSA: 0, ÞÓR: 0})
    assert (view.chosen, view.note, view.shows_machine) == (
        {"by": "sample", "seed": 7},
        "første",
        True,
    )
    assert (view.created_by, view.closed_at) == (KARI, None)
    assert not create_round(shelf.store, "to", shelf.passage_ids, ["A", "B"], by="A").shows_machine
    assert [one.name for one in list_rounds(shelf.store)] == ["to", "pilot"]
    assert [one.name for one in list_rounds(shelf.store, ÅSA)] == ["pilot"]


def test_what_is_coded_in_an_open_round_is_its_coders_alone(shelf: Shelf) -> None:
    store, place = shelf.store, shelf.passage_ids[0]
    round_ = opened(shelf)
    add(shelf, ÅSA, round_id=round_.id)
    add(shelf, ÞÓR, round_id=round_.id, direction="facilitator")
    assert standing(store) == {}
    for viewer, seen in ((ÅSA, [ÅSA]), (ÞÓR, [ÞÓR]), (KARI, []), (None, [])):
        assert [one.coder for one in passage_codings(store, place, viewer)] == seen
        assert [one.coder for one in passage_history(store, place, viewer)] == seen
        assert [one.coder for one in list_codings(store, viewer=viewer)] == seen
    before = work_stamp(store)
    close_round(store, "pilot", by=KARI)
    assert work_stamp(store) != before
    assert [one[0] for one in words(shelf)] == [ÅSA, ÞÓR]
    assert [one.coder for one in passage_codings(store, place)] == [ÅSA, ÞÓR]


def test_lost_work_of_an_open_round_is_not_told(shelf: Shelf) -> None:
    round_ = opened(shelf)
    add(shelf, at=1, round_id=round_.id)
    shelf.put(passage(TEXTS[0]))
    assert lost_work(shelf.store, shelf.publication_id).codings == ()
    close_round(shelf.store, "pilot", by=KARI)
    assert len(lost_work(shelf.store, shelf.publication_id).codings) == 1


def test_a_coder_cannot_code_the_rounds_passages_in_the_open(shelf: Shelf) -> None:
    opened(shelf)
    with pytest.raises(CodingError, match="blind in the round 'pilot', which is open"):
        add(shelf, ÅSA)
    add(shelf, KARI)  # who is not of the round
    assert [one[0] for one in words(shelf)] == [KARI]
    close_round(shelf.store, "pilot", by=KARI)
    add(shelf, ÅSA)
    assert len(words(shelf)) == 2


def test_the_same_factor_inside_and_outside_are_two_codings(shelf: Shelf) -> None:
    outside = add(shelf, ÅSA, direction="facilitator")
    round_ = opened(shelf)
    inside = add(shelf, ÅSA, round_id=round_.id)
    assert inside != outside
    assert [one[2] for one in words(shelf)] == ["facilitator"]
    assert len(passage_codings(shelf.store, shelf.passage_ids[0], ÅSA)) == 2


def test_done_says_also_that_nothing_is_here(shelf: Shelf) -> None:
    store = shelf.store
    opened(shelf)
    for place in shelf.passage_ids[:2]:
        mark_done(store, "pilot", place, coder=ÅSA)
    mark_done(store, "pilot", shelf.passage_ids[0], coder=ÞÓR)
    mark_done(store, "pilot", shelf.passage_ids[1], coder=ÅSA, done=False)
    assert show_round(store, "pilot").done == {ÅSA: 1, ÞÓR: 1}
    assert [one.done_by for one in round_entries(store, "pilot", ÅSA)] == [(ÅSA,), (), ()]
    assert [one.done_by for one in round_entries(store, "pilot")] == [(), (), ()]
    close_round(store, "pilot", by=KARI)
    assert round_entries(store, "pilot")[0].done_by == (ÅSA, ÞÓR)
    assert [one.passage_id for one in round_entries(store, "pilot")] == shelf.passage_ids


def test_a_closed_round_stays_as_it_was_coded(shelf: Shelf) -> None:
    store = shelf.store
    round_ = opened(shelf)
    coding = add(shelf, ÅSA, round_id=round_.id)
    closed = close_round(store, "pilot", by=KARI)
    assert (closed.closed_by, closed.closed_at is not None) == (KARI, True)
    for attempt in (
        lambda: add(shelf, ÅSA, round_id=round_.id),
        lambda: change_coding(store, CODEBOOK, coding, coder=ÅSA, direction="mixed"),
        lambda: remove_coding(store, coding, coder=ÅSA),
        lambda: mark_done(store, "pilot", shelf.passage_ids[0], coder=ÅSA),
        lambda: close_round(store, "pilot", by=ÅSA),
    ):
        with pytest.raises(CodingError, match="closed"):
            attempt()
    assert words(shelf) == [(ÅSA, "leadership", "barrier", "added")]


def test_what_cannot_be_a_round_is_refused_and_nothing_is_made(shelf: Shelf) -> None:
    store, places = shelf.store, shelf.passage_ids
    opened(shelf)
    for name, passages, coders, said in (
        ("a", places, [ÅSA], "two coders or more for a round, found 1"),
        ("a", places, [ÅSA, f" {ÅSA} "], "two coders or more for a round, found 1"),
        ("a", [], [ÅSA, ÞÓR], "1 to 5000 passages for a round, found 0"),
        (" pilot ", places, ["A", "B"], "a round 'pilot' already"),
        (" ", places, ["A", "B"], "name of 1 to 120 characters"),
        ("a", places, [ÅSA, KARI], "Åsa codes passage .* in the open round 'pilot' already"),
        ("a", places, ["A", "B\x07"], "invisible character"),
    ):
        with pytest.raises(CodingError, match=said):
            create_round(store, name, passages, coders, by=KARI)
    with pytest.raises(NotFoundError, match="no passage"):
        create_round(store, "a", ["0" * 20], ["A", "B"], by=KARI)
    with pytest.raises(NotFoundError, match="no round 'a'; there are pilot"):
        show_round(store, "a")
    assert len(list_rounds(store)) == 1


def test_only_its_coders_code_only_its_passages(shelf: Shelf) -> None:
    store = shelf.store
    round_ = create_round(store, "en", shelf.passage_ids[:1], [ÅSA, ÞÓR], by=KARI)
    with pytest.raises(CodingError, match="coder of the round 'en'"):
        add(shelf, KARI, round_id=round_.id)
    with pytest.raises(CodingError, match="a passage of the round 'en'"):
        add(shelf, ÅSA, at=1, round_id=round_.id)
    with pytest.raises(NotFoundError, match="no round 9"):
        add(shelf, ÅSA, round_id=9)
    with pytest.raises(CodingError, match="a passage of the round"):
        mark_done(store, "en", shelf.passage_ids[1], coder=ÅSA)


def test_a_sample_is_drawn_again_by_its_seed(shelf: Shelf) -> None:
    fill(shelf, 30)
    drawn = sample_passages(shelf.store, 10, seed=4)
    assert drawn == sample_passages(shelf.store, 10, seed=4)
    assert drawn[:5] == sample_passages(shelf.store, 5, seed=4)
    assert set(drawn) != set(sample_passages(shelf.store, 10, seed=5))
    assert len(set(drawn)) == 10
    assert set(sample_passages(shelf.store, 30, seed=1)) == set(shelf.passage_ids)


def test_new_passages_come_in_between_without_moving_the_others(shelf: Shelf) -> None:
    fill(shelf, 20)
    drawn = sample_passages(shelf.store, 20, seed=4)
    known = set(drawn)
    fill(shelf, 25)
    assert [one for one in sample_passages(shelf.store, 25, seed=4) if one in known] == drawn


def test_a_sample_leaves_out_what_people_left_out(shelf: Shelf) -> None:
    with shelf.store.write() as session:
        record_screening(
            session, shelf.publication_id, verdict="exclude", reason="not_nordic", score=None,
            reasons=[], by=KARI, version="person",
        )  # fmt: skip
    with pytest.raises(CodingError, match="sample of 1 to 0 passages"):
        sample_passages(shelf.store, 1, seed=1)
    assert len(sample_passages(shelf.store, 3, seed=1, publication_ids=[shelf.publication_id])) == 3
    with pytest.raises(CodingError, match="found 4"):
        sample_passages(shelf.store, 4, seed=1, publication_ids=[shelf.publication_id])


def test_the_doctor_and_the_codebook_do_not_tell_of_an_open_round(shelf: Shelf) -> None:
    store = shelf.store
    round_ = opened(shelf)
    add(shelf, at=1, round_id=round_.id)
    parts = (Category(id="a", labels={"en": "A"}), Category(id="b", labels={"en": "B"}))
    split_code(store, "factors", "leadership", parts, "a", by=KARI)
    shelf.put(passage(TEXTS[0]))

    def told() -> tuple[int, int]:
        findings = examine(store.settings, store)
        coding = [one for one in findings if one.subject.startswith("coding ")]
        return len(coding), len(undecided_codings(store))

    assert told() == (0, 0)
    close_round(store, "pilot", by=KARI)
    assert told() == (1, 1)


def test_no_count_tells_of_an_open_round(shelf: Shelf) -> None:
    """Of two blind coders, each could tell the other's codings from a number."""
    round_ = opened(shelf)
    add(shelf, coder=ÞÓR, round_id=round_.id)

    def counted() -> tuple[int, int]:
        status = describe_status(shelf.store.settings, shelf.store)
        return status["record"]["codings_by_people"], code_uses(shelf.store)["leadership"]

    assert counted() == (0, 0)
    close_round(shelf.store, "pilot", by=KARI)
    assert counted() == (1, 1)


def test_a_comment_on_anothers_blind_coding_is_refused(shelf: Shelf) -> None:
    round_ = opened(shelf)
    coding = add(shelf, coder=ÞÓR, round_id=round_.id)
    with pytest.raises(NotFoundError, match=f"no coding {coding}"):
        write_comment(shelf.store, shelf.passage_ids[0], "Hm?", by=ÅSA, coding_id=coding)
    assert write_comment(shelf.store, shelf.passage_ids[0], "Ja.", by=ÞÓR, coding_id=coding)


def test_who_made_a_round_closes_it_and_its_coders_once_all_are_done(shelf: Shelf) -> None:
    store = shelf.store
    opened(shelf)
    for who in (ÅSA, "Ola"):
        with pytest.raises(CodingError, match=f"Kari, who made .* found {who}; its"):
            close_round(store, "pilot", by=who)
    for place in shelf.passage_ids:
        for coder in (ÅSA, ÞÓR):
            assert not may_close(show_round(store, "pilot"), ÅSA)
            mark_done(store, "pilot", place, coder=coder)
    view = show_round(store, "pilot")
    assert (unfinished(view), may_close(view, "Ola"), may_close(view, KARI)) == ([], False, True)
    with pytest.raises(CodingError, match="not done yet: nobody"):
        close_round(store, "pilot", by="Ola")
    assert close_round(store, "pilot", by=ÞÓR).closed_by == ÞÓR


def test_coders_are_known_by_their_acts_and_their_rounds(shelf: Shelf) -> None:
    assert known_coders(shelf.store) == ()
    opened(shelf)
    add(shelf, "Ola", factor="routines")
    assert known_coders(shelf.store) == tuple(sorted((ÅSA, ÞÓR, "Ola")))
