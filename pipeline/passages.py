"""Extracted blocks to citable passages.

Owns where a passage begins and ends: about 60-180 words, whole sentences, inside one section and
one language; paragraphs are the preferred boundaries. A shorter section is one passage whole.
Leaves to `extract` what is evidence, and to `kb` what becomes of passages after a refresh.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import fmean

from pipeline.language import UNDETERMINED, detect, normalise, scores
from pipeline.line_boxes import boxes_of
from pipeline.records import EVIDENCE_KINDS, Block, Box, Extracted, PassageDraft, PassageKind
from pipeline.sentences import split_sentences

PASSAGES_VERSION = 3
"""Raised whenever the same blocks would give other passages."""

MIN_WORDS = 60  # words; a passage below this is only cut where its section is shorter
MAX_WORDS = 180  # words; a passage above this is a single sentence or table row
_TARGET_WORDS = 120  # words; the middle of the span
TABLE_WORDS = 1  # words in the cells; a table without any is bare figures
_OUT_OF_SPAN = 40.0  # cost of one passage outside the span; ten times an odd length
_INSIDE_PARAGRAPH = 6.0  # cost of a cut inside a paragraph
_OWN_LANGUAGE_WORDS = 25  # words; shorter paragraphs take their section's language
_OTHER_LANGUAGE = 0.4  # heliport raw score; a paragraph must be this much clearer to differ
SECTION_SEPARATOR = " › "


@dataclass(frozen=True)
class _Sentence:
    block: Block
    start: int
    end: int
    paragraph: int
    words: int


def make_passages(
    extracted: Extracted, *, language_hint: str | None = None
) -> tuple[PassageDraft, ...]:
    """Return the passages of a file, in reading order.

    `language_hint` decides short and ambiguous texts; without it the file's own language does.
    Nothing of an evidence block is left out, but tables of bare figures: without their caption and
    columns they say nothing alone, and they would answer every search for one of their headings.
    """
    hint = normalise(language_hint) or normalise(extracted.language)
    labels = _labels(extracted)
    scanned = {page.index: page.ocr_confidence for page in extracted.pages if page.ocr}
    drafts: list[PassageDraft] = []
    for kind, blocks in _sections(extracted.blocks):
        if kind == "table" and not _says_something(blocks):
            continue
        for language, part in _by_language(blocks, hint):
            for sentences in _cut(_sentences(part)):
                drafts.append(_draft(sentences, kind, language, labels, scanned))
    return tuple(drafts)


def _says_something(rows: Sequence[Block]) -> bool:
    """Whether a table's cells (`heading: cell; heading: cell`) hold words and not just figures."""
    cells = (cell.partition(": ")[2] or cell for row in rows for cell in row.text.split("; "))
    words = {word for cell in cells for word in re.findall(r"[^\W\d_]{3,}", cell.lower())}
    return len(words) >= TABLE_WORDS


def _labels(extracted: Extracted) -> dict[int, str | None]:
    """Return each page's label as a reader would cite it; None where nobody can say.

    A PDF's page without one has its place in the file, where that contradicts no label there is,
    or what lies between two numbered pages in step; else None, for a foreword may not be counted.
    """
    labels = {page.index: page.label or None for page in extracted.pages}
    if extracted.media_type != "application/pdf":
        return labels
    if all(label in (None, str(index + 1)) for index, label in labels.items()):
        return {index: str(index + 1) for index in labels}
    numbered = [(i, int(label)) for i, label in labels.items() if label and label.isdecimal()]
    for (before, first), (after, last) in pairwise(sorted(numbered)):
        if last - first == after - before:
            for index in range(before + 1, after):
                if index in labels and labels[index] is None:
                    labels[index] = str(first + index - before)
    return labels


def _passage_kind(block: Block) -> PassageKind:
    if block.kind == "table_row":
        return "table"
    if block.kind == "abstract":
        return "abstract"
    return "notes" if block.kind == "notes" else "body"


def _sections(blocks: Sequence[Block]) -> Iterator[tuple[PassageKind, list[Block]]]:
    """Yield the evidence of each section, one kind at a time, in order of first appearance.

    A heading ends a section even where the next one has the same name. A table or a note between
    two paragraphs does not part them.
    """
    groups: dict[PassageKind, list[Block]] = {}
    section: tuple[str, ...] | None = None
    for block in blocks:
        if block.kind == "heading" or block.section != section:
            yield from groups.items()
            groups = {}
            section = block.section
        if block.kind in EVIDENCE_KINDS and block.text.strip():
            groups.setdefault(_passage_kind(block), []).append(block)
    yield from groups.items()


