"""Covers: which line is the title, the subtitle, the publisher, and which only looks like one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from pipeline.extract.metadata import Fields
from pipeline.extract.metadata.pdf_front import is_worthless, read_front
from pipeline.records import Field

TITLE = "Møter som virker"


@dataclass
class Line:
    """A line of a cover with its size in points; a body line has 10."""

    text: str
    size: float = 10.0
    page: int = 0
    kind: str = "paragraph"
    style: tuple[float, bool, bool] = field(init=False)

    def __post_init__(self) -> None:
        self.style = (self.size, False, False)


def _read(*lines: Line, packet: Fields | None = None, **info: str) -> dict[str, Any]:
    named = {key.capitalize(): value for key, value in info.items()}
    fields = read_front(lines, 10.0, named, 8, packet or {})
    return {key: field.value for key, field in fields.items()}


def test_the_largest_line_and_the_one_under_it() -> None:
    values = _read(Line("Nordmark kommune"), Line(TITLE, 22), Line("En studie av tre byer", 14))
    assert (values["title"], values["subtitle"]) == (TITLE, "En studie av tre byer")
    assert values["publisher"] == "Nordmark kommune"


@pytest.mark.parametrize(
    "under",
    [
        "Dalverket, Nordmarkstyrelsen",
        "Nordic Council of Ministers",
        "ANP 2012:701",
        "Artikelnummer 24026",
        "Dokument 3:15 (2020–2021)",
        "Rapport 3/2017",
        "Anne Berg og Ola Lie",
        "12. mars 2021",
    ],
)
def test_what_else_stands_under_a_title(under: str) -> None:
    values = _read(Line(TITLE, 22), Line(under, 14))
    assert values["title"] == TITLE and "subtitle" not in values


@pytest.mark.parametrize(
    "under", ["Om samarbeid i Nordmark kommune", "Skoleåret 2019/2020", "Erfaringer fra tre år"]
)
def test_subtitles_that_look_like_it(under: str) -> None:
    assert _read(Line(TITLE, 22), Line(under, 14))["subtitle"] == under


def test_a_publisher_named_only_in_the_colophon_is_no_subtitle() -> None:
    cover = (Line(TITLE, 22), Line("Dal og berg i samspill", 14))
    assert "subtitle" in _read(*cover)
    assert "subtitle" not in _read(*cover, Line("Utgiver: Dal og berg i samspill", page=1))


def test_an_author_is_not_the_publisher_too() -> None:
    cover = (Line("Nordmark laitos"), Line(TITLE, 22))
    assert _read(*cover)["publisher"] == "Nordmark laitos"
    by = {"authors": Field([{"literal": "Nordmark laitos"}], "xmp", 0.7)}
    assert "publisher" not in _read(*cover, packet=by)
    assert "publisher" not in _read(*cover, author="Nordmark laitos")
    again = _read(*cover, Line("Nordmark laitos"), packet=by)
    assert again["publisher"] == "Nordmark laitos"


def test_the_info_title_counts_where_the_cover_agrees() -> None:
    agreed = read_front([Line(TITLE, 22)], 10.0, {"Title": TITLE}, 4, {})
    assert (agreed["title"].origin, agreed["title"].confidence) == ("pdf-info", 0.9)
    assert _read(Line(TITLE, 22), title="Mal for rapporter")["title"] == TITLE
    assert is_worthless("Microsoft Word") and not is_worthless(TITLE)
