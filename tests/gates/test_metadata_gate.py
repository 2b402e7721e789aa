"""Bibliographic metadata: the replica's publications and a second set of invented front matter.

`metadata_floors.json` holds the share of documents with each field right: of the replica by PDF
alone and with the landing page, and of the second set (`title_pages.yaml`). A floor only rises.
What the rules did not know of when they were written: the second set's last eight documents
(first reading: title, year, series, ISBN and commissioner all right, authors 6 of 7, publisher
5 of 6).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpora.replica import build_replica
from kb.bibliography import to_csl
from pipeline.extract import ExtractPool, Job
from tests.gates.metadata_figures import NAMED, Figures, measure
from tests.gates.replica_figures import csl_fields
from tests.gates.test_replica_gate import data_hash
from tests.gates.title_pages import Front, load_fronts, write_front
from tests.programs import require_program

FLOORS: dict[str, Any] = json.loads(
    Path(__file__).with_name("metadata_floors.json").read_text("utf-8")
)
# What was asked for; nobody lowers the floors below it.
ASKED = {
    "alone": {"title": 0.95, "year": 0.97, "publisher": 0.95, "authors": 0.9},
    "with_page": dict.fromkeys(NAMED, 0.99),
}
FRONTS = load_fronts()
LANGUAGES = {"nb", "nn", "sv", "da", "fi", "is", "en"}


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    require_program("tesseract")  # one of the reports is scanned
    folder = tmp_path_factory.mktemp("replica")
    build_replica(folder)
    return measure(folder)


@pytest.fixture(scope="module")
def read() -> Iterator[dict[str, dict[str, Any]]]:
    with ExtractPool(2) as pool:
        outcomes = pool.map(Job(write_front(front)) for front in FRONTS)
        yield {
            front.name: _facts(outcome.metadata)
            for front, outcome in zip(FRONTS, outcomes, strict=True)
        }


def _facts(metadata: dict[str, Any]) -> dict[str, Any]:
    fields = {key: field.value for key, field in metadata.items()}
    facts = csl_fields(to_csl("x", fields), None, None)
    return {**facts, "commissioner": fields.get("commissioner")}


def fronts_hash() -> str:
    text = Path(__file__).with_name("title_pages.yaml").read_bytes()
    return hashlib.sha256(text).hexdigest()[:16]


def test_the_floors_are_of_this_data() -> None:
    assert FLOORS["data"] == data_hash(), "the starter has changed: measure the floors again"
    assert FLOORS["fronts"] == fronts_hash(), "title_pages.yaml has changed: measure again"


def test_the_floors_have_not_been_lowered() -> None:
    for reading, floors in ASKED.items():
        for name, asked in floors.items():
            assert FLOORS[reading][name] >= asked


def test_the_second_set_is_of_all_languages_and_styles() -> None:
    assert len(FRONTS) >= 30
    assert {front.language for front in FRONTS} == LANGUAGES
    assert sum(bool(front.info or front.xmp) for front in FRONTS) >= 6
    unknown = [name for front in FRONTS for name, value in front.facts.items() if value is None]
    assert len(unknown) >= 15, "a value that is not given must count, too"


@pytest.mark.parametrize("name", NAMED)
def test_of_the_pdf_alone(figures: Figures, name: str) -> None:
    assert figures.publications >= 50
    wrong = [entry for entry in figures.alone if entry.name == name]
    assert figures.right(figures.alone, name) >= FLOORS["alone"][name], wrong


@pytest.mark.parametrize("name", NAMED)
def test_with_the_landing_page(figures: Figures, name: str) -> None:
    wrong = [entry for entry in figures.with_page if entry.name == name]
    assert figures.right(figures.with_page, name) >= FLOORS["with_page"][name], wrong


@pytest.mark.parametrize("name", sorted(FLOORS["second"]))
def test_of_front_matter_in_other_styles(read: dict[str, dict[str, Any]], name: str) -> None:
    asked = [front for front in FRONTS if name in front.facts]
    wrong = [
        (front.name, read[front.name][name], front.facts[name])
        for front in asked
        if read[front.name][name] != front.facts[name]
    ]
    assert 1 - len(wrong) / len(asked) >= FLOORS["second"][name], wrong


@pytest.mark.parametrize("front", FRONTS, ids=lambda front: str(front.name))
def test_nothing_is_invented(read: dict[str, dict[str, Any]], front: Front) -> None:
    for name, value in front.facts.items():
        if value is None:
            assert read[front.name][name] is None, name
