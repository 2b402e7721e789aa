"""The map as chart, PNG and SVG: what is drawn, how wide, in which colours."""

from __future__ import annotations

import io
from typing import Any

import pytest
from lxml import etree
from PIL import Image

from kb.evidence_map import DIRECTIONS, MapRow, build_map
from kb.exports.map_labels import MapLabels
from kb.exports.map_layout import break_lines, lay_out
from kb.exports.map_picture import (
    DIRECTION_COLOURS,
    SELECTION,
    chart,
    render_png,
    render_svg,
)
from tests.kb.exports.maps import HOSTILE, LABELS, MAP

FACTORS = [f"factor_{number}" for number in range(15)]
COUNTRIES = ["NO", "SE", "DK", "FI", "IS", "FO", "GL", "AX"]
FULL = build_map(
    [
        MapRow(f"{f}{c}", f, {"country": [c]}, {f: ["barrier"]})
        for f in FACTORS
        for c in COUNTRIES
        if (len(f) + ord(c[0])) % 3
    ],
    rows_order=FACTORS,
    cols_order=COUNTRIES,
)


def spec(**options: Any) -> dict[str, Any]:
    """Return the shared map's chart as a Vega-Lite specification."""
    made = chart(MAP, LABELS, **options).to_dict()
    assert isinstance(made, dict)
    return made


def svg_texts(data: bytes) -> list[str]:
    """Return the texts of an SVG picture."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(data, parser)
    return ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]


def data_of(made: dict[str, Any], layer: int) -> list[dict[str, Any]]:
    """Return the values that one layer draws."""
    values = made["layer"][layer]["data"]["values"]
    assert isinstance(values, list)
    return values


def test_every_cell_and_total_is_drawn_with_its_figures() -> None:
    cells = data_of(spec(), 0)
    assert len(cells) == 2 * 3 + 2 + 3 + 1
    first = cells[0]
    assert (first["row"], first["col"]) == ("leadership", "NO")
    assert (first["row_label"], first["col_label"]) == ("Ledelse og forankring", "Norge")
    assert (first["publications"], first["passages"], first["verified"]) == (1, 2, 1)
    assert (first["number"], first["quoted"]) == ("1", "(2)")
    gap = cells[1]
    assert (gap["col"], gap["number"], gap["gap_word"]) == ("SE", "", "hull")
    total = cells[-1]
    assert (total["row"], total["col"], total["number"]) == (None, None, "4")


def test_a_bar_parts_a_cell_by_direction() -> None:
    pieces = [piece for piece in data_of(spec(), -1) if piece["row"] == "leadership"]
    assert [piece["direction"] for piece in pieces] == ["facilitator", "barrier", "mixed"]
    lengths = [piece["x1"] - piece["x0"] for piece in pieces]
    assert all(abs(length - 0.8 / 3) < 1e-9 for length in lengths)
    assert pieces[0]["x1"] == pieces[1]["x0"]


def test_more_publications_are_darker_and_none_is_white() -> None:
    rows = [
        MapRow(f"{col}{n}", f"{col}{n}", {"country": [col]}, {"culture": ["barrier"]})
        for col, amount in (("NO", 9), ("SE", 3), ("DK", 1))
        for n in range(amount)
    ]
    evidence = build_map(rows, rows_order=["culture", "leadership"], cols_order=["NO", "SE", "DK"])
    made = chart(evidence, MapLabels()).to_dict()
    tints = [cell["tint"] for cell in data_of(made, 0)[:3]]
    assert tints == sorted(tints)
    assert len(set(tints)) == 3
    assert data_of(made, 0)[4]["tint"] == "#FFFFFF"


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours."""

    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_can_be_read_on_every_shade() -> None:
    for cell in data_of(chart(FULL, MapLabels()).to_dict(), 0):
        assert contrast("#1B2530", cell["tint"]) > 7
        assert contrast("#4A5560", cell["tint"]) > 3.5


