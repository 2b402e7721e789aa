"""The embedding model that tests share: prepared once in `var/test-models`, used by all workers.

Preparing takes about twenty seconds the first time; the packages' own file locks let several
test processes ask for it at once.
"""

from __future__ import annotations

import functools
from pathlib import Path

from filelock import FileLock

from kb.embedding import Embedder, open_embedder, open_search_embedder
from kb.settings import CHECKOUT, Settings
from kb.vector_cache import VectorCache
from pipeline.machine_coding.coding_encoder import open_coding_embedder


def shared_model_home() -> Path:
    """Return a data home whose `models` folder all tests may use (never its record)."""
    home = CHECKOUT / "var" / "test-models"
    home.mkdir(parents=True, exist_ok=True)
    return home


@functools.cache
def shared_embedder() -> Embedder:
    """Return the bundled model's embedder, opened once a process."""
    return open_embedder(Settings(home=shared_model_home(), model="bundled"))


@functools.cache
def shared_search_embedder() -> Embedder:
    """Return the embedder that search uses, with what was trained for it, opened once a process."""
    return open_search_embedder(Settings(home=shared_model_home(), model="bundled"))


@functools.cache
def shared_coding_embedder() -> Embedder:
    """Return the embedder that the shipped coder reads with, opened once a process."""
    return open_coding_embedder(Settings(home=shared_model_home(), model="bundled"))


def shared_vector_cache() -> VectorCache:
    """Return the vector cache tests share, so that starter texts are embedded once."""
    return VectorCache(shared_model_home() / "vectors")


def starter_lock() -> FileLock:
    """Return the lock to hold while embedding the starter, so that workers do not all do it."""
    return FileLock(shared_model_home() / "starter.lock")
