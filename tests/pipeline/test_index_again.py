"""A generation built after many changes is what a first build of the same record would be."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from kb.embedding import Embedder
from kb.generation import current_generation
from kb.search.fit import Background, unrelated_texts
from kb.search.rows import Filters, Hit
from kb.search.searcher import Searcher
from kb.settings import Settings
from kb.store import open_store
from kb.vector_runtime import Vectors
from pipeline.index import run_index
from tests.builders import passage
from tests.gates.search_figures import starter_questions, starter_rows
from tests.models import shared_search_embedder
from tests.pipeline.test_index import Bench

ROUNDS, START, A_ROUND = 3, 8, 2
QUESTIONS = [question.text for question in starter_questions()][:4]


@pytest.fixture
def bench(warm: Settings) -> Iterator[Bench]:
    store = open_store(warm)
    yield Bench(warm, store)
    store.close()


def texts() -> Iterator[str]:
    """Texts of the starter, one after another."""
    for row in starter_rows():
        yield row.text


def answers(settings: Settings) -> list[tuple[object, ...]]:
    """All that some searches give, scores and marks included, of the current generation."""
    folder = current_generation(settings.generations_folder).path
    searcher = Searcher(folder, shared_search_embedder())
    found: list[Hit] = []
    for question in QUESTIONS:
        found += searcher.search(question, k=20)
        found += searcher.search(question, k=5, group="publication")
        found += searcher.search(question, k=5, filters=Filters(factors=("leadership",)))
    found += searcher.search('"samarbeid"', k=50)
    return [
        (hit.row, hit.score, hit.closeness, hit.words, hit.highlights, hit.meaning, hit.met)
        for hit in found
    ]


def change(bench: Bench, ids: list[str], fresh: Iterator[str], dice: random.Random) -> None:
    """Some publications new, some with other passages, some taken out."""
    for _ in range(A_ROUND):
        ids.append(bench.put(f"Rapport {len(ids)}", next(fresh), next(fresh)))
    for name in dice.sample(ids, 2):
        bench.write(name, passage(next(fresh)), passage(next(fresh)))
    bench.write(ids.pop(dice.randrange(len(ids))))
    bench.screen(dice.choice(ids), "exclude", by="Åse")


def test_random_changes_end_where_a_first_build_would(bench: Bench, tmp_path: Path) -> None:
    dice, fresh = random.Random(5), texts()
    ids = [bench.put(f"Rapport {n}", next(fresh), next(fresh)) for n in range(START)]
    bench.run()
    for _ in range(ROUNDS):
        change(bench, ids, fresh, dice)
        report = bench.run()
        assert report.added > 0
        assert report.removed > 0
        assert report.added + report.kept == report.passages
        assert report.embedded < report.passages
    first = bench.settings.model_copy(update={"home": tmp_path / "anew"})
    # The model's last bits hang on which texts are embedded together, so the vectors are the same.
    shutil.copytree(bench.settings.vectors_folder, first.vectors_folder)
    whole = replace(bench, settings=first).run()
    assert (whole.kept, whole.added, whole.removed) == (0, report.passages, 0)
    assert answers(first) == answers(bench.settings)


def test_a_full_build_is_made_on_demand_and_changes_nothing(bench: Bench) -> None:
    fresh = texts()
    for number in range(4):
        bench.put(f"Rapport {number}", next(fresh))
    bench.run()
    before = answers(bench.settings)
    assert bench.run().built is False
    again = bench.run(full=True)
    assert (again.generation, again.built, again.kept, again.added) == (2, True, 4, 0)
    assert again.embedded == 0
    assert answers(bench.settings) == before


class Counting:
    """The embedder that search uses, and how many questions it was asked to embed."""

    def __init__(self) -> None:
        self.questions = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(shared_search_embedder(), name)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions, and count them."""
        self.questions += len(texts)
        return shared_search_embedder().embed_queries(texts)


def test_questions_on_other_subjects_are_embedded_once(bench: Bench) -> None:
    bench.settings.vectors_folder.unlink()  # the one that all tests share
    fresh, counting = texts(), Counting()
    measured = []
    for number in range(2):
        bench.put(f"Rapport {number}", next(fresh))
        run_index(bench.settings, bench.store, bench.coder, cast(Embedder, counting))
        folder = current_generation(bench.settings.generations_folder).path
        measured.append(Background.load(folder))
    assert counting.questions == len(unrelated_texts())
    assert measured[0] is not None
    assert measured[1] is not None
    assert measured[1].mean >= measured[0].mean  # of more passages one is as near or nearer


def test_the_manifest_says_how_the_nearest_are_found(bench: Bench) -> None:
    bench.put("Rapport", next(texts()))
    bench.run()
    manifest = current_generation(bench.settings.generations_folder).manifest
    assert manifest["nearest"] == {"kind": "exact", "recall": 1.0, "lists": 0, "probes": 0}
