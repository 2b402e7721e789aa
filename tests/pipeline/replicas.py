"""Refreshes of the replica whose server a test can look into and spoil."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from corpora.replica import LoggedRequest, replica_sources
from corpora.replica.faults import Fault
from corpora.replica.server import ReplicaServer
from kb.settings import Settings
from kb.store import open_store
from pipeline.refresh import ChangeReport, refresh
from tests.warm_parts import warm_parts

ARCHIVE, NORDEN = "replica-nordic-arkiv", "replica-nordic-norden"
SOURCES = (ARCHIVE, NORDEN)  # two small sites without crawl delays, one a mirror of other sites


class Replica:
    """Runs refreshes over one data home; `log` is what the last server was asked."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.log: list[LoggedRequest] = []
        self.faults: dict[tuple[str, str], Fault] = {}
        self.said: list[str] = []

    def refresh(self, *source_ids: str, **options: Any) -> ChangeReport:
        """Run one refresh over these sources (SOURCES unless named) and keep the server's log."""
        store = open_store(self.settings)
        try:
            with warm_parts(), self.watched():
                return refresh(
                    self.settings,
                    store,
                    source_ids=source_ids or SOURCES,
                    demo=True,
                    say=self.said.append,
                    **options,
                )
        finally:
            store.close()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Let refreshes start servers that have this one's faults, and keep their log."""
        replica = self

        class Watched(ReplicaServer):
            def __init__(self, folder: Path) -> None:
                super().__init__(folder)
                self.faults = replica.faults
                replica.log = self.log

        with mock.patch("pipeline.gathering.ReplicaServer", Watched):
            yield

    def spoil(self, source_id: str, fault: Callable[[], Fault]) -> None:
        """Put a fault on every address that a crawl of a source begins with."""
        source = replica_sources()[source_id]
        starts = [*source.start_urls, *([source.sitemap] if source.sitemap else [])]
        for url in starts:
            host, _, path = url.removeprefix("http://").partition("/")
            self.faults[(host, f"/{path}")] = fault()

    def asked(self) -> set[str]:
        """The addresses that the last server was asked for, but for robots.txt."""
        return {
            f"http://{entry.host}{entry.path}" for entry in self.log if entry.path != "/robots.txt"
        }
