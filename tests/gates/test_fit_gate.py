"""Search says that nothing fits where nothing does, and hardly ever where something does."""

from __future__ import annotations

import numpy as np

from kb.search.fit import BIAS, CLOSENESS_WEIGHT, KNOWN_WEIGHT
from tests.bench.bench_fit import cross_validate, measure
from tests.models import shared_search_embedder

MOST_DOUBTED = 0.02  # of the starter's own questions
LEAST_NOTICED = 0.88  # of those on other subjects


def test_questions_on_other_subjects_are_told_from_those_of_the_starter() -> None:
    """The background is made of other questions than those that are judged by it."""
    measured = measure(shared_search_embedder())
    said = cross_validate(measured, np.array([CLOSENESS_WEIGHT, KNOWN_WEIGHT, BIAS]))
    assert said.related <= MOST_DOUBTED * len(measured.related)
    assert said.unrelated >= LEAST_NOTICED * len(measured.unrelated)
