"""A question's factors, by label and by the words that reports use."""

from __future__ import annotations

import pytest

from corpora.codebook import load_codebook
from corpora.terms import load_terms
from kb.search.named_factors import LIFT, LIFT_ALONE, NamedFactors, factor_names, named_factors

TERMS = load_terms()


def labels(language: str) -> dict[str, str]:
    found = {}
    for factor in load_codebook().factors:
        texts = {str(code): text for code, text in factor.labels.items()}
        found[factor.id] = texts[language]
    return found


def named(text: str, language: str) -> NamedFactors:
    return named_factors(text, language, factor_names(labels(language), TERMS, language))


@pytest.mark.parametrize(
    ("text", "language", "factor"),
    [
        ("taushetsplikt", "nb", "information_sharing"),
        ("taushetsplikten som hinder for samarbeid", "nb", "information_sharing"),
        ("teieplikt", "nn", "information_sharing"),
        ("samlokalisering", "nb", "colocation"),
        ("brukermedvirkning barn", "nb", "user_participation"),
        ("sekretess som hinder", "sv", "information_sharing"),
        ("tiedonkulku", "fi", "information_sharing"),
        ("þagnarskylda", "is", "information_sharing"),
        ("confidentiality as an obstacle", "en", "information_sharing"),
        ("co-location", "en", "colocation"),
    ],
)
def test_a_question_that_names_a_factor_and_nothing_else(
    text: str, language: str, factor: str
) -> None:
    found = named(text, language)
    assert found.factors == (factor,)
    assert found.alone
    assert found.lift == LIFT_ALONE
    asks = {"hinder", "obstacle"} & set(text.split())
    assert found.direction == ("barrier" if asks else None)


@pytest.mark.parametrize(
    ("text", "language", "direction"),
    [
        ("hva hindrer og fremmer ledelse", "nb", None),
        ("ledelse fremmer samarbeid", "nb", "facilitator"),
        ("sekretessen försvårar", "sv", "barrier"),
        ("johtaminen estää yhteistyön", "fi", "barrier"),
    ],
)
def test_a_direction_asked_for(text: str, language: str, direction: str | None) -> None:
    assert named(text, language).factors
    assert named(text, language).direction == direction


def test_what_stands_beside_a_factor_counts_too() -> None:
    found = named("taushetsplikt ved skolefravær i Tromsø", "nb")
    assert found == NamedFactors(("information_sharing",), alone=False)
    assert found.lift == LIFT < LIFT_ALONE


@pytest.mark.parametrize("text", ["skolefravær", "barn og unge", "…", "samarbeid"])
def test_most_words_name_no_factor(text: str) -> None:
    assert named(text, "nb") == NamedFactors()


def test_all_words_of_a_name_are_needed() -> None:
    names = factor_names({"f": "Deling av informasjon"}, {}, "nb")
    assert named_factors("informasjon", "nb", names) == NamedFactors()
    assert named_factors("deling av informasjonen", "nb", names) == NamedFactors(("f",), alone=True)


def test_a_factor_of_an_edited_codebook_goes_by_its_label() -> None:
    names = factor_names({"leadership": "Styring", "new": "Verdighet"}, TERMS, "nb")
    assert names["new"] == ("Verdighet",)
    assert names["leadership"][0] == "Styring"
    assert len(names["leadership"]) > 1
    assert factor_names({"new": "Dignity"}, TERMS, "kl")["new"] == ("Dignity",)
    assert set(factor_names(labels("nn"), TERMS, "nn")["resources"]) >= set(
        TERMS["nb"].factors["resources"]
    )
