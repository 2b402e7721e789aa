"""One page of a PDF: its words, tables and frames, whatever it takes to read them.

Owns which way a page is read: its text layer by pdfium; pdfplumber where the file draws letters in
an order that pdfium cannot follow; its picture by OCR where there is no usable text layer. What is
decided across pages is `pdf_assembly`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pipeline.extract.job import Job
from pipeline.extract.pdf_columns import aligned_tables
from pipeline.extract.pdf_frames import text_frames
from pipeline.extract.pdf_glyphs import reads_like_nothing
from pipeline.extract.pdf_letters import settle_words
from pipeline.extract.pdf_lines import make_segments
from pipeline.extract.pdf_ocr import OcrMissing, PageReader, is_poor
from pipeline.extract.pdf_plumbed import are_fragments, read_plumbed
from pipeline.extract.pdf_regions import Segment
from pipeline.extract.pdf_rules import Rules, read_rules
from pipeline.extract.pdf_tables import PageTable, ruled_tables
from pipeline.extract.pdf_words import PageWords, TextLayer
from pipeline.language import count_common_words
from pipeline.records import Box

_FEW_CHARACTERS = 16  # characters; a page with fewer and a picture is a scan
_LITTLE = 300  # characters; a page with fewer may be a pasted picture with a heading
_UNMAPPED = 0.3  # share of characters without a letter, above which the text layer is gibberish
A4 = (595.0, 842.0)  # points; the size of a page that nothing is known of


@dataclass
class PageRead:
    """All that one page gives before anything is decided across pages.

    `scan`: it is a picture of text; `garbled`: its letters could not be told from its text layer.
    """

    words: PageWords
    segments: list[Segment] = field(default_factory=list)
    tables: list[PageTable] = field(default_factory=list)
    frames: list[Box] = field(default_factory=list)
    scan: bool = False
    garbled: bool = False

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points, as read."""
        return self.words.width, self.words.height


def unread_page(index: int) -> PageRead:
    """Return the place of a page of which nothing could be read."""
    return PageRead(PageWords(index, *A4))


def read_page(pdf: Any, index: int, job: Job, ocr: PageReader) -> PageRead:
    """Read one page of an open pdfium document. Raises what pdfium raises on a damaged page."""
    page = pdf[index]
    layer = TextLayer(page, index)
    try:
        words = layer.read()
        if are_fragments(words):
            words = read_plumbed(job.data, index, words)
        settle_words(words)
        letters = sum(len(word.text) for word in words.words)
        garbled = words.unmapped > _UNMAPPED or reads_like_nothing(_text(words))
        if garbled or (letters < _FEW_CHARACTERS and ocr.has_picture(page)):
            return _read_picture(page, index, words, ocr, garbled=garbled)
        if letters < _LITTLE:
            pasted = ocr.read_pasted(page, index, words)
            if pasted is not None:
                return PageRead(pasted, make_segments(pasted), scan=True)
        if words.words and layer.is_invisible(words) and ocr.has_picture(page):
            if is_poor(_text(words)):
                return _read_picture(page, index, words, ocr, garbled=True)
            words.ocr = True  # a scanner's own text layer, under the picture of the page
        ocr.learn(_text(words))
        segments = make_segments(words, layer.style)
        for word in words.words:
            word.first = 0  # the fonts are known by now; a number less for every word
        read = PageRead(words, segments)
        _find_tables(read, read_rules(page, layer.placement))
        return read
    finally:
        layer.close()
        page.close()


def _text(words: PageWords) -> str:
    return " ".join(word.text for word in words.words)


def _find_tables(read: PageRead, rules: Rules) -> None:
    grids = ruled_tables(rules) if rules.look_ruled() else []
    read.tables = [table for table in grids if table.fill(read.words.words)]
    outside = [s for s in read.segments if not any(table.holds(s) for table in read.tables)]
    read.tables += aligned_tables(outside, rules, read.words)
    read.frames = text_frames(rules, outside, read.tables, read.size)


def _read_picture(
    page: Any, index: int, words: PageWords, ocr: PageReader, *, garbled: bool
) -> PageRead:
    """Read a page by OCR; where it is not there, say what the page is.

    A text layer that only looks garbled is kept where OCR finds no more words in the picture.
    """
    try:
        seen = ocr.read(page, index)
    except OcrMissing:
        kept = PageWords(index, words.width, words.height) if words.unmapped > _UNMAPPED else words
        return PageRead(kept, make_segments(kept), scan=not garbled, garbled=garbled)
    if garbled and count_common_words(_text(seen)) <= count_common_words(_text(words)):
        return PageRead(words, make_segments(words), garbled=words.unmapped > _UNMAPPED)
    if words.words and not seen.words and not garbled:
        return PageRead(words, make_segments(words))  # a photograph with a line beside it
    return PageRead(seen, make_segments(seen), scan=True)
