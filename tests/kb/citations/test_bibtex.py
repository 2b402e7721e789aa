"""BibTeX: what pandoc reads from ours, keys that stay, and what we read from others' files."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from kb.citations.bibtex import citation_keys, read_bibtex, write_bibtex
from kb.citations.bibtex_syntax import add_field, split_entries, split_fields
from kb.citations.entries import CitedEntry, CitedPassage
from kb.citations.formats import read_bibliography
from kb.citations.pandoc import convert
from kb.citations.problems import settle
from kb.errors import CitationError
from tests.kb.citations.records import (
    ALL,
    ARTICLE,
    BARE,
    CHAPTER,
    LETTERS,
    REPORT,
    THESIS,
    TWIN,
    WEBPAGE,
    cited,
    quoted,
)


def read(text: str) -> list[dict[str, Any]]:
    """Return the records of a BibTeX text."""
    return list(settle(read_bibtex(text)).entries)


def fields(record: dict[str, Any]) -> dict[str, str]:
    """Return the BibTeX fields of one record as written."""
    (entry,) = split_entries(write_bibtex(cited(record)).decode())
    return dict(split_fields(entry.text))


def kinds(*records: dict[str, Any]) -> list[str]:
    """Return the entry types the records are written as."""
    return [entry.kind for entry in split_entries(write_bibtex(cited(*records)).decode())]


def test_entry_types_are_classic_bibtex() -> None:
    law = {"id": "x", "type": "legislation", "title": "Lov"}
    assert kinds(*ALL, law) == [
        "techreport",
        "techreport",
        "article",
        "incollection",
        "mastersthesis",
        "misc",
        "book",
        "techreport",
        "misc",
    ]


@pytest.mark.parametrize(
    ("genre", "kind"),
    [
        ("Doktorsavhandling", "phdthesis"),
        ("Ph.d.-afhandling", "phdthesis"),
        ("Väitöskirja", "phdthesis"),
        ("Masteroppgave", "mastersthesis"),
        ("Opinnäytetyö, sosionomi (AMK)", "mastersthesis"),
        (None, "phdthesis"),
    ],
)
def test_a_thesis_is_of_the_kind_it_says(genre: str | None, kind: str) -> None:
    assert kinds({**THESIS, "genre": genre}) == [kind]


@pytest.mark.parametrize("record", ALL, ids=lambda record: str(record["id"]))
def test_every_record_comes_back_as_it_was(record: dict[str, Any]) -> None:
    (again,) = read(write_bibtex(cited(record)).decode())
    key = citation_keys([record])[0]
    assert again.pop("citation-key") == key
    assert again.pop("id") == key
    expected = {name: value for name, value in record.items() if name != "id"}
    if record is ARTICLE:
        expected["issued"] = {"date-parts": [[2018, 11]]}  # BibTeX has no day
    assert again == expected


def test_bibtex_of_csl_of_bibtex_is_the_same_bibtex() -> None:
    first = write_bibtex(cited(*ALL))
    assert write_bibtex(cited(*read(first.decode()))) == first


def test_pandoc_itself_reads_our_file_with_every_letter() -> None:
    text = write_bibtex(cited(*ALL)).decode()
    items = json.loads(convert(text, "bibtex", "csljson"))
    assert len(items) == len(ALL)
    report = items[0]
    assert report["type"] == "report"
    assert report["title"].replace("’", "'") == REPORT["title"]
    assert report["author"] == REPORT["author"]
    assert report["publisher"] == "Fafo & co"
    assert report["number"] == "2020:02"
    assert report["collection-title"] == "Fafo-rapport"
    assert report["issued"] == {"date-parts": [[2020]]}
    assert LETTERS in report["abstract"]
    assert report["ISBN"] == REPORT["ISBN"]
    assert report["URL"] == REPORT["URL"]
    assert items[2]["DOI"] == "10.1111/cfs.12469"


def test_reports_name_their_institution_and_theses_their_school() -> None:
    assert fields(REPORT)["institution"] == r"{Fafo \& co}"
    assert fields(REPORT)["series"] == "{Fafo-rapport}"
    assert fields(THESIS)["school"] == "{Itä-Suomen yliopisto}"
    assert fields(THESIS)["type"] == "{Pro gradu -tutkielma}"
    assert fields(WEBPAGE)["howpublished"] == "{Nordens Välfärdscenter}"
    assert fields(CHAPTER)["publisher"] == "{Studentlitteratur}"
    for record in (REPORT, THESIS, WEBPAGE):
        assert "publisher" not in fields(record)


def test_titles_are_braced_so_styles_leave_their_capitals() -> None:
    assert fields(ARTICLE)["title"] == (
        "{{It's our children! Exploring Work in Norway's Family Centres}}"
    )
    assert fields(ARTICLE)["month"] == "nov"
    assert fields(ARTICLE)["year"] == "{2018}"
    assert fields(ARTICLE)["language"] == "{en}"


def test_bodies_are_braced_so_nothing_parts_them() -> None:
    assert fields(REPORT)["author"] == (
        "{Skog Hansen, Inger Lise and {Barne-, ungdoms- og familiedirektoratet} "
        "and {Sosialt forum and venner} and {Fafo}}"
    )


def test_quotations_stand_in_annote_with_their_pages() -> None:
    entries = list(split_entries(write_bibtex(quoted()).decode()))
    assert len(entries) == 2
    assert dict(split_fields(entries[0].text))["annote"] == (
        "{“Ledelsen må “ville” det.” (pp. 12–13) – viktig for kap. 3 "
        "· “Uten penger stanser det.” (p. xiv)}"
    )
    (report, _) = read(write_bibtex(quoted()).decode())
    assert "“Uten penger stanser det.” (p. xiv)" in report["note"]


def test_keys_are_stable_unique_and_plain() -> None:
    keys = citation_keys(ALL)
    assert len(set(keys)) == len(ALL)
    assert all(re.fullmatch(r"[a-z0-9]+-[0-9a-f]{5}", key) for key in keys)
    assert keys == [citation_keys([record])[0] for record in ALL]  # the set does not matter
    assert keys[0].startswith("skoghansen2020trobbel-")
    assert keys[1].startswith("skoghansen2020trobbel-")  # same author, year and title
    assert keys[0] != keys[1]
    assert citation_keys([BARE])[0].startswith("anonnd-")
    assert citation_keys([WEBPAGE])[0].startswith("nordensndworkshop-")


def test_two_reports_of_one_author_and_year_stay_apart() -> None:
    first, second = read(write_bibtex(cited(REPORT, TWIN)).decode())
    assert first["id"] != second["id"]
    assert (first["number"], second["number"]) == ("2020:02", "2020:03")


def test_a_records_own_key_is_kept_and_made_safe() -> None:
    mine = {**REPORT, "citation-key": "hansen20"}
    assert citation_keys([mine, {**TWIN, "citation-key": "hansen20"}]) == ["hansen20", "hansen20-2"]
    assert citation_keys([{**REPORT, "citation-key": "a b,{c}%\\"}]) == ["abc"]


@pytest.mark.parametrize(
    "field", ["title", "abstract", "publisher", "collection-title", "DOI", "URL"]
)
@pytest.mark.parametrize(
    "hostile",
    [
        "x}, year = {1}}\n@book{forged, title={y}",
        "\\input{/etc/passwd} \\write18{ls}",
        "<script>alert(1)</script> <i>x</i> & % $ # _ { } ~ ^ \\",
        "{{{",
        "}}}",
        "@comment{",
        "% @book{a,",
    ],
)
def test_no_text_can_forge_a_field_or_an_entry(field: str, hostile: str) -> None:
    record = {**REPORT, field: hostile}
    text = write_bibtex(cited(record, ARTICLE)).decode()
    assert [entry.kind for entry in split_entries(text)] == ["techreport", "article"]
    first, second = read(text)
    assert second["title"] == ARTICLE["title"]
    assert first["issued"] == REPORT["issued"]
    if field not in ("DOI", "URL"):
        assert first[field] == " ".join(hostile.split())


def test_hostile_quotations_and_notes_stay_text() -> None:
    entry = CitedEntry(REPORT, CitedPassage("a} @book{x, \\input{y}", "1"), "50 % _og_ {b")
    (record,) = read(write_bibtex([entry]).decode())
    assert record["note"] == "“a} @book{x, \\input{y}” (p. 1) – 50 % _og_ {b"


def test_nothing_to_cite_is_an_empty_file() -> None:
    assert write_bibtex([]) == b""


OTHERS = r"""
% a comment line with an address a@b.test
@string{fafo = "Fafo"}
@comment{ @book{not, title={me}} }
@TechReport{Hansen:2020,
  author = {Skog Hansen, Inger Lise and {Barne-, ungdoms- og familiedirektoratet}
    and Bj{\o}rn {\AA}s},
  title = "Tr{\o}bbel i {DNA}-et: It's a Study of Norway",
  institution = fafo, number = {2020:02}, year = 2020, isbn = {978-87-7119-700-6},
  url = {http://www.example.test/a_b}, langid = {norwegian}, annote = {Min note},
}
@article(round, title={A Study of Norway}, journal={J}, pages={1--2}, year={2001},
  language={english})
@misc{side, title={En side}, howpublished={\url{http://www.example.test/x}}}
"""


def test_other_programs_habits_are_understood() -> None:
    report, article, page = read(OTHERS)
    assert report["id"] == "Hansen:2020"
    assert report["title"] == "Trøbbel i DNA-et: It's a Study of Norway"
    assert report["author"] == [
        {"family": "Skog Hansen", "given": "Inger Lise"},
        {"literal": "Barne-, ungdoms- og familiedirektoratet"},
        {"family": "Ås", "given": "Bjørn"},
    ]
    assert report["publisher"] == "Fafo"
    assert report["ISBN"] == "9788771197006"
    assert report["language"] == "no"  # which written Norwegian is not said
    assert report["note"] == "Min note"
    assert "title-short" not in report
    assert article["title"] == "A Study of Norway"  # its capitals are not ours to change
    assert article["page"] == "1-2"
    assert article["language"] == "en"
    assert page["type"] == "webpage"
    assert page["URL"] == "http://www.example.test/x"


def test_a_bad_entry_is_reported_by_place_and_the_rest_is_read() -> None:
    good = [f"@book{{b{n}, title={{Bok {n}}}, year={{2000}}}}" for n in range(12)]
    broken = [*good[:3], "@book{bad, title = = {x}}", *good[3:9], "@book{, !!}", *good[9:]]
    outcome = read_bibliography("\n".join(broken).encode(), "bibtex")
    assert [entry["title"] for entry in outcome.entries] == [f"Bok {n}" for n in range(12)]
    assert [(problem.position, problem.kept) for problem in outcome.problems] == [
        (4, False),
        (11, False),
    ]
    assert outcome.problems[0].message == (
        "Record 4 (bad) on line 4 is not BibTeX that can be read; correct it and add it again."
    )


def test_an_entry_that_is_never_closed_takes_nothing_with_it() -> None:
    text = "@book{a, title={En}, year=2000}\n@book{b, title={To\n@book{c, title={Tre}, year=2001}\n"
    outcome = read_bibliography(text.encode(), "bibtex")
    assert [entry["id"] for entry in outcome.entries] == ["a", "c"]
    (problem,) = outcome.problems
    assert problem.message == (
        "Record 2 (b) on line 2 has no closing brace; correct it and add it again."
    )


def test_the_same_key_twice_and_no_key_are_all_kept() -> None:
    text = "@book{a, title={En}, year=2000}\n@book{a, title={To}, year=2000}\n@book{, title={Tre}}"
    outcome = read_bibliography(text.encode(), "bibtex")
    assert [entry["title"] for entry in outcome.entries] == ["En", "To", "Tre"]
    assert [entry["id"] for entry in outcome.entries] == ["a", "a-2", "record-3"]
    assert outcome.problems[-1].message == "Record 3 has no year; it is kept without."


def test_a_file_without_entries_is_refused_in_one_sentence() -> None:
    with pytest.raises(CitationError, match=r"^Expected BibTeX entries such as .*\.$"):
        read_bibliography(b"ingen poster her", "bibtex")
    assert read_bibliography(b"  \n", "bibtex").entries == ()


def test_pandoc_refuses_in_one_sentence_and_reads_no_files() -> None:
    with pytest.raises(CitationError, match=r"^Expected csljson, found text that pandoc refuses"):
        convert("{", "csljson", "bibtex")
    (record,) = read("@book{a, title={x \\input{/etc/passwd} y}, year=2000}")
    assert "root:" not in record["title"]


def test_syntax_is_split_without_loss() -> None:
    entry = '@book{k, a = {x {y} \\} z}, b="q {"} r", c = 12 , d={}}'
    assert split_fields(entry) == [
        ("a", "{x {y} \\} z}"),
        ("b", '"q {"} r"'),
        ("c", "12"),
        ("d", "{}"),
    ]
    assert add_field("@book{k, a={b},\n}", "c", "d") == "@book{k, a={b},\n  c = {d}\n}"
    assert add_field("@book(k, a={b})", "c", "d") == "@book(k, a={b},\n  c = {d}\n)"
    assert [raw.key for raw in split_entries("@book{ k:1 ,a={b}} @misc{, a={b}} @x{y}")] == [
        "k:1",
        "",
        "",
    ]


def test_a_file_of_openings_only_takes_no_time_and_is_reported_whole() -> None:
    outcome = read_bibliography(b"@book{a,\n" * 5000, "bibtex")
    assert outcome.entries == ()
    assert len(outcome.problems) == 5000
    assert "line 5000" in outcome.problems[-1].message
