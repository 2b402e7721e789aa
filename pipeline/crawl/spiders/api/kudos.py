"""Kudos (DFØ): evaluations, reports and steering documents of the Norwegian state.

Owns how `GET /api/v0/documents` is asked: no search by words and no sorting, newest first, at most
50 a page, so long listings drift while they are read. Each year is therefore a question of its own,
and only this year and the last are asked every time. Kudos tells the SHA-256 of its files, and not
which documents it has taken away.
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
    api_of,
    last_asked,
    number,
    objects,
    text,
    today,
    with_query,
)

PER_PAGE = 50  # more is refused with 422
FIRST_YEAR = 1990  # older documents come with the question without years
SETTLED_AFTER = timedelta(days=30)  # older years change little; they are asked again after it
_RECENT_YEARS = 2
_FILE_TYPES = ("application/pdf",)  # Kudos keeps PDFs only; anything else is a mistake


class Kudos:
    """The interface of Kudos."""

    origin = "kudos"
    known_fields = frozenset(
        "id uuid type title subtitle abstract language external_public_url publish_date"
        " concerned_year_from concerned_year_to authors files publishers owners recipients"
        " authoring_actors created_at updated_at".split()
    )

    def __init__(self, source: Source) -> None:
        self.source, self.api = source, api_of(source)

    def questions(self, memory: Memory) -> Iterable[Question]:
        """One for each year, and one for what has no year."""
        this_year = today().year
        for year in range(this_year + 1, FIRST_YEAR - 1, -1):
            question = self._question(str(year))
            recent = year > this_year - _RECENT_YEARS
            if recent or self._is_due(memory, question.key):
                yield question
        rest = self._question("")
        if self._is_due(memory, rest.key):
            yield rest

    def read_page(self, value: Any, url: str, number_of_page: int) -> Page:
        """Take a page apart: `data` holds the documents, `meta` how many pages there are."""
        meta = value.get("meta") if isinstance(value, dict) else None
        if not isinstance(meta, dict) or not isinstance(value.get("data"), list):
            raise AnswerError("has no `data` and `meta`")
        records = objects(value["data"])
        last = number(meta.get("last_page"))
        following = None
        if records and number_of_page < last:
            parts = urlsplit(url)
            query = {**dict(parse_qsl(parts.query)), "page": str(number_of_page + 1)}
            following = parts._replace(query=urlencode(query)).geturl()
        return Page(records, following)

    def entry(self, record: dict[str, Any]) -> Entry | None:
        """A document under its page at Kudos, with its PDFs, the main one first."""
        uuid = text(record.get("uuid"))
        if not uuid or "/" in uuid:
            return None
        files = [
            FileLink(text(file.get("url")), text(file.get("sha256")))
            for file in sorted(
                objects(record.get("files")), key=lambda file: not file.get("is_primary")
            )
            if text(file.get("mimetype")) in _FILE_TYPES and text(file.get("url"))
        ]
        homepage = self.source.homepage.rstrip("/")
        return Entry(
            address=f"{self.api.url}/{uuid}",
            item=f"{homepage}/dokument/{uuid}",
            record=record,
            files=tuple(files),
        )

    def _question(self, year: str) -> Question:
        query = {**self.api.query, "published_year_from": year, "published_year_to": year}
        return Question(
            with_query(self.api.url, query),
            with_query(self.api.url, {**query, "per_page": str(PER_PAGE), "page": "1"}),
        )

    def _is_due(self, memory: Memory, key: str) -> bool:
        asked = last_asked(memory, key)
        return asked is None or today() - asked >= SETTLED_AFTER
