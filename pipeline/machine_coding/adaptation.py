"""The encoder's adaptation: its upper layers learn to code the invented, labelled texts.

Owns the losses, the order of the texts and the settings, which were chosen on the starter's
cross-validation (docs/coding-experiments.md). The starter itself is never learnt from here, so one
adaptation serves all folds honestly. The losses are what each head gets wrong, and how far texts
of like codings stand apart, above all those of different languages (supervised contrastive
learning, Khosla et al. 2020, arXiv 2004.11362).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from kb.search.trained_encoder import TrainedEncoder
from pipeline.machine_coding.adapted_network import LONGEST, CodingNetwork, Reading, Sizes
from pipeline.machine_coding.reading import reading_text
from pipeline.machine_coding.training_data import SENTENCE, TrainingData
from pipeline.progress import Step
from pipeline.search_training.layers import KEPT_PART, LowerLayers

EPOCHS = 3
BATCH = 16
RATE, HEAD_RATE = 4e-4, 2e-3
WARM_UP, LEAST_RATE = 20, 0.02
"""Steps until the full rate, and the share of it that is left at the end."""

WEIGHT_DECAY = 0.01
JOINED_SHARE = 0.5
"""Chance that a sentence is learnt from together with the next one of its language."""

DIRECTION_WEIGHT, LABEL_WEIGHT, CONTRAST_WEIGHT = 0.5, 0.3, 0.5
TEMPERATURE = 0.1
OWN_LANGUAGE = 0.3
"""How much a like text of the same language counts in the contrast, against one of another."""

BOTH_UNCODED = 0.3
"""How alike two texts without any coding are; two with the same factors are 1."""

ENOUGH_TO_CONTRAST = 200
SORTED_BATCHES = 20
"""Texts of so many batches are sorted by length before they are cut into batches."""

UNKNOWN = -1


@dataclass(frozen=True)
class Lessons:
    """The texts to learn from, n of them, and what is said of them.

    `factors` (n, f) is 0/1, `directions` (n, f) a place or UNKNOWN, `labels` (n, l) 0/1 or NaN,
    `languages` (n,) places, `sentences` (n,) whether a text may be joined with another.
    """

    texts: tuple[str, ...]
    factors: NDArray[np.float32]
    directions: NDArray[np.int64]
    labels: NDArray[np.float32]
    languages: NDArray[np.int64]
    sentences: NDArray[np.bool_]
    sizes: Sizes


@dataclass(frozen=True)
class Adapted:
    """What a run of `adapt` needs beside the lessons: the model and its lower layers' states."""

    model: Any
    lower: LowerLayers
    base: str


def make_lessons(data: TrainingData, prompt: str) -> Lessons:
    """Return the exemplars of `data`; `prompt` stands before each text, as in embedding."""
    chosen = np.flatnonzero(~data.is_starter)
    texts = [data.texts[place] for place in chosen]
    codebook = data.codebook
    factors, ways = codebook.ids("factors"), codebook.ids("directions")
    directions = np.full((len(texts), len(factors)), UNKNOWN, np.int64)
    for row, one in enumerate(texts):
        for code in one.codes:
            directions[row, factors.index(code.factor)] = ways.index(code.direction)
    names = sorted({one.input.language for one in texts})
    rows = data.label_rows()
    labels = np.full((len(data.texts), rows.targets.shape[1]), np.nan, np.float32)
    labels[rows.text] = rows.targets
    return Lessons(
        tuple(prompt + reading_text(one.input) for one in texts),
        (directions != UNKNOWN).astype(np.float32),
        directions,
        labels[chosen],
        np.array([names.index(one.input.language) for one in texts]),
        np.array([one.kind == SENTENCE for one in texts]),
        Sizes(len(factors), len(ways), labels.shape[1], len(names)),
    )


def steps_of(lessons: Lessons) -> int:
    """Return about how many texts `adapt` reads, for a progress bar."""
    return len(lessons.texts) * EPOCHS


