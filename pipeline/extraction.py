"""The extract stage over the record: reads files that these readers have not read yet.

Owns the folder of what was read (derived: one compressed JSON for each file and version). How a
file is read is `pipeline.extract`'s business.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections import Counter, deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.errors import BlobError, NotFoundError
from kb.files import (
    AddressView,
    count_files,
    files_to_read,
    record_extraction,
    waiting_for,
)
from kb.runs import ProblemView, add_problem
from kb.settings import Settings
from kb.store import Store
from pipeline.extract import (
    EXTRACT_VERSION,
    OCR_MISSING,
    ExtractPool,
    Job,
    installed_languages,
)
from pipeline.progress import Progress, silent
from pipeline.records import Extracted, from_json, to_json


@dataclass(frozen=True)
class ExtractReport:
    """How many files were read, partly read, quarantined, and needed nothing."""

    read: int = 0
    partial: int = 0
    quarantined: int = 0
    unchanged: int = 0


def run_extraction(
    settings: Settings,
    store: Store,
    *,
    run_id: int | None = None,
    sha256s: Collection[str] | None = None,
    progress: Progress = silent,
) -> ExtractReport:
    """Read every file (or those named) that this version of the readers has not read.

    A file that cannot be read is quarantined with its reason, as a problem of the run.
    """
    waiting = files_to_read(store, EXTRACT_VERSION, sha256s)
    if not installed_languages():  # trying again would tell the same
        hopeless = waiting_for(store, EXTRACT_VERSION, OCR_MISSING)
        waiting = [address for address in waiting if address.sha256 not in hopeless]
    total = count_files(store) if sha256s is None else len(set(sha256s))
    counts: Counter[str] = Counter()
    if waiting:
        with (
            ExtractPool(min(settings.extract_workers, len(waiting))) as pool,
            progress("extract", len(waiting)) as step,
        ):
            for address, extracted in _read_all(store, pool, waiting):
                _keep(settings, store, address, extracted, run_id)
                counts[extracted.status] += 1
                step(1)
    return ExtractReport(
        counts["read"], counts["partial"], counts["quarantined"], total - len(waiting)
    )


def load_extracted(settings: Settings, store: Store, sha256: str) -> Extracted:
    """What was read from a file; read again where the derived copy is missing or damaged.

    Raises NotFoundError where the record does not have the file.
    """
    try:
        with gzip.open(_path(settings, sha256), "rt", encoding="utf-8") as stream:
            return from_json(Extracted, json.load(stream))
    except (OSError, EOFError, ValueError, zlib.error):
        known = files_to_read(store, -1, [sha256])
    with ExtractPool(1) as pool:
        for address, extracted in _read_all(store, pool, known):
            _keep(settings, store, address, extracted, None)
            return extracted
    raise NotFoundError(
        f"The record does not have the file {sha256}, of which passages were to be made; "
        "run `samvirke doctor`."
    )


def _keep(
    settings: Settings,
    store: Store,
    address: AddressView,
    extracted: Extracted,
    run_id: int | None,
) -> None:
    """Write what was read, then say so in the record, so that a crash between repeats the file."""
    path = _path(settings, address.sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with gzip.open(part, "wt", encoding="utf-8", compresslevel=3) as stream:
        json.dump(to_json(extracted), stream, ensure_ascii=False)
    part.replace(path)
    record_extraction(
        store,
        address.sha256,
        EXTRACT_VERSION,
        status=extracted.status,
        reason=extracted.reason,
        extractor=extracted.extractor,
        pages=len(extracted.pages),
        retry=extracted.retry,
    )
    if extracted.status != "read":
        add_problem(
            store,
            run_id,
            ProblemView(
                "extract",
                address.source_id,
                address.filename or address.url,
                f"{extracted.status}: {extracted.reason}",
                "partly_read" if extracted.status == "partial" else "unreadable_file",
            ),
        )


def _path(settings: Settings, sha256: str) -> Path:
    return settings.extracted_folder / sha256[:2] / f"{sha256}-{EXTRACT_VERSION}.json.gz"


def _read_all(
    store: Store, pool: ExtractPool, addresses: Sequence[AddressView]
) -> Iterator[tuple[AddressView, Extracted]]:
    """Read files a few ahead; one whose bytes are missing or altered is quarantined too."""
    asked: deque[AddressView] = deque()
    broken: list[tuple[AddressView, str]] = []

    def jobs() -> Iterator[Job]:
        for address in addresses:
            try:
                data = store.blobs.get(address.sha256)
            except BlobError as error:
                broken.append((address, str(error)))
                continue
            asked.append(address)
            url = address.url if address.url.startswith("http") else None
            yield Job(data, media_type=address.media_type, filename=address.filename, url=url)

    for extracted in pool.map(jobs()):
        yield asked.popleft(), extracted
    for address, reason in broken:
        yield address, Extracted("quarantined", reason, address.media_type or "", None, retry=True)
