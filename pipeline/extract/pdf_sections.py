"""Drafts to finished blocks: heading levels, section paths, and the box of every line.

Owns how a heading's level is found and what kind a draft's text has at last. How lines become
drafts is `pdf_blocks`' business, which of them are evidence `pdf_roles`'.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from copy import deepcopy
from dataclasses import replace

from pipeline.extract.headings import SectionPath, bare_heading, numbering_depth
from pipeline.extract.line_joins import append_line
from pipeline.extract.metadata.imprint import is_date_line
from pipeline.extract.pdf_blocks import BULLET, ITEM, Draft
from pipeline.extract.pdf_lines import TextLine
from pipeline.extract.pdf_turn import page_box
from pipeline.records import Block, BlockKind, Line

_FIXED: dict[str, BlockKind] = {
    "caption": "caption",
    "contents": "contents",
    "footnote": "footnote",
    "colophon": "colophon",
    "reference": "reference",
    "glossary": "glossary",
    "notes": "notes",
    "chrome": "chrome",
}


_SHARES = 10_000  # steps of a page's width; finer than any screen
_SHARE = tuple(step / _SHARES for step in range(_SHARES + 1))
"""The steps as numbers: a long file's million places share them."""
Look = tuple[float, bool, bool]
"""A heading's size in points, whether it is bold, whether it is italic."""
_FRAME_LEVEL = 9
"""The level of a heading in a fact box: under whatever section the box stands in."""


def heading_levels(drafts: Sequence[Draft], outline: dict[str, int]) -> None:
    """Give every heading its level: by the outline, by its number, by its look among the others."""
    headings = [draft for draft in drafts if draft.kind == "heading" and draft.frame is None]
    for draft in drafts:
        if draft.kind == "heading" and draft.frame is not None:
            draft.level = _FRAME_LEVEL
    found: dict[Look, Counter[int]] = {}
    for draft in headings:
        depth = numbering_depth(draft.text)
        if depth is not None and not is_date_line(draft.text):
            found.setdefault(draft.style, Counter())[depth] += 1
    depth_of = {look: depths.most_common(1)[0][0] for look, depths in found.items()}
    looks = sorted({draft.style for draft in headings}, key=lambda s: (-s[0], not s[1], s[2]))
    rank = {look: min(at + 1, 6) for at, look in enumerate(looks)}
    for draft in headings:
        known = outline.get(bare_heading(draft.text))
        depth = numbering_depth(draft.text)
        if known:
            draft.level = known
        elif depth is not None and not is_date_line(draft.text):
            draft.level = depth
        else:
            draft.level = _level_by_look(draft.style, depth_of) if depth_of else rank[draft.style]


def _level_by_look(look: Look, depth_of: dict[Look, int]) -> int:
    """Return the level of a heading without a number among those that have one.

    Never one that ends the section of a heading that stands out more.
    """
    size, bold, _ = look
    above = [
        depth
        for (other, heavy, _), depth in depth_of.items()
        if other > size or (other == size and heavy and not bold)
    ]
    least = max(above, default=0)
    return max(depth_of.get(look, least + 1), least)


def to_blocks(
    drafts: Sequence[Draft],
    sizes: Sequence[tuple[float, float]],
    turns: Sequence[int],
    known: Container[str],
) -> list[Block]:
    """Return the finished blocks, each under its section path, with the box of every line.

    `sizes` are the pages' width and height as read, `turns` how far each stands turned as shown.
    """
    blocks: list[Block] = []
    outside = sections = SectionPath()
    frame: int | None = None
    for draft in drafts:
        if draft.frame != frame:  # a fact box has a heading of its own, which ends with it
            frame = draft.frame
            sections = outside if frame is None else deepcopy(outside)
        if draft.ready is not None:
            ready = draft.ready
            blocks.append(Block(ready.kind, ready.text, sections.path, None, ready.lines))
            continue
        text, lines = _with_lines(draft, sizes, turns, known)
        draft.lines = []  # a long file's words need not be kept twice
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
    draft: Draft,
    sizes: Sequence[tuple[float, float]],
    turns: Sequence[int],
    known: Container[str],
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
        turn = turns[line.page]
        box = page_box((line.x0, line.top, line.x1, line.bottom), width, height, turn)
        edges = () if turn else _edges(line, width)
        lines.append(Line(start, max(end, start), line.page, box, edges))
    return text, tuple(lines)


def _edges(line: TextLine, width: float) -> tuple[float, ...]:
    """Return the left and right end of each word as fractions of the page's width."""
    if width <= 0:
        return ()
    share = _SHARES / width
    places = [int(end * share + 0.5) for word in line.words for end in (word.x0, word.x1)]
    if line.x0 < 0 or line.x1 > width:
        places = [min(max(place, 0), _SHARES) for place in places]
    return tuple([_SHARE[place] for place in places])


def _without_bullet(text: str, lines: tuple[Line, ...]) -> tuple[str, tuple[Line, ...]]:
    match = BULLET.match(text)
    if match is None or match.end() == len(text):
        return text, lines
    cut = match.end()
    dropped = len(text[:cut].split()) - (not text[cut - 1].isspace())
    moved = tuple(
        replace(
            line,
            start=max(line.start - cut, 0),
            end=max(line.end - cut, 0),
            edges=line.edges if at else line.edges[2 * dropped :],
        )
        for at, line in enumerate(lines)
    )
    return text[cut:], moved
