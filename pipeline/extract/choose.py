"""What a file is, by its own bytes first, then by what it was said to be, then by its name.

Owns the media types we read. Leaves the reading to the readers.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from pipeline import catalogue_record

PDF = "application/pdf"
HTML = "text/html"
TEXT = "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OAI = "application/oai-pmh+xml"
CSL = "application/vnd.citationstyles.csl+json"
API = catalogue_record.MEDIA_TYPE
EPUB = "application/epub+zip"
ODT = "application/vnd.oasis.opendocument.text"
RTF = "application/rtf"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
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
    ".epub": EPUB,
    ".odt": ODT,
    ".rtf": RTF,
}
_ARCHIVES = frozenset({DOCX, PPTX, EPUB, ODT})
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How old binary office files begin (an OLE container), and encrypted new ones."""
_PDF_PARTS = re.compile(rb"\d{1,10} \d{1,5} obj\b")
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
    named = _SUFFIXES.get(PurePosixPath((filename or "").lower()).suffix)
    said = (media_type or "").split(";")[0].strip().lower()
    if head.startswith(catalogue_record.START):
        return API
    if said == CSL and head.lstrip().startswith(b"{"):
        return CSL
    if head.startswith(b"PK\x03\x04"):
        return _office(data) or (named if named in _ARCHIVES else UNKNOWN)
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return PDF
    if head.startswith(OLE_START):
        return OLE
    if head.lstrip().startswith(b"{\\rtf"):
        return RTF
    if _OAI_START.search(head):
        return OAI
    if _HTML_START.match(head):
        return HTML
    if PDF in (said, named) and b"endobj" in data and _PDF_PARTS.search(data):
        return PDF  # its beginning is lost
    if _is_text(data):
        tags = len(_HTML_TAGS.findall(head))
        if tags >= 2 or (tags and HTML in (said, named)):
            return HTML
        return TEXT
    return UNKNOWN


def _office(data: bytes) -> str | None:
    """Return what an archive holds; None where it is damaged and nobody can say."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
            kind = _declared(archive) if "mimetype" in names else ""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return _damaged_office(data)
    if "word/document.xml" in names:
        return DOCX
    if "ppt/presentation.xml" in names:
        return PPTX
    if kind in (ODT, EPUB):
        return kind
    return EPUB if "META-INF/container.xml" in names else ZIP


def _declared(archive: zipfile.ZipFile) -> str:
    """Return the media type that e-books and OpenDocument files hold as a part."""
    with archive.open("mimetype") as stream:
        return stream.read(100).decode("ascii", errors="replace").strip()


def _damaged_office(data: bytes) -> str | None:
    """Return what an archive was whose directory, at its end, is lost: its parts have names."""
    for name, media_type in (
        (b"word/", DOCX),
        (b"ppt/", PPTX),
        (b"application/epub+zip", EPUB),
        (b"opendocument.text", ODT),
    ):
        if name in data[:1_000_000]:
            return media_type
    return None


def _is_text(data: bytes) -> bool:
    """Return whether the bytes are text: no control characters but white space."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    sample = data[:65536]
    controls = sum(byte < 32 and byte not in (9, 10, 12, 13) for byte in sample)
    return bool(sample) and controls <= len(sample) // 1000
