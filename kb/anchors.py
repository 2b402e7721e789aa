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


@dataclass(frozen=True)
class Candidate:
    """A present passage that an anchor may be moved to."""

    passage_id: str
    text: str
    page: int

    @cached_property
    def plain(self) -> str:
        """The text as compared; kept, since many anchors are held against one candidate."""
        return normalise(self.text)

    @cached_property
    def words(self) -> Counter[str]:
        """How often each word of the text as compared stands in it."""
        return Counter(self.plain.split())


def normalise(text: str) -> str:
    """Text as compared: NFKC, no soft hyphens, single spaces, lower case."""
    plain = unicodedata.normalize("NFKC", text).replace("\u00ad", "")
    return re.sub(r"\s+", " ", plain).strip().lower()


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


def _similarity(wanted: Sequence[str], found: Sequence[str]) -> float:
    """Share of the wanted words that stand in the same order in the other text."""
    blocks = SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(wanted)


def best_match(anchor: dict[str, Any], candidates: Sequence[Candidate]) -> str | None:
    """The id of the passage that an anchor belongs to now, or None where none is close enough.

    Exact text wins; among equals the one whose context and page fit best.
    """
    exact = normalise(str(anchor["exact"]))
    if not exact:
        return None
    scored = [(1.0, candidate) for candidate in candidates if exact in candidate.plain]
    scored = scored or _changed_little(anchor, exact.split(), candidates)
    if not scored:
        return None
    return max(scored, key=lambda pair: (pair[0], _nearness(anchor, pair[1])))[1].passage_id


def _changed_little(
    anchor: dict[str, Any], wanted: Sequence[str], candidates: Sequence[Candidate]
) -> list[tuple[float, Candidate]]:
    """Candidates that say nearly the same words in order, with the share of them that they say.

    Words in common, whatever their order, bound that share from above and are quickly counted.
    """
    counts = Counter(wanted)
    shared = [
        ((counts & candidate.words).total() / len(wanted), candidate) for candidate in candidates
    ]
    likely = [pair for pair in shared if pair[0] >= CLOSE_ENOUGH]
    likely.sort(key=lambda pair: (pair[0], _nearness(anchor, pair[1])), reverse=True)
    scored = [
        (_similarity(wanted, candidate.plain.split()), candidate)
        for _, candidate in likely[:COMPARED]
    ]
    return [pair for pair in scored if pair[0] >= CLOSE_ENOUGH]


def _nearness(anchor: dict[str, Any], candidate: Candidate) -> float:
    context = sum(
        bool(part) and normalise(str(part)) in candidate.plain
        for part in (anchor.get("prefix"), anchor.get("suffix"))
    )
    return context - abs(candidate.page - int(anchor.get("page") or 0)) / 1000
