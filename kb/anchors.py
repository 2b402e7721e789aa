"""W3C text-quote anchors: how a person's work finds its passage again after a refresh.

Owns making an anchor from a passage and finding the best match among a publication's passages.
An anchor is `{"exact", "prefix", "suffix", "page"}` (Web Annotation Data Model, TextQuoteSelector).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

CONTEXT = 64  # characters of prefix and suffix kept: enough to tell equal sentences apart
CLOSE_ENOUGH = 0.75  # share of matching words from which a changed passage is the same one
COMPARED = 8  # candidates compared word for word, those that share most words: 1 ms each
LETTERS = 24  # a quotation of as many is known by them alone, however it is broken and spaced
TOGETHER = (2, 3)  # neighbouring passages that a quotation may have been parted over
LEAST_PART = 0.25  # share of the quotation that a passage must hold to have it of a parted one


@dataclass(frozen=True)
class Candidate:
    """A present passage that an anchor may be moved to; they come in the publication's order.

    One that `stayed` was there beside the text that is looked for: it holds it whole or not at all.
    """

    passage_id: str
    text: str
    page: int
    stayed: bool = False

    @cached_property
    def plain(self) -> str:
        """The text as compared; kept, since many anchors are held against one candidate."""
        return normalise(self.text)

    @cached_property
    def letters(self) -> str:
        """Its letters and digits alone."""
        return letters(self.text)

    @cached_property
    def words(self) -> list[str]:
        """Its words in order, those broken by a hyphen as one."""
        return words(self.text)

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each word stands in it."""
        return Counter(self.words)


def normalise(text: str) -> str:
    """Text as compared: NFKC, no soft hyphens, single spaces, lower case."""
    plain = unicodedata.normalize("NFKC", text).replace("\u00ad", "")
    return re.sub(r"\s+", " ", plain).strip().lower()


def letters(text: str) -> str:
    """Letters and digits alone, lower case: the same however a text is hyphenated and spaced."""
    return "".join(re.findall(r"[^\W_]+", normalise(text)))


def words(text: str) -> list[str]:
    """Words without their punctuation; those with a hyphen in or after them as one."""
    return re.findall(r"\w+", re.sub(r"(?<=\w)[-\u2010\u2011]\s*(?=\w)", "", normalise(text)))


def text_hash(text: str) -> str:
    """SHA-256 of the normalised text, by which a passage is known in its publication."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()


def passage_id(publication_id: str, digest: str, ordinal: int) -> str:
    """A passage's id: 20 hexadecimal digits of its publication, text hash and ordinal."""
    key = f"{publication_id}\n{digest}\n{ordinal}"
    return hashlib.sha256(key.encode()).hexdigest()[:20]


def make_anchor(
    text: str, page: int, start: int = 0, end: int | None = None, before: str = "", after: str = ""
) -> dict[str, Any]:
    """Anchor characters `start:end` of a passage (all of it unless said).

    `before` and `after` are the neighbouring passages' texts, for context at the edges.
    """
    stop = len(text) if end is None else end
    return {
        "exact": text[start:stop],
        "prefix": (before + " " + text[:start])[-CONTEXT:].strip() if start or before else "",
        "suffix": (text[stop:] + " " + after)[:CONTEXT].strip(),
        "page": page,
    }


def best_match(anchor: dict[str, Any], candidates: Sequence[Candidate]) -> str | None:
    """The id of the passage that an anchor belongs to now, or None where none is close enough.

    Exact text wins, then the same letters, then nearly the same words in one passage or parted
    over neighbouring ones; among equals the one whose context and page fit best.
    """
    exact = normalise(str(anchor["exact"]))
    if not exact:
        return None
    scored = [(1.0, candidate) for candidate in candidates if exact in candidate.plain]
    scored = scored or _same_letters(exact, candidates)
    if not scored:
        wanted, changed = words(exact), [one for one in candidates if not one.stayed]
        scored = _changed_little(anchor, wanted, changed) or _parted(wanted, candidates)
    if not scored:
        return None
    return max(scored, key=lambda pair: (pair[0], _nearness(anchor, pair[1])))[1].passage_id


def _same_letters(exact: str, candidates: Sequence[Candidate]) -> list[tuple[float, Candidate]]:
    """Candidates that hold the quotation but for hyphens, spaces and punctuation."""
    wanted = letters(exact)
    if len(wanted) < LETTERS:
        return []
    return [(1.0, candidate) for candidate in candidates if wanted in candidate.letters]


def _changed_little(
    anchor: dict[str, Any], wanted: Sequence[str], candidates: Sequence[Candidate]
) -> list[tuple[float, Candidate]]:
    """Candidates that say nearly the same words in order, with the share of them that they say.

    Words in common, whatever their order, bound that share from above and are quickly counted.
    """
    if not wanted:
        return []
    counts = Counter(wanted)
    shared = [
        ((counts & candidate.counts).total() / len(wanted), candidate) for candidate in candidates
    ]
    likely = [pair for pair in shared if pair[0] >= CLOSE_ENOUGH]
    likely.sort(key=lambda pair: (pair[0], _nearness(anchor, pair[1])), reverse=True)
    scored = [
        (sum(_held(wanted, [candidate])) / len(wanted), candidate)
        for _, candidate in likely[:COMPARED]
    ]
    return [pair for pair in scored if pair[0] >= CLOSE_ENOUGH]


def _parted(
    wanted: Sequence[str], candidates: Sequence[Candidate]
) -> list[tuple[float, Candidate]]:
    """Of neighbouring passages that say nearly the same words between them, those with most.

    Only one that is new can hold what was parted; its score is the share that it holds itself.
    """
    counts, found = Counter(wanted), []
    for size in TOGETHER:
        for start in range(len(candidates) - size + 1):
            row = candidates[start : start + size]
            bound = (counts & sum((one.counts for one in row), Counter())).total()
            if bound < CLOSE_ENOUGH * len(wanted) or all(one.stayed for one in row):
                continue
            held = _held(wanted, row)
            if sum(held) >= CLOSE_ENOUGH * len(wanted):
                found += [
                    (share / len(wanted), one)
                    for share, one in zip(held, row, strict=True)
                    if not one.stayed and share >= LEAST_PART * len(wanted)
                ]
        if found:
            break
    return found


def _held(wanted: Sequence[str], row: Sequence[Candidate]) -> list[int]:
    """How many of the wanted words stand in the same order in each of the passages of a row."""
    joined = [word for one in row for word in one.words]
    owners = [place for place, one in enumerate(row) for _ in one.words]
    held = [0] * len(row)
    matcher = SequenceMatcher(None, wanted, joined, autojunk=False)
    for block in matcher.get_matching_blocks():
        for at in range(block.b, block.b + block.size):
            held[owners[at]] += 1
    return held


def _nearness(anchor: dict[str, Any], candidate: Candidate) -> float:
    context = sum(
        bool(part) and normalise(str(part)) in candidate.plain
        for part in (anchor.get("prefix"), anchor.get("suffix"))
    )
    return context - abs(candidate.page - int(anchor.get("page") or 0)) / 1000
