"""Marked spans: quoted with what is around them, and found again in a text that has changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.coding.spans import make_span, place_span
from kb.errors import CodingError
from tests.builders import TEXTS

TEXT = TEXTS[1]


def marked(text: str, words: str, nth: int = 0) -> dict[str, str]:
    at = -1
    for _ in range(nth + 1):
        at = text.index(words, at + 1)
    return make_span(text, at, at + len(words))


def found(text: str, span: dict[str, str]) -> str | None:
    place = place_span(text, span)
    return text[place[0] : place[1]] if place else None


def test_a_span_is_a_text_quote_without_blanks_at_its_edges() -> None:
    at = TEXT.index(" ofte ")
    span = make_span(TEXT, at, at + len(" ofte "))
    assert span["exact"] == "ofte"
    assert TEXT.startswith(span["prefix"] + "ofte" + span["suffix"][:10])


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 2), (0, 10_000)])
def test_a_span_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(CodingError, match="inside the passage's"):
        make_span(TEXT, start, end)


def test_blanks_alone_are_refused() -> None:
    with pytest.raises(CodingError, match="only blanks"):
        make_span("a   b", 1, 3)


@given(st.text(min_size=1, max_size=60), st.data())
def test_what_was_marked_is_found_in_the_same_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if text[start:end].strip():
        span = make_span(text, start, end)
        assert found(text, span) == text[start:end].strip()


def test_of_equal_words_the_ones_with_the_same_context_are_meant() -> None:
    text = "Møter hver uke hjalp. Møter uten saksliste hjalp ikke. Møter i skolen hjalp."
    span = marked(text, "Møter", 1)
    assert place_span(text, span) == (22, 27)
    longer = "Først dette. " + text
    assert place_span(longer, span) == (35, 40)


def test_a_span_with_a_word_put_in_is_found() -> None:
    span = marked(TEXT, "ble ofte oppfattet som et hinder")
    edited = TEXT.replace("ofte oppfattet", "svært ofte oppfattet")
    assert found(edited, span) == "ble svært ofte oppfattet som et hinder"


def test_spacing_and_soft_hyphens_do_not_matter() -> None:
    span = marked(TEXT, "som et hinder")
    assert found("Den ble sett som  et\u00a0hinder her", span) == "som  et\u00a0hinder"
    assert found("Den ble sett som et hin\u00adder her", span) == "som et hin\u00adder"


@pytest.mark.parametrize("text", ["", "Noe helt annet.", "som x x x x x x et y y y y hinder"])
def test_a_span_that_is_gone_is_not_found(text: str) -> None:
    assert place_span(text, marked(TEXT, "som et hinder")) is None
