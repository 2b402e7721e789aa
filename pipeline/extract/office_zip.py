"""Office files as hostile archives: checked before they are opened, their XML parsed safely.

Owns the limits on what an archive may unpack to. Serves DOCX, PPTX, EPUB and ODT.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

from lxml import etree

_MAX_UNPACKED = 600 * 1024 * 1024  # bytes all parts together may unpack to
_MAX_PART = 200 * 1024 * 1024  # bytes one XML part may unpack to
_MAX_RATIO = 300  # unpacked to packed; XML packs to about a tenth
_MAX_PARTS = 20_000  # parts; a deck with thousands of pictures has fewer
_ENCRYPTED = 1  # bit of a part's flags
_XML = (".xml", ".rels", ".opf", ".xhtml", ".html", ".htm", ".ncx")


def check_archive(data: bytes) -> str | None:
    """Return why an archive must not be unpacked, None where it may."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            items = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "The file is damaged and cannot be unpacked; fetch or save it again."
    if any(item.flag_bits & _ENCRYPTED for item in items):
        return "The file is encrypted and needs a password; save it without one and add it again."
    unpacked = sum(item.file_size for item in items)
    large_xml = any(
        item.filename.lower().endswith(_XML)
        and (item.file_size > _MAX_PART or item.file_size > _MAX_RATIO * max(item.compress_size, 1))
        and item.file_size > 10_000_000
        for item in items
    )
    if unpacked > _MAX_UNPACKED or len(items) > _MAX_PARTS or large_xml:
        return "The file unpacks to far more than a report holds; it was not opened."
    return None


def parse_xml(data: bytes) -> Any:
    """Return the root of a part's XML, without entities, DTDs or network."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    return etree.fromstring(data, parser=parser)
