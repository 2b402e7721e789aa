"""Running headers, footers and page numbers: found across pages, dropped, read for page labels.

Owns what makes a line a running one: it stands at the same height on several pages and its text
comes back, numbers aside. What it drops is read for numbers by `pdf_labels`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from pipeline.extract.pdf_labels import LONE, in_step, roman_value
from pipeline.extract.pdf_regions import Segment

_ZONE = 0.14  # of the page's height, at the top and at the bottom, where running lines stand
_NUMBER_ZONE = 0.09  # of the page's height, where a lone number is a page number
_STEP = 4.0  # points; heights closer than this are the same
_LEVELS = 3  # running lines above one another
_REPEATED = 0.5  # share of the lines at one height whose text comes back
_LARGE = 1.15  # times the body's size; lines so large are headings unless they are always the same
_IN_STEP = 1.6  # font sizes from line to line inside a paragraph
_WIDE = 0.5  # of a line's width; the next line of its paragraph is no shorter
_PROSE_WORDS = 5  # words; shorter lines are no paragraph's
_ALWAYS = 0.3  # share of pages on which a header of several lines stands (left or right pages)
_STAMP = 2.5  # times the body's size
_MARGIN = 3.0  # points outside the text's edges, where numbers in the margin stand


@dataclass(slots=True)
class _Row:
    """A page's outermost row; `large` is what of it is set like a heading."""

    page: int
    y: float
    side: str
    segments: list[Segment]
    large: str = ""
    flows: bool = False  # the next line inwards looks like the same paragraph's
    text: str = field(init=False)
    folded: str = field(init=False)
    parts: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        ordered = sorted(self.segments, key=lambda segment: segment.x0)
        texts = [segment.text for segment in ordered]
        self.text = "  ".join(texts)
        self.folded = _normalise(self.text)
        self.parts = frozenset(_normalise(text) for text in texts if any(map(str.isalpha, text)))


def _normalise(text: str) -> str:
    words = re.sub(r"\d+", "#", text.lower()).split()
    return " ".join("#" if roman_value(word.strip(".|-")) else word for word in words)


def drop_running(
    pages: Sequence[tuple[Sequence[Segment], float]],
) -> tuple[list[list[Segment]], list[list[str]]]:
    """Take running lines off all pages.

    `pages` holds each page's segments and its height in points. Returns the remaining segments
    and the texts of the dropped rows, a list for each page.
    """
    remaining = [list(segments) for segments, _ in pages]
    dropped: list[list[str]] = [[] for _ in pages]
    body = _body_size(remaining)
    for _ in range(_LEVELS):
        rows = [
            row
            for page, (_, height) in enumerate(pages)
            for row in _outer_rows(remaining[page], page, height, body)
        ]
        running = _running_rows(rows, len(pages))
        if not running:
            break
        for row in running:
            gone = {id(segment) for segment in row.segments}
            remaining[row.page] = [s for s in remaining[row.page] if id(s) not in gone]
            dropped[row.page].append(row.text)
    for page, (_, height) in enumerate(pages):
        for row in _outer_rows(remaining[page], page, height, body):
            edge = row.y / height
            if _NUMBER_ZONE <= edge <= 1 - _NUMBER_ZONE:
                continue
            lone = [s for s in row.segments if LONE.match(s.text)]
            gone = {id(segment) for segment in lone}
            remaining[page] = [s for s in remaining[page] if id(s) not in gone]
            dropped[page].extend(segment.text for segment in lone)
    _drop_marginal(remaining, dropped)
    _drop_stamps(remaining, body)
    return remaining, dropped


def _body_size(pages: Sequence[Sequence[Segment]]) -> float:
    sizes = [segment.size for page in pages for segment in page if len(segment.words) > 2]
    return median(sizes) if sizes else 10.0


def _drop_marginal(remaining: list[list[Segment]], dropped: list[list[str]]) -> None:
    """Take page numbers off that stand beside the text, in the outer margin."""
    found: list[list[Segment]] = []
    for segments in remaining:
        text = [segment for segment in segments if not LONE.match(segment.text)]
        left = min((segment.x0 for segment in text), default=0.0) - _MARGIN
        right = max((segment.x1 for segment in text), default=0.0) + _MARGIN
        found.append(
            [s for s in segments if text and LONE.match(s.text) and (s.x1 < left or s.x0 > right)]
        )
    steps = in_step([[segment.text for segment in own] for own in found], least=3)
    for page, own in enumerate(found):
        for segment in own:
            if segment.text in steps[page]:
                remaining[page] = [s for s in remaining[page] if s is not segment]
                dropped[page].append(segment.text)


