"""The codebook's texts are in the languages they stand under, and spelt with their letters."""

import re

import heliport
import pytest

from corpora.codebook import KINDS, Codebook, Kind, load_codebook
from corpora.nordic import LABEL_LANGUAGES

ISO_639_3 = {
    "nb": "nob",
    "nn": "nno",
    "sv": "swe",
    "da": "dan",
    "fi": "fin",
    "is": "isl",
    "en": "eng",
}

FOREIGN_LETTERS = {
    "nb": "äöðþáíúý",
    "nn": "äöðþáíúý",
    "sv": "æøðþáíúý",
    "da": "äöðþáíúý",
    "fi": "æøåðþáéíóúý",
    "is": "äåø",
    "en": "äöæøåðþáíóúý",
}
"""Letters that the language's own words do not use."""

WORDS_OF_THE_OTHER = {
    "nb": "ikkje ein eit frå kva korleis dei nokon tenester skule leiing heile vere",
    "nn": "ikke fra hva hvordan tjenester skole ledelse hele være et barnets noe",
    "sv": "ikke og af fra skole hvad tilbud børn",
    "da": "och att är inte från tjenester ikkje",
}
"""Words that give a neighbouring language away."""

NAMES = {"Ohjaamo", "Barnahus", "NAV", "BUP", "SLT", "SSP", "SSPF"}
"""Services known by their own name in any language."""

SHARE_KNOWN = {"nb": 0.95, "nn": 0.7, "sv": 0.97, "da": 0.9, "fi": 0.97, "is": 0.95, "en": 0.97}
"""Least share of one-sentence definitions that a detector names right; nn and nb share many."""


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook()


@pytest.fixture(scope="module")
def detector() -> heliport.Identifier:
    return heliport.Identifier()


def texts(codebook: Codebook, language: str, kind: Kind) -> list[str]:
    return [
        f"{codebook.label(kind, code, language)}. {codebook.definition(kind, code, language)}"
        for code in codebook.ids(kind)
    ]


@pytest.mark.parametrize("language", LABEL_LANGUAGES)
def test_is_in_the_language_it_stands_under(
    codebook: Codebook, detector: heliport.Identifier, language: str
) -> None:
    found = [detector.identify(text) for kind in KINDS for text in texts(codebook, language, kind)]
    right = sum(code == ISO_639_3[language] for code in found)
    assert right / len(found) >= SHARE_KNOWN[language]


@pytest.mark.parametrize("language", LABEL_LANGUAGES)
@pytest.mark.parametrize("kind", ["factors", "sectors", "target_groups", "evidence_types"])
def test_each_list_as_a_whole_is_in_its_language(
    codebook: Codebook, detector: heliport.Identifier, language: str, kind: Kind
) -> None:
    whole = " ".join(texts(codebook, language, kind))
    assert detector.identify(whole) == ISO_639_3[language]


@pytest.mark.parametrize("language", LABEL_LANGUAGES)
def test_is_spelt_with_the_languages_letters(codebook: Codebook, language: str) -> None:
    for kind in KINDS:
        for text in texts(codebook, language, kind):
            own = " ".join(word for word in text.split() if word.strip(".,;:") not in NAMES)
            wrong = sorted(set(own.lower()) & set(FOREIGN_LETTERS[language]))
            assert not wrong, (text, wrong)


@pytest.mark.parametrize("language", sorted(WORDS_OF_THE_OTHER))
def test_holds_no_word_of_the_neighbouring_language(codebook: Codebook, language: str) -> None:
    giveaways = set(WORDS_OF_THE_OTHER[language].split())
    for kind in KINDS:
        for text in texts(codebook, language, kind):
            words = set(re.findall(r"[\w']+", text.lower()))
            assert not words & giveaways, (text, words & giveaways)


@pytest.mark.parametrize("language", LABEL_LANGUAGES)
def test_labels_are_short_and_definitions_whole_sentences(
    codebook: Codebook, language: str
) -> None:
    for kind in KINDS:
        for category in codebook.categories(kind):
            label = codebook.label(kind, category.id, language)
            definition = codebook.definition(kind, category.id, language)
            assert len(label) <= 48, label
            assert label[0].isupper() or label.startswith("PP")
            assert not label.endswith(".")
            assert definition[0].isupper()
            assert definition.endswith(".")
            assert len(definition) <= 190, definition
