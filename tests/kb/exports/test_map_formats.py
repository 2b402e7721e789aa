"""The table of forms a map is written in."""

from __future__ import annotations

import csv
import io
import json

import pytest

from kb.errors import QueryError
from kb.exports.map_formats import MAP_FORMATS, render_map
from tests.kb.exports.maps import HOSTILE, LABELS, MAP

STARTS = {
    "html": b"<!DOCTYPE html>",
    "json": b"{",
    "csv": b"\xef\xbb\xbf",
    "png": b"\x89PNG\r\n",
    "svg": b"<svg",
}


def test_the_table_is_complete() -> None:
    assert set(MAP_FORMATS) == set(STARTS)
    for name, form in MAP_FORMATS.items():
        assert form.id == name
        assert "/" in form.media_type


@pytest.mark.parametrize("name", sorted(STARTS))
def test_each_form_is_what_it_says(name: str) -> None:
    data = render_map(MAP, LABELS, f".{name.upper()}")
    assert data.startswith(STARTS[name])
    assert data == render_map(MAP, LABELS, name)  # the same each time: fit for publishing


def test_json_is_the_map() -> None:
    assert json.loads(render_map(MAP, LABELS, "json")) == MAP.to_json()


def test_csv_opens_in_a_spreadsheet_with_nordic_letters() -> None:
    text = render_map(MAP, LABELS, "csv").decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert lines[0]["factor_label"] == "Ledelse og forankring"
    assert {line["country"] for line in lines} == {"NO", "SE", HOSTILE}


@pytest.mark.parametrize("name", ["pdf", "", "htm", "png.exe"])
def test_another_form_is_refused_with_the_options(name: str) -> None:
    with pytest.raises(QueryError) as refused:
        render_map(MAP, LABELS, name)
    assert str(refused.value) == (
        f"Expected a map as html, json, csv, png, svg, found {name!r}; "
        "name the output file with one of these endings."
    )
