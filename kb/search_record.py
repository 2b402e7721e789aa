"""A hit as the record that `samvirke search` prints and the app draws (CONTRACT.md's JSON).

Owns the record's keys. Which hits there are is `kb.search`'s; which publications are still there
is the knowledge base's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kb.library import PublicationView
from kb.search.fit import Background
from kb.search.rows import Hit, ShownCoding
from kb.search.why import reasons

Permalink = Callable[[str], str]


def search_record(
    hit: Hit,
    rank: int,
    view: PublicationView,
    permalink: Permalink,
    factors: Sequence[str] = (),
    twins: Sequence[Mapping[str, Any]] = (),
    background: Background | None = None,
) -> dict[str, Any]:
    """Return the record of a hit under its present publication.

    `factors` are those the search asked for, `twins` the publications that hold the same text too,
    `background` what chance brings in this index.
    """
    row = hit.row
    record: dict[str, Any] = {
        "rank": rank,
        "score": round(hit.score, 5),
        "passage_id": row.passage_id,
        "publication_id": view.id,
        "title": view.csl.get("title"),
        "text": row.text,
        "highlights": [list(pair) for pair in hit.highlights],
        "meaning": list(hit.meaning) if hit.meaning else None,
        "why": reasons(hit, factors, background),
        "also_in": [dict(twin) for twin in twins],
        "section": row.section,
        "page": row.page,
        "page_label": row.page_label,
        "page_end": row.page_end,
        "page_label_end": row.page_label_end,
        "language": row.language,
        "countries": list(row.countries),
        "year": row.year,
        "publisher": view.csl.get("publisher"),
        "evidence_type": row.evidence_type,
        "sectors": list(row.sectors),
        "target_groups": list(row.target_groups),
        "url": view.url,
        "permalink": permalink(row.passage_id),
        "codings": [_coding(coding) for coding in hit.shown],
        "citation": _citation(hit, view),
    }
    if hit.others:
        others = enumerate(hit.others, start=1)
        record["passages"] = [
            search_record(other, at, view, permalink, factors, background=background)
            for at, other in others
        ]
    return record


def twin_record(hit_id: str, view: PublicationView, page_label: str | None) -> dict[str, Any]:
    """Return what is said of another publication that holds the same text."""
    return {
        "passage_id": hit_id,
        "publication_id": view.id,
        "title": view.csl.get("title"),
        "page_label": page_label,
    }


def _coding(coding: ShownCoding) -> dict[str, Any]:
    confidence = coding.confidence  # the index keeps it in 32 bits, which print badly
    return {
        "factor": coding.factor,
        "direction": coding.direction,
        "confidence": None if confidence is None else round(confidence, 4),
        "status": coding.status,
        "coder": coding.coder,
        "start": coding.start,
        "end": coding.end,
    }


def _citation(hit: Hit, view: PublicationView) -> dict[str, Any]:
    row, citation = hit.row, dict(view.csl)
    if row.page_label:
        last = row.page_label_end
        span = last and last != row.page_label
        citation["locator"] = f"{row.page_label}-{last}" if span else row.page_label
        citation["label"] = "page"
    return citation
