"""The gazetteer on report-like paragraphs: the country a reader would name weighs most."""

from itertools import pairwise

import pytest

from corpora.gazetteer import Gazetteer, Mention, load_gazetteer

PARAGRAPHS = [
    (
        "nb",
        "NO",
        "Fylkesmannen i Trøndelag førte tilsyn med tre kommuner, blant dem Stjørdal og Verdal. "
        "Barneverntjenesten og PPT manglet en avtale, og opplæringsloven ble forstått ulikt.",
    ),
    (
        "nb",
        "SE",
        "Forskerne fulgte fire svenske kommuner. I Göteborg hadde socialtjänsten og skolen felles "
        "team, og Socialstyrelsen betalte. Sverige har en egen lov om samordnad individuell plan.",
    ),
    (
        "nn",
        "NO",
        "I Sogndal og Kvinnherad møttest leiarane kvar månad. Høgskulen på Vestlandet følgde "
        "arbeidet, og barnevernslova blei lesen på ulike måtar.",
    ),
    (
        "sv",
        "SE",
        "I Jönköpings län prövades modellen i Vetlanda och Eksjö. Elevhälsan och BVC delade "
        "lokaler, och Inspektionen för vård och omsorg granskade journalerna.",
    ),
    (
        "sv",
        "FI",
        "I Österbotten och Nyland har välfärdsområdena tagit över. Barnskyddslagen och lagen om "
        "elev- och studerandevård ställer olika krav, anser THL och Folkhälsan.",
    ),
    (
        "sv",
        "AX",
        "På Åland lyder verksamheten under landskapslag om socialvård. Kommunernas socialtjänst "
        "och ÅHS samverkar i Mariehamn, men Eckerö och Föglö har egna lösningar.",
    ),
    (
        "da",
        "DK",
        "Kolding Kommune og Vejle Kommune indførte fælles visitation. Sundhedsplejersken og PPR "
        "mødes hver uge; serviceloven og folkeskoleloven peger hver sin vej, siger Ankestyrelsen.",
    ),
    (
        "da",
        "GL",
        "I Kommune Kujalleq og i Nuuk mangler der faste medarbejdere. Naalakkersuisut har lovet "
        "flere stillinger, og den grønlandske Inatsisartutlov er ny.",
    ),
    (
        "da",
        "FO",
        "På Færøerne har Tórshavnar kommuna og Klaksvíkar kommuna hver sin barneværnstjeneste. "
        "Lagtinget, Løgtingið, har ændret loven.",
    ),
    (
        "fi",
        "FI",
        "Pohjois-Savossa ja Kainuussa perhekeskukset toimivat Kuopiossa ja Kajaanissa. "
        "Lastensuojelulain tulkinta vaihtelee, toteaa Kansallinen koulutuksen arviointikeskus.",
    ),
    (
        "fi",
        "SE",
        "Ruotsissa tehty tutkimus koski Tukholmaa ja Malmötä. Ruotsalaisten sosiaalityöntekijöiden "
        "mukaan salassapito esti yhteistyötä.",
    ),
    (
        "is",
        "IS",
        "Í Hafnarfirði og Árborg hófst samstarf haustið 2019. Samkvæmt farsældarlögum skal "
        "tengiliður farsældar starfa í hverjum skóla, segir Barna- og fjölskyldustofa.",
    ),
    (
        "is",
        "NO",
        "Í Noregi var verkefnið reynt í Bergen og Stavanger. Norskir skólar og barnavernd gerðu "
        "með sér samning, og norska þingið breytti lögunum.",
    ),
    (
        "fo",
        "FO",
        "Í Føroyum arbeiða Klaksvíkar kommuna og Barnaverndarstova Føroya saman. Føroyskir skúlar "
        "hava tagnarskyldu.",
    ),
    (
        "en",
        "NO",
        "Three municipalities in Nordland and Finnmark took part. The Norwegian Directorate of "
        "Health funded the team, and NAV took part in Tromsø.",
    ),
    (
        "en",
        "FI",
        "Finnish family centres in Jyväskylä and Oulu were compared. Finland has a law on pupil "
        "welfare, and the Finnish Institute for Health and Welfare gave advice.",
    ),
    (
        "en",
        "IS",
        "Reykjavik and Akureyri signed an agreement. In Iceland the Prosperity Act gives every "
        "child a coordinator, says the University of Iceland.",
    ),
]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def rank(mentions: tuple[Mention, ...]) -> list[str]:
    totals: dict[str, float] = {}
    for mention in mentions:
        totals[mention.country] = totals.get(mention.country, 0.0) + mention.weight
    return sorted(totals, key=lambda country: -totals[country])


@pytest.mark.parametrize(("language", "country", "text"), PARAGRAPHS)
def test_the_country_of_a_paragraph_weighs_most(
    gazetteer: Gazetteer, language: str, country: str, text: str
) -> None:
    mentions = gazetteer.mentions(text, language)
    assert rank(mentions)[0] == country
    assert len(mentions) >= 3


@pytest.mark.parametrize(("language", "country", "text"), PARAGRAPHS)
def test_mentions_are_in_order_and_never_overlap_another_name(
    gazetteer: Gazetteer, language: str, country: str, text: str
) -> None:
    spans = [(mention.start, mention.end) for mention in gazetteer.mentions(text, language)]
    assert spans == sorted(spans)
    distinct = sorted(set(spans))
    for (_, end), (start, _) in pairwise(distinct):
        assert end <= start
    for mention in gazetteer.mentions(text, language):
        assert 0 < mention.weight <= 1
        assert text[mention.start : mention.end].strip() == text[mention.start : mention.end]


def test_several_countries_are_all_found(gazetteer: Gazetteer) -> None:
    text = "Vi sammenligner Norge, Sverige, Danmark, Finland, Island, Færøyene, Grønland og Åland."
    found = gazetteer.mentions(text, "nb")
    assert [mention.country for mention in found] == "NO SE DK FI IS FO GL AX".split()
    assert {mention.weight for mention in found} == {1.0}


def test_a_text_without_names_has_no_country(gazetteer: Gazetteer) -> None:
    text = "Samarbeid krever tid, tillit og ledere som spør etter resultatene."
    assert gazetteer.mentions(text, "nb") == ()


def test_the_same_text_gives_the_same_mentions(gazetteer: Gazetteer) -> None:
    language, _, text = PARAGRAPHS[0]
    assert gazetteer.mentions(text, language) == gazetteer.mentions(text, language)
    assert load_gazetteer() is gazetteer
