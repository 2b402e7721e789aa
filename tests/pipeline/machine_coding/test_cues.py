"""Cue lists: the right language's words, and categories the codebook knows."""

from __future__ import annotations

import pytest

from corpora.codebook import load_codebook
from corpora.nordic import LABEL_LANGUAGES
from pipeline.cue_words import CueList, normalise
from pipeline.machine_coding.cues import (
    cue_categories,
    direction_cues,
    factor_cues,
    publication_cues,
)


def categories(cues: CueList, text: str) -> set[str]:
    return {match.category for match in cues.find(normalise(text).split())}


@pytest.mark.parametrize(
    ("language", "text", "factor"),
    [
        ("nb", "Taushetsplikten er uklar.", "information_sharing"),
        ("nn", "Dei har ikkje nok ressursar.", "resources"),
        ("sv", "Sekretessen hindrar dem.", "information_sharing"),
        ("da", "Der er ingen koordinator.", "coordination"),
        ("fi", "Resurssien puute näkyy.", "resources"),
        ("is", "Þagnarskyldan er skýr.", "information_sharing"),
        ("en", "Confidentiality is a barrier.", "information_sharing"),
    ],
)
def test_a_factor_is_found_in_each_language(language: str, text: str, factor: str) -> None:
    assert factor in categories(factor_cues(language), text)


def test_neighbouring_languages_are_read_too() -> None:
    assert "information_sharing" in categories(factor_cues("nn"), "taushetsplikt")
    assert "information_sharing" in categories(factor_cues("kl"), "tavshedspligt")


def test_an_unknown_language_is_read_as_english() -> None:
    assert "leadership" in categories(factor_cues("xx"), "The leadership was firm.")
    assert "barrier" in categories(direction_cues("xx"), "There is a lack of trust.")


@pytest.mark.parametrize("language", LABEL_LANGUAGES)
def test_every_language_tells_the_directions(language: str) -> None:
    words = {
        "nb": "manglende bør fremmer",
        "nn": "manglar bør fremjar",
        "sv": "brist bör främjar",
        "da": "mangler bør fremmer",
        "fi": "puute tulee edistää",
        "is": "skortur skal stuðlar",
        "en": "lack should promotes",
    }[language]
    found = categories(direction_cues(language), words)
    assert found == {"barrier", "recommended", "facilitator"}


def test_no_cue_was_read_as_a_boolean() -> None:
    # YAML takes a bare `no` for false.
    assert "barrier" in categories(direction_cues("en"), "no agreement")
    assert categories(direction_cues("en"), "false") == set()


def test_evidence_cues_name_types_of_the_codebook() -> None:
    assert set(cue_categories("evidence_types")) == set(load_codebook().ids("evidence_types"))


def test_methods_are_found_in_several_languages() -> None:
    cues = publication_cues("methods")
    assert categories(cues, "Vi gjorde intervjuer og en spørreundersøkelse") >= {
        "interviews",
        "survey",
    }
    assert "focus groups" in categories(cues, "ryhmähaastattelu")
    assert "case study" in categories(cues, "A case study of three towns")


def test_lists_are_made_once() -> None:
    assert factor_cues("nb") is factor_cues("nb")
