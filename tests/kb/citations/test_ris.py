"""RIS: what rispy and reference managers read from ours, and what we read from theirs."""

from __future__ import annotations

from typing import Any

import pytest
import rispy

from kb.citations.entries import CitedEntry, CitedPassage
from kb.citations.formats import read_bibliography, render
from kb.citations.problems import settle
from kb.citations.ris import read_ris, write_ris
from kb.citations.ris_lines import split_records
from kb.errors import CitationError
from tests.kb.citations.records import (
    ALL,
    ARTICLE,
    BARE,
    CHAPTER,
    REPORT,
    THESIS,
    WEBPAGE,
    cited,
    quoted,
)


def tags(text: str, tag: str) -> list[str]:
    """Return the values of a tag in a RIS file, in order."""
    return [line[6:] for line in text.splitlines() if line.startswith(f"{tag}  - ")]


def read(text: str) -> list[dict[str, Any]]:
    """Return the records of a RIS text."""
    return list(settle(read_ris(text)).entries)


def test_types_are_those_of_reference_managers_and_never_gen() -> None:
    text = write_ris(cited(*ALL, {"id": "x", "type": "legislation", "title": "Lov"})).decode()
    assert tags(text, "TY") == [
        "RPRT",
        "RPRT",
        "JOUR",
        "CHAP",
        "THES",
        "ELEC",
        "BOOK",
        "RPRT",
        "RPRT",
    ]
    assert "GEN" not in tags(text, "TY")


@pytest.mark.parametrize("record", ALL, ids=lambda record: str(record["id"]))
def test_every_record_comes_back_as_it_was(record: dict[str, Any]) -> None:
    (again,) = read(write_ris(cited(record)).decode())
    assert again == record


def test_all_records_together_come_back_in_order() -> None:
    assert read(write_ris(cited(*ALL)).decode()) == list(ALL)


def test_ris_of_csl_of_ris_is_the_same_ris() -> None:
    first = write_ris(cited(*ALL))
    assert write_ris(cited(*read(first.decode()))) == first


def test_rispy_itself_reads_our_file() -> None:
    records = rispy.loads(render(quoted(), "ris").decode())
    assert len(records) == 2
    report, page = records
    assert report["type_of_reference"] == "RPRT"
    assert report["title"] == REPORT["title"]
    assert report["authors"][0] == "Skog Hansen, Inger Lise"
    assert report["year"] == "2020"
    assert report["secondary_title"] == "Fafo-rapport"
    assert report["issn"] == "2020:02"  # SN: for a report, its number
    assert report["publisher"] == "Fafo & co"
    assert report["abstract"] == REPORT["abstract"]
    assert report["notes"] == [
        "“Ledelsen må “ville” det.” (pp. 12–13) – viktig for kap. 3",
        "“Uten penger stanser det.” (p. xiv)",
    ]
    assert page["type_of_reference"] == "ELEC"
    assert page["notes"] == ["“Alla möts här.” (Resultat › Möten)"]


def test_an_article_has_journal_pages_and_date() -> None:
    text = write_ris(cited(ARTICLE)).decode()
    expected = {
        "T2": "Child & Family Social Work",
        "VL": "23",
        "IS": "4",
        "SP": "12",
        "EP": "20",
        "PY": "2018",
        "DA": "2018/11/05",
        "SN": "1356-7500",
        "DO": "10.1111/cfs.12469",
        "LA": "en",
        "ID": "p0b1",
    }
    for tag, value in expected.items():
        assert tags(text, tag) == [value]
    assert tags(text, "AU") == ["Bulling, Ingunn S.", "van der Berg, Åse", "Þórðardóttir, Ása"]


def test_bodies_of_several_words_end_in_a_comma_so_nothing_parts_them() -> None:
    text = write_ris(cited(REPORT)).decode()
    assert tags(text, "AU") == [
        "Skog Hansen, Inger Lise",
        "Barne-, ungdoms- og familiedirektoratet,",
        "Sosialt forum and venner,",
        "Fafo",
    ]


