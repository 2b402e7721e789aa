"""Filters leave out what they say and lose nothing: precision 1, recall of the full ranking.

Over many random filters, a search with a filter must give what filtering the ranking of all
passages gives, in its order and with its scores: by comparing all rows, and by the lists of
neighbours that a big index has. The rows are the starter's, multiplied.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.search import dense as dense_module
from kb.search import parts as parts_module
from kb.search import ranking as ranking_module
from kb.search.build import build_index
from kb.search.fitting import fitting_of
from kb.search.rows import Filters, Hit, IndexRow, row_context
from kb.search.searcher import Searcher
from tests.bench.multiplied import DIRECTIONS, FACTORS, ManyRows, many_vectors
from tests.gates.search_figures import starter_questions, starter_rows
from tests.models import shared_search_embedder, shared_vector_cache, starter_lock

SIZE, FILTERS, K = 1_200, 40, 10
EXACT, LISTS = "all rows", "lists"
Found = tuple[str, float]
BROAD_RECALL = 0.97  # of a filter that leaves more rows than are compared one by one
QUESTIONS = [question.text for question in starter_questions()][::60]  # in four languages


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with lists of neighbours, which can be searched either way."""
    made = tmp_path_factory.mktemp("many")
    rows, embedder, cache = starter_rows(), shared_search_embedder(), shared_vector_cache()
    with starter_lock():
        vectors = cache.embed(embedder, [row_context(row) for row in rows])
        fitting = fitting_of(embedder, cache)
    languages = [row.language for row in rows]
    centred = fitting.means.centre(vectors, languages)
    many = many_vectors(made / "raw.npy", centred, languages, fitting.means, SIZE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dense_module, "EXACT_ROWS", 100)
        facts = build_index(made, ManyRows(rows, SIZE), many, fitting.means, fitting.weights)
    assert facts.kind == "lists"
    assert facts.recall >= dense_module.LEAST_RECALL
    return made


@pytest.fixture(params=[EXACT, LISTS])
def searcher(
    request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Searcher]:
    """A search over all rows, with bounds that matter at this size, or one that is proposed to."""
    monkeypatch.setattr(parts_module, "FIRST_READ", 60)
    monkeypatch.setattr(parts_module, "FEW_ROWS", 50)
    if request.param == LISTS:
        monkeypatch.setattr(ranking_module, "EXACT_ROWS", 100)
    opened = Searcher(folder, shared_search_embedder())
    assert opened.proposes == (request.param == LISTS)
    yield opened


@pytest.fixture(scope="module")
def rankings(folder: Path) -> dict[str, list[Found]]:
    """For each question all rows in order, read by a search that compares every one."""
    everything = Searcher(folder, shared_search_embedder())
    return {text: found(everything.search(text, k=SIZE)) for text in QUESTIONS}


def random_filters(dice: random.Random, rows: list[IndexRow]) -> Filters:
    """Filters of one facet or several: those of a row there is, or of none."""
    like = dice.choice(rows)
    year = like.year or 2015
    whole = {
        "countries": like.countries[:1] or ("AX",),
        "languages": (like.language,),
        "publishers": (like.publisher or "nobody",),
        "publications": (like.publication_id,),
        "factors": tuple(dice.sample(FACTORS, 2)),
        "directions": (dice.choice(DIRECTIONS),),
        "sectors": like.sectors[:1] or ("school",),
        "year_from": year - dice.randrange(4),
        "year_to": year + dice.randrange(4),
    }
    chosen = dice.sample(sorted(whole), dice.randint(1, 4))
    return Filters(**{name: whole[name] for name in chosen})  # type: ignore[arg-type]


def fits(row: IndexRow, wanted: Filters) -> bool:
    """Say whether a row is what the filters mean, in the plainest way."""
    pairs = [
        (one.factor, one.direction)
        for one in row.codings
        if (not wanted.factors or one.factor in wanted.factors)
        and (not wanted.directions or one.direction in wanted.directions)
    ]
    year = row.year if row.year is not None else -1
    return (
        (not (wanted.factors or wanted.directions) or bool(pairs))
        and (not wanted.countries or bool({*wanted.countries} & {*row.countries}))
        and (not wanted.sectors or bool({*wanted.sectors} & {*row.sectors}))
        and (not wanted.languages or row.language in wanted.languages)
        and (not wanted.publishers or row.publisher in wanted.publishers)
        and (not wanted.publications or row.publication_id in wanted.publications)
        and (wanted.year_from is None or year >= wanted.year_from)
        and (wanted.year_to is None or 0 <= year <= wanted.year_to)
    )


def found(hits: list[Hit]) -> list[Found]:
    """Return the passages and their scores, in order."""
    return [(hit.row.passage_id, round(hit.score, 5)) for hit in hits]


def cases() -> list[tuple[str, Filters]]:
    """Questions with random filters, among them some that nothing and one row satisfies."""
    dice, rows = random.Random(7), list(ManyRows(starter_rows(), SIZE))
    made = [(dice.choice(QUESTIONS), random_filters(dice, rows)) for _ in range(FILTERS)]
    made.append((QUESTIONS[0], Filters(countries=("AX",), year_from=2090)))
    one = min(rows, key=lambda row: row.passage_id)
    made.append((QUESTIONS[1], Filters(publications=(one.publication_id,), languages=("nb",))))
    return made


def test_a_filter_gives_what_filtering_all_gives(
    searcher: Searcher, rankings: dict[str, list[Found]]
) -> None:
    rows = {row.passage_id: row for row in ManyRows(starter_rows(), SIZE)}
    for question, wanted in cases():
        allowed = {name for name, row in rows.items() if fits(row, wanted)}
        assert searcher.count(wanted) == len(allowed)
        hits = searcher.search(question, k=K, filters=wanted)
        assert {hit.row.passage_id for hit in hits} <= allowed  # precision
        assert found(hits) == [one for one in rankings[question] if one[0] in allowed][:K]


def test_a_broad_filter_goes_through_the_lists(
    rankings: dict[str, list[Found]], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking_module, "EXACT_ROWS", 100)
    monkeypatch.setattr(dense_module, "SCAN_ROWS", 50)
    for module in (dense_module, ranking_module):
        monkeypatch.setattr(module, "PROPOSED", 100)
    proposing = Searcher(folder, shared_search_embedder())
    rows = {row.passage_id: row for row in ManyRows(starter_rows(), SIZE)}
    shares = []
    for question, wanted in cases():
        right = [one for one in rankings[question] if fits(rows[one[0]], wanted)][:K]
        hits = proposing.search(question, k=K, filters=wanted)
        assert len(hits) == len(right)
        right_names = {name for name, _ in right}
        shares += (
            [len(right_names & {name for name, _ in found(hits)}) / len(right)] if right else []
        )
    assert sum(shares) / len(shares) >= BROAD_RECALL
