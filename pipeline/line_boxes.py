"""Where a range of a block's characters stands on its pages: one box for each line it touches.

Owns cutting a line's box at words. Serves passages, and whoever marks a quotation inside one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.records import Block, Box, Line

_WORD = re.compile(r"\S+")


def boxes_of(block: Block, start: int, end: int) -> Iterator[tuple[int, Box]]:
    """Yield page index and box for each line that `block.text[start:end]` touches, in order.

    A line that the range holds only part of gives the box of its words in the range, where the
    words' places are known (`Line.edges`); else the whole line's.
    """
    for line in block.lines:
        if line.start < end and line.end > start and line.box is not None:
            yield line.page, _part(line, line.box, block.text, start, end)


def _part(line: Line, box: Box, text: str, start: int, end: int) -> Box:
    if (start <= line.start and end >= line.end) or not line.edges:
        return box
    words = list(_WORD.finditer(text, line.start, line.end))
    if len(line.edges) != 2 * len(words):
        return box
    inside = [at for at, word in enumerate(words) if word.start() < end and word.end() > start]
    if not inside:
        return box
    return line.edges[2 * inside[0]], box[1], line.edges[2 * inside[-1] + 1], box[3]
