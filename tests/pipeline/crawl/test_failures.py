"""Every failure is one sentence that names the address, and leaves a state."""

from __future__ import annotations

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from pipeline.crawl.failures import REDIRECTS, ROBOTS, describe_failure, describe_status
from pipeline.crawl.manners import HostDownError
from pipeline.crawl.transport import RefusedError

URL = "https://x.no/rapport.pdf"


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        (IgnoreRequest(ROBOTS), "forbidden", "robots.txt forbids"),
        (IgnoreRequest(REDIRECTS), "failed", "redirects in circles"),
        (IgnoreRequest("it exceeded DOWNLOAD_MAXSIZE (2 B)"), "failed", "larger than 200 MB"),
        (IgnoreRequest("something else"), "failed", "could not be fetched (IgnoreRequest)"),
        (RefusedError("The host x.no is refused."), "failed", "the host x.no is refused"),
        (DownloadCancelledError("too big"), "failed", "larger than 200 MB"),
        (ResponseDataLossError("lost"), "failed", "broke off before its end"),
        (DownloadTimeoutError("180 s"), "failed", "did not answer in time"),
        (CannotResolveHostError("dns"), "failed", "not known to the name servers"),
        (DownloadConnectionRefusedError("no"), "failed", "refuses connections"),
        (DownloadFailedError("broke"), "failed", "connection broke"),
        (ZeroDivisionError("secret detail"), "failed", "ZeroDivisionError"),
    ],
)
def test_failures(error: Exception, state: str, words: str) -> None:
    found, sentence = describe_failure(URL, error)
    assert found == state
    assert words in sentence
    assert URL in sentence
    assert sentence.endswith(".")
    assert sentence.count(". ") == 0
    assert "secret detail" not in sentence


def test_a_host_that_is_down_is_said_in_its_own_words() -> None:
    said = "The host x.no gave no answer."
    assert describe_failure(URL, HostDownError(said)) == ("failed", said)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (500, "500 Internal Server Error; it is tried again"),
        (429, "429 Too Many Requests"),
        (403, "403 Forbidden"),
        (302, "302 Found without saying where to"),
        (799, "answered 799;"),
    ],
)
def test_statuses(status: int, words: str) -> None:
    sentence = describe_status(URL, status)
    assert words in sentence
    assert sentence.startswith(URL)
    assert sentence.endswith(".")
