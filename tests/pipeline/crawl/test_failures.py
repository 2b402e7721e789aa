"""Every failure is one sentence that names the address, has a kind, and leaves a state."""

from __future__ import annotations

import pytest
from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from twisted.python.failure import Failure as TwistedFailure
from twisted.web.client import ResponseNeverReceived

from kb.problem_kinds import ADVICE
from pipeline.crawl.failures import (
    REDIRECTS,
    ROBOTS,
    WALLS,
    Failure,
    describe_failure,
    describe_status,
    describe_wall,
)
from pipeline.crawl.manners import HostDownError, RobotsUnreadError
from pipeline.crawl.transport import RefusedError

URL = "https://x.no/rapport.pdf"


@pytest.mark.parametrize(
    ("error", "state", "kind", "words"),
    [
        (IgnoreRequest(ROBOTS), "forbidden", "robots", "robots.txt forbids"),
        (IgnoreRequest(REDIRECTS), "failed", "redirect", "redirects in circles"),
        (IgnoreRequest("it exceeded DOWNLOAD_MAXSIZE (2 B)"), "failed", "too_large", "200 MB"),
        (IgnoreRequest("something else"), "failed", "other", "not be fetched (IgnoreRequest)"),
        (RefusedError("The host x.no is refused."), "failed", "refused", "the host x.no is"),
        (DownloadCancelledError("too big"), "failed", "too_large", "larger than 200 MB"),
        (ResponseDataLossError("lost"), "failed", "cut_connection", "broke off before its end"),
        (DownloadTimeoutError("180 s"), "failed", "timeout", "did not answer in time"),
        (CannotResolveHostError("dns"), "failed", "unknown_host", "not known to the name"),
        (DownloadConnectionRefusedError("no"), "failed", "no_connection", "refuses connections"),
        (DownloadFailedError("broke"), "failed", "cut_connection", "connection broke"),
        (ZeroDivisionError("secret detail"), "failed", "other", "ZeroDivisionError"),
    ],
)
def test_failures(error: Exception, state: str, kind: str, words: str) -> None:
    found = describe_failure(URL, error)
    assert (found.state, found.kind) == (state, kind)
    assert words in found.message
    assert URL in found.message
    assert found.message.endswith(".")
    assert found.message.count(". ") == 0
    assert "secret detail" not in found.message


def test_an_unsound_certificate_is_told_from_a_broken_connection() -> None:
    inner = ResponseNeverReceived([TwistedFailure(SSL.Error("certificate verify failed"))])
    error = DownloadFailedError("…")
    error.__cause__ = inner
    found = describe_failure(URL, error)
    assert (found.state, found.kind) == ("failed", "tls_failure")
    assert "certificate or encryption" in found.message


@pytest.mark.parametrize(
    ("error", "kind"), [(HostDownError, "host_down"), (RobotsUnreadError, "robots_unread")]
)
def test_a_host_that_is_down_is_said_in_its_own_words(
    error: type[HostDownError], kind: str
) -> None:
    said = "The host x.no gave no answer."
    assert describe_failure(URL, error(said)) == ("failed", kind, said)


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (500, "http_error", "500 Internal Server Error; it is tried again"),
        (429, "too_many_requests", "429 Too Many Requests"),
        (403, "http_error", "403 Forbidden"),
        (302, "redirect", "302 Found without saying where to"),
        (799, "http_error", "answered 799;"),
    ],
)
def test_statuses(status: int, kind: str, words: str) -> None:
    found = describe_status(URL, status)
    assert (found.state, found.kind) == ("failed", kind)
    assert words in found.message
    assert found.message.startswith(URL)
    assert found.message.endswith(".")


@pytest.mark.parametrize("kind", WALLS)
def test_walls(kind: str) -> None:
    found = describe_wall(URL, kind)  # type: ignore[arg-type]
    assert isinstance(found, Failure)
    assert found.kind == kind
    assert found.kind in ADVICE
    assert found.message.startswith(URL)
    assert found.message.count(". ") == 0
