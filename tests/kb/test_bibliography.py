"""The CSL-JSON record: type by evidence, values in one form, nothing invented; labels; checks."""

from __future__ import annotations

from typing import Any

import pytest

from kb.bibliography import (
    clean_text,
    csl_names,
    csl_pages,
    csl_year,
    issued_year,
    label,
    to_csl,
    validate_csl,
    web_address,
)
from kb.csl_types import choose_type, split_series, thesis_genre

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def test_a_report_keeps_every_field_in_its_place() -> None:
    csl = to_csl(
        "p0011",
        {
            "title": "Trøbbel i grenseflatene",
            "subtitle": "Samordnet innsats for utsatte barn og unge",
            "authors": [
                {"family": "Skog Hansen", "given": "Inger Lise"},
                {"family": "Fløtten", "given": "Tone"},
            ],
            "year": 2020,
            "publisher": "Fafo",
            "series": "Fafo-rapport",
            "number": "2020:02",
            "isbn": "978-87-7119-700-6",
            "issn": "0801-6143",
            "language": "nb-NO",
            "url": "https://www.fafo.no/rapport",
            "abstract": "Kommunenes \u00adarbeid\nmed samordning.",
        },
    )
    assert csl == {
        "id": "p0011",
        "type": "report",
        "title": "Trøbbel i grenseflatene: Samordnet innsats for utsatte barn og unge",
        "author": [
            {"family": "Skog Hansen", "given": "Inger Lise"},
            {"family": "Fløtten", "given": "Tone"},
        ],
        "issued": {"date-parts": [[2020]]},
        "publisher": "Fafo",
        "collection-title": "Fafo-rapport",
        "number": "2020:02",
        "ISBN": "9788771197006",
        "ISSN": "0801-6143",
        "URL": "https://www.fafo.no/rapport",
        "language": "nb",
        "abstract": "Kommunenes arbeid med samordning.",
    }
    assert validate_csl(csl) == ()


def test_a_journal_article_keeps_every_field_in_its_place() -> None:
    csl = to_csl(
        "p2",
        {
            "title": "“It's our children!”",
            "authors": [{"family": "Bulling", "given": "Ingunn"}, {"family": "Berg"}],
            "year": "2018",
            "journal": "Child and Family Social Work",
            "volume": 23,
            "issue": "4",
            "pages": "s. 12–20",
            "doi": "https://doi.org/10.1111/CFS.12469",
            "issn": "13567500",
            "language": "English",
        },
    )
    assert csl["type"] == "article-journal"
    assert csl["container-title"] == "Child and Family Social Work"
    assert (csl["volume"], csl["issue"], csl["page"]) == ("23", "4", "12-20")
    assert (csl["DOI"], csl["ISSN"]) == ("10.1111/cfs.12469", "1356-7500")
    assert csl["language"] == "en"
    assert csl["author"][1] == {"family": "Berg"}
    assert "publisher" not in csl


def test_nothing_is_known_so_nothing_is_invented() -> None:
    assert to_csl("p3", {}) == {"id": "p3", "type": "report"}
    empty: dict[str, Any] = {
        "title": None,
        "authors": [],
        "year": None,
        "isbn": "",
        "publisher": "  ",
    }
    assert to_csl("p3", empty) == {"id": "p3", "type": "report"}


@pytest.mark.parametrize(
    "fields",
    [
        {"isbn": "978-87-7119-700-7"},
        {"issn": "1356-7501"},
        {"doi": "not a doi"},
        {"year": 20202},
        {"year": "about 2020"},
        {"year": True},
        {"url": "javascript:alert(1)"},
        {"url": "ftp://example.test/a"},
        {"language": "some language"},
        {"authors": [{}, "", {"family": ""}]},
        {"authors": 7},
        {"pages": ["1"]},
    ],
)
def test_a_value_that_cannot_be_right_is_left_out(fields: dict[str, Any]) -> None:
    assert set(to_csl("p4", fields)) == {"id", "type"}


