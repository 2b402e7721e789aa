"""Tables with ruled lines, by pdfplumber, only on pages that have such lines.

Owns finding them and making rows that make sense alone. Unruled tables stay text.
"""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from pipeline.extract.html_table import rows_as_text
from pipeline.extract.line_joins import join_lines
from pipeline.extract.pdf_lines import Segment
from pipeline.extract.pdf_words import Word
from pipeline.records import Block, Box, Line

log = logging.getLogger(__name__)

_MAX_OBJECTS = 4000  # page objects looked at; a page with more is a drawing
_MIN_LENGTH = 25.0  # points; shorter strokes are underlines and bullets
_THIN = 3.0  # points; a rule is thinner
_LEVELS = 3  # horizontal rules at different heights that make a table likely
_UPRIGHT = 3  # upright rules at different places: two columns; a framed box has two
_MAX_PAGES = 400  # pages given to pdfplumber of one file, at about ten a second
_MIN_FILLED = 0.4  # share of cells with text; an emptier grid is a drawing or a form


@dataclass
class PageTable:
    """A table on a page: its box and its cells' boxes in points (origin top left)."""

    x0: float
    top: float
    x1: float
    bottom: float
    cells: list[list[Box | None]]
    rows: list[list[str]] = field(default_factory=list)

    def fill(self, words: Sequence[Word]) -> bool:
        """Set the cells' texts from the page's words; return whether it is a table at all."""
        inside = [word for word in words if self._has(word.x0, word.x1, word.top, word.bottom)]
        for boxes in self.cells:
            self.rows.append([_cell_text(box, inside) for box in boxes])
        texts = [cell for row in self.rows for cell in row]
        columns = sum(1 for column in zip(*self.rows, strict=False) if any(column))
        filled = sum(1 for cell in texts if cell)
        return len(self.rows) >= 2 and columns >= 2 and filled >= _MIN_FILLED * len(texts)

    def _has(self, x0: float, x1: float, top: float, bottom: float) -> bool:
        x, y = (x0 + x1) / 2, (top + bottom) / 2
        return self.x0 - 1 <= x <= self.x1 + 1 and self.top - 1 <= y <= self.bottom + 1

    def holds(self, segment: Segment) -> bool:
        """Return whether a segment's middle stands inside the table."""
        return self._has(segment.x0, segment.x1, segment.top, segment.bottom)

    def blocks(self, page: int, width: float, height: float) -> list[Block]:
        """Return the rows as blocks with their boxes."""
        heads = 1 if len(self.rows) > 1 and _is_header(self.rows) else 0
        found: list[Block] = []
        for text, cells in zip(_row_texts(self.rows, heads), self.cells[heads:], strict=True):
            known = [cell for cell in cells if cell is not None]
            if not text or not known:
                continue
            top, bottom = min(cell[1] for cell in known), max(cell[3] for cell in known)
            box = (
                round(max(self.x0 / width, 0.0), 4),
                round(max(top / height, 0.0), 4),
                round(min(self.x1 / width, 1.0), 4),
                round(min(bottom / height, 1.0), 4),
            )
            found.append(Block("table_row", text, lines=(Line(0, len(text), page, box),)))
        return found


def _row_texts(rows: Sequence[Sequence[str]], heads: int) -> list[str]:
    """Return a text for every body row, "" for an empty one, so that boxes stay in step."""
    head = list(rows[:heads])
    return [" ".join(rows_as_text([*head, row], heads)) for row in rows[heads:]]


def _is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row names the columns: its cells are filled and no figures."""
    first = rows[0]
    filled = [cell for cell in first if cell]
    return len(filled) >= max(2, len(first) - 1) and not any(
        cell.replace(" ", "").replace(",", "").replace(".", "").isdigit() and len(cell) < 4
        for cell in filled
    )


def has_rules(page: Any) -> bool:
    """Return whether an open pdfium page has rules or cells like a table's."""
    import pypdfium2.raw as raw

    count = raw.FPDFPage_CountObjects(page.raw)
    if count > _MAX_OBJECTS:
        return False
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    heights: set[int] = set()
    upright: set[int] = set()
    for at in range(count):
        item = raw.FPDFPage_GetObject(page.raw, at)
        if raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_PATH:
            continue
        if not raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            continue
        wide, high = right.value - left.value, top.value - bottom.value
        if wide >= _MIN_LENGTH and high <= _THIN:
            heights.add(round(bottom.value / 2))
        elif high >= 8 and wide <= _THIN:
            upright.add(round(left.value / 2))
        elif wide >= _MIN_LENGTH and 8 <= high <= 200:
            heights.update((round(bottom.value / 2), round(top.value / 2)))
            upright.update((round(left.value / 2), round(right.value / 2)))
    return len(heights) >= _LEVELS and len(upright) >= _UPRIGHT


def find_tables(
    data: bytes, pages: Sequence[int], out_of_time: Callable[[], bool]
) -> dict[int, list[PageTable]]:
    """Return the ruled tables of the given pages. A page pdfplumber cannot read has none."""
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    found: dict[int, list[PageTable]] = {}
    try:
        with pdfplumber.open(BytesIO(data)) as pdf:
            for index in pages[:_MAX_PAGES]:
                if out_of_time() or index >= len(pdf.pages):
                    break
                page = pdf.pages[index]
                tables = _page_tables(page)
                if tables:
                    found[index] = tables
                page.close()
    except Exception as error:  # pdfminer on damaged files: the words are there, tables are not
        log.info("tables: %s: %s", type(error).__name__, error)
    return found


def _page_tables(page: Any) -> list[PageTable]:
    tables: list[PageTable] = []
    left, above = page.bbox[0], page.bbox[1]
    for table in page.find_tables():
        cells = [
            [
                None if cell is None else _moved((cell[0], cell[1], cell[2], cell[3]), left, above)
                for cell in row.cells
            ]
            for row in table.rows
        ]
        x0, top, x1, bottom = _moved(table.bbox, left, above)
        tables.append(PageTable(x0, top, x1, bottom, cells))
    return tables


def _moved(box: Box, left: float, above: float) -> Box:
    return box[0] - left, box[1] - above, box[2] - left, box[3] - above


def _cell_text(box: Box | None, words: Sequence[Word]) -> str:
    """Return the words inside a cell, line by line, line-end hyphens joined."""
    if box is None:
        return ""
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
