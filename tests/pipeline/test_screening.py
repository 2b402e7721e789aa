"""Screening: what is about the subject is kept, what is not goes with its reason.

The texts here are our own; the last tests measure it on the starter's publications.
"""

from __future__ import annotations

import dataclasses
from collections import Counter

import pytest

from corpora.codebook import load_codebook
from corpora.starter import load_starter
from pipeline.screening import Screening, ScreeningInput, screen

FAMILY_CENTRE_PAGE = (
    "Family centres in many Norwegian municipalities bring the health clinic, the open "
    "kindergarten and preventive child welfare under one roof. Parents meet staff who already know "
    "each other, and the services plan their work together. In the three centres we visited, a "
    "common budget and one director made it easier to collaborate across sectors, while centres "
    "with several leaders found it hard to agree on new practice for children and their families. "
    "Staff asked for regular joint meetings and clearer responsibility for follow-up."
)

# A manual for a computer, as the real ones read, in three languages.
MANUALS = {
    "da": (
        "Før installationen begynder, skal du vælge, hvordan disken skal opdeles. Programmet viser "
        "de partitioner, der allerede findes, og foreslår en opdeling. Kernen indlæses fra "
        "nettet, og netkortet sættes op automatisk. Hvis skærmen bliver sort, startes maskinen "
        "igen med en anden parameter. Pakkerne hentes fra et spejl i nærheden. Brugeren opretter "
        "en adgangskode, og systemet genstarter. Integreret grafik kræver ingen særlig driver. "
        "Vejledningen koordineres af frivillige, som oversætter den til mange sprog."
    ),
    "sv": (
        "Innan installationen börjar väljer du hur disken ska delas upp. Programmet visar de "
        "partitioner som redan finns och föreslår en indelning. Kärnan läses in från nätet och "
        "nätverkskortet ställs in av sig självt. Om skärmen blir svart startas datorn om med en "
        "annan parameter. Paketen hämtas från en spegel i närheten. Användaren skapar ett "
        "lösenord och systemet startas om."
    ),
    "en": (
        "Before you begin, choose how the disk is to be divided. The program lists partitions that "
        "exist and suggests a layout. The kernel is loaded over the network. If the screen goes "
        "blank, boot again with another parameter. Packages come from a mirror nearby. Integrated "
        "graphics need no driver of their own. The guide is coordinated by volunteers."
    ),
}


def about(text: str, language: str, **more: object) -> Screening:
    given = ScreeningInput(title="", texts=(text,), language=language)
    return screen(dataclasses.replace(given, **more))  # type: ignore[arg-type]


def test_one_passage_about_family_centres_is_included() -> None:
    verdict = about(FAMILY_CENTRE_PAGE, "en")
    assert verdict.verdict == "include"
    assert verdict.reason is None
    assert verdict.score > 0.8


@pytest.mark.parametrize("language", sorted(MANUALS))
def test_an_installation_manual_is_excluded(language: str) -> None:
    verdict = about(MANUALS[language], language, title="Installationsmanual")
    assert verdict.verdict == "exclude"
    assert verdict.reason in ("not_collaboration", "not_children_families")
    assert verdict.score < 0.25


def test_a_manual_in_a_language_nobody_told_is_excluded_too() -> None:
    assert about(MANUALS["da"], "").verdict == "exclude"


def test_children_without_services_are_not_enough() -> None:
    verdict = about(
        "Elevene på fjerde trinn leser bedre enn før. Gutter leser færre bøker enn jenter, og barn "
        "som får lese høyt hjemme, skårer høyest på prøven. Foreldre kan øve med barnet ti "
        "minutter hver dag. Prøven ble gitt til elever i alle fylker i mai.",
        "nb",
    )
    assert (verdict.verdict, verdict.reason) == ("exclude", "not_collaboration")


def test_collaboration_without_children_is_not_enough() -> None:
    verdict = about(
        "Samarbeidet mellom havnene er blitt tettere. Rederiene samordner ruter, og partnerskapet "
        "om felles innkjøp av kraner skal spare penger. Tverrsektorielt samarbeid om godstransport "
        "krever koordinering mellom jernbane og skip.",
        "nb",
    )
    assert (verdict.verdict, verdict.reason) == ("exclude", "not_children_families")


def test_services_for_children_that_do_not_say_they_work_together_go_to_a_person() -> None:
    verdict = about(
        "Þjónusta við börn með geðrænan vanda er veitt á mörgum stöðum. Barnavernd, heilsugæsla og "
        "aðrar stofnanir hafa sín úrræði fyrir börn og unglinga, og foreldrar bíða lengi.",
        "is",
    )
    assert verdict.verdict == "undecided"
    assert verdict.reasons[-1].endswith("a person should look.")


def test_a_study_from_elsewhere_is_not_nordic() -> None:
    verdict = about(
        "In England and Scotland, schools and child protection collaborate about vulnerable "
        "children. Interagency collaboration between social services and schools in England was "
        "studied through interviews with teachers, parents and social workers.",
        "en",
    )
    assert (verdict.verdict, verdict.reason) == ("exclude", "not_nordic")


def test_an_english_text_that_names_no_country_goes_to_a_person() -> None:
    verdict = about(
        "Interprofessional collaboration between school and child welfare is hard when parents "
        "are not heard. Teachers and social workers met families together.",
        "en",
    )
    assert verdict.verdict == "undecided"
    assert "plainly" in " ".join(verdict.reasons)


