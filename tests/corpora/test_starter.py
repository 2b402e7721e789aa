"""Starter publications and exemplars: complete, within the codebook, refused with file and line."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from corpora.codebook import Codebook, load_codebook
from corpora.errors import StarterError
from corpora.starter import (
    EXEMPLARS_FOLDER,
    STARTER_FOLDER,
    Exemplar,
    StarterPublication,
    load_exemplar_passages,
    load_exemplars,
    load_starter,
)


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook()


@pytest.fixture(scope="module")
def starter(codebook: Codebook) -> tuple[StarterPublication, ...]:
    return load_starter(codebook=codebook)


def publication(**changes: Any) -> dict[str, Any]:
    passage = {
        "n": 1,
        "section": "Funn",
        "text": "Ledelsen støttet samarbeidet.",
        "codes": [{"factor": "leadership", "direction": "facilitator"}],
        "sectors": ["school"],
        "target_groups": [],
    }
    unknown = "year publisher series journal volume issue pages doi isbn issn method".split()
    return {
        **dict.fromkeys(unknown),
        "id": "no-prove-1",
        "title": "Prøve",
        "title_en": "Trial",
        "authors": [{"literal": "Prøveetaten"}],
        "url": "https://prove.test/1",
        "country": "NO",
        "countries": ["NO"],
        "language": "nb",
        "evidence_type": "survey",
        "abstract": "Om samarbeid.",
        "passages": [passage],
        "queries": [{"q": "Hva fremmer samarbeid?", "lang": "nb", "n": 1}],
        "seen_in": [],
        **changes,
    }


def write(folder: Path, *records: Any) -> Path:
    path = folder / "no.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return path


def refusal(folder: Path) -> str:
    with pytest.raises(StarterError) as caught:
        load_starter(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_starter_is_whole(starter: tuple[StarterPublication, ...]) -> None:
    assert len(starter) == 76
    assert sum(len(publication.passages) for publication in starter) == 524
    assert sum(len(publication.queries) for publication in starter) == 211
    assert {country for p in starter for country in p.countries} >= {
        "NO", "SE", "DK", "FI", "IS", "FO", "GL", "AX",
    }  # fmt: skip


def test_unknown_facts_stay_unknown(starter: tuple[StarterPublication, ...]) -> None:
    lines = [
        json.loads(line)
        for path in sorted(STARTER_FOLDER.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    for raw, read in zip(lines, starter, strict=True):
        assert read.model_dump(mode="json", exclude_unset=True) == raw
    assert any(publication.year is None for publication in starter)
    assert any(publication.authors is None for publication in starter)


def test_queries_name_their_passage(starter: tuple[StarterPublication, ...]) -> None:
    for found in starter:
        for query in found.queries:
            assert found.passage(query.n).n == query.n
    with pytest.raises(StarterError, match="use one from 1 to"):
        starter[0].passage(99)


def test_every_factor_and_direction_is_taught(codebook: Codebook) -> None:
    for exemplars, floor in ((load_exemplars(), 50), (load_exemplar_passages(), 50)):
        factors = Counter(code.factor for exemplar in exemplars for code in exemplar.codes)
        directions = Counter(code.direction for exemplar in exemplars for code in exemplar.codes)
        assert set(factors) == set(codebook.ids("factors"))
        assert set(directions) == set(codebook.ids("directions"))
        assert min(factors.values()) > floor


def test_exemplars_and_passages_are_apart() -> None:
    sentences, passages = load_exemplars(), load_exemplar_passages()
    assert (len(sentences), len(passages)) == (1908, 970)
    assert not any(exemplar.sectors for exemplar in sentences)
    assert sum(bool(exemplar.sectors) for exemplar in passages) > 900
    texts = {exemplar.text for exemplar in sentences}
    assert not any(exemplar.text in texts for exemplar in passages)


def test_exemplars_are_not_evidence(starter: tuple[StarterPublication, ...]) -> None:
    """What exemplars say is invented: none of it stands in a starter publication."""
    reported = {passage.text for found in starter for passage in found.passages}
    assert not any(exemplar.text in reported for exemplar in load_exemplars())
    assert not any(exemplar.text in reported for exemplar in load_exemplar_passages())


def test_a_minimal_publication_loads(tmp_path: Path) -> None:
    write(tmp_path, publication())
    (found,) = load_starter(tmp_path)
    assert found.authors is not None
    assert found.authors[0].literal == "Prøveetaten"
    assert found.year is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"colour": "blue"}, "found 'colour'"),
        ({"titel": "x"}, "did you mean 'title'"),
        ({"year": 20019}, "'year'"),
        ({"url": "javascript:alert(1)"}, "'url'"),
        ({"language": "de"}, "'language'"),
        ({"countries": ["NORDIC"]}, "'countries.0'"),
        ({"evidence_type": "poem"}, "Expected evidence_types of the codebook"),
        ({"passages": []}, "'passages'"),
        ({"authors": [{"given": "Ola"}]}, "either `family` or `literal`"),
        ({"queries": [{"q": "Hva?", "lang": "nb", "n": 4}]}, "to name one of its passages"),
    ],
)
def test_refuses_a_faulty_publication_with_its_line(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    path = write(tmp_path, publication(id="no-prove-0"), publication(**changes))
    sentence = refusal(tmp_path)
    assert words in sentence
    assert f"{path}, line 2" in sentence


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("codes", [{"factor": "luck", "direction": "barrier"}], "found 'luck'"),
        ("codes", [{"factor": "culture", "direction": "helps"}], "found 'helps'"),
        ("sectors", ["schol"], "did you mean 'school'"),
        ("target_groups", ["grown_ups"], "Expected target_groups"),
    ],
)
def test_refuses_labels_outside_the_codebook(
    tmp_path: Path, key: str, value: Any, words: str
) -> None:
    passage = publication()["passages"][0] | {key: value}
    path = write(tmp_path, publication(passages=[passage]))
    sentence = refusal(tmp_path)
    assert words in sentence
    assert f"{path}, line 1" in sentence


def test_refuses_a_doubled_passage_number(tmp_path: Path) -> None:
    passages = publication()["passages"] * 2
    write(tmp_path, publication(passages=passages))
    assert "each passage number once" in refusal(tmp_path)


def test_refuses_an_id_used_twice(tmp_path: Path) -> None:
    write(tmp_path, publication(), publication())
    assert "Expected each publication once, found 'no-prove-1'" in refusal(tmp_path)


@pytest.mark.parametrize("line", ["{", "[1, 2]", "null", "[" * 100_000])
def test_refuses_a_line_that_is_no_record(tmp_path: Path, line: str) -> None:
    path = tmp_path / "no.jsonl"
    path.write_text("\n" + line + "\n", encoding="utf-8")
    assert f"{path}, line 2" in refusal(tmp_path)


def test_refuses_an_empty_folder(tmp_path: Path) -> None:
    assert "Expected .jsonl files" in refusal(tmp_path)


def test_exemplar_of_an_unknown_factor_is_refused_with_its_line(tmp_path: Path) -> None:
    text = (EXEMPLARS_FOLDER / "nb.jsonl").read_text(encoding="utf-8").splitlines()[0]
    wrong = json.loads(text) | {"codes": [{"factor": "weather", "direction": "barrier"}]}
    (tmp_path / "nb.jsonl").write_text(text + "\n" + json.dumps(wrong) + "\n", encoding="utf-8")
    with pytest.raises(StarterError, match="line 2, found 'weather'"):
        load_exemplars(tmp_path)


def test_another_codebook_decides_what_is_known(tmp_path: Path, codebook: Codebook) -> None:
    fewer = codebook.model_copy(update={"factors": codebook.factors[1:]})
    fewer = Codebook.model_validate(fewer.model_dump())
    write(tmp_path, publication())
    with pytest.raises(StarterError, match="found 'leadership'"):
        load_starter(tmp_path, fewer)


def test_exemplars_need_no_sectors() -> None:
    exemplar = Exemplar.model_validate({"language": "fo", "text": "Stutt.", "codes": []})
    assert exemplar.sectors == exemplar.target_groups == ()
