"""The crawl as a stage of a refresh: which sources, what each must give, and what went wrong.

Owns the choice of sources, the replica's server where it is asked for, and that yields and problems
reach the record. Crawling itself is `pipeline.crawl`'s business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

from corpora.registry import Source, load_sources
from corpora.replica import replica_sources
from corpora.replica.build import build_replica
from corpora.replica.server import ReplicaServer
from kb.prisma import count_new_items, record_searches
from kb.runs import ProblemView, add_problem, show_run
from kb.settings import Settings
from kb.source_yields import expect_yield, list_yields, record_yields
from kb.store import Store
from pipeline.crawl import CrawlEvent, CrawlReport, crawl
from pipeline.crawl_display import Watch, unwatched
from pipeline.errors import RefreshError
from pipeline.search_log import describe_searches


def choose_sources(source_ids: Sequence[str], *, demo: bool) -> list[Source]:
    """The sources to crawl: those named, or all that are switched on.

    Raises RefreshError for an id that is not in the registry.
    """
    known = replica_sources() if demo else load_sources()
    unknown = [source_id for source_id in source_ids if source_id not in known]
    if unknown:
        raise RefreshError(
            f"There is no source {unknown[0]!r}; `samvirke sources` lists those there are."
        )
    return [known[source_id] for source_id in source_ids] or [
        source for source in known.values() if source.enabled
    ]


def gather(
    settings: Settings,
    store: Store,
    sources: Sequence[Source],
    *,
    demo: bool,
    run_id: int,
    resumed: bool = False,
    watch: Watch = unwatched,
    say: Callable[[str], None] = lambda _: None,
) -> CrawlReport:
    """Crawl sources into the record; problems are noted as they come, searches and yields at last.

    A source must give what its description or its recorded yield says. A run that was `resumed`
    records no yields: what failed before it was interrupted is not known any more. Raises as
    `crawl` does.
    """
    yields = list_yields(store)
    expected = [expect_yield(source, yields.get(source.id)) for source in sources]
    with (
        reached_web(settings, demo=demo, say=say) as port,
        watch([source.id for source in sources]) as show,
    ):

        def note(event: CrawlEvent) -> None:
            if event.kind == "problem":
                _note_problem(store, run_id, event)
            show(event)

        found = crawl(settings, expected, run_id=run_id, replica_port=port, on_event=note)
    if not resumed:
        record_yields(store, run_id, {one.source_id: asdict(one) for one in found.sources})
    new = count_new_items(store, show_run(store, run_id).started_at)
    record_searches(store, describe_searches(sources, found, run_id, new))
    return found


@contextmanager
def reached_web(
    settings: Settings, *, demo: bool, say: Callable[[str], None]
) -> Iterator[int | None]:
    """The web to crawl: the real one (None), or with `demo` the replica behind a loopback port."""
    if not demo:
        yield None
        return
    folder = settings.home / "replica"
    say("Preparing the replica sites.")
    build_replica(folder)
    with ReplicaServer(folder) as server:
        yield server.port


def _note_problem(store: Store, run_id: int, event: CrawlEvent) -> None:
    problem = ProblemView(
        "crawl", event.source_id, event.url or "", event.message or "", event.problem or "other"
    )
    add_problem(store, run_id, problem)
