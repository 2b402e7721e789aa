"""Taking single files and addresses straight into the knowledge base, through all the stages.

Owns what `samvirke add` does with each input. One bad input never stops the rest.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from corpora.nordic import EVIDENCE_COUNTRIES
from kb.citations.formats import CITATION_FORMATS, read_bibliography
from kb.csl_types import EARLIEST_YEAR, LATEST_YEAR
from kb.errors import CitationError
from kb.files import find_sighting, list_items, store_upload
from kb.frontier import Sighting, record_sighting
from kb.library import PublicationView, list_publications, machine_screening
from kb.prisma import count_flow
from kb.publications import record_screening
from kb.runs import end_run, start_run
from kb.settings import Settings
from kb.store import Store
from pipeline.crawl.fetch import fetch_address
from pipeline.errors import CrawlError, InputError
from pipeline.extraction import run_extraction
from pipeline.identify import Identified
from pipeline.progress import Progress, silent
from pipeline.refresh import ChangeReport, read_publications, refresh_lock, run_stages

STDIN = "-"
CSL_JSON = "application/vnd.citationstyles.csl+json"
PROBLEMS_SHOWN = 5  # of a bibliography's records; one of thousands may have a gap in each
SIZE_LIMIT = 500 * 2**20  # bytes: larger than any report; a disk image given by mistake is not


@dataclass
class AddResult:
    """What became of one input; the fields are CONTRACT.md's."""

    input: str
    status: str  # added, unchanged, updated, quarantined, failed
    publication_id: str | None = None
    passages: int = 0
    reason: str | None = None
    screening: dict[str, Any] | None = None
    publication_ids: list[str] = field(default_factory=list)


def given_fields(
    *,
    country: Sequence[str] = (),
    year: int | None = None,
    publisher: str | None = None,
    title: str | None = None,
) -> dict[str, Any]:
    """What a person says of an input, in the record's terms.

    Raises InputError for a country that evidence cannot be from or a year that is none.
    """
    given: dict[str, Any] = {}
    unknown = [code for code in country if code not in EVIDENCE_COUNTRIES]
    if unknown:
        raise InputError(
            f"Expected --country among {', '.join(EVIDENCE_COUNTRIES)}, found {unknown[0]!r}; "
            "give the option once for each country."
        )
    if country:
        given["countries"] = list(country)
    if year is not None and not EARLIEST_YEAR <= year <= LATEST_YEAR:
        span = f"{EARLIEST_YEAR} and {LATEST_YEAR}"
        raise InputError(f"Expected --year between {span}, found {year}.")
    if year is not None:
        given["issued"] = {"date-parts": [[year]]}
    if publisher:
        given["publisher"] = publisher
    if title:
        given["title"] = title
    return given


@dataclass
class _Input:
    """An input that was stored: its item, or the items of a bibliography's records.

    `lost` counts the records that could not be read.
    """

    result: AddResult
    keys: list[str]
    lost: int = 0


def add_inputs(
    settings: Settings,
    store: Store,
    inputs: Sequence[str],
    *,
    given: Mapping[str, Any] | None = None,
    stdin: BinaryIO | None = None,
    progress: Progress = silent,
    say: Callable[[str], None] = lambda _: None,
) -> list[AddResult]:
    """Take files, folders' files and addresses in, through all the stages; one result an input.

    `given` (see `given_fields`) is said of every input. What a person adds is included, whatever
    screening says. Raises RefreshError, GenerationError or CoderError where no input can be taken.
    """
    with refresh_lock(settings, wait=True, say=say):
        run_id, _ = start_run(store, "add")
        report = ChangeReport()
        try:
            taken = [_take(settings, store, name, stdin) for name in inputs]
            _read_and_index(settings, store, taken, given or {}, run_id, progress, report)
        except BaseException as error:
            end_run(store, run_id, "failed", {**asdict(report), "error": str(error)})
            raise
        results = [entry.result for entry in taken]
        report.stages["add"] = [asdict(result) for result in results]
        report.flow = count_flow(store).to_json()
        end_run(store, run_id, "done", asdict(report))
    return results


def _read_and_index(
    settings: Settings,
    store: Store,
    taken: Sequence[_Input],
    given: Mapping[str, Any],
    run_id: int,
    progress: Progress,
    report: ChangeReport,
) -> None:
    keys = [key for entry in taken for key in entry.keys]
    if not keys:
        return
    items = list_items(store, set(keys))
    hashes = {address.sha256 for item in items for address in item.addresses}
    run_extraction(settings, store, run_id=run_id, sha256s=hashes, progress=progress)
    said = dict.fromkeys(keys, given)
    found = read_publications(
        settings, store, report, run_id=run_id, keys=keys, given=said, progress=progress
    )
    _settle(settings, store, taken, found)
    run_stages(settings, store, report, run_id=run_id, stages=("code", "index"), progress=progress)


def _take(settings: Settings, store: Store, name: str, stdin: BinaryIO | None) -> _Input:
    """Store one input's bytes; what cannot be had is a failed result."""
    result = AddResult(input=name, status="failed")
    try:
        if name.startswith(("http://", "https://")):
            return _Input(result, [_take_address(settings, store, name)])
        data, filename = _bytes(name, stdin)
    except (CrawlError, OSError, ValueError) as error:
        result.reason = _sentence(name, error)
        return _Input(result, [])
    suffix = Path(filename).suffix.lower()
    for form in CITATION_FORMATS.values():
        if suffix in form.suffixes:
            return _take_bibliography(store, data, form.id, filename, result)
    sighting = store_upload(store, data, filename=filename, media_type=None)
    return _Input(result, [sighting.item])


