"""Tables of PDF pages as rows that make sense alone: "header: value; header: value".

Owns grids of cells and their texts: ruled ones, found by pdfplumber's table finder from the page's
rules, and those `pdf_columns` finds by their alignment. Merged cells, headers of several rows and
tables that go on over pages are settled here.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.extract.html_table import rows_as_text
from pipeline.extract.line_joins import join_lines
from pipeline.extract.pdf_regions import Segment
from pipeline.extract.pdf_rules import Rules
from pipeline.extract.pdf_turn import page_box
from pipeline.extract.pdf_words import Word
from pipeline.records import Block, Box, Line

log = logging.getLogger(__name__)

_MIN_FILLED = 0.4  # share of cells with text; an emptier grid is a drawing or a form
_MAX_HEADS = 3  # rows of a header
_SAME = 6.0  # points; columns of a table's next page stand this close to those before
_OVER_ALL = 0.9  # of the table's width; a cell so wide is a row of its own
_FOOT, _HEAD = 0.7, 0.3  # of the page's height: where a table breaks off and where it goes on
_PROSE_WORDS = 70  # words of one cell; a grid with most of its text in one is a framed text


@dataclass
class PageTable:
    """A table on a page: its box and its cells' boxes in points (origin top left).

    `heads` rows at the top name the columns; `headers` are those of the page before where the
    table goes on. Cells are None where a neighbour spans them.
    """

    x0: float
    top: float
    x1: float
    bottom: float
    cells: list[list[Box | None]]
    rows: list[list[str]] = field(default_factory=list)
    heads: int = 0
    headers: list[list[str]] = field(default_factory=list)

    def fill(self, words: Sequence[Word]) -> bool:
        """Set the cells' texts from the page's words; return whether it is a table at all."""
        inside = [word for word in words if self._has(word.x0, word.x1, word.top, word.bottom)]
        own = {box: _cell_text(box, inside) for row in self.cells for box in row if box}
        texts = [text for text in own.values() if text]
        if len(self.cells) < 2 or len(texts) < _MIN_FILLED * len(own):
            return False
        longest = max((len(text.split()) for text in texts), default=0)
        if longest > _PROSE_WORDS and 2 * longest > sum(len(text.split()) for text in texts):
            return False
        self.rows = [[own.get(box, "") if box else "" for box in row] for row in self.cells]
        self.heads = _count_heads(self.rows, self.cells)
        self._spread(own)
        return sum(any(column) for column in zip(*self.rows, strict=False)) >= 2

    def _spread(self, own: dict[Box, str]) -> None:
        """Give spanned places the text of the cell over them: down always, across in headers."""
        spans = self._columns()
        for at, row in enumerate(self.cells):
            known = [box for box in row if box]
            if not known:
                continue
            middle = min((box[1] + box[3]) / 2 for box in known)
            for column, box in enumerate(row):
                if box is not None or spans[column] is None:
                    continue
                left, right = spans[column] or (0.0, 0.0)
                over = _cell_over((left + right) / 2, middle, own)
                if over is not None and (at < self.heads or over[2] - over[0] <= right - left + 1):
                    self.rows[at][column] = own[over]

    def _columns(self) -> list[tuple[float, float] | None]:
        """Return each column's left and right edge, by its narrowest cell."""
        found: list[tuple[float, float] | None] = []
        for column in range(max(len(row) for row in self.cells)):
            boxes = [row[column] for row in self.cells if column < len(row)]
            known = [(box[0], box[2]) for box in boxes if box is not None]
            found.append(min(known, key=lambda span: span[1] - span[0], default=None))
        return found

    def _has(self, x0: float, x1: float, top: float, bottom: float) -> bool:
        x, y = (x0 + x1) / 2, (top + bottom) / 2
        return self.x0 - 1 <= x <= self.x1 + 1 and self.top - 1 <= y <= self.bottom + 1

    def holds(self, segment: Segment) -> bool:
        """Return whether a segment's middle stands inside the table."""
        return self._has(segment.x0, segment.x1, segment.top, segment.bottom)

    def goes_on_from(self, before: PageTable) -> bool:
        """Return whether this is the next page's part of a table: the same columns."""
        own, other = self._columns(), before._columns()
        if len(own) != len(other) or None in own or None in other:
            return False
        pairs = [(a, b) for a, b in zip(own, other, strict=True) if a and b]
        moved = pairs[0][0][0] - pairs[0][1][0]  # left and right pages have other margins
        return all(
            abs(a[0] - b[0] - moved) <= _SAME and abs(a[1] - b[1] - moved) <= _SAME
            for a, b in pairs
        )

    def take_headers(self, before: PageTable) -> None:
        """Take the header of the page before, and drop its repetition here."""
        head = before.headers or before.rows[: before.heads]
        if self.rows[: len(head)] == head:
            self.heads = len(head)
        elif head:
            self.heads = 0
        self.headers = head

    def blocks(self, page: int, width: float, height: float, turn: int = 0) -> list[Block]:
        """Return the rows as blocks with their boxes."""
        head = self.headers or self.rows[: self.heads]
        found: list[Block] = []
        label = ""
        body = zip(self.rows[self.heads :], self.cells[self.heads :], strict=True)
        for row, cells in body:
            known = [cell for cell in cells if cell is not None]
            filled = [text for text in row if text]
            if not known or not filled:
                continue
            if (
                len(known) == 1
                and len(row) > 1
                and known[0][2] - known[0][0] > _OVER_ALL * (self.x1 - self.x0)
            ):
                label = filled[0]  # a row over all columns names the rows under it
                continue
            text = " ".join(rows_as_text([*head, row], len(head)))
            text = f"{label}; {text}" if label else text
            top, bottom = min(cell[1] for cell in known), max(cell[3] for cell in known)
            box = page_box((self.x0, top, self.x1, bottom), width, height, turn)
            found.append(Block("table_row", text, lines=(Line(0, len(text), page, box),)))
        return found


