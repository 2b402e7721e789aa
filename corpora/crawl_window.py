"""The hours in which a site may be crawled, such as 22:00-06:00; pure.

Owns reading and judging them. Which hours count for a source is decided by its description and the
setting, and kept by `pipeline.crawl`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

_FORM = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class CrawlWindow:
    """From `start` to `end` on the clocks of `zone`; over midnight where `end` is the earlier."""

    start: time
    end: time
    zone: ZoneInfo

    def is_open(self, at: datetime) -> bool:
        """Whether a moment (with its time zone) lies in the window."""
        clock = at.astimezone(self.zone).time()
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M} to {self.end:%H:%M} ({self.zone.key})"


def require_window(text: str) -> str:
    """Return `text` where it is a window; raises ValueError saying what is expected."""
    found = _FORM.fullmatch(text.strip())
    if found is None or found[1] + found[2] == found[3] + found[4]:
        raise ValueError(
            f"Expected two different times of day such as 22:00-06:00, found {text!r}: correct it"
        )
    return text.strip()


def read_window(text: str, zone: str) -> CrawlWindow:
    """Read a window; raises ValueError where it is none, ZoneInfoNotFoundError for the zone."""
    start, _, end = require_window(text).partition("-")
    return CrawlWindow(time.fromisoformat(start), time.fromisoformat(end), ZoneInfo(zone))
