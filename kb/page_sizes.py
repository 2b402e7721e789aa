"""Sizes of a PDF's pages, and boxes between our fractions of a page and PDF points.

Owns asking the child (`kb.page_measure`) and the arithmetic. Our boxes are fractions from the top
left; the exchange standard's are whole points from the bottom left.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TIME_LIMIT = 30  # seconds on the clock
_CHILD = Path(__file__).with_name("page_measure.py")

Box = tuple[float, float, float, float]
PointBox = tuple[int, int, int, int]


@dataclass(frozen=True)
class PageSize:
    """A page in points: its left and bottom edge, width and height."""

    left: float
    bottom: float
    width: float
    height: float

    def to_points(self, box: Box) -> PointBox:
        """Return x0, y0, x1, y1 in points from the bottom left: the upper left corner first."""
        x0, y0, x1, y1 = box
        return (
            math.floor(self.left + x0 * self.width),
            math.ceil(self.bottom + (1 - y0) * self.height),
            math.ceil(self.left + x1 * self.width),
            math.floor(self.bottom + (1 - y1) * self.height),
        )

    def to_fractions(self, points: PointBox) -> Box:
        """Return a box in points, corners in any order, as fractions from the top left."""
        xs = sorted((value - self.left) / self.width for value in (points[0], points[2]))
        ys = sorted(1 - (value - self.bottom) / self.height for value in (points[1], points[3]))
        return xs[0], ys[0], xs[1], ys[1]


def page_sizes(data: bytes) -> list[PageSize]:
    """Return the sizes of a PDF's pages; none where it cannot be read."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(_CHILD)],
            input=data,
            capture_output=True,
            timeout=TIME_LIMIT,
            check=False,
        )
        found = json.loads(done.stdout) if done.returncode == 0 else []
    except (subprocess.TimeoutExpired, ValueError):
        return []
    sizes = [PageSize(*map(float, page)) for page in found]
    return sizes if all(_is_real(size) for size in sizes) else []


def _is_real(size: PageSize) -> bool:
    return math.isfinite(size.width * size.height) and size.width > 0 and size.height > 0
