"""The crawl: from source descriptions to files in the record.

What others call: `crawl` for sources, `probe_sources` to look at them, `fetch_address` for one
address. Everything that needs Scrapy runs in a child process (`child`), so importing this is light.
"""

from pipeline.crawl.check_report import Probe, Probed
from pipeline.crawl.fetch import Fetched, fetch_address
from pipeline.crawl.messages import CrawlEvent, CrawlProblem, CrawlReport, SourceReport
from pipeline.crawl.run import crawl, probe_sources, temporary_folder

__all__ = [
    "CrawlEvent",
    "CrawlProblem",
    "CrawlReport",
    "Fetched",
    "Probe",
    "Probed",
    "SourceReport",
    "crawl",
    "fetch_address",
    "probe_sources",
    "temporary_folder",
]
