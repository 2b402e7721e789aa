"""Starting a crawl: one child process, its events passed on, its report put together.

Owns the parent's side. What the child does is `child`'s business; a child that dies leaves what it
stored in the record, and the next crawl of the same run goes on from there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO

from corpora.registry import Source
from corpora.seeds import starter_seeds
from kb.settings import CHECKOUT, Settings
from pipeline.crawl.addresses import clean_address
from pipeline.crawl.check_report import Probed, read_probed
from pipeline.crawl.messages import (
    CrawlEvent,
    CrawlProblem,
    CrawlReport,
    Job,
    SourceReport,
    read_event,
    read_source_report,
    write_line,
)
from pipeline.errors import CrawlCutShortError, CrawlError

CHILD = "pipeline.crawl.child"  # the module that is run
START = "import gc, runpy, sys; gc.disable(); runpy.run_module(sys.argv[1], run_name='__main__')"
"""Imports make nothing that could be collected; looking for it all the same takes a quarter."""
STOP_S = 15.0  # a child that was told to stop finishes what is under way in this time


def crawl(
    settings: Settings,
    sources: Sequence[Source],
    *,
    run_id: int,
    replica_port: int | None = None,
    on_event: Callable[[CrawlEvent], None] = lambda event: None,
) -> CrawlReport:
    """Crawl sources into the record; `on_event` is told of everything as it happens.

    With `replica_port` only the replica's hosts are asked, through that loopback port. Addresses
    that this run has settled are not asked again. A source that fails is in the report, not an
    exception. Raises CrawlError where a live crawl has no contact address, or the child dies.
    """
    require_contact(settings, replica_port)
    if not sources:
        return CrawlReport((), ())
    job = Job(
        settings=settings.model_dump(mode="json"),
        run_id=run_id,
        sources=tuple(source.model_dump(mode="json") for source in sources),
        seeds=first_addresses(sources) if replica_port is None else (),
        replica_port=replica_port,
    )
    reports: dict[str, SourceReport] = {}
    problems: list[CrawlProblem] = []
    log = settings.home / "logs" / f"crawl-{run_id}.log"
    with closing(run_child(job, log)) as events:
        for event in events:
            if event.kind == "source_finished" and event.source_id:
                reports[event.source_id] = read_source_report(event.data)
            elif event.kind == "problem":
                problems.append(_problem(event))
            on_event(event)
    return CrawlReport(tuple(reports[source.id] for source in sources), tuple(problems))


def probe_sources(
    settings: Settings,
    sources: Sequence[Source],
    folder: Path,
    *,
    replica_port: int | None = None,
    on_source: Callable[[str], None] = lambda source_id: None,
) -> list[Probed]:
    """Look at sources as a crawl would see them, and keep what is to be read in `folder`.

    `on_source` is told the id of each that is done. Nothing is stored in the record. Raises as
    `crawl` does.
    """
    require_contact(settings, replica_port)
    if not sources:
        return []
    job = Job(
        settings=settings.model_dump(mode="json"),
        sources=tuple(source.model_dump(mode="json") for source in sources),
        replica_port=replica_port,
        target=str(folder),
        check=True,
    )
    found: dict[str, Probed] = {}
    with closing(run_child(job, settings.home / "logs" / "check.log")) as events:
        for event in events:
            if event.kind == "checked" and event.source_id:
                found[event.source_id] = read_probed(event.data)
                on_source(event.source_id)
    return [found[source.id] for source in sources]


def first_addresses(sources: Sequence[Source]) -> tuple[tuple[str, str, str], ...]:
    """Return where the starter's real publications lie: source id, address and kind.

    The replica has none of these addresses; only a live crawl begins with them.
    """
    seeds = starter_seeds({source.id: source for source in sources})
    return tuple(
        (source_id, url, seed.kind)
        for source_id, found in seeds.items()
        for seed in found
        if (url := clean_address(seed.url)) is not None
    )


def _problem(event: CrawlEvent) -> CrawlProblem:
    said, kind = event.message or "", event.problem or "other"
    return CrawlProblem(event.source_id, event.url or "", said, kind)


def require_contact(settings: Settings, replica_port: int | None) -> None:
    """Refuse to ask anything of real servers without saying who asks.

    Raises CrawlError where SAMVIRKE_CONTACT is not set and the crawl is not of the replica.
    """
    if replica_port is None and not (settings.contact or "").strip():
        raise CrawlError(
            "A live crawl tells every site whom to write to, and no contact address is set; "
            "set SAMVIRKE_CONTACT to your e-mail address or a page about your project."
        )


def run_child(job: Job, log: Path) -> Generator[CrawlEvent, None, None]:
    """Run a job in a child and yield its events; its log goes to the file `log`.

    Raises CrawlError where the child ends before its work does.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    finished = False
    with log.open("ab") as log_file, _started_child(job, log_file) as child:
        assert child.stdout is not None
        for line in child.stdout:
            event = read_event(line)
            if event is None:
                continue
            if event.kind == "finished":
                finished = True
                continue
            yield event
        status = child.wait()
    if not finished or status != 0:
        raise CrawlCutShortError(
            f"The crawl's process ended before its work did ({_ending(status)}); what it stored is "
            f"kept and the next run goes on from there, and {log} says more."
        )


@contextmanager
def _started_child(job: Job, log_file: IO[bytes]) -> Iterator[subprocess.Popen[str]]:
    path = os.pathsep.join(filter(None, (str(CHECKOUT), os.environ.get("PYTHONPATH"))))
    child = subprocess.Popen(
        [sys.executable, "-c", START, CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log_file,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": path},
    )
    try:
        assert child.stdin is not None
        with suppress(BrokenPipeError):  # it died at once: its status says so
            child.stdin.write(write_line(job) + "\n")
            child.stdin.close()
        yield child
    finally:
        _stop(child)


def _stop(child: subprocess.Popen[str]) -> None:
    if child.stdout is not None:
        child.stdout.close()
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _ending(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"


def temporary_folder(settings: Settings) -> tempfile.TemporaryDirectory[str]:
    """A folder inside the data home that goes away again; nothing is written outside the home."""
    settings.home.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=settings.home, prefix=".fetch-")
