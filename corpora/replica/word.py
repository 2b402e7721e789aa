"""A publication as a Word document, with real footnotes.

Owns the document's parts; python-docx writes no footnotes, so their part is written here.
"""

import io
from typing import Any
from xml.sax.saxutils import escape

from corpora.replica.document import Document, author_names
from corpora.replica.office import describe_file, fix_archive

WORD_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FOOTNOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


def write_docx(document: Document) -> bytes:
    """Return the publication as DOCX: title, facts, abstract, headings, table, references."""
    import docx

    publication, words = document.publication, document.texts
    file = docx.Document()
    describe_file(file.core_properties, document)
    file.add_heading(publication.title, level=0)
    if publication.authors:
        file.add_paragraph(", ".join(author_names(publication)), style="Subtitle")
    for label, value in document.facts():
        file.add_paragraph(f"{label}: {value}")
    for line in (*document.colophon, document.notice):
        file.add_paragraph(line)
    section = file.sections[0]
    section.header.paragraphs[0].text = document.fillers.add("header", publication.title)
    section.footer.paragraphs[0].text = document.fillers.add("header", words.short_notice)
    if document.preface:
        file.add_heading(words.word("preface"), level=1)
        for line in document.preface:
            file.add_paragraph(line)
    file.add_heading(words.word("abstract"), level=1)
    file.add_paragraph(publication.abstract)
    numbers = {n: number for number, n in enumerate(sorted(document.footnotes), 1)}
    for part in document.sections:
        file.add_heading(document.heading(part), level=1)
        for passage in part.passages:
            paragraph = file.add_paragraph(passage.text)
            if passage.n in numbers:
                _add_reference(paragraph, numbers[passage.n])
        if document.table and document.table_after == part.number:
            _add_table(file, document)
    if document.references:
        file.add_heading(words.word("references"), level=1)
        for reference in document.references:
            file.add_paragraph(reference, style="List Bullet")
    if numbers:
        _add_footnotes(file, {number: document.footnotes[n] for n, number in numbers.items()})
    buffer = io.BytesIO()
    file.save(buffer)
    return fix_archive(buffer.getvalue())


def _add_table(file: Any, document: Document) -> None:
    if document.table is None:
        return
    file.add_paragraph(document.table.caption, style="Caption")
    rows = (document.table.columns, *document.table.rows)
    table = file.add_table(rows=len(rows), cols=len(document.table.columns), style="Table Grid")
    for row, cells in zip(rows, table.rows, strict=True):
        for value, cell in zip(row, cells.cells, strict=True):
            cell.text = value


def _add_reference(paragraph: Any, number: int) -> None:
    """Put a raised footnote mark at the end of a paragraph."""
    from docx.oxml import parse_xml

    paragraph._p.append(
        parse_xml(
            f'<w:r xmlns:w="{WORD_SPACE}"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
            f'<w:footnoteReference w:id="{number}"/></w:r>'
        )
    )


def _add_footnotes(file: Any, notes: dict[int, str]) -> None:
    """Add the document's footnotes part; -1 and 0 are the separators Word asks for."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    mark = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
    parts = [
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{element}/></w:r></w:p>'
        "</w:footnote>"
        for number, kind, element in (
            (-1, "separator", "separator"),
            (0, "continuationSeparator", "continuationSeparator"),
        )
    ]
    parts += [
        f'<w:footnote w:id="{number}"><w:p>{mark}<w:r><w:t xml:space="preserve"> '
        f"{escape(text)}</w:t></w:r></w:p></w:footnote>"
        for number, text in notes.items()
    ]
    xml = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<w:footnotes xmlns:w="{WORD_SPACE}">{"".join(parts)}</w:footnotes>'
    )
    part = Part(PackURI("/word/footnotes.xml"), FOOTNOTES_TYPE, xml.encode(), file.part.package)
    file.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