def test_a_body_is_never_parted_into_given_and_family_names() -> None:
    names = csl_names(
        [{"literal": "Barne-, ungdoms- og familiedirektoratet"}, "Implement Consulting Group"]
    )
    assert names == [
        {"literal": "Barne-, ungdoms- og familiedirektoratet"},
        {"literal": "Implement Consulting Group"},
    ]
    assert csl_names("Fafo") == [{"literal": "Fafo"}]
    assert csl_names({"family": "Ås"}) == [{"family": "Ås"}]


@pytest.mark.parametrize(
    ("fields", "media_type", "expected"),
    [
        ({"series": "Rapport", "number": "3/2017"}, None, "report"),
        ({"series": "NOU 2009: 22"}, "text/html", "report"),
        ({"number": "2020:02"}, "text/html", "report"),
        ({"commissioner": "Bufdir", "url": "https://x.test"}, "text/html", "report"),
        ({"journal": "Socialvetenskaplig tidskrift"}, PDF, "article-journal"),
        ({"volume": "9", "issue": "2", "doi": "10.18261/tfo.9.2.7"}, PDF, "article-journal"),
        ({"issue": "4"}, PDF, "report"),
        ({"doi": "10.1111/x", "issn": "1356-7500"}, PDF, "article-journal"),
        ({"doi": "10.6027/x", "issn": "0908-6692", "series": "TemaNord"}, PDF, "report"),
        ({"doi": "10.6027/x", "issn": "0908-6692", "isbn": "9"}, PDF, "report"),
        ({"doi": "10.6027/x"}, PDF, "report"),
        ({"book": "Barnevern i Norden", "pages": "12-30"}, PDF, "chapter"),
        ({"isbn": "9788771197006", "publisher": "VIVE"}, PDF, "report"),
        ({"isbn": "9788771197006", "publisher": "Universitetsforlaget"}, PDF, "book"),
        ({"isbn": "9788771197006", "publisher": "Studentlitteratur AB"}, PDF, "book"),
        ({"series": "Opinnäytetyö, sosionomi (AMK)"}, PDF, "thesis"),
        ({"series": "Pro gradu -tutkielma, sosiaalityö"}, PDF, "thesis"),
        ({"series": "Masteroppgave i sosialt arbeid", "issn": "1"}, PDF, "thesis"),
        ({"subtitle": "Examensarbete på avancerad nivå"}, PDF, "thesis"),
        ({"publisher": "Háskóli Íslands", "genre": "Meistararitgerð"}, PDF, "thesis"),
        ({"title": "En rapport", "publisher": "Helsetilsynet"}, PDF, "report"),
        ({"title": "Et notat"}, DOCX, "report"),
        ({"title": "En side", "url": "https://x.test"}, "text/html", "webpage"),
        ({"title": "En side"}, "text/plain", "webpage"),
        ({"title": "En side", "url": "https://x.test"}, None, "webpage"),
        ({"title": "Noe"}, None, "report"),
    ],
)
def test_the_type_follows_the_evidence(
    fields: dict[str, Any], media_type: str | None, expected: str
) -> None:
    assert choose_type(fields, media_type) == expected


@pytest.mark.parametrize(
    ("words", "thesis"),
    [
        ("Master's thesis", True),
        ("Masteruppsats", True),
        ("Kandidatuppsats", True),
        ("Bacheloroppgåve", True),
        ("Doktorsavhandling", True),
        ("Doktorgradsavhandling", True),
        ("Ph.d.-afhandling", True),
        ("Väitöskirja", True),
        ("Opinnäytetyö", True),
        ("Lokaritgerð til BA-prófs", True),
        ("MA-ritgerð", True),
        ("Rapport fra masterplan for helse", False),
        ("Doktorn och skolan", False),
        ("Fafo-rapport 2020:02", False),
    ],
)
def test_words_for_a_thesis(words: str, thesis: bool) -> None:
    assert (thesis_genre({"series": words}) is not None) is thesis


def test_a_thesis_says_of_what_kind() -> None:
    csl = to_csl("p5", {"title": "T", "series": "Pro gradu -tutkielma, sosiaalityö"})
    assert csl["genre"] == "Pro gradu -tutkielma, sosiaalityö"
    assert "collection-title" not in csl


