"""The one table of forms an evidence map is written in.

Owns ids, media types and the choice by file suffix. What a map holds is `kb.evidence_map`'s, how it
looks `kb.exports.map_picture`'s and `kb.exports.map_page`'s.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kb.errors import QueryError
from kb.evidence_map import EvidenceMap
from kb.exports.map_labels import MapLabels
from kb.exports.map_page import render_page
from kb.exports.map_picture import render_png, render_svg


@dataclass(frozen=True)
class MapFormat:
    """A form of the map: its id is also the file suffix without the dot."""

    id: str
    media_type: str
    write: Callable[[EvidenceMap, MapLabels], bytes]


def _json(evidence: EvidenceMap, _labels: MapLabels) -> bytes:
    return (json.dumps(evidence.to_json(), ensure_ascii=False, indent=2) + "\n").encode()


def _csv(evidence: EvidenceMap, labels: MapLabels) -> bytes:
    """Return the CSV with a byte order mark, without which Excel garbles Nordic letters."""
    return evidence.to_csv(labels.rows, labels.cols).encode("utf-8-sig")


MAP_FORMATS: Final[dict[str, MapFormat]] = {
    format_.id: format_
    for format_ in (
        MapFormat("html", "text/html", render_page),
        MapFormat("json", "application/json", _json),
        MapFormat("csv", "text/csv", _csv),
        MapFormat("png", "image/png", render_png),
        MapFormat("svg", "image/svg+xml", render_svg),
    )
}


def render_map(evidence: EvidenceMap, labels: MapLabels, to: str) -> bytes:
    """Return the map in the form `to` (html, json, csv, png or svg, with or without a dot).

    Raises QueryError naming the forms where there is no such one.
    """
    form = MAP_FORMATS.get(to.lower().removeprefix("."))
    if form is None:
        raise QueryError(
            f"Expected a map as {', '.join(MAP_FORMATS)}, found {to!r}; "
            "name the output file with one of these endings."
        )
    return form.write(evidence, labels)
