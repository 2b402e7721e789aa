"""Fetching one address politely, for `samvirke add URL`.

Owns the parent's side of it: the same child, guard and manners as a crawl, nothing stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kb.settings import Settings
from pipeline.crawl.addresses import clean_address
from pipeline.crawl.guard import Guard, shown
from pipeline.crawl.messages import Job
from pipeline.crawl.run import require_contact, run_child, temporary_folder
from pipeline.errors import CrawlError


@dataclass(frozen=True)
class Fetched:
    """One fetched address: where it came from after redirects, its bytes, what the server said.

    `filename` is for showing only.
    """

    url: str
    data: bytes
    media_type: str | None
    filename: str | None
    status: int


def fetch_address(settings: Settings, url: str, replica_port: int | None = None) -> Fetched:
    """Fetch one address with the crawler's guard and manners.

    Raises CrawlError with the one sentence that says why there is nothing: no contact address,
    refused by the guard or by robots.txt, not found, too large, broken off.
    """
    address = clean_address(url)
    if address is None:
        raise CrawlError(f"Expected a web address with http or https, found {shown(url)}.")
    reason = Guard(replica_port).refuse_url(address)
    if reason:
        raise CrawlError(reason)
    require_contact(settings, replica_port)
    with temporary_folder(settings) as folder:
        target = Path(folder) / "body"
        job = Job(
            settings=settings.model_dump(mode="json"),
            replica_port=replica_port,
            fetch=address,
            target=str(target),
        )
        events = list(run_child(job, settings.home / "logs" / "fetch.log"))
        for event in events:
            if event.kind == "fetched_one":
                return Fetched(data=target.read_bytes(), **event.data)
    said = next((event.message for event in events if event.kind == "problem"), None)
    raise CrawlError(
        said or f"{shown(url)} could not be fetched; the log in the data home says more."
    )
