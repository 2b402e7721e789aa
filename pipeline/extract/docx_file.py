"""Word documents: headings, paragraphs, lists, tables and footnotes in order; metadata.

Owns Word's styles and parts. Word files have no pages of their own; the page is 0 without label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pipeline.extract import choose
from pipeline.extract.headings import SectionPath
from pipeline.extract.html_table import rows_as_text
from pipeline.extract.job import Job
from pipeline.extract.line_joins import plain_letters
from pipeline.extract.metadata.front_lines import is_front_line, read_front_lines
from pipeline.extract.office_zip import check_archive, parse_xml
from pipeline.extract.outcome import finish, quarantined
from pipeline.records import Block, BlockKind, Extracted

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"^(?:heading|overskrift|rubrik|otsikko|fyrirsögn)\s*(\d)$", re.IGNORECASE)
_TITLE = re.compile(r"^(?:title|tittel|titel|otsikko|titill)$", re.IGNORECASE)
_SUBTITLE = re.compile(r"^(?:subtitle|undertittel|undertitel|underrubrik|alaotsikko)$", re.I)
_CAPTION = re.compile(r"^(?:caption|bildetekst|billedtekst|beskrivning|kuvaotsikko)$", re.I)
_CONTENTS = re.compile(r"^(?:toc|innhold|indhold|innehåll|sisluet|sisällysluettelo)\b", re.I)
_FOOTNOTE_TEXT = re.compile(r"^(?:footnote|endnote|fotnote|fotnot)", re.IGNORECASE)
_FRONT_WORDS = 30  # words; longer paragraphs before the first heading are text
_FRONT_LINES = 1  # lines about the publication that make the paragraphs around them front matter


def read_docx(job: Job) -> Extracted:
    """Return what a Word document says."""
    refused = check_archive(job.data)
    if refused:
        return quarantined(choose.DOCX, refused)
    import docx

    document = docx.Document(BytesIO(job.data))
    reader = _Reader(document)
    blocks = reader.read()
    properties = {
        "title": document.core_properties.title or "",
        "author": document.core_properties.author or "",
    }
    metadata = read_front_lines(reader.title, reader.subtitle, reader.front, properties)
    if not any(block.text for block in blocks):
        return quarantined(choose.DOCX, "The document holds no text that could be read.", metadata)
    return finish(choose.DOCX, "docx 1", blocks, metadata)


class _Reader:
    """Walks the body once; `front` holds the lines about the publication."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._sections = SectionPath()
        self._levels = _style_levels(document)
        self.title: str | None = None
        self.subtitle: str | None = None
        self.front: list[str] = []
        self.blocks: list[Block] = []

    def read(self) -> list[Block]:
        """Return all blocks, footnotes last."""
        from docx.table import Table

        for item in self._document.iter_inner_content():
            if isinstance(item, Table):
                self._read_table(item)
            else:
                self._read_paragraph(item)
        self._mark_front()
        self.blocks.extend(Block("footnote", text) for text in _notes(self._document))
        return self.blocks

    def _read_paragraph(self, paragraph: Any) -> None:
        text = paragraph_text(paragraph._p)
        if not text:
            return
        style = (paragraph.style.name if paragraph.style is not None else "") or ""
        level = self._level(paragraph, style)
        if _TITLE.match(style) and self.title is None:
            self.title = text
            self.blocks.append(Block("heading", text, (), 0))
        elif _SUBTITLE.match(style) and not self._sections.path:
            self.subtitle = text
            self.blocks.append(Block("colophon", text))
        elif level is not None:
            self._sections.enter(level, text)
            self.blocks.append(Block("heading", text, self._sections.path, level))
        else:
            kind = self._kind(paragraph, style)
            self.blocks.append(Block(kind, text, self._sections.path))

    def _level(self, paragraph: Any, style: str) -> int | None:
        match = _HEADING.match(style)
        if match:
            return int(match.group(1))
        own = paragraph._p.find(f"{_W}pPr/{_W}outlineLvl")
        value = own.get(f"{_W}val") if own is not None else None
        if value is not None and value.isdigit() and int(value) < 9:
            return int(value) + 1
        return self._levels.get(style)

    def _kind(self, paragraph: Any, style: str) -> BlockKind:
        if _CAPTION.match(style):
            return "caption"
        if _CONTENTS.match(style):
            return "contents"
        if _FOOTNOTE_TEXT.match(style):
            return "footnote"
        under = self._sections.under
        if under is not None:
            return under
        listed = paragraph._p.find(f"{_W}pPr/{_W}numPr") is not None
        return "list_item" if listed or style.startswith("List") else "paragraph"

    def _read_table(self, table: Any) -> None:
        rows: list[list[str]] = []
        for row in table.rows:
            cells = list(dict.fromkeys(row.cells))  # merged cells are handed out once per column
            rows.append([" ".join(_cell_texts(cell)) for cell in cells])
        filled = [row for row in rows if any(row)]
        if len(filled) < 2 or max(map(len, filled)) < 2:
            for row in filled:
                self.blocks.extend(
                    Block("paragraph", cell, self._sections.path) for cell in row if cell
                )
            return
        kind: BlockKind = self._sections.under or "table_row"
        if all(
            len(row) == 2 and is_front_line(f"{row[0].rstrip(':')}: {row[1]}") for row in filled
        ):
            self.front.extend(f"{row[0].rstrip(':')}: {row[1]}" for row in filled)
            kind = "colophon"
        for text in rows_as_text(filled, 0 if kind == "colophon" else 1):
            self.blocks.append(Block(kind, text, self._sections.path))

    def _mark_front(self) -> None:
        """Call the short paragraphs before the first heading colophon where they are imprint."""
        end = next(
            (at for at, block in enumerate(self.blocks) if block.kind == "heading" and block.level),
            len(self.blocks),
        )
        short = [
            at
            for at in range(end)
            if self.blocks[at].kind == "paragraph"
            and len(self.blocks[at].text.split()) < _FRONT_WORDS
        ]
        signs = [at for at in short if is_front_line(self.blocks[at].text)]
        marked = short if len(signs) >= _FRONT_LINES else signs
        self.front.extend(self.blocks[at].text for at in marked)
        for at in marked:
            self.blocks[at] = Block("colophon", self.blocks[at].text)


