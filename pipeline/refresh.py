"""One refresh: the order of the stages, the lock, resuming, and the change report.

Owns what runs when; this module and `pipeline.add` alone know all the stages. A refresh that was
killed goes on where it stopped: each stage does only what its inputs' hashes say is new.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from filelock import FileLock, Timeout

from corpora.registry import load_sources
from corpora.replica import replica_sources
from kb.active_codebook import active_codebook
from kb.embedding import Embedder, open_embedder, open_search_embedder
from kb.errors import RecordError
from kb.exports.change_pages import write_reports
from kb.library import list_publications
from kb.prisma import count_flow
from kb.runs import end_run, start_run
from kb.search.word_scores import keep_word_languages
from kb.settings import Settings
from kb.store import Store
from pipeline.bodies import store_passages
from pipeline.crawl_display import Watch, unwatched
from pipeline.errors import CrawlCutShortError, PipelineError, RefreshError
from pipeline.extract import EXTRACT_VERSION
from pipeline.extraction import load_extracted, run_extraction
from pipeline.gathering import choose_sources, gather
from pipeline.identify import Identified, identify_items
from pipeline.index import coding_inputs, included, run_index
from pipeline.machine_coding import load_coder
from pipeline.machine_coding.coding_encoder import open_coding_embedder
from pipeline.machine_coding.retraining import retrain_if_due
from pipeline.machine_coding.stage import CachedCoder
from pipeline.progress import Progress, silent
from pipeline.records import Extracted, Load
from pipeline.saved_search_stage import ask_saved_searches
from pipeline.screening_closeness import Closeness
from pipeline.screening_stage import screen_publications

STAGES = ("crawl", "extract", "code", "index")
LOCK_WAIT_S = 12 * 3600  # an `add` waits this long for a night's refresh


@dataclass
class ChangeReport:
    """What a run did: counts of each stage, seconds each took, sources that gave problems.

    `flow` holds the counts of a PRISMA flow (`kb.prisma.Flow`) as they stood at its end,
    `saved_searches` what is new for each (`kb.saved_search_hits.Watched`).
    """

    stages: dict[str, Any] = field(default_factory=dict)
    flow: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failed_sources: list[str] = field(default_factory=list)
    saved_searches: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Measure a stage's wall-clock seconds."""
        begin = time.perf_counter()
        yield
        self.seconds[stage] = round(time.perf_counter() - begin, 2)