def adapt(
    given: Adapted, lessons: Lessons, data_hash: str, seed: int, step: Step
) -> TrainedEncoder:
    """Return how the upper layers changed; `step` is told how many texts more were read."""
    torch.manual_seed(seed)
    order = np.random.default_rng(seed)
    network = CodingNetwork(given.model, lessons.sizes)
    network.fit_level(given.lower, lessons.texts, lessons.languages.tolist())
    optimiser = _optimiser(network)
    contrast = _Contrast(lessons, int(network.means.shape[1]))
    network.train()
    network.upper.eval()
    epochs = [list(_batches(lessons, order)) for _ in range(EPOCHS)]
    batches = [batch for epoch in epochs for batch in epoch]
    for number, batch in enumerate(batches):
        rate = min(1.0, (number + 1) / WARM_UP) * max(LEAST_RATE, 1 - number / len(batches))
        for group in optimiser.param_groups:
            group["lr"] = group["full_rate"] * rate
        states, mask = _join_states(given.lower, lessons, batch)
        first = torch.tensor([lessons.languages[one[0]] for one in batch])
        optimiser.zero_grad()
        with sdpa_kernel(SDPBackend.MATH):  # the other's backward pass takes a third more time
            reading = network(states, mask, first)
            loss = _head_loss(lessons, batch, reading) + CONTRAST_WEIGHT * contrast.loss(
                batch, reading.vectors
            )
            loss.backward()
        torch.nn.utils.clip_grad_norm_(
            [one for group in optimiser.param_groups for one in group["params"]], 1.0
        )
        optimiser.step()
        contrast.keep(batch, reading.vectors.detach())
        step(sum(map(len, batch)))
    half = network.upper.learned(given.base, data_hash)
    # Search keeps half of what it learnt; for coding the whole was better.
    whole = {name: (up / KEPT_PART, down) for name, (up, down) in half.factors.items()}
    return replace(half, factors=whole)


def _optimiser(network: CodingNetwork) -> Any:
    parts: dict[bool, list[Any]] = {True: [], False: []}
    for name, one in network.named_parameters():
        if one.requires_grad:
            parts[name.startswith("upper.")].append(one)
    return torch.optim.AdamW(
        [
            {"params": parts[True], "full_rate": RATE},
            {"params": parts[False], "full_rate": HEAD_RATE},
        ],
        lr=RATE,
        weight_decay=WEIGHT_DECAY,
    )


def _batches(lessons: Lessons, order: np.random.Generator) -> Iterator[list[list[int]]]:
    """Yield an epoch's batches: each of BATCH texts, a text one lesson or two joined sentences."""
    items = [[int(place)] for place in np.flatnonzero(~lessons.sentences)]
    for language in np.unique(lessons.languages):
        own = np.flatnonzero(lessons.sentences & (lessons.languages == language))
        left = [int(place) for place in order.permutation(own)]
        while left:
            size = 2 if order.random() < JOINED_SHARE else 1
            items.append(left[:size])
            left = left[size:]
    mixed = order.permutation(len(items))
    lengths = [sum(len(lessons.texts[place]) for place in one) for one in items]
    cut: list[list[list[int]]] = []
    for start in range(0, len(mixed), BATCH * SORTED_BATCHES):
        part = sorted(mixed[start : start + BATCH * SORTED_BATCHES], key=lengths.__getitem__)
        cut += [
            [items[number] for number in part[first : first + BATCH]]
            for first in range(0, len(part), BATCH)
        ]
    for number in order.permutation(len(cut)):
        yield cut[number]


def _join_states(
    lower: LowerLayers, lessons: Lessons, batch: Sequence[Sequence[int]]
) -> tuple[Any, Any]:
    """Return padded states (n, tokens, w) and mask; joined sentences stand one after another."""
    flat = [place for one in batch for place in one]
    states, mask = lower.batch([lessons.texts[place] for place in flat], LONGEST)
    lengths = mask.sum(1).int().tolist()
    rows, at = [], 0
    for one in batch:
        parts = [states[at + n, : lengths[at + n]] for n in range(len(one))]
        rows.append(torch.cat(parts)[:LONGEST])
        at += len(one)
    width = max(map(len, rows))
    joined = torch.zeros(len(rows), width, states.shape[2], dtype=states.dtype)
    there = torch.zeros(len(rows), width)
    for row, found in enumerate(rows):
        joined[row, : len(found)] = found
        there[row, : len(found)] = 1
    return joined, there


