"""Passages coded with a factor that the question names stand higher, in either kind of index."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kb.search import ranking as ranking_module
from kb.search.build import build_index
from kb.search.named_factors import LIFT_ALONE, OTHER_DIRECTION, FactorNames
from kb.search.rows import Filters, IndexRow, MachineCoding, PersonCoding
from kb.search.searcher import Searcher
from tests.kb.search.sample_rows import (
    DirectionEmbedder,
    FixedOverlay,
    make_row,
    make_vectors,
    no_means,
)

SIZE = 60
CODED = (MachineCoding("information_sharing", "barrier", 0.9),)


def names(language: str) -> FactorNames:
    assert language == "nb"
    return {"information_sharing": ("Deling", "taushetsplikt")}


def rows() -> list[IndexRow]:
    return [
        make_row(f"r{n}", f"Tekst {n} om noe.", codings=CODED if n % 3 == 0 else ())
        for n in range(SIZE)
    ]


@pytest.fixture(params=["exact", "lists"])
def searcher(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Searcher:
    made = rows()
    build_index(tmp_path, made, make_vectors([row.text for row in made]), no_means())
    if request.param == "lists":
        monkeypatch.setattr(ranking_module, "EXACT_ROWS", 10)
        monkeypatch.setattr(ranking_module, "PROPOSED", 12)
    return Searcher(tmp_path, DirectionEmbedder())


def test_every_row_is_scored_with_what_it_gains(searcher: Searcher) -> None:
    plain = searcher.answer("taushetsplikt", SIZE, language="nb").hits
    lifted = searcher.answer("taushetsplikt", SIZE, language="nb", names=names)
    assert lifted.named.factors == ("information_sharing",)
    before = {hit.row.passage_id: hit.score for hit in plain}
    for hit in lifted.hits:
        gained = hit.score - before[hit.row.passage_id]
        assert gained == pytest.approx(LIFT_ALONE if hit.row.codings else 0.0, abs=1e-6)
    closeness = {hit.row.passage_id: hit.closeness for hit in plain}
    assert all(closeness[hit.row.passage_id] == hit.closeness for hit in lifted.hits)
    scores = [hit.score for hit in lifted.hits]
    assert scores == sorted(scores, reverse=True)


def test_the_best_few_are_the_best_of_all(searcher: Searcher) -> None:
    every = searcher.answer("taushetsplikt", SIZE, language="nb", names=names).hits
    for filters in (None, Filters(factors=("information_sharing",))):
        few = searcher.answer("taushetsplikt", 5, filters, language="nb", names=names).hits
        kept = [hit for hit in every if filters is None or hit.row.codings][:5]
        assert [hit.row.passage_id for hit in few] == [hit.row.passage_id for hit in kept]
        assert [hit.score for hit in few] == [hit.score for hit in kept]


def test_another_direction_than_the_one_asked_for_gains_half(tmp_path: Path) -> None:
    helps = (MachineCoding("information_sharing", "facilitator", 0.9),)
    made = [make_row(f"r{n}", f"Tekst {n}.", codings=(CODED, helps, ())[n % 3]) for n in range(30)]
    build_index(tmp_path, made, make_vectors([row.text for row in made]), no_means())
    searcher = Searcher(tmp_path, DirectionEmbedder())
    asked = "taushetsplikt som hinder"
    plain = {h.row.passage_id: h.score for h in searcher.answer(asked, 30, language="nb").hits}
    wanted = {"barrier": LIFT_ALONE, "facilitator": LIFT_ALONE * OTHER_DIRECTION}
    for hit in searcher.answer(asked, 30, language="nb", names=names).hits:
        gained = hit.score - plain[hit.row.passage_id]
        directions = [coding.direction for coding in hit.row.codings]
        assert gained == pytest.approx(sum(wanted[name] for name in directions), abs=1e-6)


def test_peoples_word_counts(tmp_path: Path) -> None:
    made = rows()
    build_index(tmp_path, made, make_vectors([row.text for row in made]), no_means())
    said = FixedOverlay(
        {
            "r0": (PersonCoding("information_sharing", "barrier", "rejected", "Åse"),),
            "r1": (PersonCoding("information_sharing", "barrier", "accepted", "Åse"),),
        }
    )
    searcher = Searcher(tmp_path, DirectionEmbedder(), said)
    plain = {h.row.passage_id: h.score for h in searcher.answer("taushetsplikt", SIZE).hits}
    lifted = searcher.answer("taushetsplikt", SIZE, language="nb", names=names).hits
    gained = {hit.row.passage_id: hit.score - plain[hit.row.passage_id] for hit in lifted}
    assert gained["r0"] == pytest.approx(0.0, abs=1e-6)
    assert gained["r1"] == pytest.approx(LIFT_ALONE, abs=1e-6)


def test_a_question_without_a_factor_ranks_as_before(searcher: Searcher) -> None:
    plain = searcher.answer("noe annet", 10, language="nb").hits
    named = searcher.answer("noe annet", 10, language="nb", names=names)
    assert not named.named.factors
    assert [hit.row.passage_id for hit in named.hits] == [hit.row.passage_id for hit in plain]
    np.testing.assert_array_equal([h.score for h in named.hits], [h.score for h in plain])
