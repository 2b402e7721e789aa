"""Search may not get worse: the starter's known-item questions against floors that only rise.

`search_floors.json` holds the floors and the hash of the data they were measured on. When the
starter changes, measure again (`python -m tests.bench.bench_search`), and write both anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kb.search.searcher import Searcher
from tests.gates.search_figures import (
    Figures,
    data_hash,
    plain_search,
    rank_by,
    starter_questions,
    starter_searcher,
)
from tests.models import shared_embedder, shared_vector_cache, starter_lock

FLOORS: dict[str, Any] = json.loads(
    Path(__file__).with_name("search_floors.json").read_text("utf-8")
)
# The floors as first written: nobody lowers them below these without editing this test too.
LOWEST = {"across": (0.43, 0.68), "within": (0.69, 0.875)}


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    with starter_lock():
        return starter_searcher(
            tmp_path_factory.mktemp("generation"), shared_embedder(), shared_vector_cache()
        )


@pytest.fixture(scope="module")
def figures(searcher: Searcher) -> dict[str, Figures]:
    return rank_by(lambda query: [hit.row.passage_id for hit in searcher.search(query)])


def test_the_floors_are_of_this_data() -> None:
    assert FLOORS["data"] == data_hash(), "the starter has changed: measure the floors again"
    assert len(starter_questions()) == 211


def test_the_floors_have_not_been_lowered() -> None:
    for name, (mrr, recall) in LOWEST.items():
        assert FLOORS[name]["mrr"] >= mrr
        assert FLOORS[name]["recall"] >= recall


@pytest.mark.parametrize("name", [name for name in FLOORS if name != "data"])
def test_questions_find_their_passage(figures: dict[str, Figures], name: str) -> None:
    assert figures[name].mrr >= FLOORS[name]["mrr"]
    assert figures[name].recall >= FLOORS[name]["recall"]


def test_it_beats_the_plain_model_by_far_across_languages(figures: dict[str, Figures]) -> None:
    with starter_lock():
        plain = rank_by(plain_search(shared_embedder(), shared_vector_cache()))
    assert figures["across"].mrr >= 2.2 * plain["across"].mrr
    assert figures["within"].mrr >= plain["within"].mrr + 0.08
