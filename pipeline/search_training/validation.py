"""Measures search on questions about starter passages, of which nothing was learned.

Owns the ranks, the choice of the fusion's weights and the figures. Weights are chosen on other
questions than those that figures are of.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kb.search.cognates import CognateIndex
from kb.search.fusion import DEFAULT_WEIGHTS, FusionWeights, Mask, Scores, fuse, saturate
from kb.search.languages import field_of
from kb.search.lexical import LexicalIndex

CLEARLY = 0.02  # how much better (MRR@10) other weights must be to be preferred to the usual ones
DEPTH = 10  # the k of MRR@k and recall@k
CHOICES = tuple(
    FusionWeights(words, cognates)
    for words, cognates in itertools.product((0.1, 0.15, 0.2, 0.3), (0.0, 0.05, 0.1, 0.15, 0.2))
)


@dataclass(frozen=True)
class KnownItem:
    """A known-item question and the row that answers it."""

    text: str
    language: str
    row: int
    row_language: str

    @property
    def across(self) -> bool:
        """Whether the answer stands in another language."""
        return self.language != self.row_language


@dataclass(frozen=True)
class Parts:
    """The parts of the score that fusion joins, for one question, each (n,)."""

    closeness: Scores
    words: Scores
    cognates: Scores
    own: Mask


@dataclass(frozen=True)
class Figures:
    """MRR@10 and recall@10 over a set of questions."""

    questions: int
    mrr: float
    recall: float


def score_parts(
    text: str,
    language: str,
    closeness: Scores,
    indexes: tuple[LexicalIndex, CognateIndex],
    row_languages: Sequence[str],
) -> Parts:
    """Return the parts of a question's scores; `closeness` (n,) is its cosine to every row."""
    found: list[Scores] = []
    for index in indexes:
        rows, scores = index.search(text, language, len(row_languages))
        every = np.zeros(len(row_languages), dtype=np.float32)
        every[rows] = scores
        found.append(saturate(every))
    own = np.array([field_of(name) == field_of(language) for name in row_languages])
    return Parts(closeness, found[0], found[1], own)


def rank_of(question: KnownItem, parts: Parts, weights: FusionWeights) -> int:
    """Return the 1-based rank of the row that answers the question."""
    score = fuse(parts.closeness, parts.words, parts.own, parts.cognates, weights)
    return rank_in(score, question.row)


def rank_in(score: Scores, row: int) -> int:
    """Return the 1-based rank of a row, the earlier row first where scores are equal."""
    order = np.argsort(-score, kind="stable")
    return int(np.flatnonzero(order == row)[0]) + 1


def choose_weights(questions: Sequence[KnownItem], parts: Sequence[Parts]) -> FusionWeights:
    """Return the weights best for these questions, or the usual ones if hardly worse.

    What counts is the mean of across's and within's MRR@10; a side without a question does not.
    Without a margin the choice is chance: some forty questions cannot tell weights apart.
    """

    def worth(weights: FusionWeights) -> float:
        ranks = [rank_of(q, p, weights) for q, p in zip(questions, parts, strict=True)]
        sides = [
            figures_of([r for r, q in zip(ranks, questions, strict=True) if q.across == side])
            for side in (True, False)
        ]
        asked = [side.mrr for side in sides if side.questions]
        return sum(asked) / len(asked)

    best = max(CHOICES, key=worth)
    return best if worth(best) > worth(DEFAULT_WEIGHTS) + CLEARLY else DEFAULT_WEIGHTS


def figures_of(ranks: Sequence[int]) -> Figures:
    """Return the figures of these ranks; 0 stands for not found."""
    if not ranks:
        return Figures(0, 0.0, 0.0)
    met = [rank for rank in ranks if 0 < rank <= DEPTH]
    return Figures(len(ranks), sum(1 / rank for rank in met) / len(ranks), len(met) / len(ranks))
