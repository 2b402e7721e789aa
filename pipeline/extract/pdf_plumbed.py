"""Words of a page by pdfplumber, where pdfium's own words are fragments.

Owns telling such pages (a file that draws its letters in any order, one by one) and reading them.
pdfplumber sorts letters by their place; it takes twenty times as long, so no other page is given
to it.
"""

from __future__ import annotations

import logging
from io import BytesIO

from pipeline.extract.line_joins import plain_letters
from pipeline.extract.pdf_words import PageWords, Word

log = logging.getLogger(__name__)

_MIN_WORDS = 40  # words; a page with fewer proves nothing
_FRAGMENTS = 0.6  # share of words of one letter; prose has 0.1, a table of figures 0.4
_NEAR = 0.35  # of the size; fragments so close to another belong together
_SPACE = 0.15  # of the size; a wider gap is a space between words
_SAME_LINE = 3.0  # points, pdfplumber's own tolerance


def are_fragments(page: PageWords) -> bool:
    """Return whether a page's words are pieces of words: most of one letter, side by side."""
    words = page.words
    if len(words) < _MIN_WORDS or page.turn:
        return False
    single = sum(len(word.text) == 1 and word.text.isalpha() for word in words)
    if single < _FRAGMENTS * len(words):
        return False
    ends = {(round(word.bottom / 2), round(word.x1)) for word in words}
    touching = sum(
        any((round(word.bottom / 2), round(word.x0) + d) in ends for d in (-1, 0, 1))
        for word in words
    )
    return touching >= _NEAR * len(words)


def read_plumbed(data: bytes, index: int, page: PageWords) -> PageWords:
    """Return page `index` of a PDF read by pdfplumber; `page` as it is where that fails."""
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(BytesIO(data), pages=[index + 1]) as pdf:
            found = pdf.pages[0].extract_words(x_tolerance_ratio=_SPACE, y_tolerance=_SAME_LINE)
            left, above = pdf.pages[0].bbox[0], pdf.pages[0].bbox[1]
    except Exception as error:  # pdfminer on damaged files: the fragments stay
        log.info("page %d by pdfplumber: %s: %s", index, type(error).__name__, error)
        return page
    words = [
        Word(
            plain_letters(str(word["text"])),
            float(word["x0"]) - left,
            float(word["top"]) - above,
            float(word["x1"]) - left,
            float(word["bottom"]) - above,
            float(word["bottom"]) - float(word["top"]),
        )
        for word in found
    ]
    firsts = {(round(w.x0), round(w.bottom / 3)): w.first for w in page.words}
    for word in words:  # a letter of pdfium's at the same place knows the font
        word.first = firsts.get((round(word.x0), round(word.bottom / 3)), 0)
    if sum(len(word.text) for word in words) < 0.8 * sum(len(word.text) for word in page.words):
        return page
    page.words = words
    return page
