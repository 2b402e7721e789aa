"""Tesseract's table of words to words with boxes: lines levelled, sizes made comparable.

Owns the format of the table (TSV), and what a picture does to a line: slant, and heights that
differ with the letters in it.
"""

from __future__ import annotations

import csv
from io import StringIO
from statistics import median

from pipeline.extract.line_joins import plain_letters
from pipeline.extract.pdf_words import Word

_MIN_CONFIDENCE = 30.0  # per cent; below this Tesseract's word is a smudge
Place = tuple[str, ...]
Span = tuple[float, float]
_PLACE = ("page_num", "block_num", "par_num", "line_num")
_UP = frozenset("bdfhkltåäöæøáéíóúýðþßijÅ")
_DOWN = frozenset("gjpqyþQ(),;")
_FULL, _HALF, _SMALL = 1.0, 0.78, 0.55
"""Share of a font's height that letters fill: up and down, only one of them, neither."""
_RING = 0.15  # of a font's height that a ring or accent adds over its ascenders
_RINGED = frozenset("åÅÄÖÉÍÓÚÝÁ")
_NEAR = 0.14  # of the usual size; lines this close to it are of that size
_LONG_LINE = 5  # words; shorter lines do not tell how far a page slants
_SLANTED = 0.004  # rise over run; a flatter page needs no levelling


def measure_slant(tsv: str) -> float:
    """Return how far the lines of Tesseract's table fall over their run; 0 where few are long."""
    return _slant(list(_read_rows(tsv, 1.0)[1].values()))


def parse_tsv(tsv: str, scale: float) -> list[Word]:
    """Return the words of Tesseract's table; `scale` is the picture's pixels a point."""
    lines, found = _read_rows(tsv, scale)
    slant = _slant(list(found.values()))
    if abs(slant) >= _SLANTED:
        _level(list(found.values()), slant)
        lines.clear()  # a slanting line's box is higher than the line
    for place, words in found.items():
        _set_line(words, lines.get(place))
    _level_sizes(list(found.values()))
    return [word for words in found.values() for word in words]


def _read_rows(tsv: str, scale: float) -> tuple[dict[Place, Span], dict[Place, list[Word]]]:
    """Return the top and bottom of each line of the table, and its words."""
    lines: dict[Place, Span] = {}
    found: dict[Place, list[Word]] = {}
    reader = csv.DictReader(StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE)
    for row in reader:
        try:
            place = tuple(row[key] for key in _PLACE)
            left, top = int(row["left"]) / scale, int(row["top"]) / scale
            width, height = int(row["width"]) / scale, int(row["height"]) / scale
            confidence = float(row["conf"])
        except (KeyError, TypeError, ValueError):
            continue
        if row["level"] == "4":
            lines[place] = (top, top + height)
        text = plain_letters((row["text"] or "").strip())
        if row["level"] != "5" or not text or confidence < _MIN_CONFIDENCE:
            continue
        word = Word(text, left, top, left + width, top + height, height)
        word.confidence = confidence / 100
        found.setdefault(place, []).append(word)
    return lines, found


def _slant(lines: list[list[Word]]) -> float:
    """Return how far the page's lines fall over their run: the median of the long ones."""
    slopes = []
    for words in lines:
        run = words[-1].x0 - words[0].x0
        if len(words) >= _LONG_LINE and run > 0:
            slopes.append((words[-1].bottom - words[0].bottom) / run)
    return median(slopes) if slopes else 0.0


def _level(lines: list[list[Word]], slant: float) -> None:
    """Move words up or down until their lines are level, about the middle of the page's text."""
    words = [word for line in lines for word in line]
    middle = (min(word.x0 for word in words) + max(word.x1 for word in words)) / 2
    for word in words:
        fall = slant * ((word.x0 + word.x1) / 2 - middle)
        leaning = abs(slant) * (word.x1 - word.x0) / 2  # a slanting word's box is that much higher
        word.top += leaning - fall
        word.bottom -= leaning + fall


def _set_line(words: list[Word], line: tuple[float, float] | None) -> None:
    """Give a line's words the line's height, as if every line had letters up and down."""
    if line is None:
        top, bottom = min(word.top for word in words), max(word.bottom for word in words)
        size = median((word.bottom - word.top) / _share(word.text) for word in words)
    else:
        top, bottom = line
        size = (bottom - top) / _share("".join(word.text for word in words))
    for word in words:
        word.top, word.bottom, word.size = top, bottom, size


def _share(text: str) -> float:
    """Return how much of their font's height the letters of a text fill."""
    letters = set(text)
    up = any(letter.isupper() or letter.isdigit() or letter in _UP for letter in letters)
    down = bool(letters & _DOWN)
    share = _FULL if up and down else _HALF if up or down else _SMALL
    return share + (_RING if letters & _RINGED else 0.0)


def _level_sizes(lines: list[list[Word]]) -> None:
    """Set sizes close to the page's usual one to it: a picture's lines differ by pixels."""
    sizes = [line[0].size for line in lines for _ in line]
    if not sizes:
        return
    usual = median(sizes)
    for line in lines:
        size = line[0].size
        near = abs(size - usual) <= _NEAR * usual
        for word in line:
            word.size = round((usual if near else size) * 2) / 2
