"""What kind of publication it is, and how the study was done, from its record and first pages.

Owns weighing cue words by where they stand: a title says more than an abstract. The words are
`cues.yaml`'s; the countries are `country`'s.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.cue_words import normalise
from pipeline.machine_coding.cues import publication_cues

FIELD_WEIGHTS = {"title": 3.0, "series": 2.0, "publisher": 1.0, "abstract": 1.0, "body": 0.3}
"""How much a cue word counts in each place; a title names the kind of study most plainly."""

RECORD_TYPES = {"article-journal": "research_article", "thesis": "thesis"}
"""CSL types that all but settle the evidence type."""

RECORD_TYPE_WEIGHT = 3.0
PLAIN_WEIGHT = 0.6
"""What a cue for a plain report counts: every kind of publication calls itself a report."""

LEAST_EVIDENCE = 0.5
"""Below this nothing was said of the kind of publication."""

FIRST_TEXTS = 12
"""Passages read: introduction and method, where a study says how it was done."""

MOST_METHODS = 3


def weigh_evidence_types(
    csl: Mapping[str, Any], abstract: str, texts: Sequence[str]
) -> dict[str, float]:
    """Return how much speaks for each evidence type that anything speaks for."""
    fields = {
        "title": _join(csl, "title"),
        "series": _join(csl, "collection-title", "number", "genre"),
        "publisher": _join(csl, "publisher"),
        "abstract": abstract or _join(csl, "abstract"),
        "body": " ".join(texts[:FIRST_TEXTS]),
    }
    scores: dict[str, float] = {}
    for name, text in fields.items():
        counts = count_categories("evidence_types", text)
        for category, count in counts.items():
            scores[category] = scores.get(category, 0.0) + FIELD_WEIGHTS[name] * math.log1p(count)
    if "research_report" in scores:
        scores["research_report"] *= PLAIN_WEIGHT
    settled = RECORD_TYPES.get(str(csl.get("type", "")))
    if csl.get("container-title") and settled is None and csl.get("type") != "webpage":
        settled = "research_article"
    if settled is not None:
        scores[settled] = scores.get(settled, 0.0) + RECORD_TYPE_WEIGHT
    return scores


def choose_evidence_type(
    csl: Mapping[str, Any], abstract: str, texts: Sequence[str], known: Sequence[str]
) -> str | None:
    """Return the evidence type, one of `known`, or None where nothing is said of it."""
    scores = weigh_evidence_types(csl, abstract, texts)
    usable = {category: score for category, score in scores.items() if category in known}
    best = max(usable, key=lambda category: usable[category], default=None)
    return best if best is not None and usable[best] >= LEAST_EVIDENCE else None


def name_method(abstract: str, texts: Sequence[str]) -> str | None:
    """Return how the study was done ("interviews, survey"), or None where the text says nothing.

    The abstract's words count first, then those of the first passages.
    """
    counts = count_categories("methods", " ".join(texts[:FIRST_TEXTS]))
    for category, count in count_categories("methods", abstract).items():
        counts[category] = counts.get(category, 0) + 2 * count
    ranked = sorted(counts, key=lambda category: -counts[category])
    return ", ".join(ranked[:MOST_METHODS]) or None


def count_categories(kind: str, text: str) -> dict[str, int]:
    """Return how often cues of `kind` ("evidence_types" or "methods") stand in `text`."""
    counts: dict[str, int] = {}
    for match in publication_cues(kind).find(normalise(text).split()):
        counts[match.category] = counts.get(match.category, 0) + 1
    return counts


def _join(csl: Mapping[str, Any], *keys: str) -> str:
    return " ".join(str(csl[key]) for key in keys if csl.get(key))
