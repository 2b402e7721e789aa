"""Adding RIS, BibTeX and CSL-JSON: each record a publication, each fault said."""

from __future__ import annotations

import json

import pytest

from kb.library import list_publications, present_passages
from tests.pipeline.adder import NOTE, Adder

RIS = """TY  - RPRT
AU  - Þórsdóttir, Ása
TI  - Samþætting þjónustu við börn
PY  - 2022
PB  - Félagsvísindastofnun
AB  - Skýrslan sýnir að skýr verkaskipting og fastir fundir skóla, heilsugæslu og \
barnaverndar auðvelda samvinnu um þjónustu við börn og fjölskyldur þeirra.
ER  -

TY  - JOUR
AU  - Berg, Ida
TI  - Sharing what we know about a child
PY  - 2018
JO  - Nordic Journal
DO  - 10.1234/share.1
AB  - Teachers and social workers in Norway found the duty of confidentiality an obstacle to \
collaboration about children at risk, and training together helped them.
ER  -
"""
BIBTEX = """@techreport{a, title={Samverkan i förskolan}, author={Åkerlund, Örjan}, year={2016},
institution={Myndigheten}, abstract={Förskolan och socialtjänsten samverkade bättre när cheferna
hade gemensamma mål för barn och familjer och träffades varje månad.}}"""
CSL = [
    {
        "id": "x",
        "type": "book",
        "title": "Yhteistyö lapsen asioissa",
        "author": [{"family": "Mäkinen", "given": "Päivi"}],
        "issued": {"date-parts": [[2015]]},
        "publisher": "Kustantaja",
    }
]


@pytest.mark.parametrize(
    ("name", "data", "titles", "passages"),
    [
        (
            "þjónusta.ris",
            RIS,
            {"Samþætting þjónustu við börn", "Sharing what we know about a child"},
            2,
        ),
        ("förskola.bib", BIBTEX, {"Samverkan i förskolan"}, 1),
        ("yhteistyö.json", json.dumps(CSL), {"Yhteistyö lapsen asioissa"}, 0),
    ],
)
def test_bibliographies_become_publications_with_their_abstracts(
    ready: Adder, name: str, data: str, titles: set[str], passages: int
) -> None:
    (result,) = ready.add(ready.file(name, data))
    assert (result.status, result.passages) == ("added", passages)
    assert len(result.publication_ids) == len(titles)
    views = [v for v in list_publications(ready.store) if v.id in result.publication_ids]
    assert {view.csl["title"] for view in views} == titles
    assert all(view.csl.get("issued") and view.csl.get("author") for view in views)
    (again,) = ready.add(ready.file(name, data))
    assert (again.status, again.publication_ids) == ("unchanged", result.publication_ids)


def test_a_records_fields_and_language_come_through(ready: Adder) -> None:
    (result,) = ready.add(ready.file("b.ris", RIS))
    article = next(
        v for v in list_publications(ready.store) if v.csl.get("DOI") == "10.1234/share.1"
    )
    assert (article.csl["type"], article.csl["container-title"]) == (
        "article-journal",
        "Nordic Journal",
    )
    report = next(v for v in list_publications(ready.store) if v.language == "is")
    assert (report.csl["type"], report.csl["publisher"]) == ("report", "Félagsvísindastofnun")
    (passage,) = present_passages(ready.store, report.id)
    assert passage.kind == "abstract"
    assert passage.text.startswith("Skýrslan sýnir")
    assert result.screening is not None


def test_a_book_stays_a_book_and_says_that_it_has_no_text(ready: Adder) -> None:
    (result,) = ready.add(ready.file("bok.json", json.dumps(CSL)))
    assert "No text that can be cited" in str(result.reason)
    view = next(v for v in list_publications(ready.store) if v.id == result.publication_id)
    assert (view.csl["type"], view.language) == ("book", "fi")


def test_records_in_another_order_are_the_same_records(ready: Adder) -> None:
    first, second = RIS.split("ER  -\n")[:2]
    ready.add(ready.file("b.ris", RIS))
    (again,) = ready.add(ready.file("c.ris", f"{second.strip()}\nER  -\n\n{first}ER  -\n"))
    assert again.status == "unchanged"
    assert len(list_publications(ready.store)) == 5


def test_a_record_of_a_report_that_is_there_joins_it(ready: Adder) -> None:
    record = {
        "type": "report",
        "title": "Samarbeid på små steder: ledelse og taushetsplikt",
        "author": [{"family": "Ærøskøbing", "given": "Åse"}],
        "issued": {"date-parts": [[2019]]},
        "ISBN": "978-82-7894-727-2",
    }
    (result,) = ready.add(ready.file("en.json", json.dumps([record])))
    assert result.status == "updated"
    view = next(v for v in list_publications(ready.store) if v.id == result.publication_id)
    assert (view.csl["ISBN"], view.passages, view.csl["publisher"]) == (
        "9788278947272",
        2,
        "Eksempelinstituttet",
    )


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("tom.ris", "", "No record was found in tom.ris."),
        ("tom.json", "[]", "No record was found in tom.json."),
        ("rot.json", "{not json", "Expected a CSL-JSON file"),
        ("tall.json", "[1, 2]", "Record 1 is int, expected an object"),
    ],
)
def test_a_bibliography_with_nothing_in_it_says_so(
    ready: Adder, name: str, data: str, reason: str
) -> None:
    bad, good = ready.add(ready.file(name, data), ready.file("not.txt", NOTE))
    assert (bad.status, good.status) == ("failed", "added")
    assert str(bad.reason).startswith(reason)


def test_many_faulty_records_are_counted_not_listed(ready: Adder) -> None:
    records = [{"type": "report", "title": f"Notat {n} om barn"} for n in range(9)]
    (result,) = ready.add(ready.file("mange.json", json.dumps(records)))
    assert str(result.reason).count("has no year; it is kept without.") == 5
    assert str(result.reason).endswith("4 more records have gaps or faults.")
    assert len(result.publication_ids) == 9


def test_records_that_cannot_be_read_are_named_first_and_counted(ready: Adder) -> None:
    records: list[object] = [{"type": "report", "title": f"Notat {n} om barn"} for n in range(9)]
    (result,) = ready.add(ready.file("mange.json", json.dumps([*records, 1, 2])))
    reason = str(result.reason)
    assert reason.startswith("Record 10 is int")
    assert "Record 11 is int" in reason
    assert "6 more records have gaps or faults." in reason
    assert reason.endswith("2 of 11 records in mange.json were not taken in.")
    assert (result.status, len(result.publication_ids)) == ("failed", 9)
    assert len(list_publications(ready.store)) == 12
