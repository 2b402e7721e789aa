"""Tables without a grid: cells told apart by white space, under a caption or between level rules.

Owns finding such a table and its columns. pdfplumber's text strategy takes any three words above
one another for a column, so prose would become tables; here a caption or rules must say that there
is one, and a column is a strip of the page that hardly a row crosses.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.extract.line_joins import join_lines
from pipeline.extract.pdf_regions import Segment
from pipeline.extract.pdf_rules import Edge, Rules
from pipeline.extract.pdf_tables import PageTable, is_figure
from pipeline.extract.pdf_words import PageWords
from pipeline.records import Box

_CAPTION = re.compile(
    r"^(?:tabell|tabel|table|taulukko|tafla|talva)\s+(?:[A-ZÅÄÖÆØ]?\d+(?:[.:-]\d+)*|[IVX]+)",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"^(?:kilde|kjelde|källa|note?r?|merknad|anm|anmärkning|lähde|huom|heimild|source)\b\.?\s*:?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d(?:[–/-]\d{2,4})?")
_MIN_ROWS = 3  # lines with several cells; fewer prove no columns
_CELL_WORDS = 4  # words of the usual cell without rules; columns of prose have more
_RULED_WORDS = 7  # the same between rules
_WIDE_WORDS = 8  # words of a line over the whole width: text after the table
_STRIP = 0.5  # font sizes; narrower white strips are spaces between words
_CROSSED = 0.1  # share of lines that may cross a strip: headings over several columns
_STEP = 2.6  # font sizes from one line of a table to the next
_RULE_LENGTH = 120.0  # points; shorter level rules part no table
_SAME_EDGE = 6.0  # points; rules of one table begin and end so close to one another
_TABULAR = 0.5  # share of a table's lines that have several cells


@dataclass(frozen=True)
class _TableLine:
    segments: tuple[Segment, ...]
    top: float
    bottom: float

    @property
    def text(self) -> str:
        return " ".join(segment.text for segment in self.segments)

    @property
    def size(self) -> float:
        return self.segments[0].size


def aligned_tables(segments: Sequence[Segment], rules: Rules, page: PageWords) -> list[PageTable]:
    """Return the tables among a page's segments that have no grid, with their texts."""
    level = [edge for edge in rules.edges if edge.level and edge.x1 - edge.x0 >= _RULE_LENGTH]
    captioned = any(_CAPTION.match(segment.text) for segment in segments)
    if page.ocr or not segments or not (captioned or len(level) >= 3):
        return []
    lines = _table_lines(segments)
    found: list[PageTable] = []
    for region, ruled in _regions(lines, level):
        if any(table.top < region[0].bottom and table.bottom > region[0].top for table in found):
            continue
        table = _table(region, level, ruled=ruled)
        if table is not None:
            found.append(table)
    return found


def _table_lines(segments: Sequence[Segment]) -> list[_TableLine]:
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda s: (s.top + s.bottom, s.x0)):
        if rows:
            last = rows[-1][0]
            shared = min(last.bottom, segment.bottom) - max(last.top, segment.top)
            if shared >= 0.5 * min(last.bottom - last.top, segment.bottom - segment.top):
                rows[-1].append(segment)
                continue
        rows.append([segment])
    return [
        _TableLine(
            tuple(sorted(row, key=lambda s: s.x0)),
            min(s.top for s in row),
            max(s.bottom for s in row),
        )
        for row in rows
    ]