def test_identifiers_that_sn_has_no_room_for_stand_in_m1() -> None:
    text = write_ris(cited(REPORT)).decode()
    assert tags(text, "SN") == ["2020:02"]
    assert tags(text, "M1") == ["ISBN: 9788771197006", "ISSN: 0801-6143"]
    unnumbered = {key: value for key, value in REPORT.items() if key != "number"}
    text = write_ris(cited(unnumbered)).decode()
    assert tags(text, "SN") == ["9788771197006"]
    assert read(text)[0]["ISBN"] == "9788771197006"
    assert "number" not in read(text)[0]


def test_a_web_pages_publisher_is_its_site_and_a_thesis_says_its_kind() -> None:
    page = write_ris(cited(WEBPAGE)).decode()
    assert tags(page, "T2") == ["Nordens Välfärdscenter"]
    assert tags(page, "PB") == []
    thesis = write_ris(cited(THESIS)).decode()
    assert tags(thesis, "M3") == ["Pro gradu -tutkielma"]
    assert tags(thesis, "PB") == ["Itä-Suomen yliopisto"]
    chapter = write_ris(cited(CHAPTER)).decode()
    assert tags(chapter, "T2") == ["Barn i Norden"]


def test_what_is_not_known_has_no_tag() -> None:
    assert write_ris(cited(BARE)).decode() == "TY  - RPRT\nID  - p0g1\nER  - \n"
    assert write_ris([]) == b""


@pytest.mark.parametrize("field", ["title", "abstract", "publisher", "collection-title", "number"])
def test_no_text_can_forge_a_tag_or_a_record(field: str) -> None:
    hostile = {**REPORT, field: "x\nER  - \nTY  - GEN\r\nTI  - forged\x0bAU  - Forger"}
    entries = [CitedEntry(hostile, CitedPassage("a\nER  - \nTY  - GEN", "1"), "n\nTY  - GEN")]
    text = write_ris(entries).decode()
    assert tags(text, "TY") == ["RPRT"]
    assert len(rispy.loads(text)) == 1
    assert text.count("\nER  - ") == 1


def test_addresses_with_semicolons_stay_one_address() -> None:
    record = {**WEBPAGE, "URL": "https://www.example.test/a;b=1;c=2"}
    assert read(write_ris(cited(record)).decode())[0]["URL"] == record["URL"]


OTHERS = """1.
TY  - JOUR
A1  - Hansen, Inger
A1  - Helsedirektoratet
T1  - Barnevern og
      skole i samspill
JF  - Norges Barnevern
Y1  - 2015/03/01/
SP  - 3
EP  - 9
N2  - Et sammendrag
som går over to linjer.
M3  - 10.1234/nb.2015
SN  - 0800-014X
KW  - barnevern
KW  - skole
UR  - https://www.example.test/1
ER  -

TY  - GEN
TI  - Uten type
PB  - Helsetilsynet
T3  - Rapport fra Helsetilsynet 5/2009
ER  -
"""


def test_other_programs_habits_are_understood() -> None:
    first, second = read(OTHERS)
    assert first["author"] == [
        {"family": "Hansen", "given": "Inger"},
        {"literal": "Helsedirektoratet"},
    ]
    assert first["title"] == "Barnevern og skole i samspill"
    assert first["container-title"] == "Norges Barnevern"
    assert first["issued"] == {"date-parts": [[2015, 3, 1]]}
    assert first["abstract"] == "Et sammendrag som går over to linjer."
    assert first["DOI"] == "10.1234/nb.2015"
    assert "genre" not in first
    assert first["page"] == "3-9"
    assert first["keyword"] == "barnevern; skole"
    assert second["type"] == "report"  # GEN says nothing; series and publisher do
    assert second["number"] == "5/2009"


