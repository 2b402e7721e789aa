"""A rerun does not search again, and a person's act is never hidden by a kept answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st

from app import answers
from kb.coding.codings import record_coding
from kb.errors import QueryError
from kb.knowledge_base import KnowledgeBase, open_knowledge_base
from kb.search.rows import Filters
from kb.search.searcher import Searcher
from tests.app.sample_base import Sample


@pytest.fixture
def kb(sample: Sample) -> Iterator[KnowledgeBase]:
    """The small knowledge base, with nothing kept before or after."""
    st.cache_data.clear()
    yield open_knowledge_base(sample.settings)
    st.cache_data.clear()


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that reach the searcher, in order."""
    asked: list[str] = []
    real = Searcher.answer

    def counting(self: Searcher, typed: str, *args: Any, **more: Any) -> Any:
        asked.append(typed)
        return real(self, typed, *args, **more)

    monkeypatch.setattr(Searcher, "answer", counting)
    return asked


def test_the_same_question_is_searched_once(kb: KnowledgeBase, searches: list[str]) -> None:
    first = answers.search(kb, "ledelse", 5, Filters(), "passage")
    assert answers.search(kb, "ledelse", 5, Filters(), "passage") == first
    assert searches == ["ledelse"]
    answers.search(kb, "ledelse", 5, Filters(countries=("SE",)), "passage")
    answers.search(kb, "ledelse", 5, Filters(), "publication")
    answers.search(kb, "ledelse", 6, Filters(), "passage")
    answers.search(kb, "leder", 5, Filters(), "passage")
    assert len(searches) == 5
    assert first.records == kb.search("ledelse", 5, Filters(), "passage")


def test_a_persons_act_shows_at_once(kb: KnowledgeBase, searches: list[str]) -> None:
    def verified() -> int:
        return answers.evidence_map(kb, "factor", "country", Filters()).total.verified

    def first() -> dict[str, Any]:
        question = "Taushetsplikten oppleves som et hinder"
        return answers.search(kb, question, 5, Filters(), "passage").records[0]

    before, checked = first(), verified()
    coding = before["codings"][0]
    for act, status in (("accept", "accepted"), ("withdraw", "suggested")):
        record_coding(
            kb.store,
            kb.codebook,
            before["passage_id"],
            factor=coding["factor"],
            direction=coding["direction"],
            act=act,
            coder="Answering",
        )
        assert first()["codings"][0]["status"] == status
        assert verified() == checked + (act == "accept")
    assert len(searches) == 3


def test_changing_an_answer_does_not_change_the_kept_one(kb: KnowledgeBase) -> None:
    answers.search(kb, "ledelse", 5, Filters(), "passage").records.clear()
    assert answers.search(kb, "ledelse", 5, Filters(), "passage").records


def test_an_error_is_not_kept(kb: KnowledgeBase) -> None:
    for _ in range(2):
        with pytest.raises(QueryError, match="--group"):
            answers.search(kb, "ledelse", 5, Filters(), "table")
