"""Importing many records and files at once: stored in batches, then taken through all the stages.

Owns what `samvirke import` does. Unlike what is added by hand, what is imported is screened as what
a crawl finds, unless a person includes all of it. One bad record never stops the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kb.bulk_store import hashes_at, store_files
from kb.frontier import Sighting
from kb.library import list_publications
from kb.prisma import IMPORTED, SearchView, count_flow, record_searches
from kb.publications import record_screening
from kb.runs import ProblemView, add_problem, end_run, show_run, start_run
from kb.settings import Settings
from kb.store import Store
from kb.tables import now
from pipeline.errors import InputError
from pipeline.extraction import run_extraction
from pipeline.identify import Identified
from pipeline.import_inputs import ImportResult, Input, list_inputs, read_input
from pipeline.progress import Progress, silent
from pipeline.refresh import ChangeReport, read_publications, refresh_lock, run_stages

SETTLED = ("added", "updated", "unchanged", "quarantined")  # outcomes of items, in rank
NOTHING_READ = "Nothing of what was to be imported could be read; its problems say why."
FILES_AT_ONCE = 200  # in one transaction
BYTES_AT_ONCE = 64 * 2**20  # of files held in memory until they are stored


@dataclass
class _Taken:
    """What was stored: items in order, and the files whose bytes are to be read."""

    inputs: list[Input] = field(default_factory=list)
    hashes: set[str] = field(default_factory=set)
    new: set[str] = field(default_factory=set)  # items that were not known before


def import_inputs(
    settings: Settings,
    store: Store,
    names: Sequence[str],
    *,
    include: bool = False,
    progress: Progress = silent,
    say: Callable[[str], None] = lambda _: None,
) -> list[ImportResult]:
    """Take bibliographies, files and folders of them in; one result for each file.

    `include` says that all of it is about the subject, whatever screening says. Raises InputError
    where nothing is there to import, RefreshError, GenerationError or CoderError where no input
    can be taken.
    """
    inputs = list_inputs(names)
    if not inputs:
        raise InputError(
            f"Found no file to import in {', '.join(names)}; name a bibliography, a document or "
            "a folder of them."
        )
    with refresh_lock(settings, wait=True, say=say):
        run_id, _ = start_run(store, IMPORTED)
        report = ChangeReport()
        try:
            taken = _store(store, inputs, progress)
            found = _read(settings, store, taken, run_id, progress, report)
            _settle(settings, store, taken, found, include=include)
            _note_searches(store, run_id, taken)
            if any(entry.keys for entry in inputs):
                run_stages(
                    settings, store, report, run_id=run_id, stages=("code", "index"),
                    progress=progress,
                )  # fmt: skip
        except BaseException as error:
            status = "failed" if isinstance(error, Exception) else "interrupted"
            end_run(store, run_id, status, {**asdict(report), "error": str(error)})
            raise
        results = [entry.result for entry in inputs]
        _note_problems(store, run_id, inputs)
        report.stages[IMPORTED] = _summary(results)
        report.flow = count_flow(store).to_json()
        if any(entry.result.publication_ids for entry in inputs):
            end_run(store, run_id, "done", asdict(report))
        else:
            end_run(store, run_id, "failed", {**asdict(report), "error": NOTHING_READ})
    return results


def _store(store: Store, inputs: Sequence[Input], progress: Progress) -> _Taken:
    """Store everything in batches; killed in between, the same import goes on."""
    taken = _Taken(list(inputs))
    batch: list[tuple[Input, bytes, Sighting]] = []
    with progress("import", len(inputs)) as step:
        for entry, data, sighting in _read_all(inputs, step):
            batch.append((entry, data, sighting))
            if len(batch) >= FILES_AT_ONCE or _size(batch) >= BYTES_AT_ONCE:
                _store_batch(store, batch, taken)
                batch = []
        _store_batch(store, batch, taken)
    return taken


def _read_all(
    inputs: Sequence[Input], step: Callable[[int], None]
) -> Iterator[tuple[Input, bytes, Sighting]]:
    attached: set[Path] = set()
    for entry in inputs:
        for data, sighting in read_input(entry, attached):
            yield entry, data, sighting
        step(1)


def _size(batch: Sequence[tuple[Input, bytes, Sighting]]) -> int:
    return sum(len(data) for _, data, _ in batch)


def _store_batch(
    store: Store, batch: Sequence[tuple[Input, bytes, Sighting]], taken: _Taken
) -> None:
    if not batch:
        return
    known = hashes_at(store, {sighting.url for _, _, sighting in batch})
    taken.new |= {sighting.item for _, _, sighting in batch if sighting.url not in known}
    stored = store_files(store, [(data, sighting) for _, data, sighting in batch])
    for entry, _, sighting in batch:
        if sighting.url in stored.refused:
            entry.result.problems.append(stored.refused[sighting.url])
            attached = sighting.url != sighting.item  # its record is in without it
            entry.result.attached -= attached
            entry.result.lost += not attached
            continue
        entry.keys.append(sighting.item)
        taken.hashes.add(sighting.url.rpartition(":")[2].rpartition("/")[2])


def _read(
    settings: Settings,
    store: Store,
    taken: _Taken,
    run_id: int,
    progress: Progress,
    report: ChangeReport,
) -> dict[str, Identified]:
    keys = list(dict.fromkeys(key for entry in taken.inputs for key in entry.keys))
    if not keys:
        return {}
    run_extraction(settings, store, run_id=run_id, sha256s=taken.hashes, progress=progress)
    found = read_publications(settings, store, report, run_id=run_id, keys=keys, progress=progress)
    return {entry.key: entry for entry in found}


def _settle(
    settings: Settings,
    store: Store,
    taken: _Taken,
    found: dict[str, Identified],
    *,
    include: bool,
) -> None:
    """Say of each input what became of it."""
    passages = {view.id: view.passages for view in list_publications(store)} if found else {}
    told: set[str] = set()
    for entry in taken.inputs:
        result = entry.result
        parts = [found[key] for key in dict.fromkeys(entry.keys) if key in found]
        for part in parts:
            if part.status not in SETTLED:  # of a removed publication
                result.lost += 1
                result.problems.append(part.reason or f"{part.key} was not taken in.")
                continue
            status = "unchanged" if part.key in told else part.status
            setattr(result, status, getattr(result, status) + 1)
            told.add(part.key)
        repeated = result.records - result.lost - len(parts)
        result.unchanged += max(0, repeated)  # the same record stands in the file twice
        result.publication_ids = list(
            dict.fromkeys(part.publication_id for part in parts if part.publication_id)
        )
        result.passages = sum(passages.get(id_, 0) for id_ in result.publication_ids)
        _conclude(result, parts)
    if include:
        _include(settings, store, [i for e in taken.inputs for i in e.result.publication_ids])


def _conclude(result: ImportResult, parts: Sequence[Identified]) -> None:
    if result.reason is not None and not parts:
        return
    result.status = next((name for name in SETTLED if getattr(result, name)), "failed")
    if result.status == "quarantined":
        result.reason = parts[0].reason
    elif result.lost:
        result.status = "failed"  # what could be read is in all the same
        result.reason = (
            f"{result.lost} of {result.records} records in {result.input} were not taken in; "
            "`problems` says which and why."
        )
    elif result.quarantined:  # a bibliography's, beside others that say enough
        result.reason = (
            f"{result.quarantined} of {result.records} records in {result.input} could not be "
            "read and are set aside; `problems` says which and why."
        )
    if len(parts) > 1:
        result.problems += [
            part.reason
            for part in parts
            if part.status == "quarantined" and part.reason and part.reason not in result.problems
        ]


def _include(settings: Settings, store: Store, publication_ids: Sequence[str]) -> None:
    with store.write() as session:
        for publication_id in dict.fromkeys(publication_ids):
            record_screening(
                session,
                publication_id,
                verdict="include",
                reason=None,
                score=None,
                reasons=["included at import"],
                by=settings.user or "included at import",
                version="person",
            )


def _note_problems(store: Store, run_id: int, inputs: Sequence[Input]) -> None:
    """Keep what was not read, or only in part, among the problems of the run."""
    known = {problem.message for problem in show_run(store, run_id).problems}  # by the readers
    for entry in inputs:
        result = entry.result
        told = list(result.problems)
        if result.status in ("failed", "quarantined") and result.reason and not told:
            told = [result.reason]
        for sentence in told:
            if any(sentence in message for message in known):
                continue
            problem = ProblemView("import", IMPORTED, result.input, sentence, entry.problem_kind)
            add_problem(store, run_id, problem)


def _note_searches(store: Store, run_id: int, taken: _Taken) -> None:
    """An import is a search that someone made elsewhere: what came, and what of it was new."""
    at = now()
    left = set(taken.new)  # a record that stands in two files is new in the first

    def count_new(entry: Input) -> int:
        new = left & set(entry.keys)
        left.difference_update(new)
        return len(new)

    searches = [
        SearchView(
            run_id=run_id,
            source_id=IMPORTED,
            kind=IMPORTED,
            address=entry.result.input,
            rule=f"{entry.bibliography} bibliography" if entry.bibliography else "file",
            hits=entry.result.records,
            new=count_new(entry),
            at=at,
        )
        for entry in taken.inputs
        if entry.result.records
    ]
    documents = [search for search in searches if search.rule == "file"]
    if len(documents) > 1:  # a folder of files is one search
        folder = SearchView(
            run_id, IMPORTED, IMPORTED, _common_folder([d.address for d in documents]),
            f"{len(documents)} files", sum(d.hits for d in documents),
            sum(d.new for d in documents), at,
        )  # fmt: skip
        searches = [search for search in searches if search.rule != "file"] + [folder]
    record_searches(store, searches)


def _common_folder(names: Sequence[str]) -> str:
    first, last = min(names), max(names)
    shared = next(
        (at for at, letter in enumerate(first) if last[at : at + 1] != letter), len(first)
    )
    return first[:shared].rpartition("/")[0] or first[:shared] or names[0]


def _summary(results: Sequence[ImportResult]) -> dict[str, int]:
    counted = ("records", "added", "updated", "unchanged", "quarantined", "lost", "attached")
    counts = {name: sum(getattr(result, name) for result in results) for name in counted}
    return {"files": len(results), **counts}