def _cell_over(x: float, y: float, own: dict[Box, str]) -> Box | None:
    for box in own:
        if box[0] < x < box[2] and box[1] < y < box[3]:
            return box
    return None


def is_figure(text: str) -> bool:
    """Return whether a cell holds a number: digits and no words."""
    return any(map(str.isdigit, text)) and sum(map(str.isalpha, text)) <= 2


def _count_heads(rows: Sequence[Sequence[str]], cells: Sequence[Sequence[Box | None]]) -> int:
    """Return how many rows at the top name the columns: filled cells without figures.

    Under a cell that spans columns the next row names them too.
    """
    heads = 0
    for row, boxes in zip(rows[:_MAX_HEADS], cells, strict=False):
        filled = [text for text in row if text]
        spanned = sum(box is None for box in boxes)
        named = not any(is_figure(text) and len(text) < 4 for text in filled)
        if not named or len(rows) <= heads + 1:
            break
        if spanned and len(filled) >= 2:
            heads += 1
            continue
        if heads and any(is_figure(text) for text in filled):
            break
        if len(filled) >= max(2, len(row) - 1):
            heads += 1
        break
    return heads


def ruled_tables(rules: Rules) -> list[PageTable]:
    """Return the grids that a page's rules make, without texts, by pdfplumber's table finder."""
    from pdfplumber.table import TableFinder

    edges = [
        {
            "x0": edge.x0,
            "x1": edge.x1,
            "top": edge.top,
            "bottom": edge.bottom,
            "width": edge.x1 - edge.x0,
            "height": edge.bottom - edge.top,
            "orientation": "h" if edge.level else "v",
            "object_type": "line",
        }
        for edge in rules.edges
    ]
    tables: list[PageTable] = []
    for table in TableFinder(_Ruled(edges)).tables:
        cells = [[tuple(cell) if cell else None for cell in row.cells] for row in table.rows]
        x0, top, x1, bottom = table.bbox
        tables.append(PageTable(x0, top, x1, bottom, cells))
    return tables


class _Ruled:
    """The little of a pdfplumber page that its table finder asks for."""

    def __init__(self, edges: list[dict[str, Any]]) -> None:
        self.edges = edges
        self.bbox = (
            min(edge["x0"] for edge in edges),
            min(edge["top"] for edge in edges),
            max(edge["x1"] for edge in edges),
            max(edge["bottom"] for edge in edges),
        )


def join_over_pages(tables: dict[int, list[PageTable]], heights: Sequence[float]) -> None:
    """Give tables that go on over a page's end the header of their beginning.

    `heights` are the pages' in points.
    """
    for page in sorted(tables):
        earlier = tables.get(page - 1)
        if not earlier or not tables[page]:
            continue
        last = max(earlier, key=lambda table: table.bottom)
        first = min(tables[page], key=lambda table: table.top)
        at_foot = last.bottom > _FOOT * heights[page - 1]
        at_head = first.top < _HEAD * heights[page]
        if at_foot and at_head and first.goes_on_from(last):
            first.take_headers(last)


def _cell_text(box: Box, words: Sequence[Word]) -> str:
    """Return the words inside a cell, line by line, line-end hyphens joined."""
    x0, top, x1, bottom = box
    lines: list[list[Word]] = []
    inside = [
        word
        for word in words
        if x0 - 0.5 <= (word.x0 + word.x1) / 2 <= x1 + 0.5
        and top - 0.5 <= (word.top + word.bottom) / 2 <= bottom + 0.5
    ]
    for word in sorted(inside, key=lambda w: (round(w.bottom), w.x0)):
        if lines and abs(lines[-1][-1].bottom - word.bottom) < 0.4 * word.size:
            lines[-1].append(word)
        else:
            lines.append([word])
    ordered = [sorted(line, key=lambda w: w.x0) for line in lines]
    return join_lines([" ".join(word.text for word in line) for line in ordered])