@contextmanager
def refresh_lock(settings: Settings, *, wait: bool, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the data home's refresh lock.

    Raises RefreshError where another refresh holds it and `wait` is false.
    """
    lock = FileLock(settings.home / "refresh.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        if not wait:
            raise RefreshError(
                f"Another refresh is running on {settings.home}; wait until it has ended "
                "(`samvirke runs` shows it), or set SAMVIRKE_HOME to another data home."
            ) from error
        say("A refresh is running; this goes on as soon as it has ended.")
        _wait_for(lock, settings)
    try:
        yield
    finally:
        lock.release()


def _wait_for(lock: FileLock, settings: Settings) -> None:
    try:
        lock.acquire(timeout=LOCK_WAIT_S)
    except Timeout as error:
        raise RefreshError(
            f"A refresh has held {settings.home} for {LOCK_WAIT_S / 3600:.0f} hours; see whether "
            "it still works (`samvirke runs`), stop it, and try again."
        ) from error


def refresh(
    settings: Settings,
    store: Store,
    *,
    source_ids: Sequence[str] = (),
    demo: bool = False,
    stages: Collection[str] = STAGES,
    full: bool = False,
    progress: Progress = silent,
    watch: Watch = unwatched,
    say: Callable[[str], None] = lambda _: None,
) -> ChangeReport:
    """Run the stages (all unless told) over the sources (all that are switched on unless told).

    With `demo` the sources are the replica's and nothing else is reached. `full` builds the index
    even where nothing has changed. `watch` shows the crawl, `progress` the stages after it. A
    failed source is in the report and never stops the others. Raises RefreshError where another
    refresh is running or a source is not known.
    """
    sources = choose_sources(source_ids, demo=demo) if "crawl" in stages else []
    with refresh_lock(settings, wait=False, say=say):
        run_id, resumed = start_run(store, _run_kind(stages, demo=demo))
        if resumed:
            say(f"Going on with run {run_id}, which was interrupted.")
        report = ChangeReport()
        try:
            if "crawl" in stages:
                with report.timed("crawl"):
                    found = gather(
                        settings,
                        store,
                        sources,
                        demo=demo,
                        run_id=run_id,
                        resumed=resumed,
                        watch=watch,
                        say=say,
                    )
                report.stages["crawl"] = {one.source_id: asdict(one) for one in found.sources}
                report.failed_sources = list(found.failed_sources)
            run_stages(
                settings,
                store,
                report,
                run_id=run_id,
                stages=stages,
                full=full,
                progress=progress,
            )
        except BaseException as error:
            cut_short = not isinstance(error, Exception) or isinstance(error, CrawlCutShortError)
            status = "interrupted" if cut_short else "failed"
            end_run(store, run_id, status, {**asdict(report), "error": str(error)})
            raise
        report.flow = count_flow(store).to_json()
        end_run(store, run_id, "done", asdict(report))
        _keep_reports(settings, store, run_id, say)
        return report


def _keep_reports(
    settings: Settings, store: Store, run_id: int, say: Callable[[str], None]
) -> None:
    """Write what the run changed as pages; where that fails the run is done all the same."""
    try:
        write_reports(settings, store, run_id)
    except RecordError as error:
        say(f"samvirke: {error}")


def _run_kind(stages: Collection[str], *, demo: bool) -> str:
    """What a run is called; one of single stages never goes on with an interrupted refresh."""
    if set(stages) != set(STAGES):
        return "+".join(stage for stage in STAGES if stage in stages)
    return "demo" if demo else "refresh"


def run_stages(
    settings: Settings,
    store: Store,
    report: ChangeReport,
    *,
    run_id: int | None,
    stages: Collection[str] = STAGES,
    full: bool = False,
    progress: Progress = silent,
) -> None:
    """Run the stages after the crawl over everything in the record."""
    if "extract" in stages:
        with report.timed("extract"):
            extracted = run_extraction(settings, store, run_id=run_id, progress=progress)
            report.stages["extract"] = asdict(extracted)
        with report.timed("passages"):
            read_publications(settings, store, report, run_id=run_id, progress=progress)
    if "code" in stages or "index" in stages:
        codebook = active_codebook(store)
        if "code" in stages:
            learnt = retrain_if_due(settings, store, codebook, night=run_id or 0, progress=progress)
            if learnt is not None:
                report.stages["retrain"] = asdict(learnt)
        model = load_coder(settings, codebook)
        coder = CachedCoder(settings, open_coding_embedder(settings), model, progress)
        if "code" in stages:
            with report.timed("code"):
                coded = coder.code(coding_inputs(included(store)))
                report.stages["code"] = {
                    "passages": len(coded),
                    "new": coder.newly_coded,
                    "coder": coder.version,
                }
        if "index" in stages:
            with report.timed("index"):
                search = open_search_embedder(settings)
                found = run_index(settings, store, coder, search, full=full, progress=progress)
                report.stages["index"] = asdict(found)
                keep_word_languages(settings.models_folder)
            with report.timed("saved_searches"):
                watched = ask_saved_searches(
                    settings, store, run_id, embedder=search, progress=progress
                )
                report.stages["saved_searches"] = watched.counts()
                report.saved_searches = [asdict(one) for one in watched.searches]


def read_publications(
    settings: Settings,
    store: Store,
    report: ChangeReport,
    *,
    run_id: int | None = None,
    keys: Sequence[str] | None = None,
    given: Mapping[str, Mapping[str, Any]] | None = None,
    progress: Progress = silent,
) -> list[Identified]:
    """From what was read to publications, passages and screening; nothing unchanged is redone."""
    load = _loader(settings, store)
    found = identify_items(
        store, load, source_countries, read_version=EXTRACT_VERSION, keys=keys, given=given
    )
    report.stages["publications"] = dict(Counter(entry.status for entry in found))
    ids = sorted({entry.publication_id for entry in found if entry.publication_id})
    totals: Counter[str] = Counter()
    with progress("passages", len(ids)) as step:
        for publication_id in ids:
            change = store_passages(
                store, load, publication_id, read_version=EXTRACT_VERSION, run_id=run_id
            )
            totals.update(asdict(change) if change else {"unchanged_publications": 1})
            step(1)
    report.stages["passages"] = dict(totals)
    views = {view.id: view for view in list_publications(store)}
    report.stages["screening"] = screen_publications(
        settings,
        store,
        [views[entry] for entry in ids if entry in views],
        Closeness(settings, lambda: open_model(settings), progress).measure_many,
    )
    return found


@lru_cache(maxsize=1)
def open_model(settings: Settings) -> Embedder:
    """The embedding model, opened once in a process; screening and coding share it."""
    return open_embedder(settings)


@lru_cache(maxsize=1)
def source_countries() -> dict[str, str]:
    """The country of every known source, the replica's included; read once in a process."""
    sources = {**load_sources(), **replica_sources()}
    return {source_id: source.country for source_id, source in sources.items()}


def _loader(settings: Settings, store: Store) -> Load:
    @lru_cache(maxsize=64)
    def load(sha256: str) -> Extracted:
        return load_extracted(settings, store, sha256)

    return load


__all__ = ["STAGES", "ChangeReport", "PipelineError", "refresh", "refresh_lock", "run_stages"]
