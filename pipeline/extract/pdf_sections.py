"""Drafts to finished blocks: heading levels, section paths, and the box of every line.

Owns how a heading's level is found and what kind a draft's text has at last. How lines become
drafts is `pdf_blocks`' business, which of them are evidence `pdf_roles`'.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence

from pipeline.extract.headings import SectionPath, bare_heading, numbering_depth
from pipeline.extract.line_joins import append_line
from pipeline.extract.pdf_blocks import BULLET, ITEM, Draft
from pipeline.extract.pdf_lines import TextLine
from pipeline.records import Block, BlockKind, Box, Line

_FIXED: dict[str, BlockKind] = {
    "caption": "caption",
    "contents": "contents",
    "footnote": "footnote",
    "colophon": "colophon",
    "reference": "reference",
    "notes": "notes",
    "chrome": "chrome",
}


def heading_levels(drafts: Sequence[Draft], outline: dict[str, int]) -> None:
    """Give every heading its level: by the outline, by its number, by its look among the others."""
    headings = [draft for draft in drafts if draft.kind == "heading"]
    depth_of: dict[tuple[float, bool, bool], Counter[int]] = {}
    for draft in headings:
        depth = numbering_depth(draft.text)
        if depth is not None:
            depth_of.setdefault(draft.style, Counter())[depth] += 1
    looks = sorted({draft.style for draft in headings}, key=lambda s: (-s[0], not s[1], s[2]))
    rank = {look: min(at + 1, 6) for at, look in enumerate(looks)}
    for draft in headings:
        known = outline.get(bare_heading(draft.text))
        depth = numbering_depth(draft.text)
        if known is not None:
            draft.level = known
        elif depth is not None:
            draft.level = depth
        elif draft.style in depth_of:
            draft.level = depth_of[draft.style].most_common(1)[0][0]
        else:
            larger = [c.most_common(1)[0][0] for s, c in depth_of.items() if s[0] > draft.style[0]]
            draft.level = max([*larger, 0]) + 1 if depth_of else rank[draft.style]


def to_blocks(
    drafts: Sequence[Draft], sizes: Sequence[tuple[float, float]], known: Container[str]
) -> list[Block]:
    """Return the finished blocks, each under its section path, with the box of every line."""
    blocks: list[Block] = []
    sections = SectionPath()
    for draft in drafts:
        if draft.ready is not None:
            ready = draft.ready
            blocks.append(Block(ready.kind, ready.text, sections.path, None, ready.lines))
            continue
        text, lines = _with_lines(draft, sizes, known)
        if not text:
            continue
        if draft.kind == "heading":
            level = 1 if draft.level is None else draft.level
            if level > 0:
                sections.enter(level, text)
            path = sections.path if level > 0 else ()
            blocks.append(Block("heading", text, path, level, lines))
            continue
        kind = _block_kind(draft, text, sections)
        if kind == "list_item":
            text, lines = _without_bullet(text, lines)
        blocks.append(Block(kind, text, sections.path, None, lines))
    return blocks


def _block_kind(draft: Draft, text: str, sections: SectionPath) -> BlockKind:
    if draft.kind in _FIXED:
        return _FIXED[draft.kind]
    under = sections.under
    if under is not None:
        return under
    if BULLET.match(text) or ITEM.match(text):
        return "list_item"
    return "paragraph"


def _with_lines(
    draft: Draft, sizes: Sequence[tuple[float, float]], known: Container[str]
) -> tuple[str, tuple[Line, ...]]:
    text = ""
    starts: list[int] = []
    for line in draft.lines:
        text, start = append_line(text, line.text, known)
        starts.append(start)
    ends = [*starts[1:], len(text)]
    lines: list[Line] = []
    for line, start, end in zip(draft.lines, starts, ends, strict=True):
        width, height = sizes[line.page]
        lines.append(Line(start, max(end, start), line.page, _box(line, width, height)))
    return text, tuple(lines)


def _box(line: TextLine, width: float, height: float) -> Box:
    def share(value: float, whole: float) -> float:
        return round(min(max(value / whole, 0.0), 1.0), 4) if whole > 0 else 0.0

    return (
        share(line.x0, width),
        share(line.top, height),
        share(line.x1, width),
        share(line.bottom, height),
    )


def _without_bullet(text: str, lines: tuple[Line, ...]) -> tuple[str, tuple[Line, ...]]:
    match = BULLET.match(text)
    if match is None or match.end() == len(text):
        return text, lines
    cut = match.end()
    moved = tuple(
        Line(max(line.start - cut, 0), max(line.end - cut, 0), line.page, line.box)
        for line in lines
    )
    return text[cut:], moved
