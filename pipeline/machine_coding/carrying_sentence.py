"""Which sentence of a text carries a coding.

Owns choosing among a text's sentences by the coder's own n-gram weights and the factor's cue
words. Where sentences end is `pipeline.sentences`'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.cue_words import normalise
from pipeline.machine_coding.cues import factor_cues
from pipeline.machine_coding.features import FeatureSpace, Floats
from pipeline.machine_coding.scorer import Scorer
from pipeline.sentences import split_sentences

CUE_VALUE = 0.15
"""What a cue word of the factor adds: about what the n-grams of a telling sentence add."""

MOST_CUES = 2


@dataclass(frozen=True)
class SentenceFinder:
    """The sentences of one text, scored once for all targets; made only for texts with codings."""

    text: str
    language: str
    space: FeatureSpace
    scorer: Scorer

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """The text's sentences as (start, end)."""
        return split_sentences(self.text)

    @cached_property
    def _scores(self) -> Floats:
        parts = [self.space.weigh_text(self.text[start:end]) for start, end in self.sentences]
        return np.array([self.scorer.score_grams(part) for part in parts])

    @cached_property
    def _cues(self) -> list[dict[str, int]]:
        cues = factor_cues(self.language)
        counted: list[dict[str, int]] = []
        for start, end in self.sentences:
            counts: dict[str, int] = {}
            for match in cues.find(normalise(self.text[start:end]).split()):
                counts[match.category] = counts.get(match.category, 0) + 1
            counted.append(counts)
        return counted

    def find(self, factor: str, column: int) -> tuple[int, int]:
        """Return (start, end) of the sentence that speaks most for target `column`, `factor`."""
        if not self.sentences:
            return 0, len(self.text)
        values: Sequence[float] = [
            float(score[column]) + CUE_VALUE * min(cues.get(factor, 0), MOST_CUES)
            for score, cues in zip(self._scores, self._cues, strict=True)
        ]
        return self.sentences[int(np.argmax(values))]
