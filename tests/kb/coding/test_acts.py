"""Undo and redo across the whole project: nothing is overwritten, and each person has their own."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from kb.coding.act_subjects import upcoming_steps
from kb.coding.acts import act_of, list_acts, log_act, passed_over, redo, undo
from kb.coding.appraisals import appraise, standing_appraisals
from kb.coding.codings import change_coding
from kb.coding.comments import passage_comments, write_comment
from kb.coding.listing import passage_history
from kb.coding.rounds import close_round, create_round, mark_done, show_round
from kb.coding_tables import Act
from kb.errors import CodingError, NotFoundError
from kb.tables import Coding
from tests.builders import Shelf
from tests.kb.coding.coded import CODEBOOK, KARI, ÅSA, ÞÓR, add, words


def test_undo_takes_back_a_persons_last_act_and_redo_brings_it_back(shelf: Shelf) -> None:
    add(shelf)
    add(shelf, ÞÓR, direction="facilitator")
    undo(shelf.store, ÅSA)
    assert words(shelf) == [(ÞÓR, "leadership", "facilitator", "added")]
    redo(shelf.store, ÅSA)
    assert [one[0] for one in words(shelf)] == [ÅSA, ÞÓR]


def test_undo_goes_back_step_by_step_and_redo_forth(shelf: Shelf) -> None:
    first = add(shelf, direction="facilitator")
    change_coding(shelf.store, CODEBOOK, first, coder=ÅSA, direction="mixed")
    change_coding(shelf.store, CODEBOOK, first, coder=ÅSA, factor="routines")
    seen = [words(shelf)]
    for _ in range(3):
        undo(shelf.store, ÅSA)
        seen.append(words(shelf))
    assert [[one[1:3] for one in state] for state in seen] == [
        [("routines", "mixed")],
        [("leadership", "mixed")],
        [("leadership", "facilitator")],
        [],
    ]
    back = []
    for _ in range(3):
        redo(shelf.store, ÅSA)
        back.append(words(shelf))
    assert back == seen[2::-1]
    with pytest.raises(CodingError, match="undone act of Åsa to redo, found none"):
        redo(shelf.store, ÅSA)


def test_another_act_ends_what_can_be_redone(shelf: Shelf) -> None:
    add(shelf)
    undo(shelf.store, ÅSA)
    add(shelf, factor="routines")
    with pytest.raises(CodingError, match="to redo, found none"):
        redo(shelf.store, ÅSA)
    assert [one[1] for one in words(shelf)] == ["routines"]


def test_others_acts_do_not_end_it(shelf: Shelf) -> None:
    add(shelf)
    undo(shelf.store, ÅSA)
    add(shelf, ÞÓR)
    redo(shelf.store, ÅSA)
    assert len(words(shelf)) == 2


def test_nothing_is_overwritten_or_deleted(shelf: Shelf) -> None:
    add(shelf)
    with shelf.store.read() as session:
        before = [dict(vars(row)) for row in session.scalars(select(Coding))]
    undo(shelf.store, ÅSA)
    redo(shelf.store, ÅSA)
    undo(shelf.store, ÅSA)
    with shelf.store.read() as session:
        after = [dict(vars(row)) for row in session.scalars(select(Coding))]
        assert session.scalar(select(func.count()).select_from(Act)) == 4
    for row in (*before, *after):
        del row["_sa_instance_state"]
    assert after == before
    (act,) = passage_history(shelf.store, shelf.passage_ids[0])
    assert (act.undone, act.stands) == (True, False)


def test_an_act_can_be_named(shelf: Shelf) -> None:
    add(shelf, factor="leadership")
    add(shelf, factor="routines")
    done = list_acts(shelf.store, ÅSA)
    undo(shelf.store, ÅSA, done[-1].id)
    assert [one[1] for one in words(shelf)] == ["routines"]
    assert [act.undone for act in list_acts(shelf.store, ÅSA)] == [False, False, True]
    with pytest.raises(CodingError, match="undone already"):
        undo(shelf.store, ÅSA, done[-1].id)
    with pytest.raises(CodingError, match="which is not; do it again"):
        redo(shelf.store, ÅSA, done[0].id)
    redo(shelf.store, ÅSA, done[-1].id)
    assert len(words(shelf)) == 2


def test_undoing_in_two_windows_takes_back_two_acts(shelf: Shelf) -> None:
    add(shelf, factor="leadership")
    add(shelf, factor="routines")
    assert undo(shelf.store, ÅSA).of != undo(shelf.store, f" {ÅSA} ").of
    assert words(shelf) == []
    with pytest.raises(CodingError, match="to undo, found none"):
        undo(shelf.store, ÅSA)


def test_nobody_undoes_anothers_act(shelf: Shelf) -> None:
    add(shelf)
    (act,) = list_acts(shelf.store)
    with pytest.raises(CodingError, match="is Åsa's and only they"):
        undo(shelf.store, ÞÓR, act.id)
    with pytest.raises(CodingError, match="is Åsa's and only they"):
        redo(shelf.store, ÞÓR, act.id)
    with pytest.raises(NotFoundError, match="no act 99"):
        undo(shelf.store, ÅSA, 99)
    undone = undo(shelf.store, ÅSA)
    with pytest.raises(NotFoundError, match="to undo or redo"):
        undo(shelf.store, ÅSA, undone.id)


def test_one_order_over_codings_comments_and_appraisals(shelf: Shelf) -> None:
    place = shelf.passage_ids[0]
    add(shelf)
    write_comment(shelf.store, place, "Er dette ledelse?", by=ÅSA)
    appraise(shelf.store, CODEBOOK, shelf.publication_id, "study_quality", {}, "high", by=ÅSA)
    assert [act.what for act in list_acts(shelf.store)] == ["appraisal", "comment", "coding"]

    def counts() -> tuple[int, int, int]:
        return (
            len(words(shelf)),
            len(passage_comments(shelf.store, place)),
            len(standing_appraisals(shelf.store)),
        )

    seen = [counts()]
    for _ in range(3):
        undo(shelf.store, ÅSA)
        seen.append(counts())
    assert seen == [(1, 1, 1), (1, 1, 0), (1, 0, 0), (0, 0, 0)]


def test_what_was_coded_blind_stays_once_the_round_is_closed(shelf: Shelf) -> None:
    store, place = shelf.store, shelf.passage_ids[0]
    round_ = create_round(store, "pilot", [place], [ÅSA, ÞÓR], by=KARI)
    add(shelf, round_id=round_.id)
    mark_done(store, "pilot", place, coder=ÅSA)
    undo(store, ÅSA)
    assert show_round(store, "pilot").done == {ÅSA: 0, ÞÓR: 0}
    redo(store, ÅSA)
    assert show_round(store, "pilot").done == {ÅSA: 1, ÞÓR: 0}
    close_round(store, "pilot", by=KARI)
    for act in list_acts(store, ÅSA):
        if act.kind == "do":
            with pytest.raises(CodingError, match="'pilot', which is closed"):
                undo(store, ÅSA, act.id)


def test_undo_passes_over_what_was_coded_blind_in_a_closed_round(shelf: Shelf) -> None:
    store = shelf.store
    add(shelf, factor="routines", at=1)
    round_ = create_round(store, "pilot", [shelf.passage_ids[0]], [ÅSA, ÞÓR], by=KARI)
    add(shelf, round_id=round_.id)
    mark_done(store, "pilot", shelf.passage_ids[0], coder=ÅSA)
    add(shelf, ÞÓR, round_id=round_.id)
    undo(store, ÅSA)
    assert passed_over(store, ÅSA) == ()
    close_round(store, "pilot", by=KARI)
    assert passed_over(store, ÅSA) == ("pilot",)
    before, after = upcoming_steps(store, ÅSA)
    assert after is None  # what was undone blind cannot be redone any more
    assert before is not None
    assert (before.subject.factor, before.passed) == ("routines", ("pilot",))
    undo(store, ÅSA)
    assert words(shelf, 1) == []
    assert (ÅSA, "leadership", "barrier", "added") in words(shelf)
    redo(store, ÅSA)
    assert words(shelf, 1) == [(ÅSA, "routines", "barrier", "added")]
    with pytest.raises(CodingError, match=r"closed .'pilot'. and stays .* settle"):
        undo(store, ÞÓR)


def test_acts_of_an_open_round_are_listed_to_the_one_named_alone(shelf: Shelf) -> None:
    round_ = create_round(shelf.store, "pilot", shelf.passage_ids, [ÅSA, ÞÓR], by=KARI)
    add(shelf, round_id=round_.id)
    undo(shelf.store, ÅSA)
    assert list_acts(shelf.store) == []
    assert [act.kind for act in list_acts(shelf.store, ÅSA)] == ["undo", "do"]
    close_round(shelf.store, "pilot", by=KARI)
    assert len(list_acts(shelf.store)) == 2
    assert len(list_acts(shelf.store, limit=1)) == 1


def test_a_comment_made_blind_is_listed_once_the_round_is_closed(shelf: Shelf) -> None:
    create_round(shelf.store, "pilot", shelf.passage_ids, [ÅSA, ÞÓR], by=KARI)
    write_comment(shelf.store, shelf.passage_ids[0], "Tvil her.", by=ÅSA)
    write_comment(shelf.store, shelf.passage_ids[0], "Utenfor runden.", by=KARI)
    undo(shelf.store, ÅSA)
    assert [act.by for act in list_acts(shelf.store)] == [KARI]
    close_round(shelf.store, "pilot", by=KARI)
    assert [act.by for act in list_acts(shelf.store)] == [ÅSA, KARI, ÅSA]
    redo(shelf.store, ÅSA)  # a comment is no judgement: it may still be taken back and forth
    assert len(passage_comments(shelf.store, shelf.passage_ids[0])) == 2


def test_an_import_of_very_many_codings_is_undone_like_any_act(shelf: Shelf) -> None:
    """More rows than a database takes values in one question."""
    kept = add(shelf)
    with shelf.store.write() as session:
        log_act(session, ÞÓR, "coding", [kept, *range(1000, 301_000)])
    assert [act.by for act in list_acts(shelf.store)] == [ÞÓR, ÅSA]
    undo(shelf.store, ÞÓR)
    assert words(shelf) == []
    redo(shelf.store, ÞÓR)
    assert words(shelf) == [(ÅSA, "leadership", "barrier", "added")]


def test_the_act_that_wrote_a_row_is_found_and_undone_by_its_number(shelf: Shelf) -> None:
    first = add(shelf)
    add(shelf, factor="routines")
    act = act_of(shelf.store, ÅSA, "coding", first)
    undo(shelf.store, ÅSA, act)
    assert [one[1] for one in words(shelf)] == ["routines"]
    assert act_of(shelf.store, ÅSA, "coding", first) == act  # the undo is not the act
    for by, what, row in ((ÞÓR, "coding", first), (ÅSA, "comment", first), (ÅSA, "coding", 999)):
        with pytest.raises(NotFoundError, match="wrote"):
            act_of(shelf.store, by, what, row)
