"""What went wrong with an address, in one sentence for people; and what state that leaves it in.

Owns the wording of failures. What is done about them is `harvest`'s business.
"""

from __future__ import annotations

from http import HTTPStatus

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from pipeline.crawl.guard import shown
from pipeline.crawl.manners import MAX_DOWNLOAD_BYTES, HostDownError
from pipeline.crawl.transport import RefusedError

ROBOTS = "Forbidden by robots.txt"  # Scrapy's own words
REDIRECTS = "max redirections reached"  # Scrapy's own words
_MEGABYTE = 1024 * 1024


def describe_failure(url: str, error: BaseException) -> tuple[str, str]:
    """Return (state, sentence) for a request that came to no answer."""
    address = shown(url)
    if isinstance(error, HostDownError):
        return "failed", str(error)
    if isinstance(error, RefusedError):
        return "failed", f"{address} was not fetched: {_lower(str(error))}"
    if isinstance(error, IgnoreRequest) and str(error) == ROBOTS:
        return "forbidden", f"The site's robots.txt forbids {address}, so it was not fetched."
    too_large = f"{address} is larger than {MAX_DOWNLOAD_BYTES // _MEGABYTE} MB and was left out."
    sentences: tuple[tuple[bool, str], ...] = (
        (str(error) == REDIRECTS, f"{address} redirects in circles or too often; it was given up."),
        (isinstance(error, IgnoreRequest) and "DOWNLOAD_MAXSIZE" in str(error), too_large),
        (isinstance(error, DownloadCancelledError), too_large),
        (
            isinstance(error, ResponseDataLossError),
            f"{address} broke off before its end, also when asked again; nothing of it was kept.",
        ),
        (isinstance(error, DownloadTimeoutError), f"{address} did not answer in time."),
        (
            isinstance(error, CannotResolveHostError),
            f"The host of {address} is not known to the name servers.",
        ),
        (
            isinstance(error, DownloadConnectionRefusedError),
            f"The host of {address} refuses connections.",
        ),
        (
            isinstance(error, DownloadFailedError),
            f"The connection broke while {address} was fetched; nothing of it was kept.",
        ),
    )
    for hit, sentence in sentences:
        if hit:
            return "failed", sentence
    return "failed", f"{address} could not be fetched ({type(error).__name__})."


def describe_status(url: str, status: int) -> str:
    """Return the sentence for an answer that is neither a page nor "unchanged" nor "gone"."""
    try:
        phrase = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = str(status)
    if 300 <= status < 400:
        return f"{shown(url)} answered {phrase} without saying where to; it was given up."
    return f"{shown(url)} answered {phrase}; it is tried again in the next run."


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
