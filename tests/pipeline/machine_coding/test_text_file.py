"""`samvirke code --text-file`: one record out for each record in, in CONTRACT.md's shape."""

from __future__ import annotations

from typing import Any

import pytest

from kb.settings import Settings
from pipeline.errors import InputError
from pipeline.machine_coding import text_file
from pipeline.machine_coding.text_file import AT_ONCE, MOST_WORDS, code_lines, cut_text
from tests.models import shared_coding_embedder, shared_model_home

SETTINGS = Settings(home=shared_model_home(), model="bundled")


@pytest.fixture(autouse=True)
def _open_the_model_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        text_file, "open_coding_embedder", lambda settings: shared_coding_embedder()
    )


def code(*lines: dict[str, Any]) -> list[dict[str, Any]]:
    return list(code_lines(lines, SETTINGS))


def test_a_record_has_the_contracts_keys() -> None:
    (record,) = code(
        {"id": "a", "text": "Ledelsen i Oslo kommune ga full støtte, og det fremmet samarbeidet."}
    )
    assert list(record) == [
        "id",
        "language",
        "codings",
        "countries",
        "sectors",
        "target_groups",
    ]
    assert (record["id"], record["language"], record["countries"]) == ("a", "nb", ["NO"])
    first = record["codings"][0]
    assert list(first) == ["factor", "direction", "confidence", "sure"]
    assert (first["factor"], first["direction"]) == ("leadership", "facilitator")
    assert first["sure"] is True


def test_a_given_language_is_kept() -> None:
    assert code({"id": 1, "text": "Samverkan brister.", "language": "sv"})[0]["language"] == "sv"


def test_order_and_ids_are_kept_over_several_batches() -> None:
    lines = [{"id": place, "text": f"Samarbeid {place}."} for place in range(AT_ONCE + 5)]
    assert [record["id"] for record in code(*lines)] == list(range(AT_ONCE + 5))


@pytest.mark.parametrize("text", ["", "  \n ", "…"])
def test_a_text_without_words_gets_an_empty_record(text: str) -> None:
    (record,) = code({"id": "x", "text": text})
    assert record["codings"] == []
    assert record["sectors"] == []


def test_a_record_without_an_id_is_coded_all_the_same() -> None:
    assert code({"text": "Samarbeid."})[0]["id"] is None


@pytest.mark.parametrize("line", [{}, {"text": None}, {"text": 3}, {"text": "a", "language": 1}])
def test_a_record_without_a_text_is_named(line: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="in record 2"):
        code({"id": 1, "text": "Samarbeid."}, line)


def test_a_long_text_is_coded_in_parts() -> None:
    filler = "Kommunen har mange innbyggere og et langt veinett. " * 60
    text = filler + "Taushetsplikten hindrer deling av opplysninger mellom skole og barnevern."
    (record,) = code({"id": 1, "text": text})
    assert "information_sharing" in [coding["factor"] for coding in record["codings"]]
    factors = [coding["factor"] for coding in record["codings"]]
    assert len(factors) == len(set(factors))


def test_parts_are_whole_sentences_and_leave_nothing_out() -> None:
    text = " ".join(f"Setning nummer {place} handler om samarbeid." for place in range(120))
    parts = cut_text(text)
    assert len(parts) > 2
    assert all(part.endswith(".") for part in parts)
    assert all(len(part.split()) <= MOST_WORDS for part in parts)
    assert " ".join(parts) == text


def test_one_sentence_longer_than_a_part_stays_whole() -> None:
    text = "ord " * (MOST_WORDS + 50) + "slutt."
    assert cut_text(text) == [text]
    assert cut_text("") == []
