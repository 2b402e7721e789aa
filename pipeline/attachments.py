"""Files that a bibliography's records name, found beside the bibliography and nowhere else.

Owns what RIS (L1 to L4) and BibTeX (`file`) write there, and that only plain files inside the
bibliography's own folder are attached, whatever a record calls them.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import unquote, urlsplit

from kb.citations.bibtex_syntax import RawEntry, split_entries, split_fields
from kb.citations.ris_lines import split_records

MAX_FILE_BYTES = 500 * 2**20  # larger than any report
MAX_NAMED = 20  # files of one record
_RIS_FILE = re.compile(r"^L[1-4]  - (.+)$", re.MULTILINE)
_READ_SUFFIXES = frozenset((".pdf", ".docx", ".pptx", ".html", ".htm", ".txt", ".epub"))
_PARTS = re.compile(r"(?<!\\);")
_COLONS = re.compile(r"(?<!\\):")


def named_files(text: str, form: str) -> list[tuple[str, ...]]:
    """Return for each record of a bibliography the names of its files, in the file's order.

    `form` is the format's id; formats without files (CSL-JSON) give an empty list.
    """
    if form == "ris":
        return [tuple(_RIS_FILE.findall(block.text))[:MAX_NAMED] for block in split_records(text)]
    if form == "bibtex":
        records = [entry for entry in split_entries(text) if entry.is_record]
        return [tuple(_of_entry(entry))[:MAX_NAMED] for entry in records]
    return []


def _of_entry(entry: RawEntry) -> Iterator[str]:
    value = dict(split_fields(entry.text)).get("file", "").strip()
    value = value[1:-1] if value[:1] in ('"', "{") else value
    for part in _PARTS.split(value):
        pieces = [re.sub(r"\\(.)", r"\1", piece) for piece in _COLONS.split(part.strip())]
        if len(pieces) >= 3:  # description:path:type, as Zotero and JabRef write it
            yield pieces[-2]
        elif part.strip():
            yield re.sub(r"\\([:;\\{}])", r"\1", part.strip())


def attached_file(folder: Path, name: str) -> Path | None:
    """Return the file that a name means inside `folder`, or None where it leads to none there.

    Links are not followed, and no way leads out of the folder.
    """
    base = folder.resolve()
    for spelt in _spellings(name):
        parts = [part for part in spelt.parts if part != "."]
        if not parts or ".." in parts or any("\x00" in part for part in parts):
            continue
        path = Path(*parts) if spelt.is_absolute() else base.joinpath(*parts)
        if path.suffix.lower() in _READ_SUFFIXES and _is_plain(base, path):
            return path
    return None


def _spellings(name: str) -> Iterator[PurePosixPath]:
    """The ways in which a program may have meant a path: plain, as an address, with backslashes."""
    plain = name.strip().strip("<>\"'")
    try:
        parts = urlsplit(plain)
    except ValueError:
        return
    if parts.scheme in ("http", "https"):
        return
    if parts.scheme == "internal-pdf":  # EndNote: internal-pdf://0123456789/report.pdf
        yield PurePosixPath(unquote(f"{parts.netloc}{parts.path}"))
        yield PurePosixPath(unquote(parts.path.lstrip("/")))
        return
    if parts.scheme == "file":
        plain = unquote(parts.path)
    yield PurePosixPath(plain)
    yield PurePosixPath(unquote(plain))
    if "\\" in plain:
        yield PurePosixPath(*[p for p in PureWindowsPath(plain).parts if not p.endswith("\\")])


def _is_plain(base: Path, path: Path) -> bool:
    """Whether a path is a plain file inside `base` to which no link leads."""
    try:
        facts = path.lstat()
        return (
            stat.S_ISREG(facts.st_mode)
            and 0 < facts.st_size <= MAX_FILE_BYTES
            and path.resolve(strict=True) == path
            and path.is_relative_to(base)
        )
    except (OSError, ValueError, RuntimeError):
        return False
