"""The map's own words in seven languages, and how they are put together."""

from __future__ import annotations

import pytest

from kb.evidence_map import DIMENSIONS, DIRECTIONS, MapRow, build_map
from kb.exports.map_labels import MapLabels, map_words
from kb.exports.map_layout import lay_out

LANGUAGES = ["nb", "nn", "sv", "da", "fi", "is", "en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word(language: str) -> None:
    words = map_words(language)
    assert set(words) == set(map_words("en"))
    assert all(word.strip() == word and word for word in words.values())
    assert set(DIMENSIONS) | set(DIRECTIONS) <= set(words)
    assert len({words[direction] for direction in DIRECTIONS}) == 4


def test_an_unknown_language_gets_english() -> None:
    assert map_words("kl") == map_words("en")
    assert MapLabels("kl").word("total") == "Total"


def test_ids_without_a_label_stand_as_they_are() -> None:
    labels = MapLabels("nb", {"culture": "Kultur"})
    assert labels.row("culture") == "Kultur"
    assert labels.row("regulation") == "regulation"
    assert labels.col("NO") == "NO"
    assert labels.direction("barrier") == "Hemmer"


def test_a_map_says_who_coded_it() -> None:
    rows = [MapRow("1", "a", {"country": ["NO"]}, {"leadership": ["barrier"]})]
    for width in (390, 1400):
        for language, said in (("en", "Coded by machine"), ("nb", "Kodet av maskin")):
            layout = lay_out(build_map(rows), MapLabels(language), width)
            assert said in " ".join(layout.subtitle)


def test_given_words_come_before_the_built_in_ones() -> None:
    labels = MapLabels("nb", directions={"barrier": "Hindrer"}, words={"gap": "mangler"})
    assert labels.direction("barrier") == "Hindrer"
    assert labels.direction("facilitator") == "Fremmer"
    assert labels.word("gap") == "mangler"


def test_headings_and_counts() -> None:
    assert MapLabels("nb").heading("factor", "country") == "Kunnskapskart: faktor etter land"
    assert MapLabels("en").heading("year", "sector") == "Evidence map: year by service"
    assert MapLabels("en", title="Mine").heading("year", "sector") == "Mine"
    assert MapLabels("en").count(1, "passage", "passages") == "1 passage"
    assert MapLabels("en").count(0, "passage", "passages") == "0 passages"
    assert MapLabels("fi").count(2, "publication", "publications") == "2 julkaisua"
