"""Records of catalogues' interfaces: their fields under our names, and what is none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kb.bibliography import to_csl
from pipeline.catalogue_record import MAX_DEPTH, MEDIA_TYPE, wrap_record
from pipeline.extract import choose
from pipeline.extract.api_record_openalex import rebuild_abstract
from pipeline.extract.api_record_values import abstract, names, plain, year
from pipeline.extract.choose import sniff
from pipeline.extract.job import Job
from pipeline.passages import make_passages
from pipeline.records import Extracted
from tests.pipeline.crawl.api.samples import (
    crossref_work,
    finna_record,
    kudos_document,
    nva_record,
    openalex_work,
)
from tests.pipeline.extract.papers import read_here

LONG = " ".join(["Felles mål og tid til møter fremmer samarbeid mellom tjenestene."] * 5)
PEOPLE = [{"family": "Sæther", "given": "Inga"}, {"family": "Nordmann", "given": "Kari"}]


def read(origin: str, record: dict[str, Any]) -> Extracted:
    return read_here(Job(wrap_record(origin, record), MEDIA_TYPE))


def values(origin: str, record: dict[str, Any]) -> dict[str, Any]:
    extracted = read(origin, record)
    said = {name: field for name, field in extracted.metadata.items() if field.origin == origin}
    assert set(extracted.metadata) - set(said) <= {"language"}  # told from the text
    return {name: field.value for name, field in said.items()}


def test_nva() -> None:
    assert values("nva", nva_record(1)) == {
        "title": "Tverrfaglig samarbeid i fjordkommunene 1",
        "authors": PEOPLE,
        "year": 2023,
        "publisher": "Fjordforskning",
        "series": "Fjordrapport",
        "number": "2023:01",
        "isbn": "9788217040064",
        "issn": "2464-1162",
        "doi": "10.5555/nva.1",
        "language": "nb",
        "abstract": "Rapporten ser på tverrfaglig samarbeid & ledelse.",
        "type": "report",
        "url": "https://hdl.handle.net/11250/1",
    }


def test_nva_in_its_short_form() -> None:
    record = {
        "id": "https://api.nva.unit.no/publication/1",
        "type": "AcademicArticle",
        "mainTitle": "Kort om samarbeid",
        "publicationDate": {"year": "2021"},
        "contributorsPreview": [{"identity": {"name": "Inga Sæther"}, "role": "Creator"}],
        "publishingDetails": {"name": "Fjordtidsskrift", "doi": "https://doi.org/10.5555/k"},
        "otherIdentifiers": {"handle": ["https://hdl.handle.net/11250/2"]},
    }
    assert values("nva", record) == {
        "title": "Kort om samarbeid",
        "authors": PEOPLE[:1],
        "year": 2021,
        "journal": "Fjordtidsskrift",
        "doi": "10.5555/k",
        "type": "article-journal",
        "url": "https://hdl.handle.net/11250/2",
    }


def test_a_chapter_in_nva_stands_in_its_book() -> None:
    record = nva_record(1)
    about = record["entityDescription"]
    book = {"mainTitle": "Fjordboken", "reference": about["reference"]}
    about["reference"] = {
        "publicationInstance": {"type": "AcademicChapter", "pages": {"begin": "7", "end": "19"}},
        "publicationContext": {"type": "Anthology", "entityDescription": book},
    }
    found = values("nva", record)
    assert (found["type"], found["book"], found["pages"]) == ("chapter", "Fjordboken", "7-19")
    assert (found["publisher"], found["isbn"]) == ("Fjordforskning", "9788217040064")


def test_an_anthology_is_its_editors() -> None:
    record = nva_record(1)
    record["entityDescription"]["contributors"] = [
        {"identity": {"name": "Kari Nordmann"}, "role": {"type": "Editor"}}
    ]
    assert values("nva", record)["authors"] == [PEOPLE[1]]


def test_kudos() -> None:
    assert values("kudos", kudos_document(1)) == {
        "title": "Evaluering av samarbeid mellom barnevern og skole 1",
        "authors": [
            {"family": "Nordmann", "given": "Ola"},
            {"family": "Åsen", "given": "Kari"},
        ],
        "year": 2021,
        "publisher": "Nordisk Evaluering AS",
        "commissioner": "Barne- og familiedepartementet",
        "language": "nb",
        "abstract": "Evalueringen viser at felles mål fremmer samarbeid.",
        "genre": "Evaluering",
        "type": "report",
        "url": "https://dep.test/evaluering/1",
    }


def test_who_made_an_evaluation_is_its_author_where_nobody_is_named() -> None:
    found = values("kudos", kudos_document(1, authors=[]))
    assert found["authors"] == [{"literal": "Nordisk Evaluering AS"}]
    bare = values("kudos", kudos_document(1, authors=None, authoring_actors=None))
    assert "authors" not in bare
    assert bare["publisher"] == "Barne- og familiedepartementet"
    assert "commissioner" not in bare


def test_openalex() -> None:
    assert values("openalex", openalex_work(1)) == {
        "title": "Samverkan kring barn och unga: studie 1",
        "authors": [
            {"family": "Lindström", "given": "Åsa"},
            {"family": "Ek", "given": "Björn"},
        ],
        "year": 2022,
        "journal": "Nordisk välfärdsforskning",
        "issn": "2464-4161",
        "volume": "7",
        "issue": "1",
        "pages": "10-22",
        "doi": "10.5555/oa.1",
        "language": "sv",
        "abstract": "Samverkan kräver tid.",
        "type": "article-journal",
        "url": "https://doi.org/10.5555/oa.1",
    }


@pytest.mark.parametrize(
    ("index", "text"),
    [
        ({"b": [1], "a": [0, 2]}, "a b a"),
        ({"a": [0, True, -1, 10**9, "2", None], "b": 3, "c": [[1]]}, "a"),
        ([], ""),
        (None, ""),
    ],
)
def test_an_abstract_is_put_together_from_its_places(index: Any, text: str) -> None:
    assert rebuild_abstract(index) == text


def test_crossref() -> None:
    assert values("crossref", crossref_work()) == {
        "title": "Barn & unge i Norden",
        "subtitle": "Samarbejde på tværs",
        "authors": [{"family": "Kjær", "given": "Søren"}, {"literal": "Nordisk Råd"}],
        "year": 2020,
        "publisher": "Nordic Council of Ministers",
        "series": "TemaNord",
        "isbn": "9788217040064",
        "doi": "10.6027/tn2020-123",
        "language": "da",
        "abstract": "Fælles mål virker. Tid mangler.",
        "type": "report",
    }


def test_an_alias_is_the_doi_that_was_asked_for() -> None:
    assert values("crossref", {**crossref_work(), "alias": "10.5555/old"})["doi"] == "10.5555/old"


def test_a_paper_in_crossref_stands_in_its_journal() -> None:
    work = crossref_work(
        type="journal-article",
        volume="3",
        issue="2",
        page="1-9",
        ISSN=["1356-7500"],
        **{"container-title": ["Tidsskrift"], "issued": {"date-parts": [[None]]}},
        published={"date-parts": [[2019]]},
    )
    found = values("crossref", work)
    assert (found["journal"], found["year"], found["issn"]) == ("Tidsskrift", 2019, "1356-7500")
    assert "series" not in found


def test_finna() -> None:
    assert values("finna", finna_record(1)) == {
        "title": "Monialainen yhteistyö perhekeskuksissa 1",
        "subtitle": "seurantatutkimus",
        "authors": [{"family": "Mäkelä", "given": "Päivi"}],
        "year": 2021,
        "publisher": "Terveyden ja hyvinvoinnin laitos",
        "series": "THL raportti 1/2021",
        "isbn": "9788217040064",
        "language": "fi",
        "abstract": "Yhteinen johtaminen edistää yhteistyötä.",
        "url": "https://julkari.test/handle/10024/1",
    }


@pytest.mark.parametrize(
    ("page", "url"),
    [
        ("https://kudos.dfo.no/dokument/1", "https://kudos.dfo.no/dokument/1"),
        ("javascript:alert(1)", None),
        (None, None),
    ],
)
def test_the_catalogues_page_stands_where_the_record_names_none(
    page: str | None, url: str | None
) -> None:
    record = kudos_document(1, external_public_url=None)
    extracted = read_here(Job(wrap_record("kudos", record, page)))
    found = extracted.metadata.get("url")
    assert (found.value if found else None) == url
    named = read_here(Job(wrap_record("kudos", kudos_document(1), page)))
    assert named.metadata["url"].value == "https://dep.test/evaluering/1"


def test_the_whole_way_to_a_bibliographic_record() -> None:
    csl = to_csl("p1", values("finna", finna_record(2)))
    assert csl["title"] == "Monialainen yhteistyö perhekeskuksissa 2: seurantatutkimus"
    assert (csl["collection-title"], csl["number"]) == ("THL raportti", "2/2021")


def test_a_long_abstract_is_a_passage_and_a_short_one_is_none() -> None:
    extracted = read("kudos", kudos_document(1, abstract=LONG))
    (passage,) = make_passages(extracted)
    assert (passage.kind, passage.text) == ("abstract", LONG)
    assert list(make_passages(read("kudos", kudos_document(1)))) == []


@pytest.mark.parametrize("origin", ["nva", "kudos", "openalex", "crossref", "finna"])
@pytest.mark.parametrize(
    "wrong",
    [
        None,
        True,
        7,
        -(10**30),
        1.5,
        "",
        "x" * 100_000,
        [],
        [[]],
        [None, 3, {"a": []}],
        {},
        {"name": {"name": {}}, "type": [], "date-parts": [[[]]]},
        "<b><i>åpen",
        "nul\x00 \ud800 \u202eevil\u202c",
        "&#99999999;&bogus;",
    ],
)
def test_a_value_of_the_wrong_type_is_none(origin: str, wrong: Any) -> None:
    samples: dict[str, dict[str, Any]] = {
        "nva": nva_record(1),
        "kudos": kudos_document(1),
        "openalex": openalex_work(1),
        "crossref": crossref_work(),
        "finna": finna_record(1),
    }
    for name in samples[origin]:
        extracted = read(origin, {**samples[origin], name: wrong})
        assert extracted.status == "read", name
        said = json.dumps({key: field.value for key, field in extracted.metadata.items()})
        assert "\\u0000" not in said
        assert "\\ud800" not in said
    everything = read(origin, dict.fromkeys(samples[origin], wrong))
    assert everything.status in ("read", "quarantined")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"samvirke_record": "kudos", "record": {"title": "cut', "is no JSON"),
        (b'{"samvirke_record": "kudos", "record": []}', "holds no record"),
        (b'{"samvirke_record": "kudos", "record": {}}', "says nothing"),
        (b'{"samvirke_record": "gopher", "record": {"title": "x"}}', "not known here ('gopher')"),
        (b'{"samvirke_record": "kudos", "record": {"a": NaN}}', "holds NaN"),
        (b'{"samvirke_record": "kudos", "record": {"a": 1e999}}', "too large"),
        (b'{"samvirke_record": "kudos", "record": ' + b"[" * 10_000, "levels deep"),
        (
            b'{"samvirke_record": "kudos", "record": {"a": '
            + b'{"a": ' * MAX_DEPTH
            + b"1"
            + b"}" * (MAX_DEPTH + 2),
            "levels deep",
        ),
        (b'{"samvirke_record": "kudos", "record": {"a": ' + b"9" * 5_000 + b"}}", "is no JSON"),
    ],
)
def test_hostile_json_is_one_sentence(data: bytes, said: str) -> None:
    extracted = read_here(Job(data))
    assert extracted.status == "quarantined"
    assert extracted.reason is not None
    assert said in extracted.reason
    assert "\n" not in extracted.reason


def test_a_record_is_told_by_its_bytes_and_not_by_what_it_is_called() -> None:
    wrapped = wrap_record("kudos", {"title": "x"})
    assert sniff(wrapped, "text/html", "x.pdf") == choose.API
    assert sniff(b'{"title": "samvirke_record"}', MEDIA_TYPE, None) == choose.TEXT


def test_equal_records_have_equal_bytes() -> None:
    assert wrap_record("nva", {"b": 1, "a": "ø"}) == wrap_record("nva", {"a": "ø", "b": 1})


def test_markup_is_taken_out_of_texts() -> None:
    assert plain("<p>En<br/>to <i>tre</i></p><p>fire &lt; fem</p>") == "En to tre fire < fem"
    assert plain("a < b and c > d") == "a < b and c > d"
    assert plain("R&amp;D &aring;pent") == "R&D åpent"
    assert plain("<script>alert(1)</script><!-- x -->ok") in ("alert(1)ok", "ok")
    assert abstract("<jats:title>Sammendrag</jats:title><jats:p>Det virker.</jats:p>") == (
        "Det virker."
    )
    assert abstract("ABSTRACT: It works.") == "It works."


def test_single_values() -> None:
    assert [year(v) for v in ("2019-03-01", 2019, "c2019", "20191", None)] == [
        2019,
        2019,
        *[None] * 3,
    ]
    assert names(["Åsa Ek", "Åsa Ek", "", None, 3]) == [
        {"family": "Ek", "given": "Åsa"},
        {"literal": "3"},
    ]
