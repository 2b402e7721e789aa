"""The learning queue must save the looking that issue 6 asks, on the starter's labels.

The two parameters of the learner were chosen on the nine common factors with seeds 0 to 2; what is
measured here are the six rare ones with other seeds.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.gates.coding_figures import training_data
from tests.gates.queue_figures import rare_factors, ratios, screening_pool, starter, together
from tests.gates.queue_replay import RARE, one_factor, saved_work

DATA = "90335142a73fcef4"
SEEDS = range(100, 120)
MOST_LOOKING = 0.60  # of what random order needs, mean over the rare factors; issue 6
MOST_TOGETHER = 0.78  # the same in one queue for all factors
LEAST_SAVED = 0.30  # WSS@95 of finding the 40 abstracts on other subjects


def test_the_figures_are_of_this_data() -> None:
    assert training_data().hash() == DATA, "the data has changed: measure again"


def test_rare_factors_are_found_early() -> None:
    found = ratios(SEEDS)
    assert len(found) >= 6
    assert sum(found.values()) / len(found) <= MOST_LOOKING
    assert max(found.values()) < 0.9


def test_one_queue_for_all_factors_saves_too() -> None:
    found = together(range(100, 102))
    assert sum(found.values()) / len(found) <= MOST_TOGETHER


def test_the_learner_alone_saves_too() -> None:
    """Without any word of the machine, from random places and people's answers only."""
    pool, labels = starter()
    cold = replace(pool, prior=np.zeros_like(pool.prior))
    found = [
        one_factor(cold, labels, at, seed) for at in rare_factors() for seed in range(100, 104)
    ]
    assert np.mean(found) < 0.75
    assert all(0 < labels[:, at].sum() <= RARE for at in rare_factors())


def test_screening_finds_the_few_early() -> None:
    pool, labels = screening_pool()
    assert np.mean([saved_work(pool, ~labels, seed) for seed in range(100, 103)]) >= LEAST_SAVED
