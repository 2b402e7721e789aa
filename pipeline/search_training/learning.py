"""The training loop: a question must be nearer to the passage that answers it than to all others.

Owns the loss and its settings, which are few.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from kb.search.means import SHARE, LanguageMeans
from kb.search.trained_encoder import TrainedEncoder
from pipeline.progress import Step
from pipeline.search_training.data import TrainingData, TrainingPair
from pipeline.search_training.layers import KEPT_PART, LowerLayers, UpperLayers

EPOCHS = 2
BATCH = 24  # questions, each with its passage
RATE = 2e-4  # 4e-4 began to diverge
WARM_UP = 10  # steps
WEIGHT_DECAY = 0.01
TEMPERATURE = 0.05
BACK_WEIGHT = 0.3  # of the loss from passage to question, against that from question to passage
RENEWED = 2  # times an epoch that the vectors of all passages are made anew
# Of what was learned so much is kept (see `layers.KEPT_PART`): with half of it questions across
# languages gain 0.015 more, and recall within a language falls from 0.92 to 0.85.
SEARCH_PART = 0.4


@dataclass(frozen=True)
class Learner:
    """What all folds share: the loaded model, its lower layers' states and its language means."""

    model: Any
    lower: LowerLayers
    means: LanguageMeans
    query_prompt: str
    passage_prompt: str
    base: str


def learn(learner: Learner, data: TrainingData, seed: int, step: Step) -> TrainedEncoder:
    """Return what is learned from `data`; `step` is called with 1 after each batch."""
    torch.manual_seed(seed)
    order = np.random.default_rng(seed)
    upper = UpperLayers(learner.model)
    passages = _Passages(learner, data)
    factors = [one for one in upper.parameters() if one.requires_grad]
    optimiser = torch.optim.AdamW(factors, lr=RATE, weight_decay=WEIGHT_DECAY)
    batches = steps_of(data) // EPOCHS
    done = 0
    for _ in range(EPOCHS):
        mixed = order.permutation(len(data.pairs))
        for at in range(batches):
            if at % math.ceil(batches / RENEWED) == 0:
                passages.renew(upper)
            chosen = [data.pairs[number] for number in mixed[at * BATCH : (at + 1) * BATCH]]
            rate = RATE * min(1.0, (done + 1) / WARM_UP) * (1 - done / (batches * EPOCHS))
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.zero_grad()
            _loss(learner, upper, passages, chosen).backward()
            torch.nn.utils.clip_grad_norm_(factors, 1.0)
            optimiser.step()
            done += 1
            step(1)
    learned = upper.learned(learner.base, data.hash())
    share = np.float32(SEARCH_PART / KEPT_PART)
    return replace(
        learned, factors={name: (up * share, down) for name, (up, down) in learned.factors.items()}
    )


def steps_of(data: TrainingData) -> int:
    """Return how many batches `learn` takes."""
    return EPOCHS * math.ceil(len(data.pairs) / BATCH)


class _Passages:
    """The data's passages: their texts and means, and all their vectors as of a while ago.

    The old vectors are what a question is told apart from, beside its own batch: comparing with
    every passage costs nothing that way. Passages without a title are compared with their like
    only, or the title alone would tell the answer.
    """

    def __init__(self, learner: Learner, data: TrainingData) -> None:
        self._learner = learner
        self.texts = [learner.passage_prompt + one.text for one in data.passages]
        self.means = _means(learner.means, [one.language for one in data.passages])
        self.titled = torch.tensor([one.titled for one in data.passages])
        self.vectors: Any = None

    def renew(self, upper: UpperLayers) -> None:
        """Make all vectors anew."""
        found = upper.encode_all(self._learner.lower, self.texts)
        self.vectors = functional.normalize(found - self.means, dim=1)


def _loss(
    learner: Learner, upper: UpperLayers, passages: _Passages, pairs: Sequence[TrainingPair]
) -> Any:
    """Return the contrastive loss (InfoNCE, van den Oord et al. 2018) of one batch."""
    numbers = torch.tensor([pair.passage for pair in pairs])
    asked = upper.encode(learner.lower, [learner.query_prompt + pair.question for pair in pairs])
    asked = functional.normalize(
        asked - _means(learner.means, [pair.language for pair in pairs]), dim=1
    )
    answers = upper.encode(learner.lower, [passages.texts[number] for number in numbers.tolist()])
    answers = functional.normalize(answers - passages.means[numbers], dim=1)
    here = asked @ answers.T / TEMPERATURE
    repeated = (numbers[:, None] == numbers[None, :]) & ~torch.eye(len(pairs), dtype=torch.bool)
    here = here.masked_fill(repeated, -torch.inf)
    own = torch.arange(len(passages.texts))[None, :] == numbers[:, None]
    other_kind = passages.titled[None, :] != passages.titled[numbers][:, None]
    there = (asked @ passages.vectors.T / TEMPERATURE).masked_fill(own | other_kind, -torch.inf)
    right = torch.arange(len(pairs))
    forth = functional.cross_entropy(torch.cat([here, there], dim=1), right)
    return forth + BACK_WEIGHT * functional.cross_entropy(here.T, right)


def _means(means: LanguageMeans, languages: Sequence[str]) -> Any:
    other = means.vectors["*"]
    chosen = np.stack([means.vectors.get(name, other) for name in languages])
    return torch.from_numpy(SHARE * chosen)
