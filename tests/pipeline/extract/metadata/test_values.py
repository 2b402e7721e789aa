from __future__ import annotations

from datetime import date

import pytest

from pipeline.extract.metadata import merge
from pipeline.extract.metadata.values import (
    clean,
    find_doi,
    find_isbn,
    find_issn,
    find_year,
    is_address,
    plausible_year,
)
from pipeline.records import Field


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("https://doi.org/10.1111/CFS.12469.", "10.1111/cfs.12469"),
        ("doi:10.18261/issn.2535-8219-2017-01-05, side 3", "10.18261/issn.2535-8219-2017-01-05"),
        ("(10.1000/x(2)y)", "10.1000/x(2)y"),
        ("versjon 10.1/x", None),
        ("ingen", None),
    ],
)
def test_doi(text: str, doi: str | None) -> None:
    assert find_doi(text) == doi


@pytest.mark.parametrize(
    ("text", "issn"),
    [
        ("ISSN 1356-7500", "1356-7500"),
        ("ISSN 2434-561x", "2434-561X"),
        ("ISSN 1356-7501", None),
        ("telefon 2211-4433-22", None),
    ],
)
def test_issn_needs_a_right_check_digit(text: str, issn: str | None) -> None:
    assert find_issn(text) == issn


@pytest.mark.parametrize(
    ("text", "isbn"),
    [
        ("ISBN 978-82-7894-000-6", "9788278940006"),
        ("ISBN 82-7808-061-5 (trykt)", "8278080615"),
        ("ISBN 978-82-7894-000-7", None),
        ("tlf. 22 33 44 55 66", None),
        ("doi:10.1007/978-82-7894-000-6_4", None),
        ("https://bok.test/978-82-7894-000-6/kapittel", None),
        ("https://urn.test/URN:ISBN:978-82-7894-000-6", "9788278940006"),
        ("doi 10.9999/x, ISBN 978-82-7894-000-6", "9788278940006"),
    ],
)
def test_isbn_needs_a_right_check_digit(text: str, isbn: str | None) -> None:
    assert find_isbn(text) == isbn


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("20.11.2017 | Rapport 3/2016", 2017),
        ("2019-04-01", 2019),
        ("utgitt våren 2018", 2018),
        ("nr. 12015", None),
        ("år 1789", None),
        ("", None),
    ],
)
def test_year(text: str, year: int | None) -> None:
    assert find_year(text) == year


def test_years_to_come_are_not_plausible() -> None:
    assert plausible_year(date.today().year + 1) is not None
    assert plausible_year(date.today().year + 2) is None


def test_addresses_are_told_from_names() -> None:
    assert is_address("https://dal.test/r/7?x=1") and is_address(" www.dal.test ")
    assert not is_address("Dal-rapport, se https://dal.test") and not is_address("Dal 7/2021")


def test_clean() -> None:
    assert clean("  barne\u00advern\n og\u200b  skole ") == "barnevern og skole"


def test_the_surest_reading_wins_and_nothing_is_invented() -> None:
    merged = merge(
        [
            {"title": Field("A", "x", 0.5), "year": Field(2019, "x", 0.7)},
            {"title": Field("B", "y", 0.9), "year": Field(2020, "y", 0.7)},
            {"doi": Field("", "z", 1.0), "authors": Field([], "z", 1.0)},
        ]
    )
    assert {key: field.value for key, field in merged.items()} == {"title": "B", "year": 2019}
