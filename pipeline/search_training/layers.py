"""The model in two parts: lower layers that stay and are run once, upper layers that learn.

Owns running both and the low-rank factors (LoRA, Hu et al. 2021, arXiv 2106.09685). What the lower
layers make of a text never changes, so it is kept; that makes an epoch four times as fast.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from kb.search.trained_encoder import Array, TrainedEncoder

FROZEN_PART = 2 / 3  # of the layers, 8 of 12; letting six of them learn was slower, not better
RANK = 8
STRENGTH = 2.0  # the factors' product is added times this
# How much of what was learned is kept: half way between the model as it was and as it became, which
# holds better on what neither has seen (WiSE-FT, Wortsman et al. 2022, arXiv 2109.01903).
KEPT_PART = 0.5
LONGEST_TRAINED = 100  # tokens of a text that training sees; passages have 60 to 200
_BATCH = 24
_PARTS = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


class LowRank(nn.Module):  # type: ignore[misc]
    """A weight matrix that stays, and the product of two small ones that learns."""

    def __init__(self, matrix: Any) -> None:
        super().__init__()
        self.matrix = matrix.requires_grad_(False)
        self.down = nn.Parameter(
            torch.randn(RANK, matrix.in_features) / float(matrix.in_features) ** 0.5
        )
        self.up = nn.Parameter(torch.zeros(matrix.out_features, RANK))

    def forward(self, states: Any) -> Any:
        """Return what the matrix makes of the states, and what was learned."""
        return self.matrix(states) + (states @ self.down.T @ self.up.T) * STRENGTH


class LowerLayers:
    """What the layers that stay make of each text, kept in bfloat16."""

    def __init__(self, model: Any) -> None:
        self._tokenizer = model.tokenizer
        self._bert = _bert(model)
        self._kept: dict[str, Any] = {}

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def add(self, texts: Sequence[str]) -> None:
        """Run the texts that are new."""
        new = sorted({text for text in texts if text not in self._kept}, key=len)
        for start in range(0, len(new), _BATCH):
            batch = new[start : start + _BATCH]
            given = self._tokenizer(batch, padding=True, truncation=True, return_tensors="pt")
            ids, mask = given["input_ids"], given["attention_mask"]
            with torch.autocast("cpu", torch.bfloat16):
                states = self._bert.embeddings(input_ids=ids, token_type_ids=torch.zeros_like(ids))
                states = _run(self._bert.encoder.layer[: _frozen(self._bert)], states, mask.float())
            for row, text in enumerate(batch):
                kept = states[row, : int(mask[row].sum())]
                self._kept[text] = kept.to(torch.bfloat16).clone()

    def batch(self, texts: Sequence[str], longest: int) -> tuple[Any, Any]:
        """Return states (n, tokens, d) and mask (n, tokens) of texts that were added."""
        every = [self._kept[text][:longest] for text in texts]
        width = max(map(len, every))
        states = torch.zeros(len(every), width, every[0].shape[1], dtype=torch.bfloat16)
        mask = torch.zeros(len(every), width)
        for row, one in enumerate(every):
            states[row, : len(one)] = one
            mask[row, : len(one)] = 1
        return states, mask


class UpperLayers(nn.Module):  # type: ignore[misc]
    """The layers that learn, on their own copy of the model's."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        bert = _bert(model)
        self.first = _frozen(bert)
        self.layers = copy.deepcopy(bert.encoder.layer[self.first :])
        self.requires_grad_(False)
        for layer in self.layers:
            for part in _PARTS:
                owner, name = part.rpartition(".")[::2]
                module = layer.get_submodule(owner)
                setattr(module, name, LowRank(getattr(module, name)))

    def forward(self, states: Any, mask: Any) -> Any:
        """Return unit vectors (n, d): the mean over each text's tokens."""
        with torch.autocast("cpu", torch.bfloat16):
            found = _run(self.layers, states, mask).float()
        summed = (found * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        return nn.functional.normalize(summed, dim=1)

    def encode(self, lower: LowerLayers, texts: Sequence[str]) -> Any:
        """Return the texts' unit vectors with their gradient, (n, d)."""
        return self(*lower.batch(texts, LONGEST_TRAINED))

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def encode_all(self, lower: LowerLayers, texts: Sequence[str]) -> Any:
        """Return the texts' unit vectors without a gradient, (n, d)."""
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        vectors: list[Any] = [None] * len(texts)
        for start in range(0, len(order), _BATCH):
            part = order[start : start + _BATCH]
            for number, vector in zip(
                part, self.encode(lower, [texts[n] for n in part]), strict=True
            ):
                vectors[number] = vector
        return torch.stack(vectors)

    def learned(self, base: str, data: str) -> TrainedEncoder:
        """Return the factors by the name of the matrix they change, `KEPT_PART` of them."""
        factors: dict[str, tuple[Array, Array]] = {}
        for number, layer in enumerate(self.layers):
            for part in _PARTS:
                low = layer.get_submodule(part)
                up = (low.up.detach() * STRENGTH * KEPT_PART).numpy().astype(np.float32)
                down = low.down.detach().numpy().astype(np.float32)
                at = f"encoder.layer.{self.first + number}.{part}.weight"
                factors[at] = (up, down)
        return TrainedEncoder(factors, {}, {}, base, data)


def _bert(model: Any) -> Any:
    return model[0].auto_model


def _frozen(bert: Any) -> int:
    return int(FROZEN_PART * len(bert.encoder.layer))


def _run(layers: Any, states: Any, mask: Any) -> Any:
    """Run BERT layers one after another; masked tokens are not attended to."""
    hidden = ((1.0 - mask[:, None, None, :]) * -1e4).to(torch.bfloat16)
    for layer in layers:
        found = layer(states, hidden)
        states = found[0] if isinstance(found, tuple) else found
    return states
