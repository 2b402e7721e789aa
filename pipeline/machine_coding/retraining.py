"""Training the coder again on what people have coded, and keeping the better one.

Owns the comparison of the present coder with one that also learns from people's new codings: both
score the same publications, held out from both (one fold a night, all folds on demand). The
adapted encoder stays as it is; the regression over it is solved anew, which takes minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.codebook import Codebook
from kb.settings import Settings
from kb.store import Store
from kb.vector_cache import VectorCache
from pipeline.errors import CoderError
from pipeline.machine_coding.calibration import Matrix
from pipeline.machine_coding.coder_training import labelled_texts, train
from pipeline.machine_coding.coding_encoder import ENCODER_FILE, open_coding_embedder
from pipeline.machine_coding.evaluate import FOLDS, mean_average_precision
from pipeline.machine_coding.features import fit_space
from pipeline.machine_coding.fit import FACTOR_HEAD, Kernels, score_held
from pipeline.machine_coding.learn import TrainingVectors, embed_training_data
from pipeline.machine_coding.model import load_coder
from pipeline.machine_coding.model_files import (
    coder_folder,
    own_folder,
    read_facts,
    version_of,
)
from pipeline.machine_coding.peoples_codings import (
    JudgedPassage,
    count_codings,
    judged_passages,
    learn_from_people,
    load_people,
    save_people,
)
from pipeline.machine_coding.training_data import TrainingData
from pipeline.progress import Progress, as_totals, silent

FOLD_SEED = 0


@dataclass(frozen=True)
class Retrained:
    """What came of a retraining: the figures are mean average precision on held publications.

    `kept` says which coder is in use now, "new" or "present"; `version` is its own.
    """

    kept: str
    version: str
    codings: int
    before: float
    after: float


def new_codings(settings: Settings, passages: Sequence[JudgedPassage]) -> int:
    """Return how many codings people have made since the coder in use was trained."""
    known = read_facts(coder_folder(settings)).data_counts.get("people_codings", 0)
    return max(0, count_codings(passages) - known)


def retrain_if_due(
    settings: Settings,
    store: Store,
    codebook: Codebook,
    *,
    night: int,
    progress: Progress = silent,
) -> Retrained | None:
    """Train again where people have made `settings.retrain_after` new codings; None where not.

    `night` numbers the run: each compares on the next fold. Raises what `retrain` raises.
    """
    if not settings.retrain_after:
        return None
    passages = judged_passages(store)
    if new_codings(settings, passages) < settings.retrain_after:
        return None
    return retrain(settings, codebook, passages, fold=night, progress=progress)


def retrain(
    settings: Settings,
    codebook: Codebook,
    passages: Sequence[JudgedPassage],
    *,
    fold: int | None = None,
    progress: Progress = silent,
) -> Retrained:
    """Train on `passages` beside all other labelled texts; use the new coder if it is no worse.

    `fold` (taken modulo FOLDS) is the one fold of publications that both are compared on; all
    folds if None. Raises CoderError where there is nothing to learn from, CoderError or ModelError
    where the coder in use cannot be read.
    """
    if not passages:
        raise CoderError(
            "Expected passages that people have coded, for the machine coder to learn from, found "
            "none: code some passages first."
        )
    folder = coder_folder(settings)
    coder, embedder = load_coder(settings, codebook), open_coding_embedder(settings)
    cache = VectorCache(settings.vectors_folder)
    inputs = [one.input for one in passages]
    pieces = coder.pieces(inputs)
    with progress("embed", len(pieces)) as step:
        vectors = cache.embed(embedder, pieces, as_totals(step))
    suggested = [one.codings for one in coder.code(inputs, vectors)]
    people = learn_from_people(
        passages, suggested, codebook.ids("factors"), codebook.ids("directions")
    )
    present = load_people(folder)
    data = labelled_texts(codebook, [*people, *present])
    with progress("embed", len(data.texts)) as step:
        known = embed_training_data(data, cache, embedder, as_totals(step))
    before, after = _compare(data, known, len(people), len(present), fold=fold)
    if after < before:
        return Retrained("present", coder.version, count_codings(passages), before, after)
    encoder = folder / ENCODER_FILE
    facts, _ = train(
        settings,
        codebook,
        own_folder(settings),
        encoder if encoder.is_file() else None,
        progress,
        people,
        count_codings(passages),
    )
    save_people(own_folder(settings), people)
    return Retrained("new", version_of(facts), count_codings(passages), before, after)


def _compare(
    data: TrainingData,
    vectors: TrainingVectors,
    new: int,
    old: int,
    *,
    fold: int | None,
) -> tuple[float, float]:
    """Return the present and the new coder's figure on the same held rows.

    The last `old` texts of `data` are what the present coder learnt from people, the `new` before
    them what the new one does. Both are judged by what people say now.
    """
    exemplars = np.array([not one.publication for one in data.texts])
    chosen = np.flatnonzero(exemplars)
    inputs = data.inputs
    space = fit_space(
        [inputs[place] for place in chosen], vectors.texts[chosen], vectors.definitions
    )
    kernels = Kernels(space.read(inputs, vectors.texts))
    rows = data.factor_rows()
    place = np.arange(len(data.texts))
    is_old = place >= len(data.texts) - old
    is_new = (place >= len(data.texts) - old - new) & ~is_old
    folds = _fold_of([one.publication for one in data.texts])
    figures: list[list[float]] = [[], []]
    for number in range(FOLDS) if fold is None else [fold % FOLDS]:
        in_fold = folds == number
        held = in_fold & ~is_old
        for found, left in zip(figures, (is_new, is_old), strict=True):
            scores = score_held(kernels, FACTOR_HEAD, rows, ~in_fold & ~left, held)
            found.append(_figure(scores, rows.targets[held]))
    return float(np.mean(figures[0])), float(np.mean(figures[1]))


def _figure(scores: Matrix, truth: Matrix) -> float:
    said = truth.sum(axis=0) > 0
    return mean_average_precision(scores[:, said], truth[:, said]) if said.any() else 0.0


def _fold_of(publications: Sequence[str]) -> NDArray[np.int64]:
    """Return each text's fold, (n,); -1 for exemplars, which are never held out."""
    names = sorted({name for name in publications if name})
    order = np.random.default_rng(FOLD_SEED).permutation(len(names)) % FOLDS
    fold = dict(zip(names, order.tolist(), strict=True))
    return np.array([fold.get(name, -1) for name in publications], np.int64)
