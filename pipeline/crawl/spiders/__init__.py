"""The spiders: which addresses of a source are asked, and what each answer leads to.

Owns the shape all spiders share. A spider is pure: it is given an answer and says which files to
keep and which addresses to ask next; fetching, storing and counting are `harvest`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from kb.frontier import Outcome, Sighting, Wanted
from kb.problem_kinds import ProblemKind


@dataclass(frozen=True)
class Answer:
    """What a server answered with 200: `url` is where it came from after redirects.

    `headers` have lower-case names and only the last value of each.
    """

    wanted: Wanted
    url: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def media_type(self) -> str | None:
        """The type that the server gave, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower() or None


@dataclass(frozen=True)
class Found:
    """What an answer came to.

    `problem` is a sentence and `kind` which kind of problem it is; with `failed` the address counts
    as failed. `gone` addresses were said to be gone. `remember` is kept as known of something that
    is not fetched itself. `reserved` is what a page says of text and data mining, None where it
    says nothing; of one that reserves it nothing is kept or followed.
    """

    files: tuple[tuple[bytes, Sighting], ...] = ()
    links: tuple[Wanted, ...] = ()
    gone: tuple[str, ...] = ()
    remember: tuple[tuple[Wanted, Outcome], ...] = ()
    problem: str | None = None
    kind: ProblemKind = "other"
    failed: bool = False
    reserved: bool | None = None


class Spider(Protocol):
    """One way of harvesting a source."""

    kinds: frozenset[str]

    def start(self) -> tuple[Wanted, ...]:
        """Return the addresses to begin with; none where this way does not fit the source."""

    def read(self, answer: Answer) -> Found:
        """Say what an answer to one of this spider's addresses came to."""
