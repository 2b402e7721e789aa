"""Coding by keyboard alone in a real browser: keys in a burst, in a field, with other keys held."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from corpora.codebook import load_codebook
from kb.coding.act_subjects import ActSubject, subjects_of
from kb.coding.acts import list_acts
from kb.coding.comments import passage_comments
from tests.app.sample_base import Sample
from tests.browser.test_main_path import settle

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

BETWEEN_MS = 40  # from one key to the next: faster than anybody types
TEN = ("1f", "2b", "3m", "4n", "5f", "f6", "b7", "m8", "n9", "f0")  # in either order
OWN = "[class*=st-key-sv-coding-own-]"
AT_ONCE = """button => {  // before the page can be drawn anew: the button is the one that was seen
  const press = (key) => document.body.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));
  ["0", "n", "4", "n", "Enter"].forEach(press);
  button.click();
  ["8", "m"].forEach(press);
}"""
STATUS = ".sv-done:not(.sv-quiet), .sv-problem"


def type_fast(page: Page, keys: str) -> None:
    """Press keys one after another without waiting for the page."""
    page.keyboard.type(keys, delay=BETWEEN_MS)


def open_desk(page: Page, address: str, passage_id: str) -> None:
    """Open one passage to code, and wait until its keys are listened to."""
    page.goto(f"{address}/coding?from=passage&passage={passage_id}")
    settle(page)
    wait_for_keys(page)


def wait_for_keys(page: Page) -> None:
    """Wait until keys are listened to: a sentence is marked, and the whole passage again."""
    expect(page.locator(".st-key-coding-done button").first).to_be_visible()
    page.locator(".st-key-coding-mark-j button").first.click()
    expect(page.get_by_text("You code what is marked")).to_be_visible()
    page.locator(".st-key-coding-mark-w button").first.click()
    expect(page.get_by_text("You code the whole passage.")).to_be_visible()


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until something holds in the record."""
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(100)
    assert holds()


def codings(sample: Sample) -> list[ActSubject]:
    """What Kari coded and did not undo, the oldest first."""
    acts = [act for act in list_acts(sample.store, "Kari") if act.kind == "do" and not act.undone]
    found = subjects_of(sample.store, acts)
    return [found[act.id] for act in reversed(acts) if act.what == "coding"]


def take_back_all(page: Page, sample: Sample) -> None:
    """Undo what Kari coded: what is coded already cannot be coded by the next test."""
    type_fast(page, "z" * len(codings(sample)))
    until(page, lambda: not codings(sample))


def test_ten_codings_in_a_burst_are_kept_in_order(page: Page, address: str, sample: Sample) -> None:
    open_desk(page, address, sample.passage("Samverkan", 1).id)
    type_fast(page, "".join(TEN))
    expect(page.locator(OWN)).to_have_count(len(TEN))
    ways = {"f": "facilitator", "b": "barrier", "m": "mixed", "n": "neutral"}
    found = codings(sample)
    assert [(one.factor, one.direction) for one in found] == [
        (factor, next(ways[key] for key in pair if key in ways))
        for factor, pair in zip(load_codebook().ids("factors"), TEN, strict=False)
    ]

    type_fast(page, "zzzy")  # three undone, one of them redone
    expect(page.locator(STATUS)).to_have_text(re.compile("Redone:"))
    expect(page.locator(OWN)).to_have_count(len(TEN) - 2)
    assert codings(sample) == found[:-2]
    take_back_all(page, sample)


def test_a_burst_goes_on_over_passages_and_a_click_waits_its_turn(
    page: Page, address: str, sample: Sample
) -> None:
    before = len(codings(sample))
    page.goto(f"{address}/coding?from=queue&factor=culture")
    settle(page)
    wait_for_keys(page)
    type_fast(page, "1f2b\n4m\nm5")
    page.locator(".st-key-coding-done button").first.click()
    type_fast(page, "n6")
    expect(page.get_by_text("3 of 9 passages done")).to_be_visible()
    until(page, lambda: len(codings(sample)) == before + 5)
    made = codings(sample)[before:]
    places = [one.passage_id for one in made]
    assert places[0] == places[1]
    assert len(set(places)) == 4
    assert [one.direction for one in made] == [
        "facilitator", "barrier", "mixed", "mixed", "neutral",
    ]  # fmt: skip

    type_fast(page, "z" * (len(made) + 3))
    expect(page.get_by_text("0 of 9 passages done")).to_be_visible()
    until(page, lambda: len(codings(sample)) == before)  # the last key may still be on its way


