"""The slow-starting parts, real but started once a process: the model and the reading children.

A program starts each of them once; in tests many commands run in one process and share them.
"""

from __future__ import annotations

import atexit
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import cache
from unittest import mock

from pipeline.extract import ExtractPool
from tests.models import shared_coding_embedder, shared_embedder, shared_search_embedder

MODEL_USERS = {
    "pipeline.refresh.open_embedder": shared_embedder,
    "pipeline.refresh.open_search_embedder": shared_search_embedder,
    "kb.knowledge_base.open_search_embedder": shared_search_embedder,
    "pipeline.refresh.open_coding_embedder": shared_coding_embedder,
    "pipeline.machine_coding.text_file.open_coding_embedder": shared_coding_embedder,
}


@cache
def _pool() -> ExtractPool:
    pool = ExtractPool(1)
    atexit.register(pool.close)
    return pool


def _shared_pool(workers: int) -> AbstractContextManager[ExtractPool]:
    return nullcontext(_pool())


def warm_parts() -> ExitStack:
    """A context in which every stage uses this process's one model and one reading child."""
    stack = ExitStack()
    for opener, shared in MODEL_USERS.items():
        opened = mock.patch(opener, lambda settings, shared=shared: shared())
        stack.enter_context(opened)
    stack.enter_context(mock.patch("pipeline.extraction.ExtractPool", _shared_pool))
    # What a search as a program of its own begins early is here already.
    stack.enter_context(mock.patch("kb.head_start.begin_search"))
    return stack
