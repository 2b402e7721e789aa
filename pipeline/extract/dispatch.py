"""The reader for each media type, and the last net under all of them.

Owns which reader reads what. A fault inside a reader is the file's outcome, never the run's end.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from pipeline.extract import choose
from pipeline.extract.api_record import read_api_record
from pipeline.extract.csl import read_csl
from pipeline.extract.docx_file import read_docx
from pipeline.extract.epub_file import read_epub
from pipeline.extract.html_page import read_html
from pipeline.extract.job import Job
from pipeline.extract.oai import read_oai
from pipeline.extract.outcome import quarantined
from pipeline.extract.pandoc_file import read_with_pandoc
from pipeline.extract.pdf import read_pdf
from pipeline.extract.pptx_file import read_pptx
from pipeline.extract.text import read_text
from pipeline.records import Extracted

log = logging.getLogger(__name__)

_READERS: dict[str, Callable[[Job], Extracted]] = {
    choose.HTML: lambda job: read_html(job.data, job.url, job.media_type),
    choose.PDF: read_pdf,
    choose.DOCX: read_docx,
    choose.PPTX: read_pptx,
    choose.OAI: read_oai,
    choose.CSL: read_csl,
    choose.API: read_api_record,
    choose.TEXT: lambda job: read_text(job.data),
    choose.EPUB: read_epub,
    choose.ODT: lambda job: read_with_pandoc(choose.ODT, job),
    choose.RTF: lambda job: read_with_pandoc(choose.RTF, job),
}
_ADVICE = {
    choose.OLE: "The file is an encrypted or old binary office file (DOC, PPT, XLS);"
    " save it without a password as DOCX, PPTX or PDF and add it again.",
    choose.ZIP: "The file is an archive and no single document;"
    " unpack it and add the documents in it one by one.",
}


def read_job(job: Job) -> Extracted:
    """Return what a file says, or why it could not be read. Never raises for bad input."""
    if not job.data.strip(b"\x00 \t\r\n"):
        return quarantined(choose.UNKNOWN, "The file is empty; fetch or save it again.")
    media_type = choose.sniff(job.data, job.media_type, job.filename)
    reader = _READERS.get(media_type)
    if media_type in _ADVICE:
        return quarantined(media_type, _ADVICE[media_type])
    if reader is None:
        said = f" (it was said to be {job.media_type})" if job.media_type else ""
        return quarantined(
            media_type,
            f"The file is none of PDF, HTML, DOCX, PPTX, EPUB, ODT, RTF and text{said};"
            " save it as one of these and add it again.",
        )
    try:
        return reader(job)
    except MemoryError:
        return quarantined(media_type, too_large(job))
    except Exception as error:  # whatever a library raises on a hostile file
        if "memory" in str(error).lower() or "alloc" in str(error).lower():
            return quarantined(media_type, too_large(job))
        log.warning("reader failed: %s: %s", type(error).__name__, error)
        return quarantined(
            media_type,
            f"The file could not be read as {media_type.split('/')[-1]}; it is probably damaged"
            f" ({type(error).__name__}): open it in its own program and save it again.",
        )


def too_large(job: Job) -> str:
    """Return the sentence for a file that needs more memory than it may have."""
    return (
        f"The file needs more than the {job.limits.memory_mb} MiB of memory it may use;"
        " split it or save it smaller."
    )