def test_a_nordic_publisher_is_enough_for_an_english_text() -> None:
    text = "Collaboration between schools and child welfare services helps children and families."
    assert about(text * 2, "en", countries=("NORDIC",)).verdict == "include"
    assert about(text * 2, "en", countries=("GLOBAL",)).verdict == "undecided"


def test_years_before_the_chosen_one_are_too_old() -> None:
    given = ScreeningInput("", texts=(FAMILY_CENTRE_PAGE,), language="en", year=2009)
    assert screen(given).verdict == "include"
    assert screen(given, year_from=2009).verdict == "include"
    old = screen(given, year_from=2010)
    assert (old.verdict, old.reason) == ("exclude", "too_old")
    assert "2009" in old.reasons[0]


def test_an_unknown_year_goes_to_a_person_where_years_matter() -> None:
    given = ScreeningInput("", texts=(FAMILY_CENTRE_PAGE,), language="en")
    assert screen(given, year_from=2010).verdict == "undecided"


@pytest.mark.parametrize("title", ["", "???", "Bilag 2"])
def test_nothing_to_read_is_its_own_reason(title: str) -> None:
    verdict = screen(ScreeningInput(title=title))
    assert (verdict.verdict, verdict.reason, verdict.score) == ("exclude", "no_readable_text", 0.0)


def test_a_short_title_alone_is_never_excluded() -> None:
    verdict = screen(ScreeningInput(title="Rapport om tilstanden i tjenestene 2019", language="nb"))
    assert verdict.verdict == "undecided"


def test_the_title_weighs_more_than_the_body() -> None:
    body = ("Kommunen har mange planer. " * 10,)
    plain = screen(ScreeningInput("Årsmelding", texts=body, language="nb"))
    named = screen(ScreeningInput("Samarbeid om utsatte barn", texts=body, language="nb"))
    assert named.score > plain.score + 0.5


def test_reasons_are_sentences_that_show_the_words() -> None:
    reasons = about(FAMILY_CENTRE_PAGE, "en").reasons
    assert len(reasons) == 3
    assert all(reason.endswith(".") and reason[0].isupper() for reason in reasons)
    assert "family centres" in reasons[0]
    assert "children" in " ".join(reasons)


def test_markup_and_controls_in_a_text_do_no_harm() -> None:
    hostile = "<script>alert('barn')</script>\x00\ud800 " + "samarbeid om barn " * 20
    assert about(hostile, "nb").verdict == "include"


def test_every_reason_is_in_the_codebook() -> None:
    known = load_codebook().ids("exclusion_reasons")
    for reason in ("not_collaboration", "not_children_families", "not_nordic", "too_old"):
        assert reason in known
    assert "no_readable_text" in known


@pytest.mark.parametrize("language", ["nb", "nn", "sv", "da", "fi", "is", "en"])
def test_no_starter_publication_is_excluded(language: str) -> None:
    for one in load_starter():
        if one.language == language:
            texts = tuple(passage.text for passage in one.passages)
            verdict = screen(ScreeningInput(one.title, one.abstract, texts, one.language))
            assert verdict.verdict in ("include", "undecided"), one.id


def test_most_of_the_starter_is_included() -> None:
    verdicts = Counter(
        screen(
            ScreeningInput(
                one.title, one.abstract, tuple(p.text for p in one.passages), one.language
            )
        ).verdict
        for one in load_starter()
    )
    assert verdicts["include"] >= 70


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("is", "Í þessu samhengi er hlutverkið ljóst og ábyrgðin"),
        ("nb", "Politihøgskolen og folkehøgskolen"),
        ("sv", "Polishögskolan och polisutbildningen"),
        ("da", "Politiskolen"),
        ("fi", "Poliisiammattikorkeakoulussa"),
        ("fo", "Leikluturin og ábyrgdin"),
    ],
)
def test_words_that_only_look_like_the_subjects_count_for_nothing(
    language: str, words: str
) -> None:
    padding = " ".join(["1234"] * 30)
    verdict = about(f"{words} {padding}", language)
    assert (verdict.score, verdict.verdict) == (0.0, "exclude")
    assert verdict.reasons[0] == "No word in it says that services work together."
    assert verdict.reasons[1].startswith("No word in it says that children")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("is", "Skýr hlutverk og samhent teymi um barnið"),
        ("is", "samstillt átak skóla og barnaverndar"),
        ("nb", "Politiet og skolen samarbeider om ungdom"),
    ],
)
def test_the_words_beside_them_still_count(language: str, words: str) -> None:
    verdict = about(f"{words} " * 5, language)
    assert verdict.score > 0.9


@pytest.mark.parametrize(
    ("title", "countries", "shown"),
    [
        ("Barnahus på Åland", ("SE",), "(AX, SE)"),
        ("Barnahus på Åland", ("AX",), "(AX)"),
        ("Barnahus i Umeå", ("SE",), "(SE)"),
    ],
)
def test_aland_is_named_where_a_site_elsewhere_publishes_of_it(
    title: str, countries: tuple[str, ...], shown: str
) -> None:
    verdict = screen(ScreeningInput(title, "Samverkan för barn och familjer.", (), "sv", countries))
    assert f"Its evidence or publisher is Nordic {shown}." in verdict.reasons