@pytest.mark.parametrize(
    ("series", "title", "number"),
    [
        ("Fafo-rapport 2020:02", "Fafo-rapport", "2020:02"),
        ("NF-rapport 1/2016", "NF-rapport", "1/2016"),
        ("Rapport fra Helsetilsynet 5/2009", "Rapport fra Helsetilsynet", "5/2009"),
        ("NOU 2009: 22", "NOU", "2009: 22"),
        ("TemaNord 2015-522", "TemaNord", "2015-522"),
        ("Rapport nr. 1502", "Rapport", "1502"),
        ("Nord 2022:006", "Nord", "2022:006"),
        ("Dokument 3:15 (2020–2021)", "Dokument 3:15 (2020–2021)", None),
        ("Strategi 2020-2024", "Strategi 2020-2024", None),
        (
            "Nordens Barn – Fokus på barn i fosterhem",
            "Nordens Barn – Fokus på barn i fosterhem",
            None,
        ),
    ],
)
def test_a_number_is_parted_from_its_series_where_plain(
    series: str, title: str, number: str | None
) -> None:
    assert split_series(series) == (title, number)


def test_a_number_given_twice_stands_once() -> None:
    csl = to_csl("p6", {"series": "Fafo-rapport 2020:02", "number": "2020:02"})
    assert (csl["collection-title"], csl["number"]) == ("Fafo-rapport", "2020:02")
    csl = to_csl("p6", {"series": "NOU 2009: 22", "number": "2009:22"})
    assert (csl["collection-title"], csl["number"]) == ("NOU", "2009: 22")
    csl = to_csl("p6", {"series": "Rapport nr. 1502", "number": "1502"})
    assert (csl["collection-title"], csl["number"]) == ("Rapport", "1502")
    csl = to_csl("p6", {"series": "Artikelnummer 24026", "number": "24026"})
    assert (csl["collection-title"], csl["number"]) == ("Artikelnummer", "24026")
    csl = to_csl("p6", {"series": "Rapport", "number": "7"})
    assert (csl["collection-title"], csl["number"]) == ("Rapport", "7")


@pytest.mark.parametrize(
    ("title", "subtitle", "expected"),
    [
        ("Trøbbel", "Samordning", "Trøbbel: Samordning"),
        ("Hvem har ansvaret?", "En studie", "Hvem har ansvaret? En studie"),
        ("Trøbbel: samordning", "Samordning", "Trøbbel: samordning"),
        ("Trøbbel", None, "Trøbbel"),
        (None, "Samordning", "Samordning"),
    ],
)
def test_title_and_subtitle_join_as_one(
    title: str | None, subtitle: str | None, expected: str
) -> None:
    assert to_csl("p7", {"title": title, "subtitle": subtitle})["title"] == expected


def test_who_commissioned_it_is_kept_beside_the_csl_fields() -> None:
    csl = to_csl("p8", {"title": "T", "commissioner": "Barne-, ungdoms- og familiedirektoratet"})
    assert csl["type"] == "report"
    assert csl["custom"] == {"commissioner": "Barne-, ungdoms- og familiedirektoratet"}
    assert validate_csl(csl) == ()


@pytest.mark.parametrize(
    ("authors", "language", "expected"),
    [
        ([{"literal": "Fafo"}], "nb", "Fafo (2020)"),
        ([{"family": "Hansen", "given": "I"}], "nb", "Hansen (2020)"),
        ([{"family": "Bulling"}, {"family": "Berg"}], "nb", "Bulling og Berg (2020)"),
        ([{"family": "Bulling"}, {"family": "Berg"}], "sv", "Bulling och Berg (2020)"),
        ([{"family": "Bulling"}, {"family": "Berg"}], "fi", "Bulling ja Berg (2020)"),
        ([{"family": "Bulling"}, {"family": "Berg"}], "de", "Bulling and Berg (2020)"),
        ([{"family": "Hansen"}, {"family": "B"}, {"family": "C"}], "nb", "Hansen mfl. (2020)"),
        ([{"family": "Hansen"}, {"family": "B"}, {"family": "C"}], "da", "Hansen m.fl. (2020)"),
        ([{"family": "Hansen"}, {"family": "B"}, {"family": "C"}], "is", "Hansen o.fl. (2020)"),
        ([{"family": "Hansen"}, {"family": "B"}, {"family": "C"}], "en", "Hansen et al. (2020)"),
    ],
)
def test_labels_are_short(authors: list[dict[str, str]], language: str, expected: str) -> None:
    csl = {"author": authors, "issued": {"date-parts": [[2020]]}}
    assert label(csl, language) == expected


