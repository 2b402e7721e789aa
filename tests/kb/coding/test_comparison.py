"""A closed round side by side, and settlements that count from then on."""

from __future__ import annotations

import pytest

from corpora.errors import CodebookError
from kb.coding.acts import redo, undo
from kb.coding.agreement_units import one_direction
from kb.coding.comparison import ComparedFactor, compare_round, settle
from kb.coding.listing import list_codings
from kb.coding.rounds import close_round, create_round, mark_done
from kb.errors import CodingError, NotFoundError
from tests.builders import Shelf
from tests.kb.coding.coded import CODEBOOK, KARI, ÅSA, ÞÓR, add, words


@pytest.fixture
def codings(shelf: Shelf) -> dict[str, int]:
    """A closed round: same, another direction, one alone, nothing, and one not judged by both."""
    store = shelf.store
    number = create_round(store, "pilot", shelf.passage_ids, [ÅSA, ÞÓR], by=KARI).id
    made = {
        "åsa": add(shelf, ÅSA, "leadership", "barrier", span=(0, 20), round_id=number),
        "þór": add(shelf, ÞÓR, "leadership", "facilitator", round_id=number),
        "same": add(shelf, ÅSA, "routines", "mixed", round_id=number),
        "alone": add(shelf, ÅSA, "culture", "neutral", round_id=number),
        "unseen": add(shelf, ÅSA, "culture", "neutral", at=2, round_id=number),
    }
    add(shelf, ÞÓR, "routines", "mixed", round_id=number)
    add(shelf, ÞÓR, "resources", "barrier", act="reject", round_id=number)
    for place in shelf.passage_ids[:2]:
        mark_done(store, "pilot", place, coder=ÅSA)
        mark_done(store, "pilot", place, coder=ÞÓR)
    close_round(store, "pilot", by=KARI)
    return made


def found(shelf: Shelf, factor: str, at: int = 0) -> ComparedFactor:
    place = shelf.passage_ids[at]
    return next(
        one
        for one in compare_round(shelf.store, "pilot")
        if (one.passage_id, one.factor) == (place, factor)
    )


def test_every_factor_said_is_compared(shelf: Shelf, codings: dict[str, int]) -> None:
    compared = compare_round(shelf.store, "pilot")
    assert [(one.factor, one.difference, dict(one.said)) for one in compared] == [
        ("culture", "only", {ÅSA: "neutral", ÞÓR: None}),
        ("leadership", "direction", {ÅSA: "barrier", ÞÓR: "facilitator"}),
        ("routines", "same", {ÅSA: "mixed", ÞÓR: "mixed"}),
        ("culture", "unseen", {ÅSA: "neutral"}),
    ]
    leadership = found(shelf, "leadership")
    assert [view.id for view in leadership.codings] == [codings["åsa"], codings["þór"]]
    assert leadership.codings[0].span is not None
    assert leadership.settled is None


def test_taking_one_coders_coding_lets_it_alone_count(
    shelf: Shelf, codings: dict[str, int]
) -> None:
    place = shelf.passage_ids[0]
    settle(
        shelf.store, CODEBOOK, "pilot", place, "leadership", by=KARI, coding_id=codings["åsa"],
        comment="se s. 3",
    )  # fmt: skip
    assert [one for one in words(shelf) if one[1] == "leadership"] == [
        (KARI, "leadership", "barrier", "accepted")
    ]
    settled = found(shelf, "leadership").settled
    assert settled is not None
    assert (settled.taken, settled.comment, settled.coder) == (codings["åsa"], "se s. 3", KARI)
    assert settled.span is not None
    assert len(list_codings(shelf.store, round_name="pilot")) == 8  # all others are kept


def test_another_direction_or_none_at_all_can_be_settled(
    shelf: Shelf, codings: dict[str, int]
) -> None:
    place = shelf.passage_ids[0]
    settle(shelf.store, CODEBOOK, "pilot", place, "leadership", by=KARI, direction="mixed")
    settle(shelf.store, CODEBOOK, "pilot", place, "culture", by=KARI)
    assert set(words(shelf)) == {
        (ÅSA, "routines", "mixed", "added"),
        (ÞÓR, "routines", "mixed", "added"),
        (ÞÓR, "resources", "barrier", "rejected"),
        (KARI, "leadership", "mixed", "accepted"),
        (KARI, "culture", "barrier", "rejected"),
    }


def test_the_newest_settlement_counts_whoever_made_it_and_undo_brings_the_other_back(
    shelf: Shelf, codings: dict[str, int]
) -> None:
    place, store = shelf.passage_ids[0], shelf.store
    settle(store, CODEBOOK, "pilot", place, "leadership", by=KARI, direction="mixed")
    settle(store, CODEBOOK, "pilot", place, "leadership", by="Ola", coding_id=codings["þór"])

    def settled() -> list[tuple[str, str]]:
        return [(one[0], one[2]) for one in words(shelf) if one[1] == "leadership"]

    assert settled() == [("Ola", "facilitator")]
    undo(store, "Ola")
    assert settled() == [(KARI, "mixed")]
    undo(store, KARI)
    assert settled() == [(ÅSA, "barrier"), (ÞÓR, "facilitator")]
    redo(store, "Ola")
    assert settled() == [("Ola", "facilitator")]


def test_an_open_round_is_not_compared_or_settled(shelf: Shelf) -> None:
    create_round(shelf.store, "åpen", shelf.passage_ids, [ÅSA, ÞÓR], by=KARI)
    with pytest.raises(CodingError, match="'åpen' is open, and its coders are blind"):
        compare_round(shelf.store, "åpen")
    with pytest.raises(CodingError, match="close it to compare"):
        settle(shelf.store, CODEBOOK, "åpen", shelf.passage_ids[0], "culture", by=KARI)


def test_a_settlement_that_does_not_fit_is_refused(shelf: Shelf, codings: dict[str, int]) -> None:
    store, place = shelf.store, shelf.passage_ids[0]
    with pytest.raises(CodingError, match="found coding 1, of leadership"):
        settle(store, CODEBOOK, "pilot", place, "culture", by=KARI, coding_id=codings["åsa"])
    with pytest.raises(NotFoundError, match="no coding 99"):
        settle(store, CODEBOOK, "pilot", place, "culture", by=KARI, coding_id=99)
    with pytest.raises(CodebookError):
        settle(store, CODEBOOK, "pilot", place, "culture", by=KARI, direction="up")
    with pytest.raises(CodingError, match="a passage of the round"):
        settle(store, CODEBOOK, "pilot", "0" * 20, "culture", by=KARI)
    assert all(one.settled is None for one in compare_round(store, "pilot"))


@pytest.mark.parametrize(
    ("told", "one"),
    [
        (["barrier", "barrier"], "barrier"),
        (["neutral"], "neutral"),
        (["neutral", "facilitator"], "facilitator"),
        (["barrier", "facilitator"], "mixed"),
        (["barrier", "mixed", "neutral"], "mixed"),
    ],
)
def test_several_marks_of_a_factor_have_one_direction(told: list[str], one: str) -> None:
    assert one_direction(told) == one
