"""The sentence that carries a coding, by the shipped model's own weights."""

from __future__ import annotations

import pytest

from pipeline.machine_coding.carrying_sentence import SentenceFinder
from pipeline.machine_coding.model_files import SHIPPED, CoderParts, read_model


@pytest.fixture(scope="module")
def parts() -> CoderParts:
    return read_model(SHIPPED)


def carried(parts: CoderParts, text: str, language: str, factor: str) -> str:
    finder = SentenceFinder(text, language, parts.space, parts.scorer)
    start, end = finder.find(factor, parts.facts.factors.index(factor))
    return text[start:end]


TEXT = (
    "Kommunen ligger ved fjorden. Taushetsplikten hindrer at opplysninger deles. Lederne støttet "
    "arbeidet og ga det prioritet. Det manglet penger og ansatte."
)


@pytest.mark.parametrize(
    ("factor", "beginning"),
    [
        ("information_sharing", "Taushetsplikten"),
        ("leadership", "Lederne"),
        ("resources", "Det manglet penger"),
    ],
)
def test_each_factor_has_its_own_sentence(parts: CoderParts, factor: str, beginning: str) -> None:
    assert carried(parts, TEXT, "nb", factor).startswith(beginning)


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("sv", "Det regnade. Sekretessen försvårar samverkan.", "Sekretessen försvårar samverkan."),
        ("fi", "Satoi. Salassapito estää tiedonkulun.", "Salassapito estää tiedonkulun."),
        ("en", "It rained. Confidentiality hampers work.", "Confidentiality hampers work."),
    ],
)
def test_it_works_in_other_languages(
    parts: CoderParts, language: str, text: str, wanted: str
) -> None:
    assert carried(parts, text, language, "information_sharing") == wanted


def test_one_sentence_carries_all(parts: CoderParts) -> None:
    assert carried(parts, " Samarbeid. ", "nb", "culture") == "Samarbeid."


def test_a_text_without_sentences_is_its_own(parts: CoderParts) -> None:
    assert carried(parts, "", "nb", "culture") == ""
    assert carried(parts, "  ", "nb", "culture") == "  "
