"""Word documents: headings, paragraphs, lists, tables and footnotes in order; metadata.

Owns the walk over the body; styles and numbers are `docx_styles`' and `docx_numbering`'s business.
Word files have no pages of their own; the page is 0 without label.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pipeline.extract import choose
from pipeline.extract.docx_numbering import Numbering, W, number_of
from pipeline.extract.docx_styles import (
    CAPTION,
    CONTENTS,
    FOOTNOTE,
    LISTED,
    SUBTITLE,
    TITLE,
    StyleFacts,
    looks_like_heading,
    outline_level,
    read_styles,
)
from pipeline.extract.headings import SectionPath
from pipeline.extract.html_table import rows_as_text
from pipeline.extract.job import Job
from pipeline.extract.line_joins import plain_letters
from pipeline.extract.metadata.front_lines import is_front_line, read_front_lines
from pipeline.extract.office_zip import check_archive, parse_xml
from pipeline.extract.outcome import finish, quarantined
from pipeline.records import Block, BlockKind, Extracted

_FRONT_WORDS = 30  # words; longer paragraphs before the first heading are text
_FRONT_LINES = 1  # lines about the publication that make the paragraphs around them front matter
_LAYOUT_WORDS = 100  # words of a cell; a table with such cells only places text
_MAX_DEPTH = 20  # content controls within one another
_AROUND = frozenset(W + name for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins"))
_GONE = frozenset(W + name for name in ("del", "moveFrom", "txbxContent"))
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NO_FACTS = StyleFacts(None, None)


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
        self._styles = read_styles(document)
        self._names = {style.style_id: style.name or "" for style in document.styles}
        self._numbering = Numbering.of(document)
        self._plain = not any(
            self._facts(p).level or outline_level(p) for p in document.element.body.iter(f"{W}p")
        )
        self.title: str | None = None
        self.subtitle: str | None = None
        self.front: list[str] = []
        self.blocks: list[Block] = []

    def read(self) -> list[Block]:
        """Return all blocks, footnotes last."""
        for element in _body_parts(self._document.element.body):
            if element.tag == f"{W}tbl":
                self._read_table(element)
            else:
                self._read_paragraph(element)
                for box in _text_boxes(element):
                    for inner in box.iter(f"{W}p"):
                        self._read_paragraph(inner)
        self._mark_front()
        self.blocks.extend(Block("footnote", text) for text in _notes(self._document))
        return self.blocks

    def _facts(self, element: Any) -> StyleFacts:
        return self._styles.get(_style_id(element), _NO_FACTS)

    def _read_paragraph(self, element: Any) -> None:
        text = paragraph_text(element)
        if not text:
            return
        name = self._names.get(_style_id(element), "")
        facts = self._facts(element)
        level = outline_level(element) or facts.level
        if level is None and self._plain and not TITLE.match(name):
            level = looks_like_heading(element, text)
        numbered = number_of(element, facts.numbered)
        shown = self._numbering.next(*numbered) if numbered else ""
        if shown and not text.startswith(shown):
            text = f"{shown} {text}"
        if TITLE.match(name) and self.title is None:
            self.title = text
            self.blocks.append(Block("heading", text, (), 0))
        elif SUBTITLE.match(name) and not self._sections.path:
            self.subtitle = text
            self.blocks.append(Block("colophon", text))
        elif level is not None:
            self._sections.enter(level, text)
            self.blocks.append(Block("heading", text, self._sections.path, level))
        else:
            kind = self._kind(name, listed=numbered is not None)
            self.blocks.append(Block(kind, text, self._sections.path))

    def _kind(self, style: str, *, listed: bool) -> BlockKind:
        if CAPTION.match(style):
            return "caption"
        if CONTENTS.match(style):
            return "contents"
        if FOOTNOTE.match(style):
            return "footnote"
        under = self._sections.under
        if under is not None:
            return under
        return "list_item" if listed or LISTED.match(style) else "paragraph"

    def _read_table(self, element: Any) -> None:
        from docx.table import Table

        rows: list[list[str]] = []
        longest = 0
        for row in Table(element, self._document).rows:
            cells = list(dict.fromkeys(row.cells))  # merged cells are handed out once per column
            texts = [list(_cell_texts(cell._tc)) for cell in cells]
            longest = max([longest, *(len(text.split()) for cell in texts for text in cell)])
            rows.append([" ".join(cell) for cell in texts])
        filled = [row for row in rows if any(row)]
        if len(filled) < 2 or max(map(len, filled)) < 2 or longest >= _LAYOUT_WORDS:
            for paragraph in element.iter(f"{W}p"):
                if not _is_gone(paragraph, element):
                    self._read_paragraph(paragraph)
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


def _body_parts(element: Any, depth: int = 0) -> Iterator[Any]:
    """Yield paragraphs and tables in order, those inside content controls and insertions too."""
    for child in element:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag in _AROUND and depth < _MAX_DEPTH:
            yield from _body_parts(child, depth + 1)


def _style_id(element: Any) -> str:
    style = element.find(f"{W}pPr/{W}pStyle")
    return (style.get(f"{W}val") or "") if style is not None else ""


def paragraph_text(element: Any) -> str:
    """Return a paragraph's text as accepted, on one line: insertions in, deletions out.

    Hidden text and what stands in text boxes anchored to the paragraph are left out.
    """
    parts: list[str] = []
    for node in element.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}cr", f"{W}noBreakHyphen"):
        if _is_gone(node, element) or _is_hidden(node.getparent()):
            continue
        name = node.tag.removeprefix(W)
        parts.append({"t": node.text or "", "noBreakHyphen": "-"}.get(name, " "))
    return " ".join(plain_letters("".join(parts)).replace("\u00ad", "").split())


def _is_gone(node: Any, root: Any) -> bool:
    """Return whether a node below `root` was deleted, moved away, or is another box's text."""
    for parent in node.iterancestors():
        if parent is root:
            return False
        if parent.tag in _GONE or parent.tag == _FALLBACK:
            return True
    return False


def _is_hidden(run: Any) -> bool:
    mark = run.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(f"{W}val") not in ("0", "false", "off")


def _text_boxes(element: Any) -> Iterator[Any]:
    """Yield the text boxes anchored to a paragraph, each once (Word keeps an old form beside)."""
    for box in element.iter(f"{W}txbxContent"):
        parents = list(box.iterancestors())
        inner = parents[: parents.index(element)]
        if not any(parent.tag in _GONE or parent.tag == _FALLBACK for parent in inner):
            yield box


def _cell_texts(cell: Any) -> Iterator[str]:
    for paragraph in cell.iter(f"{W}p"):
        if not _is_gone(paragraph, cell):
            text = paragraph_text(paragraph)
            if text:
                yield text


def _notes(document: Any) -> Iterator[str]:
    """Yield the texts of footnotes and endnotes, separators left out."""
    for relation in document.part.rels.values():
        if relation.is_external or not relation.reltype.endswith(("/footnotes", "/endnotes")):
            continue
        root = parse_xml(relation.target_part.blob)
        for note in root:
            if note.get(f"{W}type") in ("separator", "continuationSeparator"):
                continue
            text = " ".join(filter(None, map(paragraph_text, note.iter(f"{W}p"))))
            if text:
                yield text
