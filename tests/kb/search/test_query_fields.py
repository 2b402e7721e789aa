from __future__ import annotations

import pytest

from kb.search.notices import Notice
from kb.search.query_fields import join_filters, known_languages, read_filter
from kb.search.query_syntax import Named
from kb.search.rows import Filters

KNOWN = {
    "country": {"no": "NO", "norge": "NO", "se": "SE"},
    "language": known_languages(),
    "factor": {
        "information_sharing": "information_sharing",
        "deling_av_informasjon": "information_sharing",
    },
}


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2019", 2019, 2019),
        ("2015..2020", 2015, 2020),
        ("2015-2020", 2015, 2020),
        ("2015–2020", 2015, 2020),
        ("2015..", 2015, None),
        ("..2020", None, 2020),
        ("2015...2020", 2015, 2020),
    ],
)
def test_years_are_one_or_a_span(value: str, first: int | None, last: int | None) -> None:
    assert read_filter(Named("year", value, 5), KNOWN) == Filters(year_from=first, year_to=last)


@pytest.mark.parametrize(
    "value",
    ["tolv", "..", "20", "2015.2016", "20152016", "2015..2016..2017", "", "2020..2015"],
)
def test_what_is_no_year_is_told(value: str) -> None:
    read = read_filter(Named("year", value, 5), KNOWN)
    assert isinstance(read, Notice)
    assert (read.kind, read.place) == ("bad_year", 6)


def test_values_are_read_by_code_and_by_name() -> None:
    assert read_filter(Named("country", "no,Norge,SE", 0), KNOWN) == Filters(countries=("NO", "SE"))
    assert read_filter(Named("country", "NO,", 0), KNOWN) == Filters(countries=("NO",))
    assert isinstance(read_filter(Named("country", ",", 0), KNOWN), Notice)
    assert read_filter(Named("language", "suomi", 0), KNOWN) == Filters(languages=("fi",))
    assert read_filter(Named("language", "no", 0), KNOWN) == Filters(languages=("nb", "nn"))
    named = Named("factor", "Deling av informasjon", 0, quoted=True)
    assert read_filter(named, KNOWN) == Filters(factors=("information_sharing",))


def test_values_of_a_field_that_nothing_is_known_of_are_taken_as_written() -> None:
    assert read_filter(Named("type", "report,Thesis", 0), KNOWN) == Filters(
        evidence_types=("report", "Thesis")
    )


def test_an_unknown_value_is_told_with_the_options() -> None:
    read = read_filter(Named("country", "NO,XX", 8), KNOWN)
    assert isinstance(read, Notice)
    assert dict(read.values) == {"value": "XX", "field": "country", "options": "NO, SE"}
    many = {"country": {f"c{n}": f"C{n}" for n in range(30)}}
    told = read_filter(Named("country", "x", 8), many)
    assert isinstance(told, Notice)
    assert told.values["options"].endswith("C19 …")


def test_the_same_field_twice_allows_either() -> None:
    one, other = Filters(countries=("NO",)), Filters(countries=("SE", "NO"))
    assert join_filters(one, other).countries == ("NO", "SE")
