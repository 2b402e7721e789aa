"""E-books (EPUB 2 and 3): the chapters of the spine in order, and the package's metadata.

Owns the package file. Each chapter is a web page and is read as one. Read with zipfile and lxml
rather than with EbookLib, which is AGPL-licensed and unpacks without limits. E-books have no pages.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from lxml import etree

from pipeline.extract import choose
from pipeline.extract.html_page import read_blocks
from pipeline.extract.html_tree import decode, parse
from pipeline.extract.job import Job
from pipeline.extract.metadata import Fields, merge
from pipeline.extract.metadata.imprint import read_imprint
from pipeline.extract.metadata.labels import read_labels
from pipeline.extract.metadata.opf import read_package
from pipeline.extract.metadata.pdf_colophon import read_colophon
from pipeline.extract.office_zip import check_archive, parse_xml
from pipeline.extract.outcome import finish, quarantined
from pipeline.records import Block, Extracted

_MAX_CHAPTERS = 3000  # files of the spine; the longest books have some hundreds
_MAX_CHAPTER = 30 * 1024 * 1024  # bytes of one chapter
_FRONT_BLOCKS, _BACK_BLOCKS = 60, 40  # blocks among which the colophon stands
_LINE_WORDS = 16  # words; longer lines are prose
_FONTS_ONLY = re.compile(rb"idpf\.org/2008/embedding|ns\.adobe\.com/pdf/enc#RC")
_NAVIGATION = re.compile(r"\bnav\b")
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
PROTECTED = "The e-book is protected against copying and cannot be read; get it without protection."
DAMAGED = "The e-book is damaged: its package cannot be read; fetch or save it again."


def read_epub(job: Job) -> Extracted:
    """Return what an e-book says; a chapter that is missing or broken makes it partial."""
    refused = check_archive(job.data)
    if refused:
        return quarantined(choose.EPUB, refused)
    with zipfile.ZipFile(BytesIO(job.data)) as archive:
        if _is_protected(archive):
            return quarantined(choose.EPUB, PROTECTED)
        try:
            place, package = _package(archive)
        except (KeyError, ValueError, etree.XMLSyntaxError, zipfile.BadZipFile):
            return quarantined(choose.EPUB, DAMAGED)
        metadata = read_package(package)
        title = str(metadata["title"].value) if "title" in metadata else None
        blocks: list[Block] = []
        lost = 0
        for name in _spine(package, place):
            chapter = _read_chapter(archive, name, title)
            lost += chapter is None
            blocks.extend(chapter or ())
    metadata = merge([metadata, _colophon(blocks)])
    problem = f"{lost} of the e-book's chapters could not be read." if lost else None
    if not any(block.kind not in ("chrome", "contents") for block in blocks):
        reason = problem or "The e-book holds no text that could be read."
        return quarantined(choose.EPUB, reason, metadata)
    return finish(choose.EPUB, "epub 1", blocks, metadata, problem=problem)


def _is_protected(archive: zipfile.ZipFile) -> bool:
    """Return whether more than its fonts is encrypted."""
    try:
        with archive.open("META-INF/encryption.xml") as stream:
            listed = stream.read(1_000_000)
    except KeyError:
        return False
    methods = re.findall(rb"<(?:\w+:)?EncryptionMethod[^>]*>", listed)
    return any(not _FONTS_ONLY.search(method) for method in methods)


def _package(archive: zipfile.ZipFile) -> tuple[str, Any]:
    """Return the package file's place and its root; raises where there is none."""
    container = parse_xml(archive.read("META-INF/container.xml"))
    found = container.find(".//{*}rootfile")
    place = unquote(found.get("full-path") or "") if found is not None else ""
    return place, parse_xml(archive.read(place))


def _spine(package: Any, place: str) -> Iterator[str]:
    """Yield the names of the chapters in reading order, navigation left out."""
    items = {item.get("id"): item for item in package.iterfind("{*}manifest/{*}item")}
    folder = posixpath.dirname(place)
    references = package.findall("{*}spine/{*}itemref")[:_MAX_CHAPTERS]
    for item in (items.get(reference.get("idref")) for reference in references):
        if item is None or _NAVIGATION.search(item.get("properties") or ""):
            continue
        if (item.get("media-type") or "").lower() in _PAGES:
            path = unquote((item.get("href") or "").split("#")[0])
            yield posixpath.normpath(posixpath.join(folder, path))


def _read_chapter(archive: zipfile.ZipFile, name: str, title: str | None) -> list[Block] | None:
    """Return a chapter's blocks; None where it is missing or damaged."""
    try:
        with archive.open(name) as stream:
            data = stream.read(_MAX_CHAPTER)
    except (KeyError, OSError, zipfile.BadZipFile, zipfile.zlib.error):  # type: ignore[attr-defined]
        return None
    tree = parse(decode(data))
    return None if tree is None else read_blocks(tree, title, judged=False)


def _colophon(blocks: list[Block]) -> Fields:
    """Return what short lines of the first and last pages say (ISBN, series, publisher)."""
    near = [*blocks[:_FRONT_BLOCKS], *blocks[-_BACK_BLOCKS:]]
    lines = [block.text for block in near if len(block.text.split()) <= _LINE_WORDS]
    found = [read_labels(lines, origin="colophon"), read_imprint(lines, "colophon")]
    return merge([*found, read_colophon(lines)])
