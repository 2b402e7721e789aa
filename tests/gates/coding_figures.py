"""The machine coder's cross-validated figures, recomputed: shared by the gate and the bench."""

from __future__ import annotations

import functools

from corpora.codebook import load_codebook
from pipeline.machine_coding.learn import Learnt, embed_training_data, learn
from pipeline.machine_coding.long_texts import LongTexts, join_passages
from pipeline.machine_coding.training_data import TrainingData, load_training_data
from tests.models import shared_embedder, shared_vector_cache, starter_lock


@functools.cache
def training_data() -> TrainingData:
    """The packaged labelled texts."""
    return load_training_data(load_codebook())


@functools.cache
def learnt() -> Learnt:
    """All heads, fitted once a process; vectors come from the tests' shared cache."""
    with starter_lock():
        vectors = embed_training_data(training_data(), shared_vector_cache(), shared_embedder())
    return learn(training_data(), vectors)


@functools.cache
def long_texts() -> LongTexts:
    """The starter's passages, joined to be as long as real ones."""
    with starter_lock():
        return join_passages(training_data(), shared_vector_cache(), shared_embedder())
