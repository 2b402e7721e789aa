"""The gazetteer: complete for the Nordic countries, finds inflected names, weighs doubtful ones."""

from collections import Counter
from pathlib import Path

import pytest

from corpora.errors import GazetteerError
from corpora.gazetteer import (
    HOME,
    PACKAGED_GAZETTEER,
    WEIGHTS,
    Gazetteer,
    load_gazetteer,
)
from corpora.inflection import phrase_forms, word_forms
from corpora.nordic import EVIDENCE_COUNTRIES
from corpora.starter import load_starter

MUNICIPALITIES = {"NO": 357, "SE": 290, "DK": 98, "FI": 293, "IS": 60, "FO": 29, "GL": 5, "AX": 16}
"""How many there were in 2024; Finland's without Åland's sixteen."""


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def weights(gazetteer: Gazetteer, text: str, language: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for mention in gazetteer.mentions(text, language):
        found[mention.country] = found.get(mention.country, 0.0) + mention.weight
    return found


def test_has_every_country_with_its_municipalities(gazetteer: Gazetteer) -> None:
    assert set(gazetteer.countries) == {*EVIDENCE_COUNTRIES, "NORDIC", "OTHER"}
    for country, number in MUNICIPALITIES.items():
        assert len(set(gazetteer.countries[country].municipalities)) >= number, country


def test_no_list_holds_a_name_twice(gazetteer: Gazetteer) -> None:
    for country, names in gazetteer.countries.items():
        for kind in ("regions", "municipalities", "institutions", "laws", "programmes", "services"):
            doubled = [n for n, count in Counter(getattr(names, kind)).items() if count > 1]
            doubled = [name for name in doubled if name not in ("Våler", "Herøy")]
            assert not doubled, (country, kind, doubled)


def test_ambiguous_names_are_names(gazetteer: Gazetteer) -> None:
    known = {
        name
        for names in gazetteer.countries.values()
        for language in HOME
        for _, name in names.in_language(language)
    } | {name for names in gazetteer.countries.values() for _, name in names.in_language("en")}
    assert [name for name in gazetteer._data.ambiguous if name not in known] == []


@pytest.mark.parametrize(
    ("language", "text", "country"),
    [
        ("nb", "Tiltaket ble prøvd i Bærum.", "NO"),
        ("nb", "Danmarks kommuner har erfaring.", "DK"),
        ("nb", "Barnevernlovens regler gjelder.", "NO"),
        ("nb", "etter barnevernsloven § 6-7", "NO"),
        ("nn", "Dei islandske kommunane", "IS"),
        ("nn", "på Færøyane", "FO"),
        ("sv", "Västra Götalandsregionens arbete", "SE"),
        ("sv", "i Helsingfors och Åbo", "FI"),
        ("sv", "Välfärdsområdenas rådgivning", "FI"),
        ("sv", "på Åland", "AX"),
        ("sv", "Mariehamns skolor", "AX"),
        ("da", "Aarhus Kommune", "DK"),
        ("da", "i Grønland", "GL"),
        ("da", "Kommuneqarfik Sermersooq", "GL"),
        ("fi", "Helsingissä", "FI"),
        ("fi", "Turussa", "FI"),
        ("fi", "Tampereella", "FI"),
        ("fi", "Seinäjoella", "FI"),
        ("fi", "Rovaniemellä", "FI"),
        ("fi", "Kauniaisissa", "FI"),
        ("fi", "Vihdissä", "FI"),
        ("fi", "Lappeenrannassa", "FI"),
        ("fi", "Etelä-Savossa", "FI"),
        ("fi", "suomalaisille lapsille", "FI"),
        ("fi", "Suomeen", "FI"),
        ("fi", "THL:n mukaan", "FI"),
        ("fi", "Ruotsissa", "SE"),
        ("fi", "Norjasta", "NO"),
        ("fi", "Islannissa", "IS"),
        ("fi", "Ahvenanmaalla", "AX"),
        ("fi", "Oslossa", "NO"),
        ("is", "í Hafnarfirði", "IS"),
        ("is", "til Akureyrar", "IS"),
        ("is", "Reykjavíkurborgar", "IS"),
        ("is", "Háskóla Íslands", "IS"),
        ("is", "samkvæmt farsældarlögum", "IS"),
        ("is", "íslenskra barna", "IS"),
        ("is", "í Noregi", "NO"),
        ("is", "til Danmerkur", "DK"),
        ("is", "í Færeyjum", "FO"),
        ("en", "Denmark's municipalities", "DK"),
        ("en", "Norwegian family centres", "NO"),
        ("en", "the Faroe Islands", "FO"),
        ("en", "Icelandic schools", "IS"),
        ("fo", "í Klaksvík", "FO"),
        ("kl", "Nuuk", "GL"),
        ("zz", "Sweden", "SE"),
    ],
)
def test_finds_a_name_as_texts_show_it(
    gazetteer: Gazetteer, language: str, text: str, country: str
) -> None:
    found = weights(gazetteer, text, language)
    assert max(found, key=lambda code: found[code]) == country
    assert found[country] >= WEIGHTS["service"]


def test_positions_are_those_of_the_text(gazetteer: Gazetteer) -> None:
    text = "Prosjektet i  Møre og\nRomsdal og Oslo."
    region, city = gazetteer.mentions(text, "nb")
    assert text[region.start : region.end] == "Møre og\nRomsdal"
    assert (region.name, region.kind, region.country) == ("Møre og Romsdal", "region", "NO")
    assert text[city.start : city.end] == "Oslo"


def test_longest_name_wins(gazetteer: Gazetteer) -> None:
    (mention,) = gazetteer.mentions("Region Syddanmark", "da")
    assert mention.name == "Region Syddanmark"
    (mention,) = gazetteer.mentions("Statens helsetilsyn", "nb")
    assert mention.name == "Statens helsetilsyn"


@pytest.mark.parametrize(
    ("language", "text", "language_of_cue", "cued"),
    [
        ("sv", "Vara är ett hjälpverb.", "sv", "I Vara kommun samverkar skolan."),
        ("da", "Vejen er lang.", "da", "I Vejen Kommune er vejen kort."),
        ("en", "Time is short.", "nb", "I Time kommune er det gjort."),
        ("fi", "Kotka lensi.", "fi", "Kotkan kaupungissa on perhekeskus."),
    ],
)
def test_doubtful_names_need_a_word_beside_them(
    gazetteer: Gazetteer, language: str, text: str, language_of_cue: str, cued: str
) -> None:
    doubtful = sum(weights(gazetteer, text, language).values())
    assert doubtful < 0.2
    assert max(weights(gazetteer, cued, language_of_cue).values()) >= WEIGHTS["municipality"]


def test_a_cue_in_the_next_sentence_is_none(gazetteer: Gazetteer) -> None:
    (mention,) = gazetteer.mentions("Det avgjør en kommune. Time etter time gikk.", "nb")[:1]
    assert mention.weight < 0.2


def test_a_shared_name_goes_first_to_the_texts_own_country(gazetteer: Gazetteer) -> None:
    swedish = weights(gazetteer, "I Lunds kommun", "sv")
    assert swedish["SE"] > 3 * swedish["NO"]
    norwegian = weights(gazetteer, "I Lund kommune", "nb")
    assert norwegian["NO"] > 3 * norwegian["SE"]
    english = weights(gazetteer, "the municipality Lund municipality", "en")
    assert english["NO"] == english["SE"]


@pytest.mark.parametrize(
    "text",
    [
        "Barn og unge trenger hjelp fra flere.",
        "vi må være ute i tide, og stad og land",
        "et hav av muligheter; vik unna",
        "",
        "…—!",
    ],
)
def test_plain_words_are_no_names(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.mentions(text, "nb") == ()


def test_island_is_a_country_only_where_it_is(gazetteer: Gazetteer) -> None:
    assert weights(gazetteer, "Island har ny lov.", "da") == {"IS": 1.0}
    assert weights(gazetteer, "Island communities", "en") == {}


def test_the_north_and_the_world_are_told_apart(gazetteer: Gazetteer) -> None:
    assert set(weights(gazetteer, "i de nordiske land og i Norden", "da")) == {"NORDIC"}
    assert set(weights(gazetteer, "in England and the United States", "en")) == {"OTHER"}


@pytest.mark.timeout(60)  # a pattern that backtracks would take hours
def test_long_and_hostile_text_comes_to_an_end(gazetteer: Gazetteer) -> None:
    assert gazetteer.mentions("Øvre Møre og " * 20_000, "fi") == ()
    assert gazetteer.mentions("A-" * 50_000 + "x" * 100_000, "fi") == ()


def test_finds_the_countries_of_the_starter_publications(gazetteer: Gazetteer) -> None:
    """Of the publications about one country, it is named most in nearly all."""
    right = total = 0
    for publication in load_starter():
        if len(publication.countries) != 1:
            continue
        total += 1
        texts = [publication.title, publication.abstract, *(p.text for p in publication.passages)]
        found = weights(gazetteer, " . ".join(texts), publication.language)
        named = {code: weight for code, weight in found.items() if code in EVIDENCE_COUNTRIES}
        right += bool(named) and max(named, key=lambda c: named[c]) == publication.countries[0]
    assert total > 50
    assert right / total >= 0.9, f"{right} of {total}"


def test_forms_are_bounded() -> None:
    assert word_forms("Oslo", "nb") == ("Oslo", "Oslos", "Oslo:s", "Oslo's")
    assert word_forms("Aarhus", "da") == ("Aarhus",)
    assert {"Lahdessa", "Lahteen", "Lahden"} <= set(word_forms("Lahti", "fi"))
    assert {"Kópavogi", "Kópavogs", "Kópavog"} <= set(word_forms("Kópavogur", "is"))
    assert len(word_forms("Jyväskylä", "fi")) < 80
    assert ("Háskóla", "Íslands") in phrase_forms(("Háskóli", "Íslands"), "is")
    assert ("Tampereen", "yliopistossa") in phrase_forms(("Tampereen", "yliopisto"), "fi")
    assert phrase_forms(("Nord", "Odal"), "nb") >= {("Nord", "Odal"), ("Nord", "Odals")}


def test_refuses_an_unknown_country_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "gazetteer.yaml"
    text = PACKAGED_GAZETTEER.read_text(encoding="utf-8")
    path.write_text(text + "DE:\n  names: {}\n", encoding="utf-8")
    with pytest.raises(GazetteerError, match=r"line \d+, found 'DE'"):
        load_gazetteer(path)