@pytest.mark.parametrize("encode", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_are_understood(encode: str, ends: str) -> None:
    text = "TY  - RPRT\nTI  - Trøbbel på åsen\nPY  - 2020\nER  - \n".replace("\n", ends)
    read_back = read_bibliography(text.encode(encode), "ris")
    assert read_back.entries[0]["title"] == "Trøbbel på åsen"
    assert read_back.problems == ()


def test_a_record_without_er_or_title_or_year_is_kept_and_said() -> None:
    text = (
        "TY  - RPRT\nTI  - En\nPY  - 2020\nTY  - RPRT\nAU  - Fafo\nER  - \nTY  - RPRT\nTI  - Tre\n"
    )
    outcome = read_bibliography(text.encode(), "ris")
    assert [entry.get("title") for entry in outcome.entries] == ["En", None, "Tre"]
    assert all(problem.kept for problem in outcome.problems)
    messages = {problem.position: problem.message for problem in outcome.problems[:2]}
    assert messages[1] == "Record 1 on line 1 has no ER line; it is kept as far as it goes."
    assert messages[2] == "Record 2 has no title and no year; it is kept without."
    assert "issued" not in outcome.entries[1]


def test_text_outside_records_is_reported_and_the_rest_is_read() -> None:
    first = "TY  - RPRT\nTI  - En\nPY  - 2020\nER  - \n"
    second = "TY  - RPRT\nTI  - To\nPY  - 2021\nER  - \n"
    text = f"{first}hello there\nAU  - lost\n{second}"
    outcome = read_bibliography(text.encode(), "ris")
    assert [entry["title"] for entry in outcome.entries] == ["En", "To"]
    (problem,) = [problem for problem in outcome.problems if not problem.kept]
    assert problem.position == 2
    assert "line 5" in problem.message
    assert "expected TY" in problem.message


def test_a_file_without_records_is_refused_in_one_sentence() -> None:
    with pytest.raises(CitationError, match=r"^Expected RIS records that begin with TY, .*\.$"):
        read_bibliography(b"%PDF-1.7 nothing", "ris")
    assert read_bibliography(b"", "ris").entries == ()
    assert read_bibliography(b"\x00\xff\xfe" * 0, "ris").problems == ()


def test_records_with_one_id_are_kept_apart() -> None:
    text = "TY  - RPRT\nID  - a\nTI  - En\nPY  - 1999\nER  - \n" * 3
    outcome = read_bibliography(text.encode(), "ris")
    assert [entry["id"] for entry in outcome.entries] == ["a", "a-2", "a-3"]


def test_wrapped_lines_and_odd_spacing_are_joined() -> None:
    blocks = list(split_records("TY - RPRT\nloose\nTI - En\n  lang\n  tittel\nER -\n\n"))
    assert [block.is_record for block in blocks] == [True]
    assert blocks[0].text.splitlines() == [
        "TY  - RPRT",
        "N1  - loose",
        "TI  - En lang tittel",
        "ER  - ",
    ]


def test_a_lone_family_name_keeps_its_text() -> None:
    (again,) = read(write_ris(cited({**BARE, "author": [{"family": "Jónsdóttir"}]})).decode())
    assert again["author"] == [{"literal": "Jónsdóttir"}]  # RIS cannot say which it was


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("978-82-7602-315-9", "ISBN"),  # its check digit is wrong
        ("82-7602-315-9", "ISBN"),
        ("9788771197006", "ISBN"),
        ("2019:14", "number"),
        ("8276023159", "number"),
        ("2019-14-03", "number"),
    ],
)
def test_what_looks_like_an_isbn_is_no_reports_number(said: str, key: str) -> None:
    read = read_bibliography(f"TY  - RPRT\nTI  - Þjónusta\nSN  - {said}\nER  - \n".encode(), "ris")
    (record,) = read.entries
    assert record[key] == said
    assert not {"ISBN", "number"} - {key} & record.keys()
