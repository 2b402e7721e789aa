"""Asking an interface page by page: each record kept, its files followed, known ones left alone.

Owns the order of asking, that every listing ends, and what is reported. How one interface words
its questions and answers is the business of the module named after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

from corpora.registry import Source
from kb.frontier import Sighting, Wanted
from pipeline.catalogue_record import MEDIA_TYPE, UnreadableJsonError, read_json, wrap_record
from pipeline.crawl.addresses import clean_address
from pipeline.crawl.spiders import Answer, Found
from pipeline.crawl.spiders.api.records import (
    AnswerError,
    Entry,
    FileLink,
    Memory,
    Page,
    Question,
    note_asked,
)

PAGE = "api-page"
MAX_PAGES = 1_000  # of one question; 100 records each is more than any of them answers


class Catalogue(Protocol):
    """One interface: what to ask, and what its answers mean."""

    origin: str
    known_fields: frozenset[str]

    def questions(self, memory: Memory) -> Iterable[Question]:
        """The searches that are due."""

    def read_page(self, value: Any, url: str, number: int) -> Page:
        """Take a page apart (the `number`th, from 1); raises AnswerError where it is none."""

    def entry(self, record: dict[str, Any]) -> Entry | None:
        """Say where a record belongs, or None where it has no identifier or is not wanted."""


class ListSpider:
    """Harvests one source through its interface."""

    kinds = frozenset({PAGE})

    def __init__(self, source: Source, memory: Memory, catalogue: Catalogue) -> None:
        self.source, self.memory, self.catalogue = source, memory, catalogue
        self._seen: dict[str, set[str]] = {}  # question -> addresses of its records so far
        self._told: set[str] = set()  # fields that were reported already

    def start(self) -> tuple[Wanted, ...]:
        """The first page of every search that is due."""
        asked = datetime.now(UTC).isoformat()
        return tuple(
            Wanted(q.url, self.source.id, PAGE, {"key": q.key, "asked": asked, "page": 1})
            for q in self.catalogue.questions(self.memory)
        )

    def read(self, answer: Answer) -> Found:
        """Say what a page came to."""
        context = answer.wanted.context
        try:
            value = read_json(answer.body)
            page = self.catalogue.read_page(value, answer.wanted.url, int(context["page"]))
        except (UnreadableJsonError, AnswerError) as error:
            sentence = f"Expected a page of records at {answer.wanted.url}; what came {error}."
            return Found(problem=sentence, kind="bad_api", failed=True)
        entries = [entry for record in page.records if (entry := self.catalogue.entry(record))]
        seen = self._seen.setdefault(str(context["key"]), set())
        met = {entry.address: entry for entry in entries}
        new = [entry for address, entry in met.items() if address not in seen]
        seen.update(met)
        problems = [page.problem, *(entry.problem for entry in new), self._unknown(page)]
        links = [link for entry in new for link in self.follow(entry)]
        following, why = self._following(answer, page, barren=bool(entries) and not new)
        remember = () if page.following else (self._asked(context),)
        return Found(
            files=tuple(self.keep(entry) for entry in new if entry.record is not None),
            links=(*links, *following),
            gone=tuple(entry.address for entry in new if entry.gone),
            remember=remember,
            problem=" ".join(filter(None, [*problems, why])) or None,
            kind="bad_api" if why or page.problem else "bad_record",
        )

    def keep(self, entry: Entry) -> tuple[bytes, Sighting]:
        """A record's bytes and where they were seen."""
        sighting = Sighting(
            url=entry.address,
            source_id=self.source.id,
            item=entry.item,
            role="record",
            media_type=MEDIA_TYPE,
        )
        return wrap_record(self.catalogue.origin, entry.record or {}, entry.item), sighting

    def follow(self, entry: Entry) -> Iterable[Wanted]:
        """The files of a record that are not here yet, or not in their present form."""
        for position, link in enumerate(entry.files):
            url = clean_address(link.url)
            if url is None or self._is_here(url, link):
                continue
            context = {**link.context, "item": entry.item, "stamp": link.stamp}
            yield Wanted(url, self.source.id, link.kind, {**context, "position": position})

    def _is_here(self, url: str, link: FileLink) -> bool:
        known = self.memory.known(url)
        return (
            known is not None
            and known.state == "done"
            and known.wanted.context.get("stamp") == link.stamp
        )

    def _asked(self, context: dict[str, Any]) -> Any:
        return note_asked(self.source.id, str(context["key"]), str(context["asked"]))

    def _following(
        self, answer: Answer, page: Page, *, barren: bool
    ) -> tuple[tuple[Wanted, ...], str | None]:
        """The next page, or why the listing ends before its end."""
        context, url = answer.wanted.context, answer.wanted.url
        if page.following is None:
            return (), None
        number = int(context["page"]) + 1
        if page.following == url or barren or self._was_asked(page.following, context, number):
            return (), f"The listing at {url} repeats itself instead of going on; it ends there."
        if number > MAX_PAGES:
            return (), f"The listing at {url} goes on after {MAX_PAGES} pages; it ends there."
        return (Wanted(page.following, self.source.id, PAGE, {**context, "page": number}),), None

    def _was_asked(self, url: str, context: dict[str, Any], number: int) -> bool:
        """Whether this very listing has had the page before, under another number."""
        known = self.memory.known(url)
        before = known.wanted.context if known else {}
        return before.get("asked") == context["asked"] and before.get("page") != number

    def _unknown(self, page: Page) -> str | None:
        """One sentence on fields that nobody reads, once in a run."""
        names = {name for record in page.records for name in record}
        new = sorted(names - self.catalogue.known_fields - self._told)
        self._told.update(new)
        if not new:
            return None
        shown = ", ".join(repr(name[:40]) for name in new[:5]) + (" …" if len(new) > 5 else "")
        return (
            f"The records of {self.source.name} have fields that are kept but not read ({shown}); "
            "see whether one of them matters."
        )
