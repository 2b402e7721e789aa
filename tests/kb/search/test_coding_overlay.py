from __future__ import annotations

from kb.search.coding_overlay import NoCodings, confirmed_pairs, counting_pairs, shown_codings
from kb.search.rows import MachineCoding, PersonCoding

MACHINE = (
    MachineCoding("leadership", "barrier", 0.9, 0, 10),
    MachineCoding("resources", "facilitator", 0.6),
)
PAIRS = [(c.factor, c.direction) for c in MACHINE]


def person(factor: str, direction: str, status: str = "accepted") -> PersonCoding:
    return PersonCoding(factor, direction, status, "Kari")  # type: ignore[arg-type]


def test_without_people_the_suggestions_count() -> None:
    assert counting_pairs(PAIRS, ()) == set(PAIRS)
    assert [c.status for c in shown_codings(MACHINE, ())] == ["suggested", "suggested"]
    assert NoCodings().coded() == {}
    assert NoCodings().for_passages(["a"]) == {}


def test_a_rejected_suggestion_does_not_count_and_is_shown_as_rejected() -> None:
    people = (person("leadership", "barrier", "rejected"),)
    assert counting_pairs(PAIRS, people) == {("resources", "facilitator")}
    shown = shown_codings(MACHINE, people)
    assert [(c.factor, c.status, c.coder) for c in shown] == [
        ("leadership", "rejected", "Kari"),
        ("resources", "suggested", None),
    ]


def test_a_persons_direction_replaces_the_machines() -> None:
    people = (person("leadership", "facilitator", "added"),)
    assert counting_pairs(PAIRS, people) == {
        ("leadership", "facilitator"),
        ("resources", "facilitator"),
    }
    shown = shown_codings(MACHINE, people)
    assert [(c.factor, c.direction, c.status) for c in shown] == [
        ("leadership", "facilitator", "accepted"),
        ("resources", "facilitator", "suggested"),
    ]


def test_an_accepted_suggestion_keeps_its_confidence_and_place() -> None:
    first = shown_codings(MACHINE, (person("leadership", "barrier"),))[0]
    assert (first.status, first.coder, first.confidence) == ("accepted", "Kari", 0.9)
    assert (first.start, first.end) == (0, 10)


def test_where_coders_disagree_the_acceptance_counts_and_both_are_shown() -> None:
    people = (person("leadership", "barrier", "rejected"), person("leadership", "barrier"))
    assert ("leadership", "barrier") in counting_pairs(PAIRS, people)
    assert [c.status for c in shown_codings(MACHINE, people)][:2] == ["rejected", "accepted"]


def test_only_accepted_and_added_confirm() -> None:
    people = (person("a", "b"), person("c", "d", "added"), person("e", "f", "rejected"))
    assert confirmed_pairs(people) == {("a", "b"), ("c", "d")}