def _regions(
    lines: Sequence[_TableLine], level: Sequence[Edge]
) -> list[tuple[list[_TableLine], bool]]:
    """Return the lines of each place that may be a table, and whether level rules bound it."""
    found: list[tuple[list[_TableLine], bool]] = []
    groups: dict[tuple[int, int], list[Edge]] = {}
    for edge in level:
        key = (round(edge.x0 / _SAME_EDGE), round(edge.x1 / _SAME_EDGE))
        groups.setdefault(key, []).append(edge)
    for same in groups.values():
        if len(same) < 3:
            continue
        first = min(same, key=lambda edge: edge.top)
        low = max(edge.top for edge in same)
        inside = [_inside(line, first) for line in lines if first.top - 2 <= line.top < low]
        region = [line for line in inside if line is not None]
        if region:
            found.append((region, True))
    for at, line in enumerate(lines):
        if len(line.segments) == 1 and _CAPTION.match(line.text):
            region = _under_caption(lines[at + 1 :], line)
            if region:
                found.append((region, False))
    return found


def _inside(line: _TableLine, rule: Edge) -> _TableLine | None:
    """Return the part of a line between a rule's ends."""
    own = tuple(
        segment
        for segment in line.segments
        if rule.x0 - _SAME_EDGE <= (segment.x0 + segment.x1) / 2 <= rule.x1 + _SAME_EDGE
    )
    return _TableLine(own, line.top, line.bottom) if own else None


def _under_caption(lines: Sequence[_TableLine], caption: _TableLine) -> list[_TableLine]:
    region: list[_TableLine] = []
    before = caption
    for line in lines:
        far = line.top - before.top > _STEP * max(before.size, line.size) * (2 if not region else 1)
        single = len(line.segments) == 1
        prose = single and len(line.segments[0].words) > _WIDE_WORDS
        if far or _CAPTION.match(line.text) or (single and _NOTE.match(line.text)):
            break
        if prose and region:
            break
        if not prose:  # a caption of several lines goes on before the table begins
            region.append(line)
        before = line
    while region and len(region[-1].segments) == 1:
        region.pop()
    return region


def _table(region: list[_TableLine], level: Sequence[Edge], *, ruled: bool) -> PageTable | None:
    tabular = [line for line in region if len(line.segments) >= 2]
    if len(tabular) < (2 if ruled else _MIN_ROWS) or len(tabular) < _TABULAR * len(region):
        return None
    usual = median(len(s.words) for line in tabular for s in line.segments)
    if usual > (_RULED_WORDS if ruled else _CELL_WORDS):
        return None
    bounds = _bounds(tabular)
    if len(bounds) < 3:
        return None
    cells = [_cells(line, bounds) for line in region]
    figures = sum(is_figure(text) for row in cells for text in row[1:] if text)
    filled = sum(bool(text) for row in cells for text in row[1:])
    if not ruled and len(bounds) == 3 and 2 * figures < filled:
        return None  # two columns of words without rules: a glossary or prose in columns
    heads = _head_lines(region, cells, level)
    groups = _group(region, cells, level, heads)
    head = [_joined(cells[:heads])] if heads else []
    rows, boxes = [*head], [_row_boxes(region[:heads], bounds)] if heads else []
    label = ""
    for group in groups:
        row = _joined([cells[at] for at in group])
        if row[0] and not any(row[1:]) and figures:
            label = row[0]  # a line of its own names the rows under it
            continue
        if label and row[0]:
            row[0] = f"{label}, {row[0]}"
        rows.append(row)
        boxes.append(_row_boxes([region[at] for at in group], bounds))
    if len(rows) - len(head) < 2:
        return None
    x1 = max(segment.x1 for line in region for segment in line.segments)
    top, bottom = region[0].top, region[-1].bottom
    return PageTable(bounds[0], top, x1, bottom, boxes, rows, len(head))


def _bounds(lines: Sequence[_TableLine]) -> list[float]:
    """Return the edges of the columns: the middles of the white strips, and the ends."""
    left = min(segment.x0 for line in lines for segment in line.segments)
    right = max(segment.x1 for line in lines for segment in line.segments)
    covered = [0] * (int(right - left) + 2)
    for line in lines:
        for segment in line.segments:
            for at in range(int(segment.x0 - left), int(segment.x1 - left) + 1):
                covered[at] += 1
    size = median(line.size for line in lines)
    allowed = _CROSSED * len(lines)
    bounds, start = [left - 1], None
    for at, count in enumerate(covered):
        if count <= allowed:
            start = at if start is None else start
        elif start is not None:
            if start > 0 and at - start >= _STRIP * size:
                bounds.append(left + (start + at) / 2)
            start = None
    return [*bounds, right + 1]


