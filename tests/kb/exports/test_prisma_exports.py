"""The PRISMA flow as a picture and as tables: every count is there, and nothing is markup."""

from __future__ import annotations

import csv
import io

import pytest
from lxml import etree

from corpora.codebook import load_codebook
from kb.exports.prisma_picture import (
    FLOW_LANGUAGES,
    flow_words,
    render_flow_png,
    render_flow_svg,
)
from kb.exports.prisma_table import flow_csv, searches_csv
from kb.prisma import BY_HAND, IMPORTED, Flow, SearchView
from kb.tables import now

FLOW = Flow(
    identified={"no-fafo": 34, "se-socialstyrelsen": 120, **{f"dk-{n}": n for n in range(1, 16)}},
    not_retrieved=4,
    duplicates=30,
    removed=1,
    screened=239,
    excluded={"not_collaboration": 90, "too_old": 5, "unspecified": 1},
    undecided=15,
    included=128,
    by_people=12,
)
LANGUAGES = ("en", "nb", "nn", "sv", "da", "fi", "is")


def texts(svg: bytes) -> list[str]:
    """All texts of a picture."""
    root = etree.fromstring(svg)
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_count_stands_in_the_picture(language: str) -> None:
    codebook = load_codebook()
    svg = render_flow_svg(
        FLOW,
        Flow(included=120),
        language=language,
        reason_label=lambda id_: codebook.label("exclusion_reasons", id_, language),
    )
    said = texts(svg)
    for number in (274, 35, 30, 4, 239, 96, 90, 15, 128, 8, 12, 120, 34):
        assert any(f"(n = {number})" in line for line in said), number
    assert any(
        codebook.label("exclusion_reasons", "not_collaboration", language) in s for s in said
    )
    assert any(s.startswith(flow_words(language)["reason_unknown"]) for s in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stages_name_fits_its_band(language: str) -> None:
    root = etree.fromstring(render_flow_svg(Flow(), language=language, reason_label=str))
    svg = "{http://www.w3.org/2000/svg}"
    bands = [node for node in root.iter(f"{svg}rect") if node.get("x") == "12"]
    names = [node for node in root.iter(f"{svg}text") if "rotate" in node.get("transform", "")]
    assert len(bands) == len(names) == 3
    for band, name in zip(bands, names, strict=True):
        assert float(band.get("height", 0)) >= 8 * len(name.text or ""), name.text
    assert float(root.get("height", 0)) >= max(
        float(band.get("y", 0)) + float(band.get("height", 0)) for band in bands
    )


def test_many_sources_are_counted_together() -> None:
    said = texts(render_flow_svg(FLOW))
    rest = sum(sorted(FLOW.identified.values(), reverse=True)[11:])
    assert f"6 other sources (n = {rest})" in said
    assert not any(line.startswith("dk-1 ") for line in said)


def test_text_stays_text_and_fits_its_box() -> None:
    hostile = "<script>alert('ø')</script> & a name that goes on and on for more than a whole line"
    flow = Flow(identified={"x": 1}, excluded={"r": 3}, screened=3)
    svg = render_flow_svg(flow, reason_label=lambda _: hostile, source_names={"x": hostile})
    assert b"<script" not in svg
    lines = [line for line in texts(svg) if "script" in line]
    assert len(lines) == 2
    assert all(len(line) <= 52 for line in lines)
    assert lines[1].endswith("… (n = 3)")


def test_the_words_are_there_in_every_language() -> None:
    english = flow_words("en")
    for language in LANGUAGES[1:]:
        words = flow_words(language)
        assert words.keys() == english.keys()
        assert all(words.values())
        assert words != english
    assert flow_words("kl") == english


def test_the_picture_becomes_a_png() -> None:
    png = render_flow_png(render_flow_svg(FLOW))
    assert png.startswith(b"\x89PNG\r\n")
    assert int.from_bytes(png[16:20], "big") == 2 * 980


def test_tables_hold_every_row_and_start_no_formula() -> None:
    flow = Flow(identified={"=cmd()": 2, "no-fafo": 1}, excluded={"too_old": 1}, screened=3)
    rows = list(csv.reader(io.StringIO(flow_csv(flow).decode("utf-8-sig"))))
    assert rows[0] == ["stage", "what", "n"]
    assert ["identified", "'=cmd()", "2"] in rows
    assert ["excluded", "too_old", "1"] in rows
    assert ["screened", "", "3"] in rows
    search = SearchView(1, "no-fafo", "site", "https://a.example", "@rule ø", 4, 1, now())
    log = list(csv.reader(io.StringIO(searches_csv([search]).decode("utf-8-sig"))))
    assert log[1][:7] == ["1", "no-fafo", "site", "https://a.example", "'@rule ø", "4", "1"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_imported_and_added_has_lines_of_its_own(language: str) -> None:
    many = {f"s-{n}": 50 + n for n in range(20)}
    words = flow_words(language)
    said = texts(render_flow_svg(Flow({**many, BY_HAND: 2, IMPORTED: 7}), language=language))
    own = [f"{words['imported']} (n = 7)", f"{words['by_hand']} (n = 2)"]
    assert [line for line in said if line in own] == own
    assert f"9 {words['others']} (n = {sum(range(50, 59))})" in said
    assert language in FLOW_LANGUAGES