def _drop_stamps(remaining: list[list[Segment]], body: float) -> None:
    """Take off huge words that stand at one place on most pages: "UTKAST"."""

    def stamp(segment: Segment) -> tuple[str, int, int]:
        return segment.text, round(segment.x0 / _STEP), round(segment.top / _STEP)

    huge = [{stamp(s) for s in own if s.size >= _STAMP * body} for own in remaining]
    seen = Counter(one for own in huge for one in own)
    least = max(3, _REPEATED * len(remaining))
    stamps = {one for one, count in seen.items() if count >= least}
    for page, own in enumerate(huge):
        if own & stamps:
            remaining[page] = [s for s in remaining[page] if stamp(s) not in stamps]


def _outer_rows(segments: Sequence[Segment], page: int, height: float, body: float) -> list[_Row]:
    """Return the page's topmost and lowest rows where they stand in the running zones."""
    if not segments or height <= 0:
        return []
    rows: list[_Row] = []
    top = min(segments, key=lambda segment: segment.top)
    low = max(segments, key=lambda segment: segment.bottom)
    for side, edge in (("top", top), ("bottom", low)):
        middle = (edge.top + edge.bottom) / 2
        inside = middle < _ZONE * height if side == "top" else middle > (1 - _ZONE) * height
        if inside:
            row = [s for s in segments if s.top < middle < s.bottom]
            large = " ".join(s.text for s in row if s.size > _LARGE * body)
            rows.append(_Row(page, middle, side, row, large, _flows_on(row, segments, side)))
    return rows


def _flows_on(row: Sequence[Segment], segments: Sequence[Segment], side: str) -> bool:
    """Return whether the next line inwards is the same paragraph's."""
    line = max(row, key=lambda segment: segment.x1 - segment.x0)
    if len(line.words) < _PROSE_WORDS:
        return False
    for other in segments:
        step = other.top - line.top if side == "top" else line.top - other.top
        if (
            0.5 * line.size < step <= _IN_STEP * line.size
            and abs(other.x0 - line.x0) < 2
            and abs(other.size - line.size) < 0.3
            and other.x1 - other.x0 >= _WIDE * (line.x1 - line.x0)
        ):
            return True
    return False


def _running_rows(rows: list[_Row], page_count: int) -> list[_Row]:
    buckets: dict[tuple[str, int], list[_Row]] = defaultdict(list)
    for row in rows:
        buckets[row.side, round(row.y / _STEP)].append(row)
    least = 3 if page_count > 4 else 2
    found: list[_Row] = []
    for (side, step), own in buckets.items():
        near = [row for d in (-1, 0, 1) for row in buckets.get((side, step + d), ())]
        if len(near) < least:
            continue
        seen = _Seen(near)
        own = [row for row in own if _may_run(row, seen, least)]
        repeated = sum(_comes_back(row, seen) for row in near)
        if repeated >= max(2, _REPEATED * len(near)):
            found.extend(own)
        else:
            found.extend(row for row in own if seen.folded[row.folded] >= max(least, 3))
    return found


class _Seen:
    """How often the rows at one height, their texts and their parts come back."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        self.count = len(rows)
        self.exact = Counter(row.text for row in rows)
        self.large = Counter(row.large for row in rows)
        self.folded = Counter(row.folded for row in rows)
        self.parts = Counter(part for row in rows for part in row.parts)


def _may_run(row: _Row, seen: _Seen, least: int) -> bool:
    """Return whether a row is no heading and no paragraph's line, or always the same one."""
    if row.flows:
        return seen.exact[row.text] >= max(least, _ALWAYS * seen.count)
    return not row.large or seen.large[row.large] >= least


def _comes_back(row: _Row, seen: _Seen) -> bool:
    return seen.folded[row.folded] >= 2 or any(seen.parts[part] >= 2 for part in row.parts)
