"""What fields say of each other when readings are merged."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.extract.metadata import Fields, merge
from pipeline.records import Field


def _reading(sure: float, **values: Any) -> Fields:
    return {key: Field(value, "x", sure) for key, value in values.items()}


def _values(*readings: Fields) -> dict[str, Any]:
    return {key: field.value for key, field in merge(readings).items()}


def test_a_subtitle_goes_with_its_own_title() -> None:
    cover = _reading(0.7, title="Møter som virker", subtitle="En studie av tre byer")
    assert _values(cover, _reading(0.9, title="MØTER  som virker"))["subtitle"]
    assert "subtitle" not in _values(cover, _reading(0.9, title="Årsrapport for Nordmark"))


def test_a_subtitle_read_without_a_title_stays() -> None:
    alone = _reading(0.7, subtitle="En studie")
    assert _values(_reading(0.9, title="Møter"), alone)["subtitle"] == "En studie"


@pytest.mark.parametrize("line", ["Dalverket", "Dal 7/2021", "Siri Dahl og Ola Lie"])
def test_who_and_where_is_no_subtitle(line: str) -> None:
    others = _reading(
        0.8,
        publisher="Dalverket",
        series="Dal 7/2021",
        authors=[{"family": "Dahl", "given": "Siri"}, {"family": "Lie", "given": "Ola"}],
    )
    assert "subtitle" not in _values(_reading(0.7, title="Møter", subtitle=line), others)


@pytest.mark.parametrize(
    ("given", "series", "number"),
    [
        ({"number": "Dal-rapport 2020:02"}, "Dal-rapport 2020:02", None),
        ({"number": "Opinnäytetyö, sosionomi"}, "Opinnäytetyö, sosionomi", None),
        ({"series": "Dal 7/2021", "number": "Dal 7/2021"}, "Dal 7/2021", None),
        ({"series": "Dalens rapport 7", "number": "Rapport 7"}, "Dalens rapport 7", None),
        ({"series": "Dal", "number": "7/2021"}, "Dal", "7/2021"),
        ({"series": "Dal", "number": "A7"}, "Dal", "A7"),
        ({"series": "Dal", "number": "Rapport 7"}, "Dal", "Rapport 7"),
        ({"number": "2020:02"}, None, "2020:02"),
    ],
)
def test_a_number_in_words_is_a_series(
    given: dict[str, str], series: str | None, number: str | None
) -> None:
    values = _values(_reading(0.9, **given))
    assert (values.get("series"), values.get("number")) == (series, number)
