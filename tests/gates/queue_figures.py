"""The learning queue replayed on the starter's labels: shared by the gate and the docs' figures.

The machine's word here is a stand-in that has seen no label of the starter: ridge regression on the
exemplar sentences and passages. The shipped coder has learnt from the starter, so its own
confidences would flatter.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

import numpy as np

from corpora.starter import load_starter
from kb.coding.queue_learner import Flags, Floats
from kb.coding.queue_order import Pool
from kb.search.rows import passage_context
from pipeline.machine_coding.training_data import REPORTED
from tests.gates.coding_figures import training_data
from tests.gates.queue_replay import RARE, all_factors, one_factor
from tests.models import shared_embedder, shared_vector_cache, starter_lock

CENTRED = 0.8  # of each language's mean is taken off, as in the index
FEWEST = 20  # texts of a language below which the mean of all is taken
PRIOR_RIDGE = 5.0


@functools.cache
def starter() -> tuple[Pool, Flags]:
    """The starter's passages as a pool, and their labels (n, factors)."""
    data = training_data()
    kept = [place for place, one in enumerate(data.texts) if one.kind != REPORTED]
    own = data.is_starter[kept]
    texts = [data.texts[place].input for place in kept]
    whole = [
        passage_context(one.title, one.section, one.text)
        for one, mine in zip(texts, own, strict=True)
        if mine
    ]
    with starter_lock():
        cache, embedder = shared_vector_cache(), shared_embedder()
        plain = cache.embed(embedder, [one.text for one in texts]).astype(np.float64)
        stored = cache.embed(embedder, whole).astype(np.float64)
    languages = np.array([one.language for one in texts])
    labels = data.factor_rows().targets[kept] > 0
    prior = _prior(
        centred(plain[~own], languages[~own]),
        labels[~own].astype(np.float64),
        centred(plain[own], languages[own]),
    )
    vectors = centred(stored, languages[own])
    ids = tuple(f"{number:04d}" for number in range(len(vectors)))
    return Pool(ids, data.codebook.ids("factors"), vectors, prior), labels[own]


def centred(vectors: Floats, languages: np.ndarray[tuple[int], np.dtype[np.str_]]) -> Floats:
    """Unit vectors less most of their language's mean."""
    found = vectors.copy()
    for language in np.unique(languages):
        rows = languages == language
        mean = vectors[rows if rows.sum() >= FEWEST else slice(None)].mean(axis=0)
        found[rows] -= CENTRED * mean
    unit: Floats = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


def _prior(known: Floats, targets: Floats, asked: Floats) -> Floats:
    inner = known.T @ known + PRIOR_RIDGE * np.eye(known.shape[1])
    found: Floats = asked @ np.linalg.solve(inner, known.T @ (targets - targets.mean(axis=0)))
    return found


def rare_factors() -> list[int]:
    """Columns of the factors with at most 33 positives."""
    _, labels = starter()
    return [at for at, count in enumerate(labels.sum(axis=0)) if count <= RARE]


def ratios(seeds: range) -> dict[str, float]:
    """By rare factor the looking needed as a share of random order's, mean over the seeds."""
    pool, labels = starter()
    return {
        pool.factors[at]: float(np.mean([one_factor(pool, labels, at, seed) for seed in seeds]))
        for at in rare_factors()
    }


def together(seeds: range) -> dict[str, float]:
    """The same in one queue for all factors."""
    pool, labels = starter()
    means = np.mean([all_factors(pool, labels, seed) for seed in seeds], axis=0)
    return {pool.factors[at]: float(means[at]) for at in rare_factors()}


def screening_pool() -> tuple[Pool, Flags]:
    """The starter's publications and the abstracts on other subjects, no prior; which belong."""
    cases = Path(__file__).with_name("screening_cases.jsonl").read_text("utf-8").split("\n")
    others = [json.loads(line) for line in cases if line]
    known = load_starter()
    texts = [f"{one.title}. {one.abstract}" for one in known]
    texts += [f"{one['title']}. {one['abstract']}" for one in others]
    languages = np.array([one.language for one in known] + [one["language"] for one in others])
    with starter_lock():
        vectors = shared_vector_cache().embed(shared_embedder(), texts).astype(np.float64)
    ids = tuple(f"{number:04d}" for number in range(len(texts)))
    labels = np.arange(len(texts))[:, None] < len(known)
    return Pool(ids, ("include",), centred(vectors, languages), np.zeros((len(texts), 1))), labels
