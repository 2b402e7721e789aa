"""PDF: pages to blocks, labels, metadata; scanned pages through OCR; tables where lines are ruled.

Owns the order of the steps and what happens to a page that cannot be read. pdfium reads words
(`pdf_words`); `pdf_lines`, `pdf_running`, `pdf_blocks` and `pdf_roles` make text of them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.extract import choose
from pipeline.extract.headings import bare_heading
from pipeline.extract.job import Job
from pipeline.extract.metadata import Fields, merge
from pipeline.extract.metadata.pdf_front import read_front
from pipeline.extract.metadata.xmp import read_xmp
from pipeline.extract.outcome import finish, page_text, quarantined
from pipeline.extract.pdf_blocks import Draft, build_drafts, document_style
from pipeline.extract.pdf_lines import Segment, TextLine, make_segments, order_lines
from pipeline.extract.pdf_ocr import LATE, OcrMissing, PageReader
from pipeline.extract.pdf_roles import mark_roles
from pipeline.extract.pdf_running import drop_running, printed_labels
from pipeline.extract.pdf_sections import heading_levels, to_blocks
from pipeline.extract.pdf_tables import PageTable, find_tables, has_rules
from pipeline.extract.pdf_words import PageWords, TextLayer
from pipeline.records import Block, Extracted, Page

log = logging.getLogger(__name__)

_FEW_CHARACTERS = 16  # characters; a page with fewer and a picture is a scan
_UNMAPPED = 0.3  # share of characters without a letter, above which the text layer is gibberish
_HYPHENATED = re.compile(r"^[^\W\d_]+(?:-[^\W\d_]+)+$")


@dataclass
class _Document:
    """What was read page by page, before anything is decided across pages."""

    words: list[PageWords] = field(default_factory=list)
    segments: list[list[Segment]] = field(default_factory=list)
    tables: dict[int, list[PageTable]] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)
    scans: list[int] = field(default_factory=list)
    no_ocr: str | None = None
    stopped: str | None = None
    late: bool = False
    late_scans: list[int] = field(default_factory=list)

    @property
    def retry(self) -> bool:
        """Whether something failed that is not the file's fault."""
        return self.late or bool(self.late_scans) or bool(self.no_ocr and self.scans)


def read_pdf(job: Job) -> Extracted:
    """Return what a PDF says. A damaged one gives what could be read of it (partial)."""
    import pypdfium2 as pdfium

    try:
        pdf = pdfium.PdfDocument(job.data)
        count = len(pdf)
    except pdfium.PdfiumError as error:
        return quarantined(choose.PDF, _why_unopened(error))
    if count == 0:
        return quarantined(choose.PDF, "The PDF has no pages; it is damaged: save it again.")
    try:
        document = _read_pages(pdf, job, count)
        outline = _outline(pdf)
        info = _info(pdf)
    finally:
        pdf.close()
    return _assemble(document, outline, info, job)


def _why_unopened(error: Exception) -> str:
    text = str(error).lower()
    if "password" in text or "security" in text:
        return "The PDF is encrypted and needs a password; save it without one and add it again."
    return "The PDF is damaged and cannot be opened; fetch or save it again."


def _read_pages(pdf: Any, job: Job, count: int) -> _Document:
    document = _Document()
    ocr = PageReader()
    ruled: list[int] = []
    for index in range(count):
        if index >= job.limits.max_pages or job.out_of_time():
            document.late = index < job.limits.max_pages
            why = "of the time they take" if document.late else "of their number"
            document.stopped = f"only the first {index} of {count} pages were read, because {why}"
            break
        words, segments, rules = _read_page(pdf, index, document, ocr)
        document.words.append(words)
        document.segments.append(segments)
        document.labels.append(_label(pdf, index))
        if rules:
            ruled.append(index)
    document.no_ocr, document.late_scans = ocr.missing, ocr.late
    if ruled:
        found = find_tables(job.data, ruled, job.out_of_time)
        for index, tables in found.items():
            own = document.words[index].words
            document.tables[index] = [table for table in tables if table.fill(own)]
    return document


def _read_page(
    pdf: Any, index: int, document: _Document, ocr: PageReader
) -> tuple[PageWords, list[Segment], bool]:
    """Read one page: its text layer, or its picture where it has none."""
    try:
        page = pdf[index]
        layer = TextLayer(page, index)
    except Exception as error:  # a page pdfium cannot load
        log.info("page %d: %s", index, error)
        document.unread.append(index)
        return PageWords(index, 595.0, 842.0), [], False
    try:
        words = layer.read()
        letters = sum(len(word.text) for word in words.words)
        if letters < _FEW_CHARACTERS or words.unmapped > _UNMAPPED:
            scanned = _read_scan(page, index, words, document, ocr)
            if scanned is not None:
                return scanned, make_segments(scanned), False
        return words, make_segments(words, layer.style), has_rules(page)
    finally:
        layer.close()
        page.close()


def _read_scan(
    page: Any, index: int, words: PageWords, document: _Document, ocr: PageReader
) -> PageWords | None:
    """Return a scanned page's words by OCR; None where it is no scan or OCR is not there."""
    gibberish = words.unmapped > _UNMAPPED
    if not gibberish and not ocr.has_picture(page):
        return None
    document.scans.append(index)
    try:
        return ocr.read(page, index)
    except OcrMissing:
        return PageWords(index, words.width, words.height) if gibberish else None


def _label(pdf: Any, index: int) -> str:
    try:
        return str(pdf.get_page_label(index) or "")
    except Exception:  # broken label trees are common and harmless
        return ""


