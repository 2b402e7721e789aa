"""OpenAlex: an index of the world's research, asked for works on the subject from the Nordics.

Owns how `GET /works` is asked. Without a key OpenAlex answers numbered pages (10,000 works of one
search) and no cursors; cursors are followed where they are given (`cursor: '*'` in the source's
`query`). Only paying users may ask for what was updated since a day, so later runs ask for what
was published in the last year and more, and for everything again from time to time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from corpora.registry import Source
from pipeline.crawl.spiders.api.records import (
    AnswerError,
    Entry,
    FileLink,
    Memory,
    Page,
    Question,
    any_of,
    api_of,
    last_asked,
    mail_of,
    number,
    objects,
    subject_phrases,
    text,
    today,
    with_query,
)

PER_PAGE = 100
REACHED = 10_000  # works of one search that numbered pages lead to
LATE = timedelta(days=400)  # works are indexed up to a year after they were published
WHOLE_AFTER = timedelta(days=90)  # then a search is asked again from the beginning
_PHRASES_CHARS = 900  # of an address; the guard refuses addresses over 2,000
_FIELDS = (
    "id doi title publication_year publication_date language type primary_location"
    " best_oa_location authorships biblio abstract_inverted_index is_retracted"
).split()


class OpenAlex:
    """The interface of OpenAlex."""

    origin = "openalex"
    known_fields = frozenset(_FIELDS)

    def __init__(self, source: Source, contact: str | None = None) -> None:
        self.source, self.api, self.mail = source, api_of(source), mail_of(contact)

    def questions(self, memory: Memory) -> Iterable[Question]:
        """One for each handful of the subject's terms."""
        for phrases in any_of(subject_phrases(self.source.languages), _PHRASES_CHARS):
            filters = [f"title_and_abstract.search:({phrases})", *self._filters()]
            key = with_query(self.api.url, {"filter": ",".join(filters)})
            if not self._is_due_whole(memory, key):
                since = (today() - LATE).replace(day=1)  # so that it is not a new search each night
                filters.append(f"from_publication_date:{since.isoformat()}")
                key += "#recent"
            query = {
                "filter": ",".join(filters),
                "per_page": str(PER_PAGE),
                "select": ",".join(_FIELDS),
                "mailto": self.mail,
                "cursor": str(self.api.query.get("cursor", "")),
                "page": "" if "cursor" in self.api.query else "1",
            }
            yield Question(key, with_query(self.api.url, query))

    def read_page(self, value: Any, url: str, number_of_page: int) -> Page:
        """Take a page apart: `results`, and in `meta` the cursor or how many there are."""
        meta = value.get("meta") if isinstance(value, dict) else None
        if not isinstance(meta, dict) or not isinstance(value.get("results"), list):
            said = text(value.get("message")) if isinstance(value, dict) else ""
            raise AnswerError("has no `meta` and `results`" + (f" ({said[:200]})" if said else ""))
        records, count = objects(value["results"]), number(meta.get("count"))
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        if "cursor" in query:
            cursor = text(meta.get("next_cursor"))
            more = {"cursor": cursor} if cursor and records else None
        else:
            there = number_of_page * PER_PAGE
            more = {"page": str(number_of_page + 1)} if there < min(count, REACHED) else None
        problem = None
        if "cursor" not in query and count > REACHED and number_of_page == 1:
            problem = (
                f"OpenAlex has {count} works for one search and shows {REACHED} of them; "
                f"narrow the filter in the query of {self.source.id}."
            )
        following = parts._replace(query=urlencode({**query, **more})).geturl() if more else None
        return Page(records, following if records else None, problem)

    def entry(self, record: dict[str, Any]) -> Entry | None:
        """A work under its page at OpenAlex, with its open PDF where one is known."""
        name = text(record.get("id")).rpartition("/")[2]
        if not name:
            return None
        files = []
        for place in (record.get("best_oa_location"), record.get("primary_location")):
            if isinstance(place, dict) and place.get("is_oa") and text(place.get("pdf_url")):
                files.append(FileLink(text(place["pdf_url"]), text(place.get("version"))))
        retracted = f"The work {name} at OpenAlex is marked as retracted; look before citing it."
        return Entry(
            address=f"{self.api.url}/{name}",
            item=f"{self.source.homepage.rstrip('/')}/{name}",
            record=record,
            files=tuple(files[:1]),
            problem=retracted if record.get("is_retracted") is True else None,
        )

    def _filters(self) -> list[str]:
        given = self.api.query.get("filter", "")
        return [given] if isinstance(given, str) and given else list(given)

    def _is_due_whole(self, memory: Memory, key: str) -> bool:
        asked = last_asked(memory, key)
        return asked is None or today() - asked >= WHOLE_AFTER
