"""Pages in three columns under full-width headings, set from the starter's own passages.

Owns a layout the replica has not: bands of columns one under another, some of a line or two,
hyphens at line ends, alternating headers. The source's words in reading order come with it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from corpora.replica.layout import break_lines, measure, register_fonts

WIDTH, HEIGHT = 595.0, 842.0
LEFT, RIGHT, TOP, FOOT = 50.0, 545.0, 770.0, 90.0
COLUMNS, GUTTER, SIZE, STEP = 3, 16.0, 8.5, 11.5
COLUMN = (RIGHT - LEFT - GUTTER * (COLUMNS - 1)) / COLUMNS
BAND_LINES = 22  # lines of each column of a band


@dataclass
class Columns:
    """Sets paragraphs in bands of three columns; `words` are the source's, in reading order."""

    title: str
    buffer: io.BytesIO = field(default_factory=io.BytesIO)
    words: list[str] = field(default_factory=list)
    pages: int = 0
    y: float = TOP

    def __post_init__(self) -> None:
        self.canvas: Any = Canvas(self.buffer, pagesize=(WIDTH, HEIGHT), invariant=1)
        self.fonts = register_fonts()["Times"]
        self._open()
        self._write(self.title, LEFT, TOP - 20, 22, bold=True)
        self.y -= 40

    def _open(self) -> None:
        self.pages += 1
        self.y = TOP
        self._write(self.title if self.pages % 2 else "Rapport 3/2020", LEFT, 812, 7.5)
        self._write(str(self.pages + 6), LEFT if self.pages % 2 == 0 else RIGHT - 8, 40, 8)

    def _write(self, text: str, x: float, y: float, size: float, *, bold: bool = False) -> None:
        self.canvas.setFont(self.fonts.bold if bold else self.fonts.regular, size)
        self.canvas.drawString(x, y, text)

    def band(self, heading: str, paragraphs: Sequence[str]) -> None:
        """Set a full-width heading and under it the paragraphs in three columns of one height."""
        lines: list[tuple[str, float]] = []
        for paragraph in paragraphs:
            broken = break_lines(paragraph, self.fonts.regular, SIZE, COLUMN)
            for at, line in enumerate(broken):
                blanks = line.text.count(" ")
                full = at < len(broken) - 1 and blanks
                lines.append((line.text, (COLUMN - line.width) / blanks if full else 0.0))
            self.words += paragraph.split()
        height = -(-len(lines) // COLUMNS)
        if self.y - 40 - height * STEP < FOOT:
            self.canvas.showPage()
            self._open()
        self._write(heading, LEFT, self.y - 24, 13, bold=True)
        top = self.y - 42
        for column in range(COLUMNS):
            own = lines[column * height : (column + 1) * height]
            for at, (text, space) in enumerate(own):
                run = self.canvas.beginText(LEFT + column * (COLUMN + GUTTER), top - at * STEP)
                run.setFont(self.fonts.regular, SIZE)
                run.setWordSpace(space)
                run.textOut(text)
                self.canvas.drawText(run)
        self.y = top - height * STEP - 10

    def bytes(self) -> bytes:
        """The file, which nothing can be added to afterwards."""
        if not self.buffer.getvalue():
            self.canvas.showPage()
            self.canvas.save()
        return self.buffer.getvalue()


def three_columns(title: str, sections: Sequence[tuple[str, Sequence[str]]]) -> Columns:
    """Set sections (heading, paragraphs) in bands; long ones are parted."""
    made = Columns(title)
    for heading, paragraphs in sections:
        room, part = BAND_LINES * COLUMNS * COLUMN, []
        for paragraph in paragraphs:
            part.append(paragraph)
            room -= measure(paragraph, made.fonts.regular, SIZE)
            if room <= 0:
                made.band(heading, part)
                room, part = BAND_LINES * COLUMNS * COLUMN, []
        if part:
            made.band(heading, part)
    return made
