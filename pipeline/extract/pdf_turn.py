"""Where a place of a PDF's own coordinates stands on the page as shown, and as it is read.

Owns page rotation, boxes that do not begin at the origin, and pages whose text runs upwards (a wide
table set sideways): such a page is laid out as if turned, and its boxes are turned back.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import Box

QUARTERS = (0, 90, 180, 270)
_ASLANT = 10.0  # degrees; a scan is never so far askew, a watermark is


@dataclass(frozen=True)
class Placement:
    """From user space (points, origin low left) to a page turned clockwise by `turn` degrees."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int = 0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page so turned, in points."""
        width, height = self.right - self.left, self.top - self.bottom
        return (width, height) if self.turn % 180 == 0 else (height, width)

    def place(self, x0: float, low: float, x1: float, high: float) -> Box:
        """Return (x0, top, x1, bottom) from the turned page's upper left corner."""
        if self.turn == 0:
            return x0 - self.left, self.top - high, x1 - self.left, self.top - low
        if self.turn == 90:
            return low - self.bottom, x0 - self.left, high - self.bottom, x1 - self.left
        if self.turn == 180:
            return self.right - x1, low - self.bottom, self.right - x0, high - self.bottom
        return self.top - high, self.right - x1, self.top - low, self.right - x0


def nearest_quarter(degrees: float) -> int | None:
    """Return the quarter turn an angle is; None for text set aslant."""
    for quarter in QUARTERS:
        away = abs((degrees - quarter + 180) % 360 - 180)
        if away <= _ASLANT:
            return quarter
    return None


def turned_back(box: Box, turn: int) -> Box:
    """Return a box of the page as read (fractions) on the page as shown.

    `turn` is how far the text was turned clockwise from upright.
    """
    x0, top, x1, bottom = box
    if turn == 90:
        return 1 - bottom, x0, 1 - top, x1
    if turn == 180:
        return 1 - x1, 1 - bottom, 1 - x0, 1 - top
    if turn == 270:
        return top, 1 - x1, bottom, 1 - x0
    return box


def page_box(box: Box, width: float, height: float, turn: int = 0) -> Box:
    """Return a box in points of a page as read as fractions of the page as shown."""

    def share(value: float, whole: float) -> float:
        return min(max(value / whole, 0.0), 1.0) if whole > 0 else 0.0

    x0, top, x1, bottom = box
    inside = share(x0, width), share(top, height), share(x1, width), share(bottom, height)
    x0, top, x1, bottom = turned_back(inside, turn)
    return round(x0, 4), round(top, 4), round(x1, 4), round(bottom, 4)
