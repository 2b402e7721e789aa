"""Which invented parts a publication gets, and that each is noted."""

import itertools
from collections.abc import Callable

import pytest

from corpora.replica.document import (
    Document,
    FillerLog,
    author_name,
    author_names,
    facts_of,
    make_document,
    make_sections,
)
from corpora.replica.plan import Form, Placement
from corpora.replica.text import texts_for
from corpora.starter import StarterAuthor, StarterPublication

DocumentOf = Callable[[str, Form], Document]


def test_passages_under_the_same_heading_stand_together(document_of: DocumentOf) -> None:
    document = document_of("se-riksrevisionen-2011-17", "pdf")
    headings = [section.heading for section in document.sections]
    assert headings.count("Iakttagelser") == 2
    assert all(a != b for a, b in itertools.pairwise(headings))
    assert [section.number for section in document.sections] == list(range(1, len(headings) + 1))


def test_order_and_text_are_the_starters(plan: tuple[Placement, ...]) -> None:
    for place in plan:
        document = make_document(place, place.forms[0])
        shown = [passage.text for passage in document.passages]
        real = [passage.text for passage in place.publication.passages]
        assert shown == (real[:-1] if place.edition == 1 else real)


def test_everything_invented_is_noted(document_of: DocumentOf) -> None:
    document = document_of("no-fafo-2020-02", "pdf")
    noted = {text for _, text in document.fillers.found}
    assert set(document.preface) <= noted
    assert set(document.colophon) <= noted
    assert set(document.references) <= noted
    assert set(document.footnotes.values()) <= noted
    assert document.notice in noted
    assert document.table is not None
    assert document.table.caption in noted
    assert {" ".join(row) for row in document.table.rows} <= noted


def test_the_table_holds_numbers_only(document_of: DocumentOf) -> None:
    table = document_of("fi-uef-2020-02", "pdf").table
    assert table is not None
    assert all(cell.isdigit() for row in table.rows for cell in row)
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_a_real_preface_is_not_joined_by_an_invented_one(document_of: DocumentOf) -> None:
    document = document_of("dk-vive-2019-01", "pdf")
    assert document.sections[0].heading == document.texts.word("preface")
    assert document.preface == ()


def test_articles_have_no_front_matter(document_of: DocumentOf) -> None:
    document = document_of("se-smt-2007-abrahamsson", "pdf2")
    assert document.is_article
    assert document.preface == ()
    assert document.colophon == ()


def test_slides_have_neither_notes_nor_references(document_of: DocumentOf) -> None:
    document = document_of("no-korussor-2016-bti", "pptx")
    assert document.footnotes == {}
    assert document.references == ()
    assert document.table is None


def test_filler_is_in_the_publications_language(document_of: DocumentOf) -> None:
    assert document_of("no-vid-2017-03", "pdf").references == texts_for("nn").references
    assert document_of("nordic-nf-2016-01", "pdf").references == texts_for("nb").references


def test_facts_that_are_not_known_are_not_there(starter: tuple[StarterPublication, ...]) -> None:
    for publication in starter:
        labels = dict(facts_of(publication, texts_for("en")))
        assert ("Published" in labels) == (publication.year is not None)
        assert ("ISBN" in labels) == (publication.isbn is not None)
        assert "None" not in labels.values()


@pytest.mark.parametrize(
    ("author", "name"),
    [
        (StarterAuthor(family="Fløtten", given="Tone"), "Tone Fløtten"),
        (StarterAuthor(family="Fløtten"), "Fløtten"),
        (StarterAuthor(literal="Riksrevisjonen"), "Riksrevisjonen"),
    ],
)
def test_authors_are_named_as_on_a_cover(author: StarterAuthor, name: str) -> None:
    assert author_name(author) == name


def test_a_publication_without_authors_names_none(
    starter: tuple[StarterPublication, ...],
) -> None:
    assert any(author_names(publication) == [] for publication in starter)


def test_the_log_notes_a_sentence_once_and_knows_its_address() -> None:
    log = FillerLog()
    assert log.add("footnote", "A note.") == "A note."
    log.add("footnote", "A note.")
    (filler,) = log.at("http://a.test/b.pdf")
    assert (filler.kind, filler.text, filler.url) == ("footnote", "A note.", "http://a.test/b.pdf")


def test_no_passages_make_no_sections() -> None:
    assert make_sections([]) == ()


def test_headings_are_numbered_in_the_hosts_habit(document_of: DocumentOf) -> None:
    danish = document_of("dk-eva-2023-01", "pdf")
    assert danish.heading(danish.sections[0]).startswith("1. ")
    norwegian = document_of("no-fafo-2020-02", "pdf")
    assert norwegian.heading(norwegian.sections[1]) == "2 Oppdraget"
