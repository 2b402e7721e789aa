"""The encoder while it learns to code: its upper layers, and the heads that teach them.

Owns the network. Each factor reads a text by an attention of its own over the text's tokens, since
what tells of a factor stands in a few words; direction, sectors and target groups are read beside
it. The heads are thrown away when the upper layers have learnt: what is kept is how the layers
changed, and kernel ridge regression on the changed vectors (`fit`) does the coding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from pipeline.search_training.layers import LowerLayers, UpperLayers

LONGEST = 200
"""Tokens of a text that learning sees: all of the longest labelled one."""

DROPPED = 0.1
"""Share of the tokens' numbers that learning leaves out at random."""

SHARPNESS = 0.1
"""An attention's scores are scaled by this, so that it starts out broad and learns slowly."""

FIRST_GUESS = -2.0
"""Every label's logit before anything is learnt: most are not there (12 %)."""

STATISTICS_BATCH = 32


@dataclass(frozen=True)
class Sizes:
    """How many labels of each kind there are, and the languages' number."""

    factors: int
    directions: int
    labels: int
    languages: int


@dataclass(frozen=True)
class Reading:
    """What the network makes of n texts.

    Logits of `factors` (n, f), `directions` (n, f, d) and `labels` (n, l), and `vectors` (n, w):
    unit, their language's mean removed.
    """

    factors: Any
    directions: Any
    labels: Any
    vectors: Any


class CodingNetwork(nn.Module):  # type: ignore[misc]
    """The upper layers of a loaded sentence-transformers model, and heads over their tokens."""

    def __init__(self, model: Any, sizes: Sizes) -> None:
        super().__init__()
        self.upper = UpperLayers(model)
        width = int(model[0].auto_model.config.hidden_size)
        self._scale = 4 / width**0.5
        self.look = _zeros(sizes.factors, width)
        self.factor_of_look = _zeros(sizes.factors, width)
        self.factor_of_whole = _zeros(sizes.factors, width)
        self.factor_bias = nn.Parameter(torch.full((sizes.factors,), FIRST_GUESS))
        self.direction_of_look = _zeros(sizes.directions, width)
        self.direction_of_whole = _zeros(sizes.directions, width)
        self.direction_bias = _zeros(sizes.factors, sizes.directions)
        self.label_of_whole = _zeros(sizes.labels, width)
        self.label_bias = nn.Parameter(torch.full((sizes.labels,), FIRST_GUESS))
        self.register_buffer("means", torch.zeros(sizes.languages, width))
        self.register_buffer("spread", torch.ones(width))

    def forward(self, states: Any, mask: Any, languages: Any) -> Reading:
        """Read texts from the lower layers' `states` (n, tokens, w); `languages` (n,) are places.

        `mask` (n, tokens) is 1 where there is a token.
        """
        tokens = self._tokens(states, mask)
        share = (mask / mask.sum(1, keepdim=True))[:, :, None]
        vectors = functional.normalize((tokens * share).sum(1) - self.means[languages], dim=1)
        level = (tokens - self.means[languages][:, None, :]) / self.spread
        level = functional.dropout(level, DROPPED, self.training)
        whole = (level * share).sum(1)
        looks = (level @ self.look.T * SHARPNESS).masked_fill(mask[:, :, None] == 0, -1e4)
        seen = torch.einsum("ntf,ntw->nfw", looks.softmax(1), level)
        factors = (seen * self.factor_of_look).sum(2) + whole @ self.factor_of_whole.T
        ways = seen @ self.direction_of_look.T + (whole @ self.direction_of_whole.T)[:, None, :]
        return Reading(
            factors * self._scale + self.factor_bias,
            ways * self._scale + self.direction_bias,
            whole @ self.label_of_whole.T * self._scale + self.label_bias,
            vectors,
        )

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def fit_level(self, lower: LowerLayers, texts: Sequence[str], languages: Sequence[int]) -> None:
        """Take the languages' means and the tokens' spread from these texts, before learning."""
        places = torch.tensor(list(languages))
        counted = torch.zeros(len(self.means))
        squares, tokens_read = torch.zeros_like(self.spread), 0.0
        order = np.argsort([len(text) for text in texts], kind="stable")
        for start in range(0, len(texts), STATISTICS_BATCH):
            part = order[start : start + STATISTICS_BATCH]
            states, mask = lower.batch([texts[number] for number in part], LONGEST)
            tokens = self._tokens(states, mask)
            means = (tokens * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
            own = places[torch.from_numpy(part)]
            self.means.index_add_(0, own, means)
            counted += torch.bincount(own, minlength=len(counted))
            squares += ((tokens - means[:, None, :]) ** 2 * mask[:, :, None]).sum((0, 1))
            tokens_read += float(mask.sum())
        self.means /= counted.clamp(min=1)[:, None]
        self.spread.copy_((squares / tokens_read).sqrt() + 1e-3)

    def _tokens(self, states: Any, mask: Any) -> Any:
        with torch.autocast("cpu", torch.bfloat16):
            hidden = ((1.0 - mask[:, None, None, :]) * -1e4).to(torch.bfloat16)
            for layer in self.upper.layers:
                found = layer(states, hidden)
                states = found[0] if isinstance(found, tuple) else found
        return states.float()


def _zeros(*shape: int) -> Any:
    return nn.Parameter(torch.zeros(*shape))
