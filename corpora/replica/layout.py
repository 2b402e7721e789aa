"""Text set on pages: line breaks with hyphens, justified columns, footnotes at the foot.

Owns measuring and placing; knows nothing of publications. What it makes are plain drawing
operations, which `pdf` writes as text and `scan` paints as pictures. Lengths are in points from
the page's lower left corner.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

NOTES_GAP = 16.0
"""Points between the text and the first note of a column; the short rule stands in it."""
VOWELS = frozenset("aeiouyåäöæøáéíóúýAEIOUYÅÄÖÆØÁÉÍÓÚÝ")
MIN_HYPHENATED = 9
"""Shorter words stay whole at a line's end."""
MIN_PART = 3
"""Letters that must stand before and after a hyphen."""

LEADING = 1.42
"""Distance between baselines, as a multiple of the type size."""


@dataclass(frozen=True)
class TextOp:
    """A run of text at its baseline; `space` is added to each blank, in points."""

    x: float
    y: float
    font: str
    size: float
    text: str
    space: float = 0.0
    grey: float = 0.0


@dataclass(frozen=True)
class BoxOp:
    """A rectangle, filled with `fill` or drawn with a line of `line` points."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None = None
    line: float = 0.0


@dataclass
class SetPage:
    """One page's operations in drawing order, and its links as address and rectangle."""

    ops: list[TextOp | BoxOp] = field(default_factory=list)
    links: list[tuple[str, tuple[float, float, float, float]]] = field(default_factory=list)


@dataclass(frozen=True)
class Fonts:
    """The three faces a document is set in, by their names in the PDF."""

    regular: str
    bold: str
    italic: str


