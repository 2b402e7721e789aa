"""Kudos' documents: who wrote, published and commissioned an evaluation.

Owns the meaning of Kudos' fields. An owner is whose document it is: of an evaluation, who
commissioned it; the authoring actors made it.
"""

from __future__ import annotations

from typing import Any

from pipeline.extract.api_record_values import (
    abstract,
    bodies,
    first,
    language,
    names,
    part,
    parts,
    plain,
    year,
)


def read_kudos(record: dict[str, Any]) -> dict[str, Any]:
    """Return what a document's record says, under our names."""
    makers = [_actor(actor) for actor in parts(record.get("authoring_actors"))]
    publishers = [_actor(actor) for actor in parts(record.get("publishers"))]
    owners = [_actor(actor) for actor in parts(record.get("owners"))]
    people = record.get("authors")
    publisher = first(publishers) or first(makers) or first(owners)
    commissioner = first([owner for owner in owners if owner not in (publisher, *makers)])
    return {
        "title": plain(record.get("title")),
        "subtitle": plain(record.get("subtitle")),
        "authors": names(people if isinstance(people, list) else []) or bodies(makers),
        "year": year(record.get("publish_date")),
        "publisher": publisher,
        "commissioner": commissioner,
        "language": language(record.get("language")),
        "abstract": abstract(record.get("abstract")),
        "genre": plain(record.get("type")),
        "type": "report",
        "url": plain(record.get("external_public_url")),
    }


def _actor(actor: dict[str, Any]) -> str:
    """An actor's name as people know it, not as the register shouts it."""
    shown = [
        plain(other.get("name"))
        for other in parts(actor.get("alternative_names"))
        if part(other, "type") == "display"
    ]
    return first(shown) or plain(actor.get("name"))
