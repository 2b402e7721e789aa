"""Bibliographic metadata: who reads it from where, and which reading wins.

Each reader returns {key: Field}; `merge` keeps the surest. A key that nobody read is missing.
Owns also what fields say of each other: a subtitle goes with its own title and is no byline, and a
"number" in words is a series.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.records import Field
from pipeline.subtitles import restates

Fields = dict[str, Field]

_NAMED = re.compile(r"[^\W\d_]{2,}")  # a word; what is in it is more than a number


def merge(readings: Iterable[Fields]) -> Fields:
    """Return for each key the field with the highest confidence; the first of equals wins.

    A subtitle read beside another title than the one that won is left out.
    """
    best: Fields = {}
    kept = list(readings)
    for reading in kept:
        for key, field in reading.items():
            if field.value in (None, "", []):
                continue
            if key not in best or field.confidence > best[key].confidence:
                best[key] = field
    _settle_number(best)
    _settle_subtitle(best, kept)
    return best


def _settle_number(fields: Fields) -> None:
    """Let "Fafo-rapport 2020:02", given as a number, be the series; it is parted later on."""
    number, issue = fields.get("number"), fields.get("issue")
    if number and issue and str(number.value) == str(issue.value):
        del fields["number"]  # a journal's "Nummer: 6" is its issue
        return
    if number is None or not _NAMED.search(str(number.value)):
        return
    series = fields.get("series")
    if series is None or _fold(str(number.value)).endswith(_fold(str(series.value))):
        fields["series"] = number
        del fields["number"]
    elif _fold(str(series.value)).endswith(_fold(str(number.value))):
        del fields["number"]


def _settle_subtitle(fields: Fields, readings: Sequence[Fields]) -> None:
    """Drop a subtitle that belongs to another title, or that says again who, where or when."""
    subtitle, title = fields.get("subtitle"), fields.get("title")
    if subtitle is None or title is None:
        return
    near = next(reading for reading in readings if reading.get("subtitle") is subtitle)
    other = "title" in near and _fold(str(near["title"].value)) != _fold(str(title.value))
    if other or restates(str(subtitle.value), fields):
        del fields["subtitle"]


def _fold(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
