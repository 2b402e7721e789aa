"""Invented publications: in the starter's manner, apart from it, and refused with file and line."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from corpora.codebook import load_codebook
from corpora.errors import StarterError
from corpora.starter import (
    SHOWN_TO_WRITERS,
    ExemplarPublication,
    load_exemplar_passages,
    load_exemplar_publications,
    load_exemplars,
    load_starter,
)

WORDS_ALIKE = 0.6  # of a text's distinct words; a retold passage shares more


@pytest.fixture(scope="module")
def works() -> tuple[ExemplarPublication, ...]:
    return load_exemplar_publications()


def publication(**changes: Any) -> dict[str, Any]:
    passage = {
        "n": 1,
        "section": "Funn",
        "text": "Ledelsen støttet samarbeidet.",
        "codes": [{"factor": "leadership", "direction": "facilitator"}],
        "sectors": ["school"],
        "target_groups": [],
    }
    return {
        "id": "x-nb-001",
        "language": "nb",
        "title": "Prøve",
        "evidence_type": "survey",
        "countries": ["NO"],
        "abstract": "Om samarbeid.",
        "passages": [passage],
        "queries": [{"q": "What helps collaboration?", "lang": "en", "n": 1}],
        **changes,
    }


def write(folder: Path, *records: Any) -> Path:
    path = folder / "nb.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return path


def test_there_are_many_in_every_language_of_the_starter(
    works: tuple[ExemplarPublication, ...],
) -> None:
    passages = Counter(work.language for work in works for _ in work.passages)
    assert set(passages) >= {"nb", "sv", "da", "fi", "is", "en"}
    assert sum(passages.values()) > 1_000


def test_they_are_no_starter_publications(works: tuple[ExemplarPublication, ...]) -> None:
    assert not {work.id for work in works} & {work.id for work in load_starter()}
    assert not {work.title for work in works} & {work.title for work in load_starter()}


def test_every_text_is_there_once_and_in_no_other_part(
    works: tuple[ExemplarPublication, ...],
) -> None:
    texts = [one.text for work in works for one in work.passages]
    assert len(set(texts)) == len(texts)
    others = {one.text for one in (*load_exemplars(), *load_exemplar_passages())}
    assert not others & set(texts)


def test_no_real_passage_is_retold(works: tuple[ExemplarPublication, ...]) -> None:
    real: dict[str, list[set[str]]] = {}
    for one in load_starter():
        real.setdefault(one.language, []).extend(_words(part.text) for part in one.passages)
    for work in works:
        for part in work.passages:
            own = _words(part.text)
            for other in real.get(work.language, []):
                assert len(own & other) < WORDS_ALIKE * len(own), (work.id, part.n)


def _words(text: str) -> set[str]:
    return set(text.lower().split())


def test_they_are_as_long_as_the_starters_passages(
    works: tuple[ExemplarPublication, ...],
) -> None:
    lengths = sorted(len(one.text.split()) for work in works for one in work.passages)
    assert 40 <= lengths[len(lengths) // 2] <= 58
    assert lengths[0] >= 20


def test_every_code_is_taught_and_many_passages_have_none(
    works: tuple[ExemplarPublication, ...],
) -> None:
    codebook = load_codebook()
    passages = [one for work in works for one in work.passages]
    factors = Counter(code.factor for one in passages for code in one.codes)
    assert set(factors) == set(codebook.ids("factors"))
    assert min(factors.values()) > 30
    assert {code.direction for one in passages for code in one.codes} == set(
        codebook.ids("directions")
    )
    assert {name for one in passages for name in one.sectors} == set(codebook.ids("sectors"))
    assert {name for one in passages for name in one.target_groups} == set(
        codebook.ids("target_groups")
    )
    uncoded = sum(not one.codes for one in passages)
    assert 0.2 < uncoded / len(passages) < 0.45


def test_no_factor_is_said_twice_of_a_passage(works: tuple[ExemplarPublication, ...]) -> None:
    for work in works:
        for one in work.passages:
            assert len({code.factor for code in one.codes}) == len(one.codes), (work.id, one.n)


def test_what_writers_saw_are_starter_publications() -> None:
    assert set(SHOWN_TO_WRITERS) < {one.id for one in load_starter()}
    assert len(set(SHOWN_TO_WRITERS)) == 9


def test_a_minimal_one_loads(tmp_path: Path) -> None:
    write(tmp_path, publication(), publication(id="x-nb-002", countries=["NORDIC"]))
    first, second = load_exemplar_publications(tmp_path)
    assert first.passages[0].section == "Funn"
    assert second.countries == ("NORDIC",)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id": "no-nb-001"}, "'id'"),
        ({"url": "https://prove.test/1"}, "found 'url'"),
        ({"countries": ["EU"]}, "'countries.0"),
        ({"evidence_type": "poem"}, "Expected evidence_types of the codebook"),
        ({"passages": []}, "'passages'"),
        ({"queries": [{"q": "Hva?", "lang": "nb", "n": 4}]}, "to name one of its passages"),
        ({"id": "x-nb-001"}, "Expected each publication once"),
    ],
)
def test_refuses_a_faulty_one_with_its_line(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    given = {"id": "x-nb-002", **changes}
    path = write(tmp_path, publication(), publication(**given))
    with pytest.raises(StarterError) as caught:
        load_exemplar_publications(tmp_path)
    assert words in str(caught.value)
    assert f"{path}, line 2" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_refuses_a_code_that_the_codebook_lacks(tmp_path: Path) -> None:
    passage = publication()["passages"][0] | {"sectors": ["schol"]}
    write(tmp_path, publication(passages=[passage]))
    with pytest.raises(StarterError, match="did you mean 'school'"):
        load_exemplar_publications(tmp_path)
