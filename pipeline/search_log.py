"""What a run asked of each source, in words, as PRISMA-S wants a search reported.

Owns the wording of a source's rule. The rows and what they count are `kb.prisma`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corpora.registry import Source
from kb.prisma import SearchView
from kb.tables import now
from pipeline.crawl import CrawlReport


def describe_searches(
    sources: Sequence[Source], found: CrawlReport, run_id: int, new: Mapping[str, int]
) -> list[SearchView]:
    """One search for each source that was crawled; `new` items by source id."""
    known = {source.id: source for source in sources}
    at = now()
    return [
        SearchView(
            run_id,
            report.source_id,
            *describe_rule(known[report.source_id]),
            hits=report.items,
            new=new.get(report.source_id, 0),
            at=at,
        )
        for report in found.sources
        if report.source_id in known
    ]


def describe_rule(source: Source) -> tuple[str, str, str]:
    """Return (kind, address, rule) of how a source is searched."""
    pages = _pages(source)
    if source.oai is not None:
        oai = source.oai
        sets = f"sets {', '.join(oai.sets)}" if oai.sets else "every set"
        rule = f"ListRecords, {sets}, as {' or '.join(oai.prefixes)}"
        return "oai-pmh", oai.url, f"{rule}; {pages}" if pages else rule
    if source.api is not None:
        asked = (
            f"parameters {', '.join(source.api.params)}" if source.api.params else "every record"
        )
        return "api", source.api.url, f"{asked}; {pages}" if pages else asked
    if source.sitemap is not None and not source.start_urls:
        return "sitemap", source.sitemap, pages or "every address of the sitemap"
    start = source.start_urls[0] if source.start_urls else source.homepage
    return "site", start, pages or "every publication listed"


def _pages(source: Source) -> str:
    """The patterns of addresses that were taken for publications."""
    patterns = source.document_patterns or source.pdf_patterns
    return f"pages whose address fits {' or '.join(patterns)}" if patterns else ""