def _head_loss(lessons: Lessons, batch: Sequence[Sequence[int]], reading: Reading) -> Any:
    """Return what the heads get wrong; a joined text's direction counts where its parts agree."""
    factors = torch.from_numpy(np.stack([lessons.factors[list(one)].max(0) for one in batch]))
    loss = (
        functional.binary_cross_entropy_with_logits(reading.factors, factors, reduction="none")
        .sum(1)
        .mean()
    )
    ways = torch.from_numpy(np.stack([_agreed(lessons.directions[list(one)]) for one in batch]))
    known = ways != UNKNOWN
    if known.any():
        found = functional.cross_entropy(reading.directions[known], ways[known])
        loss = loss + DIRECTION_WEIGHT * found * known.float().sum() / len(batch)
    alone = np.stack([lessons.labels[one[0]] for one in batch])
    alone[[len(one) > 1 for one in batch]] = np.nan
    labels = torch.from_numpy(alone)
    said = ~labels.isnan()
    if said.any():
        found = functional.binary_cross_entropy_with_logits(reading.labels[said], labels[said])
        loss = loss + LABEL_WEIGHT * found * said.float().sum() / len(batch)
    return loss


def _agreed(directions: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return (f,) the one direction said of each factor in (parts, f), or UNKNOWN."""
    most = directions.max(0)
    differ = ((directions != UNKNOWN) & (directions != most)).any(0)
    return np.where(differ, UNKNOWN, most)


class _Contrast:
    """The vectors of all lessons as they were when last read, and the loss against them."""

    def __init__(self, lessons: Lessons, width: int) -> None:
        self._factors = torch.from_numpy(lessons.factors)
        self._languages = torch.from_numpy(lessons.languages)
        self._vectors = torch.zeros(len(lessons.texts), width)
        self._known = torch.zeros(len(lessons.texts), dtype=torch.bool)

    def loss(self, batch: Sequence[Sequence[int]], vectors: Any) -> Any:
        """Return how far the batch's vectors are from those of texts with like codings."""
        if int(self._known.sum()) < ENOUGH_TO_CONTRAST:
            return torch.zeros(())
        alike = self._alike(batch)
        for row, one in enumerate(batch):
            alike[row, list(one)] = 0.0
        near = vectors @ self._vectors.T / TEMPERATURE
        out = ~self._known[None, :].repeat(len(batch), 1)
        for row, one in enumerate(batch):
            out[row, list(one)] = True
        chance = near.masked_fill(out, -1e4).log_softmax(1)
        alike = alike.masked_fill(out, 0.0)
        weight = alike.sum(1)
        found = -(alike * chance).sum(1) / weight.clamp(min=1e-6)
        return found[weight > 0].mean() if bool((weight > 0).any()) else torch.zeros(())

    def keep(self, batch: Sequence[Sequence[int]], vectors: Any) -> None:
        """Remember the vectors of texts that were read alone."""
        for row, one in enumerate(batch):
            if len(one) == 1:
                self._vectors[one[0]] = vectors[row]
                self._known[one[0]] = True

    def _alike(self, batch: Sequence[Sequence[int]]) -> Any:
        """Return (batch, n): shared factors over all factors, less within a language."""
        own = torch.stack([self._factors[list(one)].amax(0) for one in batch])
        both = own @ self._factors.T
        either = own.sum(1)[:, None] + self._factors.sum(1)[None] - both
        alike = torch.where(
            either > 0, both / either.clamp(min=1), torch.full_like(either, BOTH_UNCODED)
        )
        languages = self._languages[[one[0] for one in batch]]
        same = languages[:, None] == self._languages[None, :]
        return alike * torch.where(same, OWN_LANGUAGE, 1.0)
