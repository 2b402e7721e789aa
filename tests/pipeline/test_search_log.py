"""The search log says in words how each source is searched."""

from __future__ import annotations

import pytest

from corpora.registry import load_sources
from corpora.replica import replica_sources
from pipeline.crawl import CrawlReport
from pipeline.crawl.messages import SourceReport
from pipeline.search_log import describe_rule, describe_searches


def test_every_registered_source_has_a_rule() -> None:
    for source in {**load_sources(), **replica_sources()}.values():
        kind, address, rule = describe_rule(source)
        assert kind in ("site", "sitemap", "oai-pmh", "api")
        assert address.startswith("http")
        assert rule


@pytest.mark.parametrize(
    ("source_id", "kind", "part"),
    [
        ("no-fafo", "site", "pages whose address fits"),
        ("replica-is-skemman", "oai-pmh", "ListRecords"),
    ],
)
def test_a_rule_names_what_was_asked(source_id: str, kind: str, part: str) -> None:
    source = {**load_sources(), **replica_sources()}[source_id]
    found_kind, _, rule = describe_rule(source)
    assert found_kind == kind
    assert part in rule


def test_a_search_is_kept_for_each_source_that_was_crawled() -> None:
    sources = list(replica_sources().values())
    reports = tuple(SourceReport(source.id, items=5) for source in sources[:2])
    unknown = SourceReport("gone-source", items=1)
    found = describe_searches(sources, CrawlReport((*reports, unknown), ()), 7, {sources[0].id: 3})
    assert [(entry.source_id, entry.hits, entry.new) for entry in found] == [
        (sources[0].id, 5, 3),
        (sources[1].id, 5, 0),
    ]
    assert {entry.run_id for entry in found} == {7}