def test_direction_colours_differ_also_without_hue() -> None:
    assert set(DIRECTION_COLOURS) == set(DIRECTIONS)
    assert contrast(DIRECTION_COLOURS["mixed"], DIRECTION_COLOURS["barrier"]) > 1.8
    assert contrast(DIRECTION_COLOURS["mixed"], DIRECTION_COLOURS["facilitator"]) > 2.5
    assert len(set(DIRECTION_COLOURS.values())) == 4


def test_a_click_selects_by_ids_only_where_asked() -> None:
    assert "params" not in spec()
    (parameter,) = spec(clickable=True)["params"]
    assert parameter["name"] == SELECTION
    assert parameter["select"] == {"type": "point", "fields": ["row", "col"]}


def test_tooltips_speak_the_language() -> None:
    titles = [tip["title"] for tip in spec()["layer"][0]["encoding"]["tooltip"]]
    assert titles[2:] == [
        "publikasjoner",
        "utdrag",
        "Fremmer",
        "Hemmer",
        "Begge deler",
        "Nøytral",
        "kontrollert av en person",
    ]


@pytest.mark.parametrize(("width", "most"), [(1400, 1400), (900, 900), (390, 390)])
def test_pictures_are_as_wide_as_asked(width: int, most: int) -> None:
    labels = MapLabels("nb", dict.fromkeys(FACTORS, "Informasjonsdeling og taushetsplikt"))
    picture = Image.open(io.BytesIO(render_png(FULL, labels, width=width)))
    assert picture.format == "PNG"
    assert 0.8 * most <= picture.width / 2 <= most
    assert picture.getpixel((1, 1))[:3] == (255, 255, 255)  # type: ignore[index]


def test_svg_holds_labels_numbers_title_and_legend_as_text() -> None:
    texts = svg_texts(render_svg(MAP, LABELS))
    for expected in ("Ledelse og forankring", "Norge", "Sverige", "I alt", "hull", "Fremmer"):
        assert expected in texts
    joined = " ".join(texts)
    assert "Kunnskapskart: faktor etter land" in joined
    assert "4 publikasjoner, 5 utdrag, 1 kontrollert av en person · 1. juni 2026" in joined


def test_hostile_labels_stay_text_in_svg() -> None:
    data = render_svg(MAP, LABELS)
    assert b"<img" not in data
    assert b"<script" not in data
    assert any("onerror" in text for text in svg_texts(data))


def test_a_telephones_picture_keeps_every_row_and_column() -> None:
    texts = svg_texts(render_svg(FULL, MapLabels("en"), width=390))
    assert set(FACTORS) <= set(texts)
    assert set(COUNTRIES) <= set(texts)


def test_an_empty_map_can_be_drawn() -> None:
    assert render_png(build_map([]), MapLabels()).startswith(b"\x89PNG")


def test_layout_follows_the_room() -> None:
    wide = lay_out(FULL, MapLabels(), 1400)
    phone = lay_out(FULL, MapLabels(), 390)
    assert wide.roomy
    assert not wide.narrow
    assert not wide.upright_cols
    assert phone.narrow
    assert not phone.roomy
    assert phone.cell_width >= 27
    assert phone.label_width + phone.cell_width * 9 <= 390
    names = dict.fromkeys(COUNTRIES, "Færøyene og Grønland")
    assert lay_out(FULL, MapLabels(cols=names), 390).upright_cols
    many = build_map(
        [MapRow(str(y), "A", {"year": [y]}, {"culture": ["mixed"]}) for y in range(1980, 2026)],
        "factor",
        "year",
    )
    assert lay_out(many, MapLabels(), 390).cell_width == 27  # wider picture, still readable


def test_lines_break_at_words_and_are_cut_when_too_many() -> None:
    assert break_lines("Kunnskap om hverandres roller", 110, 11, 2) == (
        "Kunnskap om",
        "hverandres roller",
    )
    assert break_lines("", 100, 11, 2) == ("",)
    cut = break_lines("en to tre fire fem seks sju åtte ni ti", 60, 11, 2)
    assert len(cut) == 2
    assert cut[-1].endswith("…")
    assert max(map(len, break_lines(HOSTILE * 3, 100, 11, 9))) <= 16
