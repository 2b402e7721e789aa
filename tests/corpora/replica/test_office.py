"""The Word documents and slide decks as their readers see them."""

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from lxml import etree
from pptx import Presentation

from corpora.replica import Truth, TruthFile, TruthPublication
from corpora.replica.document import Document
from corpora.replica.office import ZIP_DATE, fix_archive
from corpora.replica.plan import Form
from corpora.replica.slides import write_pptx
from corpora.replica.word import WORD_SPACE, write_docx

BodyOf = Callable[[str], bytes]
DocumentOf = Callable[[str, Form], Document]


def _files(truth: Truth, form: str) -> list[tuple[TruthPublication, TruthFile]]:
    return [(p, f) for p in truth.publications for f in p.files if f.form == form]


def test_a_word_document_holds_every_passage_under_its_heading(
    truth: Truth, body_of: BodyOf
) -> None:
    assert len(_files(truth, "docx")) >= 3
    for publication, file in _files(truth, "docx"):
        read = docx.Document(io.BytesIO(body_of(file.sha256)))
        heading, seen = "", []
        for paragraph in read.paragraphs:
            if paragraph.style.name.startswith("Heading"):
                heading = paragraph.text
            seen.append((heading, paragraph.text))
        texts = [text for _, text in seen]
        positions = [texts.index(gold.text) for gold in publication.passages]
        assert positions == sorted(positions)
        for gold, position in zip(publication.passages, positions, strict=True):
            assert seen[position][0].endswith(gold.section)
        assert texts.index(publication.abstract) < positions[0]


def test_a_word_document_has_a_table_a_header_and_references(document_of: DocumentOf) -> None:
    document = document_of("no-udir-0-24-sluttrapport-01", "docx")
    read = docx.Document(io.BytesIO(write_docx(document)))
    assert document.table is not None
    cells = [tuple(cell.text for cell in row.cells) for row in read.tables[0].rows]
    assert cells == [document.table.columns, *document.table.rows]
    assert read.sections[0].header.paragraphs[0].text == document.publication.title
    assert document.references[0] in [paragraph.text for paragraph in read.paragraphs]


def test_a_word_document_has_real_footnotes(document_of: DocumentOf) -> None:
    document = document_of("no-udir-0-24-sluttrapport-01", "docx")
    with zipfile.ZipFile(io.BytesIO(write_docx(document))) as archive:
        notes = etree.fromstring(archive.read("word/footnotes.xml"))
        body = etree.fromstring(archive.read("word/document.xml"))
        types = archive.read("[Content_Types].xml").decode()
    marks = body.findall(f".//{{{WORD_SPACE}}}footnoteReference")
    assert [mark.get(f"{{{WORD_SPACE}}}id") for mark in marks] == [
        str(number) for number in range(1, len(document.footnotes) + 1)
    ]
    written = ["".join(note.itertext()).strip() for note in notes][2:]
    assert written == [document.footnotes[n] for n in sorted(document.footnotes)]
    assert "/word/footnotes.xml" in types


@pytest.mark.parametrize("form", ["docx", "pptx"])
def test_office_files_name_the_real_publication(truth: Truth, body_of: BodyOf, form: str) -> None:
    for publication, file in _files(truth, form):
        stream = io.BytesIO(body_of(file.sha256))
        read = docx.Document(stream) if form == "docx" else Presentation(stream)
        about = read.core_properties
        assert about.identifier == publication.original_url
        assert publication.original_url in about.comments
        assert about.title == publication.title
        assert about.language == publication.language


def test_every_passage_stands_on_its_slide_or_in_its_notes(truth: Truth, body_of: BodyOf) -> None:
    assert len(_files(truth, "pptx")) >= 3
    for publication, file in _files(truth, "pptx"):
        slides = list(Presentation(io.BytesIO(body_of(file.sha256))).slides)
        for gold, place in zip(publication.passages, file.places, strict=True):
            slide = slides[place.page]
            assert slide.shapes.title.text == gold.section
            assert place.page_label == str(place.page + 1)
            if place.notes:
                assert slide.notes_slide.notes_text_frame.text == gold.text
                assert slide.placeholders[1].text != gold.text
            else:
                assert slide.placeholders[1].text == gold.text
                assert not slide.has_notes_slide


def test_decks_have_speaker_notes_and_slides_with_text(truth: Truth) -> None:
    places = [place for _, file in _files(truth, "pptx") for place in file.places]
    assert any(place.notes for place in places)
    assert any(not place.notes for place in places)


def test_a_deck_says_what_it_is_on_its_first_and_last_slide(document_of: DocumentOf) -> None:
    document = document_of("no-korussor-2016-bti", "pptx")
    body, places = write_pptx(document)
    slides = list(Presentation(io.BytesIO(body)).slides)
    assert document.notice in slides[0].placeholders[1].text
    assert slides[-1].placeholders[1].text == document.notice
    assert [place.page for place in places] == list(range(2, len(slides) - 1))


def test_archives_carry_one_date_and_the_same_members() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.xml", "<a/>")
        archive.writestr("b/c.xml", "<c/>")
    with zipfile.ZipFile(io.BytesIO(fix_archive(buffer.getvalue()))) as fixed:
        assert fixed.namelist() == ["a.xml", "b/c.xml"]
        assert {info.date_time for info in fixed.infolist()} == {ZIP_DATE}
        assert fixed.read("b/c.xml") == b"<c/>"


@pytest.mark.parametrize(
    ("name", "form"), [("no-hivolda-nd-kulo", "docx"), ("is-reykjavik-2024-lagthroskuldur", "pptx")]
)
def test_office_files_are_the_same_every_time(
    document_of: DocumentOf, name: str, form: Form
) -> None:
    document = document_of(name, form)
    if form == "docx":
        assert write_docx(document) == write_docx(document_of(name, form))
    else:
        assert write_pptx(document) == write_pptx(document_of(name, form))
