"""Screening keeps the starter's publications and drops abstracts on other subjects.

The 40 abstracts (ours) are about other things, some of them near: collaboration around the old,
children without collaboration, collaboration for children outside the Nordic countries.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from corpora.starter import load_starter
from kb.settings import Settings
from pipeline.screening import ScreeningInput, screen
from pipeline.screening_closeness import Closeness
from tests.models import shared_embedder, shared_model_home

CASES = Path(__file__).with_name("screening_cases.jsonl")
DATA = "1708368f2b22f395"
# Floors; they only rise.
STARTER_INCLUDED, OTHERS_EXCLUDED = 0.93, 0.85


@pytest.fixture(scope="module")
def closeness() -> Closeness:
    return Closeness(Settings(home=shared_model_home()), shared_embedder)


def verdicts(closeness: Closeness, inputs: list[ScreeningInput]) -> list[str]:
    """The machine's verdicts."""
    return [screen(given, closeness=closeness.measure(given)).verdict for given in inputs]


def test_abstracts_on_other_subjects_are_never_included(closeness: Closeness) -> None:
    assert hashlib.sha256(CASES.read_bytes()).hexdigest()[:16] == DATA, "measure again"
    cases: list[dict[str, Any]] = [
        json.loads(line) for line in CASES.read_text("utf-8").split("\n") if line
    ]
    inputs = [
        ScreeningInput(case["title"], case["abstract"], language=case["language"]) for case in cases
    ]
    found = verdicts(closeness, inputs)
    included = [case["title"] for case, said in zip(cases, found, strict=True) if said == "include"]
    assert included == []
    assert Counter(found)["exclude"] / len(cases) >= OTHERS_EXCLUDED


def test_the_starters_publications_are_kept(closeness: Closeness) -> None:
    publications = load_starter()
    inputs = [
        ScreeningInput(
            entry.title,
            entry.abstract or "",
            tuple(passage.text for passage in entry.passages),
            entry.language,
            (entry.country,),
            entry.year,
        )
        for entry in publications
    ]
    found = Counter(verdicts(closeness, inputs))
    assert found["exclude"] == 0
    assert found["include"] / len(publications) >= STARTER_INCLUDED
