"""The label each page bears in print ("xii", "10"): from its own numbers, or from the PDF's labels.

Owns what counts as a page number and when a row of them is believed: they run in step with the
pages. Which lines bear them is `pdf_running`'s business.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

_ROMAN = re.compile(r"(?=[ivxlc])(x{0,3}|xl|l?x{0,3})(ix|iv|v?i{0,3})", re.IGNORECASE)
LONE = re.compile(
    r"^[-–—|•\s]*(?:(?:side|sida|sid\.?|page|sivu|bls\.?|s\.)\s*)?(?P<number>\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:av|af|of|/|\()\s*\d{1,4}\)?)?[-–—|•.\s]*$",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?:side|sida|page|sivu|bls\.?)\s+(\d{1,4})\b", re.IGNORECASE)
_EDGE = re.compile(r"^(\d{1,4}|[ivxlc]{1,7})(?=\s)|(?<=\s)(\d{1,4}|[ivxlc]{1,7})$", re.IGNORECASE)

_AGREE = 3  # times as often as they differ, PDF labels must agree with printed ones to be believed


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


def in_step(texts: Sequence[Sequence[str]], least: int = 2) -> list[set[str]]:
    """Return for each page which of its texts bear a number that runs in step with the pages.

    `least` pages must agree, and half of those that have a number at all.
    """
    candidates = [[(text, _numbers([text])) for text in own] for own in texts]
    votes = _votes([[n for _, numbers in own for n in numbers] for own in candidates])
    needed = max(least, sum(any(numbers for _, numbers in own) for own in candidates) // 2)
    return [
        {
            text
            for text, numbers in own
            if any(votes[kind, value - page] >= needed for kind, value, _ in numbers)
        }
        for page, own in enumerate(candidates)
    ]


def printed_labels(dropped: Sequence[Sequence[str]], pdf_labels: Sequence[str]) -> list[str | None]:
    """Return each page's label: the printed number, else the PDF's own label, else None.

    A printed number counts where it runs in step with the pages; between two pages in step the
    pages without a number get theirs. `pdf_labels` holds "" for pages without a label; where they
    contradict what is printed, print decides: many programs write labels that nobody set.
    """
    candidates = [_numbers(texts) for texts in dropped]
    spreads = _spread_labels(candidates)
    if spreads is not None:
        return spreads
    votes = _votes(candidates)
    chosen: list[tuple[str, int, str] | None] = []
    for page, numbers in enumerate(candidates):
        ranked = sorted(numbers, key=lambda n: -votes[n[0], n[1] - page])
        step = ranked[0] if ranked and votes[ranked[0][0], ranked[0][1] - page] >= 2 else None
        chosen.append(step)
    if not any(chosen) and len(dropped) <= 2:
        chosen = [numbers[0] if numbers else None for numbers in candidates]
    own = [label.strip() for label in pdf_labels]
    labels: list[str | None] = [step[2] if step else None for step in chosen]
    both = [(a, b) for a, b in zip(labels, own, strict=False) if a and b]
    agree = sum(a.lower() == b.lower() for a, b in both)
    if both and agree >= _AGREE * (len(both) - agree) and len(own) == len(labels):
        return [printed or label or None for printed, label in zip(labels, own, strict=True)]
    _fill_between(chosen, labels)
    if not both:
        labels = [
            a or (own[page] if page < len(own) else "") or None for page, a in enumerate(labels)
        ]
    return labels


def _votes(candidates: Sequence[Sequence[tuple[str, int, str]]]) -> Counter[tuple[str, int]]:
    votes: Counter[tuple[str, int]] = Counter()
    for page, numbers in enumerate(candidates):
        votes.update({(kind, value - page) for kind, value, _ in numbers})
    return votes


def _spread_labels(
    candidates: Sequence[Sequence[tuple[str, int, str]]],
) -> list[str | None] | None:
    """Return labels like "12–13" where most sheets are spreads of two numbered pages."""
    pairs: list[int | None] = []
    for numbers in candidates:
        values = {value for kind, value, _ in numbers if kind == "arabic"}
        pairs.append(min((v for v in values if v + 1 in values), default=None))
    steps = Counter(first - 2 * page for page, first in enumerate(pairs) if first is not None)
    if not steps:
        return None
    step, count = steps.most_common(1)[0]
    if count < 2 or 2 * count <= len(candidates):
        return None
    firsts = [step + 2 * page for page in range(len(candidates))]
    return [f"{first}–{first + 1}" if first > 0 else None for first in firsts]


def _numbers(texts: Sequence[str]) -> list[tuple[str, int, str]]:
    found: list[tuple[str, int, str]] = []
    for text in texts:
        lone = LONE.match(text)
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
