"""How good the coder is on texts as long as real passages: the starter's own, joined.

Owns making long texts with known codings (consecutive passages of one publication) and their
figures, read whole and by windows. What is learnt knows nothing of them: each is scored without
its publication, and calibrated on others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.starter import Code
from kb.vector_cache import PassageEmbedder, VectorCache
from kb.vector_runtime import Progress
from pipeline.machine_coding.calibration import Flags, Matrix, calibrate, count
from pipeline.machine_coding.features import Floats
from pipeline.machine_coding.fit import Likeness
from pipeline.machine_coding.learn import Learnt
from pipeline.machine_coding.pieces import Pieces, cut_pieces, join_chances, join_leans
from pipeline.machine_coding.predictions import LeftOut
from pipeline.machine_coding.training_data import TrainingData, TrainingText, mark
from pipeline.records import CodingInput

JOINED = 3
"""Passages joined: about 150 words, as a full passage of a report has."""


@dataclass(frozen=True)
class LongTexts:
    """Joined passages: their pieces, publication, direction by factor, and piece vectors (m, d)."""

    pieces: Pieces
    publications: NDArray[np.str_]
    directions: tuple[Mapping[str, str], ...]
    vectors: Floats


def join_passages(
    data: TrainingData,
    cache: VectorCache,
    embedder: PassageEmbedder,
    progress: Progress | None = None,
) -> LongTexts:
    """Return the starter's passages joined by JOINED, with the vectors of all their pieces."""
    passages: dict[str, list[TrainingText]] = {}
    starter = {one.id for one in data.publications}
    for one in data.texts:
        if one.publication in starter:
            passages.setdefault(one.publication, []).append(one)
    groups = [
        (publication, texts[start : start + JOINED])
        for publication, texts in passages.items()
        for start in range(0, len(texts) - JOINED + 1, JOINED)
    ]
    inputs = [_join([one.input for one in texts]) for _, texts in groups]
    directions = [unite([code for one in texts for code in one.codes]) for _, texts in groups]
    pieces = cut_pieces(inputs)
    vectors = pieces.complete(cache.embed(embedder, pieces.embedded, progress))
    publications = np.array([publication for publication, _ in groups])
    return LongTexts(pieces, publications, tuple(directions), vectors)


def _join(inputs: Sequence[CodingInput]) -> CodingInput:
    """Return the texts as one, without a heading: it would be the first one's."""
    text = " ".join(one.text for one in inputs)
    return CodingInput(text, inputs[0].language, inputs[0].title)


def unite(codes: Sequence[Code]) -> dict[str, str]:
    """Return each factor's direction in a text with all of `codes`; two that differ are mixed."""
    said: dict[str, set[str]] = {}
    for code in codes:
        said.setdefault(code.factor, set()).add(code.direction)
    pointed = {factor: found - {"neutral"} or {"neutral"} for factor, found in said.items()}
    return {
        factor: next(iter(found)) if len(found) == 1 else "mixed"
        for factor, found in pointed.items()
    }


def measure_long_texts(
    data: TrainingData,
    learnt: Learnt,
    long: LongTexts,
    bare: LeftOut,
    folds: Sequence[Mapping[str, int]],
) -> dict[str, Any]:
    """Return factor and direction figures, by windows and (`whole_...`) without them.

    Joined texts have no heading, so thresholds are chosen on the `bare` passages. `folds` maps
    publications to folds, one mapping for each way of dividing them.
    """
    factors, directions = data.codebook.ids("factors"), data.codebook.ids("directions")
    scores, leans = _score(learnt, long)
    truth = mark([tuple(said) for said in long.directions], factors)
    both = [
        _judge(bare, long, scores, by_windows=by_windows, folds=folds)
        for by_windows in (True, False)
    ]
    figures: dict[str, Any] = {"texts": len(truth), "pieces": len(scores)}
    for prefix, shown in zip(("", "whole_"), both, strict=True):
        counts = [count(one, truth) for one in shown]
        figures[f"{prefix}macro_f1"] = float(np.mean([one.f1.mean() for one in counts]))
        precision, recall, micro = np.mean([one.micro for one in counts], axis=0)
        figures[f"{prefix}micro_precision"] = float(precision)
        figures[f"{prefix}micro_recall"] = float(recall)
        figures[f"{prefix}micro_f1"] = float(micro)
    for prefix, by_windows in (("", True), ("whole_", False)):
        said = _point(learnt, long, bare, scores, leans, factors, by_windows=by_windows)
        wanted = np.array(
            [directions.index(way) for one in long.directions for way in one.values()], np.int64
        )
        good = wanted == directions.index("facilitator")
        figures[f"{prefix}direction_accuracy"] = _share(said == wanted)
        figures[f"{prefix}facilitator_recall"] = _share(said[good] == wanted[good])
    return figures


def _score(learnt: Learnt, long: LongTexts) -> tuple[Matrix, Matrix]:
    """Return the pieces' factor scores and leanings, each without its own publication."""
    alike = Likeness(learnt.space.read(long.pieces.inputs, long.vectors), learnt.features)
    groups = np.repeat(long.publications, [one.stop - one.start for one in long.pieces.parts()])
    return alike.score(learnt.factor, groups), alike.score(learnt.direction, groups)


def _judge(
    bare: LeftOut,
    long: LongTexts,
    scores: Matrix,
    *,
    by_windows: bool,
    folds: Sequence[Mapping[str, int]],
) -> list[Flags]:
    """Return what is shown for each text, (n, factors), for each way of dividing."""
    targets, groups = bare.factor_rows.targets, bare.factor_rows.group
    found: list[Flags] = []
    for fold in folds:
        learnt_in = np.array([fold[str(name)] for name in groups])
        coded_in = np.array([fold[str(name)] for name in long.publications], np.int64)
        shown = np.zeros((len(coded_in), scores.shape[1]), bool)
        for number in set(fold.values()):
            fitted = calibrate(bare.factor[learnt_in != number], targets[learnt_in != number])
            chance = fitted.probability(scores)
            joined = np.array(
                [join_chances(chance[_only(one, by_windows)]) for one in long.pieces.parts()]
            ).reshape(shown.shape)
            held = coded_in == number
            shown[held] = joined[held] >= fitted.threshold
        found.append(shown)
    return found


def _point(
    learnt: Learnt,
    long: LongTexts,
    bare: LeftOut,
    scores: Matrix,
    leans: Matrix,
    factors: Sequence[str],
    *,
    by_windows: bool,
) -> NDArray[np.int64]:
    """Return the direction said of each given coding, in order."""
    fitted = calibrate(bare.factor, bare.factor_rows.targets)
    chance = fitted.probability(scores)
    said: list[int] = []
    for text, one in enumerate(long.pieces.parts()):
        part = _only(one, by_windows)
        joined = join_leans(leans[part], chance[part])
        name = str(long.publications[text])
        offsets = learnt.direction.without.get(name, learnt.direction).factor_offsets
        places = [factors.index(factor) for factor in long.directions[text]]
        said += [int(np.argmax(joined[place] + offsets[place])) for place in places]
    return np.array(said, np.int64)


def _share(right: NDArray[np.bool_]) -> float:
    return float(right.mean()) if len(right) else 0.0


def _only(part: slice, by_windows: bool) -> slice:
    """Return a text's pieces, or its whole alone."""
    return part if by_windows else slice(part.start, part.start + 1)
