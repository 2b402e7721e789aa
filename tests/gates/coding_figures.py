"""The machine coder's cross-validated figures, recomputed: shared by the gate and the bench."""

from __future__ import annotations

import functools

import numpy as np

from corpora.codebook import load_codebook
from pipeline.machine_coding.bare_texts import bare_texts, left_out_of_bare
from pipeline.machine_coding.evaluate import divide
from pipeline.machine_coding.features import Features, Floats
from pipeline.machine_coding.learn import Learnt, embed_training_data, learn
from pipeline.machine_coding.long_texts import LongTexts, join_passages
from pipeline.machine_coding.model_files import SHIPPED, read_model
from pipeline.machine_coding.predictions import LeftOut
from pipeline.machine_coding.reading import reading_text
from pipeline.machine_coding.training_data import TrainingData, load_training_data
from tests.models import shared_coding_embedder, shared_vector_cache, starter_lock


@functools.cache
def training_data() -> TrainingData:
    """The packaged labelled texts."""
    return load_training_data(load_codebook())


@functools.cache
def learnt() -> Learnt:
    """All heads, fitted once a process; vectors come from the tests' shared cache."""
    with starter_lock():
        cache, embedder = shared_vector_cache(), shared_coding_embedder()
        vectors = embed_training_data(training_data(), cache, embedder)
    return learn(training_data(), vectors)


@functools.cache
def long_texts() -> LongTexts:
    """The starter's passages, joined to be as long as real ones."""
    with starter_lock():
        return join_passages(training_data(), shared_vector_cache(), shared_coding_embedder())


@functools.cache
def bare() -> LeftOut:
    """What is said of the starter's passages without heading and title."""
    with starter_lock():
        texts = bare_texts(training_data(), shared_vector_cache(), shared_coding_embedder())
    return left_out_of_bare(learnt(), texts)


def fold_texts() -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The places of the texts of one fold's publications."""
    data = training_data()
    groups = np.array([one.publication for one in data.texts])
    fold = divide(groups[groups != ""])[0]
    return np.flatnonzero([fold.get(str(name)) == 0 for name in groups])


def features_with_fresh_fold() -> Features:
    """All texts' features: the fold's vectors made now, the others' as the model ships them."""
    data, parts = training_data(), read_model(SHIPPED)
    fold = fold_texts()
    inputs = data.inputs
    kept = parts.scorer.support.astype(np.float32) * parts.scorer.support_step
    with starter_lock():
        cache, embedder = shared_vector_cache(), shared_coding_embedder()
        fresh = cache.embed(embedder, [reading_text(inputs[place]) for place in fold])
    dense: Floats = kept.copy()
    dense[fold] = parts.space.centre_vectors(fresh, [inputs[place].language for place in fold])
    return parts.space.read_centred(inputs, dense)