def _cells(line: _TableLine, bounds: Sequence[float]) -> list[str]:
    """Return a line's text by column; a segment over several columns stands in each of them."""
    texts: list[list[str]] = [[] for _ in bounds[1:]]
    for segment in line.segments:
        over = [
            at
            for at, (low, high) in enumerate(itertools.pairwise(bounds))
            if min(high, segment.x1) - max(low, segment.x0) > _STRIP * segment.size
        ]
        if len(over) > 1 and len(line.segments) * 2 <= len(bounds):
            for at in over:
                texts[at].append(segment.text)
            continue
        for word in segment.words:
            middle = (word.x0 + word.x1) / 2
            at = sum(middle >= bound for bound in bounds[1:-1])
            texts[at].append(word.text)
    return [" ".join(words) for words in texts]


def _joined(lines: Sequence[Sequence[str]]) -> list[str]:
    return [join_lines([text for text in column if text]) for column in zip(*lines, strict=True)]


def _head_lines(
    region: Sequence[_TableLine], cells: Sequence[Sequence[str]], level: Sequence[Edge]
) -> int:
    """Return how many lines at the top name the columns."""
    for heads in (1, 2, 3):
        if heads >= len(region) - 1:
            break
        above, below = region[heads - 1], region[heads]
        parted = any(above.bottom - 3 <= edge.top <= below.top + 3 for edge in level)
        if parted:
            return heads
    heads = 0
    while heads < min(3, len(cells) - 2) and not any(map(_is_value, cells[heads][1:])):
        if heads and not any(cells[heads][1:]):
            return heads  # a line of its own names the rows under it
        heads += 1
    if heads and any(map(_is_value, cells[heads][1:])):
        return heads
    bold = [all(s.bold for s in line.segments) for line in region]
    return 1 if bold[0] and not bold[1] else 0


def _is_value(text: str) -> bool:
    """Return whether a cell holds a figure that is no year: years name columns."""
    return is_figure(text) and not _YEAR.fullmatch(text)


def _group(
    region: Sequence[_TableLine],
    cells: Sequence[Sequence[str]],
    level: Sequence[Edge],
    heads: int,
) -> list[list[int]]:
    """Return the lines of each row: parted by rules, or where a line cannot be a continuation."""
    places = range(heads, len(region))
    between = [
        any(
            region[at - 1].bottom - 3 <= edge.top <= region[at].top + 3
            and edge.x0 <= region[at].segments[0].x1
            for edge in level
        )
        for at in places[1:]
    ]
    by_rules = sum(between) >= max(2, len(places) // 4)
    groups: list[list[int]] = []
    for at in places:
        starts = not groups or (
            between[at - heads - 1] if by_rules else not _goes_on(cells[at], cells[groups[-1][-1]])
        )
        if starts:
            groups.append([at])
        else:
            groups[-1].append(at)
    return groups


def _goes_on(row: Sequence[str], before: Sequence[str]) -> bool:
    """Return whether a line without rules belongs to the row of the line before it."""
    if before[0] and not any(before[1:]) and row[0][:1].islower():
        return True  # a name of two lines, its figures beside the second
    if any(map(is_figure, row[1:])):
        return False
    if not row[0]:
        return True
    return not any(row[1:]) and (row[0][0].islower() or before[0].endswith("-"))


def _row_boxes(lines: Sequence[_TableLine], bounds: Sequence[float]) -> list[Box | None]:
    top, bottom = min(line.top for line in lines), max(line.bottom for line in lines)
    return [(low, top, high, bottom) for low, high in itertools.pairwise(bounds)]
