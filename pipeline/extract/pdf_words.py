"""Words with boxes and sizes from pdfium's text pages.

Owns every call of pdfium's text API. Coordinates come back in points, origin top left, of the page
as it is read: upright whatever the page's rotation or its text's direction (`pdf_turn`). pdfium is
not thread-safe: only the child process calls this.
"""

from __future__ import annotations

import ctypes
import math
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pipeline.extract.line_joins import plain_letters
from pipeline.extract.pdf_glyphs import decode_unmapped, plain_private, share_unmapped
from pipeline.extract.pdf_turn import Placement, nearest_quarter
from pipeline.records import Box

_WORD = re.compile(r"[^\s\ufffe\x02\x00]+")
_LINE_END_HYPHEN = "\ufffe\x02"  # what pdfium makes of a hyphen at a line's end
_MARK = re.compile(r"(?<=[^\W\d_]|[.,;:!?»”’)\]])\d{1,3}(?:[,–-]\d{1,3})*(?=[.,;:!?»”’)\]]*$)")
_RAISED_DIGITS = "¹²³⁴⁵⁶⁷⁸⁹⁰"
_RAISED_AT_END = re.compile(rf"(?<=[^\W\d_.,;:!?)”’»])[{_RAISED_DIGITS}]+(?=[.,;:!?)”’»]*$)")
_RAISED_AFTER = re.compile(rf"(?<=[.,;:!?)”’»])[{_RAISED_DIGITS}]+$")
_UNIT = re.compile(r"(?:^|\d)(?:[kcdm]?m|dekar|mål)$")  # a raised 2 or 3 after it is a power
_RAISED = 0.82  # share of the word's size below which digits at its end are a note mark
_LIFTED = 0.08  # of the word's size that a raised mark stands higher; an index stands lower
_BOLD = re.compile(r"bold|black|heavy|semibold|demi|[-,]b(?:d|i)?$", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique", re.IGNORECASE)
_NAME = 128  # bytes of a font's name that are looked at
_FORCED_BOLD = 0x40000  # the font descriptor's flag
_MAX_CHARS = 60_000  # characters of one page; more is no page of text
_SAMPLES = 40  # characters asked whether their font maps them
_TURNED = 0.3  # share of words that run another way, above which every word's angle is asked
_ASIDE_WORDS = 12  # words in another direction kept for the page's number
_INVISIBLE = 3  # PDF's text rendering mode for a text layer under a picture


@dataclass(slots=True)
class Word:
    """One word as printed; `size` is the height of its font's box in points."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    first: int = 0
    confidence: float = 1.0


@dataclass(slots=True)
class PageWords:
    """A page's words in the order of the file, with what is needed to lay them out.

    `turn` says how far the text stands turned clockwise on the page as shown; `aside` are words
    in other directions (a page number beside a table set sideways).
    """

    index: int
    width: float
    height: float
    words: list[Word] = field(default_factory=list)
    unmapped: float = 0.0
    ocr: bool = False
    confidence: float | None = None
    turn: int = 0
    aside: list[str] = field(default_factory=list)


class TextLayer:
    """A page's text layer; knows its fonts while it is open."""

    def __init__(self, page: Any, index: int) -> None:
        import pypdfium2.raw as raw

        self._raw = raw
        self._page = page
        self._text = page.get_textpage()
        self._handle = self._text.raw
        self.index = index
        self.rotation = int(page.get_rotation()) % 360
        self.placement = self._upright_placement()
        self._name, self._flags = ctypes.create_string_buffer(_NAME), ctypes.c_int()

    def close(self) -> None:
        """Release the page's text layer."""
        self._text.close()

    def _upright_placement(self) -> Placement:
        width, height = self._page.get_size()
        if self.rotation % 180:
            width, height = height, width
        try:
            left, bottom, right, top = self._page.get_bbox()
        except Exception:  # a page without a usable box
            return Placement(0.0, 0.0, width, height)
        if right - left <= 1 or top - bottom <= 1:
            return Placement(0.0, 0.0, width, height)
        return Placement(left, bottom, right, top)

    def _characters(self) -> str:
        count = self._raw.FPDFText_CountChars(self._handle)
        if count <= 0:
            return ""
        count = min(count, _MAX_CHARS)
        buffer = (ctypes.c_ushort * (count + 1))()
        written = self._raw.FPDFText_GetText(self._handle, 0, count, buffer)
        text = bytes(memoryview(buffer)[: max(written - 1, 0)]).decode("utf-16-le", "surrogatepass")
        get = self._raw.FPDFText_GetUnicode
        if len(text) != count:
            text = "".join(chr(get(self._handle, at) or 0) for at in range(count))
        wrong = self._raw.FPDFText_HasUnicodeMapError
        step = max(1, count // _SAMPLES)
        if any(wrong(self._handle, at) == 1 for at in range(0, count, step)):
            broken = [wrong(self._handle, at) == 1 for at in range(count)]
            text = decode_unmapped(text, broken)
        return text

    def read(self) -> PageWords:
        """Return the page's words; marks of footnotes are taken off the words they follow."""
        text = self._characters()
        page = PageWords(self.index, *self.placement.size)
        if text:
            doubtful = self._read_upright(text, page) if not self.rotation else 1
            if self.rotation or doubtful > _TURNED * (len(page.words) + doubtful):
                page = self._read_by_angle(text)
            page.unmapped = share_unmapped(text)
            if not text.isascii():
                for item in page.words:
                    if not item.text.isascii():
                        item.text = _plain_word(item.text)
                page.words = [item for item in page.words if item.text]
        return page

    def _read_upright(self, text: str, page: PageWords) -> int:
        """Read a page whose text runs from left to right; return how many words do not."""
        rect = self._raw.FS_RECTF()
        get_box = self._raw.FPDFText_GetLooseCharBox
        handle = self._handle
        left, right, top = self.placement.left, self.placement.right, self.placement.top
        floor = self.placement.bottom
        reference = ctypes.byref(rect)
        words = page.words
        doubtful = 0
        line = (0.0, 0.0, 0.0, 0.0, 0.0)  # words of a line share their heights: it saves memory
        for match in _WORD.finditer(text):
            start, end = match.span()
            if not get_box(handle, start, reference):
                continue
            x0, high, low, x1 = rect.left, rect.top, rect.bottom, rect.right
            size = high - low
            if end - start > 1 and get_box(handle, end - 1, reference):
                last_x1 = rect.right
                if rect.left < x0 - 1 or abs(rect.bottom - low) > max(size, 1) * 1.5:
                    doubtful += 1  # runs backwards or upwards: turned text
                    if len(page.aside) < _ASIDE_WORDS:
                        page.aside.append(match.group())
                    continue
                x1 = last_x1
            word = match.group()
            if end < len(text) and text[end] in _LINE_END_HYPHEN:
                word += "-"
            if x1 <= left or x0 >= right or high <= floor or low >= top or size <= 0:
                continue
            if not word.isalpha() and _MARK.search(word):
                word = self._without_mark(word, start, low, size)
            if high != line[0] or low != line[1]:
                line = (high, low, top - high, top - low, size)
            words.append(
                Word(sys.intern(word), x0 - left, line[2], x1 - left, line[3], line[4], start)
            )
        return doubtful

    def _read_by_angle(self, text: str) -> PageWords:
        """Read a turned page: its words in the direction most of them have, as if upright."""
        found: list[tuple[int, int, str, int]] = []
        weight: Counter[int] = Counter()
        aside: list[str] = []
        for match in _WORD.finditer(text):
            start, end = match.span()
            angle = math.degrees(self._raw.FPDFText_GetCharAngle(self._handle, start))
            quarter = nearest_quarter(angle)
            if quarter is None:
                continue
            word = match.group()
            if end < len(text) and text[end] in _LINE_END_HYPHEN:
                word += "-"
            weight[quarter] += len(word)
            found.append((start, end, word, quarter))
        usual = weight.most_common(1)[0][0] if weight else 0
        box = self.placement
        self.placement = Placement(box.left, box.bottom, box.right, box.top, -usual % 360)
        page = PageWords(self.index, *self.placement.size)
        page.turn = (usual + self.rotation) % 360
        for start, end, word, quarter in found:
            if quarter != usual:
                aside.append(word)
                continue
            item = self._placed(start, end, word, page)
            if item is not None:
                page.words.append(item)
        page.aside = aside[:_ASIDE_WORDS]
        return page

    def _placed(self, start: int, end: int, text: str, page: PageWords) -> Word | None:
        """Return a word of a turned page; None where it stands outside."""
        first, last = self._letter_box(start), self._letter_box(end - 1)
        if first is None or last is None:
            return None
        size = first[3] - first[1]
        x0, x1 = min(first[0], last[0]), max(first[2], last[2])
        if size <= 0 or x1 <= 0 or x0 >= page.width or first[3] <= 0 or first[1] >= page.height:
            return None
        return Word(text, x0, first[1], x1, first[3], size, start)

    def _letter_box(self, at: int) -> Box | None:
        rect = self._raw.FS_RECTF()
        if not self._raw.FPDFText_GetLooseCharBox(self._handle, at, rect):
            return None
        return self.placement.place(rect.left, rect.bottom, rect.right, rect.top)

    def _without_mark(self, word: str, start: int, low: float, size: float) -> str:
        """Take raised digits (a footnote mark) off the end of a word."""
        match = _MARK.search(word)
        if match is None:
            return word
        rect = self._raw.FS_RECTF()
        self._raw.FPDFText_GetLooseCharBox(self._handle, start + match.start(), rect)
        raised = 0 < rect.top - rect.bottom < _RAISED * size and rect.bottom > low + _LIFTED * size
        if not raised:
            return word
        head, mark, tail = word[: match.start()], match.group(), word[match.end() :]
        if mark in ("2", "3") and _UNIT.search(head):
            return head + ("²" if mark == "2" else "³") + tail
        return head + tail

    def style(self, word: Word) -> tuple[bool, bool, float]:
        """Return (bold, italic, size in points) of the font of a word of this page."""
        size = self._raw.FPDFText_GetFontSize(self._handle, word.first)
        if not 0.55 * word.size <= size <= 1.8 * word.size:  # scaled by the text's own matrix
            size = word.size
        name, flags = self._name, self._flags
        length = self._raw.FPDFText_GetFontInfo(self._handle, word.first, name, _NAME, flags)
        if length <= 0:
            return False, False, size
        bold, italic = _look(name.value)
        return bold or bool(flags.value & _FORCED_BOLD), italic, size

    def is_invisible(self, page: PageWords) -> bool:
        """Return whether the page's words are drawn without ink: a scanner's own OCR."""
        looked = page.words[:: max(1, len(page.words) // 5)][:5]
        unseen = 0
        for word in looked:
            item = self._raw.FPDFText_GetTextObject(self._handle, word.first)
            unseen += bool(item) and (self._raw.FPDFTextObj_GetTextRenderMode(item) == _INVISIBLE)
        return bool(looked) and unseen == len(looked)


@lru_cache(maxsize=512)
def _look(name: bytes) -> tuple[bool, bool]:
    """Return whether a font is bold and italic by its name."""
    text = name.decode("utf-8", errors="replace")
    return bool(_BOLD.search(text)), bool(_ITALIC.search(text))


def _plain_word(text: str) -> str:
    """Return a word with ligatures spelled out and without a note mark after its letters."""
    text = plain_private(plain_letters(text))
    if "\u00ad" in text:  # a soft hyphen counts at a line's end only
        text = text[:-1].replace("\u00ad", "") + text[-1:]
    match = _RAISED_AT_END.search(text) or _RAISED_AFTER.search(text)
    if match is None or (match.group() in "²³" and _UNIT.search(text[: match.start()])):
        return text
    return text[: match.start()] + text[match.end() :]
