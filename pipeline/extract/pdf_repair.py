"""Damaged PDFs made readable, and what a sound PDF keeps where plain bytes do not show it.

Owns the calls of pikepdf (qpdf), which finds the objects of a file whose table is lost. Its answer
is read as any other PDF is; a file that it cannot mend either stays damaged.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from io import BytesIO
from itertools import islice
from typing import Any

_OBJECT = re.compile(rb"(?<!\d)(\d{1,8}) \d{1,5} obj\b")
_PAGE = re.compile(
    rb"(?<!\d)(\d{1,8}) \d{1,5} obj\b(?:(?!endobj).){0,3000}?/Type\s*/Page(?![A-Za-z])", re.DOTALL
)
_MAX_PAGES = 5000  # pages put into a new catalog
_MAX_OBJECTS = 2_000_000  # objects counted to number a new one
log = logging.getLogger(__name__)

_MAX_PACKET = 400_000  # bytes of an XMP packet; a record of a report takes a few thousand
_MAX_REPAIRED = 100 * 1024 * 1024  # bytes; mending holds the file several times in memory


def repair(data: bytes) -> bytes | None:
    """Return the file written anew from what of it can be found; None where that is nothing."""
    if len(data) > _MAX_REPAIRED:
        return None
    return _rewritten(data) or _rewritten(_with_catalog(data))


def _rewritten(data: bytes) -> bytes | None:
    import pikepdf

    out = BytesIO()
    try:
        with pikepdf.open(BytesIO(data), suppress_warnings=True) as pdf:
            if not len(pdf.pages):
                return None
            pdf.save(out, static_id=True)
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError) as error:
        log.info("not mended: %s", error)
        return None
    return out.getvalue()


def _with_catalog(data: bytes) -> bytes:
    """Return the file with a catalog of the pages that stand in it, for one whose own is lost."""
    pages = [int(match.group(1)) for match in islice(_PAGE.finditer(data), _MAX_PAGES)]
    if not pages:
        return b""
    numbers = [int(match.group(1)) for match in islice(_OBJECT.finditer(data), _MAX_OBJECTS)]
    catalog = max(numbers) + 1
    kids = b" ".join(b"%d 0 R" % page for page in dict.fromkeys(pages))
    root = b"%d 0 obj\n<< /Type /Catalog /Pages %d 0 R >>\nendobj\n" % (catalog, catalog + 1)
    tree = b"%d 0 obj\n<< /Type /Pages /Kids [%s] /Count %d >>\nendobj\n"
    return b"".join(
        [
            b"%PDF-1.7\n" + data + b"\n" + root,
            tree % (catalog + 1, kids, len(set(pages))),
            b"trailer\n<< /Root %d 0 R >>\n" % catalog,
        ]
    )


def broken_pages(data: bytes, pages: Sequence[int]) -> list[int]:
    """Return which of these pages (0-based), found empty, have content that is damaged."""
    import pikepdf

    try:
        with pikepdf.open(BytesIO(data), suppress_warnings=True) as pdf:
            return [index for index in pages if index < len(pdf.pages) and _broken(pdf, index)]
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError):
        return []


def _broken(pdf: Any, index: int) -> bool:
    """Return whether a page has content that cannot be unpacked."""
    import pikepdf

    try:
        contents = pdf.pages[index].obj.get("/Contents")
    except (pikepdf.PdfError, ValueError):
        return True
    if contents is None:
        return False
    try:
        parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        for part in parts[:100]:
            if not isinstance(part, pikepdf.Stream) or (
                not part.read_bytes() and part.read_raw_bytes()
            ):
                return True
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError):
        return True
    return False


def hidden_packet(data: bytes) -> bytes:
    """Return the XMP packet of a file that keeps it compressed or encrypted; empty without one."""
    import pikepdf

    if b"/Metadata" not in data and b"/ObjStm" not in data:
        return b""
    try:
        with pikepdf.open(BytesIO(data), suppress_warnings=True) as pdf:
            packet = pdf.Root.get("/Metadata")
            if not isinstance(packet, pikepdf.Stream):
                return b""
            return bytes(packet.read_bytes()[:_MAX_PACKET])
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError):
        return b""
