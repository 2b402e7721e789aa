"""What keeps a crawl from going on for ever: traps, noticed and told once for each source.

Owns the bounds of a source within one run: how many addresses, how much paging that leads to
nothing new, how often the same page at other addresses. Pure but for what it tells the tally.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from kb.frontier import Wanted
from pipeline.crawl.guard import shown
from pipeline.crawl.tally import Tally

MAX_ADDRESSES = 50_000  # of one source in one run; more is a trap (endless calendars, sessions)
MAX_BARREN = 10  # listing pages in a row that lead to nothing new, after which paging stops
MAX_BARREN_PAGES = 300  # of one source altogether; its lists by year, theme and author are fewer
MAX_STALE = 3  # pages in a row of one list of records whose records it had before
MAX_SAME = 25  # addresses of one source that give the same bytes; a shared file has one address
_LINKS = re.compile(
    rb"\b(?:href|src|action|content|value)\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+)|\?[^\s\"'<>]+"
)


class Bounds:
    """Counts what each source led to; what goes too far is left out and told once."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.wanted: Counter[str] = Counter()
        self._listed: dict[str, set[int]] = defaultdict(set)
        self._barren: Counter[str] = Counter()
        self._seen: dict[str, Counter[int]] = defaultdict(Counter)
        self._records: dict[str, set[int]] = defaultdict(set)
        self._pages: dict[str, set[int]] = defaultdict(set)
        self._stale: Counter[str] = Counter()
        self._told: set[tuple[str, str]] = set()

    def keep(self, wanted: Wanted, links: Sequence[Wanted]) -> tuple[Wanted, ...]:
        """Drop links beyond the source's bound, and paging that leads to nothing new."""
        room = MAX_ADDRESSES - self.wanted[wanted.source_id]
        if len(links) > room:
            self._tell(
                wanted,
                "addresses",
                f"The source {wanted.source_id} has led to {MAX_ADDRESSES} addresses, which looks "
                "like a trap; the rest is left out until its patterns are narrower.",
            )
            self.tally.mark_incomplete(wanted.source_id)
            links = links[: max(room, 0)]
        return self._keep_paging(wanted, links) if wanted.kind == "listing" else tuple(links)

    def keep_listed(
        self, wanted: Wanted, records: Sequence[str], links: Sequence[Wanted]
    ) -> tuple[Wanted, ...]:
        """Drop the next page of a list of records that comes back to what it has named before."""
        further = {link.url for link in links if link.kind == wanted.kind}
        context = wanted.context
        list_name = str(context.get("harvest") or context.get("key") or wanted.url)
        seen = self._records[list_name]
        named = {hash(record) for record in records}
        stale = bool(named) and not named - seen
        seen |= named
        self._stale[list_name] = self._stale[list_name] + 1 if stale else 0
        self._pages[list_name].add(hash(wanted.url))
        again = any(hash(url) in self._pages[list_name] for url in further)
        if further and (again or self._stale[list_name] > MAX_STALE):
            self._tell(
                wanted,
                list_name,
                f"The list at {shown(list_name.partition('#')[0])} comes back to what it has named "
                "before instead of going on; it was given up there.",
            )
            self.tally.mark_incomplete(wanted.source_id)
            return tuple(link for link in links if link.kind != wanted.kind)
        return tuple(links)

    def _keep_paging(self, wanted: Wanted, links: Sequence[Wanted]) -> tuple[Wanted, ...]:
        listed = self._listed[wanted.source_id]
        named = {hash(link.url) for link in links if link.kind != "listing"}
        barren = 0 if named - listed else int(wanted.context.get("barren", 0)) + 1
        listed |= named
        self._barren[wanted.source_id] += barren > 0
        pages = sum(link.kind == "listing" for link in links)
        if barren > MAX_BARREN or self._barren[wanted.source_id] > MAX_BARREN_PAGES:
            if pages:
                self._tell(
                    wanted,
                    "paging",
                    f"The lists of {wanted.source_id} go on and on without naming anything new "
                    f"(at {shown(wanted.url)}); the rest of them is left out.",
                )
            return tuple(link for link in links if link.kind != "listing")
        return tuple(
            replace(link, context={**link.context, "barren": barren})
            if link.kind == "listing"
            else link
            for link in links
        )

    def is_repeated(self, wanted: Wanted, body: bytes) -> bool:
        """Whether a source has given the same page or file at too many addresses by now.

        In the answer to an address with a query, links do not count: a session id in all of them
        makes every copy of a page another one.
        """
        if "?" in wanted.url and not body.startswith(b"%PDF"):
            body = _LINKS.sub(b"", body)
        seen = self._seen[wanted.source_id]
        key = hash(body)
        seen[key] += 1
        if seen[key] <= MAX_SAME:
            return False
        self._tell(
            wanted,
            "same",
            f"More than {MAX_SAME} addresses of {wanted.source_id} give the same page (the last "
            f"was {shown(wanted.url)}); the first {MAX_SAME} are kept, the others are left out.",
        )
        return True

    def _tell(self, wanted: Wanted, what: str, sentence: str) -> None:
        if (wanted.source_id, what) not in self._told:
            self._told.add((wanted.source_id, what))
            self.tally.problem(wanted.source_id, wanted.url, sentence, "trap")
