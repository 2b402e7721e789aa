"""What Word keeps apart from its paragraphs: numbers, based-on styles, boxes, controls, changes."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml

from pipeline.extract.docx_numbering import Numbering
from pipeline.extract.docx_styles import CONTENTS, HEADING, SUBTITLE, TITLE
from pipeline.extract.job import Job
from pipeline.records import Block, Extracted
from tests.pipeline.extract.papers import LAW, MEETING, TRUST, read_here

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def _read(document: Any) -> Extracted:
    buffer = io.BytesIO()
    document.save(buffer)
    return read_here(Job(buffer.getvalue()))


def _of(read: Extracted, kind: str) -> list[Block]:
    return [block for block in read.blocks if block.kind == kind]


def _add(document: Any, xml: str) -> None:
    """Put a body element before the section's properties."""
    document.element.body.insert(-1, parse_xml(xml))


def _paragraph(text: str) -> str:
    return f'<w:p xmlns:w="{W}"><w:r><w:t>{text}</w:t></w:r></w:p>'


def _numbered(document: Any, levels: str) -> None:
    """Replace the numbering part's lists by one of these levels, number 1."""
    root = document.part.numbering_part.element
    for child in list(root):
        root.remove(child)
    root.append(
        parse_xml(f'<w:abstractNum xmlns:w="{W}" w:abstractNumId="0">{levels}</w:abstractNum>')
    )
    root.append(parse_xml(f'<w:num xmlns:w="{W}" w:numId="1"><w:abstractNumId w:val="0"/></w:num>'))


def _level(depth: int, form: str, pattern: str, start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def _in_list(paragraph: Any, depth: int, number: int = 1) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(
            f'<w:numPr xmlns:w="{W}"><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
        )
    )


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("Heading 1", "1"),
        ("heading 2", "2"),
        ("Overskrift 3", "3"),
        ("Rubrik 1", "1"),
        ("Otsikko 2", "2"),
        ("Fyrirsögn 1", "1"),
        ("Yvirskrift 4", "4"),
    ],
)
def test_heading_styles_in_all_languages(name: str, level: str) -> None:
    match = HEADING.match(name)
    assert match is not None and match.group(1) == level


def test_other_styles_in_all_languages() -> None:
    assert all(TITLE.match(name) for name in ("Title", "Tittel", "Titel", "Otsikko", "Titill"))
    assert not TITLE.match("Otsikko 1")
    assert all(SUBTITLE.match(name) for name in ("Undertittel", "Underrubrik", "Alaotsikko"))
    assert all(CONTENTS.match(name) for name in ("TOC Heading", "toc 1", "Innehåll 1", "Sisluet 2"))


