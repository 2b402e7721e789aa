"""Fact boxes: text in a frame or on a tint, read by itself beside the text around it.

Owns which rectangles of a page frame text, drawn whole or as four rules. A frame's text is one
piece after the paragraph it stands in, under its own heading, which ends with the frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from pipeline.extract.pdf_regions import Segment
from pipeline.extract.pdf_rules import Edge, Rules
from pipeline.extract.pdf_tables import PageTable
from pipeline.records import Box

_MAX_AREA = 0.6  # of the page; a larger rectangle is the page's own ground
_MIN_WORDS = 8  # words; a rectangle around fewer is a button or a picture's label
_MAX_SHARE = 0.7  # of the page's words; a frame around more is the page's text itself
_MEETS = 3.0  # points; rules that end so near one another meet
_WIDE, _HIGH = 60.0, 24.0  # points; four rules around less frame no text
_MAX_UPRIGHTS = 40  # rules; a page with more is a drawing or a table
_IN_TABLE = 0.5  # of a rectangle's area inside a table, above which it is a cell


def text_frames(
    rules: Rules,
    segments: Sequence[Segment],
    tables: Sequence[PageTable],
    size: tuple[float, float],
) -> list[Box]:
    """Return the rectangles of a page that frame text of their own, outermost ones only.

    `segments` are those outside tables; `size` is the page's width and height in points.
    """
    page = size[0] * size[1]
    total = sum(len(segment.words) for segment in segments)
    chosen: list[Box] = []
    for box in sorted([*rules.frames, *_ruled_frames(rules.edges)], key=_area, reverse=True):
        if _area(box) > _MAX_AREA * page:
            continue
        if any(_shared(box, other) > 0.5 * _area(box) for other in chosen):
            continue
        covers = [(table.x0, table.top, table.x1, table.bottom) for table in tables]
        if any(_shared(box, cover) > _IN_TABLE * min(_area(box), _area(cover)) for cover in covers):
            continue
        words = sum(len(segment.words) for segment in segments if in_frame(segment, box))
        if words >= _MIN_WORDS and words <= _MAX_SHARE * total:
            chosen.append(box)
    return sorted(chosen, key=lambda box: (box[1], box[0]))


def _ruled_frames(edges: Sequence[Edge]) -> list[Box]:
    """Return the rectangles that two upright and two level rules draw together."""
    uprights = [edge for edge in edges if not edge.level and edge.bottom - edge.top >= _HIGH]
    levels = [edge for edge in edges if edge.level and edge.x1 - edge.x0 >= _WIDE]
    if len(uprights) > _MAX_UPRIGHTS:
        return []
    found: list[Box] = []
    for left, right in combinations(sorted(uprights, key=lambda edge: edge.x0), 2):
        level = abs(left.top - right.top) <= _MEETS and abs(left.bottom - right.bottom) <= _MEETS
        if not level or right.x0 - left.x0 < _WIDE:
            continue
        spanned = [
            edge.top
            for edge in levels
            if edge.x0 <= left.x0 + _MEETS and edge.x1 >= right.x0 - _MEETS
        ]
        if all(any(abs(y - end) <= _MEETS for y in spanned) for end in (left.top, left.bottom)):
            found.append((left.x0, left.top, right.x0, left.bottom))
    return found


def in_frame(segment: Segment, box: Box) -> bool:
    """Return whether a segment's middle stands inside a frame."""
    x, y = (segment.x0 + segment.x1) / 2, (segment.top + segment.bottom) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _area(box: Box) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)


def _shared(box: Box, other: Box) -> float:
    wide = min(box[2], other[2]) - max(box[0], other[0])
    high = min(box[3], other[3]) - max(box[1], other[1])
    return max(wide, 0.0) * max(high, 0.0)
