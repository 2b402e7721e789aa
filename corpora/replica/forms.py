"""From a publication and a form to the bytes of a file.

Owns which writer makes which form, and what is known of the file afterwards.
"""

from dataclasses import dataclass

from corpora.replica.compose import set_document
from corpora.replica.document import FillerLog, make_document
from corpora.replica.pdf import write_pdf
from corpora.replica.plan import Form, Placement
from corpora.replica.scan import write_scan
from corpora.replica.slides import write_pptx
from corpora.replica.truth import PassagePlace
from corpora.replica.word import write_docx

OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES: dict[Form, str] = {
    "pdf": "application/pdf",
    "pdf2": "application/pdf",
    "scan": "application/pdf",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "pptx": f"{OFFICE}.presentationml.presentation",
    "chapters": "text/html",
    "article": "text/html",
}


@dataclass(frozen=True)
class RenderedFile:
    """A file's bytes and what stands where in it; `pages` is None for DOCX."""

    body: bytes
    pages: int | None
    passages: tuple[int, ...]
    places: tuple[PassagePlace, ...]
    fillers: FillerLog


def render_file(placement: Placement, form: Form) -> RenderedFile:
    """Render a publication as PDF, page pictures, DOCX or PPTX."""
    document = make_document(placement, form)
    numbers = tuple(passage.n for passage in document.passages)
    if form == "docx":
        return RenderedFile(write_docx(document), None, numbers, (), document.fillers)
    if form == "pptx":
        body, places = write_pptx(document)
        pages = 1 + max(place.page_end for place in places)
        return RenderedFile(body, pages, numbers, places, document.fillers)
    result = set_document(document, columns=2 if form == "pdf2" else 1)
    write = write_scan if form == "scan" else write_pdf
    body = write(document, result)
    return RenderedFile(body, len(result.pages), numbers, tuple(result.places), document.fillers)
