"""PDF: opening a file, reading it page by page, and saying what could not be read.

Owns what happens to a page or a file that cannot be read. A page is read by `pdf_page`, the text is
put together by `pdf_assembly`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.extract import choose
from pipeline.extract.headings import bare_heading
from pipeline.extract.job import Job
from pipeline.extract.metadata.xmp import read_xmp
from pipeline.extract.outcome import finish, quarantined
from pipeline.extract.pdf_assembly import Assembled, assemble
from pipeline.extract.pdf_ocr import BEYOND, LATE, PageReader
from pipeline.extract.pdf_opening import DAMAGED, Opened, open_mended, open_pdf
from pipeline.extract.pdf_page import PageRead, read_page, unread_page
from pipeline.extract.pdf_repair import Inside
from pipeline.records import Extracted

log = logging.getLogger(__name__)


@dataclass
class _Document:
    """What was read page by page, before anything is decided across pages."""

    pages: list[PageRead] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)
    torn: list[int] = field(default_factory=list)
    no_ocr: str | None = None
    stopped: str | None = None
    damage: str | None = None
    late: bool = False
    late_scans: list[int] = field(default_factory=list)
    beyond: list[int] = field(default_factory=list)

    @property
    def scans(self) -> list[int]:
        """The pages that are pictures of text."""
        return [at for at, page in enumerate(self.pages) if page.scan]

    @property
    def garbled(self) -> list[int]:
        """The pages whose letters nobody could tell."""
        return [at for at, page in enumerate(self.pages) if page.garbled]

    @property
    def retry(self) -> bool:
        """Whether something failed that is not the file's fault."""
        return self.late or bool(self.late_scans) or bool(self.no_ocr)


def read_pdf(job: Job) -> Extracted:
    """Return what a PDF says. A damaged one gives what could be read of it (partial)."""
    opened = open_pdf(job)
    if isinstance(opened, str):
        return quarantined(choose.PDF, opened)
    read, damaged = _read_opened(opened)
    if read.status == "quarantined" and damaged and opened.damage is None:
        mended = open_mended(job)
        if not isinstance(mended, str):
            again, _ = _read_opened(mended)
            return again if again.status != "quarantined" else read
    return read


def _read_opened(opened: Opened) -> tuple[Extracted, bool]:
    """Return what an open file says, and whether pages of it are damaged."""
    pdf, job = opened.pdf, opened.job
    try:
        document = _read_pages(pdf, job, len(pdf))
        outline = _outline(pdf)
        info = _info(pdf)
    finally:
        pdf.close()
    document.damage = opened.damage
    with Inside(job.data) as inside:
        _find_damage(document, inside)
        packet = read_xmp(job.data, inside.packet)
    text = assemble(document.pages, document.labels, outline, info, packet)
    return _outcome(document, text), bool(document.unread)


def _read_pages(pdf: Any, job: Job, count: int) -> _Document:
    document = _Document()
    ocr = PageReader(job.limits, lambda: job.tell(None))
    for index in range(count):
        if index >= job.limits.max_pages or job.out_of_time():
            document.late = index < job.limits.max_pages
            why = "of the time they take" if document.late else "of their number"
            document.stopped = f"only the first {index} of {count} pages were read, because {why}"
            break
        document.pages.append(_read_page(pdf, index, job, document, ocr))
        document.labels.append(_label(pdf, index))
    document.no_ocr, document.late_scans, document.beyond = ocr.missing, ocr.late, ocr.beyond
    return document


def _find_damage(document: _Document, inside: Inside) -> None:
    """Note the pages whose content is damaged: found empty, or read as far as it goes."""
    empty = [at for at, page in enumerate(document.pages) if not page.words.words]
    unknown = [index for index in empty if index not in document.unread]
    document.unread = sorted({*document.unread, *inside.broken_pages(unknown)})
    rest = set(range(len(document.pages))).difference(document.unread)
    document.torn = inside.torn_pages(sorted(rest))


def _read_page(pdf: Any, index: int, job: Job, document: _Document, ocr: PageReader) -> PageRead:
    """Read one page; one that broke the reader before, or that pdfium cannot load, stays unread."""
    if job.enter(index):
        try:
            return read_page(pdf, index, job, ocr)
        except (MemoryError, RecursionError):
            raise
        except Exception as error:
            log.info("page %d: %s", index, error)
    document.unread.append(index)
    return unread_page(index)


def _label(pdf: Any, index: int) -> str:
    try:
        return str(pdf.get_page_label(index) or "")
    except Exception:  # broken label trees are common and harmless
        return ""


def _outline(pdf: Any) -> dict[str, int]:
    """Return the bookmarks' titles, folded, with their level from 1; 0 where it differs."""
    found: dict[str, int] = {}
    try:
        for item in pdf.get_toc(max_depth=6):
            title = bare_heading(item.get_title() or "")
            if title and found.setdefault(title, item.level + 1) != item.level + 1:
                found[title] = 0
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


def _outcome(document: _Document, text: Assembled) -> Extracted:
    problems: list[str] = []
    if document.no_ocr and document.scans:
        problems.append(f"{_page_list(document.scans)} only pictures and {document.no_ocr}")
    if document.garbled:
        why = document.no_ocr or "no words were found in their picture"
        problems.append(f"{_page_list(document.garbled)} without readable letters and {why}")
    if document.late_scans:
        problems.append(f"{_page_list(document.late_scans)} only pictures and {LATE}")
    if document.beyond:
        problems.append(f"{_page_list(document.beyond)} only pictures, {BEYOND}")
    if document.unread:
        problems.append(f"{_page_list(document.unread)} damaged and could not be read")
    if document.torn:
        problems.append(f"{_page_list(document.torn)} damaged and may lack some text")
    if document.damage:
        problems.append(document.damage)
    if document.stopped:
        problems.append(document.stopped)
    problem = "; ".join(problems)
    if problem:
        problem = f"{problem[0].upper()}{problem[1:]}."
    if not any(page.text for page in text.pages):
        reason = DAMAGED if document.damage else problem
        reason = reason or "The PDF holds no text and no pictures of text that could be read."
        return quarantined(choose.PDF, reason, text.metadata, retry=document.retry)
    extractor = "pdf 2 ocr" if any(page.ocr for page in text.pages) else "pdf 2"
    return finish(
        choose.PDF,
        extractor,
        text.blocks,
        text.metadata,
        pages=text.pages,
        problem=problem or None,
        retry=document.retry,
    )


def _page_list(pages: Sequence[int]) -> str:
    numbers = ", ".join(str(page + 1) for page in pages[:8])
    more = f" and {len(pages) - 8} more" if len(pages) > 8 else ""
    return f"page {numbers} is" if len(pages) == 1 else f"pages {numbers}{more} are"
