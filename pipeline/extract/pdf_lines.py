"""Words to segments, segments to lines in reading order.

Owns what is one line: a segment is a run of words on one baseline without a wide gap; a line is
what a reader sees as one line of one column. Where the columns are is `pdf_regions`' business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pipeline.extract.pdf_regions import Segment, reading_regions
from pipeline.extract.pdf_words import PageWords, Word
from pipeline.records import Box

_GAP = 1.0  # font sizes; a wider gap may be a column gutter or a table's cell border


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
    x0 = x1 = top = bottom = 0.0
    for word in page.words:
        if run:
            gap = word.x0 - x1
            level = word.bottom == bottom and word.top == top
            if not level:
                height = min(bottom - top, word.bottom - word.top)
                level = min(bottom, word.bottom) - max(top, word.top) >= 0.5 * height
            if level and -0.6 * word.size <= gap <= _GAP * word.size:
                run.append(word)
                if word.x1 > x1:
                    x1 = word.x1
                if word.x0 < x0:
                    x0 = word.x0
                if word.top != top or word.bottom != bottom:
                    top, bottom = min(top, word.top), max(bottom, word.bottom)
                continue
            segments.append(_segment(run, (x0, top, x1, bottom), style))
        run = [word]
        x0, x1, top, bottom = word.x0, word.x1, word.top, word.bottom
    if run:
        segments.append(_segment(run, (x0, top, x1, bottom), style))
    return segments


def _segment(
    run: list[Word], box: Box, style: Callable[[Word], tuple[bool, bool, float]] | None
) -> Segment:
    first, last = run[0], run[-1]
    longest = max(run, key=_letters) if len(run) > 1 else first
    bold = italic = False
    size = longest.size
    if style is not None:
        bold, italic, size = style(longest)
        if len(run) > 1 and (bold or italic):
            for other in (first, last):
                if other is not longest:
                    bold_too, italic_too, _ = style(other)
                    bold, italic = bold and bold_too, italic and italic_too
    return Segment(run, *box, size, bold, italic)


def _letters(word: Word) -> int:
    return len(word.text)


def order_lines(
    segments: Sequence[Segment], page: int, width: float, gutters: Sequence[float] = ()
) -> list[TextLine]:
    """Return the lines of a page in reading order.

    `width` is the page's in points, `gutters` where its columns begin, as other pages have them.
    """
    if not segments:
        return []
    lines: list[TextLine] = []
    for column, region in enumerate(reading_regions(list(segments), width, gutters)):
        lines.extend(_lines(region, page, column))
    return lines


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
