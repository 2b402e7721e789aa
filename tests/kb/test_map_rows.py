"""Of an allowed passage the map counts what was asked for, and nothing else."""

from __future__ import annotations

from kb.map_rows import map_rows
from kb.search.rows import Filters, MachineCoding, PersonCoding
from tests.kb.search.sample_rows import make_row

ROW = make_row(
    "a1",
    countries=("NO", "SE"),
    sectors=("school", "health"),
    target_groups=("children",),
    codings=(
        MachineCoding("leadership", "facilitator", 0.9),
        MachineCoding("leadership", "barrier", 0.8),
        MachineCoding("resources", "barrier", 0.7),
    ),
)


def test_without_filters_everything_counts() -> None:
    (row,) = map_rows([ROW], {}, Filters())
    assert row.directions == {"leadership": {"facilitator", "barrier"}, "resources": {"barrier"}}
    assert row.values["country"] == ("NO", "SE")
    assert row.values["year"] == row.values["publisher"] == ()
    assert row.values["language"] == ("nb",)
    assert row.verified_factors == set()


def test_only_codings_of_the_direction_and_factor_asked_for_count() -> None:
    (row,) = map_rows([ROW], {}, Filters(directions=("barrier",)))
    assert row.directions == {"leadership": {"barrier"}, "resources": {"barrier"}}
    (row,) = map_rows([ROW], {}, Filters(directions=("facilitator",)))
    assert row.directions == {"leadership": {"facilitator"}}
    (row,) = map_rows([ROW], {}, Filters(factors=("resources",), directions=("barrier",)))
    assert row.directions == {"resources": {"barrier"}}


def test_only_values_asked_for_count_where_a_passage_has_several() -> None:
    (row,) = map_rows([ROW], {}, Filters(countries=("SE", "DK"), sectors=("health",)))
    assert row.values["country"] == ("SE",)
    assert row.values["sector"] == ("health",)
    assert row.values["target_group"] == ("children",)


def test_verified_counts_what_a_person_confirmed_only() -> None:
    people = {
        "a1": (
            PersonCoding("leadership", "barrier", "accepted", "Kari"),
            PersonCoding("culture", "mixed", "rejected", "Kari"),
        )
    }
    (row,) = map_rows([ROW], people, Filters(verified=True))
    assert row.directions == {"leadership": {"barrier"}}
    assert row.verified_factors == {"leadership"}
    (row,) = map_rows([ROW], people, Filters())
    assert row.directions == {"leadership": {"barrier"}, "resources": {"barrier"}}
    (row,) = map_rows([ROW], people, Filters(directions=("facilitator",)))
    assert (row.directions, row.verified_factors) == ({}, set())
