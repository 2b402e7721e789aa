"""Bibliographic metadata: who reads it from where, and which reading wins.

Each reader returns {key: Field}; `merge` keeps the surest. A key that nobody read is missing.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.records import Field

Fields = dict[str, Field]


def merge(readings: Iterable[Fields]) -> Fields:
    """Return for each key the field with the highest confidence; the first of equals wins."""
    best: Fields = {}
    for reading in readings:
        for key, field in reading.items():
            if field.value in (None, "", []):
                continue
            if key not in best or field.confidence > best[key].confidence:
                best[key] = field
    return best
