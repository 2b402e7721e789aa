"""The figures: cross-fitted, grouped by publication, and the same every time."""

from __future__ import annotations

import json

import numpy as np
import pytest

from corpora.codebook import load_codebook
from corpora.starter import load_starter
from pipeline.machine_coding.evaluate import (
    DIVISIONS,
    judge,
    mean_average_precision,
    measure_publications,
    record_of,
)
from pipeline.machine_coding.model_card import render_card
from pipeline.machine_coding.model_files import SHIPPED, read_model

GROUPS = np.array([f"p{place % 20}" for place in range(400)])


def sample(noise: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    truth = (rng.random((400, 2)) < 0.3).astype(float)
    return truth + noise * rng.normal(size=truth.shape), truth


def test_perfect_scores_are_judged_perfect() -> None:
    scores, truth = sample(0.0)
    judged = judge(scores, truth, GROUPS, shared=False)
    assert judged.macro_f1() == 1.0
    assert judged.mean_counts().micro == (1.0, 1.0, 1.0)


def test_scores_of_pure_noise_are_judged_poor() -> None:
    rng = np.random.default_rng(1)
    _, truth = sample(0.0)
    judged = judge(rng.normal(size=truth.shape), truth, GROUPS, shared=False)
    assert judged.macro_f1() < 0.55


def test_judging_is_repeatable_and_averages_several_divisions() -> None:
    scores, truth = sample(0.6)
    first, again = (judge(scores, truth, GROUPS, shared=True) for _ in range(2))
    assert first.macro_f1() == again.macro_f1()
    assert len(first.shown) == DIVISIONS
    assert len({shown.tobytes() for shown in first.shown}) > 1


def test_no_publication_is_judged_by_itself() -> None:
    # One publication's scores are shifted: had it a say in its own calibration, its many texts
    # would pull the threshold along.
    scores, truth = sample(0.1)
    alone = np.array(["odd" if place < 200 else f"p{place}" for place in range(400)])
    scores[:200] += 5.0
    judged = judge(scores, truth, alone, shared=False)
    assert all(shown[:200].all() for shown in judged.shown)


def test_counts_of_a_part_add_up_to_those_of_the_whole() -> None:
    scores, truth = sample(0.5)
    judged = judge(scores, truth, GROUPS, shared=False)
    half = np.arange(400) < 150
    whole = judged.mean_counts().hits
    assert judged.mean_counts(half).hits + judged.mean_counts(~half).hits == pytest.approx(whole)


def test_average_precision_by_hand() -> None:
    scores = np.array([[0.9], [0.8], [0.7], [0.6]])
    truth = np.array([[1.0], [0.0], [1.0], [0.0]])
    assert mean_average_precision(scores, truth) == pytest.approx((1 + 2 / 3) / 2)


def test_publication_figures_are_shares() -> None:
    figures = measure_publications(load_starter(), load_codebook().ids("evidence_types"))
    assert 0.95 <= figures["countries"]["jaccard_text"] <= 1.0
    assert 0.75 <= figures["evidence_type"]["accuracy"] <= 1.0


def test_a_record_leaves_out_what_is_not_known() -> None:
    for one in load_starter():
        record = record_of(one)
        assert all(record.values())
        assert ("container-title" in record) == bool(one.journal)


def test_the_card_says_what_matters() -> None:
    facts = read_model(SHIPPED).facts
    card = render_card(facts)
    assert "| Factors, macro F1 |" in card
    for factor in facts.factors:
        assert f"| `{factor}` |" in card
    for words in ("What it is bad at", "it has learnt from their labels", facts.data_hash):
        assert words in card


def test_the_card_follows_the_facts() -> None:
    facts = read_model(SHIPPED).facts
    figures = json.loads(json.dumps(facts.figures))
    figures["factors"]["macro_f1"] = 0.99
    assert "0.99" in render_card(facts.model_copy(update={"figures": figures}))
