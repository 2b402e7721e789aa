"""What the coder says of the starter's passages as bare texts, without heading and title.

Owns these left-out scores: `samvirke code --text-file` and people's own notes have no headings, and
what is learnt should serve there too. What the scores are worth is `evaluate`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kb.vector_cache import PassageEmbedder, VectorCache
from kb.vector_runtime import Progress
from pipeline.machine_coding.calibration import Matrix
from pipeline.machine_coding.features import Floats
from pipeline.machine_coding.fit import Fitted, Likeness
from pipeline.machine_coding.learn import Learnt
from pipeline.machine_coding.predictions import LeftOut, left_out_of
from pipeline.machine_coding.training_data import TrainingData
from pipeline.records import CodingInput


@dataclass(frozen=True)
class BareTexts:
    """The starter's passages without heading and title, n of them, and their vectors (n, d)."""

    inputs: tuple[CodingInput, ...]
    vectors: Floats


def bare_texts(
    data: TrainingData,
    cache: VectorCache,
    embedder: PassageEmbedder,
    progress: Progress | None = None,
) -> BareTexts:
    """Return the bare passages of the starter, in order."""
    texts = [one.input for one in data.texts if one.publication]
    bare = tuple(CodingInput(one.text, one.language) for one in texts)
    return BareTexts(bare, cache.embed(embedder, [one.text for one in bare], progress))


def left_out_of_bare(learnt: Learnt, bare: BareTexts) -> LeftOut:
    """Return the bare texts' scores, each without its own publication."""
    found = left_out_of(learnt)
    alike = Likeness(learnt.space.read(bare.inputs, bare.vectors), learnt.features)
    groups = found.factor_rows.group
    # Row i of the factors is bare text i; the other heads' rows name their text by its place.
    places = {int(text): row for row, text in enumerate(found.factor_rows.text)}
    coded = [places[int(text)] for text in found.direction_rows.text]
    labelled = [places[int(text)] for text in found.label_rows.text]
    return replace(
        found,
        factor=alike.score(learnt.factor, groups),
        direction=alike.score(learnt.direction, groups)[coded]
        + _factor_offsets(learnt.direction, found),
        label=alike.score(learnt.label, groups)[labelled],
    )


def _factor_offsets(fitted: Fitted, found: LeftOut) -> Matrix:
    """Return how each coding's factor leans, (m, directions), its publication left out."""
    rows = found.direction_rows
    offsets = [
        factor @ fitted.without[str(group)].factor_offsets
        for factor, group in zip(rows.factor, rows.group, strict=True)
    ]
    return np.array(offsets)
