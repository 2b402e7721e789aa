"""Columns of a page: the regions of it that are read one after the other.

Owns gutters, full-width headings between columns, and bands of columns under one another. Text that
stands side by side without filling its columns (a table's cells) is no columns.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.extract.pdf_words import Word

_MIN_LINES = 4  # lines on each side of a gutter; fewer are no columns
_MIN_SIDE = 0.18  # of the region's width; a narrower side is a margin, not a column
_FILL = 0.55  # median width of a column's segments in column widths; table cells fill less
_HEADING_SPACE = 3.0  # heading sizes; the columns under a full-width heading begin within this
_OVERLAP = 0.5  # of the lower side's height that stands beside the other side
_PROSE = 3  # words; a segment of fewer may be a cell
_CROSSING = 0.35  # share of a page's segments that may cross a gutter: headings, other bands
_NEAR_GUTTER = 0.25  # of the text's width; so far left of a gutter lines of its column end
_GRID = 2.0  # points; gutters closer than this are the same
_USUAL = 0.3  # share of a document's pages that must have the same columns
_NARROWEST = 0.14  # of the text's width; a narrower strip is no column


@dataclass(slots=True)
class Segment:
    """A run of words on one baseline."""

    words: list[Word]
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool = False
    italic: bool = False

    @property
    def text(self) -> str:
        """The words with one space between."""
        return " ".join([word.text for word in self.words])


def reading_regions(
    segments: list[Segment], page_width: float, gutters: Sequence[float] = ()
) -> list[list[Segment]]:
    """Part a page into regions that are read one after the other.

    `gutters` are the left edges of the page's columns but the first, where they are known.
    """
    left = min(segment.x0 for segment in segments)
    right = max(segment.x1 for segment in segments)
    gutters = page_gutters(segments) or gutters
    inside = [gutter for gutter in gutters if left < gutter < right]
    if len(segments) < 2 * _MIN_LINES or right - left < 0.3 * page_width:
        return _read_by_gutters(segments, inside, (left, right), page_width) or [segments]
    edges = Counter(round(segment.x0 / 2) for segment in segments)
    low = left + _MIN_SIDE * (right - left)
    high = right - _MIN_SIDE * (right - left)
    candidates = [
        edge * 2 - 2.0
        for edge, count in edges.most_common(8)
        if low < edge * 2 < high and count + edges[edge + 1] + edges[edge - 1] >= _MIN_LINES
    ]
    for gutter in candidates:
        bands = _bands(segments, gutter)
        if any(_is_columnar(band, gutter, left, right) for band in bands):
            return _read_bands(bands, gutter, (left, right), page_width, gutters)
    return _read_by_gutters(segments, inside, (left, right), page_width) or [segments]


def _read_by_gutters(
    segments: list[Segment],
    gutters: Sequence[float],
    ends: tuple[float, float],
    page_width: float,
) -> list[list[Segment]]:
    """Read columns of a few lines each by where the page's columns are; nothing without any."""
    if not gutters:
        return []
    bands = _bands(segments, gutters[0])
    return _read_bands(bands, gutters[0], ends, page_width, gutters)


def _bands(segments: list[Segment], gutter: float) -> list[list[Segment]]:
    """Part segments at every one that crosses the gutter; crossing ones form their own bands."""
    typical = median(segment.size for segment in segments)
    bold = 2 * sum(segment.bold for segment in segments) > len(segments)
    rest = sorted(segments, key=lambda segment: segment.top)
    sides = [segment for segment in rest if segment.x0 >= gutter]
    bands: list[list[Segment]] = [[]]
    crossing_band = False
    wide: Segment | None = None
    for segment in rest:
        crossing = segment.x0 < gutter - 1 and segment.x1 > gutter + 1
        if not crossing and (segment.size > 1.12 * typical or (segment.bold and not bold)):
            crossing = _stands_alone(segment, sides, gutter)
        if not crossing and wide is not None:
            crossing = _ends_wide(segment, wide, sides)
        wide = segment if crossing else wide
        if crossing != crossing_band and bands[-1]:
            bands.append([])
        crossing_band = crossing
        bands[-1].append(segment)
    return bands


def _stands_alone(segment: Segment, right_side: list[Segment], gutter: float) -> bool:
    """Return whether a large left segment has nothing beside it: a heading over all columns."""
    if segment.x0 >= gutter:
        return False
    top, bottom = segment.top - 0.4 * segment.size, segment.bottom + 0.3 * segment.size
    beside = any(other.top < bottom and other.bottom > top for other in right_side)
    near = segment.bottom + _HEADING_SPACE * segment.size
    below = any(bottom <= other.top <= near for other in right_side)
    return below and not beside


def _ends_wide(segment: Segment, wide: Segment, right_side: list[Segment]) -> bool:
    """Return whether a short segment is the last line of the full-width text above it."""
    if not 0 <= segment.top - wide.top <= 1.7 * wide.size or abs(segment.size - wide.size) > 0.6:
        return False
    if segment.x0 > wide.x1 or segment.bold != wide.bold:
        return False
    middle = (segment.top + segment.bottom) / 2
    return not any(
        other.top < middle < other.bottom for other in right_side if other is not segment
    )


