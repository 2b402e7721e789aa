"""Slide decks: slide by slide, the slide's title as its section, speaker notes as notes.

Owns what a shape's text is on its slide; `pptx_shapes` finds it. A slide is a page: its index
counts from 0, its label from 1. The section of a hidden slide says that it is hidden.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

from pipeline.extract import choose
from pipeline.extract.headings import announced_kind
from pipeline.extract.job import Job
from pipeline.extract.metadata.front_lines import is_front_line, read_front_lines
from pipeline.extract.office_zip import check_archive
from pipeline.extract.outcome import finish, page_text, quarantined
from pipeline.extract.pptx_shapes import Piece, plain, read_pieces, shape_box
from pipeline.records import Block, BlockKind, Box, Extracted, Line, Page

_FURNITURE = {13, 15, 16}  # placeholder types: slide number, footer, date
_REPEATED = 0.5  # share of the slides on which the same short text is furniture
_PROSE_WORDS = 25  # words; such a line on a first slide is text, unless the imprint is there too
_FURNITURE_WORDS = 15  # words; a longer repeated text is text
_SLOGAN_WORDS = 8  # words; a text this short that comes back is a pointer or a slogan
HIDDEN = "hidden slide"
"""What is added to the section of a slide that is not shown when the deck is."""
_CONTACT = re.compile(
    r"^(?:kontakt|contact|kontaktinformation|yhteystiedot|hafa samband|takk|tack|tak|kiitos"
    r"|thank you"
    r"|thanks|spørsmål\??|frågor\??|spørgsmål\??|questions\??|kysymyksiä\??)$",
    re.IGNORECASE,
)

_NOTES_WORD = re.compile(
    r"\b(?:notes|notene|notatene|notata|noterne|anteckningarna|muistiinpano\w*|glósu\w*)\b",
    re.IGNORECASE,
)


def read_pptx(job: Job) -> Extracted:
    """Return what a slide deck says, notes included."""
    refused = check_archive(job.data)
    if refused:
        return quarantined(choose.PPTX, refused)
    import pptx

    deck = pptx.Presentation(BytesIO(job.data))
    size = (float(deck.slide_width or 1), float(deck.slide_height or 1))
    slides = [_read_slide(slide, index, size) for index, slide in enumerate(deck.slides)]
    repeated = _repeated(slides)
    title, subtitle, front = _cover(slides)
    blocks: list[Block] = []
    pages: list[Page] = []
    for index, slide in enumerate(slides):
        kept = [
            Block("chrome", b.text, b.section, b.level, b.lines) if b.text in repeated else b
            for b in slide
        ]
        blocks.extend(kept)
        pages.append(Page(index, str(index + 1), page_text(kept)))
    properties = {
        "title": deck.core_properties.title or "",
        "author": deck.core_properties.author or "",
    }
    metadata = read_front_lines(title, subtitle, front, properties)
    if not any(page.text for page in pages):
        return quarantined(choose.PPTX, "The slides hold no text that could be read.", metadata)
    return finish(choose.PPTX, "pptx 1", blocks, metadata, pages=pages)


def _read_slide(slide: Any, index: int, size: tuple[float, float]) -> list[Block]:
    """Return a slide's blocks: title, then its shapes as they stand from top left, then notes."""
    title = slide.shapes.title
    heading = plain(title.text_frame.text) if title is not None and title.has_text_frame else ""
    section = (heading,) if heading else ()
    if slide._element.get("show") in ("0", "false"):
        section = (*section, HIDDEN)
    under = announced_kind(heading) if heading else None
    if heading and _CONTACT.match(heading):
        under = "colophon"
    blocks: list[Block] = []
    if heading:
        blocks.append(_block("heading", heading, section, index, shape_box(title, size), 1))
    for piece in read_pieces(slide, size):
        if title is None or piece.shape_id != title.shape_id:
            blocks.extend(_piece_blocks(piece, index, section, under))
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        texts = [plain(p.text) for p in slide.notes_slide.notes_text_frame.paragraphs]
        if any(texts):
            blocks = [replace(b, kind="chrome") if _points_to_notes(b) else b for b in blocks]
        blocks.extend(_block("notes", text, section, index, None) for text in texts if text)
    return blocks


def _points_to_notes(block: Block) -> bool:
    """Return whether a line on a slide only says that the text stands in the notes."""
    short = len(block.text.split()) <= _SLOGAN_WORDS
    return short and block.kind != "heading" and bool(_NOTES_WORD.search(block.text))


def _piece_blocks(
    piece: Piece, index: int, section: tuple[str, ...], under: BlockKind | None
) -> Iterator[Block]:
    """Yield the blocks of one shape's lines."""
    kind: BlockKind = "paragraph" if len(piece.lines) == 1 else "list_item"
    if piece.kind == "table":
        kind = under or "table_row"
    elif piece.kind == "figure":
        kind = "caption"
    elif piece.placeholder in _FURNITURE:
        kind = "chrome"
    elif under is not None:
        kind = under
    for line in piece.lines:
        yield _block(kind, line, section, index, piece.box)


def _block(
    kind: BlockKind,
    text: str,
    section: tuple[str, ...],
    index: int,
    box: Box | None,
    level: int | None = None,
) -> Block:
    return Block(kind, text, section, level, (Line(0, len(text), index, box),))


def _repeated(slides: list[list[Block]]) -> set[str]:
    """Return the short texts that stand on most slides: names, slogans, dates."""
    counts = Counter(
        text for slide in slides for text in {b.text for b in slide if b.kind != "heading"}
    )
    found: set[str] = set()
    for text, count in counts.items():
        words = len(text.split())
        least = _REPEATED * len(slides) if words > _SLOGAN_WORDS else 0.15 * len(slides)
        if count >= max(2, least) and words <= _FURNITURE_WORDS:
            found.add(text)
    return found


def _cover(slides: list[list[Block]]) -> tuple[str | None, str | None, list[str]]:
    """Take the first slide as the cover where it holds lines and no text; return what it says."""
    if not slides or not slides[0]:
        return None, None, []
    first = slides[0]
    title = next((block.text for block in first if block.kind == "heading"), None)
    lines = [block for block in first if block.kind in ("paragraph", "list_item")]
    prose = [b for b in lines if len(b.text.split()) >= _PROSE_WORDS and not is_front_line(b.text)]
    imprint = [block for block in lines if is_front_line(block.text)]
    if title is None or len(prose) > 1 or ((prose or len(slides) == 1) and not imprint):
        return title, None, []
    subtitle = lines[0].text if lines and not is_front_line(lines[0].text) else None
    slides[0] = [
        Block(
            "colophon" if block in lines else block.kind,
            block.text,
            (),
            0 if block.kind == "heading" else block.level,
            block.lines,
        )
        for block in first
    ]
    return (
        title,
        subtitle if subtitle and len(subtitle.split()) < 25 else None,
        [block.text for block in lines],
    )
