"""CSL-JSON: locator, label and note from passages, and records read from elsewhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kb.bibliography import validate_csl
from kb.citations.csljson import csl_item, read_csl_json, tidy_csl, write_csl_json
from kb.citations.entries import CitedEntry, CitedPassage, gather
from kb.citations.formats import read_bibliography
from kb.errors import CitationError
from tests.kb.citations.records import ALL, ARTICLE, REPORT, WEBPAGE, cited, quoted


def items(data: bytes) -> list[dict[str, Any]]:
    """Return the items of a CSL-JSON file."""
    loaded = json.loads(data)
    assert isinstance(loaded, list)
    return loaded


def test_records_stand_as_they_are_with_every_letter() -> None:
    data = write_csl_json(cited(*ALL))
    assert items(data) == list(ALL)
    assert "Ŋ ŋ Č č Đ đ Ŧ ŧ".encode() in data  # letters, not \u escapes
    assert data.endswith(b"]\n")
    assert items(write_csl_json([])) == []


def test_every_record_comes_back_as_it_was() -> None:
    outcome = read_bibliography(write_csl_json(cited(*ALL)), "csl-json")
    assert list(outcome.entries) == list(ALL)
    assert [problem.message for problem in outcome.problems] == [
        "Record 6 has no year; it is kept without.",
        "Record 8 has no title and no year; it is kept without.",
    ]


def test_passages_give_locator_label_and_note() -> None:
    report, page = items(write_csl_json(quoted()))
    assert (report["locator"], report["label"]) == ("12-13, xiv", "page")
    assert report["note"] == (
        "“Ledelsen må “ville” det.” (pp. 12–13) – viktig for kap. 3\n"
        "“Uten penger stanser det.” (p. xiv)"
    )
    assert report["custom"]["passages"] == [
        {"quote": "Ledelsen må “ville” det.", "locator": "12-13", "permalink": None},
        {"quote": "Uten penger stanser det.", "locator": "xiv", "permalink": "/p/1"},
    ]
    assert (page["locator"], page["label"]) == ("Resultat › Möten", "section")
    for item in (report, page):
        assert validate_csl(item) == ()


def test_a_passage_without_a_place_has_no_locator() -> None:
    (publication,) = gather([CitedEntry(ARTICLE, CitedPassage("A."))])
    item = csl_item(publication)
    assert "locator" not in item
    assert item["note"] == "“A.”"


def test_what_the_record_already_says_is_kept() -> None:
    record = {**REPORT, "note": "Trykt i 200.", "custom": {"commissioner": "Bufdir"}}
    (publication,) = gather([CitedEntry(record, CitedPassage("A.", "3"))])
    item = csl_item(publication)
    assert item["note"] == "Trykt i 200.\n“A.” (p. 3)"
    assert item["custom"]["commissioner"] == "Bufdir"
    assert item["custom"]["passages"][0]["quote"] == "A."
    assert record["custom"] == {"commissioner": "Bufdir"}


def test_quotations_survive_a_round_trip() -> None:
    data = write_csl_json(quoted())
    outcome = read_bibliography(data, "csl-json")
    assert items(write_csl_json(cited(*outcome.entries))) == items(data)


@pytest.mark.parametrize("wrapped", ["[{}]", '{{"items": [{}]}}', "{}"])
def test_lists_wrapped_lists_and_single_records_are_read(wrapped: str) -> None:
    data = wrapped.format(json.dumps(WEBPAGE)).encode()
    assert read_bibliography(data, "csl-json").entries == (WEBPAGE,)


def test_values_of_other_forms_are_tidied() -> None:
    csl = tidy_csl(
        {
            "id": 7,
            "type": "Report",
            "title": "  En\n tittel ",
            "volume": 3,
            "ISBN": "978-87-7119-700-6",
            "ISSN": "13567500",
            "DOI": "https://doi.org/10.1111/CFS.1",
            "issued": {"date-parts": [["2019", "3"]]},
            "accessed": {"date-parts": [[]]},
            "author": [
                {"family": "Berg", "given": "A", "non-dropping-particle": "van der"},
                {"family": "Leyen", "dropping-particle": "von", "suffix": "Jr."},
                "Fafo",
            ],
            "number": "2020:02",
            "abstract": "",
            "note": "en \n\n to",
        }
    )
    assert csl == {
        "id": "7",
        "type": "report",
        "title": "En tittel",
        "volume": "3",
        "ISBN": "9788771197006",
        "ISSN": "1356-7500",
        "DOI": "10.1111/cfs.1",
        "issued": {"date-parts": [[2019, 3]]},
        "author": [
            {"family": "van der Berg", "given": "A"},
            {"family": "von Leyen", "given": "Jr."},
            {"literal": "Fafo"},
        ],
        "number": "2020:02",
        "note": "en\nto",
    }


@pytest.mark.parametrize(
    ("issued", "expected"),
    [
        ({"raw": "våren 2019"}, {"literal": "våren 2019"}),
        ({"literal": "u.å."}, {"literal": "u.å."}),
        ({"date-parts": [2019]}, {"date-parts": [[2019]]}),
        ({"date-parts": [["x"]]}, None),
        ({"date-parts": "2019"}, None),
        ("2019", None),
        (None, None),
    ],
)
def test_dates_of_other_forms_are_tidied(issued: object, expected: object) -> None:
    assert tidy_csl({"id": "a", "issued": issued}).get("issued") == expected


def test_an_unknown_type_is_chosen_from_the_fields() -> None:
    assert tidy_csl({"container-title": "J"})["type"] == "article-journal"
    assert tidy_csl({"collection-title": "R"})["type"] == "report"
    assert tidy_csl({"URL": "https://x.test"})["type"] == "webpage"
    assert tidy_csl({"type": "legislation"})["type"] == "legislation"


def test_a_bad_record_is_reported_by_place_and_the_rest_is_kept() -> None:
    data = json.dumps([WEBPAGE, "text", None, {}, {**REPORT, "ISBN": "123"}]).encode()
    outcome = read_bibliography(data, "csl-json")
    assert [entry["id"] for entry in outcome.entries] == ["p0e1", "p0a1"]
    assert outcome.entries[1]["ISBN"] == "123"  # as it was: only the reader can say what is right
    lost = [problem for problem in outcome.problems if not problem.kept]
    assert [problem.position for problem in lost] == [2, 3, 4]
    assert lost[0].message == ("Record 2 is str, expected an object with fields; it was left out.")
    kept = [problem for problem in outcome.problems if problem.kept]
    assert kept[-1].message.startswith("Record 5: ISBN '123' does not have 13 digits")


@pytest.mark.parametrize("data", [b"", b"not json", b"[1,", b'"text"', b"7", b"[" * 100_000])
def test_a_file_that_holds_no_records_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(CitationError) as refused:
        read_bibliography(data, "csl-json")
    assert str(refused.value).startswith("Expected ")
    assert str(refused.value).endswith("export it again as CSL JSON.")


def test_reading_is_lazy_about_nothing() -> None:
    records = list(read_csl_json(json.dumps([WEBPAGE, 5])))
    assert [record.position for record in records] == [1, 2]
    assert records[0].csl == WEBPAGE
    assert records[1].csl is None