def _is_columnar(band: list[Segment], gutter: float, left: float, right: float) -> bool:
    """Return whether a band is text in columns: filled lines on both sides, side by side."""
    first = [segment for segment in band if segment.x1 <= gutter + 1]
    second = [segment for segment in band if segment.x0 >= gutter - 1]
    if len(first) < _MIN_LINES or len(second) < _MIN_LINES:
        return False
    if len(first) + len(second) < len(band):
        return False
    spans = [(min(s.top for s in side), max(s.bottom for s in side)) for side in (first, second)]
    shared = min(spans[0][1], spans[1][1]) - max(spans[0][0], spans[1][0])
    lower = min(spans[0][1] - spans[0][0], spans[1][1] - spans[1][0])
    if shared < _OVERLAP * lower:
        return False
    for side in (first, second):
        begin, end = min(s.x0 for s in side), max(s.x1 for s in side)
        widths = sorted(s.x1 - s.x0 for s in side if len(s.words) > 1 or len(side) < 8)
        if end - begin < 0.15 * (right - left) or not widths:
            return False
        if median(widths) < _FILL * (end - begin) and not _nested(side, end - begin):
            return False
    return True


def _nested(side: list[Segment], width: float) -> bool:
    """Return whether a side may itself hold columns: many segments of about half its width."""
    filled = sum(0.25 * width <= s.x1 - s.x0 <= 0.55 * width for s in side)
    return len(side) >= 4 * _MIN_LINES and filled >= 0.6 * len(side)


def _read_bands(
    bands: list[list[Segment]],
    gutter: float,
    ends: tuple[float, float],
    page_width: float,
    gutters: Sequence[float],
) -> list[list[Segment]]:
    found: list[list[Segment]] = []
    for band in bands:
        if not _is_columnar(band, gutter, *ends):
            if found and not any(s.x1 <= gutter or s.x0 >= gutter for s in band):
                found.append(band)
            else:
                found.extend(_by_gutters(band, gutters) or _short_band(band, gutter))
            continue
        first = [segment for segment in band if segment.x1 <= gutter + 1]
        second = [segment for segment in band if segment.x0 >= gutter - 1]
        found.extend(reading_regions(first, page_width, gutters))
        found.extend(reading_regions(second, page_width, gutters))
    return found


def _short_band(band: list[Segment], gutter: float) -> list[list[Segment]]:
    """Read a band too short to be told apart from a table as columns where both sides fill."""
    first = [segment for segment in band if segment.x1 <= gutter + 1]
    second = [segment for segment in band if segment.x0 >= gutter - 1]
    wordy = [sum(len(s.words) for s in side) >= 3 * len(side) for side in (first, second)]
    if first and second and all(wordy) and len(first) + len(second) == len(band):
        return [first, second]
    return [band]


def page_gutters(segments: Sequence[Segment]) -> tuple[float, ...]:
    """Return the left edges of a page's columns but the first; none where it has one column.

    Told from the whole page: lines of prose that begin at one place again and again, where hardly
    a line crosses, with lines of the column before them ending short of it.
    """
    prose = [segment for segment in segments if len(segment.words) >= _PROSE]
    if len(prose) < 3 * _MIN_LINES:
        return ()
    left, right = min(s.x0 for s in prose), max(s.x1 for s in prose)
    width = right - left
    counts = Counter(round(segment.x0 / 2) for segment in prose)
    found: list[float] = []
    for edge, _ in sorted(counts.items()):
        count = counts[edge - 1] + counts[edge] + counts[edge + 1]
        place = edge * 2 - 2.0
        before = found[-1] if found else left
        if count < 2 * _MIN_LINES or place - before < _NARROWEST * width:
            continue
        crossing = sum(s.x0 < place - 1 and s.x1 > place + 1 for s in prose)
        ending = sum(place - _NEAR_GUTTER * width < s.x1 <= place + 1 for s in prose)
        if crossing <= _CROSSING * len(prose) and ending >= 2 * _MIN_LINES:
            found.append(place)
    if not found or right - found[-1] < _NARROWEST * width:
        return ()
    return tuple(found) if _fill_columns(prose, [left, *found, right]) else ()


def usual_gutters(pages: Sequence[Sequence[Segment]]) -> tuple[float, ...]:
    """Return the columns that a good part of a document's pages have, for pages with few lines."""
    found = Counter(
        tuple(round(gutter / _GRID) * _GRID for gutter in page_gutters(page)) for page in pages
    )
    del found[()]
    if not found:
        return ()
    gutters, count = found.most_common(1)[0]
    return gutters if count >= max(2, _USUAL * len(pages)) else ()


def keeps_to(segments: Sequence[Segment], gutters: Sequence[float]) -> bool:
    """Return whether a page's prose stands in these columns: hardly a line crosses them."""
    prose = [segment for segment in segments if len(segment.words) >= _PROSE]
    crossing = sum(any(s.x0 < g - 2 and s.x1 > g + 2 for g in gutters) for s in prose)
    return bool(gutters) and crossing <= _CROSSING * len(prose)


def _fill_columns(prose: Sequence[Segment], edges: Sequence[float]) -> bool:
    """Return whether lines mostly fill their column, as prose does and cells do not."""
    for low, high in itertools.pairwise(edges):
        widths = [s.x1 - s.x0 for s in prose if s.x0 >= low - 1 and s.x1 <= high + 1]
        if len(widths) < _MIN_LINES or median(widths) < _FILL * (high - low):
            return False
    return True


def _by_gutters(band: Sequence[Segment], gutters: Sequence[float]) -> list[list[Segment]]:
    """Read a band of a few lines by the page's columns; nothing where it does not keep to them."""
    if not gutters or any(s.x0 < g - 1 and s.x1 > g + 1 for s in band for g in gutters):
        return []
    columns: list[list[Segment]] = [[] for _ in (0.0, *gutters)]
    for segment in band:
        columns[sum(segment.x0 >= gutter - 1 for gutter in gutters)].append(segment)
    filled = [column for column in columns if column]
    words = sum(len(segment.words) for segment in band)
    lines = sum(len({round(segment.bottom / 2) for segment in own}) for own in filled)
    return filled if len(filled) > 1 and words >= _PROSE * lines else []
