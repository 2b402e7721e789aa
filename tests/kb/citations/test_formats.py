"""The table of formats, and what holds for all of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.citations.entries import CitedEntry, CitedPassage
from kb.citations.formats import (
    CITATION_FORMATS,
    citation_format,
    decode,
    read_bibliography,
    render,
)
from kb.errors import CitationError
from tests.kb.citations.records import ALL, REPORT, cited, quoted

FORMATS = sorted(CITATION_FORMATS)


def test_the_table_is_complete() -> None:
    assert FORMATS == ["bibtex", "csl-json", "ris"]
    for name, format_ in CITATION_FORMATS.items():
        assert format_.id == name
        assert format_.suffix == format_.suffixes[0]
        assert format_.suffix.startswith(".")
        assert "/" in format_.media_type
        assert format_.label
        assert format_.programs
    suffixes = [suffix for format_ in CITATION_FORMATS.values() for suffix in format_.suffixes]
    assert len(suffixes) == len(set(suffixes))


def test_an_unknown_format_is_refused_with_the_options() -> None:
    with pytest.raises(CitationError) as refused:
        render(cited(REPORT), "endnote")
    assert str(refused.value) == (
        "Expected a citation format out of ris, bibtex, csl-json, found 'endnote'; "
        "choose one of these."
    )
    with pytest.raises(CitationError):
        citation_format("")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_keeps_every_record_and_core_field(name: str) -> None:
    outcome = read_bibliography(render(cited(*ALL), name), name)
    assert len(outcome.entries) == len(ALL)
    assert all(problem.kept for problem in outcome.problems)
    for record, again in zip(ALL, outcome.entries, strict=True):
        for key in ("type", "title", "author", "publisher", "number", "page", "DOI", "ISBN", "URL"):
            assert again.get(key) == record.get(key), key


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_the_same_each_time_and_utf8(name: str) -> None:
    first = render(quoted(), name)
    assert first == render(quoted(), name)
    assert "Nordens Välfärdscenter" in first.decode("utf-8")
    assert "Uten penger stanser det." in first.decode("utf-8")


@pytest.mark.parametrize("source", FORMATS)
@pytest.mark.parametrize("target", FORMATS)
def test_formats_convert_into_one_another(source: str, target: str) -> None:
    entries = read_bibliography(render(cited(*ALL[:7]), source), source).entries
    again = read_bibliography(render(cited(*entries), target), target).entries
    assert [entry["title"] for entry in again] == [record["title"] for record in ALL[:7]]
    assert [entry["type"] for entry in again] == [record["type"] for record in ALL[:7]]


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20
)


@settings(max_examples=25, deadline=None)
@given(WORDS, WORDS, WORDS)
def test_any_title_body_and_quotation_pass_through_ris_and_csl(
    title: str, body: str, quote: str
) -> None:
    record = {"id": "p1", "type": "report", "title": title, "author": [{"literal": body}]}
    for name in ("ris", "csl-json"):
        data = render([CitedEntry(record, CitedPassage(quote, "1"))], name)
        (again,) = read_bibliography(data, name).entries
        assert again["title"] == title
        assert quote in again["note"]
        if not body.endswith(","):
            assert again["author"][0]["literal"] == body or "," in body


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_one_sentence(data: bytes) -> None:
    for name in ("ris", "csl-json"):
        try:
            outcome = read_bibliography(data, name)
        except CitationError as error:
            assert str(error).endswith(".")
        else:
            assert len(outcome.entries) <= len(data)


def test_bytes_become_text_whatever_their_encoding() -> None:
    assert decode("æøå".encode()) == "æøå"
    assert decode("æøå".encode("utf-8-sig")) == "æøå"
    assert decode("æøå".encode("utf-16")) == "æøå"
    assert decode("æøå“”".encode("cp1252")) == "æøå“”"
    assert decode(b"a\r\nb\rc\x00") == "a\nb\nc"
