from __future__ import annotations

import pytest

from pipeline.records import Field
from pipeline.subtitles import restates

KNOWN = {
    "authors": [
        {"family": "Dahl", "given": "Siri Moe"},
        {"literal": "Nordmarkstyrelsen"},
        {"literal": "Dalverket"},
    ],
    "publisher": "NORDI – Det nationale center for prøvetekster",
    "series": "Dokument 3:15 (2020–2021)",
    "number": "2021:7",
    "year": 2021,
    "commissioner": "Fjelldirektoratet",
}


def _fields(**other: object) -> dict[str, Field]:
    return {key: Field(value, "x", 0.8) for key, value in {**KNOWN, **other}.items()}


@pytest.mark.parametrize(
    "line",
    [
        "Nordmarkstyrelsen, Dalverket",
        "Nordmarkstyrelsen och Dalverket",
        "Siri Moe Dahl",
        "Dahl, Siri Moe",
        "NORDI – Det nationale center for prøvetekster",
        "NORDI",
        "Dokument 3:15 (2020–2021)",
        "Dokument 3:15",
        "DALVERKET 2021",
        "2021:7",
        "for Fjelldirektoratet",
    ],
)
def test_lines_that_say_again_who_where_and_when(line: str) -> None:
    assert restates(line, _fields())


@pytest.mark.parametrize(
    "line",
    [
        "En undersøkelse av Nordmarkstyrelsen",
        "Erfaringer fra 2021",
        "Samarbeid mellom skole og barnevern",
        "Dahl og de andre",
        "og",
        "",
    ],
)
def test_subtitles_that_say_something(line: str) -> None:
    assert not restates(line, _fields())


def test_nothing_known_is_nothing_restated() -> None:
    assert not restates("Nordmarkstyrelsen", {})
    assert not restates("Nordmarkstyrelsen", {"title": Field("Nordmarkstyrelsen", "x", 1.0)})
