"""A small map that the picture and page tests share, with labels that try to break out."""

from __future__ import annotations

from kb.evidence_map import EvidenceMap, MapRow, build_map
from kb.exports.map_labels import MapLabels

HOSTILE = "</script><img src=x onerror=alert(1)>\"'&\u2028{{x}}"

ROWS = [
    MapRow("a", "A", {"country": ["NO"]}, {"leadership": ["facilitator"]}, True),
    MapRow("b", "A", {"country": ["NO"]}, {"leadership": ["barrier", "mixed"]}),
    MapRow("c", "B", {"country": ["SE"]}, {"culture": ["neutral"]}),
    MapRow("d", "C", {"country": ["NO"]}, {"culture": ["barrier"]}),
    MapRow("e", "D", {"country": [HOSTILE]}, {"culture": ["barrier"]}),
]
MAP: EvidenceMap = build_map(ROWS, rows_order=["leadership", "culture"], cols_order=["NO", "SE"])
LABELS = MapLabels(
    "nb",
    {"leadership": "Ledelse og forankring", "culture": HOSTILE},
    {"NO": "Norge", "SE": "Sverige"},
    filters=f"Alle år {HOSTILE}",
    date="1. juni 2026",
)
