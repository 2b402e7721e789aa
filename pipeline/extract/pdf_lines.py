"""Words to segments, segments to lines in reading order over columns and full-width headings.

Owns the page's geometry. A segment is a run of words on one baseline without a wide gap; a line is
what a reader sees as one line of one column.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from pipeline.extract.pdf_words import PageWords, Word

_GAP = 1.0  # font sizes; a wider gap may be a column gutter or a table's cell border
_MIN_LINES = 4  # lines on each side of a gutter; fewer are no columns
_MIN_SIDE = 0.18  # of the region's width; a narrower side is a margin, not a column
_FILL = 0.55  # median width of a column's segments in column widths; table cells fill less
_HEADING_SPACE = 3.0  # heading sizes; the columns under a full-width heading begin within this
_OVERLAP = 0.5  # of the lower side's height that stands beside the other side


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


@dataclass(slots=True)
class TextLine:
    """One line of one column; `left` and `right` are the column's edges in points."""

    segments: list[Segment]
    page: int
    left: float
    right: float
    top: float
    bottom: float
    x0: float
    x1: float
    size: float
    bold: bool
    italic: bool
    words: list[Word] = field(default_factory=list)
    text: str = ""
    column: int = 0


def make_segments(
    page: PageWords, style: Callable[[Word], tuple[bool, bool, float]] | None = None
) -> list[Segment]:
    """Return a page's segments in the file's order, with the style of their fonts."""
    segments: list[Segment] = []
    run: list[Word] = []
    x1 = top = bottom = 0.0
    for word in page.words:
        if run:
            height = min(bottom - top, word.bottom - word.top)
            shared = min(bottom, word.bottom) - max(top, word.top)
            gap = word.x0 - x1
            if shared >= 0.5 * height and -0.6 * word.size <= gap <= _GAP * word.size:
                run.append(word)
                x1 = max(x1, word.x1)
                top, bottom = min(top, word.top), max(bottom, word.bottom)
                continue
            segments.append(_segment(run, style))
        run = [word]
        x1, top, bottom = word.x1, word.top, word.bottom
    if run:
        segments.append(_segment(run, style))
    return segments


def _segment(run: list[Word], style: Callable[[Word], tuple[bool, bool, float]] | None) -> Segment:
    first, last = run[0], run[-1]
    longest = max(run, key=lambda word: len(word.text)) if len(run) > 1 else first
    bold = italic = False
    size = longest.size
    if style is not None:
        bold, italic, size = style(longest)
        if len(run) > 1 and (bold or italic):
            for other in (first, last):
                if other is not longest:
                    bold_too, italic_too, _ = style(other)
                    bold, italic = bold and bold_too, italic and italic_too
    return Segment(
        run,
        min(word.x0 for word in run) if len(run) > 1 else first.x0,
        min(word.top for word in run) if len(run) > 1 else first.top,
        max(word.x1 for word in run) if len(run) > 1 else first.x1,
        max(word.bottom for word in run) if len(run) > 1 else first.bottom,
        size,
        bold,
        italic,
    )


def order_lines(segments: Sequence[Segment], page: int, width: float) -> list[TextLine]:
    """Return the lines of a page in reading order."""
    if not segments:
        return []
    lines: list[TextLine] = []
    for column, region in enumerate(_regions(list(segments), width)):
        lines.extend(_lines(region, page, column))
    return lines


def _regions(segments: list[Segment], page_width: float) -> list[list[Segment]]:
    """Part a page into regions that are read one after the other."""
    left = min(segment.x0 for segment in segments)
    right = max(segment.x1 for segment in segments)
    if len(segments) < 2 * _MIN_LINES or right - left < 0.3 * page_width:
        return [segments]
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
            return _read_bands(bands, gutter, left, right, page_width)
    return [segments]


def _bands(segments: list[Segment], gutter: float) -> list[list[Segment]]:
    """Part segments at every one that crosses the gutter; crossing ones form their own bands."""
    typical = median(segment.size for segment in segments)
    rest = sorted(segments, key=lambda segment: segment.top)
    sides = [segment for segment in rest if segment.x0 >= gutter]
    bands: list[list[Segment]] = [[]]
    crossing_band = False
    wide: Segment | None = None
    for segment in rest:
        crossing = segment.x0 < gutter - 1 and segment.x1 > gutter + 1
        if not crossing and segment.size > 1.12 * typical:
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
    bands: list[list[Segment]], gutter: float, left: float, right: float, page_width: float
) -> list[list[Segment]]:
    found: list[list[Segment]] = []
    for band in bands:
        if not _is_columnar(band, gutter, left, right):
            if found and not any(s.x1 <= gutter or s.x0 >= gutter for s in band):
                found.append(band)
            else:
                found.extend(_short_band(band, gutter))
            continue
        first = [segment for segment in band if segment.x1 <= gutter + 1]
        second = [segment for segment in band if segment.x0 >= gutter - 1]
        found.extend(_regions(first, page_width))
        found.extend(_regions(second, page_width))
    return found


def _short_band(band: list[Segment], gutter: float) -> list[list[Segment]]:
    """Read a band too short to be told apart from a table as columns where both sides fill."""
    first = [segment for segment in band if segment.x1 <= gutter + 1]
    second = [segment for segment in band if segment.x0 >= gutter - 1]
    wordy = [sum(len(s.words) for s in side) >= 3 * len(side) for side in (first, second)]
    if first and second and all(wordy) and len(first) + len(second) == len(band):
        return [first, second]
    return [band]


def _lines(region: list[Segment], page: int, column: int) -> list[TextLine]:
    """Return a region's lines, top to bottom."""
    rows: list[list[Segment]] = []
    for segment in sorted(region, key=lambda s: (s.top + s.bottom, s.x0)):
        if rows:
            last = rows[-1]
            top, bottom = last[0].top, last[0].bottom
            shared = min(bottom, segment.bottom) - max(top, segment.top)
            if shared >= 0.5 * min(bottom - top, segment.bottom - segment.top):
                last.append(segment)
                continue
        rows.append([segment])
    left = min(segment.x0 for segment in region)
    right = max(segment.x1 for segment in region)
    return [_line(row, page, column, left, right) for row in rows]


def _line(row: list[Segment], page: int, column: int, left: float, right: float) -> TextLine:
    if len(row) > 1:
        row.sort(key=lambda segment: segment.x0)
    main = max(row, key=lambda segment: segment.x1 - segment.x0) if len(row) > 1 else row[0]
    words = [word for segment in row for word in segment.words] if len(row) > 1 else row[0].words
    return TextLine(
        row,
        page,
        left,
        right,
        min(segment.top for segment in row),
        max(segment.bottom for segment in row),
        row[0].x0,
        max(segment.x1 for segment in row),
        main.size,
        all(segment.bold for segment in row),
        all(segment.italic for segment in row),
        words,
        " ".join([word.text for word in words]),
        column,
    )
