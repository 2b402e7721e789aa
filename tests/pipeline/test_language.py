from __future__ import annotations

import pytest

from pipeline.language import (
    LANGUAGES,
    UNDETERMINED,
    detect,
    guess_by_common_words,
    normalise,
    scores,
)

SENTENCES = {
    "nb": "Tjenestene må samarbeide tidlig, ellers blir barna gående uten hjelp i flere måneder.",
    "nn": "Tenestene må samarbeide tidleg, elles vert borna gåande utan hjelp i fleire månader.",
    "sv": "Verksamheterna måste samarbeta tidigt, annars blir barnen utan stöd i flera månader.",
    "da": "Indsatserne skal koordineres tidligt, ellers går børnene uden hjælp i flere måneder.",
    "fi": "Palvelujen on tehtävä yhteistyötä varhain, muuten lapset jäävät pitkään ilman apua.",
    "is": "Þjónustuaðilar verða að vinna saman snemma, annars bíða börnin mánuðum saman.",
    "en": "Services have to work together early, or children are left without help for months.",
    "fo": "Tænasturnar mugu samstarva tíðliga, annars verða børnini verandi uttan hjálp.",
    "se": "Bálvalusat fertejit ovttasbargat árrat, muđui mánát báhcet veahki haga.",
    "kl": "Meeqqat ilaqutariillu ikiorserneqarnissaat pingaaruteqarpoq suleqatigiinnermi.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_is_told_by_one_sentence(language: str) -> None:
    assert detect(SENTENCES[language]) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_hint_does_not_win_over_a_clear_sentence(language: str) -> None:
    wrong = "fi" if language != "fi" else "sv"
    assert detect(SENTENCES[language], wrong) == language


def test_short_texts_take_the_hint() -> None:
    assert detect("Plan 2019", "fi") == "fi"
    assert detect("12 345", "is") == "is"
    assert detect("", "no") == "nb"


def test_without_letters_and_hint_it_is_undetermined() -> None:
    assert detect("12 – 14 (2019)") == UNDETERMINED
    assert detect("") == UNDETERMINED


def test_other_languages_still_give_one_of_ours() -> None:
    assert detect("Die Dienste müssen früh zusammenarbeiten, sonst warten die Kinder.") in LANGUAGES


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ("nb-NO", "nb"),
        ("no", "nb"),
        ("nor", "nb"),
        ("sv_SE", "sv"),
        ("Svenska", "sv"),
        ("English", "en"),
        ("swe", "sv"),
        ("sme", "se"),
        ("de", None),
        ("", None),
        (None, None),
    ],
)
def test_names_and_codes_are_normalised(said: str | None, ours: str | None) -> None:
    assert normalise(said) == ours


def test_scores_hold_only_ours() -> None:
    assert set(scores(SENTENCES["da"])) <= set(LANGUAGES)


@pytest.mark.parametrize("language", ["nb", "nn", "sv", "da", "fi", "is", "fo", "en"])
def test_common_words_are_enough_to_choose_a_dictionary(language: str) -> None:
    more = {
        "nb": "Dette er ikke noe som skal skje etter at de har møttes.",
        "nn": "Dette er ikkje noko som skal skje etter at dei har møtt einannan.",
        "sv": "Det är inte något som ska ske efter att de har mötts och talat.",
        "da": "Det er ikke noget, som skal ske efter at de har mødtes af sig selv.",
        "fi": "Tämä on asia, joka ei ole vielä tehty, mutta se voi olla tärkeä myös muille.",
        "is": "Það er ekki eitthvað sem þeir hafa gert og er til að vinna við eða frá.",
        "fo": "Tað er ikki nakað, sum teir hava gjørt, og tá skal tað eisini vera ella frá.",
        "en": "This is not something that they have done, and it can be left for others.",
    }
    assert guess_by_common_words(more[language]) == language


def test_no_common_words_no_guess() -> None:
    assert guess_by_common_words("12 345 xyz") is None
