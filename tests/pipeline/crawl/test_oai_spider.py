"""OAI-PMH: the order of asking, what is kept of each record, and what goes wrong."""

from __future__ import annotations

from typing import Any

import pytest

from kb.frontier import Frontier, Settled, Sighting, Wanted
from kb.frontier import Outcome as FrontierOutcome
from kb.store import Store
from pipeline.crawl.oai_records import read_oai
from pipeline.crawl.spiders import Answer, Found
from pipeline.crawl.spiders.oai_pmh import HARVEST, IDENTIFY, PAGE, OaiSpider
from tests.pipeline.crawl.web import make_source, oai_answer, oai_record

BASE = "http://x.test/oai/request"
LANDING = "http://x.test/report/a/"


def make_spider(store: Store, **oai: Any) -> OaiSpider:
    source = make_source("x.test", oai={"url": BASE, **oai})
    return OaiSpider(source, Frontier(store, run_id=1))


def read(spider: OaiSpider, wanted: Wanted, body: bytes) -> Found:
    return spider.read(Answer(wanted, wanted.url, body, {"content-type": "text/xml"}))


def identify(spider: OaiSpider, granularity: str = "YYYY-MM-DDThh:mm:ssZ") -> tuple[Wanted, ...]:
    (start,) = spider.start()
    assert (start.url, start.kind) == (BASE + "?verb=Identify", IDENTIFY)
    body = f"<Identify><granularity>{granularity}</granularity></Identify>"
    return read(spider, start, oai_answer(body)).links


def test_a_source_without_oai_is_none_of_its_business(store: Store) -> None:
    assert OaiSpider(make_source("x.test"), Frontier(store, 1)).start() == ()


def test_endpoints_with_a_placeholder_are_left_out(store: Store) -> None:
    endpoints = (
        {"id": "a", "name": "A", "url": "http://a.test/oai"},
        {"id": "b", "name": "B", "url": "http://<archive>.test/oai"},
    )
    urls = [entry.url for entry in make_spider(store, endpoints=endpoints).start()]
    assert urls == [BASE + "?verb=Identify", "http://a.test/oai?verb=Identify"]


def test_identify_leads_to_one_list_for_each_set(store: Store) -> None:
    spider = make_spider(store, sets=("reports", "theses", "<id>"), prefixes=("mods", "oai_dc"))
    first, second = identify(spider)
    assert first.url == BASE + "?verb=ListRecords&metadataPrefix=oai_dc&set=reports"
    assert second.url == BASE + "?verb=ListRecords&metadataPrefix=oai_dc&set=theses"
    assert first.context["after"] == ["mods"]


def test_records_are_kept_at_their_own_addresses(store: Store) -> None:
    spider = make_spider(store)
    (page,) = identify(spider)
    records = oai_record("oai:x:1", LANDING, "http://x.test/files/a.pdf") + oai_record("oai:x:2")
    found = read(spider, page, oai_answer(f"<ListRecords>{records}</ListRecords>"))
    (first, sighting), (second, bare) = found.files
    assert sighting.url == BASE + "?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai%3Ax%3A1"
    assert (sighting.item, sighting.role, sighting.media_type) == (LANDING, "record", "text/xml")
    assert bare.item == "oai:x:2"
    assert first.startswith(b"<record")
    assert b"oai:x:1" in first
    assert b"oai:x:2" in second
    assert [(link.url, link.kind, link.context["item"]) for link in found.links] == [
        (LANDING, "landing", LANDING),
        ("http://x.test/files/a.pdf", "document", LANDING),
    ]


def test_equal_records_have_equal_bytes_whenever_they_are_asked(store: Store) -> None:
    spider = make_spider(store)
    (page,) = identify(spider)
    body = f"<ListRecords>{oai_record('oai:x:1', LANDING)}</ListRecords>"
    first = read(spider, page, oai_answer(body, date="2024-01-01T00:00:00Z"))
    second = read(spider, page, oai_answer(body + "\n", date="2025-01-01T00:00:00Z"))
    assert first.files[0][0] == second.files[0][0]


def test_a_token_leads_on_and_the_last_page_is_remembered(store: Store) -> None:
    spider = make_spider(store)
    (page,) = identify(spider)
    body = "<ListRecords>{}<resumptionToken>{}</resumptionToken></ListRecords>"
    record = oai_record("oai:x:1")
    found = read(spider, page, oai_answer(body.format(record, "t|2"), date="2024-03-01T10:00:00Z"))
    (following,) = found.links
    assert following.url == BASE + "?verb=ListRecords&resumptionToken=t%7C2"
    assert found.remember == ()
    last = read(spider, following, oai_answer(body.format(record, ""), date="2024-03-01T11:00:00Z"))
    ((entry, outcome),) = last.remember
    assert entry.kind == HARVEST
    assert outcome.last_modified == "2024-03-01T10:00:00Z"
    repeated = read(spider, following, oai_answer(body.format(record, "t|2")))
    assert repeated.failed
    assert repeated.remember == ()


