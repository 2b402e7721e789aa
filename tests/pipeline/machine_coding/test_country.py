"""Where evidence is from: what is named decides, the language only where nothing is."""

from __future__ import annotations

import pytest

from pipeline.machine_coding.country import (
    STATES,
    Tally,
    decide_countries,
    find_home,
    jaccard,
    name_countries,
    tally_texts,
)


def decide(text: str, language: str, title: str = "", source: str | None = None) -> tuple[str, ...]:
    return decide_countries(tally_texts(title, [text], language), language, source)


@pytest.mark.parametrize(
    ("text", "language", "country"),
    [
        ("Intervjuene ble gjort i Lillehammer kommune.", "nb", "NO"),
        ("Socialtjänsten i Botkyrka kommun samverkar med skolan.", "sv", "SE"),
        ("Undersøgelsen omfatter Aarhus Kommune og servicelovens regler.", "da", "DK"),
        ("Haastattelut tehtiin Jyväskylässä ja Espoossa.", "fi", "FI"),
        ("Viðtölin fóru fram í Kópavogi og Reykjavík.", "is", "IS"),
        ("Barnaverndartænastan í Tórshavn samstarvar.", "fo", "FO"),
        ("The study was done in three Norwegian municipalities, Norway.", "en", "NO"),
    ],
)
def test_named_places_and_laws_decide(text: str, language: str, country: str) -> None:
    assert decide(text, language) == (country,)


@pytest.mark.parametrize(
    ("language", "country"),
    [("nb", "NO"), ("nn", "NO"), ("sv", "SE"), ("da", "DK"), ("fi", "FI"), ("is", "IS")],
)
def test_the_language_decides_where_nothing_is_named(language: str, country: str) -> None:
    assert decide("abc", language) == (country,)


def test_english_alone_says_nothing() -> None:
    assert decide("Collaboration is hard.", "en") == ()
    assert decide("", "und") == ()


def test_the_publisher_is_a_fallback_only() -> None:
    assert decide("Collaboration is hard.", "en", source="SE") == ("SE",)
    assert decide("Schools in Denmark. Danish schools.", "en", source="SE") == ("DK",)


def test_a_nordic_or_global_publisher_says_nothing() -> None:
    assert decide("abc", "sv", source="NORDIC") == ()
    assert find_home("en", "GLOBAL") == ()


def test_swedish_from_finland_is_not_from_sweden() -> None:
    text = "Finland. Den finländska barnskyddslagen gäller i Helsingfors och i Esbo."
    assert decide(text, "sv") == ("FI",)


def test_aland_is_told_from_both_its_neighbours() -> None:
    assert decide("Ålands landskapsregering. Barnahus på Åland.", "sv") == ("AX",)


def test_a_comparison_in_passing_does_not_count() -> None:
    text = "Norge. Oslo kommune og Bergen kommune. Barnevernloven gjelder. Sverige er annerledes."
    assert decide(text, "nb") == ("NO",)


def test_two_countries_studied_both_count() -> None:
    text = (
        "Vi intervjuet ansatte i Norge og Danmark. Oslo kommune og Københavns Kommune deltok, og "
        "danske og norske ledere ble spurt om servicelovens regler og barnevernloven."
    )
    assert set(decide(text, "nb")) == {"NO", "DK"}


def test_the_world_around_makes_neighbours_a_background() -> None:
    text = "Svíþjóð, Finnland, Bandaríkin, Bretland og Kanada hafa svipaðar reglur. Finnland."
    assert decide(text, "is") == ("IS",)


def test_a_nordic_comparison_gives_all_five() -> None:
    text = "The Nordic countries differ. Nordic Council of Ministers funded the Nordic network."
    assert decide(text, "en", "Nordic collaboration") == STATES


def test_self_governing_areas_join_a_nordic_comparison_when_named() -> None:
    text = "Nordic countries, Nordic Council of Ministers, Greenland and the Faroe Islands."
    assert set(decide(text, "en", "A Nordic report")) == {*STATES, "GL", "FO"}


def test_countries_named_one_by_one_beat_the_word_nordic() -> None:
    text = "Ísland, Ísland. Noregur, Noregur, norskar reglur. Norræn samvinna. Reykjavík. Osló."
    assert set(decide(text, "is")) == {"IS", "NO"}


def test_one_passage_says_only_what_it_names() -> None:
    assert name_countries("Samarbeidet var godt.", "nb") == ()
    assert name_countries("I Norge var samarbeidet godt.", "nb") == ("NO",)


def test_the_north_named_more_than_one_country_is_all_of_them() -> None:
    text = (
        "Antalet familjecentraler i Norden växer. Tillsammans med det finska ministeriet samlades "
        "forskare från hela Norden, och det nordiska samarbetet kallades inspirerande."
    )
    assert set(name_countries(text, "sv")) == {"NO", "SE", "DK", "FI", "IS"}


def test_the_strongest_comes_first() -> None:
    text = "Sweden. Sweden. Swedish law. Stockholm. Denmark."
    assert name_countries(text, "en")[0] == "SE"


def test_repetition_adds_ever_less() -> None:
    once, often = Tally(), Tally()
    once.add("Norge", "nb")
    often.add("Norge " * 50, "nb")
    assert once.score("NO") < often.score("NO") < 6 * once.score("NO")


def test_a_name_in_the_title_weighs_more() -> None:
    assert tally_texts("Norge", [], "nb").score("NO") > tally_texts("", ["Norge"], "nb").score("NO")


def test_long_reports_are_read_in_part() -> None:
    assert tally_texts("", ["abc"] * 400 + ["Norge"], "nb").scores() == {}


def test_jaccard_by_hand() -> None:
    assert jaccard(("NO", "SE"), ("NO",)) == 0.5
    assert jaccard((), ()) == 1.0
    assert jaccard((), ("NO",)) == 0.0
