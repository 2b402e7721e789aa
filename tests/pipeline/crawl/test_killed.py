"""A crawl that is killed again and again: it goes on, and what is stored is not fetched twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from kb.doctor import examine
from kb.runs import start_run
from kb.settings import Settings
from kb.store import open_store
from kb.tables import Address, FrontierEntry
from pipeline.crawl import CrawlEvent, crawl
from pipeline.errors import CrawlCutShortError
from tests.pipeline.crawl.web import Web, make_source, page

SITE = "http://site.test"
REPORTS = 60
KILLS = 6
MOST_RUNS = 30


def build(web: Web) -> None:
    for first in range(0, REPORTS, 10):
        links = [f"/report/{n}/" for n in range(first, first + 10)]
        web.put(f"{SITE}/list?p={first}", page(*links, f"/list?p={first + 10}"), etag=False)
    web.put(f"{SITE}/list", page("/list?p=0"), etag=False)
    for n in range(REPORTS):
        web.put(f"{SITE}/report/{n}/", page(f"/files/{n}.pdf") + f"<p>{n}</p>", etag=False)
        web.put(f"{SITE}/files/{n}.pdf", f"%PDF-1.7 {n}".encode() * 500, etag=False)


def stored(settings: Settings) -> set[str]:
    """Every address that the record holds a file of."""
    store = open_store(settings)
    with store.read() as session:
        found = set(session.scalars(select(Address.url)))
    store.close()
    return found


@pytest.mark.parametrize("seed", [2])
def test_killed_at_any_moment_it_fetches_nothing_stored_twice(
    web: Web, settings: Settings, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    build(web)
    children: list[subprocess.Popen[str]] = []
    start = subprocess.Popen

    def record(*args: Any, **kwargs: Any) -> Any:
        children.append(start(*args, **kwargs))
        return children[-1]

    monkeypatch.setattr(subprocess, "Popen", record)
    chance = random.Random(seed)
    kills = 0
    for _ in range(MOST_RUNS):
        kept = stored(settings)
        web.asked.clear()
        last = chance.randrange(1, 40) if kills < KILLS else None
        told = Counter[str]()

        def kill_by_chance(
            event: CrawlEvent, told: Counter[str] = told, last: int | None = last
        ) -> None:
            told["events"] += 1
            if told["events"] == last:
                os.kill(children[-1].pid, signal.SIGKILL)

        try:
            crawl(
                settings,
                [make_source("site.test")],
                run_id=1,
                replica_port=web.port,
                on_event=kill_by_chance,
            )
        except CrawlCutShortError as error:
            assert "signal 9" in str(error)
            kills += 1
            assert not set(web.urls()) & kept
            continue
        assert not set(web.urls()) & kept
        break
    assert kills == KILLS
    assert len(stored(settings)) == 2 * REPORTS
    store = open_store(settings)
    start_run(store, "refresh")
    with store.read() as session:
        states = Counter(session.scalars(select(FrontierEntry.state)))
    assert set(states) <= {"done", "gone"}
    assert examine(settings, store) == []
    store.close()
