"""Pictures of pages to words, by the Tesseract program where it is installed.

Owns rendering, the languages asked for, pictures that stand turned or are coarse, and how much of
one file is read so. What Tesseract answers is `ocr_words`' business. Without Tesseract `missing`
says so and the rest of the file is read.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.extract.job import DEFAULT_LIMITS, Limits
from pipeline.extract.ocr_words import measure_slant, parse_tsv
from pipeline.extract.pdf_words import PageWords, Word
from pipeline.language import count_common_words, guess_by_common_words

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
_DPI = 200  # dots per inch; 300 reads a clean page no better and takes twice as long
_FINE_DPI = 300  # dots per inch for a page that reads badly: small print, a coarse picture
_MAX_PIXELS = 25_000_000  # pixels of a rendered page; larger pages are rendered coarser
_LEARNING_WORDS = 12  # words that tell the file's language
_PAGE_TIMEOUT_S = 90.0  # seconds for one page
_TURN_TIMEOUT_S = 30.0  # seconds to tell which way a page stands
_PICTURE_SHARE = 0.2  # of the page; a smaller picture is a logo
_ASKEW = 0.02  # rise over run; Tesseract loses words, then lines, of pages further askew
_GLANCE_WIDTH = 420  # pixels of a page looked at a glance; its lines are some nine apart
_MOST_ASKEW = 12  # half degrees; a sheet lies no further askew in a scanner
_CLEARER = 1.5  # times the contrast of its rows as it lies; else a page lies straight
_LEARNT_FROM = 0.7  # mean confidence; a worse reading may be in any language
_SURE = 0.8  # mean confidence; a page read worse is looked at again
_SURE_TURN = 1.0  # Tesseract's own measure of how sure it is of a page's orientation
_POOR_LAYER = 0.1  # share of common words; prose of our languages has 0.3, a good layer 0.25
_LONG_WORD = 5  # letters; such a word is wider than high
_MORE_WORDS = 10  # common words more than the text layer has: some sentences
_GLANCE_DPI = 50  # dots per inch; lines of print are some seven pixels apart
_PALE, _WHITE = 190, 0.6  # grey value of paper; share of a page of text that is paper
_INK = 0.08  # share of a row with ink that makes it part of a line
_MIN_LINES = 8  # lines; a picture with fewer is a figure
_JUDGED_WORDS = 40  # words; fewer do not tell whether a text layer is good
MISSING = "Tesseract is not installed; install it with its nor, swe, dan, fin, isl and eng data"
BEYOND = "more than a file has time for, so they were left out"
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
    """Reads scanned pages of one file; learns the file's language from the pages it has seen."""

    def __init__(
        self, limits: Limits = DEFAULT_LIMITS, alive: Callable[[], object] = lambda: None
    ) -> None:
        self.missing: str | None = None
        self.late: list[int] = []  # pages that Tesseract did not finish in time
        self.beyond: list[int] = []  # pages beyond what is read of one file
        self._limits = limits
        self._alive = alive  # told before each of Tesseract's runs, which take long
        self._language: str | None = None
        self._pages = 0
        self._spent_s = 0.0

    def learn(self, text: str) -> None:
        """Hear the text of a page that has a text layer: it tells the language of the others."""
        if self._language is None and len(text.split()) >= _LEARNING_WORDS:
            self._language = _TESSERACT.get(guess_by_common_words(text) or "")

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
        """Return a scanned page's words, boxes in points of the page turned upright.

        Raises OcrMissing without Tesseract.
        """
        installed = installed_languages()
        if not installed:
            self.missing = MISSING
            raise OcrMissing(MISSING)
        width, height = page.get_size()
        found = PageWords(index, width, height, [], 0.0, True)
        if self._pages >= self._limits.ocr_pages or self._spent_s >= self._limits.ocr_s:
            self.beyond.append(index)
            return found
        started = time.monotonic()
        try:
            turn, words = self._best_reading(page, installed)
        except subprocess.TimeoutExpired:
            self.late.append(index)
            return found
        finally:
            self._pages += 1
            self._spent_s += time.monotonic() - started
        if turn % 180:
            found.width, found.height = height, width
        found.words, found.turn, found.confidence = words, turn, _mean(words)
        return found

    def read_pasted(self, page: Any, index: int, words: PageWords) -> PageWords | None:
        """Return the words of a page that is a pasted picture of text with a line or two around it.

        None where its picture does not look like text, or where OCR finds no more than `words`.
        """
        if not installed_languages() or not self.has_picture(page) or not _looks_like_text(page):
            return None
        seen = self.read(page, index)
        own, found = (
            count_common_words(" ".join(word.text for word in read.words)) for read in (words, seen)
        )
        return seen if found >= own + _MORE_WORDS else None

    def _best_reading(self, page: Any, installed: frozenset[str]) -> tuple[int, list[Word]]:
        """Return how far the page stands turned, and its words: looked at again where unsure."""
        picture, scale = _render(page, _DPI)
        words = self._words(picture, scale, installed)
        sideways = _run_upwards(words)
        if not sideways and (_mean(words) or 0.0) >= _SURE and len(words) >= _LEARNING_WORDS:
            return 0, words
        turn = _find_turn(picture)
        best = (0, [] if sideways and turn else words)
        if turn:
            upright = self._words(picture.rotate(turn, expand=True), scale, installed)
            best = max(best, (turn, upright), key=lambda found: _worth(found[1]))
        if (_mean(best[1]) or 0.0) < _SURE and best[1]:
            picture, scale = _render(page, _FINE_DPI)
            finer = self._words(picture.rotate(best[0], expand=True), scale, installed)
            best = max(best, (best[0], finer), key=lambda found: _worth(found[1]))
        return best

    def _words(self, picture: Any, scale: float, installed: frozenset[str]) -> list[Word]:
        first = self._language if self._language in installed else None
        language = first or _first_choice(installed)
        words = self._recognise(picture, language, scale)
        sure = (_mean(words) or 0.0) >= _LEARNT_FROM and not _run_upwards(words)
        if first is None and sure and len(words) >= _LEARNING_WORDS:
            text = " ".join(word.text for word in words)
            own = _TESSERACT.get(guess_by_common_words(text, misread=True) or "", language)
            self._language = own if own in installed else language
            if self._language != language:
                again = self._recognise(picture, self._language, scale)
                if _worth(again) >= _worth(words):
                    return again
                self._language = language
        return words

    def _recognise(self, picture: Any, language: str, scale: float) -> list[Word]:
        """Return a picture's words, of one that lies askew when it is level.

        Raises subprocess.TimeoutExpired where it takes too long.
        """
        options = ["-l", language, "--psm", "3", "--dpi", str(round(scale * 72)), "tsv"]
        self._alive()
        told = _tesseract(picture, options, _PAGE_TIMEOUT_S)
        words = parse_tsv(told, scale)
        few = len(words) < _LEARNING_WORDS
        slant = _slant_at_a_glance(picture) if few else measure_slant(told)
        if abs(slant) >= _ASKEW:
            self._alive()
            level = picture.rotate(math.degrees(math.atan(slant)), fillcolor=255)
            words = parse_tsv(_tesseract(level, options, _PAGE_TIMEOUT_S), scale)
        return words


