"""Progress of long work, on standard error. Owns how it looks; stages only say what is done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

QUIET_S = 3600.0  # in a log or a cron mail a bar says its beginning and its end, not each step
Step = Callable[[int], None]
Progress = Callable[[str, int], AbstractContextManager[Step]]


@contextmanager
def bar(stage: str, total: int) -> Iterator[Step]:
    """A progress bar with the time left; nothing where there is nothing to do.

    Yields a function that is told how many more are done.
    """
    from tqdm import tqdm

    if total == 0:
        yield _ignore
        return
    pace = 0.1 if sys.stderr.isatty() else QUIET_S
    with tqdm(
        total=total, desc=f"{stage:<10}", file=sys.stderr, mininterval=pace, maxinterval=10 * pace
    ) as meter:

        def step(count: int) -> None:
            meter.update(count)

        yield step
        meter.update(total - meter.n)  # what was known already was never counted


@contextmanager
def silent(stage: str, total: int) -> Iterator[Step]:
    """The same, showing nothing."""
    yield _ignore


def _ignore(count: int) -> None:
    """Take note of nothing."""


def as_totals(step: Step) -> Callable[[int, int], None]:
    """Turn a step into one that is told (done so far, all there is), as embedders tell."""
    last = 0

    def told(done: int, total: int) -> None:
        nonlocal last
        step(done - last)
        last = done

    return told
