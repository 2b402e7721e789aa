"""The first lines of a DOCX or PPTX: what is a subtitle, who wrote it, who published it."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.extract.metadata.front_lines import is_front_line, read_front_lines

TITLE = "Møter som virker"


def _read(subtitle: str | None, *lines: str, **properties: str) -> dict[str, Any]:
    fields = read_front_lines(TITLE, subtitle, lines, properties)
    return {key: field.value for key, field in fields.items()}


def test_a_subtitle_in_its_own_style() -> None:
    values = _read("En studie av tre byer", "Anne Berg og Ola Lie")
    assert values["subtitle"] == "En studie av tre byer"
    assert [name["family"] for name in values["authors"]] == ["Berg", "Lie"]


@pytest.mark.parametrize("line", ["Dalverket, Nordmarkstyrelsen", "Anne Berg", "Dal 2012:701"])
def test_senders_in_that_style_are_no_subtitle(line: str) -> None:
    assert "subtitle" not in _read(line)


def test_an_author_of_the_file_is_no_subtitle() -> None:
    values = _read("Konsulentene i Dal", author="Konsulentene i Dal")
    assert "subtitle" not in values
    assert values["authors"] == [{"literal": "Konsulentene i Dal"}]


def test_a_labelled_publisher_is_no_subtitle() -> None:
    values = _read("Félagið í Dal", "Útgefandi: Félagið í Dal")
    assert values["publisher"] == "Félagið í Dal" and "subtitle" not in values


@pytest.mark.parametrize(
    "line", ["ISBN: 9788278940006", "12. mars 2021", "www.dal.test", "Anne Berg"]
)
def test_front_lines(line: str) -> None:
    assert is_front_line(line)
    assert not is_front_line("Møtene varer sjelden mer enn en time, og alle kommer.")
