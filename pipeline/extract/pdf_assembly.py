"""A PDF's pages to one text: what is decided across pages, in the order it is decided.

Owns the order of the steps from words to blocks, where tables and fact boxes stand in the text, and
what of it stands on which page. How a page is read is `pdf_page`'s business.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from pipeline.extract.headings import bare_heading, numbering_depth
from pipeline.extract.metadata import Fields, merge
from pipeline.extract.metadata.pdf_front import read_front
from pipeline.extract.outcome import page_text
from pipeline.extract.pdf_blocks import Draft, Style, build_drafts, document_style
from pipeline.extract.pdf_frames import in_frame
from pipeline.extract.pdf_labels import LONE, printed_labels
from pipeline.extract.pdf_lines import TextLine, order_lines
from pipeline.extract.pdf_page import PageRead
from pipeline.extract.pdf_regions import keeps_to, usual_gutters
from pipeline.extract.pdf_roles import mark_roles
from pipeline.extract.pdf_running import drop_running
from pipeline.extract.pdf_sections import heading_levels, to_blocks
from pipeline.extract.pdf_tables import join_over_pages
from pipeline.records import Block, Box, Page

_CHAPTER_SIZE = 1.6  # times the body's size; so large a heading in a frame is a chapter's


@dataclass(frozen=True)
class Assembled:
    """The text of a PDF."""

    blocks: list[Block]
    metadata: Fields
    pages: list[Page]


def assemble(
    reads: Sequence[PageRead],
    pdf_labels: Sequence[str],
    outline: dict[str, int],
    info: dict[str, str],
    packet: Fields,
) -> Assembled:
    """Decide across pages and return the text.

    `pdf_labels` are the file's own page labels, "" where it has none; `outline` its bookmarks,
    folded, with their levels; `info` its Info dictionary; `packet` what its XMP packet says.
    """
    sizes = [read.size for read in reads]
    remaining, dropped = drop_running([(read.segments, read.words.height) for read in reads])
    join_over_pages({at: read.tables for at, read in enumerate(reads)}, [h for _, h in sizes])
    lines: list[TextLine] = []
    framed: list[tuple[int, Box, list[TextLine]]] = []
    columns = usual_gutters(remaining)
    for at, (read, segments) in enumerate(zip(reads, remaining, strict=True)):
        outside = [s for s in segments if not any(table.holds(s) for table in read.tables)]
        for box in read.frames:
            inside = [s for s in outside if in_frame(s, box)]
            outside = [s for s in outside if not in_frame(s, box)]
            framed.append((at, box, order_lines(inside, at, sizes[at][0])))
        hint = columns if keeps_to(outside, columns) else ()
        lines.extend(order_lines(outside, at, sizes[at][0], hint))
    for read in reads:
        read.segments = []  # what is needed of them stands in the lines
    every = [*lines, *(line for _, _, own in framed for line in own)]
    style = document_style(every, {read.words.index for read in reads if read.words.ocr})
    known = _known_words(reads)
    for read in reads:
        read.words.words = []
    drafts = build_drafts(lines, style, outline, known)
    _insert_frames(drafts, framed, style, outline, known)
    metadata = merge([read_front(drafts, style.size, info, len(sizes), packet), packet])
    heading_levels(drafts, outline)
    mark_roles(drafts, style, sizes, metadata["title"].value if "title" in metadata else None)
    _insert_tables(drafts, reads)
    blocks = to_blocks(drafts, sizes, [read.words.turn for read in reads], known)
    for texts, read in zip(dropped, reads, strict=True):
        texts.extend(word for word in read.words.aside if LONE.match(word))
    return Assembled(blocks, metadata, _pages(reads, blocks, printed_labels(dropped, pdf_labels)))


def _known_words(reads: Sequence[PageRead]) -> frozenset[str]:
    """Return the words the document itself writes, whole or with a hyphen, in lower case."""
    known: set[str] = set()
    for read in reads:
        known.update(word.text.strip(".,;:!?()\"'»«”’").lower() for word in read.words.words)
    return frozenset(known)


def _insert_frames(
    drafts: list[Draft],
    framed: Sequence[tuple[int, Box, list[TextLine]]],
    style: Style,
    outline: Container[str],
    known: Container[str],
) -> None:
    """Put each fact box after the paragraph above it, as a section of its own."""
    for number, (page, box, lines) in enumerate(framed):
        own = build_drafts(lines, style, outline, known)
        if not any(_opens_chapter(draft, style, outline) for draft in own):
            for draft in own:
                draft.frame = number
        at = _place_of(box, drafts, page)
        drafts[at:at] = own


def _opens_chapter(draft: Draft, style: Style, outline: Container[str]) -> bool:
    """Return whether a heading set in a frame is the text's own, not the frame's."""
    if draft.kind != "heading":
        return False
    return (
        numbering_depth(draft.text) is not None
        or bare_heading(draft.text) in outline
        or draft.style[0] >= _CHAPTER_SIZE * style.size
    )


def _insert_tables(drafts: list[Draft], reads: Sequence[PageRead]) -> None:
    """Put each table's rows after what stands above it on its page."""
    for index, read in enumerate(reads):
        for table in read.tables:
            at = _place_of((table.x0, table.top, table.x1, table.bottom), drafts, index)
            frame = drafts[at - 1].frame if at else None
            blocks = table.blocks(index, *read.size, read.words.turn)
            drafts[at:at] = [Draft("table", [], ready=block, frame=frame) for block in blocks]


def _place_of(box: Box, drafts: Sequence[Draft], index: int) -> int:
    """Return where a table or frame belongs: after the nearest draft above it in its column.

    With none above it stands before the first one below it; with none in its column at all (a
    sidebar) after all that begins on its page.
    """
    above, nearest = None, -1.0
    below: int | None = None
    end = len(drafts)
    for place, draft in enumerate(drafts):
        if not draft.lines or draft.lines[-1].page < index:
            continue
        if draft.lines[0].page > index:
            end = place
            break
        for line in draft.lines:
            left, right = min(line.left, line.x0), max(line.right, line.x1)
            if line.page != index or left >= box[2] or right <= box[0]:
                continue
            if line.bottom <= box[1] + 2:
                if line.bottom > nearest:
                    above, nearest = place, line.bottom
            elif below is None and line.top >= box[3] - 2:
                below = place if draft.lines[0].page == index else place + 1
    if above is not None:
        return above + 1
    return end if below is None else below


def _pages(
    reads: Sequence[PageRead], blocks: Sequence[Block], labels: Sequence[str | None]
) -> list[Page]:
    """Return each page's cleaned text: the parts of the blocks that stand on it, in order."""
    parts: list[list[Block]] = [[] for _ in reads]
    for block in blocks:
        spans: dict[int, tuple[int, int]] = {}
        for line in block.lines:
            begin, end = spans.get(line.page, (line.start, line.end))
            spans[line.page] = (min(begin, line.start), max(end, line.end))
        for page, (begin, end) in spans.items():
            parts[page].append(Block(block.kind, block.text[begin:end].strip()))
    return [
        Page(at, labels[at], page_text(parts[at]), read.words.ocr, read.words.confidence)
        for at, read in enumerate(reads)
    ]
