"""Words with boxes and sizes from pdfium's text pages.

Owns every call of pdfium's text API. Coordinates come back in points, origin top left, of the page
as shown (rotation applied by pdfium). pdfium is not thread-safe: only the child process calls this.
"""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass, field
from typing import Any

from pipeline.extract.line_joins import plain_letters

_WORD = re.compile(r"[^\s\ufffe\x02\x00]+")
_LINE_END_HYPHEN = "\ufffe\x02"  # what pdfium makes of a hyphen at a line's end
_MARK = re.compile(r"[^\W\d_][.,;:!?»”’)\]]*(\d{1,3})$|[.,;:!?»”’)\]](\d{1,3})$")
_RAISED_DIGITS = "¹²³⁴⁵⁶⁷⁸⁹⁰"
_RAISED = 0.82  # share of the word's size below which digits at its end are a note mark
_BOLD = re.compile(r"bold|black|heavy|semibold|demi|[-,]b(?:d|i)?$", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique", re.IGNORECASE)
_MAX_CHARS = 60_000  # characters of one page; more is no page of text


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
    """A page's words in the order of the file, with what is needed to lay them out."""

    index: int
    width: float
    height: float
    words: list[Word] = field(default_factory=list)
    unmapped: float = 0.0
    ocr: bool = False
    confidence: float | None = None


class TextLayer:
    """A page's text layer; knows its fonts while it is open."""

    def __init__(self, page: Any, index: int) -> None:
        import pypdfium2.raw as raw

        self._raw = raw
        self._page = page
        self._text = page.get_textpage()
        self._handle = self._text.raw
        self.index = index
        self.width, self.height = page.get_size()
        self._fonts: dict[int, tuple[bool, bool]] = {}

    def close(self) -> None:
        """Release the page's text layer."""
        self._text.close()

    def _characters(self) -> str:
        count = self._raw.FPDFText_CountChars(self._handle)
        if count <= 0:
            return ""
        count = min(count, _MAX_CHARS)
        buffer = (ctypes.c_ushort * (count + 1))()
        written = self._raw.FPDFText_GetText(self._handle, 0, count, buffer)
        text = bytes(memoryview(buffer)[: max(written - 1, 0)]).decode("utf-16-le", "surrogatepass")
        if len(text) == count:
            return text
        get = self._raw.FPDFText_GetUnicode
        return "".join(chr(get(self._handle, at) or 0) for at in range(count))

    def read(self) -> PageWords:
        """Return the page's words; marks of footnotes are taken off the words they follow."""
        page = PageWords(self.index, self.width, self.height)
        text = self._characters()
        if not text:
            return page
        rect = self._raw.FS_RECTF()
        get_box = self._raw.FPDFText_GetLooseCharBox
        handle = self._handle
        left, _, right, top = self._origin()
        reference = ctypes.byref(rect)
        words = page.words
        for match in _WORD.finditer(text):
            start, end = match.span()
            if not get_box(handle, start, reference):
                continue
            x0, word_top, low, x1 = rect.left, rect.top, rect.bottom, rect.right
            if end - start > 1 and get_box(handle, end - 1, reference):
                last_x1 = rect.right
                if rect.left < x0 - 1 or abs(rect.bottom - low) > max(word_top - low, 1) * 1.5:
                    continue  # runs backwards or upwards: turned text in a margin
                x1 = last_x1
            size = word_top - low
            word = match.group()
            if end < len(text) and text[end] in _LINE_END_HYPHEN:
                word += "-"
            if x1 <= left or x0 >= right or size <= 0:
                continue
            if word[-1].isdigit() and size > 0:
                word = self._without_mark(word, end, size)
            words.append(Word(word, x0 - left, top - word_top, x1 - left, top - low, size, start))
        page.unmapped = _share_unmapped(text)
        if not text.isascii():
            for item in words:
                if not item.text.isascii():
                    item.text = _plain_word(item.text)
        return page

    def _origin(self) -> tuple[float, float, float, float]:
        try:
            left, bottom, right, top = self._page.get_bbox()
        except Exception:  # a page without a usable box
            return 0.0, 0.0, self.width, self.height
        if right - left <= 1 or top - bottom <= 1:
            return 0.0, 0.0, self.width, self.height
        return left, bottom, right, top

    def _without_mark(self, word: str, end: int, size: float) -> str:
        """Take raised digits (a footnote mark) off the end of a word."""
        match = _MARK.search(word)
        if match is None:
            return word
        rect = self._raw.FS_RECTF()
        digits = match.group(1) or match.group(2)
        self._raw.FPDFText_GetLooseCharBox(self._handle, end - 1, rect)
        raised = rect.top - rect.bottom
        return word[: -len(digits)] if 0 < raised < _RAISED * size else word

    def style(self, word: Word) -> tuple[bool, bool, float]:
        """Return (bold, italic, size in points) of the font of a word of this page."""
        size = self._raw.FPDFText_GetFontSize(self._handle, word.first)
        if not 0.55 * word.size <= size <= 1.8 * word.size:  # scaled by the text's own matrix
            size = word.size
        buffer = ctypes.create_string_buffer(128)
        flags = ctypes.c_int()
        length = self._raw.FPDFText_GetFontInfo(self._handle, word.first, buffer, 128, flags)
        if length <= 0:
            return False, False, size
        name = buffer.value.decode("utf-8", errors="replace")
        forced = bool(flags.value & 0x40000)
        return forced or bool(_BOLD.search(name)), bool(_ITALIC.search(name)), size


def _plain_word(text: str) -> str:
    """Return a word with ligatures spelled out and without a note mark after its letters."""
    text = plain_letters(text)
    bare = text.rstrip(_RAISED_DIGITS)
    return bare if bare and (bare[-1].isalpha() or bare[-1] in ".,;:!?)”’»") else text


def _share_unmapped(text: str) -> float:
    """Return the share of characters that are no letters of any alphabet: a broken text layer."""
    if not text:
        return 0.0
    odd = sum(
        1
        for c in text
        if c == "\ufffd" or "\ue000" <= c <= "\uf8ff" or (c < " " and c not in "\r\n\t\x02")
    )
    return odd / len(text)
