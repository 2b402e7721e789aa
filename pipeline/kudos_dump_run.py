"""A Kudos dump as a run: loaded, read, screened, coded and indexed like what a crawl found.

Owns the order of that and its change report. How a dump is read is `pipeline.kudos_dump`'s
business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from corpora.registry import Source, load_sources
from kb.bulk_store import known_items
from kb.prisma import SearchView, count_flow, record_searches
from kb.runs import ProblemView, add_problem, end_run, start_run
from kb.settings import Settings
from kb.store import Store
from kb.tables import now
from pipeline.errors import InputError
from pipeline.kudos_dump import DumpReport, load_dump
from pipeline.progress import Progress, silent
from pipeline.refresh import ChangeReport, refresh_lock, run_stages

KUDOS = "no-kudos"  # the source in the registry whose documents a dump holds
RUN = "import-dump"


def import_kudos_dump(
    settings: Settings,
    store: Store,
    dump: Path,
    *,
    files: Path | None = None,
    types: Sequence[str] = (),
    mapping: Path | None = None,
    only_store: bool = False,
    progress: Progress = silent,
    say: Callable[[str], None] = lambda _: None,
) -> DumpReport:
    """Take a dump in, through all the stages unless `only_store`; see `kudos_dump.load_dump`.

    Raises InputError for what cannot be read, RefreshError where a refresh cannot be waited for.
    """
    source = kudos_source()
    with refresh_lock(settings, wait=True, say=say):
        run_id, resumed = start_run(store, RUN)
        if resumed:
            say(f"Going on with run {run_id}, which was interrupted.")
        report = ChangeReport()
        try:
            loaded = load_dump(
                settings, store, source, dump,
                files=files, types=types, mapping=mapping, progress=progress,
            )  # fmt: skip
            _note(store, run_id, source, dump, types, loaded)
            report.stages[RUN] = {"documents": loaded.documents, **loaded.counts}
            if not only_store:
                stages = ("extract", "code", "index")
                run_stages(settings, store, report, run_id=run_id, stages=stages, progress=progress)
        except BaseException as error:
            status = "failed" if isinstance(error, Exception) else "interrupted"
            end_run(store, run_id, status, {**asdict(report), "error": str(error)})
            raise
        report.flow = count_flow(store).to_json()
        end_run(store, run_id, "done", asdict(report))
    return loaded


def kudos_source() -> Source:
    """The description of Kudos in the registry.

    Raises InputError where it is gone or has no interface, whose addresses the documents have.
    """
    source = load_sources().get(KUDOS)
    if source is None or source.api is None:
        raise InputError(
            f"Expected the source {KUDOS} with an `api` in corpora/sources, found none; a dump's "
            "documents are kept under its addresses."
        )
    return source


def _note(
    store: Store,
    run_id: int,
    source: Source,
    dump: Path,
    types: Sequence[str],
    loaded: DumpReport,
) -> None:
    new = set(loaded.keys) - known_items(store, loaded.keys)
    kinds = f"documents of type {', '.join(types)}" if types else "every document"
    search = SearchView(
        run_id, source.id, "import", dump.name, f"SQL dump, {kinds}",
        hits=loaded.documents, new=len(new), at=now(),
    )  # fmt: skip
    record_searches(store, [search])
    for sentence in loaded.problems:
        add_problem(
            store, run_id, ProblemView("import", source.id, dump.name, sentence, "bad_record")
        )
