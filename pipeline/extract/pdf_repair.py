"""Damaged PDFs made readable, and what a sound PDF keeps where plain bytes do not show it.

Owns the calls of pikepdf (qpdf), which finds the objects of a file whose table is lost. Its answer
is read as any other PDF is; a file that it cannot mend either stays damaged.
"""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Callable, Sequence
from io import BytesIO
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")

_OBJECT = re.compile(rb"(?<!\d)(\d{1,8}) \d{1,5} obj\b")
_PAGE = re.compile(
    rb"(?<!\d)(\d{1,8}) \d{1,5} obj\b(?:(?!endobj).){0,3000}?/Type\s*/Page(?![A-Za-z])", re.DOTALL
)
_MAX_PAGES = 5000  # pages put into a new catalog
_MAX_OBJECTS = 2_000_000  # objects counted to number a new one
log = logging.getLogger(__name__)

_MAX_PACKET = 400_000  # bytes of an XMP packet; a record of a report takes a few thousand
_MAX_PARTS = 100  # streams of one page's content that are looked at
_MAX_PART = 50_000_000  # bytes unpacked of one; a page of a report has 30,000
_MAX_UNPACKED = 500_000_000  # bytes unpacked of one file to see whether its pages are whole
_ZLIB_HEADER = 2  # bytes before the packed data itself
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


class Inside:
    """What qpdf tells of a file that pdfium reads. Opened once, and only when asked."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._pdf: Any = None
        self._torn: dict[tuple[int, int], bool] = {}
        self._unpacked = 0

    def __enter__(self) -> Inside:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pdf is not None:
            self._pdf.close()

    def _ask(self, question: Callable[[Any], T], unknown: T) -> T:
        """Return what the opened file answers, `unknown` where it cannot be opened or fails."""
        import pikepdf

        try:
            if self._pdf is None:
                self._pdf = pikepdf.open(BytesIO(self._data), suppress_warnings=True)
            return question(self._pdf)
        except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError) as error:
            log.info("qpdf: %s: %s", type(error).__name__, error)
            return unknown

    def packet(self) -> bytes:
        """Return the XMP packet, also a compressed or encrypted one; empty without one."""
        if b"/Metadata" not in self._data and b"/ObjStm" not in self._data:
            return b""
        return self._ask(_packet, b"")

    def broken_pages(self, pages: Sequence[int]) -> list[int]:
        """Return which of these pages (0-based), found empty, have content that is damaged."""

        def ask(pdf: Any) -> list[int]:
            return [index for index in pages if index < len(pdf.pages) and _broken(pdf, index)]

        return self._ask(ask, []) if pages else []

    def torn_pages(self, pages: Sequence[int]) -> list[int]:
        """Return which of these pages (0-based) lost the end of their content.

        pdfium shows what stands before the damage and says nothing.
        """

        def ask(pdf: Any) -> list[int]:
            if pdf.is_encrypted:
                return []
            return [
                index for index in pages if index < len(pdf.pages) and self._is_torn(pdf, index)
            ]

        return self._ask(ask, []) if pages else []

    def _is_torn(self, pdf: Any, index: int) -> bool:
        return any(self._torn_part(part) for part in _contents(pdf, index))

    def _torn_part(self, part: Any) -> bool:
        import pikepdf

        if not isinstance(part, pikepdf.Stream) or part.get("/Filter") != "/FlateDecode":
            return False
        if part.objgen not in self._torn and self._unpacked < _MAX_UNPACKED:
            torn, size = _is_cut(part.read_raw_bytes())
            self._unpacked += size
            self._torn[part.objgen] = torn
        return self._torn.get(part.objgen, False)


def _is_cut(packed: bytes) -> tuple[bool, int]:
    """Return whether packed bytes break off or are altered, and how many they unpack to.

    A missing checksum alone is none of it: sloppy programs leave it out.
    """
    unpacker = zlib.decompressobj()
    try:
        size = len(unpacker.decompress(packed, _MAX_PART))
    except zlib.error:
        return True, len(packed)
    if unpacker.eof or unpacker.unconsumed_tail:
        return False, size
    bare = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        bare.decompress(packed[_ZLIB_HEADER:], _MAX_PART)
    except zlib.error:
        return True, size
    return not bare.eof, size


def _contents(pdf: Any, index: int) -> list[Any]:
    """Return the streams of a page's content, the first of very many."""
    import pikepdf

    contents = pdf.pages[index].obj.get("/Contents")
    if contents is None:
        return []
    return list(contents)[:_MAX_PARTS] if isinstance(contents, pikepdf.Array) else [contents]


def _broken(pdf: Any, index: int) -> bool:
    """Return whether a page has content that cannot be unpacked."""
    import pikepdf

    try:
        return any(
            not isinstance(part, pikepdf.Stream)
            or (not part.read_bytes() and bool(part.read_raw_bytes()))
            for part in _contents(pdf, index)
        )
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError):
        return True


def _packet(pdf: Any) -> bytes:
    import pikepdf

    packet = pdf.Root.get("/Metadata")
    if not isinstance(packet, pikepdf.Stream):
        return b""
    return bytes(packet.read_bytes()[:_MAX_PACKET])