def _outline(pdf: Any) -> dict[str, int]:
    """Return the bookmarks' titles, folded, with their level from 1."""
    found: dict[str, int] = {}
    try:
        for item in pdf.get_toc(max_depth=6):
            title = bare_heading(item.get_title() or "")
            if title:
                found.setdefault(title, item.level + 1)
            if len(found) > 2000:
                break
    except Exception as error:  # broken or looping outlines: headings go by their look
        log.info("outline: %s", error)
    return found


def _info(pdf: Any) -> dict[str, str]:
    try:
        return {key: str(value) for key, value in pdf.get_metadata_dict(skip_empty=True).items()}
    except Exception:  # a broken Info dictionary is no reason to lose the text
        return {}


def _known_words(pages: Sequence[PageWords]) -> frozenset[str]:
    """Return the words the document itself writes, whole or with a hyphen, in lower case."""
    known: set[str] = set()
    for page in pages:
        known.update(word.text.strip(".,;:!?()\"'»«”’").lower() for word in page.words)
    return frozenset(known)


def _assemble(
    document: _Document, outline: dict[str, int], info: dict[str, str], job: Job
) -> Extracted:
    """Decide across pages and return the record."""
    sizes = [(page.width, page.height) for page in document.words]
    remaining, dropped = drop_running(
        [
            (segments, page.height)
            for segments, page in zip(document.segments, document.words, strict=True)
        ]
    )
    lines: list[TextLine] = []
    for index, segments in enumerate(remaining):
        tables = document.tables.get(index, [])
        outside = [s for s in segments if not any(table.holds(s) for table in tables)]
        lines.extend(order_lines(outside, index, sizes[index][0]))
    scanned = {words.index for words in document.words if words.ocr}
    style = document_style(lines, scanned)
    known = _known_words(document.words)
    drafts = build_drafts(lines, style, outline, known)
    packet = read_xmp(job.data)
    metadata = merge([read_front(drafts, style.size, info, len(sizes), packet), packet])
    heading_levels(drafts, outline)
    mark_roles(drafts, style, sizes, metadata["title"].value if "title" in metadata else None)
    _insert_tables(drafts, document, sizes)
    blocks = to_blocks(drafts, sizes, known)
    labels = printed_labels(dropped, document.labels)
    pages = _pages(document, blocks, labels)
    return _outcome(document, blocks, metadata, pages)


def _insert_tables(
    drafts: list[Draft], document: _Document, sizes: Sequence[tuple[float, float]]
) -> None:
    """Put each table's rows after what stands above it on its page."""
    for index, tables in document.tables.items():
        if index >= len(sizes):
            continue
        for table in tables:
            at = _place_of(table, drafts, index)
            rows = [Draft("table", [], ready=block) for block in table.blocks(index, *sizes[index])]
            drafts[at:at] = rows


def _place_of(table: PageTable, drafts: Sequence[Draft], index: int) -> int:
    """Return where a table belongs: after the nearest draft above it in its own column."""
    best, nearest = None, -1.0
    first = len(drafts)
    for place, draft in enumerate(drafts):
        for line in draft.lines:
            if line.page >= index:
                first = min(first, place)
            if line.page != index or line.bottom > table.top + 2:
                continue
            beside = line.x0 < table.x1 and line.x1 > table.x0
            if beside and line.bottom > nearest:
                best, nearest = place, line.bottom
    return first if best is None else best + 1


def _pages(document: _Document, blocks: Sequence[Block], labels: list[str | None]) -> list[Page]:
    """Return each page's cleaned text: the parts of the blocks that stand on it, in order."""
    parts: list[list[Block]] = [[] for _ in document.words]
    for block in blocks:
        spans: dict[int, tuple[int, int]] = {}
        for line in block.lines:
            begin, end = spans.get(line.page, (line.start, line.end))
            spans[line.page] = (min(begin, line.start), max(end, line.end))
        for page, (begin, end) in spans.items():
            parts[page].append(Block(block.kind, block.text[begin:end].strip()))
    return [
        Page(words.index, labels[at], page_text(parts[at]), words.ocr, words.confidence)
        for at, words in enumerate(document.words)
    ]


def _outcome(
    document: _Document, blocks: list[Block], metadata: Fields, pages: list[Page]
) -> Extracted:
    problems: list[str] = []
    if document.no_ocr and document.scans:
        problems.append(f"{_page_list(document.scans)} only pictures and {document.no_ocr}")
    if document.late_scans:
        problems.append(f"{_page_list(document.late_scans)} only pictures and {LATE}")
    if document.unread:
        problems.append(f"{_page_list(document.unread)} damaged and could not be read")
    if document.stopped:
        problems.append(document.stopped)
    problem = "; ".join(problems)
    if problem:
        problem = f"{problem[0].upper()}{problem[1:]}."
    if not any(page.text for page in pages):
        reason = problem or "The PDF holds no text and no pictures of text that could be read."
        return quarantined(choose.PDF, reason, metadata, retry=document.retry)
    extractor = "pdf 1 ocr" if any(page.ocr for page in pages) else "pdf 1"
    return finish(
        choose.PDF,
        extractor,
        blocks,
        metadata,
        pages=pages,
        problem=problem or None,
        retry=document.retry,
    )


def _page_list(pages: Sequence[int]) -> str:
    numbers = ", ".join(str(page + 1) for page in pages[:8])
    more = f" and {len(pages) - 8} more" if len(pages) > 8 else ""
    return f"page {numbers} is" if len(pages) == 1 else f"pages {numbers}{more} are"
