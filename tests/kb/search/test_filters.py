"""Filters against a plain reading of what they mean, row by row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.search.filters import RowFilter
from kb.search.rows import Filters, IndexRow, MachineCoding, PersonCoding
from kb.search.table import PassageTable, write_table
from tests.kb.search.sample_rows import FixedOverlay, make_row

FACTORS, DIRECTIONS = ("leadership", "resources", "culture"), ("barrier", "facilitator")


def _random_rows() -> list[IndexRow]:
    random = np.random.default_rng(7)

    def some(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(v for v in values if random.random() < 0.4)

    return [
        make_row(
            f"p{n}",
            language=str(random.choice(["nb", "sv", "fi"])),
            year=None if random.random() < 0.2 else int(random.integers(2000, 2024)),
            publisher=None if n % 5 == 0 else f"Utgiver {n % 3}",
            publication_id=f"pub{n % 7}",
            evidence_type=str(random.choice(["evaluation", "review"])),
            countries=some(("NO", "SE", "FI")),
            sectors=some(("school", "police_justice")),
            target_groups=some(("youth_13_18",)),
            codings=tuple(
                MachineCoding(f, str(random.choice(DIRECTIONS)), 0.5) for f in some(FACTORS)
            ),
        )
        for n in range(120)
    ]


ROWS = _random_rows()
PEOPLE = {
    "p1": (PersonCoding("culture", "barrier", "added", "Kari"),),
    "p2": tuple(PersonCoding(c.factor, c.direction, "rejected", "K") for c in ROWS[2].codings),
    "p3": (PersonCoding("leadership", "barrier", "accepted", "Ola"),),
    "gone": (PersonCoding("leadership", "barrier", "added", "Ola"),),
}


@pytest.fixture(scope="module")
def row_filter(tmp_path_factory: pytest.TempPathFactory) -> RowFilter:
    path: Path = tmp_path_factory.mktemp("table") / "t.arrow"
    write_table(path, ROWS)
    return RowFilter(PassageTable(path))


def allows(row: IndexRow, filters: Filters) -> bool:
    """Say what the filters mean for one row, in the plainest way."""
    people = PEOPLE.get(row.passage_id, ())
    confirmed = {(c.factor, c.direction) for c in people if c.status != "rejected"}
    decided = {factor for factor, _ in confirmed}
    rejected = {(c.factor, c.direction) for c in people if c.status == "rejected"}
    machine = {(c.factor, c.direction) for c in row.codings}
    pairs = confirmed | {p for p in machine if p[0] not in decided and p not in rejected}
    if filters.verified:
        pairs = confirmed
    fitting = [
        p
        for p in pairs
        if (not filters.factors or p[0] in filters.factors)
        and (not filters.directions or p[1] in filters.directions)
    ]
    asks = bool(filters.factors or filters.directions or filters.verified)
    return all(
        [
            not asks or bool(fitting),
            not filters.languages or row.language in filters.languages,
            not filters.countries or bool(set(row.countries) & set(filters.countries)),
            not filters.sectors or bool(set(row.sectors) & set(filters.sectors)),
            not filters.target_groups or bool(set(row.target_groups) & set(filters.target_groups)),
            not filters.evidence_types or row.evidence_type in filters.evidence_types,
            not filters.publishers or row.publisher in filters.publishers,
            not filters.publications or row.publication_id in filters.publications,
            filters.year_from is None or (row.year is not None and row.year >= filters.year_from),
            filters.year_to is None or (row.year is not None and row.year <= filters.year_to),
        ]
    )


def choice(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


@settings(max_examples=150, deadline=None)
@given(
    filters=st.builds(
        Filters,
        factors=choice(*FACTORS, "unknown"),
        directions=choice(*DIRECTIONS),
        countries=choice("NO", "SE", "DK"),
        languages=choice("nb", "sv", "fi"),
        year_from=st.none() | st.integers(1999, 2025),
        year_to=st.none() | st.integers(1999, 2025),
        evidence_types=choice("evaluation", "review"),
        sectors=choice("school", "police_justice"),
        target_groups=choice("youth_13_18"),
        publishers=choice("Utgiver 0", "Utgiver 1"),
        publications=choice("pub1", "pub2"),
        verified=st.booleans(),
    )
)
def test_the_mask_is_what_the_filters_mean(row_filter: RowFilter, filters: Filters) -> None:
    mask = row_filter.allowed(filters, FixedOverlay(PEOPLE))
    wanted = [allows(row, filters) for row in ROWS]
    if filters.is_empty():
        assert mask is None
    else:
        assert mask is not None
        assert mask.tolist() == wanted


def test_a_check_counts_at_once(row_filter: RowFilter) -> None:
    overlay = FixedOverlay({})
    filters = Filters(factors=("culture",), verified=True)
    before = row_filter.allowed(filters, overlay)
    overlay.codings["p9"] = (PersonCoding("culture", "mixed", "added", "Kari"),)
    after = row_filter.allowed(filters, overlay)
    assert before is not None
    assert after is not None
    assert (before.sum(), np.flatnonzero(after).tolist()) == (0, [9])


def test_factor_and_direction_must_meet_in_one_coding(tmp_path: Path) -> None:
    row = make_row(
        "x",
        codings=(
            MachineCoding("leadership", "barrier", 0.9),
            MachineCoding("culture", "facilitator", 0.9),
        ),
    )
    write_table(tmp_path / "t.arrow", [row])
    found = RowFilter(PassageTable(tmp_path / "t.arrow")).allowed(
        Filters(factors=("leadership",), directions=("facilitator",)), FixedOverlay({})
    )
    assert found is not None
    assert not found.any()


def test_a_mask_is_kept_for_the_next_search_and_cannot_be_written_to(row_filter: RowFilter) -> None:
    wanted, nobody = Filters(countries=("NO",), languages=("nb", "sv")), FixedOverlay({})
    mask = row_filter.allowed(wanted, nobody)
    assert mask is not None
    assert row_filter.allowed(Filters(countries=("NO",), languages=("nb", "sv")), nobody) is mask
    with pytest.raises(ValueError, match="read-only"):
        mask[0] = not mask[0]
    coded = Filters(countries=("NO",), languages=("nb", "sv"), factors=("culture",))
    before = row_filter.allowed(coded, nobody)
    at = int(np.flatnonzero(mask)[0])
    person = (PersonCoding("culture", "barrier", "added", "Kari"),)
    after = row_filter.allowed(coded, FixedOverlay({ROWS[at].passage_id: person}))
    assert before is not None
    assert after is not None
    assert after[at], "a person's coding counts at once"
    assert (np.delete(after, at) == np.delete(before, at)).all()
