"""Parts of one search done side by side.

Owns the threads, one a core, shared by all searches. Tantivy, FAISS and OpenVINO leave Python's
lock while they work, so looking words up costs no time while vectors are compared.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Found = TypeVar("Found")


def begin(act: Callable[[], Found]) -> Callable[[], Found]:
    """Begin an act in a thread; what is returned waits for it and gives or raises what it does.

    An act must begin no other: with all threads waiting there would be none for it.
    """
    return _threads().submit(act).result


@functools.cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count(), "search")
