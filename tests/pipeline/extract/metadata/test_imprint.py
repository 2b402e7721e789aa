from __future__ import annotations

import pytest

from pipeline.extract.metadata.imprint import (
    is_contact_line,
    is_date_line,
    is_imprint_line,
    read_byline,
    read_contact_publisher,
    read_imprint,
    read_journal_line,
)


def _values(line: str) -> dict[str, object]:
    return {key: field.value for key, field in read_imprint([line], "x").items()}


@pytest.mark.parametrize(
    ("line", "values"),
    [
        (
            "20.11.2017 | Rapport 3/2017 fra RKBU Nord på oppdrag av Fjelldirektoratet",
            {
                "series": "Rapport",
                "number": "3/2017",
                "publisher": "RKBU Nord",
                "commissioner": "Fjelldirektoratet",
                "year": 2017,
            },
        ),
        (
            "English summary of Fafo-rapport 2020:02",
            {"series": "Fafo-rapport", "number": "2020:02", "publisher": "Fafo", "year": 2020},
        ),
        ("NF rapport 4/2016", {"series": "NF rapport", "number": "4/2016", "year": 2016}),
        ("Rapport 2017:5", {"series": "Rapport", "number": "2017:5", "year": 2017}),
        (
            "På uppdrag av Skolmyndigheten",
            {"commissioner": "Skolmyndigheten"},
        ),
        ("ISBN 978-82-7894-000-6", {"isbn": "9788278940006"}),
        ("06 February 2020", {"year": 2020}),
        ("Vi møttes i 2014 og snakket om det.", {}),
    ],
)
def test_imprint_lines(line: str, values: dict[str, object]) -> None:
    assert _values(line) == values


def test_long_lines_are_prose() -> None:
    assert not is_imprint_line("Rapport 3/2017 " + "er et ord " * 20)
    assert read_imprint(["Rapport 3/2017 " + "er et ord " * 20], "x") == {}


@pytest.mark.parametrize(
    "line",
    [
        "maj",
        "2012",
        "10",
        "20.11.2017",
        "3. januar 2019",
        "06 February 2020",
        "Publisert: mai 2014",
        "2019-04-01",
        "tammikuu 2020",
        "March 3, 2019",
    ],
)
def test_date_lines(line: str) -> None:
    assert is_date_line(line)


@pytest.mark.parametrize(
    "line", ["i 2014 skjedde det", "mai er fin", "12 kommuner", "Mars og Venus"]
)
def test_other_lines_are_no_dates(line: str) -> None:
    assert not is_date_line(line)


def test_contact_lines_name_their_publisher_where_the_text_does_too() -> None:
    line = "Nordens Exempelcenter | tel: +46 8 000 000 00 | | En institution"
    assert is_contact_line(line)
    found = read_contact_publisher([line], "Det var Nordens Exempelcenter som bjöd in.", "contact")
    assert found["publisher"].value == "Nordens Exempelcenter"
    assert read_contact_publisher([line], "Ingen nevner dem.", "contact") == {}
    assert read_contact_publisher(["tel: 55 55 55 55"], "tel: 55 55 55 55", "contact") == {}


@pytest.mark.parametrize(
    ("line", "families"),
    [
        ("Inger Lise Skog Hansen og Tone Fløtten", ["Skog Hansen", "Fløtten"]),
        ("Av Anne Berg", ["Berg"]),
        ("• Anne Berg, Ola Lie", ["Berg", "Lie"]),
        ("Target group", []),
        ("Anne Berg møtte Ola.", []),
        ("Statens helsetilsyn", []),
        ("", []),
    ],
)
def test_bylines(line: str, families: list[str]) -> None:
    assert [name["family"] for name in read_byline(line)] == families


def test_marked_bylines_may_name_bodies_and_rare_names() -> None:
    assert read_byline("Statens helsetilsyn", marked=True) == [{"literal": "Statens helsetilsyn"}]
    assert read_byline("Xyz Qwerty", marked=True) == [{"family": "Qwerty", "given": "Xyz"}]
    assert [n["literal"] for n in read_byline("Socialstyrelsen, Skolverket", marked=True)] == [
        "Socialstyrelsen",
        "Skolverket",
    ]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        (
            "Journal of Care · 2011 · 11 · 3 · DOI 10.5334/ijic.653",
            {
                "journal": "Journal of Care",
                "year": 2011,
                "volume": "11",
                "issue": "3",
                "doi": "10.5334/ijic.653",
            },
        ),
        (
            "Tidsskrift for tanker · 2022 · 13 · 1 · 83-106",
            {
                "journal": "Tidsskrift for tanker",
                "year": 2022,
                "volume": "13",
                "issue": "1",
                "pages": "83–106",
            },
        ),
        (
            "Journal of Care 2011; 11(3): 83–106",
            {
                "journal": "Journal of Care",
                "year": 2011,
                "volume": "11",
                "issue": "3",
                "pages": "83–106",
            },
        ),
        (
            "Journal of Care, 11(3), 83-106",
            {"journal": "Journal of Care", "volume": "11", "issue": "3", "pages": "83-106"},
        ),
        ("Dalens tidsskrift · 2017 · 1", {"journal": "Dalens tidsskrift", "year": 2017}),
        ("Hjem | Om oss | Kontakt", {}),
        ("En vanlig linje", {}),
    ],
)
def test_journal_lines(line: str, values: dict[str, object]) -> None:
    found = {key: field.value for key, field in read_journal_line(line, "x").items()}
    assert found == values
