"""The standalone page: offline, escaped, a table for every figure; drawn in a real browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import html

from kb.evidence_map import build_map
from kb.exports.map_labels import MapLabels
from kb.exports.map_page import render_page
from tests.kb.exports.maps import HOSTILE, LABELS, MAP

PAGE = render_page(MAP, LABELS)


def tree() -> html.HtmlElement:
    """Return the page as parsed HTML."""
    return html.fromstring(PAGE.decode())


def test_the_page_asks_nothing_of_the_network() -> None:
    page = tree()
    assert page.xpath("//link | //iframe | //img | //object") == []
    assert page.xpath("//script/@src") == []
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'")
    assert "unsafe-eval" not in policy
    assert "http" not in policy


def test_it_says_its_language_title_and_encoding() -> None:
    page = tree()
    assert page.get("lang") == "nb"
    assert page.findtext(".//title") == "Kunnskapskart: faktor etter land"
    assert page.findtext(".//h1") == "Kunnskapskart: faktor etter land"
    assert page.xpath("//meta/@charset") == ["utf-8"]
    assert page.xpath("//meta[@name='viewport']")


def test_every_figure_stands_in_the_table() -> None:
    page = tree()
    assert page.findtext(".//caption") == f"{LABELS.filters} · 1. juni 2026"
    heads = [cell.text_content() for cell in page.xpath("//thead//th[@scope='col']")]
    assert heads == ["Faktor / Land", "Norge", "Sverige", HOSTILE, "I alt"]
    rows = page.xpath("//tbody/tr")
    assert [row.findtext("th[@scope='row']") for row in rows] == [
        "Ledelse og forankring",
        HOSTILE,
        "I alt",
    ]
    first = [list(cell.itertext()) for cell in rows[0].findall("td")]
    assert first[0] == [
        "1 publikasjon",
        "2 utdrag",
        "Fremmer: 1",
        "Hemmer: 1",
        "Begge deler: 1",
        "kontrollert av en person: 1",
    ]
    assert first[1] == ["hull"]
    assert first[3][:2] == ["1 publikasjon", "2 utdrag"]
    assert rows[2].findall("td")[-1].findtext("strong") == "4 publikasjoner"


def test_nothing_in_a_label_becomes_markup_or_script() -> None:
    text = PAGE.decode()
    outside = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    assert "&lt;img" in outside
    assert "<img" not in outside
    assert tree().xpath("//*[@onerror]") == []
    assert len(tree().xpath("//script")) == 3
    (specs,) = re.findall(r'id="specs">(.*?)</script>', text, re.DOTALL)
    assert "<" not in specs
    assert "\u2028" not in specs


def test_what_was_not_looked_for_is_told_from_a_gap() -> None:
    evidence = build_map([], rows_order=["leadership"], cols_order=["NO"])
    page = html.fromstring(render_page(evidence, MapLabels("en")).decode())
    assert page.xpath("//td[@class='gap']") == []
    assert {cell.text_content() for cell in page.xpath("//tbody//td")} == {"no evidence"}


@pytest.mark.browser
@pytest.mark.parametrize("width", [1400, 600])
def test_a_browser_draws_it_under_its_own_policy(tmp_path: Path, width: int) -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        pytest.skip("Chromium is not installed; the page is not drawn in a real browser")
    file = tmp_path / "map.html"
    file.write_bytes(PAGE)
    done = subprocess.run(
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--window-size={width},900",
            "--virtual-time-budget=4000",
            "--dump-dom",
            file.as_uri(),
        ],
        capture_output=True,
        timeout=120,
        check=False,
    )
    drawn = html.fromstring(done.stdout.decode())
    (picture,) = drawn.xpath("//*[@id='map']//*[local-name()='svg']")
    words = "".join(picture.itertext())
    assert "Ledelse og forankring" in words or "Ledelse og" in words
    assert "Fremmer" in words
    assert ("(2)" in words) is (width == 1400)  # only the wide drawing has passages in brackets
    assert drawn.xpath("//img") == []
