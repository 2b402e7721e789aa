"""The doctor: checks record, files and generation against each other; changes nothing.

Owns the checks. Repairing is not done here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select, text

from corpora.errors import CodebookError
from kb.active_codebook import active_codebook
from kb.blobs import Blobs
from kb.coding.round_entries import visible
from kb.coding_tables import CodingComment, RoundPassage
from kb.errors import BlobError, GenerationError, ModelError
from kb.generation import check_files, current_generation, half_written
from kb.model_fit import model_misfit
from kb.removal import leftovers
from kb.search.build import TABLE_FILE, check_index
from kb.search.table import PassageTable
from kb.settings import Settings
from kb.store import Store
from kb.tables import Address, CitationItem, Coding, File, Passage, Publication


@dataclass(frozen=True)
class Finding:
    """Something that does not fit: where (record, files, generation, work), with what, and why."""

    where: str
    subject: str
    message: str


def examine(settings: Settings, store: Store) -> list[Finding]:
    """Every finding, record first; an empty list means all is well."""
    return [
        *_record(store),
        *_files(store),
        *_work(store),
        *_codebook(store),
        *_generation(settings, store),
    ]


def _record(store: Store) -> Iterator[Finding]:
    with store.read() as session:
        if session.get_bind().dialect.name == "sqlite":
            for (line,) in session.execute(text("PRAGMA integrity_check")):
                if line != "ok":
                    yield Finding("record", "database", f"{line}; restore the last backup.")
            for row in session.execute(text("PRAGMA foreign_key_check")):
                yield Finding("record", str(row[0]), f"row {row[1]} points to nothing in {row[2]}.")


def _files(store: Store) -> Iterator[Finding]:
    blobs: Blobs = store.blobs
    with store.read() as session:
        known = set(session.scalars(select(File.sha256)))
        seen = set(session.scalars(select(Address.sha256)))
    stored = set(blobs)
    for sha256 in sorted(known | seen):
        try:
            blobs.get(sha256)
        except BlobError as error:
            yield Finding("files", sha256, str(error))
    left = set(leftovers(store))
    for sha256 in sorted(stored & left):
        message = "A removed publication's file is still stored; `samvirke remove` it again."
        yield Finding("files", sha256, message)
    for sha256 in sorted(stored - known - left):
        yield Finding("files", sha256, "The file is stored but the record does not know it.")


def _work(store: Store) -> Iterator[Finding]:
    with store.read() as session:
        lost = select(Coding).where(Coding.needs_look.is_(True), visible(Coding))
        for coding in session.scalars(lost):
            yield Finding(
                "work",
                f"coding {coding.id}",
                f"{coding.coder}'s coding of {coding.factor} has lost its passage in "
                f"{coding.publication_id}; look at it in the Library.",
            )
        silent = select(CodingComment).where(
            CodingComment.needs_look.is_(True), visible(CodingComment)
        )
        for remark in session.scalars(silent):
            yield Finding(
                "work",
                f"comment {remark.id}",
                f"{remark.by}'s comment has lost its passage in {remark.publication_id}; look at "
                "it in the Library.",
            )
        for entry in session.scalars(select(RoundPassage).where(RoundPassage.needs_look.is_(True))):
            yield Finding(
                "work",
                f"round passage {entry.id}",
                f"A passage of a coding round has lost its text in {entry.publication_id}; its "
                "coders are shown what is left of it.",
            )
        for item in session.scalars(select(CitationItem).where(CitationItem.needs_look.is_(True))):
            yield Finding(
                "work",
                f"citation {item.id}",
                f"A quotation from {item.publication_id} has lost its passage; look at its set.",
            )


def _codebook(store: Store) -> Iterator[Finding]:
    try:
        problems = active_codebook(store).problems
    except CodebookError as error:
        problems = (str(error),)
    for problem in problems:
        yield Finding("record", "codebook", problem)


def _generation(settings: Settings, store: Store) -> Iterator[Finding]:
    folder = settings.generations_folder
    for path in half_written(folder):
        yield Finding(
            "generation", path.name, "A build was stopped half-way; the next one clears it away."
        )
    with store.read() as session:
        present = set(
            session.scalars(
                select(Passage.id)
                .join(Publication, Publication.id == Passage.publication_id)
                .where(Passage.retired_at.is_(None), Publication.removed_reason.is_(None))
            )
        )
    try:
        generation = current_generation(folder)
    except GenerationError as error:
        if present:
            yield Finding("generation", "current", str(error))
        return
    try:
        misfit = model_misfit(settings, generation.number, generation.manifest, prepare=True)
    except ModelError as error:
        misfit = str(error)
    if misfit:
        yield Finding("generation", str(generation.number), misfit)
    problems = check_files(generation)
    yield from (Finding("generation", str(generation.number), problem) for problem in problems)
    if problems:
        return
    for problem in check_index(generation.path):
        yield Finding("generation", str(generation.number), problem)
    stale = set(PassageTable(generation.path / TABLE_FILE).numbers) - present
    if stale:
        yield Finding(
            "generation",
            str(generation.number),
            f"{len(stale)} indexed passages are no longer in the record; run `samvirke index`.",
        )