def test_a_style_based_on_a_heading_is_a_heading() -> None:
    document = docx.Document()
    style = document.styles.add_style("Kapittel med farge", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Heading 2"]
    document.add_heading("Del", 1)
    document.add_paragraph("Ledelse", style=style)
    document.add_paragraph(MEETING)
    (block,) = _of(_read(document), "paragraph")
    assert block.section == ("Del", "Ledelse")


def test_bold_lines_are_headings_where_no_style_is_used() -> None:
    document = docx.Document()
    for heading, text in (("1 Møtene", MEETING), ("1.1 Loven", LAW)):
        document.add_paragraph().add_run(heading).bold = True
        document.add_paragraph(text)
    stressed = document.add_paragraph("Dette er ")
    stressed.add_run("viktig").bold = True
    found = _of(_read(document), "paragraph")
    assert [b.section for b in found[:2]] == [("1 Møtene",), ("1 Møtene", "1.1 Loven")]
    assert found[2].text == "Dette er viktig"


def test_numbers_that_word_keeps_nowhere_in_the_text() -> None:
    document = docx.Document()
    _numbered(
        document,
        _level(0, "decimal", "%1.")
        + _level(1, "lowerLetter", "%2)")
        + _level(2, "upperRoman", "%1.%3"),
    )
    for depth, text in ((0, "Ansvar"), (1, "leder"), (1, "kontakt"), (0, "Møter"), (1, "ukentlig")):
        _in_list(document.add_paragraph(text), depth)
    _in_list(document.add_paragraph("dypt"), 2)
    assert [b.text for b in _of(_read(document), "list_item")] == [
        "1. Ansvar",
        "a) leder",
        "b) kontakt",
        "2. Møter",
        "a) ukentlig",
        "2.I dypt",
    ]


def test_headings_are_numbered_through_their_style() -> None:
    document = docx.Document()
    _numbered(document, _level(0, "decimal", "%1", 3) + _level(1, "decimal", "%1.%2"))
    for depth, name in enumerate(("Heading 1", "Heading 2")):
        properties = document.styles[name].element.get_or_add_pPr()
        properties.append(
            parse_xml(
                f'<w:numPr xmlns:w="{W}"><w:ilvl w:val="{depth}"/><w:numId w:val="1"/></w:numPr>'
            )
        )
    document.add_heading("Funn", 1)
    document.add_heading("Ledelse", 2)
    document.add_paragraph(MEETING)
    unnumbered = document.add_heading("Vedlegg", 1)
    _in_list(unnumbered, 0, 0)
    document.add_paragraph(LAW)
    sections = [b.section for b in _of(_read(document), "paragraph")]
    assert sections == [("3 Funn", "3.1 Ledelse"), ("Vedlegg",)]


def test_a_list_that_is_not_there_counts_nothing() -> None:
    assert Numbering().next("7", 0) == ""
    assert Numbering({"7": {}}).next("7", 3) == ""


def test_text_boxes_are_paragraphs_of_their_own_once() -> None:
    document = docx.Document()
    box = f"<w:txbxContent>{_paragraph(TRUST)}</w:txbxContent>"
    xml = (
        f'<w:p xmlns:w="{W}" xmlns:mc="{MC}"><w:r><w:t>{MEETING}</w:t></w:r><w:r>'
        f'<mc:AlternateContent><mc:Choice Requires="wps">{box}</mc:Choice>'
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    _add(document, xml)
    assert [b.text for b in _of(_read(document), "paragraph")] == [MEETING, TRUST]


def test_content_controls_hide_nothing() -> None:
    document = docx.Document()
    inner = f"<w:sdtContent>{_paragraph(MEETING)}</w:sdtContent>"
    content = f"<w:sdtContent>{_paragraph(LAW)}</w:sdtContent>"
    nested = f"<w:sdtContent><w:sdt>{content}</w:sdt></w:sdtContent>"
    _add(document, f'<w:sdt xmlns:w="{W}">{inner}</w:sdt>')
    _add(document, f'<w:sdt xmlns:w="{W}">{nested}</w:sdt>')
    assert [b.text for b in _of(_read(document), "paragraph")] == [MEETING, LAW]


def test_moved_deleted_and_hidden_text_is_gone_and_inserted_text_stays() -> None:
    document = docx.Document()
    parts = (
        "<w:r><w:t>Barna ble </w:t></w:r>"
        "<w:moveFrom><w:r><w:t>ikke</w:t></w:r></w:moveFrom>"
        "<w:del><w:r><w:delText>aldri</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>skjult</w:t></w:r>"
        "<w:ins><w:r><w:t>hørt </w:t></w:r></w:ins>"
        "<w:moveTo><w:r><w:t>tidlig</w:t></w:r></w:moveTo><w:r><w:t>.</w:t></w:r>"
    )
    _add(document, f'<w:p xmlns:w="{W}">{parts}</w:p>')
    assert [b.text for b in _of(_read(document), "paragraph")] == ["Barna ble hørt tidlig."]


def test_comments_and_running_lines_are_out() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph(MEETING)
    document.add_comment(paragraph.runs, text="Er dette riktig?", author="Kari")
    document.sections[0].footer.paragraphs[0].text = "Side 3 av 9"
    text = " ".join(block.text for block in _read(document).blocks)
    assert text == MEETING


def test_a_table_that_only_places_text_gives_paragraphs() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    long = " ".join([MEETING, TRUST, LAW])
    for cell, text in zip(
        [c for row in table.rows for c in row.cells], ["Funn", long, "Tiltak", LAW], strict=True
    ):
        cell.text = text
    read = _read(document)
    assert [b.text for b in _of(read, "paragraph")] == ["Funn", long, "Tiltak", LAW]
    assert not _of(read, "table_row")


def test_merged_cells_are_said_once() -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=2)
    for cell, text in zip(
        [c for row in table.rows for c in row.cells],
        ["Sted", "Møter", "Vågen", "4", "", "5"],
        strict=True,
    ):
        cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    rows = [b.text for b in _of(_read(document), "table_row")]
    assert rows[0] == "Sted: Vågen; Møter: 4"
    assert "5" in rows[1]
