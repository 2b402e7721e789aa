"""Saved pages with the furniture of real ones, in our own words."""

from __future__ import annotations

import pytest

from pipeline.extract.outcome import settle_language
from pipeline.extract.text import read_text
from pipeline.passages import make_passages
from pipeline.records import Extracted

RECORD = """\
y-logo
Premium
“They never call us!” Following joint work in three neighbourhood houses
Author(s) -
Tangen Ragnhild Moe,
Lie Kari
Publication year - 2016
Publication title -
journal of imaginary care
Language(s) - English
Resource type - Journals
SCImago Journal Rank - 0.514
H-Index - 31
eISSN - 2049-3630
pISSN - 0028-0836
DOI - 10.9999/jic.20161
Subject(s) - nursing , politics (art) , law , service (motor vehicle)
Neighbourhood houses bring nurses, teachers and case workers under one roof. We followed three of \
them for a year and sat in on their weekly meetings. The houses differed in who led them, and the \
difference mattered: where one person could decide, plans were carried out within weeks. Where \
four managers had to agree, the same plans were still on the agenda a year later. We suggest that \
shared premises do little until someone answers for the whole.

This content is not available in your region!

Continue researching here.

Having issues? You can contact us here"""

PROJECT = """\
Neighbourhood houses in Westland- why one leader helps


Families often meet a row of closed doors. This page tells what we learned in four houses.

The houses gather several services in one building, and the staff share a kitchen and a calendar. \
Parents said that they no longer had to tell their story five times over.

Aims & questions

The aim was to find out how the way a house is led shapes the work in it.

Lessons learned

Houses with one leader moved faster, because the leader had a budget for the whole house and could \
say yes the same day. Houses with several leaders spent their meetings on who should pay.

More information

Neighbourhood Houses: A Guide for Small Towns

The House That Listened


logo westland"""

SUMMARY = """\
Skip to main content

Gaps between offices. A joint effort for pupils who stay at home

  • English summary of Nord-rapport 2018:14
  • Siri Anne Moe Larsen, Tor Lie og Grete Berg
  • 12 March 2018

Most pupils go to school every day. This report is about those who do not, and about the offices \
that are meant to help them back. It builds on a survey of forty towns and on talks with parents.

The report asks two questions:

  • What do the towns do?

What do schools and health services do together when a pupil stays away? Who takes the first step?

  • What could be done better?

From the answers we draw some lessons on early contact, on shared plans and on one adult who keeps \
in touch with the family all the way.

Source in Norwegian"""

NEWS = """\
English page Verkkosivu suomeksi

Seminarium om mötesplatser för unga familjer

april
2014
23

Intresset för öppna mötesplatser ökar i hela Norden. Många kommuner vill veta vad som fungerar, \
men få verksamheter har utvärderats på ett sätt som går att jämföra.

Därför bjöd Nordens Exempelcenter in forskare och personal till ett seminarium. Deltagarna enades \
om att insatserna bör dokumenteras, bl.a. genom gemensamma formulär, och följas upp varje år.

- Vi lärde oss mycket av varandra, och nu vill vi gå vidare med en gemensam handbok, säger en av \
deltagarna från Åbo.

Här finns bilderna från seminariet den 22 april 2014

Nordens Exempelcenter | tel: +46 8 000 000 00 | | En institution i ett exempel"""

LANDING = """\
Hold Ctrl-tasten nede (Cmd på Mac).
Trykk på + for å forstørre eller - for å forminske.
Lytt til tekst
Skriv ut side
Facebook
Lukk

Tips en venn om nettstedet

Din venns e-postadresse
Ditt navn
Din beskjed
(URL til nettstedet blir automatisk lagt inn i e-post meldingen.)

Send tips

Oversikt over forhold som gjør det lettere for skole og helsetjeneste å finne sammen

14.03.2016 | Rapport 5/2016 fra RKBU Sør på oppdrag av Fjell- og dalreguleringsdirektoratet

Oversikten samler det som er skrevet om møtet mellom skole og helsetjeneste etter 2008. Den bygger \
på artikler, evalueringer og noen tilsynsrapporter fra hele landet.

To spørsmål står i sentrum;

  1. Hva gjør det lettere å finne sammen?
  2. Hva står i veien?

Svarene peker på ledelse, på tid og på kjennskap til hverandres arbeid. Der ingen har ansvaret, \
rinner avtalene ut i sanden.

(Teksten er hentet fra rapportens sammendrag)

Les rapporten >> Oversikt over forhold som gjør det lettere for skole og helsetjeneste å finne \
sammen

Brukerundersøkelse eksempel.no
(tar under 1 min)"""


def _values(read: Extracted) -> dict[str, object]:
    return {key: field.value for key, field in read.metadata.items()}


def _evidence(read: Extracted) -> str:
    return "\n".join(passage.text for passage in make_passages(read))