@dataclass(frozen=True)
class Frame:
    """Where text stands on a page: size, margins and columns, in points."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    columns: int = 1
    gutter: float = 18.0

    @property
    def column_width(self) -> float:
        """The width of one column."""
        inner = self.width - self.left - self.right
        return (inner - self.gutter * (self.columns - 1)) / self.columns


@cache
def register_fonts() -> dict[str, Fonts]:
    """Register the fonts that reportlab brings and return them by family."""
    import reportlab
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name in ("Vera", "VeraBd", "VeraIt"):
        pdfmetrics.registerFont(TTFont(name, str(font_file(Path(reportlab.__file__), name))))
    return {
        "Vera": Fonts("Vera", "VeraBd", "VeraIt"),
        "Times": Fonts("Times-Roman", "Times-Bold", "Times-Italic"),
    }


def font_file(package: Path, name: str) -> Path:
    """Return where a font lies inside the reportlab package."""
    return package.parent / "fonts" / f"{name}.ttf"


def measure(text: str, font: str, size: float) -> float:
    """Return the width of `text` in points."""
    from reportlab.pdfbase import pdfmetrics

    return float(pdfmetrics.stringWidth(text, font, size))


@dataclass(frozen=True)
class BrokenLine:
    """A line of a paragraph; `hyphen` says it ends inside a word."""

    text: str
    width: float
    hyphen: bool = False


def hyphen_points(word: str) -> list[int]:
    """Return where a word may be cut: before a consonant that a vowel follows."""
    if len(word) < MIN_HYPHENATED or not word.strip(".,;:!?()»«”“„’").isalpha():
        return []
    return [
        at
        for at in range(MIN_PART, len(word) - MIN_PART)
        if word[at] not in VOWELS
        and word[at + 1] in VOWELS
        and word[at].isalpha()
        and any(letter in VOWELS for letter in word[:at])
    ]


def break_lines(
    text: str, font: str, size: float, width: float, *, hyphens: bool = True
) -> list[BrokenLine]:
    """Break a paragraph into lines of at most `width` points, cutting long words with hyphens."""
    lines: list[BrokenLine] = []
    current = ""
    for word in re.split(r"\s+", text.strip()):
        candidate = f"{current} {word}" if current else word
        if measure(candidate, font, size) <= width:
            current = candidate
            continue
        head, tail = _cut(current, word, font, size, width) if hyphens else ("", word)
        if head:
            lines.append(BrokenLine(head, measure(head, font, size), hyphen=True))
        elif current:
            lines.append(BrokenLine(current, measure(current, font, size)))
        current = tail
        while measure(current, font, size) > width:
            fit = next(
                n
                for n in range(len(current) - 1, 0, -1)
                if n == 1 or measure(current[:n], font, size) <= width
            )
            lines.append(BrokenLine(current[:fit], measure(current[:fit], font, size)))
            current = current[fit:]
    if current:
        lines.append(BrokenLine(current, measure(current, font, size)))
    return lines


def _cut(current: str, word: str, font: str, size: float, width: float) -> tuple[str, str]:
    """Return the line that ends in a part of `word` (empty if none fits) and what is left."""
    for at in reversed(hyphen_points(word)):
        head = f"{current} {word[:at]}-" if current else f"{word[:at]}-"
        if measure(head, font, size) <= width:
            return head, word[at:]
    return "", word


class Flow:
    """Fills columns and pages from top to bottom.

    `pages` are the pages so far; `first_top` lowers the first page's top (a title block stands
    above it).
    """

    def __init__(self, frame: Frame, fonts: Fonts, first_top: float = 0.0) -> None:
        self.frame = frame
        self.fonts = fonts
        self.first_top = first_top
        self.pages: list[SetPage] = []
        self.column = 0
        self.notes: list[tuple[float, list[TextOp]]] = []
        self.y = 0.0
        self._open_page()

    @property
    def page(self) -> int:
        """The index of the page being filled."""
        return len(self.pages) - 1

    @property
    def x(self) -> float:
        """The left edge of the column being filled."""
        return self.frame.left + self.column * (self.frame.column_width + self.frame.gutter)

    @property
    def room(self) -> float:
        """Points left in this column above its notes."""
        return self.y - self.frame.bottom - self._notes_height()

    @property
    def is_fresh(self) -> bool:
        """True where nothing stands on this page yet."""
        return self.column == 0 and self.y == self._top()

    def _top(self) -> float:
        lowered = self.first_top if self.page == 0 else 0.0
        return self.frame.height - self.frame.top - lowered

    def _open_page(self) -> None:
        self.pages.append(SetPage())
        self.column = 0
        self.y = self._top()

    def _notes_height(self) -> float:
        return sum(height for height, _ in self.notes) + (NOTES_GAP if self.notes else 0.0)

    def next_column(self) -> None:
        """Close this column, set its notes at its foot and go on in the next one."""
        self.close_column()
        if self.column + 1 < self.frame.columns:
            self.column += 1
            self.y = self._top()
        else:
            self._open_page()

    def next_page(self) -> None:
        """Go on at the top of a new page, unless this one is still empty."""
        if not self.is_fresh:
            self.close_column()
            self._open_page()

    def close_column(self) -> None:
        """Set the notes of this column: a short rule, then each note."""
        if not self.notes:
            return
        y = self.frame.bottom + sum(height for height, _ in self.notes)
        self.pages[-1].ops.append(BoxOp(self.x, y + 5, 60, 0, line=0.5))
        for height, ops in self.notes:
            for op in ops:
                self.pages[-1].ops.append(
                    TextOp(self.x + op.x, y + op.y, op.font, op.size, op.text, op.space)
                )
            y -= height
        self.notes = []

    def skip(self, points: float) -> None:
        """Leave blank space, but not at the top of a column."""
        if self.y < self._top():
            self.y -= points

    def need(self, points: float) -> None:
        """Go to the next column unless `points` are left in this one."""
        if self.room < points:
            self.next_column()

    def heading(self, text: str, size: float) -> tuple[int, float]:
        """Set a heading that keeps two lines of text with it; returns page and y."""
        lines = break_lines(text, self.fonts.bold, size, self.frame.column_width, hyphens=False)
        self.skip(size * 0.9)
        self.need(len(lines) * size * 1.25 + 3 * size)
        for line in lines:
            self.y -= size * 1.25
            self._text(self.x, self.fonts.bold, size, line.text)
        at = (self.page, self.y)
        self.y -= size * 0.35
        return at

    def paragraph(
        self,
        text: str,
        size: float,
        *,
        font: str | None = None,
        note: tuple[int, str] | None = None,
        justify: bool = True,
        indent: float = 0.0,
    ) -> tuple[int, int]:
        """Set a paragraph, with a footnote hung on its end; returns its first and last page."""
        font = font or self.fonts.regular
        leading = size * LEADING
        width = self.frame.column_width - indent
        lines = break_lines(text, font, size, width, hyphens=justify)
        first = -1
        for position, line in enumerate(lines):
            is_last = position == len(lines) - 1
            note_height = self._note_height(note, size) if note and is_last else 0.0
            self.need(leading + note_height)
            first = self.page if first < 0 else first
            self.y -= leading
            blanks = line.text.count(" ")
            gap = (width - line.width) / blanks if blanks and justify and not is_last else 0.0
            self._text(self.x + indent, font, size, line.text, min(gap, size * 0.6))
            if note and is_last:
                mark = TextOp(
                    self.x + indent + line.width + 0.5,
                    self.y + size * 0.35,
                    font,
                    size * 0.6,
                    str(note[0]),
                )
                self.pages[-1].ops.append(mark)
                self._add_note(note, size)
        self.y -= size * 0.55
        return first, self.page

    def _note_lines(self, note: tuple[int, str], size: float) -> list[BrokenLine]:
        text = f"{note[0]} {note[1]}"
        return break_lines(text, self.fonts.regular, size * 0.8, self.frame.column_width)

    def _note_height(self, note: tuple[int, str], size: float) -> float:
        return len(self._note_lines(note, size)) * size * 1.05 + (0.0 if self.notes else NOTES_GAP)

    def _add_note(self, note: tuple[int, str], size: float) -> None:
        lines = self._note_lines(note, size)
        leading = size * 1.05
        ops = [
            TextOp(0, -leading * (number + 1) + 2, self.fonts.regular, size * 0.8, line.text)
            for number, line in enumerate(lines)
        ]
        self.notes.append((leading * len(lines), ops))

    def table(
        self, caption: str, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...], size: float
    ) -> None:
        """Set a ruled table with its caption above it, never broken over pages."""
        row_height = size * 1.7
        captions = break_lines(caption, self.fonts.italic, size, self.frame.column_width)
        self.skip(size * 0.6)
        self.need(len(captions) * size * 1.4 + row_height * (len(rows) + 1) + size)
        for line in captions:
            self.y -= size * 1.3
            self._text(self.x, self.fonts.italic, size, line.text)
        self.y -= size * 0.5
        width = self.frame.column_width / len(columns)
        for number, row in enumerate((columns, *rows)):
            font = self.fonts.regular if number else self.fonts.bold
            for column, cell in enumerate(row):
                x = self.x + column * width
                self.pages[-1].ops.append(
                    BoxOp(x, self.y - row_height, width, row_height, line=0.5)
                )
                self._text(x + 4, font, size, cell, lower=row_height - size * 0.5)
            self.y -= row_height
        self.y -= size

    def figure(self, caption: str, size: float) -> None:
        """Set a drawing of three boxes with its caption below it."""
        self.skip(size)
        self.need(size * 9)
        height = size * 5
        width = self.frame.column_width
        for part in range(3):
            x = self.x + part * width * 0.36
            self.pages[-1].ops.append(
                BoxOp(x, self.y - height, width * 0.26, height * 0.8, line=0.7)
            )
        self.y -= height + size * 1.5
        self._text(self.x, self.fonts.italic, size, caption)
        self.y -= size

    def _text(
        self, x: float, font: str, size: float, text: str, space: float = 0.0, lower: float = 0.0
    ) -> None:
        self.pages[-1].ops.append(TextOp(x, self.y - lower, font, size, text, space))