def _take_address(settings: Settings, store: Store, address: str) -> str:
    """Fetch an address; one that a source has shown before stays with its item there."""
    fetched = fetch_address(settings, address)
    sha256 = store.blobs.put(fetched.data)
    known = find_sighting(store, fetched.url) or Sighting(
        url=fetched.url, source_id=None, item=fetched.url, role="document"
    )
    sighting = replace(known, media_type=fetched.media_type, filename=fetched.filename)
    with store.write() as session:
        record_sighting(session, sha256, len(fetched.data), sighting)
    return sighting.item


def _take_bibliography(
    store: Store, data: bytes, form: str, filename: str, result: AddResult
) -> _Input:
    try:
        read = read_bibliography(data, form)
    except CitationError as error:
        result.reason = str(error)
        return _Input(result, [])
    keys = []
    for entry in read.entries:
        facts = {name: value for name, value in entry.items() if name != "id"}  # counts in a file
        body = json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()
        sighting = store_upload(store, body, filename=filename, media_type=CSL_JSON)
        keys.append(sighting.item)
    lost = [problem.message for problem in read.problems if not problem.kept]
    said = lost + [problem.message for problem in read.problems if problem.kept]
    if len(said) > PROBLEMS_SHOWN:
        said[PROBLEMS_SHOWN:] = [f"{len(said) - PROBLEMS_SHOWN} more records have gaps or faults."]
    if lost:
        total = len(read.entries) + len(lost)
        said.append(f"{len(lost)} of {total} records in {filename} were not taken in.")
    result.reason = " ".join(said) or (None if keys else f"No record was found in {filename}.")
    return _Input(result, keys, lost=len(lost))


def _bytes(name: str, stdin: BinaryIO | None) -> tuple[bytes, str]:
    if name == STDIN:
        data = (stdin or sys.stdin.buffer).read(SIZE_LIMIT + 1)
        if len(data) > SIZE_LIMIT:
            raise ValueError(
                f"Standard input is larger than {SIZE_LIMIT // 2**20} MiB; split it first."
            )
        return data, "standard input"
    path = Path(name)
    if path.is_dir():
        raise ValueError(f"{name} is a folder; take all of it in with `samvirke import {name}`.")
    if path.stat().st_size > SIZE_LIMIT:
        raise ValueError(f"{name} is larger than {SIZE_LIMIT // 2**20} MiB; split it first.")
    return path.read_bytes(), path.name


def _sentence(name: str, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return f"There is no file {name}; check the path."
    if isinstance(error, OSError):
        return f"The file {name} cannot be read ({error.strerror}); check its permissions."
    return str(error)


def _settle(
    settings: Settings, store: Store, taken: Sequence[_Input], found: Sequence[Identified]
) -> None:
    """Include what was added and say of each input what became of it."""
    outcomes = {entry.key: entry for entry in found}
    views = {view.id: view for view in list_publications(store)}
    for entry in taken:
        parts = [outcomes[key] for key in entry.keys if key in outcomes]
        if not parts:
            continue
        result = entry.result
        turned_away = [part for part in parts if part.status == "removed"]
        if turned_away:
            result.reason = turned_away[0].reason
            parts = [part for part in parts if part not in turned_away]
            if not parts:
                continue
        result.status = _worst([part.status for part in parts])
        if result.status == "quarantined":
            result.reason = parts[0].reason
        if entry.lost:
            result.status = "failed"  # what could be read is in all the same
        ids = list(dict.fromkeys(part.publication_id for part in parts if part.publication_id))
        result.publication_ids = ids
        result.publication_id = ids[0] if ids else None
        for publication_id in ids:
            _include(settings, store, publication_id)
        if ids and ids[0] in views:
            result.passages = sum(views[i].passages for i in ids if i in views)
            result.screening = machine_screening(store, ids[0])
            result.reason = result.reason or _lacking(views[ids[0]])


def _worst(statuses: Sequence[str]) -> str:
    order = ("quarantined", "added", "updated", "unchanged")
    if len(set(statuses)) > 1 and "quarantined" in statuses:
        statuses = [status for status in statuses if status != "quarantined"]
    return min(statuses, key=order.index)


def _lacking(view: PublicationView) -> str | None:
    """One sentence where an added text is without title or year; neither is invented."""
    lacking = [
        name for name, key in (("title", "title"), ("year", "issued")) if not view.csl.get(key)
    ]
    if view.passages == 0:
        return "No text that can be cited was found in it; it is kept, and can be opened."
    if not lacking:
        return None
    options = " and ".join(f"--{name}" for name in lacking)
    return f"No {' and no '.join(lacking)} was found in it; give it with {options} if you know it."


def _include(settings: Settings, store: Store, publication_id: str) -> None:
    with store.write() as session:
        record_screening(
            session,
            publication_id,
            verdict="include",
            reason=None,
            score=None,
            reasons=["added by hand"],
            by=settings.user or "added by hand",
            version="person",
        )
