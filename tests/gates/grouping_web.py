"""Invented sites for the grouping gate: each copy of a work gets its addresses there.

Owns what is seen where; the works are `grouping_works`', which of them stand beside each other is
said by `grouping_cases` and `grouping_near_misses`.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from tests.gates.grouping_works import Work, describe, noisy


@dataclass(frozen=True)
class Seen:
    """A file seen at an address; `truth` is the publication of its item, `case` what it tries."""

    url: str
    item: str
    role: str
    source: str
    said: dict[str, Any]
    text: tuple[str, ...]
    language: str | None
    truth: str
    case: str
    version_of: str | None = None


class Web:
    """Invented sites: gives each copy of a work its addresses."""

    def __init__(self, random: Random, case: str) -> None:
        self.random, self.case = random, case
        self.seen: list[Seen] = []
        self._count = 0

    def work(self, work: Work, copies: int, truth: str | None = None) -> str:
        """Put a work on the web in so many copies; returns its truth."""
        name = truth or self._name("pub")
        for at in range(copies):
            self.copy(work, name, way=at)
        return name

    def copy(self, work: Work, truth: str, way: int = 9, **also: Any) -> str:
        """One more copy; the first has page and PDF, others are of any kind. Returns its item."""
        random = self.random
        kind = "both" if way == 0 else random.choice(("both", "file", "record", "page", "chapters"))
        kind = also.get("kind", kind)
        source = f"s{random.randrange(40)}"
        item = f"http://{source}.test/{self._name('i')}"
        version_of = also.get("version_of")

        def put(url: str, role: str, said: dict[str, Any], text: tuple[str, ...]) -> None:
            spoken = work.language if text else said.get("language")
            self.seen.append(
                Seen(url, item, role, source, said, text, spoken, truth, self.case, version_of)
            )

        if kind in ("both", "page", "chapters"):
            teaser = noisy(random, work, 0.0)[:1] if random.random() < 0.5 else ()
            put(item, "landing", describe(random, work), teaser)
        if kind == "record":
            put(item, "record", describe(random, work, 0.7), ())
        if kind in ("both", "file"):
            url = f"{item}.pdf"
            if kind == "file":
                item = url
            put(url, "document", describe(random, work, 0.55), noisy(random, work))
        if kind == "chapters":
            text = noisy(random, work)
            half = len(text) // 2
            put(f"{item}/1", "chapter", {"title": "1"}, text[:half])
            put(f"{item}/2", "chapter", {"title": "2"}, text[half:])
        return item

    def _name(self, start: str) -> str:
        self._count += 1
        return f"{start}{self.random.randrange(10**9):09d}{self._count}"
