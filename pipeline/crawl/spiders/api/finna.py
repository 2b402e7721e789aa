"""Finna: the collections of Finland's libraries, archives and museums.

Owns how `GET /v1/search` is asked: one search for each handful of the subject's terms, 100 records
a page, newest change first; later only what was indexed anew, by Finna's own field for it. Finna
shows one of several equal records, and does not say which were taken away.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from corpora.registry import Source
from pipeline.crawl.spiders.api.records import (
    OVERLAP,
    AnswerError,
    Entry,
    FileLink,
    Memory,
    Page,
    Question,
    any_of,
    api_of,
    last_asked,
    number,
    objects,
    subject_phrases,
    text,
    with_query,
)

LIMIT = 100  # records of a page
REACHED = 100_000  # records of one search that its pages lead to
_PHRASES_CHARS = 700  # of an address; the fields take the rest of 2,000
_FIELDS = (
    "id title subTitle nonPresenterAuthors year publishers series isbns issns languages summary"
    " onlineUrls formats"
).split()


class Finna:
    """The interface of Finna."""

    origin = "finna"
    known_fields = frozenset(_FIELDS)

    def __init__(self, source: Source) -> None:
        self.source, self.api = source, api_of(source)

    def questions(self, memory: Memory) -> Iterable[Question]:
        """One for each handful of the subject's terms."""
        for phrases in any_of(subject_phrases(self.source.languages), _PHRASES_CHARS):
            key = with_query(self.api.url, {**self.api.query, "lookfor": phrases})
            since = last_asked(memory, key)
            indexed = ""
            if since is not None:
                indexed = f" AND last_indexed:[{(since - OVERLAP).isoformat()}T00:00:00Z TO *]"
            query = {
                **self.api.query,
                "lookfor": f"({phrases}){indexed}" if indexed else phrases,
                "field[]": _FIELDS,
                "sort": "last_indexed desc",
                "limit": str(LIMIT),
                "page": "1",
            }
            yield Question(key, with_query(self.api.url, query))

    def read_page(self, value: Any, url: str, number_of_page: int) -> Page:
        """Take a page apart: `records`, and how many there are in `resultCount`."""
        if not isinstance(value, dict) or value.get("status") != "OK":
            said = text(value.get("statusMessage")) if isinstance(value, dict) else ""
            raise AnswerError("is not said to be OK" + (f" ({said[:200]})" if said else ""))
        records, count = objects(value.get("records", [])), number(value.get("resultCount"))
        following = None
        if records and number_of_page * LIMIT < min(count, REACHED):
            parts = urlsplit(url)
            query = [pair for pair in parse_qsl(parts.query) if pair[0] != "page"]
            more = [*query, ("page", str(number_of_page + 1))]
            following = parts._replace(query=urlencode(more)).geturl()
        return Page(records, following)

    def entry(self, record: dict[str, Any]) -> Entry | None:
        """A record under its page at Finna, with what is online as a PDF."""
        name = text(record.get("id"))
        if not name:
            return None
        online = (text(place.get("url")) for place in objects(record.get("onlineUrls")))
        files = [FileLink(url, "") for url in online if _is_pdf(url)]
        site = self.source.homepage.rstrip("/").replace("://api.", "://")
        return Entry(
            address=f"{self.api.url.rpartition('/')[0]}/record?id={quote(name, safe='')}",
            item=f"{site}/Record/{quote(name, safe='.:')}",
            record=record,
            files=tuple(files),
        )


def _is_pdf(url: str) -> bool:
    try:
        return urlsplit(url).path.lower().endswith(".pdf")
    except ValueError:
        return False
