"""Progress of long work, on standard error. Owns how it looks; stages only say what is done."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

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
    if not sys.stderr.isatty():
        with _lines(stage, total) as step:
            yield step
        return
    with tqdm(total=total, desc=f"{stage:<10}", file=sys.stderr) as meter:

        def advance(count: int) -> None:
            meter.update(count)

        yield advance
        meter.update(total - meter.n)  # what was known already was never counted


@contextmanager
def _lines(stage: str, total: int) -> Iterator[Step]:
    """The beginning and the end as plain lines, for a log or a cron mail: no control codes."""
    begin, done = time.monotonic(), 0

    def advance(count: int) -> None:
        nonlocal done
        done += count

    print(f"{stage}: 0/{total}", file=sys.stderr, flush=True)
    try:
        yield advance
        done = total  # what was known already was never counted
    finally:
        took = time.monotonic() - begin
        print(f"{stage}: {done}/{total} in {took:.0f} s", file=sys.stderr, flush=True)


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