def test_a_label_stands_on_what_there_is() -> None:
    assert label({"publisher": "Fafo", "issued": {"date-parts": [[2020]]}}) == "Fafo (2020)"
    assert label({"publisher": "Fafo"}) == "Fafo (u.å.)"
    assert label({"publisher": "Fafo"}, "en") == "Fafo (n.d.)"
    assert label({"title": "Workshop om familjecentraler"}) == "Workshop om familjecentraler (u.å.)"
    assert label({"title": "Kunnskapssammenstilling om faktorer som påvirker samhandling"}) == (
        "Kunnskapssammenstilling om faktorer som … (u.å.)"
    )
    assert label({}) == "? (u.å.)"
    assert label({"author": ["odd", None, {"given": "Ás"}]}) == "Ás (u.å.)"


@pytest.mark.parametrize(
    "issued",
    [None, {}, {"date-parts": []}, {"date-parts": [[]]}, {"date-parts": [["x"]]}, "2020", 2020],
)
def test_a_year_that_is_not_there_is_none(issued: object) -> None:
    assert issued_year({"issued": issued}) is None


def test_single_values_take_one_form() -> None:
    assert issued_year({"issued": {"date-parts": [["2019", 3]]}}) == 2019
    assert csl_year(1499) is None
    assert csl_year(2101) is None
    assert csl_year("2020.0") == {"date-parts": [[2020]]}
    assert csl_pages("pp. 12 — 20") == "12-20"
    assert csl_pages("iii–v") == "iii-v"
    assert csl_pages("e1042") == "e1042"
    assert clean_text(" a\u00adb \n c ") == "ab c"
    assert clean_text({"a": 1}) is None
    assert clean_text(False) is None
    assert web_address("https://x.test/a b{c}\\d") == "https://x.test/a%20b%7Bc%7D%5Cd"
    assert web_address(" HTTPS://x.test/ ") == "HTTPS://x.test/"
    assert web_address("//x.test/") is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": ""}, "needs an id"),
        ({"id": None}, "needs an id"),
        ({"type": "rapport"}, "'rapport', which CSL does not have"),
        ({"type": None}, "use report"),
        ({"title": ["a"]}, "Field title holds list"),
        ({"volume": {"a": 1}}, "Field volume holds dict"),
        ({"author": "Hansen"}, "Field author holds str"),
        ({"author": [{"family": "A"}, {}]}, "Author 2 has no name"),
        ({"author": ["Hansen"]}, "Author 1 has no name"),
        ({"issued": "2020"}, "Field issued is '2020'"),
        ({"issued": {"date-parts": [["2020"]]}}, "expected"),
        ({"issued": {"date-parts": [[True]]}}, "expected"),
        ({"issued": {"date-parts": [[1], [2], [3]]}}, "expected"),
        ({"ISBN": "978-87-7119-700-7"}, "ISBN '978-87-7119-700-7' does not have"),
        ({"ISSN": "1"}, "ISSN '1' does not have"),
        ({"DOI": "x"}, "DOI 'x' does not have"),
    ],
)
def test_each_fault_is_one_sentence(change: dict[str, Any], words: str) -> None:
    sound = {"id": "p", "type": "report", "title": "T", "issued": {"date-parts": [[2020, 1, 2]]}}
    assert validate_csl(sound) == ()
    problems = validate_csl({**sound, **change})
    assert len(problems) == 1
    assert words in problems[0]
    assert problems[0].endswith(".")
    assert "\n" not in problems[0]


def test_words_for_a_date_and_other_csl_types_are_sound() -> None:
    assert validate_csl({"id": 1, "type": "legislation", "issued": {"literal": "u.å."}}) == ()
    assert validate_csl({"id": "p", "type": "webpage"}) == ()
