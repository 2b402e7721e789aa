"""Near-duplicate texts by MinHash: a small sketch of a text, and how alike two sketches are.

Owns sketches: shingles of a text in its language, and what stays when it is translated (names and
figures). Sketches are derived from a file's text and kept by `pipeline.grouping_book`. Banding is
written here because candidates are looked up in a table on disk; rensa's own index lives in memory.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpora.folding import fold
from pipeline.records import EVIDENCE_KINDS, Extracted

SKETCH_VERSION = 1  # raised when the same text gives another sketch
SHINGLE_WORDS = 4  # with 2 % of words misread, two readings still share six shingles in seven
LEAST_WORDS = 60  # fewer say too little: a landing page's teaser is on other pages too
LEAST_FIGURES = 12  # names and figures; fewer are met in two texts by chance
HASHES = 128  # standard error of a resemblance of 0.5: 0.044
BANDS = 32  # of 4 hashes: texts with a resemblance of 0.6 meet in 99 cases of 100, of 0.2 in 5
FIGURE_HASHES = 60
FIGURE_BANDS = 20  # of 3 hashes: a resemblance of 0.5 meets in 93 cases of 100
MOST_NAMES = 40  # names kept with their counts: what a text is about is among its most frequent
TELLING = 3  # times; a name met so often in one text and not in its copy makes it another text
ABSENT = 5.0  # times as often: what a name is met in one text to be as good as absent in the other
_SEED = 20_26
_NAME = re.compile(r"[^\W\d_][\w'’-]+|\d[\d.,  ]*\d|\d")
_NUMBER = re.compile(r"(?<!\w)\d[\d.,  ]*\d(?!\w)")


@dataclass(frozen=True)
class Sketch:
    """A text's sketch; `words` are counted, `names` the most frequent names and years with counts.

    `text` (HASHES,) and `figures` (FIGURE_HASHES,) are MinHash values, empty for too short texts.
    """

    language: str | None
    words: int
    text: tuple[int, ...] = ()
    figures: tuple[int, ...] = ()
    names: tuple[tuple[str, int], ...] = ()


def sketch_text(paragraphs: Sequence[str], language: str | None) -> Sketch:
    """Return the sketch of a text; without hashes where it is too short to be told by them."""
    words = [word for paragraph in paragraphs for word in fold(paragraph).split()]
    names = _count_names(paragraphs)
    figures = {name for name in names if not name.isdecimal()} | set(_numbers(paragraphs))
    shingles = (
        " ".join(words[at : at + SHINGLE_WORDS]) for at in range(len(words) - SHINGLE_WORDS + 1)
    )
    return Sketch(
        language,
        len(words),
        _minhash(shingles, HASHES) if len(words) >= LEAST_WORDS else (),
        _minhash(figures, FIGURE_HASHES) if len(figures) >= LEAST_FIGURES else (),
        tuple(sorted(names.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_NAMES]),
    )


def sketch_read(read: Iterable[Extracted]) -> Sketch:
    """Return the sketch of what was read from some files together: their running text."""
    files = list(read)
    paragraphs = [b.text for file in files for b in file.blocks if b.kind in EVIDENCE_KINDS]
    return sketch_text(paragraphs, next((file.language for file in files if file.language), None))


def resemblance(one: Sequence[int], other: Sequence[int]) -> float:
    """Estimate the share of shingles two texts have in common, 0..1; 0 without hashes."""
    if not one or not other:
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


def containment(one: Sketch, other: Sketch) -> float:
    """Estimate how much of the shorter text stands in the longer one, 0..1."""
    alike = resemblance(one.text, other.text)
    shorter = min(one.words, other.words)
    common = alike * (one.words + other.words) / (1 + alike)
    return min(1.0, common / shorter) if shorter else 0.0


def tells_of_others(one: Sketch, other: Sketch) -> bool:
    """Whether each text names often what the other hardly names: other places, other years.

    So reports of one inspection in two municipalities are told apart, whose wording is the same.
    """
    return _only_in(one, other) and _only_in(other, one)


def bands(sketch: Sketch) -> Iterator[str]:
    """Yield keys that texts (or their translations) with much in common are likely to share."""
    yield from _bands("t", sketch.text, BANDS)
    yield from _bands("f", sketch.figures, FIGURE_BANDS)


def _bands(kind: str, hashes: Sequence[int], count: int) -> Iterator[str]:
    rows = len(hashes) // count
    for band in range(count if hashes else 0):
        part = ",".join(map(str, hashes[band * rows : (band + 1) * rows]))
        yield f"{kind}{band}:{hashlib.blake2b(part.encode(), digest_size=8).hexdigest()}"


def _minhash(tokens: Iterable[str], hashes: int) -> tuple[int, ...]:
    from rensa import RMinHash

    sketch = RMinHash(num_perm=hashes, seed=_SEED)
    sketch.update(sorted(set(tokens)))
    return tuple(sketch.digest())


def _only_in(one: Sketch, other: Sketch) -> bool:
    theirs = dict(other.names)
    # A name beneath the last one kept may be there as often as that one.
    unseen = other.names[-1][1] if len(other.names) == MOST_NAMES else 0
    size = max(one.words, 1) / max(other.words, 1)
    return any(
        count >= TELLING and count >= ABSENT * size * theirs.get(name, unseen)
        for name, count in one.names
    )


def _count_names(paragraphs: Sequence[str]) -> Counter[str]:
    """Count words that begin with a capital inside a sentence, and years; folded."""
    found: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for paragraph in paragraphs:
        inside = False
        at = 0
        for match in _NAME.finditer(paragraph):
            word = match.group(0)
            between = paragraph[at : match.start()]
            inside = inside and not any(mark in between for mark in ".!?:;")
            at = match.end()
            if re.fullmatch(r"(?:19|20)\d\d", word):
                found[word] += 1
            elif word[0].isupper() and inside and len(word) > 2:
                found[_fold_word(word)] += 1
            elif word[0].islower():
                small[_fold_word(word)] += 1
            inside = True
    return Counter({name: count for name, count in found.items() if count > small[name]})


@lru_cache(maxsize=100_000)  # a language's words come again and again
def _fold_word(word: str) -> str:
    return fold(word)


def _numbers(paragraphs: Sequence[str]) -> Iterator[str]:
    """Yield numbers of two digits and more without their separators; years say too little."""
    for paragraph in paragraphs:
        for match in _NUMBER.finditer(paragraph):
            digits = re.sub(r"\D", "", match.group(0))
            if len(digits) > 1 and not re.fullmatch(r"(?:19|20)\d\d", digits):
                yield digits
