"""OpenDocument and RTF texts, which pandoc turns into a web page that is then read as one.

Owns the call of pandoc: in its sandbox (no files, no network), with limits of time and memory, in
the limited child like every reader. Pages do not survive that; these files have none.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

from lxml import etree

from pipeline.extract import choose
from pipeline.extract.html_page import read_blocks
from pipeline.extract.html_tree import parse
from pipeline.extract.job import Job
from pipeline.extract.metadata.front_lines import is_front_line, read_front_lines
from pipeline.extract.office_zip import check_archive, parse_xml
from pipeline.extract.outcome import finish, quarantined
from pipeline.records import Block, Extracted

_TIMEOUT_S = 120.0  # seconds; a report takes one or two
_HEAP = "-M1g"  # pandoc's own memory limit; a report of 500 pages takes 300 MB
_FORMATS = {choose.ODT: "odt", choose.RTF: "rtf"}
# A letter by its number straight before its stand-in ("\u248?"): pandoc drops two.
_UNICODE = re.compile(rb"(?<!\\)(\\u-?\d{1,5})(?=\?)")
_FRONT_BLOCKS = 12  # blocks before which lines about the publication stand
_FRONT_WORDS = 30  # words; longer paragraphs are text


def read_with_pandoc(media_type: str, job: Job) -> Extracted:
    """Return what an ODT or RTF file says."""
    refused = check_archive(job.data) if media_type == choose.ODT else None
    if refused:
        return quarantined(media_type, refused)
    try:
        page = _convert(job.data, _FORMATS[media_type])
    except subprocess.TimeoutExpired:
        return quarantined(
            media_type, "Reading the file took too long; save it as DOCX or PDF and add it again."
        )
    tree = parse(page) if page else None
    if tree is None:
        return quarantined(
            media_type,
            "The file is damaged and could not be converted; save it as DOCX or PDF and add it"
            " again.",
        )
    properties = _properties(job.data) if media_type == choose.ODT else {}
    blocks = read_blocks(tree, properties.get("title"), judged=False)
    if not blocks:
        return quarantined(media_type, "The document holds no text that could be read.")
    title, lines = _front(blocks, properties.get("title", ""))
    metadata = read_front_lines(title, None, lines, properties)
    return finish(media_type, f"{_FORMATS[media_type]} 1", blocks, metadata)


def _convert(data: bytes, form: str) -> str:
    """Return the file as HTML; empty where pandoc cannot read it."""
    import pypandoc

    with tempfile.TemporaryDirectory(prefix="samvirke-pandoc-") as folder:
        source = Path(folder) / f"input.{form}"
        source.write_bytes(_UNICODE.sub(rb"\1 ", data) if form == "rtf" else data)
        command = [pypandoc.get_pandoc_path(), "-f", form, "-t", "html", "--sandbox"]
        command += [str(source), "+RTS", _HEAP, "-RTS"]
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
    text = done.stdout.decode("utf-8", errors="replace") if done.returncode == 0 else ""
    return f"<html><body>{text}</body></html>" if text.strip() else ""


def _properties(data: bytes) -> dict[str, str]:
    """Return title and author as the program that wrote an ODT kept them."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            root = parse_xml(archive.read("meta.xml"))
    except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile, OSError):
        return {}
    found = {"title": root.find(".//{*}title"), "author": root.find(".//{*}initial-creator")}
    return {key: element.text or "" for key, element in found.items() if element is not None}


def _front(blocks: list[Block], named: str) -> tuple[str | None, list[str]]:
    """Call the lines about the publication before the first section colophon; return them.

    A first paragraph that repeats the file's own title is the title.
    """
    title: str | None = None
    lines: list[str] = []
    for at, block in enumerate(blocks[:_FRONT_BLOCKS]):
        if block.kind == "heading":
            break
        if named and block.text == named and title is None:
            title = named
            blocks[at] = Block("heading", block.text, (), 0)
        elif is_front_line(block.text) and len(block.text.split()) < _FRONT_WORDS:
            lines.append(block.text)
            blocks[at] = Block("colophon", block.text)
    return title, lines
