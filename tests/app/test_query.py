"""The address is the only home of a question: what is written is read back, nonsense is ignored."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.query import DIMENSIONS, LISTS, SIZES, Query, at_cell, read_dimension, read_query

CODES = st.lists(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), unique=True, max_size=3).map(tuple)
YEARS = st.one_of(st.none(), st.integers(1900, 2100))
QUERIES = st.builds(
    Query,
    q=st.text(
        alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")),
        max_size=40,
    ),
    **dict.fromkeys(LISTS, CODES),
    year_from=YEARS,
    year_to=YEARS,
    verified=st.booleans(),
    group=st.sampled_from(["passage", "publication"]),
    size=st.sampled_from(SIZES),
    page=st.integers(1, 99),
)


@settings(max_examples=50)
@given(QUERIES)
def test_a_question_survives_the_address_bar(query: Query) -> None:
    address = urlencode(query.params(), doseq=True)
    assert read_query(parse_qs(address, keep_blank_values=True)) == query


def test_the_address_says_only_what_was_asked() -> None:
    assert Query().params() == {}
    query = Query(q="ledelse", factor=("leadership",), country=("NO", "SE"), verified=True)
    assert query.params() == {
        "q": "ledelse",
        "factor": ["leadership"],
        "country": ["NO", "SE"],
        "verified": "1",
    }


@pytest.mark.parametrize(
    "params",
    [
        {"page": ["0"]},
        {"page": ["-4"]},
        {"page": ["many"]},
        {"size": ["11"]},
        {"size": ["9999999999"]},
        {"group": ["table"]},
        {"year_from": ["MMXX"]},
        {"year_to": ["²"]},
        {"verified": ["maybe"]},
        {"factor": [""]},
        {"unknown": ["x"]},
        {"q": ["   "]},
    ],
)
def test_what_cannot_be_understood_counts_as_not_asked(params: dict[str, list[str]]) -> None:
    assert read_query(params) == Query()


def test_a_question_is_cut_and_tidied() -> None:
    assert read_query({"q": ["  ledelse \n og  "]}).q == "ledelse og"
    assert len(read_query({"q": ["x" * 5000]}).q) == 2000
    assert read_query({"country": ["NO", "NO", "SE"]}).country == ("NO", "SE")


def test_filters_are_counted_and_cleared() -> None:
    query = Query(q="x", factor=("a", "b"), year_from=2010, verified=True, page=3, size=20)
    assert query.filter_count == 4
    cleared = query.without_filters()
    assert cleared == Query(q="x", size=20)
    assert Query(like="p1", factor=("a",)).without_filters() == Query(like="p1")
    assert cleared.filter_count == 0


def test_a_change_goes_back_to_the_first_page() -> None:
    query = Query(q="x", page=4)
    assert query.changed(country=("NO",)) == Query(q="x", country=("NO",), page=1)
    assert query.changed(page=2).page == 2


def test_a_cell_narrows_the_question_by_its_row_and_column() -> None:
    query = Query(factor=("leadership", "culture"), year_from=2000)
    narrowed = at_cell(query, {"factor": "culture", "country": "IS"})
    assert narrowed == Query(factor=("culture",), country=("IS",), year_from=2000)
    narrowed = at_cell(query, {"factor": None, "year": "2019"})
    assert narrowed == Query(factor=("leadership", "culture"), year_from=2019, year_to=2019)
    assert at_cell(query, {"factor": None, "year": None}) == query


@pytest.mark.parametrize(
    "places", [{"factor": "resources"}, {"year": "1999"}, {"year": "2011"}, {"year": "soon"}]
)
def test_a_cell_that_the_filters_exclude_is_no_question(places: dict[str, str | None]) -> None:
    query = Query(factor=("leadership",), year_from=2000, year_to=2010)
    assert at_cell(query, places) is None
    assert at_cell(query, {"year": "2000"}) is not None
    assert at_cell(query, {"year": "2010"}) is not None


def test_every_dimension_of_the_map_can_be_searched() -> None:
    for dimension in DIMENSIONS:
        narrowed = at_cell(Query(), {dimension: "2019" if dimension == "year" else "x"})
        assert narrowed is not None and narrowed.filter_count >= 1


def test_unknown_dimensions_fall_back() -> None:
    assert read_dimension("sector", "factor") == "sector"
    assert read_dimension("password", "factor") == "factor"
    assert read_dimension(None, "country") == "country"
