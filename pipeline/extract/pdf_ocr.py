"""Pictures of pages to words, by the Tesseract program where it is installed.

Owns rendering, the languages asked for and the words' confidence. Without Tesseract `missing`
says so and the rest of the file is read.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import tempfile
from functools import lru_cache
from io import StringIO
from pathlib import Path
from statistics import median
from typing import Any

from pipeline.extract.line_joins import plain_letters
from pipeline.extract.pdf_words import PageWords, Word
from pipeline.language import guess_by_common_words

_TESSERACT = {
    "nb": "nor",
    "nn": "nor",
    "sv": "swe",
    "da": "dan",
    "fi": "fin",
    "is": "isl",
    "fo": "fao",
    "en": "eng",
}
_DPI = 200  # dots per inch; 300 reads no better here and takes twice as long
_MAX_PIXELS = 25_000_000  # pixels of a rendered page; larger pages are rendered coarser
_LEARNING_WORDS = 12  # words that tell the file's language
_PAGE_TIMEOUT_S = 90.0  # seconds for one page
_PICTURE_SHARE = 0.2  # of the page; a smaller picture is a logo
_MIN_CONFIDENCE = 30.0  # per cent; below this Tesseract's word is a smudge
_PLACE = ("page_num", "block_num", "par_num", "line_num")
_UP = frozenset("bdfhkltåäöæøáéíóúýðþßijÅ")
_DOWN = frozenset("gjpqyþQ(),;")
_FULL, _HALF, _SMALL = 1.0, 0.78, 0.55
"""Share of a font's height that letters fill: up and down, only one of them, neither."""
_RING = 0.15  # of a font's height that a ring or accent adds over its ascenders
_RINGED = frozenset("åÅÄÖÉÍÓÚÝÁ")
_NEAR = 0.14  # of the usual size; lines this close to it are of that size
MISSING = "Tesseract is not installed; install it with its nor, swe, dan, fin, isl and eng data"
LATE = f"Tesseract took longer than {_PAGE_TIMEOUT_S:g} seconds for each, so they were left out"


class OcrMissing(Exception):  # noqa: N818 - a condition, caught by the PDF reader alone
    """There is no Tesseract, or it has none of our languages."""


@lru_cache(maxsize=1)
def installed_languages() -> frozenset[str]:
    """Return Tesseract's installed language codes among ours; empty without the program."""
    program = shutil.which("tesseract")
    if program is None:
        return frozenset()
    try:
        listed = subprocess.run(
            [program, "--list-langs"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    return frozenset(listed.stdout.split()) & frozenset(_TESSERACT.values())


class PageReader:
    """Reads scanned pages of one file; learns the file's language from its first page."""

    def __init__(self) -> None:
        self.missing: str | None = None
        self.late: list[int] = []  # pages that Tesseract did not finish in time
        self._language: str | None = None

    def has_picture(self, page: Any) -> bool:
        """Return whether a picture covers a good part of an open pdfium page."""
        import pypdfium2.raw as raw

        width, height = page.get_size()
        try:
            for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4):
                left, bottom, right, top = item.get_bounds()
                if (right - left) * (top - bottom) >= _PICTURE_SHARE * width * height:
                    return True
        except Exception:  # a picture pdfium cannot measure may still be the page's text
            return True
        return False

    def read(self, page: Any, index: int) -> PageWords:
        """Return a scanned page's words, boxes in points.

        Raises OcrMissing without Tesseract.
        """
        installed = installed_languages()
        if not installed:
            self.missing = MISSING
            raise OcrMissing(MISSING)
        width, height = page.get_size()
        scale = _DPI / 72
        if width * height * scale * scale > _MAX_PIXELS:
            scale = (_MAX_PIXELS / (width * height)) ** 0.5
        picture = page.render(scale=scale, grayscale=True).to_pil()
        try:
            words = self._words(picture, scale, installed)
        except subprocess.TimeoutExpired:
            self.late.append(index)
            words = []
        confidence = sum(w.confidence for w in words) / len(words) if words else None
        return PageWords(index, width, height, words, 0.0, True, confidence)

    def _words(self, picture: Any, scale: float, installed: frozenset[str]) -> list[Word]:
        language = self._language or _first_choice(installed)
        words = _recognise(picture, language, scale)
        if self._language is None and len(words) >= _LEARNING_WORDS:
            guess = guess_by_common_words(" ".join(word.text for word in words))
            own = _TESSERACT.get(guess or "", language)
            self._language = own if own in installed else language
            if self._language != language:
                words = _recognise(picture, self._language, scale)
        return words


def _first_choice(installed: frozenset[str]) -> str:
    """Return the language a file's first page is tried in: Norwegian reads its neighbours too."""
    return "nor" if "nor" in installed else min(installed)


def _recognise(picture: Any, language: str, scale: float) -> list[Word]:
    """Return a picture's words; raises subprocess.TimeoutExpired where it takes too long."""
    with tempfile.TemporaryDirectory(prefix="samvirke-ocr-") as folder:
        source = Path(folder) / "page.png"
        picture.save(source, compress_level=1)
        command = ["tesseract", str(source), "stdout", "-l", language, "--psm", "3"]
        command += ["--dpi", str(round(scale * 72)), "tsv"]
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=_PAGE_TIMEOUT_S,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # one page is one processor's work
        )
    return _parse_tsv(done.stdout.decode("utf-8", errors="replace"), scale)


def _parse_tsv(tsv: str, scale: float) -> list[Word]:
    """Return the words of Tesseract's table, each as high as its line, sizes made comparable."""
    lines: dict[tuple[str, ...], tuple[float, float]] = {}
    found: dict[tuple[str, ...], list[Word]] = {}
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
    for place, words in found.items():
        _set_line(words, lines.get(place))
    _level_sizes(list(found.values()))
    return [word for words in found.values() for word in words]


def _set_line(words: list[Word], line: tuple[float, float] | None) -> None:
    """Give a line's words the line's height, as if every line had letters up and down."""
    top = min(word.top for word in words) if line is None else line[0]
    bottom = max(word.bottom for word in words) if line is None else line[1]
    letters = set("".join(word.text for word in words))
    up = any(letter.isupper() or letter.isdigit() or letter in _UP for letter in letters)
    down = bool(letters & _DOWN)
    share = _FULL if up and down else _HALF if up or down else _SMALL
    share += _RING if letters & _RINGED else 0.0
    for word in words:
        word.top, word.bottom, word.size = top, bottom, (bottom - top) / share


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
