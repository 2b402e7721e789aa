"""Whether "nothing fits" is said of the right questions, and the constants it is said by.

    python -m tests.bench.bench_fit

The starter's known-item questions have an answer, those of `corpora.unrelated` none. In five folds
the background and the weights are made of the other folds' questions. Prints how often it is said,
by the weights of each fold and by those in `kb.search.fit`, and the weights over all questions.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from kb.embedding import Embedder
from kb.search.fit import (
    BIAS,
    CLOSENESS_WEIGHT,
    KNOWN_WEIGHT,
    LEAST,
    LEAST_SPREAD,
    unrelated_texts,
)
from kb.search.lexical import LexicalIndex
from kb.search.searcher import Searcher
from tests.gates.search_figures import starter_questions, starter_searcher
from tests.models import shared_search_embedder, shared_vector_cache, starter_lock

FOLDS = 5
Numbers = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Measured:
    """Per question, (n, 2): the best hit's closeness and the share of its words that are known."""

    related: Numbers
    unrelated: Numbers


@dataclass(frozen=True)
class Said:
    """How many questions of either kind were said to fit nothing."""

    related: int
    unrelated: int


def measure(embedder: Embedder) -> Measured:
    """Search the starter for both kinds of question."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with starter_lock():
            searcher = starter_searcher(folder, embedder, shared_vector_cache())
        words = LexicalIndex(folder)
        asked = [question.text for question in starter_questions()]
        return Measured(
            _support(searcher, words, asked), _support(searcher, words, unrelated_texts())
        )


def _support(searcher: Searcher, words: LexicalIndex, questions: Sequence[str]) -> Numbers:
    rows = []
    for question in questions:
        answer = searcher.answer(question)
        query = answer.query
        known = words.known_share(words.asked(query.text, query.language), query.language)
        rows.append((max(hit.closeness for hit in answer.hits), known))
    return np.array(rows)


def above(support: Numbers, background: Numbers) -> Numbers:
    """Put closeness in units of a background: the closeness of other, unrelated questions."""
    best = background[:, 0]
    spread = max(float(best.std()), LEAST_SPREAD)
    return np.column_stack([(support[:, 0] - best.mean()) / spread, support[:, 1]])


def fit(related: Numbers, unrelated: Numbers) -> Numbers:
    """Return weights (closeness, known, bias) by logistic regression, both kinds counting alike."""
    data = np.concatenate([related, unrelated])
    kinds = np.repeat([1, 0], [len(related), len(unrelated)])
    model = LogisticRegression(class_weight="balanced").fit(data, kinds)
    return np.array([*model.coef_[0], model.intercept_[0]])


def cross_validate(measured: Measured, weights: Numbers | None = None) -> Said:
    """Count what is said of held-out questions, by the weights given or each fold's own."""
    random = np.random.default_rng(0)
    parts = [
        random.permutation(len(kind)) % FOLDS for kind in (measured.related, measured.unrelated)
    ]
    said = [0, 0]
    for fold in range(FOLDS):
        kept, held = measured.related[parts[0] != fold], measured.related[parts[0] == fold]
        others, out = measured.unrelated[parts[1] != fold], measured.unrelated[parts[1] == fold]
        used = fit(above(kept, others), above(others, others)) if weights is None else weights
        for kind, questions in enumerate((held, out)):
            evidence = above(questions, others) @ used[:2] + used[2]
            said[kind] += int((evidence < LEAST).sum())
    return Said(*said)


def main() -> None:
    """Print every figure."""
    measured = measure(shared_search_embedder())
    related, unrelated = len(measured.related), len(measured.unrelated)
    kept = np.array([CLOSENESS_WEIGHT, KNOWN_WEIGHT, BIAS])
    for name, weights in (("each fold's own weights", None), ("kb.search.fit's", kept)):
        said = cross_validate(measured, weights)
        print(
            f"{name}: nothing fits {said.related} of {related} questions of the starter, "
            f"{said.unrelated} of {unrelated} on other subjects"
        )
    whole = fit(
        above(measured.related, measured.unrelated), above(measured.unrelated, measured.unrelated)
    )
    print(f"weights over all: closeness {whole[0]:.2f}, known {whole[1]:.2f}, bias {whole[2]:.2f}")


if __name__ == "__main__":
    main()
