"""Two people in the same second, and one person in two windows: nothing lost, no wrong `before`."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kb.coding.acts import list_acts, undo
from kb.coding.listing import passage_history
from kb.coding.rounds import create_round, list_rounds
from kb.errors import CodingError
from tests.builders import Shelf
from tests.kb.coding.coded import KARI, ÅSA, ÞÓR, add, words
from tests.kb.coding.concurrent import at_once, chain, windows

EACH = 8  # acts of each writer: enough for them to meet


def test_two_people_on_one_passage_in_the_same_second(shelf: Shelf) -> None:
    one, other = windows(shelf, 2)

    def work(window: Shelf, coder: str) -> None:
        for turn in range(EACH):
            add(window, coder, direction=("barrier", "mixed")[turn % 2])

    assert at_once(lambda: work(one, ÅSA), lambda: work(other, ÞÓR)) == []
    for coder in (ÅSA, ÞÓR):
        acts = chain(shelf.store, coder)
        assert len(acts) == EACH
        assert acts[0][1] is None
        assert all(later[1] == earlier[0] for earlier, later in pairwise(acts))
    assert {one[0]: one[2] for one in words(shelf)} == {ÅSA: "mixed", ÞÓR: "mixed"}


def test_one_person_in_two_windows(shelf: Shelf) -> None:
    """The acts of both windows are one chain, and each knows the one before it."""
    one, other = windows(shelf, 2)

    def work(window: Shelf, direction: str) -> None:
        for _ in range(EACH):
            add(window, ÅSA, direction=direction)

    assert at_once(lambda: work(one, "barrier"), lambda: work(other, "mixed")) == []
    acts = chain(shelf.store, ÅSA)
    assert len(acts) == 2 * EACH
    assert all(later[1] == earlier[0] for earlier, later in pairwise(acts))
    history = passage_history(shelf.store, shelf.passage_ids[0])
    assert len({act.root for act in history}) == 1
    assert [act.stands for act in history] == [False] * (2 * EACH - 1) + [True]


def test_undo_in_two_windows_at_once_takes_back_each_act_once(shelf: Shelf) -> None:
    factors = ("leadership", "routines", "culture", "resources")
    for factor in factors:
        add(shelf, ÅSA, factor)
    seen = windows(shelf, 4)
    raised = at_once(*(lambda window=window: undo(window.store, ÅSA) for window in seen))
    assert raised == []
    acts = list_acts(shelf.store, ÅSA)
    assert len({act.of for act in acts if act.kind == "undo"}) == 4
    assert words(shelf) == []


def test_more_undos_than_acts_take_back_what_there_is(shelf: Shelf) -> None:
    add(shelf, ÅSA)
    add(shelf, ÞÓR)
    seen = windows(shelf, 3)
    raised = at_once(*(lambda window=window: undo(window.store, ÅSA) for window in seen))
    assert len(raised) == 2
    assert all(isinstance(error, CodingError) for error in raised)
    assert [one[0] for one in words(shelf)] == [ÞÓR]


def test_a_round_is_opened_once(shelf: Shelf) -> None:
    seen = windows(shelf, 3)
    raised = at_once(
        *(
            lambda window=window: create_round(
                window.store, "pilot", shelf.passage_ids, [ÅSA, ÞÓR], by=KARI
            )
            for window in seen
        )
    )
    assert len(raised) == 2
    with pytest.raises(CodingError, match="a round 'pilot' already"):
        raise raised[0]
    assert len(list_rounds(shelf.store)) == 1
