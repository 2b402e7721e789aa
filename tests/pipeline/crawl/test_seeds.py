"""The starter's real addresses are the first of a live crawl, and of none of the replica."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from corpora.registry import load_sources
from kb.settings import Settings
from kb.store import open_store
from pipeline.crawl.messages import Job, read_job, write_line
from pipeline.crawl.run import first_addresses, run_child
from tests.pipeline.crawl.web import Web, make_source, page

SEED = "http://site.test/report/seed/"


def test_they_are_the_sources_own_in_their_one_spelling() -> None:
    sources = load_sources()
    audit, iceland = sources["no-riksrevisjonen"], sources["is-skemman"]
    found = first_addresses([audit, iceland])
    assert {source_id for source_id, _, _ in found} == {"no-riksrevisjonen", "is-skemman"}
    assert all("fbclid" not in url and kind == "landing" for _, url, kind in found)
    assert first_addresses([make_source("site.test")]) == ()


def test_a_job_keeps_them_on_its_way_to_the_child() -> None:
    job = Job(settings={}, seeds=(("test-site", SEED, "landing"),))
    assert read_job(write_line(job)) == job


def test_the_child_asks_them_first(web: Web, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    open_store(settings).close()
    source = make_source("site.test")
    web.put("http://site.test/list", page("/report/a/"))
    web.put("http://site.test/report/a/", page())
    web.put(SEED, page("/files/s.pdf"))
    web.put("http://site.test/files/s.pdf", b"%PDF-1.7", media_type="application/pdf")
    job = Job(
        settings=settings.model_dump(mode="json"),
        run_id=1,
        sources=(source.model_dump(mode="json"),),
        replica_port=web.port,
    )
    with closing(
        run_child(replace(job, seeds=((source.id, SEED, "landing"),)), tmp_path / "log")
    ) as events:
        fetched = [event.url for event in events if event.kind == "fetched"]
    assert set(fetched) == {
        SEED,
        "http://site.test/list",
        "http://site.test/report/a/",
        "http://site.test/files/s.pdf",
    }
    assert fetched.index(SEED) < fetched.index("http://site.test/report/a/")
