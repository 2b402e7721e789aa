"""What a person hands to an import, taken apart: files of a folder, records of a bibliography.

Owns the order of files, which of them are read, and the shape in which records and their attached
files are stored. Taking them through the stages is `pipeline.bulk_import`'s business.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb.citations.formats import CITATION_FORMATS, decode, read_bibliography
from kb.errors import CitationError
from kb.frontier import Sighting
from kb.prisma import IMPORTED
from kb.problem_kinds import ProblemKind
from pipeline.attachments import MAX_FILE_BYTES, attached_file, named_files

CSL_JSON = "application/vnd.citationstyles.csl+json"
DOCUMENT_SUFFIXES = frozenset(
    (".pdf", ".docx", ".pptx", ".html", ".htm", ".xhtml", ".txt", ".text", ".md", ".epub")
)
PROBLEMS_KEPT = 200  # sentences for one input; a file of 10,000 records may have a gap in each

_BIBLIOGRAPHIES = {
    suffix: form.id for form in CITATION_FORMATS.values() for suffix in form.suffixes
}


@dataclass
class ImportResult:
    """What became of one file; `records` are a bibliography's, 1 for a document.

    `status` is added, updated, unchanged, quarantined or failed; `lost` records could not be read
    and are in `problems`, each with its line.
    """

    input: str
    status: str = "failed"
    records: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    quarantined: int = 0
    lost: int = 0
    attached: int = 0
    passages: int = 0
    publication_ids: list[str] = field(default_factory=list)
    reason: str | None = None
    problems: list[str] = field(default_factory=list)


@dataclass
class Input:
    """One file to import, and the items it came to."""

    path: Path
    result: ImportResult
    keys: list[str] = field(default_factory=list)

    @property
    def bibliography(self) -> str | None:
        """The id of its citation format, or None for a document."""
        return _BIBLIOGRAPHIES.get(self.path.suffix.lower())

    @property
    def problem_kind(self) -> ProblemKind:
        """Which kind of problem it is where something of it cannot be read."""
        return "unreadable_file" if self.bibliography is None else "bad_record"


def list_inputs(names: Sequence[str]) -> list[Input]:
    """Every file that is meant: bibliographies first, then documents, each in alphabetical order.

    Folders are walked through; links in them are not followed and hidden files are passed over.
    """
    found: dict[Path, Input] = {}
    for name in names:
        path = Path(name)
        if path.is_dir():
            for inner in _walk(path):
                found.setdefault(inner, _input(inner, str(inner)))
        else:
            found.setdefault(path, _input(path, name))
    return sorted(found.values(), key=lambda entry: entry.bibliography is None)


def _walk(folder: Path) -> Iterator[Path]:
    for base, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(base, name)
            if not name.startswith((".", "~$")) and path.is_file() and not path.is_symlink():
                yield path


def _input(path: Path, shown: str) -> Input:
    suffix = path.suffix.lower()
    entry = Input(path, ImportResult(shown))
    try:
        size = path.stat().st_size
    except OSError as error:
        entry.result.reason = f"The file {shown} cannot be read ({error.strerror}); check the path."
        return entry
    if suffix not in DOCUMENT_SUFFIXES and entry.bibliography is None:
        entry.result.reason = (
            f"{path.name} is none of the kinds of file that are read "
            f"({', '.join(sorted((*DOCUMENT_SUFFIXES, *_BIBLIOGRAPHIES)))})."
        )
    elif size > MAX_FILE_BYTES:
        entry.result.reason = (
            f"{shown} is larger than {MAX_FILE_BYTES // 2**20} MiB; split it first."
        )
    elif size == 0:
        entry.result.reason = f"{shown} is empty; save or download it again."
    return entry


def read_input(entry: Input, taken: set[Path]) -> Iterator[tuple[bytes, Sighting]]:
    """Yield what an input stores: its own bytes, or each record with the files it names.

    `taken` are files that a record has attached already; they are added to it, and are no inputs of
    their own.
    """
    result = entry.result
    if result.reason is not None:
        return
    if entry.bibliography is None:
        if entry.path.resolve() in taken:
            result.status, result.reason = "unchanged", "It belongs to a record of a bibliography."
            return
        data = _read(entry)
        if data is not None:
            result.records = 1
            yield data, _upload(entry, hashlib.sha256(data).hexdigest(), "document")
        return
    yield from _read_bibliography(entry, entry.bibliography, taken)


def _read_bibliography(
    entry: Input, form: str, taken: set[Path]
) -> Iterator[tuple[bytes, Sighting]]:
    data, result = _read(entry), entry.result
    if data is None:
        return
    try:
        read = read_bibliography(data, form)
    except CitationError as error:
        result.reason = str(error)
        return
    text = decode(data)
    lines = record_lines(text) if form == "csl-json" and read.problems else []
    files = named_files(text, form)
    lost = {problem.position for problem in read.problems if not problem.kept}
    result.lost, result.records = len(lost), len(read.entries) + len(lost)
    sentences = [
        problem.message + (f" (line {lines[problem.position - 1]})" if lines else "")
        for problem in sorted(read.problems, key=lambda problem: problem.kept)
    ]
    positions = (at for at in range(1, result.records + 1) if at not in lost)
    for position, record in zip(positions, read.entries, strict=True):
        named = files[position - 1] if position <= len(files) else ()
        missing = yield from _read_record(entry, record, named, taken)
        sentences += [
            f"Record {position} names the file {name[:80]!r}, which is not in the folder of "
            f"{entry.path.name}; the record is kept without it."
            for name in missing
        ]
    if len(sentences) > PROBLEMS_KEPT:
        more = len(sentences) - PROBLEMS_KEPT
        sentences[PROBLEMS_KEPT:] = [f"{more} more records have gaps or faults."]
    result.problems = sentences
    if result.records == 0:
        result.reason = f"No record was found in {result.input}; export it again."


def _read_record(
    entry: Input, record: dict[str, Any], named: Sequence[str], taken: set[Path]
) -> Generator[tuple[bytes, Sighting], None, list[str]]:
    """Yield one record and the files it names; return the names that lead to none."""
    facts = {name: value for name, value in record.items() if name != "id"}  # counts in a file
    body = json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()
    sha256 = hashlib.sha256(body).hexdigest()
    missing: list[str] = []
    paths: dict[Path, None] = {}
    for name in named:
        path = attached_file(entry.path.parent, name)
        if path is not None:
            paths.setdefault(path)
        elif not name.startswith(("http://", "https://")):
            missing.append(name)
    yield body, _upload(entry, sha256, "record" if paths else "document", CSL_JSON)
    for position, path in enumerate(paths):
        data = path.read_bytes()
        taken.add(path)
        entry.result.attached += 1
        yield (
            data,
            Sighting(
                url=f"upload:{sha256}/{hashlib.sha256(data).hexdigest()}",
                source_id=IMPORTED,
                item=f"upload:{sha256}",
                role="document",
                position=position,
                filename=path.name,
            ),
        )
    return missing


def _upload(entry: Input, sha256: str, role: str, media_type: str | None = None) -> Sighting:
    key = f"upload:{sha256}"
    return Sighting(
        url=key, source_id=IMPORTED, item=key, role=role, media_type=media_type,
        filename=entry.path.name,
    )  # fmt: skip


def _read(entry: Input) -> bytes | None:
    try:
        return entry.path.read_bytes()
    except OSError as error:
        entry.result.reason = (
            f"The file {entry.result.input} cannot be read ({error.strerror}); check its "
            "permissions."
        )
        return None


def record_lines(text: str) -> list[int]:
    """Return the line each record of a JSON list begins on, as far as the list can be read."""
    decoder, lines = json.JSONDecoder(), []
    at = text.find("[") + 1
    line, counted = 1, 0
    while at:
        while at < len(text) and text[at] in " \t\n\r,":
            at += 1
        line, counted = line + text.count("\n", counted, at), at
        try:
            _, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        lines.append(line)
        at = end
    return lines
