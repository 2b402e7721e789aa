"""A PDF opened by pdfium, mended first where it is too damaged for that; or why it stays shut."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pipeline.extract.job import Job
from pipeline.extract.pdf_repair import repair

ENCRYPTED = "The PDF is encrypted and needs a password; save it without one and add it again."
DAMAGED = "The PDF is damaged and cannot be opened; fetch or save it again."
NO_PAGES = "The PDF has no pages; it is damaged: save it again."
MENDED = "the file is damaged: only what could be found of it was read"


@dataclass(frozen=True)
class Opened:
    """pdfium's document, the bytes it is of (in `job`), and what is wrong with them, if anything.

    `damage` is the part of a sentence that a partial file says of itself.
    """

    pdf: Any
    job: Job
    damage: str | None = None


def open_pdf(job: Job) -> Opened | str:
    """Return the opened file, or the sentence that says why it cannot be."""
    import pypdfium2 as pdfium

    try:
        pdf = pdfium.PdfDocument(job.data)
    except pdfium.PdfiumError as error:
        said = str(error).lower()
        return ENCRYPTED if "password" in said or "security" in said else open_mended(job)
    if len(pdf):
        return Opened(pdf, job)
    pdf.close()
    mended = open_mended(job)
    return NO_PAGES if isinstance(mended, str) else mended


def open_mended(job: Job) -> Opened | str:
    """Return the file opened from what can be found of it, or the sentence that nothing can."""
    import pypdfium2 as pdfium

    data = repair(job.data)
    if data is None:
        return DAMAGED
    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError:
        return DAMAGED
    return Opened(pdf, replace(job, data=data), MENDED) if len(pdf) else DAMAGED
