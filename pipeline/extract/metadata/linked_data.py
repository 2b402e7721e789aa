"""JSON-LD in web pages: its objects by type, and their texts.

Owns the walk over the scripts. What the properties of an object mean is `landing`'s business.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from pipeline.extract.metadata.values import clean


def linked_data(tree: HtmlElement) -> Iterator[Any]:
    """Yield what each JSON-LD script of a page holds; one that is no JSON is left out."""
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json":
            continue
        try:
            yield json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue


def items_of(data: Any, wanted: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Yield the objects of the wanted types, those of a graph too."""
    if isinstance(data, list):
        for item in data[:50]:
            yield from items_of(item, wanted)
    elif isinstance(data, dict):
        if isinstance(data.get("@graph"), list):
            yield from items_of(data["@graph"], wanted)
        types = data.get("@type")
        named = {types} if isinstance(types, str) else set(types or ())
        if named & wanted:
            yield data


def text_of(value: Any) -> str:
    """Return a value's text: of a list the first one, of an object its name."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("@id") or ""
    return clean(str(value)) if value is not None else ""