def _style_levels(document: Any) -> dict[str, int]:
    """Return the outline level (from 1) of every style that has one."""
    found: dict[str, int] = {}
    for style in document.styles:
        level = style.element.find(f"{_W}pPr/{_W}outlineLvl")
        value = level.get(f"{_W}val") if level is not None else None
        if style.name and value is not None and value.isdigit() and int(value) < 9:
            found[style.name] = int(value) + 1
    return found


def paragraph_text(element: Any) -> str:
    """Return a paragraph's text as accepted: insertions in, deletions out, on one line."""
    parts: list[str] = []
    for node in element.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}noBreakHyphen"):
        if any(parent.tag.endswith("}Fallback") for parent in node.iterancestors()):
            continue
        name = node.tag.removeprefix(_W)
        parts.append({"tab": " ", "br": " ", "noBreakHyphen": "-"}.get(name) or node.text or "")
    return " ".join(plain_letters("".join(parts)).replace("\u00ad", "").split())


def _cell_texts(cell: Any) -> Iterator[str]:
    for paragraph in cell.paragraphs:
        text = paragraph_text(paragraph._p)
        if text:
            yield text


def _notes(document: Any) -> Iterator[str]:
    """Yield the texts of footnotes and endnotes, separators left out."""
    for relation in document.part.rels.values():
        if relation.is_external or not relation.reltype.endswith(("/footnotes", "/endnotes")):
            continue
        root = parse_xml(relation.target_part.blob)
        for note in root:
            if note.get(f"{_W}type") in ("separator", "continuationSeparator"):
                continue
            text = " ".join(filter(None, map(paragraph_text, note.iter(f"{_W}p"))))
            if text:
                yield text
