"""Text and data mining that a publisher reserves for itself, honoured before and after asking.

Owns the rules of the TDM Reservation Protocol (final report of the W3C community group, 10 May
2024): `/.well-known/tdmrep.json` of a host, the header `tdm-reservation`, the meta element of that
name. What stands in a page outranks the header, the header outranks the file. Beside it the word
"noai" in X-Robots-Tag or a robots meta element counts; "noindex" is no reservation, it is said to
search engines.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http.headers import Headers

from pipeline.crawl.guard import shown

WELL_KNOWN = "/.well-known/tdmrep.json"
MAX_FILE_BYTES = 512 * 1024
MAX_RULES = 1000  # of one host; each is tried on each address
ROBOT_NAME = "samvirke"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rule:
    """What a host says of the paths that a pattern fits: `*` is anything, a last `$` the end."""

    parts: tuple[str, ...]  # of the path, what is between the `*`
    to_the_end: bool
    reserved: bool
    policy: str | None = None

    def fits(self, path: str) -> bool:
        """Whether a path with its query is meant; takes no longer than the path is long."""
        if not path.startswith(self.parts[0]):
            return False
        at = len(self.parts[0])
        for part in self.parts[1:]:
            found = path.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        if not self.to_the_end or at == len(path):
            return True
        return len(self.parts) > 1 and path.endswith(self.parts[-1])


class ReservedError(IgnoreRequest):
    """An address is reserved by its host's file; its message is the sentence to show."""


def describe_reservation(url: str, policy: str | None = None) -> str:
    """Return the sentence for an address that is reserved."""
    where = f" (its terms are at {shown(policy)})" if policy else ""
    return (
        f"{shown(url)} reserves text and data mining{where}, so it was not kept; "
        "ask the publisher for leave."
    )


def says_reserved(headers: Headers) -> bool:
    """Whether an answer's headers reserve it."""
    said = headers.get(b"tdm-reservation")
    if said is not None and said.strip() in (b"0", b"1"):
        return bool(said.strip() == b"1")
    robots = headers.getlist(b"X-Robots-Tag")
    return any(says_noai(value.decode("latin-1")) for value in robots)


def says_noai(words: str) -> bool:
    """Whether the words of a robots element or header keep machines from learning from a page.

    A word may be meant for one robot only ("otherbot: noai").
    """
    for word in words.lower().split(","):
        robot, colon, rule = word.strip().rpartition(":")
        if rule.strip() == "noai" and (not colon or robot.strip() in (ROBOT_NAME, "*")):
            return True
    return False


def read_tdmrep(body: bytes) -> tuple[Rule, ...]:
    """Read a host's file into its rules, in order; what is no rule is passed over."""
    try:
        entries = json.loads(body[:MAX_FILE_BYTES])
    except (ValueError, RecursionError):
        return ()
    if not isinstance(entries, list):
        return ()
    return tuple(rule for entry in entries[:MAX_RULES] if (rule := _read_rule(entry)) is not None)


def _read_rule(entry: object) -> Rule | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("location"), str):
        return None
    said = str(entry.get("tdm-reservation"))
    if said not in ("0", "1"):
        return None
    location, policy = entry["location"], entry.get("tdm-policy")
    path = location.removesuffix("$")
    return Rule(
        parts=tuple(("/" + path.removeprefix("/")).split("*")),
        to_the_end=location.endswith("$"),
        reserved=said == "1",
        policy=policy if isinstance(policy, str) else None,
    )


def find_rule(rules: Sequence[Rule], url: str) -> Rule | None:
    """The rule for an address: the first that fits."""
    parts = urlsplit(url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return next((rule for rule in rules if rule.fits(path)), None)


class TdmRep:
    """Asks each host for its file once, before anything else but robots.txt, and keeps to it."""

    def __init__(self, crawler: Any) -> None:
        self.crawler = crawler
        self._rules: dict[str, asyncio.Future[tuple[Rule, ...]]] = {}  # scheme and host with port

    @classmethod
    def from_crawler(cls, crawler: Any) -> TdmRep:
        """Build it for a crawl."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Refuse what its host reserves."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlsplit(request.url)
        root = f"{parts.scheme}://{parts.netloc}"
        known = self._rules.get(root)
        if known is None:
            known = self._rules[root] = asyncio.get_running_loop().create_future()
            known.set_result(await self._ask(root))
        rules = known.result() if known.done() else await known
        rule = find_rule(rules, request.url) if rules else None
        if rule is not None and rule.reserved:
            raise ReservedError(describe_reservation(request.url, rule.policy))

    async def _ask(self, root: str) -> tuple[Rule, ...]:
        """A host's rules; one whose file cannot be had has none."""
        request = Request(
            root + WELL_KNOWN,
            meta={"dont_obey_robotstxt": True, "dont_retry": True},
            priority=1000,
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            logger.info("no %s at %s (%s)", WELL_KNOWN, root, type(error).__name__)
            return ()
        return read_tdmrep(response.body) if response.status == 200 else ()