def test_what_is_typed_into_a_field_codes_nothing(page: Page, address: str, sample: Sample) -> None:
    before = codings(sample)
    passage = sample.passage("Ledelse")
    open_desk(page, address, passage.id)
    page.keyboard.press("Control+b")
    page.keyboard.press("Shift+F")
    page.keyboard.press("Alt+1")
    type_fast(page, "t")
    field = page.get_by_label("Comment", exact=True)
    expect(field).to_be_focused()
    page.wait_for_timeout(500)
    type_fast(page, "1f 2b zå")
    expect(field).to_have_value("1f 2b zå")
    page.keyboard.press("Control+Enter")
    expect(page.locator(STATUS)).to_have_text("The comment is kept.")
    assert [one.text for one in passage_comments(sample.store, passage.id, "Kari")] == ["1f 2b zå"]
    assert codings(sample) == before


def test_keys_turned_off_do_nothing(page: Page, address: str, sample: Sample) -> None:
    before = codings(sample)
    open_desk(page, address, sample.passage("Ledelse").id)
    done = page.locator(".st-key-coding-done button")
    page.get_by_text("Keys", exact=True).click()
    expect(done).to_have_text("Next")
    settle(page)
    type_fast(page, "1f")
    page.get_by_text("Keys", exact=True).click()
    expect(done).not_to_have_text("Next")
    settle(page)
    wait_for_keys(page)
    type_fast(page, "2b")
    until(page, lambda: len(codings(sample)) == len(before) + 1)
    (kept,) = codings(sample)[len(before) :]
    assert kept.direction == "barrier"
    take_back_all(page, sample)


def test_a_click_on_a_suggestion_waits_its_turn_among_keys(
    page: Page, address: str, sample: Sample
) -> None:
    """Keys before it come first, keys after it later; it is about the passage that was seen."""
    before = len(codings(sample))
    page.goto(f"{address}/coding?from=queue&factor=leadership")
    settle(page)
    wait_for_keys(page)
    for _ in range(9):
        if page.locator(".st-key-coding-accept-0 button:visible").count():
            break
        page.keyboard.press("s")
        page.wait_for_timeout(1500)
    hint = page.locator(".st-key-coding-accept-0 button:visible").first
    hint.evaluate(AT_ONCE)
    until(page, lambda: len(codings(sample)) == before + 4)
    settle(page)
    made = codings(sample)[before:]
    assert [one.act for one in made] == ["add", "add", "accept", "add"]
    seen, after = {one.passage_id for one in made[:3]}, made[3].passage_id
    assert len(seen) == 1 and after not in seen
    type_fast(page, "z" * 5)
    until(page, lambda: len(codings(sample)) == before)


def test_a_coding_is_commented_on_and_keys_wait_for_the_field(
    page: Page, address: str, sample: Sample
) -> None:
    passage = sample.passage("Samverkan", 1)
    open_desk(page, address, passage.id)
    before = codings(sample)
    type_fast(page, "5b")
    expect(page.locator(STATUS)).to_have_text(re.compile("Coded:"))
    button = page.locator("[class*=st-key-coding-remark-] button:visible").first
    button.click()
    field = page.get_by_label("Comment on")
    expect(field).to_be_focused()
    type_fast(page, "1f sá «ég» 🙂")
    expect(field).to_have_value("1f sá «ég» 🙂")
    page.keyboard.press("Control+Enter")
    expect(page.locator(STATUS)).to_have_text("The comment is kept.")
    (comment,) = [
        one for one in passage_comments(sample.store, passage.id, "Kari") if one.coding_id
    ]
    assert comment.text == "1f sá «ég» 🙂"
    assert len(codings(sample)) == len(before) + 1
