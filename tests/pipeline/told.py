"""A progress that remembers what it was told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager


class Told:
    """`stages` are (name, total, steps) in the order they were begun."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, int, list[int]]] = []

    def __call__(self, stage: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        return self._tell(stage, total)

    @contextmanager
    def _tell(self, stage: str, total: int) -> Iterator[Callable[[int], None]]:
        steps: list[int] = []
        self.stages.append((stage, total, steps))
        yield steps.append
