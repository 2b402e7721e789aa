"""What is said outright: that something promotes collaboration, and lists of factors."""

from __future__ import annotations

import pytest

from pipeline.machine_coding.statements import name_factors, states_gain


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "A joint budget promoted collaboration between the services."),
        ("en", "Moving together made it easier to cooperate. Nobody wanted back."),
        ("nb", "De faste møtene fremmet samarbeidet mellom skole og helsestasjon."),
        ("nb", "Kontorfellesskapet gjorde det lettere å samarbeide."),
        ("nn", "Den nye avtalen styrkte samarbeidet i kommunen."),
        ("sv", "Den gemensamma chefen underlättade samverkan mellan enheterna."),
        ("da", "Den fælles leder fremmede samarbejdet på tværs."),
        ("fi", "Yhteinen budjetti edisti monialaista yhteistyötä."),
        ("is", "Sameiginleg stjórn stuðlaði að betra samstarfi."),
    ],
)
def test_a_plain_statement_is_recognised(language: str, text: str) -> None:
    assert states_gain(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The project was set up to promote collaboration."),
        ("en", "The reform has not promoted collaboration. It never improved cooperation."),
        ("en", "They asked what promotes collaboration and whether a budget eases cooperation."),
        ("en", "A shared budget promoted savings. Collaboration stayed as it was."),
        ("nb", "Målet er å fremme samarbeid. Ledelsen bør styrke samhandlingen."),
        ("nb", "Møtene fremmet ikke noe; de ville ikke at det styrket samarbeidet."),
        ("sv", "Det som främjar samverkan är oklart."),
        ("da", "Aftalen skal styrke samarbejdet."),
        ("fi", "Tavoitteena on edistää hyvinvointia. Yhteistyö ei parantanut yhteistyötä."),
        ("is", "Ekki er ljóst hvað stuðlar að samstarfi."),
        ("kl", "Suleqatigiinneq."),
        ("en", ""),
    ],
)
def test_purposes_questions_and_denials_are_not(language: str, text: str) -> None:
    assert not states_gain(text, language)


LISTS = {
    "nb": (
        "Fire faktorer hemmer samarbeidet: taushetsplikt (mange er usikre på reglene), stor "
        "turnover i tjenestene, mangel på skriftlige rutiner, og svak ledelse.",
        {"information_sharing", "continuity", "routines", "leadership"},
    ),
    "sv": (
        "Hinder för samverkan är sekretess, brist på resurser, täta byten med dålig kontinuitet "
        "och otydlig ledning.",
        {"information_sharing", "resources", "continuity", "leadership"},
    ),
    "da": (
        "Disse forhold fremmer samarbejdet: klar ledelse, faste rutiner, fælles mål.",
        {"leadership", "routines", "shared_goals"},
    ),
    "fi": (
        "Yhteistyötä edistävät tekijät: johtaminen, luottamus, yhteiset tavoitteet.",
        {"leadership", "culture", "shared_goals"},
    ),
    "is": (
        "Þættir sem hafa áhrif á samstarf: traust, stjórnun og forysta, þagnarskylda.",
        {"culture", "leadership", "information_sharing"},
    ),
    "en": (
        "Barriers to collaboration included confidentiality, lack of funding, high staff "
        "turnover, and weak leadership.",
        {"information_sharing", "resources", "continuity", "leadership"},
    ),
}


@pytest.mark.parametrize("language", LISTS)
def test_a_list_of_factors_names_them(language: str) -> None:
    text, factors = LISTS[language]
    assert factors <= {one.factor for one in name_factors(f"Innledning. {text}", language)}


def test_each_is_named_where_it_stands_with_its_own_direction() -> None:
    text = (
        "Faktorene som påvirker samarbeid er: felles ledelse (fremmer og styrker arbeidet), "
        "kontinuitet (svikter når vikarer slutter), rutiner (skrevet i fjor)."
    )
    named = {one.factor: one for one in name_factors(text, "nb")}
    assert named["leadership"].direction == "facilitator"
    assert named["continuity"].direction == "barrier"
    assert named["routines"].direction == ""
    clause = text[named["continuity"].start : named["continuity"].end]
    assert clause == "kontinuitet (svikter når vikarer slutter),"


@pytest.mark.parametrize(
    "text",
    [
        "Rapporten har kapitler om ledelse, rutiner, ressurser og kontinuitet.",
        "Samarbeidet omfatter skole, barnehage, ledelse, rutiner og tilsyn.",
        "Faktorer i samarbeidet er ledelse og rutiner.",
        "Det er en faktor i samarbeidet: vi så "
        + ", ".join(["at mange i kommunens ledelse mente at dette lenge hadde vært slik her"] * 3),
        "",
    ],
)
def test_other_lists_name_nothing(text: str) -> None:
    assert name_factors(text, "nb") == []


def test_what_stands_in_parentheses_explains_and_names_nothing() -> None:
    text = "Faktorer i samarbeidet er: tid (ledelse, rutiner), vilje, ro."
    assert name_factors(text, "nb") == []
