"""CSL-JSON records as files: their fields, their abstract, and what is no record."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kb.bibliography import to_csl
from kb.citations.formats import CITATION_FORMATS
from pipeline.add import CSL_JSON
from pipeline.extract import choose
from pipeline.extract.choose import sniff
from pipeline.extract.job import Job
from pipeline.passages import make_passages
from pipeline.records import Extracted
from tests.pipeline.extract.papers import read_here

ARTICLE: dict[str, Any] = {
    "type": "article-journal",
    "title": "Samverkan kring barn: en fallstudie",
    "author": [{"family": "Åkerlund", "given": "Örjan"}, {"literal": "Nätverket för barn"}],
    "issued": {"date-parts": [[2018, 5, 1]]},
    "container-title": "Nordisk tidskrift",
    "volume": "12",
    "issue": 3,
    "page": "14-29",
    "DOI": "10.1234/abc",
    "ISSN": "1356-7500",
    "language": "sv-SE",
    "URL": "https://example.org/artikel",
    "abstract": "Förskolan och socialtjänsten samverkade bättre när cheferna träffades varje månad "
    "och hade gemensamma mål för barnen i kommunen.",
}


def read(record: Any) -> Extracted:
    """What the reader makes of a record."""
    data = record if isinstance(record, bytes) else json.dumps(record).encode()
    return read_here(Job(data, choose.CSL))


def values(extracted: Extracted) -> dict[str, Any]:
    """The fields' plain values."""
    return {name: field.value for name, field in extracted.metadata.items()}


def test_every_field_is_read_under_our_names() -> None:
    extracted = read(ARTICLE)
    assert (extracted.status, extracted.media_type, extracted.language) == (
        "read",
        choose.CSL,
        "sv",
    )
    assert values(extracted) == {
        "type": "article-journal",
        "title": "Samverkan kring barn: en fallstudie",
        "authors": [{"family": "Åkerlund", "given": "Örjan"}, {"literal": "Nätverket för barn"}],
        "year": 2018,
        "journal": "Nordisk tidskrift",
        "volume": "12",
        "issue": "3",
        "pages": "14-29",
        "doi": "10.1234/abc",
        "issn": "1356-7500",
        "language": "sv",
        "url": "https://example.org/artikel",
        "abstract": ARTICLE["abstract"],
    }
    assert extracted.metadata["title"].origin == "csl"


def test_the_record_comes_back_as_it_was() -> None:
    csl = to_csl("p1", values(read(ARTICLE)))
    same = {key: value for key, value in ARTICLE.items() if key not in ("issued", "language")}
    assert csl == {
        **same,
        "id": "p1",
        "issue": "3",
        "issued": {"date-parts": [[2018]]},
        "language": "sv",
    }


@pytest.mark.parametrize("kind", ["book", "thesis", "dataset", "article-newspaper", "webpage"])
def test_a_catalogues_own_type_is_kept(kind: str) -> None:
    assert to_csl("p1", values(read({"type": kind, "title": "Barn"})))["type"] == kind


def test_a_type_that_csl_does_not_have_is_chosen_anew() -> None:
    fields = values(read({"type": "banana", "title": "Barn", "ISSN": "1", "volume": "1"}))
    assert to_csl("p1", fields)["type"] == "report"


def test_a_chapter_stands_in_its_book() -> None:
    found = values(read({"type": "chapter", "title": "Kapittel", "container-title": "Boka"}))
    assert (found["book"], "journal" in found) == ("Boka", False)
    assert to_csl("p1", found)["container-title"] == "Boka"


def test_the_abstract_is_the_one_passage_and_the_title_is_none() -> None:
    (draft,) = make_passages(read(ARTICLE))
    assert (draft.text, draft.kind, draft.language) == (ARTICLE["abstract"], "abstract", "sv")


def test_a_short_abstract_counts_and_none_gives_no_passage() -> None:
    (draft,) = make_passages(read({"title": "Barn", "abstract": "Om samarbeid."}))
    assert draft.text == "Om samarbeid."
    bare = read({"title": "Et notat om barn og familier i norske kommuner"})
    assert make_passages(bare) == ()
    assert bare.language == "nb"


def test_the_language_said_is_the_publications_and_the_abstract_keeps_its_own() -> None:
    english = "School and child protection met every week and collaboration became easier for all."
    extracted = read({"title": "Samarbeid om barn", "abstract": english, "language": "nb"})
    assert values(extracted)["language"] == "nb"
    (draft,) = make_passages(extracted)
    assert draft.language == "en"


def test_what_is_not_there_is_not_made_up() -> None:
    found = values(read({"title": "Untitled thoughts on welfare services for children"}))
    assert set(found) == {"title", "language"}


@pytest.mark.parametrize(
    "record",
    [
        {"title": "T", "issued": {"date-parts": [["i fjor"]]}},
        {"title": "T", "issued": {"literal": "2019?"}},
        {"title": "T", "issued": "2019", "author": "Berg"},
        {"title": "T", "author": [None, 3, {}, {"family": ""}], "volume": {"x": 1}, "page": True},
        {"title": "T", "issued": {"date-parts": []}, "abstract": ["a", "b"], "language": "tlh"},
    ],
)
def test_odd_values_are_left_out(record: dict[str, Any]) -> None:
    extracted = read(record)
    assert extracted.status == "read"
    assert set(values(extracted)) <= {"title", "language"}


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        (b"{half a record", "no CSL-JSON object"),
        (b'{"a": ' + b"[" * 100_000, "no CSL-JSON object"),
        ({}, "says nothing of a publication"),
        ({"type": "book"}, "says nothing of a publication"),
    ],
)
def test_what_is_no_record_is_set_aside_with_one_sentence(record: Any, sentence: str) -> None:
    extracted = read(record)
    assert extracted.status == "quarantined"
    assert sentence in str(extracted.reason)


def test_only_what_is_said_to_be_a_record_is_read_as_one() -> None:
    data = json.dumps(ARTICLE).encode()
    assert sniff(data, choose.CSL, None) == choose.CSL
    assert sniff(data, f"{choose.CSL}; charset=utf-8", "x.pdf") == choose.CSL
    assert sniff(data, None, "record.json") == choose.TEXT
    assert sniff(b"<html><body><p>x</p></body></html>", choose.CSL, None) == choose.HTML
    assert sniff(b'{"title": "%PDF-1.7 explained"}', choose.CSL, None) == choose.CSL


def test_add_and_the_formats_call_it_the_same() -> None:
    assert choose.CSL == CSL_JSON == CITATION_FORMATS["csl-json"].media_type
