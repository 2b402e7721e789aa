"""The main path in a real browser: search, filter, map, cell, citation set, files to take along."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

VIEWS = ("", "evidence_map", "library", "citation_sets", "pipeline")


def settle(page: Page) -> None:
    """Wait until the page's script has run and everything it sent is drawn."""
    expect(page.locator(".sv-h1").first).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def asked(page: Page) -> dict[str, list[str]]:
    """The parameters in the address bar."""
    return parse_qs(urlsplit(page.url).query)


def quotations(page: Page) -> Locator:
    """The quotations on the page."""
    return page.locator(".sv-quote")


def click_cell(page: Page, row: str, col: str) -> None:
    """Click the map's cell whose tooltip says this row and column, as a person finds it."""
    chart = page.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    tooltip = page.locator("#vg-tooltip-element.visible")
    for across in range(240, int(box["width"]) - 10, 60):
        for down in range(90, min(int(box["height"]), 700), 20):
            page.mouse.move(box["x"] + across, box["y"] + down)
            if tooltip.count() and row in tooltip.inner_text() and col in tooltip.inner_text():
                page.mouse.click(box["x"] + across, box["y"] + down)
                return
            if tooltip.count() and col not in tooltip.inner_text():
                break  # another column: no need to go down it
    pytest.fail(f"no cell of the map is {row} by {col}")


def download(page: Page, name: str) -> bytes:
    """The file behind a download button."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name, exact=True).click()
    return Path(waiting.value.path()).read_bytes()


def test_from_a_question_to_a_bibliography(page: Page, address: str, outside: list[str]) -> None:
    page.goto(address)
    settle(page)
    field = page.get_by_role("textbox", name="Your question, in any Nordic language or English")
    field.fill("confidentiality as an obstacle")
    field.press("Enter")
    expect(quotations(page).first).to_contain_text("Confidentiality")
    settle(page)
    assert asked(page)["q"] == ["confidentiality as an obstacle"]
    expect(page.locator(".sv-count")).to_contain_text("5 countries")

    page.get_by_role("button", name="Country").click()
    page.get_by_role("button", name="Norway", exact=True).click()
    page.keyboard.press("Escape")
    expect(quotations(page)).to_have_count(3)
    expect(quotations(page).first).to_contain_text("Taushetsplikten")
    assert asked(page)["country"] == ["NO"]

    page.get_by_role("link", name="Evidence map").click()
    settle(page)
    click_cell(page, "Information sharing", "Denmark")
    expect(quotations(page)).to_have_count(1)
    expect(quotations(page)).to_contain_text("Confidentiality is named as an obstacle")
    assert (asked(page)["row"], asked(page)["col"]) == (["information_sharing"], ["DK"])

    page.get_by_role("button", name="Add to citation set").click()
    page.get_by_text("A new set …").click()
    page.get_by_label("Name of the set").fill("Kapittel 4 om taushetsplikt")
    page.get_by_role("button", name="Create the set").click()
    expect(page.get_by_role("status").filter(has_text="Added to")).to_contain_text(
        "Kapittel 4 om taushetsplikt"
    )

    page.get_by_role("link", name="Citation sets").click()
    settle(page)
    expect(quotations(page)).to_contain_text("teachers do not know")
    ris = download(page, "RIS").decode()
    assert "TY  - RPRT" in ris
    assert "Confidentiality between school and social services" in ris
    assert "teachers do not know" in ris
    bibtex = download(page, "BibTeX").decode()
    assert re.match(r"@\w+\{", bibtex)
    assert "Berg" in bibtex
    (csl,) = json.loads(download(page, "CSL-JSON"))
    assert csl["type"] == "report"
    assert csl["author"] == [{"family": "Berg", "given": "Ida"}]
    assert outside == []


def test_a_check_counts_and_a_passage_opens_on_its_page(page: Page, address: str) -> None:
    page.goto(f"{address}/?q=felles+budsjett&factor=resources")
    settle(page)
    page.get_by_role("button", name="Accept").click()
    expect(page.locator(".sv-is-accepted")).to_contain_text("checked by Kari")
    page.locator(".st-key-sv-undo").get_by_role("button", name="Undo").click()
    expect(page.locator(".sv-is-suggested")).to_have_count(1)
    page.get_by_role("link", name="Open page").click()
    picture = page.locator(".st-key-sv-page img")
    expect(picture).to_be_visible()
    page.wait_for_function("document.querySelector('.st-key-sv-page img').naturalWidth >= 900")
    assert "passage" in asked(page)


def test_a_permalink_opens_its_passage_in_a_new_session(page: Page, address: str) -> None:
    page.goto(f"{address}/?q=confidentiality+as+an+obstacle")
    settle(page)
    page.get_by_role("button", name="Link").first.click()
    permalink = page.get_by_test_id("stCode").first.inner_text().strip()
    assert permalink.startswith(f"{address}/?passage=")
    page.goto(permalink)
    expect(page.locator(".sv-h1")).to_have_text(
        "Confidentiality between school and social services"
    )
    expect(quotations(page)).to_contain_text("named as an obstacle")


def test_going_back_shows_the_question_before(page: Page, address: str) -> None:
    page.goto(f"{address}/?q=felles+budsjett")
    settle(page)
    page.get_by_role("link", name="Library").click()
    expect(page.locator(".sv-h1")).to_have_text("Library")
    page.go_back()
    expect(page.locator(".sv-h1")).to_have_text("Search the evidence")
    settle(page)
    assert asked(page)["q"] == ["felles budsjett"]
    expect(quotations(page).first).to_contain_text("felles budsjett")


def test_no_page_scrolls_sideways_on_a_telephone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("?q=leadership&lang=nb", *VIEWS):
        page.goto(f"{address}/{path}")
        settle(page)
        wider = page.evaluate(
            """() => [document.documentElement, document.querySelector('[data-testid=stMain]')]
               .map(part => part.scrollWidth - part.clientWidth)"""
        )
        assert max(wider) <= 0, path


def test_hostile_text_is_only_text(page: Page, address: str, outside: list[str]) -> None:
    shown: list[str] = []

    def note(dialog: Dialog) -> None:
        shown.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    for path in ("?q=leadership+matters&country=IS", "library", "pipeline?run=1"):
        page.goto(f"{address}/{path}")
        settle(page)
        expect(page.get_by_text("**bold** $x^2$ :red[hot]").first).to_be_visible()
        main = page.get_by_test_id("stMain")
        assert main.locator("script, .katex, [onerror], a[href^=javascript]").count() == 0
        assert page.title() != "owned"
    page.goto(f"{address}/library")
    settle(page)
    page.get_by_role("link", name="Hostile").click()
    expect(page.locator(".sv-h1")).to_contain_text("<script>")
    assert (shown, outside) == ([], [])
