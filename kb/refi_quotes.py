"""The words between two positions of a text, counted as the program that wrote them counts.

Owns telling the ways of counting apart. The standard counts Unicode characters; some programs count
UTF-16 units, the byte order mark, or a line's end as one or two.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

MARK = "\ufeff"  # the byte order mark, which some programs count
BOTH = 2  # edges of a stretch that stand between words
LEAST_NAME = 8  # characters of a selection's name from which it is taken for its first words


@dataclass(frozen=True)
class _Stretch:
    """What one way of counting gives: the words, and how many of their edges are between words."""

    words: str
    clean: int


class CodedText:
    """A source's text in every form that programs count in; each is made once, when needed."""

    def __init__(self, text: str) -> None:
        self._given = text
        self.plain = text.removeprefix(MARK)

    def quoted(self, start: int, end: int, name: str = "") -> str:
        """Return the words between two positions; `name` is what the selection is called.

        A name that repeats the words tells which way of counting is meant; else it is the
        standard's, unless another one alone falls between words on both sides.
        """
        marked = _between(self._given, start, end)
        ways = [
            _between(self.plain, start, end),
            _between(self._joined, start, end),
            _between(self._parted, start, end),
            self._in_units(start, end),
        ]
        first = _said(name)
        named = [
            way
            for way in (ways[0], marked, *ways[1:])  # who counts the mark names its selections
            if len(first) >= LEAST_NAME and _is_named(way.words, first)
        ]
        likely = named or ways
        best = max(likely, key=lambda way: way.clean)
        shifted = best.clean == BOTH and likely[0].clean < BOTH
        return (best if shifted else likely[0]).words

    @cached_property
    def _joined(self) -> str:
        return self.plain.replace("\r\n", "\n")

    @cached_property
    def _parted(self) -> str:
        return self._joined.replace("\n", "\r\n")

    @cached_property
    def _units(self) -> bytes:
        return self.plain.encode("utf-16-le", "surrogatepass")

    def _in_units(self, start: int, end: int) -> _Stretch:
        if start < 0 or end < 0:
            return _Stretch("", 0)
        words, before, after = (
            self._units[2 * first : 2 * last].decode("utf-16-le", "ignore")
            for first, last in ((start, end), (max(start - 1, 0), start), (end, end + 1))
        )
        return _Stretch(words, _clean_edges(before, words, after))


def _between(text: str, start: int, end: int) -> _Stretch:
    if start < 0 or end < 0:
        return _Stretch("", 0)
    words, before = text[start:end], text[max(start - 1, 0) : start]
    return _Stretch(words, _clean_edges(before, words, text[end : end + 1]))


def _clean_edges(before: str, words: str, after: str) -> int:
    """How many edges of a stretch stand between words."""
    if not words:
        return 0
    first = before.isalnum() and words[0].isalnum()
    last = after.isalnum() and words[-1].isalnum()
    return int(not first) + int(not last)


def _is_named(words: str, first: str) -> bool:
    """Whether a stretch begins with the words of its selection's name, or the name with it."""
    said = _said(words)
    return bool(said) and (said.startswith(first) or first.startswith(said))


def _said(text: str) -> str:
    return " ".join(text.replace(MARK, "").rstrip(".… ").split()).casefold()
