"""Loading Kudos' whole corpus from its SQL dump and the folder of PDFs beside it.

Owns how a document of the dump becomes what the crawl would have found: the same record in the
shape of Kudos' API, the same addresses, the same item. Files lie under their SHA-256 and are taken
only where their bytes have it.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
import stat
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpora.registry import Source
from kb.bulk_store import hashes_at, mark_gone, store_files
from kb.frontier import Sighting
from kb.settings import Settings
from kb.store import Store
from pipeline.catalogue_record import MEDIA_TYPE, wrap_record
from pipeline.crawl.addresses import clean_address, file_name
from pipeline.errors import InputError
from pipeline.kudos_dump_staging import load_mapping, stage_dump
from pipeline.progress import Progress, silent

DOCUMENTS_AT_ONCE = 50  # in one transaction, with their files in memory
MAX_FILE_BYTES = 500 * 2**20  # larger than any report
MAX_TEXT_BYTES = 30 * 2**20  # of one unpacked text; a book of 2,000 pages has five
PROBLEMS_SHOWN = 50
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[\w.-]{1,80}")
_RELATED = {
    table: f"SELECT *, rowid AS place FROM {table} WHERE document_id = ? ORDER BY rowid"  # noqa: S608 - our own names
    for table in ("files", "actor_links", "author_links")
}
_FILE_KEYS = ("uuid", "sha256", "filename", "mimetype", "is_primary", "plaintext", "place")


@dataclass
class DumpReport:
    """What loading a dump came to; `keys` are the items whose files are new or changed."""

    documents: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    keys: list[str] = field(default_factory=list)
    hashes: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def note(self, kind: str, sentence: str) -> None:
        """Count a problem and keep its sentence, unless there are many already."""
        self.counts[kind] += 1
        if len(self.problems) < PROBLEMS_SHOWN:
            self.problems.append(sentence)


def load_dump(
    settings: Settings,
    store: Store,
    source: Source,
    dump: Path,
    *,
    files: Path | None = None,
    types: Sequence[str] = (),
    mapping: Path | None = None,
    progress: Progress = silent,
) -> DumpReport:
    """Take a dump's documents into the record, with the PDFs of `files` where it is given.

    Without `files` the texts that Kudos itself read out of the PDFs are taken. `types` narrows to
    kinds of document ("Evaluering"). Killed and started again it goes on; nothing is stored twice.
    Raises InputError for what cannot be read.
    """
    if files is not None and not files.is_dir():
        raise InputError(f"There is no folder {files} with the dump's files; check --files.")
    meant = load_mapping(mapping)
    staged = stage_dump(
        dump, settings.home / "imports", meant, with_text=files is None, progress=progress
    )
    report = DumpReport(problems=list(staged.problems))
    with closing(sqlite3.connect(f"file:{staged.path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        _Loader(store, source, connection, meant.roles, files, report).run(types, progress)
    staged.path.unlink()
    return report


@dataclass
class _Loader:
    """One pass over a staged dump's documents."""

    store: Store
    source: Source
    dump: sqlite3.Connection
    roles: dict[str, Any]
    folder: Path | None
    report: DumpReport

    def run(self, types: Sequence[str], progress: Progress) -> None:
        total = self.dump.execute("SELECT count(*) FROM documents").fetchone()[0]
        rows = self.dump.execute("SELECT * FROM documents ORDER BY rowid")
        with progress("documents", total) as step:
            while part := rows.fetchmany(DOCUMENTS_AT_ONCE):
                self._take([dict(row) for row in part], types)
                step(len(part))

    def _take(self, rows: Sequence[dict[str, Any]], types: Sequence[str]) -> None:
        batch: list[tuple[bytes, Sighting]] = []
        gone: list[str] = []
        for row in rows:
            document = self._document(row)
            if document is None or (types and document["type"] not in types):
                self.report.counts["other_types" if document else "without_id"] += 1
            elif row["deleted_at"]:
                gone.append(self._address(document["uuid"]))
            else:
                self.report.documents += 1
                batch.append(self._record(document))
                batch += self._files(document)
        stored = store_files(self.store, batch)
        changed = stored.changed
        for sentence in stored.refused.values():
            self.report.note("removed", sentence)
        self.report.counts["gone"] += mark_gone(self.store, gone)
        for data, sighting in batch:
            if sighting.url in stored.refused:
                continue
            kind = "stored" if sighting.url in changed else "unchanged"
            self.report.counts[f"{sighting.role}s_{kind}"] += 1
            if sighting.url in changed:
                self.report.hashes.add(hashlib.sha256(data).hexdigest())
        touched = {s.item for _, s in batch if s.url in changed}
        self.report.keys += sorted(touched)

    def _document(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """A document as Kudos' API would give it, or None without an identifier."""
        name = row["uuid"] or row["id"] or ""
        if not _NAME.fullmatch(name):
            return None
        kind = row["type"] or self._one("SELECT name FROM types WHERE id = ?", row["type_id"])
        document: dict[str, Any] = {
            "uuid": name,
            "type": kind,
            "publish_date": row["publish_date"] or row["published_year"],
            "files": [
                {key: found[key] for key in found.keys() if key in _FILE_KEYS}  # noqa: SIM118
                for found in self._related(row["id"], "files")
                if not found["deleted_at"]
            ],
            "authors": self._authors(row["id"]),
            **self._actors(row["id"]),
        }
        plain = ("title", "subtitle", "abstract", "language", "external_public_url")
        return {**document, **{key: row[key] for key in plain}}

    def _related(self, document: str | None, table: str) -> list[sqlite3.Row]:
        return self.dump.execute(_RELATED[table], (document,)).fetchall()

    def _one(self, query: str, value: str | None) -> str | None:
        row = self.dump.execute(query, (value,)).fetchone() if value is not None else None
        return row[0] if row else None

    def _authors(self, document: str | None) -> list[str]:
        names = [
            link["name"] or self._one("SELECT name FROM authors WHERE id = ?", link["author_id"])
            for link in self._related(document, "author_links")
        ]
        return [name for name in names if name]

    def _actors(self, document: str | None) -> dict[str, list[dict[str, str]]]:
        found: dict[str, list[dict[str, str]]] = {}
        for link in self._related(document, "actor_links"):
            name = self._one("SELECT name FROM actors WHERE id = ?", link["actor_id"])
            role = (link["role"] or "").rpartition("\\")[2].lower()  # Laravel keeps class names
            if name and role in self.roles:
                found.setdefault(self.roles[role], []).append({"name": name})
            elif name and not self.report.counts[f"role {role[:40]}"]:
                self.report.note(
                    f"role {role[:40]}",
                    f"The dump gives an actor the role {role[:40]!r}, which is not read; name it "
                    "under `roles` in a mapping if it matters.",
                )
        return found

    def _record(self, document: dict[str, Any]) -> tuple[bytes, Sighting]:
        kept = {key: value for key, value in document.items() if value not in (None, "", [])}
        kept["files"] = [
            {key: value for key, value in file.items() if key not in ("plaintext", "place")}
            for file in document["files"]
        ]
        sighting = Sighting(
            url=self._address(document["uuid"]),
            source_id=self.source.id,
            item=self._item(document["uuid"]),
            role="record",
            media_type=MEDIA_TYPE,
        )
        return wrap_record("kudos", kept, sighting.item), sighting

    def _address(self, uuid: str) -> str:
        assert self.source.api is not None
        return f"{self.source.api.url}/{uuid}"

    def _item(self, uuid: str) -> str:
        return f"{self.source.homepage.rstrip('/')}/dokument/{uuid}"

    def _files(self, document: dict[str, Any]) -> Iterator[tuple[bytes, Sighting]]:
        """The files of a document that are not here yet."""
        item = self._item(document["uuid"])
        order = sorted(document["files"], key=lambda file: file.get("is_primary") != "1")
        named = {f"{item}/filer/{_file_id(file)}.pdf": file for file in order}
        known = hashes_at(self.store, list(named))
        for position, (url, file) in enumerate(named.items()):
            sha256 = str(file.get("sha256") or "").lower()
            if known.get(url) == sha256 and sha256:
                self.report.counts["documents_unchanged"] += 1
                continue
            found = self._bytes(sha256, file)
            if found is None or clean_address(url) is None:
                continue
            data, media_type = found
            yield (
                data,
                Sighting(
                    url=url,
                    source_id=self.source.id,
                    item=item,
                    role="document",
                    media_type=media_type,
                    position=position,
                    filename=file_name("/" + str(file.get("filename") or ""), None),
                ),
            )

    def _bytes(self, sha256: str, file: dict[str, Any]) -> tuple[bytes, str] | None:
        if self.folder is None:
            text = _unpack(file.get("plaintext"))
            return (text, "text/plain") if text else None
        if not _SHA256.fullmatch(sha256):
            self.report.note(
                "without_hash", "A file of the dump has no SHA-256, so it is left out."
            )
            return None
        try:
            path = find_file(self.folder, sha256)
            data = path.read_bytes() if path is not None else b""
        except OSError as error:
            why = error.strerror or type(error).__name__
            self.report.note(
                "missing", f"The file {sha256} in {self.folder} cannot be read ({why})."
            )
            return None
        if path is None:
            self.report.note("missing", f"The file {sha256} is not in {self.folder}.")
            return None
        if hashlib.sha256(data).hexdigest() != sha256:
            self.report.note(
                "wrong_hash", f"The file {path} has other bytes than its name says; fetch it again."
            )
            return None
        return data, str(file.get("mimetype") or "application/pdf")


def find_file(folder: Path, sha256: str) -> Path | None:
    """Return the file kept under a hash: `<3 digits>/<hash>/<name>`, `<hash>.pdf` or `<hash>`.

    A file's name in the dump is never used, links are not followed, and only plain files of a size
    that a report can have are returned. Raises OSError for a folder that cannot be read.
    """
    own = folder / sha256[:3] / sha256
    inside = sorted(own.iterdir()) if own.is_dir() and not own.is_symlink() else []
    for path in (*inside, own, folder / f"{sha256}.pdf", folder / sha256):
        try:
            facts = path.lstat()
        except OSError:
            continue
        if stat.S_ISREG(facts.st_mode) and 0 < facts.st_size <= MAX_FILE_BYTES:
            return path
    return None


def _file_id(file: dict[str, Any]) -> str:
    """What a file is called in its address: its own id, else its hash, else its place."""
    given = (str(file.get("uuid") or ""), str(file.get("sha256") or ""), str(file.get("place")))
    return next(name for name in (*given, "0") if _NAME.fullmatch(name))


def _unpack(packed: object) -> bytes | None:
    """Return a zlib-packed text, or what is left of one that is too long; None where it is none."""
    if not isinstance(packed, bytes) or not packed:
        return None
    try:
        text = zlib.decompressobj().decompress(packed, MAX_TEXT_BYTES)
    except zlib.error:
        return None
    return text if text.strip() else None
