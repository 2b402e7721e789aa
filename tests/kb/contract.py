"""The search record that scripts rely on, as the interface's description lists it."""

from __future__ import annotations

from types import UnionType

CONTRACT: dict[str, type | UnionType] = {  # every field, with the types it may have
    "rank": int,
    "score": float,
    "passage_id": str,
    "publication_id": str,
    "title": str,
    "text": str,
    "highlights": list,
    "section": str,
    "page": int,
    "page_label": str,
    "page_end": int,
    "page_label_end": str,
    "language": str,
    "countries": list,
    "year": int | None,
    "publisher": str,
    "evidence_type": str,
    "url": str,
    "permalink": str,
    "codings": list,
    "citation": dict,
}
