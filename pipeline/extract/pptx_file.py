"""Slide decks: slide by slide, the slide's title as its section, speaker notes as notes.

Owns the order of shapes on a slide. A slide is a page: its index counts from 0, its label from 1.
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
from pipeline.extract.html_table import rows_as_text
from pipeline.extract.job import Job
from pipeline.extract.line_joins import plain_letters
from pipeline.extract.metadata.front_lines import is_front_line, read_front_lines
from pipeline.extract.office_zip import check_archive
from pipeline.extract.outcome import finish, page_text, quarantined
from pipeline.records import Block, BlockKind, Box, Extracted, Line, Page

_FURNITURE = {13, 15, 16}  # placeholder types: slide number, footer, date
_TITLES = {1, 3}  # placeholder types: title, centred title
_SUBTITLE = 4
_REPEATED = 0.5  # share of the slides on which the same short text is furniture
_FURNITURE_WORDS = 15  # words; a longer repeated text is text
_SLOGAN_WORDS = 8  # words; a text this short that comes back is a pointer or a slogan
_MAX_DEPTH = 8  # groups within groups
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
    heading = _shape_text(title) if title is not None else ""
    section = (heading,) if heading else ()
    under = announced_kind(heading) if heading else None
    if heading and _CONTACT.match(heading):
        under = "colophon"
    blocks: list[Block] = []
    if heading and title is not None:
        blocks.append(_block("heading", heading, section, index, _box(title, size), 1))
    for shape in sorted(_flat(slide.shapes), key=_position):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        blocks.extend(_shape_blocks(shape, index, section, under, size))
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        texts = [_plain(p.text) for p in slide.notes_slide.notes_text_frame.paragraphs]
        if any(texts):
            blocks = [replace(b, kind="chrome") if _points_to_notes(b) else b for b in blocks]
        blocks.extend(_block("notes", text, section, index, None) for text in texts if text)
    return blocks


def _points_to_notes(block: Block) -> bool:
    """Return whether a line on a slide only says that the text stands in the notes."""
    short = len(block.text.split()) <= _SLOGAN_WORDS
    return short and block.kind != "heading" and bool(_NOTES_WORD.search(block.text))


def _flat(shapes: Any, depth: int = 0) -> Iterator[Any]:
    for shape in shapes:
        if shape.shape_type == 6 and depth < _MAX_DEPTH:  # a group
            yield from _flat(shape.shapes, depth + 1)
        else:
            yield shape


def _position(shape: Any) -> tuple[int, int]:
    return int(shape.top or 0) // 200_000, int(shape.left or 0)  # rows of about half a centimetre


def _shape_blocks(
    shape: Any,
    index: int,
    section: tuple[str, ...],
    under: BlockKind | None,
    size: tuple[float, float],
) -> Iterator[Block]:
    box = _box(shape, size)
    if getattr(shape, "has_table", False) and shape.has_table:
        rows = [[_plain(cell.text) for cell in row.cells] for row in shape.table.rows]
        for text in rows_as_text(rows, 1 if len(rows) > 1 else 0):
            yield _block(under or "table_row", text, section, index, box)
        return
    if not shape.has_text_frame:
        return
    kind_number = shape.placeholder_format.type if shape.is_placeholder else None
    furniture = kind_number is not None and int(kind_number) in _FURNITURE
    paragraphs = [p for p in shape.text_frame.paragraphs if _plain(p.text)]
    for paragraph in paragraphs:
        kind: BlockKind = "paragraph" if len(paragraphs) == 1 else "list_item"
        if furniture:
            kind = "chrome"
        elif under is not None:
            kind = under
        yield _block(kind, _plain(paragraph.text), section, index, box)


def _block(
    kind: BlockKind,
    text: str,
    section: tuple[str, ...],
    index: int,
    box: Box | None,
    level: int | None = None,
) -> Block:
    return Block(kind, text, section, level, (Line(0, len(text), index, box),))


def _box(shape: Any, size: tuple[float, float]) -> Box | None:
    if shape.left is None or shape.top is None or shape.width is None or shape.height is None:
        return None
    left, top = shape.left / size[0], shape.top / size[1]
    right, bottom = left + shape.width / size[0], top + shape.height / size[1]

    def inside(value: float) -> float:
        return round(min(max(value, 0.0), 1.0), 4)

    return inside(left), inside(top), inside(right), inside(bottom)


def _shape_text(shape: Any) -> str:
    return _plain(shape.text_frame.text) if shape.has_text_frame else ""


def _plain(text: str) -> str:
    return " ".join(plain_letters(text).replace("\u00ad", "").split())


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
    prose = [b for b in lines if len(b.text.split()) >= 25 and not is_front_line(b.text)]
    if title is None or (len(slides) == 1 and prose) or len(prose) > 1:
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
