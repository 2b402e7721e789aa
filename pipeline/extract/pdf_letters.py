"""Letters set apart from their words: drop caps, letter-spacing, raised marks, watermarks.

Owns what is put right on one page before its words are laid out in lines. Only what is plain by
size and place is touched: everything else stays as the file has it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from statistics import median

from pipeline.extract.pdf_words import PageWords, Word

_HUGE = 2.5  # times the page's usual size; letters so large over others are a watermark
_UNDER = 3  # words that stand under a watermark's letters
_CAP = 1.8  # times the size of the word it belongs to; a drop cap is as large or larger
_CAP_GAP = 0.5  # of the cap's size, between it and the rest of its word
_QUOTES = "«»„“”\"'’"
_ONE_LETTER_WORDS = frozenset("iåíáaæøy")
_SMALL = 0.82  # of the word before; a smaller lone number beside it is a note mark
_LIFTED = 0.08  # of that word's size that the mark stands higher
_SPACED = 4  # letters with spaces between; fewer may be a list or a formula
_SINGLE = 0.7  # share of a spaced run that is single letters (kerning joins some)
_WORD_GAP = 1.7  # times the usual gap between spaced letters; a wider one parts words


def settle_words(page: PageWords) -> None:
    """Join, part and drop the words of a page that are set as display, in place."""
    if not page.words:
        return
    usual = median(word.size for word in page.words)
    if any(word.size >= _CAP * usual for word in page.words):
        page.words = _without_watermark(page.words, usual)
        page.words = _join_drop_caps(page.words, usual)
    page.words = _without_lone_marks(page.words)
    page.words = _join_spaced(page.words)


def _without_watermark(words: list[Word], usual: float) -> list[Word]:
    huge = [word for word in words if word.size >= _HUGE * usual]
    printed_over = [word for word in huge if _words_under(word, words, usual) >= _UNDER]
    gone = {id(word) for word in printed_over}
    return [word for word in words if id(word) not in gone] if gone else words


def _words_under(mark: Word, words: Sequence[Word], usual: float) -> int:
    return sum(
        word.size < _CAP * usual
        and mark.x0 < (word.x0 + word.x1) / 2 < mark.x1
        and mark.top < (word.top + word.bottom) / 2 < mark.bottom
        for word in words
    )


def _join_drop_caps(words: list[Word], usual: float) -> list[Word]:
    gone: set[int] = set()
    known: set[str] | None = None
    for cap in words:
        letter = cap.text.strip(_QUOTES)
        if cap.size < _CAP * usual or len(letter) != 1 or not letter.isupper():
            continue
        rest = _rest_of_word(cap, words, usual)
        if rest is None:
            continue
        if known is None:
            known = {word.text.lower().strip(".,;:") for word in words if word is not rest}
        tail = rest.text.lower().strip(".,;:")
        alone = letter.lower() in _ONE_LETTER_WORDS and tail in known
        if alone and (letter.lower() + tail) not in known:
            cap.top, cap.bottom, cap.size = rest.top, rest.bottom, rest.size
            continue
        rest.text = cap.text + rest.text
        gone.add(id(cap))
    return [word for word in words if id(word) not in gone] if gone else words


def _rest_of_word(cap: Word, words: Sequence[Word], usual: float) -> Word | None:
    """Return the word that a drop cap begins: beside its upper part, in small letters."""
    beside = [
        word
        for word in words
        if word.size < _CAP * usual
        and word.text[:1].islower()
        and -0.2 * cap.size <= word.x0 - cap.x1 <= _CAP_GAP * cap.size
        and cap.top - 0.3 * cap.size <= (word.top + word.bottom) / 2 <= cap.bottom
    ]
    return min(beside, key=lambda word: (word.top, word.x0), default=None)


def _without_lone_marks(words: list[Word]) -> list[Word]:
    """Drop small raised numbers that stand beside a word: marks of notes."""
    kept: list[Word] = []
    for word in words:
        before = kept[-1] if kept else None
        if (
            before is not None
            and len(word.text) <= 3
            and word.text.isdigit()
            and word.size < _SMALL * before.size
            and word.bottom < before.bottom - _LIFTED * before.size
            and word.bottom > before.top
            and -0.2 * before.size <= word.x0 - before.x1 <= 0.4 * before.size
        ):
            continue
        kept.append(word)
    return kept


def _join_spaced(words: list[Word]) -> list[Word]:
    """Join letters set apart for show ("S A M A R B E I D") into their words."""
    short = [len(word.text) <= 2 for word in words]
    found: list[Word] = []
    at = 0
    while at < len(words):
        if not short[at] or not all(short[at : at + _SPACED]) or at + _SPACED > len(words):
            found.append(words[at])
            at += 1
            continue
        end = at + 1
        while end < len(words) and short[end] and _goes_on(words[end - 1], words[end]):
            end += 1
        found.extend(_spaced_words(words[at:end]))
        at = end
    return found


def _goes_on(before: Word, word: Word) -> bool:
    level = abs(before.bottom - word.bottom) < 0.2 * before.size
    return (
        level and abs(before.size - word.size) < 0.6 and -1 <= word.x0 - before.x1 < 3 * word.size
    )


def _spaced_words(run: list[Word]) -> list[Word]:
    single = sum(len(word.text) == 1 and word.text.isalpha() for word in run)
    if len(run) < _SPACED or single < _SINGLE * len(run):
        return run
    gaps = [after.x0 - before.x1 for before, after in itertools.pairwise(run)]
    usual = max(median(gaps), 0.1)
    if usual > run[0].size:
        return run
    joined: list[Word] = []
    for at, word in enumerate(run):
        if at and gaps[at - 1] <= _WORD_GAP * usual:
            last = joined[-1]
            last.text += word.text
            last.x1 = word.x1
        else:
            joined.append(word)
    return joined
