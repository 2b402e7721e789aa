"""Whether anything fits a question: its best hits against what chance brings.

Owns the file `background.json` and the rule. A question on another subject finds a nearest passage
too; how near such passages come, in this index and with this model, is measured when the index is
built, with some fifty questions on other subjects (`corpora.unrelated`). The measure is in units of
that background, so it holds for an index of another size or model.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from corpora.unrelated import load_unrelated
from kb.errors import GenerationError
from kb.search.means import LanguageMeans
from kb.vector_runtime import Vectors

BACKGROUND_FILE = "background.json"
# Logistic regression on the starter's 211 questions against the 52 of other subjects, with the
# model as it is. Said of the held-out questions of five folds (whose background is made without
# them): nothing fits 2 of the 211 and 49 of the 52; with what was trained for search (whose
# background is another) 0 and 49: `python -m tests.bench.bench_fit`.
CLOSENESS_WEIGHT = 2.1  # for each standard deviation that the best hit is above the background
KNOWN_WEIGHT = 3.2  # for the share of the question's words that the index has in its language
BIAS = -4.9
LEAST = -1.0  # below it nothing fits; 0 would flag 5 % of the starter's own questions
# Standard deviations above the background from which a hit is close, and very close, in meaning:
# about half of the starter's own answers are above the second.
CLOSE, VERY_CLOSE = 1.5, 4.5
Level = Literal["close", "very_close"]
LEAST_SPREAD = 0.01  # of an index too small or too alike to have any


@dataclass(frozen=True)
class Background:
    """How close the best passage comes to a question on another subject: mean and spread."""

    mean: float
    spread: float

    def save(self, folder: Path) -> None:
        """Write it into a generation's folder."""
        (folder / BACKGROUND_FILE).write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Background | None:
        """Read a generation's; None where it has none. Raises GenerationError where damaged."""
        path = folder / BACKGROUND_FILE
        try:
            found = json.loads(path.read_text("utf-8"))
            mean, spread = float(found["mean"]), float(found["spread"])
            if not (math.isfinite(mean) and math.isfinite(spread)):
                raise ValueError("its numbers are not finite")
            return cls(mean, spread)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, OverflowError) as error:
            raise GenerationError(
                f"The measure of what fits in {path} cannot be read ({error}); "
                "run `samvirke index` to build a new index."
            ) from error

    def evidence(self, closeness: float, known: float) -> float:
        """Return how much speaks for an answer, as log odds.

        `closeness` is the best hit's cosine, `known` the share (0..1) of the question's words
        that the index has.
        """
        above = (closeness - self.mean) / max(self.spread, LEAST_SPREAD)
        return CLOSENESS_WEIGHT * above + KNOWN_WEIGHT * known + BIAS

    def level(self, closeness: float) -> Level | None:
        """Say in a word how near a hit's cosine is; None where chance brings as near."""
        above = (closeness - self.mean) / max(self.spread, LEAST_SPREAD)
        if above < CLOSE:
            return None
        return "very_close" if above >= VERY_CLOSE else "close"

    def fits(self, closeness: float, known: float) -> bool:
        """Say whether the best hit is more than chance brings."""
        return self.evidence(closeness, known) >= LEAST


def unrelated_texts() -> list[str]:
    """Return the questions to embed for `measure_background`, in its order."""
    return [question.q for question in load_unrelated()]


def measure_background(passages: Vectors, questions: Vectors, means: LanguageMeans) -> Background:
    """Measure the background of an index: `passages` (n, d) centred, `questions` (q, d) not yet."""
    languages = [question.lang for question in load_unrelated()]
    return background_of(means.centre(questions, languages) @ passages.T)


def background_of(closeness: Vectors | Sequence[Sequence[float]]) -> Background:
    """Return the background of cosines (questions, passages)."""
    cosines = np.asarray(closeness, dtype=np.float32)
    best = cosines.max(axis=1) if cosines.size else np.zeros(1, np.float32)
    return Background(float(best.mean()), float(best.std()))
