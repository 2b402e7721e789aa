"""Adding addresses of the web: fetched politely, known again, refused with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from kb.library import list_publications
from kb.tables import Item
from pipeline import add as adding
from pipeline.crawl import crawl, fetch_address
from tests.pipeline.adder import MANUAL, NOTE, Adder
from tests.pipeline.crawl.web import Web, make_source, page, served
from tests.sample import documents


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """Addresses under `.test` that `samvirke add` may ask."""
    with served(Web()) as running:
        monkeypatch.setattr(
            adding, "fetch_address", partial(fetch_address, replica_port=running.port)
        )
        yield running


def test_an_address_is_fetched_read_and_known_again(ready: Adder, web: Web) -> None:
    url = "http://fylke.test/notat"
    web.put(url, f"<html><head><title>Et notat om barn</title></head><body><p>{NOTE}</p></body>")
    (result,) = ready.add(url)
    assert (result.status, result.passages) == ("added", 1)
    view = next(v for v in list_publications(ready.store) if v.id == result.publication_id)
    assert (view.url, view.csl["title"]) == (url, "Et notat om barn")
    assert ready.add(url)[0].status == "unchanged"
    web.put(url, f"<html><head><title>Et notat</title></head><body><p>{MANUAL}</p></body>")
    changed = ready.add(url)[0]
    assert (changed.status, changed.publication_id) == ("updated", result.publication_id)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://fylke.test/feil", "500"),
        ("http://10.0.0.1/", "10.0.0.1"),
        ("http://example.org/", "example.org"),
    ],
)
def test_an_address_that_gives_nothing_fails_alone(
    ready: Adder, web: Web, url: str, reason: str
) -> None:
    web.put("http://fylke.test/feil", "broken", status=500, etag=False)
    bad, good = ready.add(url, ready.file("not.txt", NOTE))
    assert (bad.status, good.status) == ("failed", "added")
    assert reason in str(bad.reason)
    assert str(bad.reason).count(". ") == 0


def test_a_live_address_needs_someone_to_write_to(ready: Adder) -> None:
    (result,) = ready.add("https://www.example.org/report.pdf")
    assert result.status == "failed"
    assert "SAMVIRKE_CONTACT" in str(result.reason)


def test_an_address_that_a_source_has_shown_stays_with_its_item(ready: Adder, web: Web) -> None:
    web.put("http://fylke.test/list", page("/report/a/"))
    web.put("http://fylke.test/report/a/", page("/files/a.pdf"))
    web.put("http://fylke.test/files/a.pdf", documents()["skýrsla þð.pdf"], media_type="x/y")
    crawl(ready.settings, [make_source("fylke.test")], run_id=1, replica_port=web.port)
    ready.add("http://fylke.test/files/a.pdf")
    with ready.store.read() as session:
        keys = {row.key for row in session.query(Item)}
    assert "http://fylke.test/report/a/" in keys
    assert "http://fylke.test/files/a.pdf" not in keys
