from __future__ import annotations

from kb.search.rows import Filters, passage_context, row_context
from tests.kb.search.sample_rows import make_row


def test_the_embedded_text_says_where_the_passage_stands() -> None:
    assert passage_context("Rapporten", "Funn › Ledelse", "Tekst.") == (
        "Rapporten. Funn › Ledelse. Tekst."
    )
    assert row_context(make_row("a1", "Tekst.")) == "Rapporten. Funn. Tekst."


def test_what_is_missing_leaves_no_trace() -> None:
    assert passage_context("", "", "Tekst.") == "Tekst."
    assert passage_context("Rapporten.", " ", "Tekst.") == "Rapporten. Tekst."
    assert passage_context("", "Funn", "Tekst.") == "Funn. Tekst."


def test_filters_know_when_they_ask_for_nothing() -> None:
    assert Filters().is_empty()
    assert not Filters(verified=True).is_empty()
    assert not Filters(year_from=0).is_empty()
