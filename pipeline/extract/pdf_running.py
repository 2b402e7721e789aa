"""Running headers, footers and page numbers: found across pages, dropped, read for page labels.

Owns what makes a line a running one: it stands at the same height on several pages and its text
comes back, numbers aside. Printed numbers become the pages' labels.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.extract.pdf_lines import Segment

_ZONE = 0.14  # of the page's height, at the top and at the bottom, where running lines stand
_NUMBER_ZONE = 0.09  # of the page's height, where a lone number is a page number
_STEP = 4.0  # points; heights closer than this are the same
_LEVELS = 3  # running lines above one another
_REPEATED = 0.5  # share of the lines at one height whose text comes back
_ROMAN = re.compile(r"(?=[ivxlc])(x{0,3}|xl|l?x{0,3})(ix|iv|v?i{0,3})", re.IGNORECASE)
_LONE = re.compile(
    r"^[-–—|•\s]*(?:(?:side|sida|sid\.?|page|sivu|bls\.?|s\.)\s*)?(?P<number>\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:av|af|of|/|\()\s*\d{1,4}\)?)?[-–—|•.\s]*$",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?:side|sida|page|sivu|bls\.?)\s+(\d{1,4})\b", re.IGNORECASE)
_EDGE = re.compile(r"^(\d{1,4}|[ivxlc]{1,7})(?=\s)|(?<=\s)(\d{1,4}|[ivxlc]{1,7})$", re.IGNORECASE)


@dataclass(slots=True)
class _Row:
    page: int
    y: float
    side: str
    segments: list[Segment]

    @property
    def text(self) -> str:
        ordered = sorted(self.segments, key=lambda segment: segment.x0)
        return "  ".join(segment.text for segment in ordered)


def roman_value(text: str) -> int | None:
    """Return the value of a roman numeral up to 99, None where it is none."""
    if not text or not _ROMAN.fullmatch(text):
        return None
    values = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
    total = 0
    digits = [values[letter] for letter in text.lower()]
    for at, value in enumerate(digits):
        total += -value if at + 1 < len(digits) and value < digits[at + 1] else value
    return total


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
    for _ in range(_LEVELS):
        rows = [
            row
            for page, (_, height) in enumerate(pages)
            for row in _outer_rows(remaining[page], page, height)
        ]
        running = _running_rows(rows, len(pages))
        if not running:
            break
        for row in running:
            gone = {id(segment) for segment in row.segments}
            remaining[row.page] = [s for s in remaining[row.page] if id(s) not in gone]
            dropped[row.page].append(row.text)
    for page, (_, height) in enumerate(pages):
        for row in _outer_rows(remaining[page], page, height):
            edge = row.y / height
            if _NUMBER_ZONE <= edge <= 1 - _NUMBER_ZONE:
                continue
            lone = [s for s in row.segments if _LONE.match(s.text)]
            gone = {id(segment) for segment in lone}
            remaining[page] = [s for s in remaining[page] if id(s) not in gone]
            dropped[page].extend(segment.text for segment in lone)
    return remaining, dropped


def _outer_rows(segments: Sequence[Segment], page: int, height: float) -> list[_Row]:
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
            rows.append(_Row(page, middle, side, row))
    return rows


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
        seen: Counter[str] = Counter()
        for row in near:
            seen.update({_normalise(segment.text) for segment in row.segments})
            seen.update({"row " + _normalise(row.text)})
        repeated = [row for row in near if _comes_back(row, seen)]
        if len(repeated) >= max(2, _REPEATED * len(near)):
            found.extend(own)
        else:
            found.extend(row for row in own if _whole_comes_back(row, seen, least))
    return found


def _comes_back(row: _Row, seen: Counter[str]) -> bool:
    if seen["row " + _normalise(row.text)] >= 2:
        return True
    return any(
        seen[_normalise(segment.text)] >= 2 and any(map(str.isalpha, segment.text))
        for segment in row.segments
    )


def _whole_comes_back(row: _Row, seen: Counter[str], least: int) -> bool:
    return seen["row " + _normalise(row.text)] >= max(least, 3)


def printed_labels(dropped: Sequence[Sequence[str]], pdf_labels: Sequence[str]) -> list[str | None]:
    """Return each page's label: the printed number, else the PDF's own label, else None.

    A printed number counts where it runs in step with the pages; between two pages in step the
    pages without a number get theirs. `pdf_labels` holds "" for pages without a label.
    """
    candidates = [_numbers(texts) for texts in dropped]
    votes: Counter[tuple[str, int]] = Counter()
    for page, numbers in enumerate(candidates):
        votes.update({(kind, value - page) for kind, value, _ in numbers})
    chosen: list[tuple[str, int, str] | None] = []
    for page, numbers in enumerate(candidates):
        ranked = sorted(numbers, key=lambda n: -votes[n[0], n[1] - page])
        step = ranked[0] if ranked and votes[ranked[0][0], ranked[0][1] - page] >= 2 else None
        chosen.append(step)
    if not any(chosen) and len(dropped) <= 2:
        chosen = [numbers[0] if numbers else None for numbers in candidates]
    labels: list[str | None] = [step[2] if step else None for step in chosen]
    _fill_between(chosen, labels)
    own = [label.strip() for label in pdf_labels]
    for page, label in enumerate(labels):
        if label is None and page < len(own) and own[page]:
            labels[page] = own[page]
    return labels


def _numbers(texts: Sequence[str]) -> list[tuple[str, int, str]]:
    found: list[tuple[str, int, str]] = []
    for text in texts:
        lone = _LONE.match(text)
        tokens = [lone.group("number")] if lone else _NAMED.findall(text)
        if not tokens:
            tokens = [first or last for first, last in _EDGE.findall(text.strip())]
        for token in tokens:
            if token.isdigit():
                found.append(("arabic", int(token), token))
            else:
                value = roman_value(token)
                if value is not None:
                    found.append(("roman", value, token))
    return found


def _to_roman(value: int) -> str:
    parts = ((90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
    text = ""
    for number, letters in parts:
        while value >= number:
            text += letters
            value -= number
    return text


def _fill_between(chosen: Sequence[tuple[str, int, str] | None], labels: list[str | None]) -> None:
    """Number the pages without a printed number between two pages that are in step."""
    known = [page for page, step in enumerate(chosen) if step is not None]
    for before, after in pairwise(known):
        first, last = chosen[before], chosen[after]
        if first is None or last is None or first[0] != last[0]:
            continue
        if first[1] - before != last[1] - after:
            continue
        for page in range(before + 1, after):
            value = first[1] + page - before
            roman = _to_roman(value).upper() if first[2].isupper() else _to_roman(value)
            labels[page] = str(value) if first[0] == "arabic" else roman
    if known and chosen[known[0]] is not None:
        first = chosen[known[0]]
        assert first is not None
        for page in range(known[0] - 1, -1, -1):  # a title page before the first printed number
            value = first[1] - (known[0] - page)
            if value < 1:
                break
            labels[page] = str(value) if first[0] == "arabic" else _to_roman(value)
