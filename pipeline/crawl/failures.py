"""What went wrong with an address: its kind, one sentence for people, and the state it is left in.

Owns the wording of failures. What is done about them is `harvest`'s business, what a person can do
stands with the kinds in `kb.problem_kinds`.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import NamedTuple

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
from service_identity import VerificationError

from kb.problem_kinds import ProblemKind
from pipeline.crawl.guard import shown
from pipeline.crawl.manners import MAX_DOWNLOAD_BYTES, HostDownError
from pipeline.crawl.reservation import ReservedError
from pipeline.crawl.transport import RefusedError

ROBOTS = "Forbidden by robots.txt"  # Scrapy's own words
REDIRECTS = "max redirections reached"  # Scrapy's own words
_MEGABYTE = 1024 * 1024


class Failure(NamedTuple):
    """What an address came to: `state` is failed or forbidden, `message` the sentence to show."""

    state: str
    kind: ProblemKind
    message: str


def describe_failure(url: str, error: BaseException) -> Failure:
    """Describe a request that came to no answer."""
    address = shown(url)
    if isinstance(error, HostDownError):
        return Failure("failed", error.kind, str(error))
    if isinstance(error, ReservedError):
        return Failure("forbidden", "reserved", str(error))
    if isinstance(error, RefusedError):
        return Failure("failed", "refused", f"{address} was not fetched: {_lower(str(error))}")
    if isinstance(error, IgnoreRequest) and str(error) == ROBOTS:
        sentence = f"The site's robots.txt forbids {address}, so it was not fetched."
        return Failure("forbidden", "robots", sentence)
    kind, sentence = _describe_download(address, error)
    return Failure("failed", kind, sentence)


def _describe_download(address: str, error: BaseException) -> tuple[ProblemKind, str]:
    too_large = f"{address} is larger than {MAX_DOWNLOAD_BYTES // _MEGABYTE} MB and was left out."
    sentences: tuple[tuple[bool, ProblemKind, str], ...] = (
        (
            str(error) == REDIRECTS,
            "redirect",
            f"{address} redirects in circles or too often; it was given up.",
        ),
        (
            isinstance(error, IgnoreRequest) and "DOWNLOAD_MAXSIZE" in str(error),
            "too_large",
            too_large,
        ),
        (isinstance(error, DownloadCancelledError), "too_large", too_large),
        (
            isinstance(error, ResponseDataLossError),
            "cut_connection",
            f"{address} broke off before its end, also when asked again; nothing of it was kept.",
        ),
        (
            isinstance(error, DownloadTimeoutError),
            "timeout",
            f"{address} did not answer in time.",
        ),
        (
            isinstance(error, CannotResolveHostError),
            "unknown_host",
            f"The host of {address} is not known to the name servers.",
        ),
        (
            isinstance(error, DownloadConnectionRefusedError),
            "no_connection",
            f"The host of {address} refuses connections.",
        ),
        (
            any(isinstance(cause, SSL.Error | VerificationError) for cause in _causes(error)),
            "tls_failure",
            f"The certificate or encryption of {address} is not sound, so it was not fetched.",
        ),
        (
            isinstance(error, DownloadFailedError),
            "cut_connection",
            f"The connection broke while {address} was fetched; nothing of it was kept.",
        ),
    )
    for hit, kind, sentence in sentences:
        if hit:
            return kind, sentence
    return "other", f"{address} could not be fetched ({type(error).__name__})."


def describe_status(url: str, status: int) -> Failure:
    """Describe an answer that is neither a page nor "unchanged" nor "gone"."""
    try:
        phrase = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = str(status)
    if 300 <= status < 400:
        sentence = f"{shown(url)} answered {phrase} without saying where to; it was given up."
        return Failure("failed", "redirect", sentence)
    kind: ProblemKind = "too_many_requests" if status == 429 else "http_error"
    return Failure(
        "failed", kind, f"{shown(url)} answered {phrase}; it is tried again in the next run."
    )


WALLS: dict[ProblemKind, str] = {
    "challenge_page": "a page that lets no program in (a challenge)",
    "script_shell": "an empty page that is drawn by scripts in a browser",
    "login_wall": "a page that asks for a log-in",
    "cookie_wall": "a page that asks about cookies and shows nothing else",
    "error_page": "a page that says there is an error",
}
"""Each kind that `walls.recognise_wall` tells, in words."""
BARRIERS = frozenset({"challenge_page", "cookie_wall", "script_shell"})
"""The walls by which a site shuts programs out; a log-in or an error may stand at one list only."""


def describe_wall(url: str, kind: ProblemKind) -> Failure:
    """Describe an answer that is a wall in front of what was asked for."""
    sentence = f"{shown(url)} gave {WALLS[kind]} instead of what it is for; nothing was kept."
    return Failure("failed", kind, sentence)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Everything that an error came of: Twisted keeps lists of failures within failures."""
    waiting: list[BaseException | None] = [error]
    while waiting:
        cause = waiting.pop()
        if cause is None:
            continue
        yield cause
        waiting.append(cause.__cause__)
        waiting += [failure.value for failure in getattr(cause, "reasons", None) or ()]


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