def test_journal_record() -> None:
    read = settle_language(read_text(RECORD.encode()))
    assert _values(read) == {
        "title": "“They never call us!” Following joint work in three neighbourhood houses",
        "authors": [
            {"family": "Tangen", "given": "Ragnhild Moe"},
            {"family": "Lie", "given": "Kari"},
        ],
        "year": 2016,
        "journal": "journal of imaginary care",
        "language": "en",
        "issn": "0028-0836",
        "doi": "10.9999/jic.20161",
    }
    passages = make_passages(read)
    assert {p.kind for p in passages} == {"abstract"}
    text = _evidence(read)
    assert text.startswith("Neighbourhood houses bring") and text.endswith("for the whole.")
    for furniture in ("region", "issues", "politics", "H-Index", "logo", "Premium"):
        assert furniture not in text


def test_project_page_has_no_year_publisher_or_authors() -> None:
    read = settle_language(read_text(PROJECT.encode()))
    assert _values(read) == {
        "title": "Neighbourhood houses in Westland- why one leader helps",
        "language": "en",
    }
    sections = [p.section for p in make_passages(read)]
    assert sections == ["", "Aims & questions", "Lessons learned"]
    for furniture in ("A Guide for Small Towns", "Listened", "logo"):
        assert furniture not in _evidence(read)


def test_summary_page() -> None:
    read = settle_language(read_text(SUMMARY.encode()))
    assert _values(read) == {
        "title": "Gaps between offices. A joint effort for pupils who stay at home",
        "authors": [
            {"family": "Moe Larsen", "given": "Siri Anne"},
            {"family": "Lie", "given": "Tor"},
            {"family": "Berg", "given": "Grete"},
        ],
        "year": 2018,
        "publisher": "Nord",
        "series": "Nord-rapport",
        "number": "2018:14",
        "language": "en",
    }
    text = _evidence(read)
    assert "What do the towns do?" in text and "•" not in text
    assert "Source in Norwegian" not in text and "Skip" not in text


def test_news_page_names_its_publisher_in_the_contact_line() -> None:
    read = settle_language(read_text(NEWS.encode()))
    assert _values(read) == {
        "title": "Seminarium om mötesplatser för unga familjer",
        "year": 2014,
        "publisher": "Nordens Exempelcenter",
        "language": "sv",
    }
    text = _evidence(read)
    assert "bl.a. genom gemensamma formulär" in text
    assert "- Vi lärde oss mycket" in text
    for furniture in ("tel:", "English page", "Här finns", "april\n"):
        assert furniture not in text


def test_landing_page_in_chrome() -> None:
    read = settle_language(read_text(LANDING.encode()))
    assert _values(read) == {
        "title": "Oversikt over forhold som gjør det lettere for skole og helsetjeneste å finne"
        " sammen",
        "year": 2016,
        "publisher": "RKBU Sør",
        "series": "Rapport",
        "number": "5/2016",
        "commissioner": "Fjell- og dalreguleringsdirektoratet",
        "language": "nb",
    }
    text = _evidence(read)
    assert "1. Hva gjør det lettere å finne sammen?" in text
    for furniture in ("Tips en venn", "Ctrl", "Les rapporten", "Brukerunders", "(Teksten", "Lukk"):
        assert furniture not in text


def test_wrapped_prose_is_joined() -> None:
    wrapped = """Et notat om møter
=================

Kommunene har valgt ulike måter å møtes på, og møtene varer sjel-
den mer enn en time. De fleste sier at en fast møteleder gjør det
lettere å holde tråden gjennom hele året.

1 Funn

Det ble funnet at barne- og ungdomstjenestene gjerne vil ha flere
møter enn de har i dag, men at ingen setter av tid til dem.
"""
    read = settle_language(read_text(wrapped.encode()))
    assert read.metadata["title"].value == "Et notat om møter"
    first, second = make_passages(read)
    assert "varer sjelden mer enn en time." in first.text
    assert second.section == "1 Funn" and "\n" not in second.text


def test_windows_line_ends_and_old_charset() -> None:
    data = "Møter på øya\r\n\r\nDe møtes på øya hver uke. Det går bra.\r\n".encode("cp1252")
    read = settle_language(read_text(data))
    assert _evidence(read) == "De møtes på øya hver uke. Det går bra."


def test_references_stay_out() -> None:
    text = (
        f"Notat om møter\n\n{'Møtene er viktige for alle. ' * 4}\n\nReferanser\n\nBerg (2009). Bok."
    )
    read = settle_language(read_text(text.encode()))
    assert "Berg" not in _evidence(read)


@pytest.mark.parametrize("text", ["Facebook\n\nLukk\n", "12\n13\n", "----\n", "Meny"])
def test_nothing_but_furniture_is_set_aside(text: str) -> None:
    read = settle_language(read_text(text.encode()))
    assert read.status == "quarantined"
    assert read.reason == "The text holds no sentence that could be read."
