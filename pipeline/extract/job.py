"""One file to read, the limits it is read under, and where the reading stands.

Owns the limits' defaults; `pool` enforces them from outside, `child` from inside. A reader that
takes its file step by step (pages) says each step: one that breaks the reader is left out when the
file is read again, so that one page does not cost the others.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limits:
    """What one file may cost before it is set aside."""

    wall_s: float = 900.0  # seconds; a 1,000-page report takes about ten, a scanned one minutes
    step_s: float = 120.0  # seconds without a sign; the slowest step, a scanned page, takes 90
    cpu_s: int = 300  # seconds of processor time, against loops that never end
    memory_mb: int = 2048  # MiB of address space (not of resident memory; libraries map a lot)
    max_bytes: int = 300 * 1024 * 1024  # bytes; larger files are not opened at all
    max_pages: int = 5000  # pages; the rest of a longer file is not read, and it says so
    ocr_pages: int = 600  # scanned pages; the rest of them stays unread, and the file says so
    ocr_s: float = 600.0  # seconds for all scanned pages of a file; likewise


DEFAULT_LIMITS = Limits()
_SOFT_SHARE = 0.8
"""Share of the time limit after which a reader stops and hands back what it has."""


def _untold(step: int | None) -> None:
    """Tell nobody: the file is read in the caller's own process."""


@dataclass(frozen=True)
class Job:
    """A file's bytes with what was said of it. `filename` and `url` are never opened.

    `skip` are the steps that broke an earlier attempt; `tell` hears of each step, and None where
    the present one still goes on.
    """

    data: bytes
    media_type: str | None = None
    filename: str | None = None
    url: str | None = None
    limits: Limits = DEFAULT_LIMITS
    started: float = field(default_factory=time.monotonic)
    skip: frozenset[int] = frozenset()
    tell: Callable[[int | None], None] = field(default=_untold, compare=False, repr=False)

    def enter(self, step: int) -> bool:
        """Say that a step begins; return False where it must be left out."""
        if step in self.skip:
            return False
        self.tell(step)
        return True

    def out_of_time(self) -> bool:
        """Return whether a reader should stop and hand back what it has (partial)."""
        self.tell(None)
        return time.monotonic() - self.started > self.limits.wall_s * _SOFT_SHARE
