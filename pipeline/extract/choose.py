"""What a file is, by its own bytes first, then by what it was said to be, then by its name.

Owns the media types we read. Leaves the reading to the readers.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import PurePosixPath

PDF = "application/pdf"
HTML = "text/html"
TEXT = "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OAI = "application/oai-pmh+xml"
CSL = "application/vnd.citationstyles.csl+json"
EPUB = "application/epub+zip"
UNKNOWN = "application/octet-stream"

_SUFFIXES = {
    ".pdf": PDF,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".txt": TEXT,
    ".text": TEXT,
    ".md": TEXT,
    ".docx": DOCX,
    ".pptx": PPTX,
}
_HTML_START = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_TAGS = re.compile(rb"<(?:p|div|h1|h2|title|meta|body|article|table)\b[^>]*>", re.IGNORECASE)
_OAI_START = re.compile(
    rb"<(?:\w+:)?OAI-PMH\b|<(?:\w+:)?dc\b[^>]+oai_dc|<record\b[^>]*openarchives"
)
_SNIFFED = 4096  # bytes looked at for the first tags
_PDF_WITHIN = 1024  # bytes before which "%PDF-" must begin, as readers accept it


def sniff(data: bytes, media_type: str | None, filename: str | None) -> str:
    """Return the media type of `data`, one of this module's constants.

    `media_type` and `filename` are what the sender said; they decide only where the bytes do not.
    """
    head = data[:_SNIFFED]
    said = (media_type or "").split(";")[0].strip().lower()
    if said == CSL and head.lstrip().startswith(b"{"):
        return CSL
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _office(data)
    if _OAI_START.search(head):
        return OAI
    if _HTML_START.match(head):
        return HTML
    named = _SUFFIXES.get(PurePosixPath((filename or "").lower()).suffix)
    if _is_text(data):
        tags = len(_HTML_TAGS.findall(head))
        if tags >= 2 or (tags and HTML in (said, named)):
            return HTML
        return TEXT
    return UNKNOWN


def _office(data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return UNKNOWN
    if "word/document.xml" in names:
        return DOCX
    if "ppt/presentation.xml" in names:
        return PPTX
    return EPUB if "META-INF/container.xml" in names else UNKNOWN


def _is_text(data: bytes) -> bool:
    """Return whether the bytes are text: no control characters but white space."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    sample = data[:65536]
    controls = sum(byte < 32 and byte not in (9, 10, 12, 13) for byte in sample)
    return bool(sample) and controls <= len(sample) // 1000
