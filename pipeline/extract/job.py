"""One file to read and the limits it is read under.

Owns the limits' defaults; `pool` enforces them from outside, `child` from inside.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limits:
    """What one file may cost before it is set aside."""

    wall_s: float = 300.0  # seconds; a 1,000-page report takes about ten, a scanned one minutes
    cpu_s: int = 300  # seconds of processor time, against loops that never end
    memory_mb: int = 2048  # MiB of address space (not of resident memory; libraries map a lot)
    max_bytes: int = 300 * 1024 * 1024  # bytes; larger files are not opened at all
    max_pages: int = 5000  # pages; the rest of a longer file is not read, and it says so


DEFAULT_LIMITS = Limits()
_SOFT_SHARE = 0.8
"""Share of the time limit after which a reader stops and hands back what it has."""


@dataclass(frozen=True)
class Job:
    """A file's bytes with what was said of it. `filename` and `url` are never opened."""

    data: bytes
    media_type: str | None = None
    filename: str | None = None
    url: str | None = None
    limits: Limits = DEFAULT_LIMITS
    started: float = field(default_factory=time.monotonic)

    def out_of_time(self) -> bool:
        """Return whether a reader should stop and hand back what it has (partial)."""
        return time.monotonic() - self.started > self.limits.wall_s * _SOFT_SHARE
