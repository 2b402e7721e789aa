"""Cue words: factor cues of `corpora/terms.yaml` and direction, evidence and method cues.

Owns which lists serve which language. Matching them is `pipeline.cue_words`', what a match is worth
is left to the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from corpora.codebook import load_codebook
from corpora.terms import load_terms
from pipeline.cue_words import ENDINGS, CueList

CUES_FILE = Path(__file__).with_name("cues.yaml")

RELATED = {"nb": ("nn", "da"), "nn": ("nb",), "da": ("nb",), "fo": ("da",), "kl": ("da",)}
"""Languages whose cues are also read: their words are often the same, and mixing is common."""


@cache
def factor_cues(language: str) -> CueList:
    """Return the factor cues of `language` and its relatives (English for an unknown one)."""
    terms = load_terms()
    languages = (language, *RELATED.get(language, ())) if language in terms else ("en",)
    if language == "sv":
        languages = ("sv", "sv_FI")
    cues: dict[str, list[str]] = {}
    for name in languages:
        if name in terms:
            for factor, words in terms[name].factors.items():
                cues.setdefault(factor, []).extend(words)
    return CueList(cues, ENDINGS.get(language, 1))


@cache
def direction_cues(language: str) -> CueList:
    """Return the cues that tell direction in `language`; English for one without a list."""
    lists = _read_cues()["directions"]
    return CueList(lists.get(language) or lists["en"])


@cache
def label_cues(language: str) -> CueList:
    """Return the packaged codebook's factor labels in `language` as cues."""
    labels = {
        one.id: [label for name, label in one.labels.items() if name == language]
        for one in load_codebook().factors
    }
    return CueList(labels, ENDINGS.get(language, 1))


@dataclass(frozen=True)
class Statements:
    """Cues ("promotes", "together", "factors") of what is said outright.

    `unsaid` are whole words that take "promotes" back when they stand before it.
    """

    cues: CueList
    unsaid: frozenset[str]


@cache
def statement_cues(language: str) -> Statements:
    """Return the words that outright statements are made of; none for a language without them."""
    lists = _read_cues()["statements"].get(language, {})
    cues = {category: words for category, words in lists.items() if category != "unsaid"}
    return Statements(CueList(cues), frozenset(lists.get("unsaid", ())))


@cache
def publication_cues(kind: str) -> CueList:
    """Return the cues of `kind` ("evidence_types" or "methods"), all languages together."""
    return CueList(_read_cues()[kind])


def cue_categories(kind: str) -> tuple[str, ...]:
    """Return the categories that `kind` has cues for, in the file's order."""
    return tuple(_read_cues()[kind])


@cache
def _read_cues() -> dict[str, dict[str, dict[str, list[str]]]]:
    cues: dict[str, dict[str, dict[str, list[str]]]] = yaml.safe_load(
        CUES_FILE.read_text(encoding="utf-8")
    )
    return cues
