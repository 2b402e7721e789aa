"""Dublin Core as repositories really fill it in."""

from __future__ import annotations

from typing import Any

from pipeline.extract.job import Job
from pipeline.extract.oai import read_oai


def read(*elements: str) -> dict[str, Any]:
    core = "".join(f"<dc:{name}>{text}</dc:{name}>" for name, _, text in map(split, elements))
    record = (
        '<record xmlns="http://www.openarchives.org/OAI/2.0/"><metadata>'
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Møter</dc:title>{core}</oai_dc:dc>'
        "</metadata></record>"
    )
    fields = read_oai(Job(record.encode())).metadata
    return {key: field.value for key, field in fields.items()}


def split(element: str) -> tuple[str, str, str]:
    return element.partition("=")


def test_the_year_is_that_of_issue_not_of_deposit() -> None:
    """DSpace gives accession and release with their time, and then the date of issue."""
    deposit = "date=2024-03-05T08:12:44Z"
    assert read(deposit, deposit, "date=2016")["year"] == 2016
    assert read("date=2018-03-28", deposit)["year"] == 2018


def test_where_every_date_has_a_time_the_earliest_counts() -> None:
    assert read("date=2024-03-05T08:12:44Z", "date=2017-01-01T00:00:00Z")["year"] == 2017


def test_no_date_is_no_year() -> None:
    assert "year" not in read("date=ukjent", "publisher=NORCE")


def test_a_language_may_be_an_address() -> None:
    assert read("language=http://lexvo.org/id/iso639-3/nob")["language"] == "nb"


def test_a_relation_may_be_a_series() -> None:
    fields = read("relation=RKBU Nord Rapport;2/2014")
    assert (fields["series"], fields["number"]) == ("RKBU Nord Rapport", "2/2014")


def test_a_relation_that_is_an_address_or_prose_is_none() -> None:
    for relation in ("https://doi.org/10.9999/1", "Del 1; se også del to", "ISSN:0801-6143"):
        assert "series" not in read(f"relation={relation}"), relation
