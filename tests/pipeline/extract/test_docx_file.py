from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml

from pipeline.extract import choose
from pipeline.extract.job import Job
from pipeline.passages import make_passages
from pipeline.records import Block, Extracted
from tests.pipeline.extract.papers import LAW, MEETING, TRUST, read_here

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _save(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _with_footnote(data: bytes, text: str) -> bytes:
    """Add a footnotes part, as python-docx writes none."""
    note = f'<w:footnote w:id="1"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote>'
    separator = (
        '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>-</w:t></w:r></w:p></w:footnote>'
    )
    part = f'<w:footnotes xmlns:w="{W}">{separator}{note}</w:footnotes>'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/_rels/document.xml.rels":
                link = f'<Relationship Id="rIdN" Type="{kind}" Target="footnotes.xml"/>'
                content = content.replace(b"</Relationships>", link.encode() + b"</Relationships>")
            if name == "[Content_Types].xml":
                mark = (
                    '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxml'
                    'formats-officedocument.wordprocessingml.footnotes+xml"/>'
                )
                content = content.replace(b"</Types>", mark.encode() + b"</Types>")
            new.writestr(name, content)
        new.writestr("word/footnotes.xml", part)
    return buffer.getvalue()


def _report() -> bytes:
    document = docx.Document()
    document.core_properties.author = "Berg, Anne; Lund, Ola"
    document.add_heading("Møter som virker", 0)
    document.add_paragraph("Anne Berg, Ola Lund", style="Subtitle")
    document.add_paragraph("Utgiver: Nordmarkforskning")
    document.add_paragraph("Utgitt: 2021")
    document.add_paragraph("Omslaget er tegnet av en nabo.")
    document.sections[0].header.paragraphs[0].text = "Løpende topptekst"
    document.add_heading("Sammendrag", 1)
    document.add_paragraph(TRUST)
    document.add_heading("1 Møtene", 1)
    document.add_paragraph(MEETING)
    document.add_paragraph("Fast leder", style="List Bullet")
    document.add_heading("1.1 Loven", 2)
    document.add_paragraph(LAW)
    document.add_paragraph("Tabell 1 Møter", style="Caption")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        [c for row in table.rows for c in row.cells], ["Sted", "Møter", "Vågen", "4"], strict=True
    ):
        cell.text = text
    document.add_heading("Litteratur", 1)
    document.add_paragraph("Dahl, P. (2009). En håndbok.")
    return _with_footnote(_save(document), "Noten handler om tall.")


@pytest.fixture(scope="module")
def read() -> Extracted:
    return read_here(Job(_report()))


def _of(read: Extracted, kind: str) -> list[Block]:
    return [block for block in read.blocks if block.kind == kind]


def test_metadata_from_title_style_front_lines_and_properties(read: Extracted) -> None:
    assert {key: field.value for key, field in read.metadata.items()} == {
        "title": "Møter som virker",
        "authors": [{"family": "Berg", "given": "Anne"}, {"family": "Lund", "given": "Ola"}],
        "publisher": "Nordmarkforskning",
        "year": 2021,
        "language": "nb",
    }


def test_structure(read: Extracted) -> None:
    assert [(b.text, b.section) for b in _of(read, "paragraph")] == [
        (MEETING, ("1 Møtene",)),
        (LAW, ("1 Møtene", "1.1 Loven")),
    ]
    assert [b.text for b in _of(read, "abstract")] == [TRUST]
    assert [b.text for b in _of(read, "list_item")] == ["Fast leder"]
    assert [b.text for b in _of(read, "caption")] == ["Tabell 1 Møter"]
    assert [b.text for b in _of(read, "table_row")] == ["Sted: Vågen; Møter: 4"]
    assert [b.text for b in _of(read, "reference")] == ["Dahl, P. (2009). En håndbok."]
    assert [b.text for b in _of(read, "footnote")] == ["Noten handler om tall."]


def test_front_matter_headers_and_notes_are_no_evidence(read: Extracted) -> None:
    evidence = " ".join(p.text for p in make_passages(read))
    for text in ("Utgiver", "Omslaget", "topptekst", "Noten", "Dahl", "Tabell 1"):
        assert text not in evidence
    assert "topptekst" not in read.pages[0].text
    assert (read.pages[0].index, read.pages[0].label) == (0, None)


def test_tracked_changes_are_read_as_accepted() -> None:
    document = docx.Document()
    document.add_heading("Endringer", 1)
    paragraph = document.add_paragraph("Møtene er ")
    paragraph._p.append(
        parse_xml(f'<w:ins xmlns:w="{W}"><w:r><w:t>svært nyttige</w:t></w:r></w:ins>')
    )
    paragraph._p.append(
        parse_xml(f'<w:del xmlns:w="{W}"><w:r><w:delText>helt unyttige</w:delText></w:r></w:del>')
    )
    paragraph.add_run(" for barna.")
    (block,) = _of(read_here(Job(_save(document))), "paragraph")
    assert block.text == "Møtene er svært nyttige for barna."


def test_a_document_without_styles_is_all_paragraphs() -> None:
    document = docx.Document()
    document.add_paragraph(MEETING)
    document.add_paragraph(LAW)
    read = read_here(Job(_save(document)))
    assert [b.text for b in _of(read, "paragraph")] == [MEETING, LAW]
    assert set(read.metadata) == {"language"}


def test_damaged_and_bombed_archives_are_set_aside() -> None:
    data = _report()
    cut = read_here(Job(data[: len(data) // 2], filename="a.docx"))
    assert cut.status == "quarantined" and cut.reason
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 40_000_000)
    bomb = read_here(Job(buffer.getvalue()))
    assert bomb.status == "quarantined" and bomb.media_type == choose.DOCX
    assert bomb.reason == "The file unpacks to far more than a report holds; it was not opened."


def test_empty_document_is_said() -> None:
    read = read_here(Job(_save(docx.Document())))
    assert read.status == "quarantined"
    assert read.reason == "The document holds no text that could be read."