def _by_language(blocks: list[Block], hint: str | None) -> Iterator[tuple[str, list[Block]]]:
    whole = "\n".join(block.text for block in blocks)
    common = detect(whole, hint)
    run: list[Block] = []
    current = common
    for block in blocks:
        language = _own_language(block.text, common) or (current if run else common)
        if language != current and run:
            yield current, run
            run = []
        current = language
        run.append(block)
    if run:
        yield current, run


def _own_language(text: str, common: str) -> str | None:
    """Return the language of a long paragraph; None where it is too short to say."""
    if len(text.split()) < _OWN_LANGUAGE_WORDS:
        return None
    ranked = scores(text)
    if not ranked or common == UNDETERMINED:
        return common
    best = min(ranked, key=lambda code: ranked[code])
    if best == common:
        return common
    clearer = ranked.get(common, float("inf")) - ranked[best]
    return best if clearer >= _OTHER_LANGUAGE else common


def _sentences(blocks: Sequence[Block]) -> list[_Sentence]:
    found: list[_Sentence] = []
    for paragraph, block in enumerate(blocks):
        ranges: Sequence[tuple[int, int]] = split_sentences(block.text)
        if block.kind == "table_row":  # a row stays whole
            ranges = [(ranges[0][0], ranges[-1][1])]
        for start, end in ranges:
            words = len(block.text[start:end].split())
            found.append(_Sentence(block, start, end, paragraph, words))
    return found


def _cut(sentences: list[_Sentence]) -> list[list[_Sentence]]:
    """Part a section's sentences so that lengths stay in the span and cuts fall on paragraphs."""
    if sum(sentence.words for sentence in sentences) <= MAX_WORDS:
        return [sentences]
    count = len(sentences)
    best = [0.0] + [float("inf")] * count
    back = [0] * (count + 1)
    for end in range(1, count + 1):
        words = 0
        for start in range(end - 1, -1, -1):
            words += sentences[start].words
            if words > MAX_WORDS and end - start > 1:
                break
            cost = best[start] + _length_cost(words) + _cut_cost(sentences, start)
            if cost < best[end]:
                best[end], back[end] = cost, start
    parts: list[list[_Sentence]] = []
    end = count
    while end > 0:
        parts.append(sentences[back[end] : end])
        end = back[end]
    return parts[::-1]


def _length_cost(words: int) -> float:
    odd = ((words - _TARGET_WORDS) / 60.0) ** 2
    return odd + (_OUT_OF_SPAN if words < MIN_WORDS else 0.0)


def _cut_cost(sentences: list[_Sentence], at: int) -> float:
    if at == 0:
        return 0.0
    before, after = sentences[at - 1], sentences[at]
    if before.paragraph == after.paragraph:
        return _INSIDE_PARAGRAPH
    if after.block.kind == "list_item" and before.block.text.rstrip().endswith(":"):
        return _INSIDE_PARAGRAPH
    return 0.0


def _draft(
    sentences: list[_Sentence],
    kind: PassageKind,
    language: str,
    labels: dict[int, str | None],
    scanned: dict[int, float | None],
) -> PassageDraft:
    text, ranges, boxes, pages = _assemble(sentences)
    sure = [value for page in pages if (value := scanned.get(page)) is not None]
    first, last = (min(pages), max(pages)) if pages else (0, 0)
    return PassageDraft(
        text=text,
        section=SECTION_SEPARATOR.join(sentences[0].block.section),
        language=language,
        page=first,
        page_end=last,
        page_label=labels.get(first),
        page_label_end=labels.get(last),
        boxes=tuple(boxes),
        kind=kind,
        ocr=not scanned.keys().isdisjoint(pages),
        sentences=tuple(ranges),
        ocr_confidence=round(fmean(sure), 3) if sure else None,
    )


def _assemble(
    sentences: list[_Sentence],
) -> tuple[str, list[tuple[int, int]], list[tuple[int, Box]], set[int]]:
    """Join sentences as printed: the block's own white space, a line break between blocks."""
    text = ""
    ranges: list[tuple[int, int]] = []
    boxes: list[tuple[int, Box]] = []
    pages: set[int] = set()
    previous: _Sentence | None = None
    for _, run in groupby(sentences, key=lambda sentence: sentence.paragraph):
        own = list(run)
        block = own[0].block
        for sentence in own:
            if previous is not None:
                same = previous.block is block
                text += block.text[previous.end : sentence.start] if same else "\n"
            start = len(text)
            text += block.text[sentence.start : sentence.end]
            ranges.append((start, len(text)))
            previous = sentence
        boxes.extend(boxes_of(block, own[0].start, own[-1].end))
        pages.update(
            line.page
            for line in block.lines
            if line.start < own[-1].end and line.end > own[0].start
        )
    return text, ranges, boxes, pages