@pytest.mark.parametrize(
    ("granularity", "since"),
    [("YYYY-MM-DD", "2024-03-01"), ("YYYY-MM-DDThh:mm:ssZ", "2024-03-01T10%3A00%3A00Z")],
)
def test_the_next_harvest_begins_where_the_last_one_ended(
    store: Store, granularity: str, since: str
) -> None:
    spider = make_spider(store)
    (page,) = identify(spider)
    empty = oai_answer("<ListRecords></ListRecords>", date="2024-03-01T10:00:00Z")
    frontier = Frontier(store, 1)
    for entry, outcome in read(spider, page, empty).remember:
        frontier.remember(entry, outcome)
    (again,) = identify(make_spider(store), granularity)
    assert again.url.endswith(f"&from={since}")


def test_the_richer_prefix_follows_and_belongs_to_the_same_item(store: Store) -> None:
    spider = make_spider(store, prefixes=("mods", "oai_dc"))
    (page,) = identify(spider)
    body = oai_answer(f"<ListRecords>{oai_record('oai:x:1', LANDING)}</ListRecords>")
    core = read(spider, page, body)
    frontier = Frontier(store, 1)
    frontier.settle(Settled(page.url, FrontierOutcome("done"), core.files))
    richer = next(link for link in core.links if link.kind == PAGE)
    assert "metadataPrefix=mods" in richer.url
    bare = oai_answer(f"<ListRecords>{oai_record('oai:x:1')}</ListRecords>")
    found = read(spider, richer, bare)
    sighting: Sighting = found.files[0][1]
    assert "metadataPrefix=mods" in sighting.url
    assert sighting.item == LANDING
    assert found.links == ()


def test_deleted_records_are_gone(store: Store) -> None:
    spider = make_spider(store)
    (page,) = identify(spider)
    records = oai_record("oai:x:1", deleted=True)
    found = read(spider, page, oai_answer(f"<ListRecords>{records}</ListRecords>"))
    assert found.files == ()
    assert found.gone == (BASE + "?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai%3Ax%3A1",)


def test_nothing_new_is_no_failure(store: Store) -> None:
    spider = make_spider(store)
    (page,) = identify(spider)
    found = read(spider, page, oai_answer('<error code="noRecordsMatch">none</error>'))
    assert not found.failed
    assert found.remember[0][1].last_modified is not None


def test_a_worn_token_starts_the_list_anew_once(store: Store) -> None:
    spider = make_spider(store)
    (page,) = identify(spider)
    worn = oai_answer('<error code="badResumptionToken">worn</error>')
    (again,) = read(spider, page, worn).links
    whole_year = "&from=1990-01-01T00%3A00%3A00Z&until=1990-12-31T23%3A59%3A59Z"
    assert again.url == page.url + whole_year
    second = read(spider, again, worn)
    assert second.failed
    assert second.problem is not None
    assert "badResumptionToken (worn)" in second.problem


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Just a moment</body></html>",
        b"<OAI-PMH><ListRecords><record>",
        b"plain",
    ],
)
def test_what_is_no_answer_is_a_failure(store: Store, body: bytes) -> None:
    spider = make_spider(store)
    (page,) = identify(spider)
    found = read(spider, page, body)
    assert found.failed
    assert found.remember == ()


def test_a_licence_or_schema_is_never_taken_for_the_page() -> None:
    record = oai_record("oai:x:1").replace(
        "</dc:title>",
        "</dc:title><dc:rights>https://creativecommons.org/licenses/by/4.0/</dc:rights>"
        "<dc:relation>http://x.test/series/1</dc:relation>"
        f"<dc:identifier>URI: {LANDING}.</dc:identifier>",
    )
    answer = read_oai(oai_answer(f"<ListRecords>{record}</ListRecords>"))
    assert answer is not None
    assert answer.records[0].addresses == (LANDING, "http://x.test/series/1")


def test_entities_in_a_record_are_not_expanded() -> None:
    evil = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = oai_answer(f"<ListRecords>{oai_record('oai:x:1', '&f;')}</ListRecords>")
    assert read_oai(body.replace(b"&f;", b"")) is not None
    assert read_oai(evil + body) is None
