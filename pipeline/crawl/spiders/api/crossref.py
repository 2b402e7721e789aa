"""Crossref: what was registered with a DOI, asked for publications that are known by one.

Owns how `GET /works/{doi}` is asked. A DOI is asked once and again after half a year; its record
joins the publication because both say the same DOI. Retractions and corrections that Crossref
knows of are reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from corpora.registry import Source
from kb.frontier import Sighting, Wanted
from pipeline.catalogue_record import MEDIA_TYPE, UnreadableJsonError, read_json, wrap_record
from pipeline.crawl.spiders import Answer, Found
from pipeline.crawl.spiders.api.records import (
    Memory,
    api_of,
    last_asked,
    mail_of,
    note_asked,
    objects,
    text,
    today,
    with_query,
)

WORK = "crossref-work"
ASKED_AGAIN_AFTER = timedelta(days=180)
_VOLATILE = (
    "indexed",
    "deposited",
    "score",
    "is-referenced-by-count",
    "references-count",
    "reference-count",
    "reference",
)
"""What changes without the publication having changed, and other people's bibliographies."""


class CrossrefSpider:
    """Asks Crossref for the works with these DOIs."""

    kinds = frozenset({WORK})

    def __init__(
        self,
        source: Source,
        memory: Memory,
        dois: Iterable[str],
        contact: str | None = None,
    ) -> None:
        self.source, self.memory, self.api = source, memory, api_of(source)
        self.dois, self.mail = tuple(dois), mail_of(contact)

    def start(self) -> tuple[Wanted, ...]:
        """One address for each DOI that is due."""
        asked = datetime.now(UTC).isoformat()
        return tuple(
            Wanted(
                self._asked_at(doi),
                self.source.id,
                WORK,
                {"doi": doi, "asked": asked},
            )
            for doi in self.dois
            if self._is_due(doi)
        )

    def read(self, answer: Answer) -> Found:
        """Say what the answer about one DOI came to."""
        doi, asked = str(answer.wanted.context["doi"]), str(answer.wanted.context["asked"])
        try:
            value = read_json(answer.body)
        except UnreadableJsonError as error:
            sentence = f"Expected a work at {answer.wanted.url}; what came {error}."
            return Found(problem=sentence, kind="bad_api", failed=True)
        work = value.get("message") if isinstance(value, dict) else None
        if not isinstance(work, dict) or not text(work.get("DOI")):
            sentence = f"Expected a work with a DOI at {answer.wanted.url}, found something else."
            return Found(problem=sentence, kind="bad_api", failed=True)
        record = {key: value for key, value in work.items() if key not in _VOLATILE}
        if text(work["DOI"]).lower() != doi.lower():  # the DOI asked for is another one's alias
            record["alias"] = doi
        sighting = Sighting(
            url=self._address(doi),
            source_id=self.source.id,
            item=f"https://doi.org/{doi}",
            role="record",
            media_type=MEDIA_TYPE,
        )
        return Found(
            files=((wrap_record("crossref", record, sighting.item), sighting),),
            remember=(note_asked(self.source.id, self._address(doi), asked),),
            problem=_retraction(doi, work),
            kind="bad_record",
        )

    def _address(self, doi: str) -> str:
        return f"{self.api.url}/{quote(doi, safe='')}"

    def _asked_at(self, doi: str) -> str:
        return with_query(self._address(doi), {"mailto": self.mail}).rstrip("?")

    def _is_due(self, doi: str) -> bool:
        asked = last_asked(self.memory, self._address(doi))
        if asked is None:
            known = self.memory.known(self._asked_at(doi))
            return known is None or known.state != "gone"
        return today() - asked >= ASKED_AGAIN_AFTER


def _retraction(doi: str, work: dict[str, Any]) -> str | None:
    kinds = sorted(
        {
            text(update.get("type"))
            for name in ("updated-by", "update-to")
            for update in objects(work.get(name))
            if text(update.get("type")) in ("retraction", "withdrawal", "expression_of_concern")
        }
    )
    if not kinds:
        return None
    return f"Crossref knows of a {', '.join(kinds).replace('_', ' ')} concerning {doi}; look at it."