def is_poor(text: str) -> bool:
    """Return whether a scanner's own text layer is too poor to stand: hardly any common word."""
    words = len(text.split())
    return words >= _JUDGED_WORDS and count_common_words(text) < _POOR_LAYER * words


def _looks_like_text(page: Any) -> bool:
    """Return whether a page is mostly white, with ink in many rows apart: no photograph, no chart.

    Judged from a picture of the page so small that its lines just stand apart.
    """
    picture = _render(page, _GLANCE_DPI)[0]
    width, height = int(picture.width), int(picture.height)
    pixels: bytes = picture.tobytes()
    rows = [pixels[at * width : (at + 1) * width] for at in range(height)]
    white = sum(sum(value > _PALE for value in row) for row in rows)
    inked = [sum(value <= _PALE for value in row) > _INK * width for row in rows]
    lines = sum(after and not before for before, after in pairwise(inked))
    return white >= _WHITE * width * height and lines >= _MIN_LINES


def _slant_at_a_glance(picture: Any) -> float:
    """Return how far a page's lines fall over their run: turned so, its rows stand out most."""
    size = (_GLANCE_WIDTH, max(1, round(picture.height * _GLANCE_WIDTH / picture.width)))
    small = picture.resize(size)

    def contrast(degrees: float) -> int:
        rows = small.rotate(degrees, fillcolor=255).resize((1, size[1])).tobytes()
        return sum((one - other) ** 2 for one, other in pairwise(rows))

    best = max((step / 2 for step in range(-_MOST_ASKEW, _MOST_ASKEW + 1)), key=contrast)
    return math.tan(math.radians(best)) if contrast(best) > _CLEARER * contrast(0) else 0.0


def _mean(words: list[Word]) -> float | None:
    return sum(word.confidence for word in words) / len(words) if words else None


def _run_upwards(words: list[Word]) -> bool:
    """Return whether most long words are higher than wide: the page stands on its side."""
    long = [word for word in words if len(word.text) >= _LONG_WORD]
    upright = sum(word.x1 - word.x0 > word.bottom - word.top for word in long)
    return len(long) >= _LEARNING_WORDS and upright < 0.5 * len(long)


def _worth(words: list[Word]) -> float:
    """Return how much a reading found and how surely: single letters are specks."""
    return sum(word.confidence**2 * len(word.text) for word in words if len(word.text) > 1)


def _render(page: Any, dpi: int) -> tuple[Any, float]:
    """Return a page's picture and its scale (pixels a point)."""
    width, height = page.get_size()
    scale = dpi / 72
    if width * height * scale * scale > _MAX_PIXELS:
        scale = (_MAX_PIXELS / (width * height)) ** 0.5
    return page.render(scale=scale, grayscale=True).to_pil(), scale


def _first_choice(installed: frozenset[str]) -> str:
    """Return the language a file's first page is tried in: Norwegian reads its neighbours too."""
    return "nor" if "nor" in installed else min(installed)


def _find_turn(picture: Any) -> int:
    """Return how far (90, 180, 270 degrees clockwise) a page stands turned; 0 where unsure."""
    try:
        told = _tesseract(picture, ["--psm", "0"], _TURN_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return 0
    degrees = re.search(r"Orientation in degrees: (\d+)", told)
    sure = re.search(r"Orientation confidence: ([\d.]+)", told)
    if degrees is None or sure is None or float(sure.group(1)) < _SURE_TURN:
        return 0
    return int(degrees.group(1)) % 360


def _tesseract(picture: Any, options: list[str], timeout_s: float) -> str:
    with tempfile.TemporaryDirectory(prefix="samvirke-ocr-") as folder:
        source = Path(folder) / "page.png"
        picture.save(source, compress_level=1)
        done = subprocess.run(
            ["tesseract", str(source), "stdout", *options],
            capture_output=True,
            timeout=timeout_s,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # one page is one processor's work
        )
    return done.stdout.decode("utf-8", errors="replace")
